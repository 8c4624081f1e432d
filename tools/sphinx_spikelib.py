"""A Sphinx extension: what the settings alone cannot do.

- A book that is built without `make book` still never shows results of an
  older ``spikelib``: the cache of executed notebooks is checked here as well.
- In docstrings a bar means an absolute value, ``|z - f|``; reStructuredText
  would take it for the start of a substitution.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from tools.execute import open_cache

LITERAL = re.compile(r"(``.*?``|`[^`]*`)")
NOT_PROSE = (">>>", "...", "|", "+--", "+==", ".. ")


def check_cache(app: Sphinx) -> None:
    """Empty the cache of executed notebooks where it is out of date."""
    open_cache(Path(app.srcdir))


def escape_bars(line: str) -> str:
    r"""Escape the bars of a line of prose, outside its literals.

    >>> escape_bars("the mean of |z - f|, as ``|z|``")
    'the mean of \\|z - f\\|, as ``|z|``'
    """
    if line.lstrip().startswith(NOT_PROSE):
        return line
    parts = LITERAL.split(line)
    parts[::2] = [re.sub(r"(?<!\\)\|", r"\\|", part) for part in parts[::2]]
    return "".join(parts)


def escape_docstring(app, what, name, obj, options, lines: list[str]) -> None:
    """Escape bars in a docstring; literal blocks stay as they are."""
    block: int | None = None  # how far the paragraph before a literal block is indented
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if block is not None and line.strip() and indent <= block:
            block = None
        if block is None:
            lines[number] = escape_bars(line)
            if line.rstrip().endswith("::") or line.lstrip().startswith(".. math::"):
                block = indent


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("builder-inited", check_cache)
    app.connect("autodoc-process-docstring", escape_docstring, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
