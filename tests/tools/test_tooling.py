"""The scripts behind the two commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from tools import build_book, clean_notebooks, execute, get_browser, run_tests, set_up
from tools.book_layout import ROOT, chapters, notebooks, page_names, page_source


def write_notebook(path: Path, *sources: str, **metadata) -> Path:
    """A notebook of a text cell and some code cells."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = dict(clean_notebooks.KERNEL)
    notebook.cells = [nbformat.v4.new_markdown_cell("# A title")]
    notebook.cells += [nbformat.v4.new_code_cell(s, metadata=metadata) for s in sources]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def book(tmp_path):
    """A book of one page and one chapter."""
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nparts:\n- chapters:\n  - file: chapters/one\n"
    )
    (tmp_path / "intro.md").write_text("# Intro\n")
    (tmp_path / "requirements.txt").write_text("numpy\n")
    (tmp_path / "spikelib").mkdir()
    (tmp_path / "spikelib" / "__init__.py").write_text("X = 1\n")
    write_notebook(tmp_path / "chapters" / "one.ipynb", "x = 1", "print(x + 1)")
    return tmp_path


def run(book: Path, **options) -> execute.Outcome:
    """Execute the chapter of the small book."""
    return execute.execute(book, notebooks(book), timeout=60, **options)[0]


def test_layout_lists_pages_in_reading_order(book):
    assert page_names(book) == ["intro", "chapters/one"]
    assert notebooks(book) == chapters(book) == [book / "chapters" / "one.ipynb"]
    assert page_source("missing", book) is None


def test_a_failure_names_the_chapter_and_the_cell(book, capsys):
    path = write_notebook(book / "chapters" / "one.ipynb", "x = 1", "\n# next\nx / 0", "y = 2")
    outcome = run(book)
    assert outcome.failure.cell == 3
    assert outcome.failure.line == "# next"
    assert outcome.failure.error == "ZeroDivisionError: division by zero"
    text = build_book.explain(outcome, book)
    assert "chapters/one.ipynb, cell 3" in text and "# next" in text
    assert "chapter 1 of 1  chapters/one.ipynb ... FAILED" in capsys.readouterr().out
    assert path.read_text() and not (book / "_build" / "executed" / "one.ipynb").exists()


def test_the_build_command_fails_on_a_failing_cell(book):
    write_notebook(book / "chapters" / "one.ipynb", "raise RuntimeError('no')")
    command = [sys.executable, "-m", "tools.build_book", "--root", book]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "FAILED  chapters/one.ipynb, cell 2" in done.stderr
    assert "RuntimeError: no" in done.stderr


def test_a_cell_that_takes_too_long_is_named(book):
    write_notebook(book / "chapters" / "one.ipynb", "import time", "time.sleep(60)")
    path = book / "chapters" / "one.ipynb"
    environment = execute.kernel_environment(1)
    outcome = execute.run_one(path, book / "r.ipynb", timeout=1, environment=environment)
    assert outcome.failure.cell == 3
    assert "still running after 1 s" in outcome.failure.error


def test_results_are_reused_until_code_or_package_change(book):
    path = book / "chapters" / "one.ipynb"
    assert not run(book).reused
    assert run(book).reused

    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = "# Another title"
    notebook.cells[1].metadata["tags"] = ["hide-input"]
    nbformat.write(notebook, path)
    assert run(book).reused, "text and tags need no new run"
    merged = execute.open_cache(book).merge_match_into_notebook(notebook)[1]
    assert merged.cells[1].metadata["tags"] == ["hide-input"]
    assert merged.cells[2].outputs[0].text == "2\n"

    (book / "spikelib" / "__init__.py").write_text("X = 2\n")
    assert not run(book).reused, "spikelib has changed"
    write_notebook(path, "x = 2", "print(x + 1)")
    assert not run(book).reused, "the code has changed"


