"""The book's sources: what every page and every chapter has to have.

The anatomy of a chapter is the list ``ANATOMY`` and the limits below it; change
them there.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from tools.book_layout import ROOT, chapters, notebooks, page_names, page_source

# What a chapter contains: a name for the message, and a pattern for its text.
ANATOMY = [
    ("a title", r"\A# \S"),
    ("objectives", r"(?i)\bobjectives\b"),
    ("what is needed first", r"(?i)needed first|you need first|prerequisites"),
    ("minutes to read", r"(?i)\d+\s+minutes?\s+to\s+read"),
    ("seconds to run", r"(?i)\d+\s+seconds?\s+to\s+run"),
    ("what to notice", r"(?i)what to notice"),
    ("exercises", r"(?m)^#{2,3} Exercises"),
    ("what can go wrong", r"(?m)^#{2,3} What can go wrong"),
    ("a summary", r"(?m)^#{2,3} Summary"),
    ("what the paper says", r"(?i)what the paper says"),
    ("what comes next", r"(?i)what(’s|'s| is| comes)? next"),
    ("references", r"(?m)^#{2,3} References"),
]
WORDS = (2000, 3500)
CODE_LINES = (80, 150)
MAX_CELL_LINES = 20
MAX_CODE_COLUMNS = 78  # what fits beside the table of contents without scrolling
MIN_EXERCISES = 4

HIDDEN_TAGS = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
CHECKED_OUTPUT = "NBVAL_CHECK_OUTPUT"
EXERCISE = re.compile(r"^`{3,}\{exercise(?:-start)?\}", re.M)
EXERCISE_LABEL = re.compile(r"^`{3,}\{exercise(?:-start)?\}[^\n]*\n(?:.*\n)*?:label: (\S+)", re.M)
SOLUTION = re.compile(r"^`{3,}\{solution(?:-start)?\} (\S+)", re.M)

ids = [path.stem for path in chapters()]
in_every_chapter = pytest.mark.parametrize("path", chapters(), ids=ids)


@cache
def read(path: Path) -> nbformat.NotebookNode:
    """A notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def is_draft(path: Path) -> bool:
    """Whether a chapter says of itself that it is not written yet."""
    return bool(read(path).metadata.get("spikelib", {}).get("draft"))


@pytest.fixture
def chapter(path):
    """A chapter that claims to be complete."""
    if is_draft(path):
        pytest.skip("the chapter is marked as a draft")
    return read(path)


def text_of(notebook: nbformat.NotebookNode) -> str:
    """The text cells of a notebook, one after the other."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def count_words(text: str) -> int:
    """Words of prose: no formulas, fences, options, tables' rules or web addresses."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", text, flags=re.S)
    text = re.sub(r"^(`{3,}|:{3,}).*$|^:[\w-]+:.*$|https?://\S+", " ", text, flags=re.M)
    return len(re.findall(r"[A-Za-zÀ-ÿ0-9][\w’'-]*", text))


def visible_code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Code cells that a reader sees: neither hidden by a tag nor in a solution."""
    cells, in_solution = [], False
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for mark in re.findall(r"\{solution-(start|end)\}", cell.source):
                in_solution = mark == "start"
        elif not in_solution and not HIDDEN_TAGS & set(cell.metadata.get("tags", [])):
            cells.append(cell)
    return [cell for cell in cells if cell.cell_type == "code"]


def count_lines(cell: nbformat.NotebookNode) -> int:
    """Lines of a cell that are not blank."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def test_every_page_of_the_contents_has_a_source():
    assert len(page_names()) == len(set(page_names())) > 0
    assert not [name for name in page_names() if page_source(name) is None]


def test_every_source_is_in_the_contents():
    known = {page_source(name) for name in page_names()}
    sources = [*ROOT.glob("book/**/*.md"), *ROOT.glob("book/**/*.ipynb")]
    sources += ROOT.glob("chapters/*.ipynb")
    assert not [path.relative_to(ROOT).as_posix() for path in sources if path not in known]


