"""Strokes from which the book's drawings are made: each returns a piece of SVG.

Colours are names, as in the figures: class ``s-rate`` strokes and ``f-rate`` fills with the
colour of the rate network. ``tools/drawings/style.css`` says what they are in either theme.
"""

from __future__ import annotations

import math
from html import escape


def tag(name: str, content: str = "", **attributes: object) -> str:
    """An element; ``class_`` stands for ``class``, and underscores for hyphens."""
    words = [
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value not in ("", None)
    ]
    start = f"<{name}{''.join(words)}"
    return f"{start}>{content}</{name}>" if content else f"{start}/>"


def _short(value: object) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def group(*parts: str, at: tuple[float, float] = (0, 0), **attributes: object) -> str:
    """Parts together, moved to a place."""
    move = f"translate({at[0]:g} {at[1]:g})" if tuple(at) != (0, 0) else ""
    return tag("g", "".join(parts), transform=move, **attributes)


def text(x: float, y: float, words: str, *, anchor: str = "middle", class_: str = "") -> str:
    """Words; a line break begins another line. ``_x`` sets a letter as an index."""
    lines = words.split("\n")
    rows = [
        tag("tspan", _indices(line), x=x, dy=None if k == 0 else "1.2em")
        for k, line in enumerate(lines)
    ]
    return tag("text", "".join(rows), x=x, y=y, text_anchor=anchor, class_=class_)


def _indices(line: str) -> str:
    parts = line.split("_")
    made = escape(parts[0])
    for part in parts[1:]:
        index, _, rest = part.partition(" ")
        made += f'<tspan class="index" dy="0.3em">{escape(index)}</tspan>'
        made += f'<tspan dy="-0.3em">{escape((" " + rest) if rest else "​")}</tspan>'
    return made


def box(x: float, y: float, width: float, height: float, class_: str = "s-soft") -> str:
    """A rectangle with round corners."""
    return tag("rect", x=x, y=y, width=width, height=height, rx=8, class_=class_)


def dot(x: float, y: float, radius: float = 5, class_: str = "f-ink") -> str:
    """A disc."""
    return tag("circle", cx=x, cy=y, r=radius, class_=class_)


def path(d: str, class_: str = "s-ink") -> str:
    """A line of any shape."""
    return tag("path", d=d, class_=class_)


def head(x: float, y: float, angle: float, class_: str) -> str:
    """The head of an arrow that points along an angle, in radians."""
    points = [(x + 8 * math.cos(angle + turn), y + 8 * math.sin(angle + turn))
              for turn in (math.pi - 0.42, math.pi + 0.42)]  # fmt: skip
    (ax, ay), (bx, by) = points
    fill = class_.replace("s-", "f-").replace(" flows", "")
    return path(f"M{x:.1f} {y:.1f}L{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}Z", fill)


def arrow(x0: float, y0: float, x1: float, y1: float, class_: str = "s-ink") -> str:
    """A straight arrow."""
    angle = math.atan2(y1 - y0, x1 - x0)
    ex, ey = x1 - 6 * math.cos(angle), y1 - 6 * math.sin(angle)
    return path(f"M{x0:g} {y0:g}L{ex:.1f} {ey:.1f}", class_) + head(x1, y1, angle, class_)


def bow(x0, y0, cx, cy, x1, y1, class_: str = "s-ink") -> str:
    """An arrow that bends towards a point on its way."""
    angle = math.atan2(y1 - cy, x1 - cx)
    ex, ey = x1 - 6 * math.cos(angle), y1 - 6 * math.sin(angle)
    return path(f"M{x0:g} {y0:g}Q{cx:g} {cy:g} {ex:.1f} {ey:.1f}", class_) + head(
        x1, y1, angle, class_
    )


def curve(points: list[tuple[float, float]], class_: str = "s-ink") -> str:
    """A line through points."""
    return path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points), class_)


def wave(x, y, width, height, waves, class_: str = "s-ink", n: int = 48) -> str:
    """A signal: a sum of sines, each (strength, cycles, phase), between x and x + width."""
    total = sum(strength for strength, _, _ in waves)
    points = []
    for k in range(n + 1):
        u = k / n
        value = sum(s * math.sin(2 * math.pi * (c * u + p)) for s, c, p in waves) / total
        points.append((x + u * width, y - height / 2 * value))
    return curve(points, class_)


def ring(x: float, y: float, radius: float, n: int, turn: float = 0.0) -> list[tuple[float, float]]:
    """Places of n things in a circle."""
    angles = [2 * math.pi * k / n + turn - math.pi / 2 for k in range(n)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def mesh(places: list[tuple[float, float]], class_: str, pairs=None) -> str:
    """Lines between places: some of all pairs."""
    n = len(places)
    pairs = pairs or [(i, (i + 3) % n) for i in range(n)]
    lines = [
        f"M{places[i][0]:.1f} {places[i][1]:.1f}L{places[j][0]:.1f} {places[j][1]:.1f}"
        for i, j in pairs if i != j
    ]  # fmt: skip
    return path("".join(lines), class_)


def spikes(x: float, y: float, width: float, rows: list[list[float]], step: float = 9,
           class_: str = "s-spiking") -> str:  # fmt: skip
    """A raster: for each row the times of its spikes, as shares of the width."""
    marks = [
        f"M{x + width * t:.1f} {y + k * step:.1f}v{step * 0.7:.1f}"
        for k, row in enumerate(rows) for t in row
    ]  # fmt: skip
    return path("".join(marks), class_)
