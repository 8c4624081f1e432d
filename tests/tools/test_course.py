"""What is handed out in a course: notebooks in two editions, zip files, slides."""

from __future__ import annotations

import ast
import html
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from tools import course, editions, lectures, slides
from tools.book_layout import ROOT, chapters, notebooks
from tools.plain_text import PlainText, Works, glued_values

MARKS = re.compile(r"\{(?:glue|cite|doc|numref|ref|download|exercise|solution)[\w:-]*\}")


def stored_book() -> course.Book:
    """The chapters as they are stored, without any results."""
    sources = course.handed_out(ROOT)
    stored = {path.stem: nbformat.read(path, as_version=4) for path in sources}
    executed = {path.stem: nbformat.read(path, as_version=4) for path in notebooks(ROOT)}
    return course.Book(root=ROOT, sources=sources, stored=stored, executed=executed)


BOOK = stored_book()
NAMES = list(BOOK.stored)


def edition(name: str, solutions: bool) -> nbformat.NotebookNode:
    """A chapter in one of the editions."""
    which = course.INSTRUCTOR if solutions else course.STUDENT
    return editions.make(BOOK.stored[name], which, BOOK.text(name))


def code_of(notebook) -> str:
    """All code of a notebook."""
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def solutions_of(name: str) -> list[str]:
    """The code of a chapter's solutions, cell by cell."""
    cells = editions.solution_cells(BOOK.stored[name])
    return [cell.source for cell in cells if cell.cell_type == "code"]


def test_every_chapter_is_handed_out():
    assert set(chapters()) <= set(BOOK.sources)


@pytest.mark.parametrize("name", NAMES)
def test_students_get_no_solution(name):
    """No solution's code, nor any line that only a solution has."""
    student = edition(name, solutions=False)
    text = "\n".join(cell.source for cell in student.cells)
    for source in solutions_of(name):
        assert source not in text
    assert "Solution" not in text and "assert exercises.check_" not in code_of(student)
    elsewhere = {
        line.strip()
        for cell in BOOK.stored[name].cells
        if cell not in editions.solution_cells(BOOK.stored[name])
        for line in cell.source.splitlines()
    }
    for source in solutions_of(name):
        own = {line.strip() for line in source.splitlines() if len(line.strip()) > 12} - elsewhere
        assert not own & {line.strip() for line in text.splitlines()}


