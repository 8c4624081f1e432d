"""The drawings: one source, files that follow it, words for those who do not see them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import nbformat
import pytest

from tools.book_layout import ROOT, chapters, notebooks
from tools.drawings import FOLDER, drawings, method
from tools.drawings.sheet import STYLE

SHOWN = re.compile(r"!\[([^\]]*)\]\((?:\.\./chapters/)?drawings/([\w-]+)\.svg\)")
in_every_drawing = pytest.mark.parametrize("name", drawings())


def shown(path) -> list[tuple[str, str]]:
    """Text alternative and name of every drawing of a notebook, in order."""
    cells = nbformat.read(path, as_version=4).cells
    return [found for cell in cells if cell.cell_type == "markdown"
            for found in SHOWN.findall(cell.source)]  # fmt: skip


@in_every_drawing
def test_file_is_what_its_source_draws(name):
    path = ROOT / FOLDER / f"{name}.svg"
    assert path.read_text(encoding="utf-8") == drawings()[name].file(), "python -m tools.drawings"


def test_no_file_is_left_over():
    assert {path.stem for path in (ROOT / FOLDER).iterdir()} == set(drawings())


@in_every_drawing
def test_a_drawing_stays_within_its_frame_and_is_legible(name):
    """Words are at least 11 pixels high, on a phone (343 pixels) and in a column (676)."""
    drawing = drawings()[name]
    phone = drawing.tall or drawing.wide
    size_on_phone = drawing.tall_size if drawing.tall else drawing.wide_size
    for content, size, column in (
        (drawing.wide, drawing.wide_size, 676),
        (phone, size_on_phone, 343),
    ):
        root = ET.fromstring(f"<svg>{content}</svg>")
        assert 13 * min(1.0, column / size[0]) >= 11
        for element in root.iter("tspan"):
            if "y" in element.attrib:
                assert 0 <= float(element.get("y")) <= size[1]


@in_every_drawing
def test_every_colour_of_a_drawing_is_defined(name):
    style = STYLE.read_text(encoding="utf-8")
    classes = " ".join(re.findall(r'class="([^"]*)"', drawings()[name].wide))
    used = set(re.findall(r"\b[sft]-[a-z]+\b", classes))
    assert not {word for word in used if f".{word}" not in style}


def test_every_chapter_begins_with_the_method_and_its_own_part():
    for number, path in enumerate(chapters(), start=1):
        cells = nbformat.read(path, as_version=4).cells[1:3]  # a banner may come first
        expected = (method.alternative(number), f"method-{number:02}")
        assert expected in SHOWN.findall("\n".join(cell.source for cell in cells))
    preface = notebooks()[0]
    assert [name for _, name in shown(preface)] == ["method"]


@pytest.mark.parametrize("number", method.CHAPTERS)
def test_a_chapters_part_is_lit_and_the_others_are_not(number):
    lit, _ = method.CHAPTERS[number]
    drawing = drawings()[f"method-{number:02}"]
    for layout in (drawing.wide, drawing.tall):
        assert set(re.findall(r'class="part (\w+) lit"', layout)) == set(lit)
        assert len(re.findall(r'class="part \w+ dim"', layout)) == len(method.NAMES) + 1 - len(lit)


def test_what_a_notebook_says_of_a_drawing_is_what_the_drawing_says():
    found = [item for path in notebooks() for item in shown(path)]
    assert {name for _, name in found} == set(drawings())
    for alt, name in found:
        assert alt == drawings()[name].alt
