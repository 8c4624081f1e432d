"""A Sphinx extension: small corrections that let the pages read offline.

- A book that is built without `make book` still never shows results of an
  older ``spikelib``: the cache of executed notebooks is checked here as well.
- Scripts of the widgets are kept in order and off the other pages.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.execute import open_cache  # noqa: E402


def check_cache(app: Sphinx) -> None:
    """Empty the cache of executed notebooks where it is out of date."""
    open_cache(Path(app.srcdir))


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("builder-inited", check_cache)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
