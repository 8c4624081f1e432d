"""How a figure is laid out: legends off the data; where it is narrow, panels below each other."""

import io
import itertools
import pickle
import re
import textwrap

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator, LogFormatterSciNotation

NARROW = 3.6  # inches; a phone shows them in 358 of its 390 pixels
SMALLEST = 10  # points
PLAIN = re.compile(r"[\d.,·−⁻⁰¹²³⁴⁵⁶⁷⁸⁹-]+")  # a number, as axes write it
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Powers(LogFormatterSciNotation):
    """Numbers of a logarithmic axis as plain text: 0.01, 100, and 10⁻⁶ where that is shorter."""

    def __call__(self, x, pos=None):
        """The label of a tick, or "" where the axis is too long for one."""
        if not super().__call__(x, pos):
            return ""
        if 1e-3 <= abs(x) < 1e4:
            return f"{x:g}"
        power = int(np.floor(np.log10(abs(x)) + 1e-9))
        rest = f"{x / 10.0**power:g}"
        return ("" if rest == "1" else f"{rest}·") + "10" + str(power).translate(SUPERSCRIPTS)


class _Copier(pickle.Pickler):
    """Copies a figure without telling pyplot of the copy."""

    def reducer_override(self, thing):
        """What a figure is made from again."""
        if not isinstance(thing, Figure):
            return NotImplemented
        made = thing.__reduce_ex__(2)
        made[2].pop("_restore_to_pylab", None)
        return made


def copied(figure):
    """The same figure again, apart from pyplot, to be changed at will.

    Raises
    ------
    TypeError
        Where something in the figure cannot be copied, such as a formatter that is a lambda.
    """
    file = io.BytesIO()
    try:
        _Copier(file, protocol=4).dump(figure)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            f"figure: expected one that can be copied, got one that holds what cannot: {error}"
        ) from error
    copy = pickle.loads(file.getvalue())
    FigureCanvasAgg(copy)
    return copy


def arrange(figure):
    """Text that can be read, plain numbers on logarithmic axes, legends above their axes."""
    for text in figure.findobj(Text):
        if text.get_fontsize() < SMALLEST:
            text.set_fontsize(SMALLEST)
    for ax in figure.axes:
        if np.all(np.isclose(ax.get_facecolor(), 1)):
            ax.patch.set_visible(False)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_tick_params(labelsize=max(SMALLEST, axis.majorTicks[0].label1.get_fontsize()
                                               if axis.majorTicks else SMALLEST))
            _plain_numbers(axis)
    figure.patch.set_visible(False)
    with_legend = [ax for ax in figure.axes if ax.get_legend() is not None]
    for ax in with_legend:
        ax.get_legend().set_in_layout(False)
    figure.get_layout_engine().execute(figure)
    _wrap(figure)
    for ax in with_legend:
        _legend_above(ax)
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")  # it is laid out now
    figure.draw_without_rendering()  # ticks are where the axes, as they are now, want them
    for ax in figure.axes:
        _thin_out(ax.xaxis, figure.canvas.get_renderer(), "x")


def _plain_numbers(axis):
    for which in ("major", "minor"):
        old = getattr(axis, f"get_{which}_formatter")()
        if isinstance(old, LogFormatterSciNotation) and not isinstance(old, Powers):
            new = Powers(old._base, old.labelOnlyBase, old.minor_thresholds, old._linthresh)
            getattr(axis, f"set_{which}_formatter")(new)


def _legend_above(ax):
    """Draw an axes' legend above it and its title, in as few rows as its width allows."""
    old, renderer = ax.get_legend(), ax.figure.canvas.get_renderer()
    handles, labels = old.legend_handles, [text.get_text() for text in old.get_texts()]
    box = ax.get_window_extent(renderer)
    titles = [t.get_window_extent(renderer).height + 8 * ax.figure.dpi / 72
              for t in (ax.title, ax._left_title, ax._right_title) if t.get_text()]
    for columns in (*range(len(labels), 0, -1), 1):
        legend = ax.legend(
            handles, labels, loc="lower left", ncols=columns,
            bbox_to_anchor=(0, 1 + max(titles, default=0) / box.height),
            borderaxespad=0.3, borderpad=0.2, handlelength=1.6, columnspacing=1.3,
            handletextpad=0.5, labelspacing=0.25, frameon=False, fontsize=SMALLEST,
            title=old.get_title().get_text() or None,
        )
        width = legend.get_window_extent(renderer).width
        if width <= box.width * 1.02:
            break
        if columns == 1:  # too wide even so: break what is long, and try a last time
            mark = 2.4 * SMALLEST * ax.figure.dpi / 72
            letters = int(max(map(len, labels)) * (box.width - mark) / max(width - mark, 1))
            labels = [textwrap.fill(label, max(letters, 8)) for label in labels]


