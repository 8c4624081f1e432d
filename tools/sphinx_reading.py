"""A Sphinx extension: code is shown as readers want it, and search shows what it found.

- A cell that draws a figure has its code folded away, whether or not it says so itself. The
  notebooks show it, as a notebook should.
- The mark of cells whose output the tests compare is left out: it speaks to a program only.
- The pages' text goes into a script beside them, from which ``reading.js`` takes the excerpts of
  the search results: that works from disk, where pages may not read each other.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from tools.editions import COMPARED, without_mark

DRAWS = re.compile(r"\b(figures\.)?figure\(|\bplt\.subplots\(")
PROSE = (nodes.paragraph, nodes.title, nodes.term)
EXCERPTS = "excerpts.js"


class FoldDrawing(SphinxTransform):
    """Fold the code of cells that draw."""

    default_priority = 400

    def apply(self, **options) -> None:
        """Go through a page's cells."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") != "cell_code" or cell.get("hide_mode"):
                continue
            shows_a_step = any(name.startswith("tag_shown-") for name in cell["classes"])
            code = cell.children[0].astext() if cell.children else ""
            if DRAWS.search(code) and not shows_a_step and len(cell.children) > 1:
                cell["hide_mode"] = "input"
                cell["prompt_show"] = "Show code cell {type}"
                cell["prompt_hide"] = "Hide code cell {type}"
                cell["classes"].append("tag_hide-input")


class LeaveOutMark(SphinxTransform):
    """Show the code of compared cells without their first line, the mark."""

    default_priority = 400

    def apply(self, **options) -> None:
        """Go through a page's blocks of code."""
        for block in self.document.findall(nodes.literal_block):
            if block.astext().startswith(COMPARED):
                block.rawsource = without_mark(block.astext())
                block.children = []
                block += nodes.Text(block.rawsource)


def keep_text(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Keep the prose of a page, by the section that it stands in."""
    if app.builder.format != "html":
        return
    sections: dict[str, list[str]] = {}
    for node in doctree.findall(lambda node: isinstance(node, PROSE)):
        section = node.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        anchor = section["ids"][0] if section is not None and section["ids"] else ""
        text = re.sub(r"\s+", " ", node.astext()).strip()
        if text:
            sections.setdefault(anchor, []).append(text)
    kept = app.env.__dict__.setdefault("spikelib_text", {})
    kept[docname] = {anchor: " ".join(parts) for anchor, parts in sections.items()}


def write_text(app: Sphinx, error: Exception | None) -> None:
    """Write the pages' text as a script."""
    if error is None and app.builder.format == "html":
        kept = app.env.__dict__.get("spikelib_text", {})
        content = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        target = Path(app.outdir) / "_static" / EXCERPTS
        target.write_text(f"window.bookText={content};\n", encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_transform(FoldDrawing)
    app.add_transform(LeaveOutMark)
    app.connect("doctree-resolved", keep_text, priority=100)
    app.connect("build-finished", write_text)
    app.add_js_file("reading.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
