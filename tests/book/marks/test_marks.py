"""A class is graded: each gets the marks that the own answers are worth, whatever others do."""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest

from spikelib.book import exercises
from spikelib.book.exercises._comparing import difference
from spikelib.book.exercises._recorded import outcomes
from spikelib.book.marks import __main__ as command
from spikelib.book.marks import fresh, output, students
from spikelib.book.marks.submissions import find
from tests.book.marks import classroom
from tests.book.test_exercises import CHECKS, module_of

REFERENCES = Path(exercises.__file__).parent


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class, as it was handed in and as it is marked, in less than a minute."""
    place = tmp_path_factory.mktemp("class")
    outside = place / "outside.txt"
    expected = classroom.make(place / "handed in", outside, REFERENCES)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "spikelib.book.marks", str(place / "handed in"), "--out",
         str(place / "marks"), "--seconds", "3", "--jobs", "2", "--memory", "6",
         "--nbgrader", str(place / "nbgrader")],
        capture_output=True, text=True, timeout=1200, cwd=place,
        env=os.environ | {"PYTHONPATH": str(REFERENCES.parents[2])})
    assert done.returncode == 0, done.stderr
    with (place / "marks" / "marks.csv").open(encoding="utf-8") as file:
        table = {row["student"]: row for row in csv.DictReader(file)}
    return place, expected, table, done.stdout, time.perf_counter() - began


def test_each_gets_the_marks_that_the_answers_are_worth(graded):
    place, expected, table, said, seconds = graded
    came = {student: int(row["points"]) for student, row in table.items()}
    assert came == {student: what["points"] for student, what in expected.items()}
    for student, what in expected.items():
        row = table[student]
        assert what.get("error", "") in row["errors"], (student, row["errors"])
        assert what.get("stopped", "") in row["stopped"], (student, row)
        assert bool(row["stopped"]) == ("stopped" in what), (student, row["stopped"])
        assert int(row["hints"]) == what.get("hints", 0), student
    print(said, seconds)
    assert re.search(r"no network|refused", said)


def test_nothing_is_left_behind(graded):
    """No file outside, no process."""
    assert not (graded[0] / "outside.txt").exists()
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "time.sleep(987)" not in listed and "worker.py" not in listed


def test_platforms_can_import_the_points(graded):
    place, expected, *_ = graded
    with (place / "marks" / "moodle.csv").open(encoding="utf-8") as file:
        moodle = {row["ID number"]: int(row["spikelib chapter01"]) for row in csv.DictReader(file)}
    with (place / "marks" / "canvas.csv").open(encoding="utf-8") as file:
        possible, *canvas = csv.DictReader(file)
    assert moodle == {student: what["points"] for student, what in expected.items()}
    assert {r["SIS Login ID"]: int(r["spikelib chapter01"]) for r in canvas} == moodle
    assert possible["Student"] == "Points Possible" and possible["spikelib chapter01"] == "5"


def test_each_student_has_a_page_and_a_file(graded):
    place, expected, *_ = graded
    for student, what in expected.items():
        page = (place / "marks" / "feedback" / f"{student}.html").read_text("utf-8")
        assert f"<h1>{student}: {what['points']} of 5 points</h1>" in page
        others = set(expected) - {student}
        assert not any(f">{other}<" in page for other in others)
        kept = json.loads((place / "marks" / "feedback" / f"{student}.json").read_text("utf-8"))
        assert kept["points"] == what["points"]
    page = (place / "marks" / "feedback" / "wrong.html").read_text("utf-8")
    assert "Hint 1 of 3 to trace" in page and "Hint 2" not in page


def test_what_is_written_is_text_in_pages_and_tables(tmp_path):
    """Names and messages come from submissions: no markup, no formula of a spreadsheet."""
    found = {"x": {"points": 1, "said": "<script>alert(1)</script>", "hints": 0}}
    result = {"student": "=cmd()", "notebook": "a.ipynb", "chapter": "chapter01",
              "exercises": found, "errors": ["<b>"], "forbidden": [], "seconds": 1.0}
    output.write([result], tmp_path)
    page = (tmp_path / "feedback" / "=cmd().html").read_text("utf-8")
    assert "<script>" not in page and "&lt;b&gt;" in page
    assert "\n'=cmd()," in (tmp_path / "marks.csv").read_text("utf-8")


def test_a_folder_without_notebooks_is_named(tmp_path, capsys):
    assert command.main([str(tmp_path)]) == 1
    assert "expected a folder with notebooks" in capsys.readouterr().err
    (tmp_path / "ann.ipynb").write_text("no notebook", "utf-8")
    (submission,) = find(tmp_path)
    assert submission.student == "ann"


def test_the_students_edition_cannot_grade(monkeypatch, capsys):
    monkeypatch.setattr(exercises, "EDITION", "students")
    assert command.main(["."]) == 1
    assert "students' edition" in capsys.readouterr().err


def test_a_system_that_cannot_stop_a_cell_is_told_so(monkeypatch, tmp_path, capsys):
    """Windows has no timers of POSIX: without this, every student would get no points."""
    monkeypatch.delattr("signal.setitimer")
    assert command.main([str(tmp_path)]) == 1
    assert "needs Linux or macOS" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_books_own_solutions_pass_them():
    """They are written in another way than the references, and are right in every case."""
    module = importlib.import_module("spikelib.book.exercises.chapter01")
    for name, source in classroom.solutions().items():
        known = {"np": np}
        exec(source, known)
        drawn = fresh.cases(name, np.random.default_rng(8), 10)
        for case in drawn:
            right = students.compared(module, name)["reference"](*case)
            assert not difference(known[name](*case), right, None, 1e-7, 1e-10), (name, case)


@pytest.mark.parametrize("check", CHECKS)
def test_cases_that_nobody_has_seen(check):
    """Each exercise that is checked by cases has others; the reference answers all, differently."""
    module, name = module_of(check)
    found = students.compared(module, name)
    drawn = fresh.cases(name, np.random.default_rng(3), 5)
    assert bool(drawn) == (found["kind"] == "function")
    if drawn:
        results = outcomes(found["reference"], drawn)
        assert results is not None
        assert len({repr(result) for result in results}) > 1, "they tell answers apart"


def test_score_file_says_what_was_tried(tmp_path, monkeypatch, capsys):
    """In the students' edition only: tries, and hints that were asked for."""
    monkeypatch.chdir(tmp_path)
    chapter = importlib.import_module("spikelib.book.exercises.chapter01")
    chapter.check_decay_factor(lambda dt, tau: 1.0)
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(exercises._edition, "EDITION", "students")
    chapter.check_decay_factor(lambda dt, tau: 1.0)
    exercises.hint()
    exercises.hint()
    chapter.check_decay_factor(lambda dt, tau: np.exp(-dt / tau))
    capsys.readouterr()
    exercises.score()
    assert capsys.readouterr().out == "✓ decay_factor: 2 tries, 2 of 3 hints\n"
    (tmp_path / "spikelib-score.json").write_text("[]")
    exercises.score()
    assert "No exercise" in capsys.readouterr().out


def test_nbgraders_layout(graded):
    """A stub and a locked test for each exercise; in each submission the same cells by name."""
    place, expected, *_ = graded
    folder = place / "nbgrader"
    ids = []
    for path in [folder / "source" / "chapter01" / "chapter01.ipynb",
                 *(folder / "submitted" / s / "chapter01" / "chapter01.ipynb" for s in expected)]:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        marked = [c.metadata["nbgrader"] for c in notebook.cells if "nbgrader" in c.metadata]
        ids.append(sorted(mark["grade_id"] for mark in marked))
        assert sum(mark.get("points", 0) for mark in marked) == 5
    assert all(each == ids[0] for each in ids) and len(ids[0]) == 10
