"""Whose installation this is."""

__all__ = ["EDITION"]

#: ``"instructors"``, or ``"students"`` in the package that students install.
EDITION = "instructors"