def _thin_out(axis, renderer, along):
    """Hide numbers that would touch a neighbour.

    Of numbers at even distances every second stays, or every third, counted from zero where it is
    among them. Otherwise names and the last label stay, and numbers that have room beside them.
    """
    low, high = f"{along}0", f"{along}1"
    seen = sorted(axis.get_view_interval())
    ticks = sorted((tick for tick in axis.get_major_ticks() if tick.label1.get_text()
                    and seen[0] <= tick.get_loc() <= seen[1]), key=lambda tick: tick.get_loc())
    boxes = [(tick.label1, tick.label1.get_window_extent(renderer)) for tick in ticks]
    places = [tick.get_loc() for tick in ticks]
    numbers = all(PLAIN.fullmatch(label.get_text()) for label, _ in boxes)
    if len(ticks) > 2 and numbers and np.allclose(np.diff(places), places[1] - places[0]):
        zero = int(np.argmin(np.abs(places)))
        first = zero if np.isclose(places[zero], 0, atol=1e-9) else len(places) - 1
        for step in range(1, len(places)):
            kept = [box for k, (_, box) in enumerate(boxes) if (k - first) % step == 0]
            ends = sorted((getattr(box, low), getattr(box, high)) for box in kept)
            if all(there[0] >= here[1] + 2 for here, there in itertools.pairwise(ends)):
                break
        for k, (label, _) in enumerate(boxes):
            label.set_visible((k - first) % step == 0)
        return
    boxes.sort(key=lambda both: getattr(both[1], low) + getattr(both[1], high))
    last = boxes[-1][1] if boxes else None
    end = None
    for label, box in boxes:
        if box is not last and PLAIN.fullmatch(label.get_text()) and (
            (end is not None and getattr(box, low) < end + 2)
            or getattr(box, high) + 2 > getattr(last, low)
        ):
            label.set_visible(False)
        else:
            end = getattr(box, high)


def _wrap(figure):
    """Break titles and labels that are longer than what they belong to."""
    renderer = figure.canvas.get_renderer()

    def fit(text, room, *, along="width"):
        long = getattr(text.get_window_extent(renderer), along) if text.get_text() else 0
        if long > room and "\n" not in text.get_text() and " " in text.get_text():
            letters = int(len(text.get_text()) * room / long)
            text.set_text(textwrap.fill(text.get_text(), max(letters, 6)))

    for text in (figure._suptitle, getattr(figure, "_supxlabel", None)):
        if text is not None:
            fit(text, figure.bbox.width * 0.98)
    columns = max((ax.get_subplotspec().get_gridspec().ncols for ax in figure.axes
                   if ax.get_subplotspec() is not None), default=1)
    for ax in figure.axes:
        box = ax.get_window_extent(renderer)
        room = box.width * (1.04 if columns > 1 else 1.1)
        for text in (ax.title, ax._left_title, ax._right_title, ax.xaxis.label):
            fit(text, room)
        fit(ax.yaxis.label, box.height * 1.12, along="height")


def _whole_stays_whole(figure):
    """An axis that counts in whole numbers where it is wide gets no halves where it is narrow."""
    for ax in figure.axes:
        locator = ax.xaxis.get_major_locator()
        if isinstance(locator, AutoLocator) and np.all(np.mod(ax.get_xticks(), 1) == 0):
            locator.set_params(integer=True)


def stack(figure):
    """Lay the panels of a grid below each other, in a figure as wide as a phone.

    Panels of one column stay together, in their order; of more than four panels, two stand side
    by side. A figure that is no simple grid only becomes narrower.
    """
    _whole_stays_whole(figure)
    axes = [ax for ax in figure.axes if ax.get_subplotspec() is not None]
    grids = {id(ax.get_subplotspec().get_gridspec()): ax.get_subplotspec().get_gridspec()
             for ax in axes}
    height = figure.get_figheight()
    places = [(ax.get_subplotspec().rowspan, ax.get_subplotspec().colspan) for ax in axes]
    simple = len(grids) == 1 and all(len(r) == len(c) == 1 for r, c in places)
    if not simple or next(iter(grids.values())).ncols == 1:
        figure.set_size_inches(NARROW, height)
        return
    grid = next(iter(grids.values()))
    ratios = grid.get_height_ratios() or [1] * grid.nrows
    high = [height * ratio / sum(ratios) for ratio in ratios]
    cells = [(rows.start, columns.start) for rows, columns in places]
    n_beside = 1 if len(axes) <= 4 else 2
    by_column = grid.nrows > 1 and (n_beside == 1 or grid.nrows == 2)
    order = sorted(range(len(axes)), key=lambda k: cells[k][::-1] if by_column else cells[k])
    rows = [order[k : k + n_beside] for k in range(0, len(order), n_beside)]
    for k, ax in enumerate(axes):
        _own_labels(ax, axes, cells, cells[k])
    heights = [max(high[cells[k][0]] for k in row) for row in rows]
    figure.set_size_inches(NARROW, sum(heights))
    made = GridSpec(len(rows), n_beside, figure=figure, height_ratios=heights)
    for place, row in enumerate(rows):
        for column, k in enumerate(row):
            axes[k].set_subplotspec(made[place, column])
    if n_beside == 2:
        _labels_at_the_foot(axes, rows)


def _own_labels(ax, axes, cells, cell):
    """Labels and numbers that a panel had from the panel beside it."""
    first = next(a for a, c in zip(axes, cells, strict=True) if c[0] == cell[0])
    if ax is not first and ax.get_shared_y_axes().joined(ax, first):
        ax.tick_params(axis="y", labelleft=True)
        if not ax.get_ylabel():
            ax.set_ylabel(first.get_ylabel())


def _labels_at_the_foot(axes, rows):
    """The labels of a shared x axis, below the last row."""
    text = next((ax.get_xlabel() for ax in reversed(axes) if ax.get_xlabel()), "")
    same = {ax.get_xlabel() for ax in axes} <= {"", text}
    shared = all(ax.get_shared_x_axes().joined(ax, axes[0]) for ax in axes)
    if not (same and shared):
        return
    foot = {*rows[-1], *(rows[-2][len(rows[-1]):] if len(rows) > 1 else ())}
    for k, ax in enumerate(axes):
        ax.tick_params(axis="x", labelbottom=k in foot)
        ax.set_xlabel(text if k in foot else "")