@pytest.mark.parametrize("path", notebooks(), ids=[path.stem for path in notebooks()])
def test_notebook_is_stored_clean(path):
    """No outputs but those that nbval compares, so that changes can be read."""
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and CHECKED_OUTPUT not in cell.source:
            assert not cell.outputs, f"cell {number} has outputs; run tools.clean_notebooks"
            assert cell.execution_count is None, f"cell {number} has a number"


@in_every_chapter
def test_chapter_has_its_anatomy(chapter):
    text = text_of(chapter)
    missing = [name for name, pattern in ANATOMY if not re.search(pattern, text)]
    assert not missing, f"missing: {', '.join(missing)}"


@in_every_chapter
def test_chapter_has_the_right_length(chapter):
    words = count_words(text_of(chapter))
    lines = sum(count_lines(cell) for cell in visible_code(chapter))
    assert WORDS[0] <= words <= WORDS[1], f"{words} words"
    assert CODE_LINES[0] <= lines <= CODE_LINES[1], f"{lines} lines of code"


@in_every_chapter
def test_cells_are_short(chapter):
    long = [
        f"{count_lines(cell)} lines: {cell.source.splitlines()[0]}"
        for cell in visible_code(chapter)
        if count_lines(cell) > MAX_CELL_LINES
    ]
    assert not long, long


@in_every_chapter
def test_code_fits_the_width_of_the_page(chapter):
    wide = [
        line
        for cell in chapter.cells
        if cell.cell_type == "code" and not HIDDEN_TAGS & set(cell.metadata.get("tags", []))
        for line in cell.source.splitlines()
        if len(line) > MAX_CODE_COLUMNS
    ]
    assert not wide, wide


@in_every_chapter
def test_chapter_has_exercises_with_solutions(chapter):
    text = text_of(chapter)
    labels = EXERCISE_LABEL.findall(text)
    assert len(labels) == len(EXERCISE.findall(text)), "an exercise has no label"
    assert len(labels) >= MIN_EXERCISES, f"{len(labels)} exercises"
    assert sorted(labels) == sorted(SOLUTION.findall(text)), "exercises and solutions differ"


def exercises_of(notebook: nbformat.NotebookNode) -> dict[str, dict[str, str]]:
    """Code of the stub and of the solution of every exercise, by its label."""
    found, here, place = {}, None, ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if here is not None:
                here[place] += cell.source + "\n"
            continue
        for kind, label in re.findall(
            r"\{(exercise|solution-start|solution-end)\}(?: ([\w-]+))?", cell.source
        ):
            if kind == "exercise":
                label = EXERCISE_LABEL.search(cell.source).group(1)
                here, place = found.setdefault(label, {"stub": "", "solution": ""}), "stub"
            elif kind == "solution-start":
                here, place = found[label], "solution"
            else:
                here = None
        if re.search(r"(?m)^#{1,3} ", cell.source):
            here = None
    return found


@in_every_chapter
def test_exercises_have_stub_check_and_a_solution_that_is_checked(chapter):
    """The stub falls back on the reference; the solution is executed and has to pass."""
    for label, code in exercises_of(chapter).items():
        name = re.search(r"@exercises\.stub\ndef (\w+)\(", code["stub"])
        assert name, f"{label}: no stub"
        check = f"exercises.check_{name.group(1)}({name.group(1)})"
        assert check in code["stub"], f"{label}: the stub is not checked"
        assert f"def {name.group(1)}(" in code["solution"], f"{label}: no solution"
        assert f"assert {check}" in code["solution"], f"{label}: the solution is not checked"
        body = code["stub"].partition(name.group(0))[2].splitlines()[1:]
        assert body[0].strip() == "..." or '"""' in body[0]


@in_every_chapter
def test_figures_are_named_and_described(chapter):
    """A cell's alternative text says what is seen, in words."""
    for cell in chapter.cells:
        image = cell.metadata.get("mystnb", {}).get("image")
        if image is not None:
            assert len(image.get("alt", "").split()) >= 4, cell.source.splitlines()[0]
