"""Panels side by side, or one below the other on a phone."""

from __future__ import annotations

from tools.drawings.pen import group, text
from tools.drawings.sheet import Drawing

Panel = tuple[str, str]  # a title, and what is drawn in a field of width by height


def in_panels(name: str, alt: str, caption: str, panels: list[Panel], *, width: int, height: int,
              phone: int = 1) -> Drawing:  # fmt: skip
    """A drawing of panels of one size, ``phone`` of them in a row on a phone."""
    def placed(columns: int) -> tuple[str, tuple[int, int]]:
        parts = [
            group(text(width / 2, 16, title, class_="big"), group(content, at=(0, 26)),
                  at=(width * (k % columns), (height + 40) * (k // columns)))
            for k, (title, content) in enumerate(panels)
        ]  # fmt: skip
        rows = -(-len(panels) // columns)
        return "".join(parts), (width * columns, (height + 40) * rows)

    wide, wide_size = placed(len(panels))
    tall, tall_size = placed(phone)
    return Drawing(name=name, alt=alt, caption=caption, wide=wide, wide_size=wide_size,
                   tall=tall, tall_size=tall_size)  # fmt: skip
