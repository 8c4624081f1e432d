"""Figures of the book: one palette, one style. Only this wing imports matplotlib.

Functions draw on axes that they are given and return them. Colours have names, by what they
stand for, and a variant for light and for dark pages; readers who are colour-blind tell them
apart by lightness, or by marks and dashes.
"""

from spikelib.figures.making import figure, png, svg
from spikelib.figures.palette import COLORS, CONDITIONS, DARK_COLORS
from spikelib.figures.plots import (
    TWO_SIDED,
    errors_over_trials,
    output_against_target,
    raster,
    stacked,
    staircase,
)

__all__ = [
    "COLORS",
    "CONDITIONS",
    "DARK_COLORS",
    "TWO_SIDED",
    "errors_over_trials",
    "figure",
    "output_against_target",
    "png",
    "raster",
    "stacked",
    "staircase",
    "svg",
]
