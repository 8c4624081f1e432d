"""A Sphinx extension: figures that notebooks made stand in the page itself, for both themes.

A figure of `spikelib.figures` is a vector graphic with two layouts. Both are put into the page,
where style sheets choose one by the width of the window, and the colours by the theme. The
alternative text is that of the cell; `book/assets/figures.js` lets readers enlarge a figure.
A widget whose cell says `"spikelib": {"figure": {"caption": ..., "name": ...}}` in its metadata is
a figure too, with a number.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from spikelib.figures import _svg

logger = logging.getLogger(__name__)
WIDGET = "application/vnd.jupyter.widget-view+json"
PIXELS = 100 / 72  # of the page for a point of the drawing: 10 points are 14 pixels


def in_page(text: str, alt: str, prefix: str) -> str:
    """A figure of spikelib as HTML, or "" where the drawing is another's."""
    drawings = _svg.layouts(text)
    if drawings is None:
        return ""
    made = []
    for drawing, kind in zip(drawings, ("wide", "narrow"), strict=True):
        width = float(drawing.get("viewBox").split()[2])
        if kind == "wide":
            drawing.set("style", f"width:{width * PIXELS:.0f}px;" + drawing.get("style", ""))
        made.append(_svg.themed(
            drawing, prefix, **{"class": f"drawn-{kind}", "role": "img", "aria_label": alt}
        ))  # fmt: skip
    return f'<div class="drawn">{"".join(made)}</div>'


class NumberWidgets(SphinxTransform):
    """Put widgets whose cells have a caption into figures, before figures are numbered."""

    default_priority = 390

    def apply(self, **options) -> None:
        """Go through a page's cells; the rest of a widget's output stays beside the figure."""
        for cell in list(self.document.findall(nodes.container)):
            told = cell.get("cell_metadata", {}).get("spikelib", {}).get("figure")
            if cell.get("nb_element") != "cell_code" or not told:
                continue
            for bundle in list(cell.findall(nodes.container)):
                if any(child.get("mime_type") == WIDGET for child in bundle.children):
                    figure = nodes.figure("", classes=["live-figure"], names=[told["name"]])
                    bundle.replace_self(figure)
                    figure += [bundle, nodes.caption("", told["caption"])]
                    self.document.note_explicit_target(figure)


class InlineFigures(SphinxPostTransform):
    """Put drawings into the page, in the place of pictures that are loaded."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Go through the pictures of a page."""
        for number, image in enumerate(list(self.document.findall(nodes.image))):
            path = Path(self.app.srcdir) / image["uri"]
            if path.suffix != ".svg" or not path.is_file():
                continue
            alt = image.get("alt", "")
            html = in_page(path.read_text(encoding="utf-8"), alt, f"f{number}")
            if html:
                if not alt.strip():
                    logger.warning("a figure without alternative text", location=image)
                image.replace_self(nodes.raw("", html, format="html"))


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_transform(NumberWidgets)
    app.add_post_transform(InlineFigures)
    app.add_css_file("figures.css")
    app.add_js_file("figures.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
