"""Figures as vector graphics: two layouts, text that can be read, colours for both themes."""

from __future__ import annotations

import re
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pytest

from spikelib import figures
from spikelib.figures import _svg, palette
from spikelib.figures.making import _arranged
from tools.book_layout import ROOT

PHONE = 358  # pixels of a phone of 390 that a figure has
NAMES = {f"{{{_svg.SVG}}}text", f"{{{_svg.SVG}}}tspan"}


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def grid(n_rows, n_cols, **options):
    """A figure with a titled panel in each place: "row, column"."""
    made, axes = figures.figure(n_rows, n_cols, squeeze=False, **options)
    for row in range(n_rows):
        for column in range(n_cols):
            ax = axes[row, column]
            ax.plot([0, 1, 2], [1e-7, 1e-4, 1e-1], label="a line")
            ax.set(title=f"{row}, {column}", yscale="log")
    axes[-1, 0].set(xlabel="time (s)", ylabel="nMSE")
    axes[0, 0].legend(fontsize=6)
    return made, axes


@cache
def drawn(n_rows, n_cols, **options):
    """Its wide and its narrow drawing."""
    return _svg.layouts(figures.svg(grid(n_rows, n_cols, **options)[0]))


def width(drawing):
    return float(drawing.get("viewBox").split()[2])


def texts(drawing):
    return ["".join(e.itertext()) for e in drawing.iter(f"{{{_svg.SVG}}}text")]


def place(drawing, text):
    """Where a text stands."""
    for element in drawing.iter(f"{{{_svg.SVG}}}text"):
        if "".join(element.itertext()) == text:
            moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
            return moved.groups() if moved else (element.get("x"), element.get("y"))
    raise AssertionError(f"{text!r} is not among {texts(drawing)}")


def sizes(drawing):
    found = [re.search(r"font-size:([\d.]+)px", e.get("style", "")) for e in drawing.iter()
             if e.tag in NAMES]
    return [float(m.group(1)) for m in found if m]


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 5), (2, 8)])
def test_text_has_eleven_pixels_on_a_phone_and_on_a_page(shape):
    wide, narrow = drawn(*shape)
    assert sizes(narrow) and min(sizes(narrow)) * PHONE / width(narrow) >= 11
    assert min(sizes(wide)) * 600 * 0.9 / width(wide) >= 11


