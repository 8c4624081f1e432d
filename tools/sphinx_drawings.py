"""A Sphinx extension: the book's drawings are part of the pages.

A picture from ``chapters/drawings`` is replaced by the drawing itself, in which the theme's
colours, the window's width and a reader's wish for little motion count.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

from tools.drawings import FOLDER, drawings
from tools.drawings.sheet import STYLE


class PutDrawings(SphinxTransform):
    """Replace pictures of drawings by drawings."""

    default_priority = 210  # before pictures are gathered

    def apply(self, **options) -> None:
        """Go through a page."""
        for image in list(self.document.findall(nodes.image)):
            path = Path(image["uri"])
            if path.parent.name != FOLDER.name or path.suffix != ".svg":
                continue
            if path.stem not in drawings():
                raise ExtensionError(
                    f"{self.env.docname}: expected a drawing of tools/drawings, got {path.stem!r}"
                )
            drawn = nodes.raw("", drawings()[path.stem].page(), format="html")
            alone = isinstance(image.parent, nodes.paragraph) and len(image.parent) == 1
            (image.parent if alone else image).replace_self(drawn)


def write_style(app: Sphinx, error: Exception | None) -> None:
    """Put the drawings' colours beside the pages."""
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "drawing-colours.css"
        target.write_text(STYLE.read_text(encoding="utf-8"), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_transform(PutDrawings)
    app.add_css_file("drawing-colours.css")
    app.add_css_file("drawing.css")
    app.connect("build-finished", write_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
