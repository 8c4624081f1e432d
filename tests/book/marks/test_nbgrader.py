"""nbgrader itself, from the package index, takes what is written for it: the same points."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from spikelib.book.marks import nbgrader
from spikelib.book.marks.submissions import find
from tests.book.marks import classroom
from tools.book_layout import ROOT

VERSION = "0.9.6"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """A Python with nbgrader beside the packages of this one; it needs the package index."""
    folder = tmp_path_factory.mktemp("nbgrader") / "env"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([str(python), "-c", code], capture_output=True, text=True,
                          check=True).stdout.strip()
    (Path(site) / "beside.pth").write_text(sysconfig.get_path("purelib") + "\n")
    done = subprocess.run([str(python), "-m", "pip", "install", "-q", f"nbgrader=={VERSION}"],
                          capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"nbgrader cannot be installed: {done.stderr.strip()[-200:]}")
    return python


@pytest.mark.slow
def test_nbgrader_gives_the_same_points(environment, tmp_path):
    right = classroom.solutions()
    classroom.write(tmp_path / "in", "ann", *right.values())
    wrong = "def decay_factor(dt, tau):\n    return 1"
    classroom.write(tmp_path / "in", "bob", right["trace"], wrong)
    nbgrader.write(find(tmp_path / "in"), tmp_path / "course")
    path = os.pathsep.join([str(environment.parent), os.environ["PATH"]])
    settings = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
    for step in (["generate_assignment", "chapter01"], ["autograde", "chapter01"], ["export"]):
        done = subprocess.run([str(environment), "-m", "nbgrader", *step], env=settings,
                              cwd=tmp_path / "course", capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr[-2000:]
    released = tmp_path / "course" / "release" / "chapter01" / "chapter01.ipynb"
    released = released.read_text("utf-8")
    assert "raise NotImplementedError" in released and "BEGIN SOLUTION" not in released
    with (tmp_path / "course" / "grades.csv").open(encoding="utf-8") as file:
        points = {row["student_id"]: (float(row["score"]), float(row["max_score"]))
                  for row in csv.DictReader(file)}
    assert points == {"ann": (5.0, 5.0), "bob": (1.0, 5.0)}
