"""Draws each figure of a notebook a second time, for a projector.

A kernel that executes the book's notebooks calls ``install`` first. Whenever it shows a
matplotlib figure, the result also holds the figure as it is drawn on a slide: laid out anew in
the shape of a slide, with letters that can be read from the last row. Pages pass over it, as no
browser knows its type; ``tools/lecture_figures.py`` takes it out again.
"""

from __future__ import annotations

import base64
import contextlib
import io

SLIDE_TYPE = "application/vnd.spikelib.slide-png"
SMALLEST = 15.5  # points; with 100 pixels for an inch that is 21.5 of the 720 pixels of a slide
GROWTH = 1.4  # of lines, marks, and letters that were large already
# Inches: the width of a slide where there is room for it, and beside the text where it is tall.
WIDE, TALL = (11.6, 4.9), (8.4, 5.7)
N_ROWS_OF_TALL = 3
DPI = 150


def _larger(points: float) -> float:
    return max(SMALLEST, min(18.0, GROWTH * points))


def _grown(figure) -> list:
    """Make letters, lines and marks larger; returns what puts each back."""
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    undo = []

    def change(artist, name, value):
        before = getattr(artist, f"get_{name}")()
        undo.append(lambda: getattr(artist, f"set_{name}")(before))
        getattr(artist, f"set_{name}")(value)

    ticks = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            labels = [*axis.get_ticklabels(), *axis.get_ticklabels(minor=True)]
            ticks.update(labels)
            size = labels[0].get_fontsize() if labels else 10.0
            undo.append(lambda axis=axis, size=size: axis.set_tick_params(
                which="both", labelsize=size))
            axis.set_tick_params(which="both", labelsize=_larger(size))
    for text in figure.findobj(Text):
        if text not in ticks:
            change(text, "fontsize", _larger(text.get_fontsize()))
    for line in figure.findobj(Line2D):
        change(line, "linewidth", GROWTH * line.get_linewidth())
        change(line, "markersize", GROWTH * line.get_markersize())
    for marks in figure.findobj(Collection):
        change(marks, "linewidth", [GROWTH * width for width in marks.get_linewidth()])
    return undo


def smallest_letters(figure) -> float:
    """Points of the smallest letters that are drawn."""
    from matplotlib.text import Text

    drawn = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return min((text.get_fontsize() for text in drawn), default=SMALLEST)


def draw(figure) -> tuple[str, dict]:
    """A figure as a slide shows it: PNG in base64, and its size in inches and letters in points."""
    before = figure.get_size_inches().copy()
    rows = max((a.get_subplotspec().get_gridspec().nrows for a in figure.axes
                if a.get_subplotspec() is not None), default=1)
    size = TALL if rows >= N_ROWS_OF_TALL else WIDE
    undo = _grown(figure)
    try:
        figure.set_size_inches(size)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=DPI, facecolor="white")
        told = {"width": size[0], "height": size[1], "letters": smallest_letters(figure)}
        return base64.b64encode(file.getvalue()).decode("ascii"), told
    finally:
        figure.set_size_inches(before)
        for put_back in reversed(undo):
            with contextlib.suppress(AttributeError, ValueError):
                put_back()


def install(shell) -> None:
    """Let a kernel draw every figure for slides too, after it has drawn it for the page."""
    from IPython.core.formatters import BaseFormatter, catch_format_error
    from traitlets import ObjectName, Unicode

    class SlideFormatter(BaseFormatter):
        format_type = Unicode(SLIDE_TYPE)
        print_method = ObjectName("_repr_slide_png_")
        _return_type = (str, tuple)

        @catch_format_error
        def __call__(self, obj):
            if type(obj).__module__.startswith("matplotlib.figure"):
                return draw(obj)
            return super().__call__(obj)

    formatters = shell.display_formatter.formatters
    formatters[SLIDE_TYPE] = SlideFormatter(parent=shell.display_formatter)
