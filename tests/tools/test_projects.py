"""Projects: every starter and every sample runs, and the samples are marked by the rubric."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
import zipfile

import nbformat
import pytest
import yaml

from tools import course, projects
from tools.book_layout import ROOT, notebooks

GRADES = yaml.safe_load((ROOT / projects.SAMPLES / "grades.yml").read_text("utf-8"))
STARTERS = sorted((ROOT / projects.STARTERS).glob("*.ipynb"))
SAMPLES = projects.samples(ROOT)
SMALL = {"n_neurons": 60, "n_training_trials": 8}
SMALLER = {r"\bn_units=\d+": "n_units=80", r"\bn_factor_trials=\d+": "n_factor_trials=8",
           r"\bn_mean_trials=\d+": "n_mean_trials=4", r"\bn_training_trials=\d+":
           "n_training_trials=8", r"\bn_neurons=200\b": "n_neurons=60"}  # what no parameter says
PARTS = ("The question", "Background", "A first result", "Milestones", "Things that go wrong",
         "Going on")


def read(path):
    return nbformat.read(path, as_version=4)


def parameters(path):
    """The code of the cell with the parameters, or ""."""
    return "".join(cell.source for cell in read(path).cells
                   if "parameters" in cell.metadata.get("tags", []))


def run(path, changes, monkeypatch):
    """The names of a notebook after it has run, with other parameters and made-up recordings."""
    from spikelib.recordings import datasets

    made_up = datasets.reach_emg(surrogate=True)
    monkeypatch.setattr("spikelib.recordings.reach_emg", lambda **_: made_up)
    known = {"__name__": path.stem}
    for cell in read(path).cells:
        if cell.cell_type == "code":
            code = cell.source
            for number, less in SMALLER.items():
                code = re.sub(number, less, code)
            exec(compile(code, f"{path.name}, {cell.id}", "exec"), known)
            if "parameters" in cell.metadata.get("tags", []):
                unknown = set(changes) - set(known)
                assert not unknown, f"{path.name} has no parameters {unknown}"
                known.update(copy.deepcopy(changes))
    return known


def test_there_are_five_projects_and_each_is_a_page():
    assert len(projects.names(ROOT)) == 5
    assert {path.stem for path in STARTERS} == {f"project_{n}" for n in projects.names(ROOT)}
    assert set(STARTERS) <= set(notebooks()) & set(course.handed_out(ROOT))
    assert sorted(SAMPLES) == sorted((ROOT / projects.SAMPLES).glob("*.ipynb"))


@pytest.mark.parametrize("path", STARTERS, ids=lambda path: path.stem)
def test_a_starter_has_all_its_parts_and_runs(path, monkeypatch):
    """Question, sources, data, milestones that add up to the hours named, pitfalls."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for part in PARTS:
        assert f"\n## {part}\n" in text, part
    assert re.search(r"\n## Data", text) and len(re.findall(r"\{cite:", text)) >= 3
    rows = re.findall(r"(?m)^\| (\d) \| (.+) \| (\d+) \|$", text)
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    hours = sum(int(row[2]) for row in rows)
    assert f"some {hours} hours" in text
    assert f"| {hours} |" in next(line for line in (ROOT / projects.PAGE).read_text("utf-8")
                                  .splitlines() if path.stem in line)
    run(path, SMALL, monkeypatch)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_runs_with_other_parameters(path, monkeypatch):
    """As the first line of the rubric asks for 3 points; without parameters, as it is."""
    project, _, level = path.stem.partition("_")
    points = GRADES[project][level]["It runs"][0]
    quick = read(path).metadata.get("spikelib", {}).get("quick", {})
    assert bool(parameters(path)) == bool(quick) == (points == 3)
    known = run(path, quick, monkeypatch)
    assert not quick or known["n_training_trials"] == quick["n_training_trials"]


def test_every_line_of_every_sample_is_marked_and_points_add_up():
    found = projects.grades(ROOT)
    lines = projects.rubric(ROOT)
    assert list(lines) == ["It runs", "It is tested", "It is explained", "It is honest"]
    assert all(len(wanted) == projects.MOST for wanted in lines.values())
    reasons = [entry[1] for levels in found.values() for points in levels.values()
               for line, entry in points.items() if line != "total"]
    assert len(reasons) == 5 * 3 * 4 == len(set(reasons)), "a reason of its own for each"
    page = projects.graded_page(ROOT)
    assert all(reason in page for reason in reasons)


@pytest.mark.parametrize(("spoil", "told"), [
    (lambda g: g["curve"]["good"].update(total=10), "add up to 9"),
    (lambda g: g["curve"]["good"].pop("It runs"), "expected points for"),
    (lambda g: g["noise"]["pass"].update({"It runs": [0, "it does not run at all"]}), "1 to 3"),
    (lambda g: g["noise"]["pass"].update({"It runs": [2, "well"]}), "no reason"),
    (lambda g: g["noise"]["pass"].update({"It runs": [2, "a comma", "no quotes"]}), "reason"),
    (lambda g: g["signs"].pop("good"), "expected the levels"),
    (lambda g: g.pop("memory"), "expected the projects"),
    (lambda g: g["curve"].update({"pass": g["curve"]["good"]}), "9 points are 'good'"),
])
def test_points_that_do_not_go_with_the_rubric_are_refused(tmp_path, spoil, told):
    spoilt = copy.deepcopy(GRADES)
    spoil(spoilt)
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "grades.yml").write_text(yaml.safe_dump(spoilt, sort_keys=False))
    (tmp_path / "book").mkdir()
    (tmp_path / projects.PAGE).write_bytes((ROOT / projects.PAGE).read_bytes())
    with pytest.raises(projects.ProjectError, match=told):
        projects.grades(tmp_path)


def test_students_get_the_starters_and_no_sample(tmp_path):
    """In both zips the starters and the rubric; the samples in one."""
    book = course.read_book(ROOT, STARTERS)
    (tmp_path / "empty-1.0.whl").write_bytes(b"")
    (tmp_path / "work").mkdir()
    for which, theirs in ((course.STUDENT, False), (course.INSTRUCTOR, True)):
        added = course.for_projects(ROOT, tmp_path / "work", which)
        made = course.write_edition(book, which, tmp_path / "empty-1.0.whl", tmp_path, added)
        inside = [name.partition("/")[2] for name in zipfile.ZipFile(made).namelist()]
        assert {path.name for path in STARTERS} | {"projects.md"} <= set(inside)
        found = {name for name in inside if name.startswith("samples/")}
        assert found == ({f"samples/{path.name}" for path in SAMPLES} | {"samples/samples.md"}
                         if theirs else set())
        text = zipfile.ZipFile(made).read(f"{made.stem}/projects.md").decode()
        assert "It is honest" in text and "{doc}" not in text and "(rubric)=" not in text


def test_samples_are_clean_and_in_the_style_of_the_book():
    for path in SAMPLES:
        for cell in read(path).cells:
            assert cell.cell_type != "code" or (not cell.outputs and cell.execution_count is None)
    command = [sys.executable, "-m", "ruff", "check", "--quiet", str(ROOT / projects.SAMPLES)]
    assert subprocess.run(command, cwd=ROOT).returncode == 0