def test_a_preview_reuses_results_of_an_older_library_and_the_next_build_does_not(
    book, monkeypatch
):
    before = (book / "spikelib" / "__init__.py").read_text()
    run(book)
    (book / "spikelib" / "__init__.py").write_text("X = 2\n")
    with monkeypatch.context() as preview:
        preview.setenv("BOOK_PREVIEW", "1")
        assert run(book).reused
    (book / "spikelib" / "__init__.py").write_text(before)
    assert not run(book).reused, "the cache may hold what the other library made"


@pytest.mark.parametrize("name", ["requirements.txt", "spikelib/new.py", "chapters/data.csv"])
def test_fingerprint_sees_everything_that_decides_a_result(book, name):
    before = execute.environment_fingerprint(book)
    (book / name).write_text("changed\n")
    assert execute.environment_fingerprint(book) != before


def test_a_page_without_source_is_named(book):
    (book / "intro.md").unlink()
    with pytest.raises(build_book.BuildError, match="intro"):
        build_book.check_sources(book)


def test_cleaning_keeps_checked_outputs_only(tmp_path):
    path = write_notebook(tmp_path / "n.ipynb", "1", "# NBVAL_CHECK_OUTPUT\n2", scrolled=True)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells[1:]:
        cell.execution_count = 7
        cell.outputs = [nbformat.v4.new_output("stream", text="2\n")]
    notebook.metadata["widgets"] = {}
    nbformat.write(notebook, path)
    assert clean_notebooks.clean(path)
    cleaned = nbformat.read(path, as_version=4)
    assert [len(cell.outputs) for cell in cleaned.cells[1:]] == [0, 1]
    assert [cell.execution_count for cell in cleaned.cells[1:]] == [None, 1]
    assert "widgets" not in cleaned.metadata and not cleaned.cells[1].metadata
    assert not clean_notebooks.clean(path)


def test_set_up_is_repeated_when_a_requirement_changes(tmp_path, monkeypatch):
    for name in set_up.SOURCES:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "VENV", ROOT / ".venv")
    monkeypatch.setattr(set_up, "STAMP", tmp_path / ".ready")
    (tmp_path / "_assets").mkdir()
    (tmp_path / "_assets" / "ready").touch()
    assert not set_up.is_ready()
    set_up.STAMP.write_text(set_up.fingerprint())
    assert set_up.is_ready()
    with (tmp_path / "requirements.txt").open("a") as file:
        file.write("more==1\n")
    assert not set_up.is_ready()


def test_requirements_are_pinned_and_name_no_address():
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line]
    for line in lines:
        assert line.startswith("#") or "==" in line.split(";")[0], line
        assert "://" not in line and not line.startswith("-"), line
    lock = json.loads((ROOT / "tools/web/package-lock.json").read_text())
    assert not [name for name, entry in lock["packages"].items() if "://" in str(entry)]


def test_no_browser_is_a_skip_here_and_a_failure_in_ci(monkeypatch):
    monkeypatch.setattr(get_browser, "get", lambda: (None, "no network"))
    book = run_tests.Result(name="book", ok=True, seconds=0)
    monkeypatch.delenv("CI", raising=False)
    skipped = run_tests.page_tests(book)
    assert skipped.ok and "SKIPPED" in skipped.line() and "no network" in skipped.line()
    monkeypatch.setenv("CI", "true")
    assert not run_tests.page_tests(book).ok


def test_the_summary_is_last_and_counts(capsys):
    good = run_tests.Result(name="a", ok=True, seconds=1, passed=3, skipped=1)
    bad = run_tests.Result(name="b", ok=False, seconds=1, failed=2, passed=1)
    assert run_tests.summarise([good], 1.0)
    assert not run_tests.summarise([good, bad], 2.0)
    last = capsys.readouterr().out.strip().splitlines()[-1]
    assert last == "===== FAILED, 2 failed, 4 passed, 1 skipped in 2.00s ====="


def test_citation_file_is_well_formed():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "references"} <= set(citation)
    assert [reference["year"] for reference in citation["references"]] == [2016, 2023]
