"""nbval on the results of the build: nothing runs twice, and what differs is found."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest

from tools import execute, replay
from tools.book_layout import ROOT, notebooks

CELLS = [
    "from pathlib import Path\nwith Path('runs').open('a') as file:\n    file.write('x')",
    "# NBVAL_CHECK_OUTPUT\nprint(6 * 7)",
    "# NBVAL_CHECK_OUTPUT\nlen('four')",
    "1 / 0",
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A book of one notebook that has been executed."""
    book = tmp_path_factory.mktemp("book")
    (book / "_toc.yml").write_text("format: jb-book\nroot: one\n")
    (book / "requirements.txt").write_text("numpy\n")
    new = nbformat.v4
    notebook = new.new_notebook(cells=[new.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"display_name": "P", "language": "python", "name": "python3"}
    notebook.cells[-1].metadata["tags"] = ["raises-exception"]
    for number, text in ((1, "42\n"), (2, None)):
        cell = notebook.cells[number]
        cell.execution_count = 1
        output = (
            new.new_output("stream", text=text) if text
            else new.new_output("execute_result", data={"text/plain": "4"}, execution_count=1)
        )
        cell.outputs = [output]
    nbformat.write(notebook, book / "one.ipynb")
    assert execute.execute(book, notebooks(book), timeout=60)[0].failure is None
    return book


def nbval(book):
    """nbval's report on the notebook, with the results of the build."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts="]
    command += ["--nbval-lax", f"--nbval-kernel-name={replay.NAME}", "one.ipynb"]
    found = replay.install(book / "replay", book)
    return subprocess.run(
        command, cwd=book, env=os.environ | found, capture_output=True, text=True
    ).stdout


def test_results_of_the_build_are_compared_and_nothing_runs_again(built):
    report = nbval(built)
    assert "4 passed" in report, report
    assert (built / "runs").read_text() == "x"


def test_what_differs_from_the_stored_output_is_found(built):
    notebook = nbformat.read(built / "one.ipynb", as_version=4)
    before = nbformat.writes(notebook)
    notebook.cells[1].outputs[0].text = "43\n"
    nbformat.write(notebook, built / "one.ipynb")
    report = nbval(built)
    (built / "one.ipynb").write_text(before)
    assert "Cell outputs differ" in report and "1 failed, 3 passed" in report, report


def test_a_cell_that_has_changed_since_is_not_answered(built):
    notebook = nbformat.read(built / "one.ipynb", as_version=4)
    runs = replay.executed(built, built)
    outputs, left = replay.answer(runs, 1, CELLS[1])
    assert outputs[0].text == "42\n" and left == runs
    outputs, left = replay.answer(runs, 1, CELLS[1] + "  # changed")
    assert outputs[0].ename == replay.NOT_EXECUTED and not left
    assert replay.answer(runs, len(CELLS), "more")[0][0].ename == replay.NOT_EXECUTED
    before = nbformat.writes(notebook)
    notebook.cells[1].source += "  # changed"
    nbformat.write(notebook, built / "one.ipynb")
    assert not replay.executed(built, built)
    (built / "one.ipynb").write_text(before)


def test_the_kernel_is_run_from_this_checkout(tmp_path):
    variables = replay.install(tmp_path)
    description = (tmp_path / "kernels" / replay.NAME / "kernel.json").read_text()
    assert str(ROOT) in description and variables == {"JUPYTER_PATH": str(tmp_path)}
