"""Figures in the sources: colours by name, and a caption wherever something is drawn."""

from __future__ import annotations

import ast
import re
from collections import Counter

import matplotlib.colors
import nbformat
import pytest

from spikelib import figures
from tools.book_layout import ROOT, notebooks

SOURCES = {path.relative_to(ROOT).as_posix(): nbformat.read(path, as_version=4)
           for path in notebooks()}
KNOWN = set(matplotlib.colors.get_named_colors_mapping()) | {"k", "w", "r", "g", "b"}
KNOWN -= set(figures.COLORS)
in_every_notebook = pytest.mark.parametrize("name", SOURCES)


def code_cells(name):
    return [cell for cell in SOURCES[name].cells if cell.cell_type == "code"]


def tree(cell):
    lines = [re.sub(r"^(\s*)[%!].*", r"\1pass", line) for line in cell.source.splitlines()]
    return ast.parse("\n".join(lines))


def raw_colors(cell):
    """Colours that a cell writes down instead of naming what they stand for."""
    found = []
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if re.fullmatch(r"#[0-9a-fA-F]{3,8}|C\d|tab:\w+|xkcd:.+", node.value):
                found.append(node.value)
        if isinstance(node, ast.keyword) and node.arg in ("color", "c", "ec", "fc", "mfc", "mec"):
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                if value.value in KNOWN or re.fullmatch(r"[\d.]+", value.value):
                    found.append(value.value)
        if isinstance(node, ast.Attribute) and node.attr in ("colormaps", "cm"):
            found.append(node.attr)
    return found


@in_every_notebook
def test_colours_are_held_by_names(name):
    for cell in code_cells(name):
        assert not raw_colors(cell), cell.source
        for color in re.findall(r'\bCOLORS\["([^"]+)"\]', cell.source):
            assert color in figures.COLORS, f"{color!r}: expected one of {list(figures.COLORS)}"


def test_a_colour_that_is_written_down_is_found():
    for line in ('ax.plot(x, color="#CC79A7")', 'f(["C0"])', 'ax.plot(x, c="black")',
                 'ax.plot(x, color="0.6")', 'ax.bar(x, y, color="tab:blue")'):
        assert raw_colors(nbformat.v4.new_code_cell(line)), line
    assert not raw_colors(nbformat.v4.new_code_cell('ax.plot(x, color=COLORS["rate"], mfc="none")'))


def draws(cell):
    """Whether a cell shows a figure when it runs: outside the functions that it defines."""
    statements = [s for s in tree(cell).body if not isinstance(s, ast.FunctionDef)]
    calls = [n for s in statements for n in ast.walk(s) if isinstance(n, ast.Call)]
    return any(ast.unparse(call.func) in ("figures.figure", "figure") for call in calls)


@in_every_notebook
def test_every_figure_has_a_caption_a_name_and_a_description(name):
    for cell in code_cells(name):
        about = cell.metadata.get("mystnb", {})
        if draws(cell) or "figure" in about:
            assert len(about["image"]["alt"].split()) >= 4, cell.source
            caption, label = about["figure"]["caption"], about["figure"]["name"]
            assert caption[-1] in ".:" and 5 <= len(caption.split()) <= 60, caption
            assert re.fullmatch(r"fig-[a-z0-9-]+", label)


def test_names_of_figures_are_unique():
    labels = Counter(cell.metadata["mystnb"]["figure"]["name"] for name in SOURCES
                     for cell in code_cells(name) if "figure" in cell.metadata.get("mystnb", {}))
    assert not [label for label, n in labels.items() if n > 1]


@in_every_notebook
def test_figures_are_made_by_the_book_s_own_function(name):
    for cell in code_cells(name):
        assert not re.search(r"\bplt\.|pyplot", cell.source), cell.source


SIDES = re.compile(
    r"\((?:on the )?(?:left|right)\)|\b[Oo]n the (?:left|right)\b|\b(?:left|right) (?:side|panel)"
    r"|\b(?:Left|Right|Middle)[,:]|[;,] (?:left|right)(?:,| against| and)"
    r"|\b(?:very|far) (?:left|right)\b"
)


def captions(name):
    """What stands below the pictures and widgets of a notebook."""
    kinds = [cell.metadata.get(key, {}).get("figure") for cell in code_cells(name)
             for key in ("mystnb", "spikelib")]
    return [figure for figure in kinds if figure]


def alternative_texts(name):
    """What a reader hears in place of a picture: of figures, and of drawings in the text."""
    told = [cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            for cell in code_cells(name)]
    return told + [alt for cell in SOURCES[name].cells if cell.cell_type == "markdown"
                   for alt in re.findall(r"!\[([^\]]*)\]", cell.source)]


@in_every_notebook
def test_captions_and_alternative_texts_name_panels_and_not_sides(name):
    """On a phone panels are stacked, so there is no left and no right."""
    for text in [*(figure["caption"] for figure in captions(name)), *alternative_texts(name)]:
        assert not SIDES.search(text), text


def test_a_side_is_found():
    for text in ("A falls (left).", "On the right, B.", "As the left side shows.", "Left, A.",
                 "Middle: C.", "Error, left against noise.", "Errors are to the far left."):
        assert SIDES.search(text), text
    assert not SIDES.search("It is right of the line, the right output, and is left alone.")


@in_every_notebook
def test_every_widget_has_a_caption_and_a_name_of_its_own(name):
    for cell in code_cells(name):
        if re.search(r"\w+Widget\(", cell.source):
            told = cell.metadata.get("spikelib", {}).get("figure", {})
            assert told.get("caption", "").startswith("Live: ") and told.get("name"), cell.id
    names = Counter(figure["name"] for figure in captions(name))
    assert not [key for key, count in names.items() if count > 1]
