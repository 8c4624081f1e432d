"""Making a figure, and showing it."""

import base64
import io
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt

from spikelib.figures import _layout, _svg
from spikelib.figures.palette import CYCLE

__all__ = ["figure", "png", "svg"]

WIDTH = 6.4  # inches

STYLE = {
    "figure.dpi": 120,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "font.size": 10.5,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10.5,
    "figure.titlesize": 10.5,
    "figure.labelsize": 10.5,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": plt.cycler(color=CYCLE),
    "lines.linewidth": 1.6,
}


def figure(n_rows=1, n_cols=1, *, height=2.5, width=WIDTH, **options):
    """A figure of the book and its axes, as ``plt.subplots`` gives them.

    A notebook shows it as a vector graphic (see `svg`), with legends above the axes. The pages of
    the book show it in their own colours, light or dark, and on a phone with the panels of a grid
    below each other.

    Parameters
    ----------
    n_rows, n_cols : int
    height : float
        Height of a row in inches.
    width : float
        Width of the whole figure in inches.
    **options
        Passed on to ``plt.subplots`` (``sharex=True``, ``height_ratios=...``).

    Returns
    -------
    figure, axes
    """
    plt.rcParams.update(STYLE)
    made, axes = plt.subplots(
        n_rows, n_cols, figsize=(width, height * n_rows), layout="constrained", **options
    )
    made._spikelib = True
    _show_in_notebooks()
    return made, axes


def _show_in_notebooks():
    """Tell IPython, where it runs, how figures made by `figure` are shown."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        shell.display_formatter.formatters["image/png"].pop(mpl.figure.Figure, None)
        shell.display_formatter.mimebundle_formatter.for_type(mpl.figure.Figure, _shown)


def _shown(figure, include=None, exclude=None):
    """What a notebook keeps of a figure: vector graphics, and pixels for what shows no others."""
    if not getattr(figure, "_spikelib", False):
        from IPython.core.pylabtools import print_figure

        return {"image/png": print_figure(figure, fmt="png", base64=True)}
    wide = _arranged(figure)
    vector = _both(wide, figure)
    wide.patch.set_visible(True)
    return {"image/svg+xml": vector,
            "image/png": base64.b64encode(_png(wide, 110)).decode("ascii")}


def _arranged(figure, *, narrow=False):
    made = _layout.copied(figure)
    if narrow:
        _layout.stack(made)
    _layout.arrange(made)
    return made


def _both(wide, figure):
    settings = {"svg.fonttype": "none", "svg.hashsalt": "spikelib",
                "path.simplify_threshold": 0.25}
    drawn = []
    for prefix, made in (("w", wide), ("n", _arranged(figure, narrow=True))):
        file = io.StringIO()
        with mpl.rc_context(settings):
            made.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
        drawn.append(_svg.tidy(file.getvalue(), prefix))
    return _svg.both(*drawn)


def _png(figure, dpi):
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi)
    return file.getvalue()


def png(figure, *, dpi=90):
    """The figure as the bytes of a PNG file; it is closed, so that no notebook shows it again."""
    content = _png(figure, dpi)
    plt.close(figure)
    return content


def svg(figure):
    """A figure as a vector graphic that holds two layouts, for wide and for narrow pages.

    What shows SVG shows the wide one, in the colours of the figure, on white. In its metadata is a
    second one, 3.6 inches wide, with the panels of a grid below each other. The pages of the book
    show one or the other, and give every colour of `COLORS` and `CONDITIONS` its variant for the
    light or the dark theme. The same figure gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        It is not changed.

    Returns
    -------
    str

    Raises
    ------
    TypeError
        Where the figure cannot be copied; name functions that it uses as formatters instead of
        writing them as lambdas.
    """
    return _both(_arranged(figure), figure)