@pytest.mark.parametrize("name", NAMES)
def test_instructors_get_every_solution_and_the_same_exercises(name):
    student, instructor = edition(name, solutions=False), edition(name, solutions=True)
    code = code_of(instructor)
    for source in solutions_of(name):
        assert source in code
    headings = [
        [line for c in notebook.cells for line in c.source.splitlines() if line.startswith("### E")]
        for notebook in (student, instructor)
    ]
    assert headings[0] == headings[1]
    checks = re.findall(r"exercises\.(check_\w+)\(", code_of(student))
    assert len(checks) >= len(headings[0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("solutions", [False, True])
def test_handed_out_notebooks_are_plain(name, solutions):
    """No markup of the book, nothing that only the book's tools provide, code that parses."""
    notebook = edition(name, solutions)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not MARKS.search(cell.source), cell.source[:200]
            assert "```{" not in cell.source and "[](" not in cell.source
        else:
            assert "myst_nb" not in cell.source and not re.search(r"\bglue\w*\(", cell.source)
            ast.parse(editions._without_magics(cell.source))
            assert not cell.outputs and cell.execution_count is None
    setup = [c for c in notebook.cells if "setup" in c.metadata.get("tags", [])]
    assert len(setup) == 1 and "%pip install --quiet -r requirements.txt" in setup[0].source


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_used_are_still_defined(name):
    """What the book's own cells defined and later cells use was not lost."""
    def lost(notebook):
        defined, missing = set(dir(__import__("builtins"))), set()
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            tree = ast.parse(editions._without_magics(cell.source))
            stored = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
            caught = {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler)}
            defined |= editions._names(tree, ast.Store) | stored | (caught - {None})
            missing |= editions._names(tree, ast.Load) - defined
        return missing

    assert lost(edition(name, solutions=False)) <= lost(BOOK.stored[name])


def test_what_later_cells_need_of_a_hidden_cell_stays():
    notebook = nbformat.v4.new_notebook()
    hidden = nbformat.v4.new_code_cell(
        "from myst_nb import glue\ndef keep(name, value):\n    glue(name, value)\n"
        "LIMIT = 0.1\nunused = 3\nfor k in [1, 2]:\n"
        "    last = k * LIMIT\n    keep('last', last)\nassert last > 0",
        metadata={"tags": ["remove-cell"]},
    )
    notebook.cells = [nbformat.v4.new_markdown_cell("# T"), hidden,
                      nbformat.v4.new_code_cell("print(last)")]
    text = PlainText(Works(Path("none")), {}, {}, "x")
    made = editions.make(notebook, editions.Edition(name="e", solutions=True), text)
    assert made.cells[1].source == "LIMIT = 0.1\nfor k in [1, 2]:\n    last = k * LIMIT"
    assert len(made.cells) == 3, "no line to install, so no cell for it"


def test_text_becomes_plain():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output(
        "display_data", data={"application/papermill.record/text/plain": "0.01234"},
        metadata={"scrapbook": {"name": "error"}},
    )])]
    values = glued_values(notebook)
    assert values == {"error": 0.01234}
    works = Works(ROOT / "book" / "references.bib")
    text = PlainText(works, {"one": values}, {"two": "The second"}, "one", "{cite}`haykin2002`")
    said = text.translate(
        "{glue:text}`error:.2f` and {glue:text}`none:.2f`, {cite:t}`depasquale2016`, "
        "{cite}`haykin2002`, [](two.ipynb), [x](../book/api.md), [site](https://example.org)"
    )
    assert said == (
        "0.01 and …, DePasquale et al. (2016), (Haykin 2002), [The second](two.ipynb), *x*, "
        "[site](https://example.org)"
    )
    assert text.translate("```{exercise} How?\n:label: ex-a\n\nWrite it.\n```") == (
        "### Exercise 1. How?\n\nWrite it."
    )
    assert text.translate("```{bibliography}\n:filter: x\n```").startswith("- Haykin S (2002)")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The whole course, made from the chapters as they are stored."""
    out = tmp_path_factory.mktemp("course")
    work = out / "work"
    work.mkdir()
    decks = slides.build(BOOK, out / "slides").files
    guide = [(ROOT / course.GUIDE, "instructors_guide.md")]
    zips = [
        course.write_edition(BOOK, which, course.build_wheel(ROOT, work, which), out, added)
        for which, added in ((course.STUDENT, ()), (course.INSTRUCTOR, guide))
    ]
    return decks, zips


def test_zips_hold_all_that_is_needed(made):
    for path in made[1]:
        names = zipfile.ZipFile(path).namelist()
        inside = {name.partition("/")[2] for name in names}
        assert {f"{name}.ipynb" for name in NAMES} <= inside
        assert {"README.md", "requirements.txt", "LICENSE", "LICENSE-text"} <= inside
        lines = zipfile.ZipFile(path).read(f"{path.stem}/requirements.txt").decode().split()
        assert lines[0].removeprefix("./") in inside
        assert all("==" in line for line in lines[1:] if not line.startswith("jupyterlab"))
        assert {"numpy", "numba", "papermill"} <= {line.partition("==")[0] for line in lines}
        assert path.stat().st_size < 20_000_000


def test_readme_makes_an_environment_and_tests_it(made):
    """In this order: an environment, the installation into it, the test, JupyterLab."""
    for path in made[1]:
        text = zipfile.ZipFile(path).read(f"{path.stem}/README.md").decode()
        steps = ("python3 -m venv .venv", "activate", "pip install -r requirements.txt",
                 "python -m spikelib.book.installation", "python -m jupyter lab")
        places = [text.index(step) for step in steps]
        assert places == sorted(places)


@pytest.mark.parametrize("which", [0, 1])
def test_wheel_holds_the_whole_package(made, which):
    """The students' too, but for what only instructors need."""
    with zipfile.ZipFile(made[1][which]) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".whl"))
        with archive.open(name) as file, zipfile.ZipFile(file) as wheel:
            inside = set(wheel.namelist())
    assert ("+students" in name) == (which == 0), "either replaces the other when installed"
    package = ROOT / "spikelib"
    files = {p.relative_to(ROOT).as_posix() for p in package.rglob("*")
             if p.is_file() and "__pycache__" not in p.parts}
    files -= {"spikelib/book/live/js/package.json"}  # tells Node what the scripts are
    kept_back = {f for f in files if f.startswith("spikelib/book/marks/")}
    assert files - (kept_back if which == 0 else set()) <= inside
    assert not (inside & kept_back if which == 0 else set())


def test_there_is_a_deck_for_every_lecture_without_solutions(made):
    decks = made[0]
    assert [deck.stem for deck in decks] == lectures.names(ROOT)
    text = "\n".join(deck.read_text("utf-8") for deck in decks)
    for path in chapters():
        assert html.escape(BOOK.text(path.stem).titles[path.stem]) in text
    for name in NAMES:
        for source in solutions_of(name):
            assert source.splitlines()[-1] not in text or "check" not in source


def test_slides_without_their_figures_are_named(tmp_path):
    """Chapters that were not run have no figures: what a deck lacks is said."""
    missing = slides.build(BOOK, tmp_path / "slides").missing
    assert "04/freeze: a figure in cell 04-26" in missing
    assert any(line.startswith("01/noise: a widget") for line in missing)
    assert any(line.startswith("04/lost: a number") for line in missing)


@pytest.mark.slow
def test_a_student_notebook_runs_in_an_empty_folder(made, tmp_path):
    """Unpacked elsewhere, with nothing of this folder to import: as after the installation."""
    zipfile.ZipFile(made[1][0]).extractall(tmp_path)
    folder = tmp_path / made[1][0].stem
    wheel = next(folder.glob("*.whl"))
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    shutil.copy2(ROOT / "tools" / "run_notebook.py", tmp_path / "run.py")
    where = nbformat.v4.new_code_cell("import spikelib\nprint(spikelib.__file__)")
    path = folder / "01_spikes_and_rates.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(where)
    nbformat.write(notebook, path)
    result = tmp_path / "result.ipynb"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, str(tmp_path / "run.py"), str(path), str(result), "120"],
        cwd=folder, env=environment, capture_output=True, text=True,
    )
    assert result.is_file(), done.stdout + done.stderr
    ran = nbformat.read(result, as_version=4)
    outputs = [o for cell in ran.cells for o in cell.get("outputs", [])]
    text = "".join(o.get("text", "") for o in outputs if o.output_type == "stream")
    assert str(tmp_path / "installed") in text
    assert text.count("○") >= 4, "each stub runs, and its check shows the question"
    assert "✗" not in text and "✓" not in text
    assert sum("image/png" in o.get("data", {}) for o in outputs) >= 6