@pytest.mark.parametrize(("shape", "beside"), [((2, 2), 1), ((1, 2), 1), ((1, 5), 2), ((2, 8), 2)])
def test_panels_of_a_column_stay_together_where_it_is_narrow(shape, beside):
    _, narrow = drawn(*shape)
    cells = [(r, c) for c in range(shape[1]) for r in range(shape[0])]
    at = [tuple(map(float, place(narrow, f"{r}, {c}")))[::-1] for r, c in cells]
    rows = [round(y, 1) for y, _ in at]
    assert rows == sorted(rows) and len(set(rows)) == -(-len(cells) // beside)
    assert width(narrow) < 300


def test_panels_that_share_an_axis_get_their_own_numbers_when_stacked():
    wide, narrow = drawn(1, 2, sharey=True)
    assert texts(narrow).count("0.001") == 2 > texts(wide).count("0.001") == 1
    assert texts(narrow).count("nMSE") == 2


def test_small_and_large_numbers_are_plain_text():
    wide, _ = drawn(1, 1)
    assert {"0.001", "10⁻⁵", "10⁻⁷"} <= set(texts(wide))


def test_legends_stand_above_their_axes():
    height = float(place(drawn(1, 1)[0], "a line")[1])
    top = min(float(y) for y in (place(drawn(1, 1)[0], t)[1] for t in ("0.1", "0.001")))
    assert height < top
    fig, axes = grid(1, 1)
    before = axes[0, 0].get_legend()
    figures.svg(fig)
    assert axes[0, 0].get_legend() is before, "the figure itself is not changed"


def test_the_same_figure_gives_the_same_bytes():
    one, other = (figures.svg(grid(2, 2)[0]) for _ in range(2))
    assert one == other
    assert not re.search(r"dc:date|Matplotlib v", one)


def test_a_page_can_hold_many_figures():
    """Identifiers are unique, and what refers to them finds them."""
    html = "".join(
        _svg.themed(drawing, f"f{k}")
        for k in range(2) for drawing in _svg.layouts(figures.svg(grid(1, 2)[0]))
    )
    names = re.findall(r'\bid="([^"]+)"', html)
    assert len(names) == len(set(names)) > 4
    assert set(re.findall(r'(?:url\(|href=")#([\w-]+)', html)) <= set(names)


def test_colours_follow_the_theme_and_nothing_is_painted_behind():
    fig, ax = figures.figure()
    for name, color in figures.COLORS.items():
        ax.plot([0, 1], [0, 1], color=color, label=name)
    html = "".join(_svg.themed(d, "") for d in _svg.layouts(figures.svg(fig)))
    assert not re.findall("#[0-9a-f]{6}", html)
    used = set(re.findall(r"var\((--[\w-]+)\)", html))
    assert used >= {palette.variable(name) for name in figures.COLORS}
    assert "--figure-ground" not in used
    plain = figures.svg(fig)
    assert "var(" not in plain and '<rect width="100%"' in plain, "elsewhere: on white"


def test_a_raster_is_one_path():
    fig, ax = figures.figure()
    rng = np.random.default_rng(0)
    figures.raster(ax, rng.integers(0, 1000, 5000), rng.integers(0, 100, 5000), dt=0.001)
    ax.plot(rng.random(3000), rng.random(3000), ".", color=figures.COLORS["spiking"])
    text = figures.svg(fig)
    wide, _ = _svg.layouts(text)
    longest = sorted(len(p.get("d")) for p in wide.iter(f"{{{_svg.SVG}}}path"))[-2:]
    assert min(longest) > 20_000, "marks are merged"
    assert len(list(wide.iter(f"{{{_svg.SVG}}}use"))) < 50
    assert len(text) < 400_000


def test_lines_and_dots_stay_where_they_were():
    """A dot in each corner of the axes is drawn in the corners of what clips it."""
    fig, ax = figures.figure()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.plot(*np.array([[x, y] for x in (0, 1) for y in (0, 1)] * 5).T, ".")
    wide, _ = _svg.layouts(figures.svg(fig))
    box = next(wide.iter(f"{{{_svg.SVG}}}clipPath"))[0]
    x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
    path = next(p for p in wide.iter(f"{{{_svg.SVG}}}path") if p.get("d").count("h0") == 20)
    found = {(round(float(a)), round(float(b))) for a, b in re.findall(
        r"M([\d.]+) ([\d.]+)h0", path.get("d"))}
    assert found == {(round(a), round(b)) for a in (x, x + w) for b in (y, y + h)}


def test_a_figure_that_cannot_be_copied_is_named():
    fig, ax = figures.figure()
    ax.xaxis.set_major_formatter(lambda value, _: f"{value}")
    with pytest.raises(TypeError, match="expected one that can be copied"):
        figures.svg(fig)


def test_every_colour_can_be_read_in_both_themes():
    for k, ground in enumerate(palette.GROUNDS):
        for name, both in palette.PALETTE.items():
            least = 3 if name in ("target", "neutral") else 4.5
            assert palette.contrast(both[k], ground) >= least, (name, ground)


def test_no_two_things_share_a_colour():
    for k in range(2):
        assert len({both[k] for both in palette.PALETTE.values()}) == len(palette.PALETTE)


def test_the_style_sheet_has_the_palette():
    css = (ROOT / "book/assets/figures.css").read_text(encoding="utf-8")
    assert palette.stylesheet() in css


def test_long_labels_are_broken_and_numbers_do_not_touch_where_it_is_narrow():
    fig, ax = figures.figure()
    ax.plot(range(50), label="the largest distance from the weights of ridge regression " * 2)
    ax.set_xticks([1, 2, 40, 48, 50], ["1", "2", "40", "48", "frozen"])
    ax.legend()
    _, narrow = _svg.layouts(figures.svg(fig))
    lines = [text for text in texts(narrow) if len(text) > 10]
    assert len(lines) > 1 and "ridge regression" in " ".join(lines)
    ax.set_xlim(0, 400)
    ax.set_xticks([0, 10, 390, 400], ["with", "without", "spiking", "noise"])
    found = texts(_svg.layouts(figures.svg(fig))[1])
    assert {"with", "without", "spiking", "noise"} <= set(found), "a name is never left out"
    assert {"1", "frozen"} <= set(texts(narrow)) and not {"2", "48"} & set(texts(narrow))
    box = next(narrow.iter(f"{{{_svg.SVG}}}clipPath"))[0]
    assert float(box.get("width")) > 0.75 * width(narrow), "the axes keep their width"


def shown_numbers(ax):
    return [tick.get_loc() for tick in ax.xaxis.get_major_ticks()
            if tick.label1.get_visible() and tick.label1.get_text()
            and ax.get_xlim()[0] <= tick.get_loc() <= ax.get_xlim()[1]]


@pytest.mark.parametrize(("low", "high"), [(-1.2, 0.5), (0, 5.75), (-0.3, 1.2), (0, 10_000)])
@pytest.mark.parametrize("names", [("a",), ("ready", "set")])
def test_numbers_on_a_narrow_axis_stand_at_even_distances(low, high, names):
    fig, axes = figures.figure(3, sharex=True, height=1.8)
    for ax in axes:
        for k, name in enumerate(names):
            ax.plot(np.linspace(low, high, 99), np.sin(np.arange(99) + k), label=name)
        ax.legend()
    axes[0].set_xlim(low, high)
    shown = shown_numbers(_arranged(fig, narrow=True).axes[-1])
    assert len(shown) > 1 and np.allclose(np.diff(shown), shown[1] - shown[0])
    assert 0 in np.round(shown, 9)


def test_long_paths_are_written_in_steps_that_lead_to_the_same_places():
    rng = np.random.default_rng(0)
    places = np.round(rng.uniform(0, 400, (500, 2)), 2)
    path = "".join(f"{'ML'[k % 5 > 0]}{x:g} {y:g}" for k, (x, y) in enumerate(places))
    short = _svg.short_path(path)
    steps = re.findall(r"([ml])(-?\d*\.?\d+) ?(-?\d*\.?\d+)", short)
    assert "".join(c for c, _, _ in steps).upper() == re.sub(r"[^ML]", "", path)
    found = np.cumsum([[float(x), float(y)] for _, x, y in steps], axis=0)
    assert np.abs(found - places).max() < 0.0501 + 1e-9
    assert _svg.short_path("M1.23 4.56l0 -3M2 2h0z") == "m1.2 4.6l0-3m.8 .4l0 0z"
    assert _svg.short_path("M1 2C3 4 5 6 7 8") == "M1 2C3 4 5 6 7 8"


def test_what_is_counted_in_whole_numbers_is_so_where_it_is_narrow():
    made, ax = figures.figure(height=2.6)
    ax.plot(range(1, 13), [10 ** (-k / 4) for k in range(1, 13)])
    ax.set(yscale="log", xlabel="trial", ylabel="nMSE")
    for drawing in _svg.layouts(figures.svg(made)):
        numbers = texts(drawing)[: texts(drawing).index("trial")]
        assert numbers and all("." not in number for number in numbers), numbers
