"""What cells have drawn, as slides show it: the one place that reads figures of results.

A figure that was drawn for slides (``tools/slide_drawing.py``) is taken first; without one, as in
results of another origin, the page's own figure is taken, whether it is a vector or a bitmap.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from tools.slide_drawing import SLIDE_TYPE

VIEW = "application/vnd.jupyter.widget-view+json"
STATES = "application/vnd.jupyter.widget-state+json"
# In the order in which they are chosen: type, and how the file's name ends.
DRAWN = ((SLIDE_TYPE, "png"), ("image/svg+xml", "svg"), ("image/png", "png"))


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure as a file beside the deck."""

    file: str
    alt: str
    told: dict  # width and height in inches and letters in points, where it was drawn for slides

    @property
    def is_tall(self) -> bool:
        """Whether text stands beside it and not below."""
        return bool(self.told) and self.told["width"] < 1.8 * self.told["height"]

    @property
    def html(self) -> str:
        """The picture, and what a test needs to know of its letters."""
        told = "".join(f' data-{key}="{value:g}"' for key, value in self.told.items())
        return f'<img src="{self.file}" alt="{html.escape(self.alt, quote=True)}"{told}>'


def cell_of(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """The cell with an id."""
    for cell in notebook.cells:
        if cell.get("id") == name:
            return cell
    raise LookupError(f"no cell has the id {name!r}")


def alternative(cell: nbformat.NotebookNode) -> str:
    """What a cell's figure shows, in words."""
    return cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "figure")


def _content(value: str | list, suffix: str) -> bytes:
    text = "".join(value)
    return text.encode() if suffix == "svg" else base64.b64decode(text)


def picture(cell: nbformat.NotebookNode, folder: Path) -> Picture | None:
    """The figure that a cell has drawn, written into the deck's folder; the last, if several."""
    for output in reversed(cell.get("outputs", [])):
        data, metadata = output.get("data", {}), output.get("metadata", {})
        if "scrapbook" in metadata:
            continue
        for kind, suffix in DRAWN:
            if kind in data:
                content = _content(data[kind], suffix)
                name = f"figures/{hashlib.sha256(content).hexdigest()[:16]}.{suffix}"
                (folder / "figures").mkdir(exist_ok=True, parents=True)
                (folder / name).write_bytes(content)
                told = dict(metadata.get(kind, {})) if kind == SLIDE_TYPE else {}
                return Picture(file=name, alt=alternative(cell), told=told)
    return None


def widget(notebook: nbformat.NotebookNode, cell: nbformat.NotebookNode) -> str | None:
    """The state of the widget that a cell shows, as JSON to stand in a page."""
    states = notebook.metadata.get("widgets", {}).get(STATES, {}).get("state", {})
    for output in cell.get("outputs", []):
        view = output.get("data", {}).get(VIEW)
        if view and view["model_id"] in states:
            state = states[view["model_id"]]["state"]
            if "_esm" in state:
                return re.sub(r"</", r"<\\/", json.dumps(state))
    return None
