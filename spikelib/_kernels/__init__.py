"""Compiled inner loops. Private: every public door checks its arguments first."""
