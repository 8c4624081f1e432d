"""A drawing as a whole: two layouts, a text alternative, as a file and as part of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawing.

    Parameters
    ----------
    name : str
        Of its file, without ``.svg``.
    alt : str
        What is to be seen, in words.
    wide, tall : str
        What is drawn, as pieces of SVG; ``tall`` is for a phone, and may be "".
    wide_size, tall_size : tuple of int
        Width and height, in pixels where text has 13 of them.
    caption : str
        Below the drawing in a page, or "" for none.
    """

    name: str
    alt: str
    wide: str
    wide_size: tuple[int, int]
    tall: str = ""
    tall_size: tuple[int, int] = (340, 340)
    caption: str = ""

    def file(self) -> str:
        """The wide layout as a file by itself, on white."""
        width, height = self.wide_size
        style = re.sub(r"/\*.*?\*/", "", STYLE.read_text(encoding="utf-8"), flags=re.S)
        style = re.sub(r"\s+", " ", style).strip()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img" '
            f'aria-label="{escape(self.alt)}"><style>{style}</style>'
            f'<rect width="{width}" height="{height}" fill="#fff"/>{self.wide}</svg>\n'
        )

    def page(self) -> str:
        """Both layouts as part of a page; the window's width chooses."""
        layouts = [("wide", self.wide, self.wide_size)]
        layouts += [("tall", self.tall, self.tall_size)] if self.tall else []
        made = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="layout-{kind}" '
            f'viewBox="0 0 {size[0]} {size[1]}" style="max-width: {size[0]}px" role="img" '
            f'aria-label="{escape(self.alt)}">{content}</svg>'
            for kind, content, size in layouts
        ]
        both = " both" if self.tall else ""
        caption = f"<p>{escape(self.caption)}</p>" if self.caption else ""
        content = "".join(made) + caption
        return f'<div class="drawing{both}" data-drawing="{self.name}">{content}</div>'
