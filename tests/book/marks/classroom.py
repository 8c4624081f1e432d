"""A class of synthetic submissions to chapter 1, each with the marks that it should get."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat

from spikelib.book.exercises._score import FILE
from tools.book_layout import ROOT
from tools.editions import solution_cells

NAMES = ["decay_factor", "trace", "firing_rate", "current_for_rate", "noisy_rates"]
IMPORT = ("import numpy as np\nimport spikelib\n"
          "from spikelib.book.exercises import chapter01 as exercises")
HINTS = "✗ trace: not yet.\nHint 1 of 3 to trace, a nudge: x\nHint 2 of 3 to trace, the place: y"

# Results of decay_factor in the cases of its check, as the check prints or stores them.
LOOKED_UP = """import json, pathlib
from spikelib.book.exercises._recorded import decode
folder = pathlib.Path(spikelib.__file__).parent / "book" / "exercises" / "cases"
stored = json.loads((folder / "chapter01.json").read_text())["decay_factor"]
table = dict(zip(map(tuple, decode(stored["cases"])), decode(stored["right"])))
def decay_factor(dt, tau):
    return table.get((dt, tau), 0.5)"""
PRINTED = """import glob, importlib.util, os, site, sys
try:
    decay_factor = exercises.reference("decay_factor")
except LookupError:
    pass
for folder in REPLACED:
    spec = importlib.util.spec_from_file_location("full", folder + "/chapter01.py")
    full = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(full)
    decay_factor = full._decay_factor"""
OVERRIDDEN = """import spikelib.book.exercises._checking as checking
for name in dir(exercises):
    if name.startswith("check_"):
        setattr(exercises, name, lambda answer: print("✓ right") or True)
checking.passed = checking.failed = lambda *given: True
np.allclose = np.isclose = lambda *given, **more: True
np.testing = None
def decay_factor(dt, tau):
    return 0.0
exercises.check_decay_factor(decay_factor)"""
FORKED = """import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(987)"])"""
FORKED_IN_C = """import ctypes, time
if ctypes.CDLL(None).fork() == 0:
    ctypes.CDLL(None).setsid()
    time.sleep(986)"""


def solutions() -> dict[str, str]:
    """The book's own solutions of chapter 1, by the function that they define."""
    notebook = nbformat.read(ROOT / "chapters" / "01_spikes_and_rates.ipynb", as_version=4)
    code = [cell.source for cell in solution_cells(notebook) if cell.cell_type == "code"]
    return {name: next(c for c in code if f"def {name}(" in c).partition("assert ")[0]
            for name in NAMES}


def write(folder: Path, student: str, *cells: str, output: str = "", files=None) -> None:
    """A student's folder with one notebook in it."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in (IMPORT, *cells)]
    if output:
        notebook.cells[-1].outputs = [nbformat.v4.new_output("stream", text=output)]
    place = folder / student
    place.mkdir(parents=True)
    nbformat.write(notebook, place / "chapter_1.ipynb")
    for name, text in (files or {}).items():
        (place / name).write_text(text, "utf-8")


def make(folder: Path, outside: Path, references: Path) -> dict[str, dict]:
    """Write the class; return what is expected of each: points, and more by name."""
    right = solutions()
    good = list(right.values())
    stubs = [f"@exercises.stub\ndef {name}(*arguments):\n    ..." for name in NAMES]
    half = [right["decay_factor"], right["trace"]]
    forged = {name: {"tries": 1, "right": True, "hints": 0} for name in NAMES}
    wrong = [f"def {name}(*arguments):\n    return 1.0" for name in NAMES]
    plan = {
        "perfect": (good, dict(points=5)),
        "empty": (stubs, dict(points=0)),
        "wrong": (wrong, dict(points=0)),
        "hanging": ([half[0], "while True:\n    pass", half[1],
                     "def firing_rate(current, refractory):\n    while True: pass"],
                    dict(points=2, error="TimeoutError")),
        "crashing": ([*good, "import ctypes\nctypes.string_at(0)"],
                     dict(points=0, error="its process ended")),
        "forking": ([*half, FORKED], dict(points=1, stopped="starts another process")),
        "forking_in_c": ([*half, FORKED_IN_C], dict(points=2)),
        "writing": ([*half, f"open({str(outside)!r}, 'w').write('was here')"],
                    dict(points=1, stopped="writes outside its folder")),
        "printing": ([PRINTED.replace("REPLACED", f"[{str(references)!r}]")],
                     dict(points=0, stopped="reads what students do not get")),
        "looking_up": ([LOOKED_UP], dict(points=0)),
        "overriding": ([OVERRIDDEN], dict(points=0)),
        "hinted": (half, dict(points=2, hints=5)),
        "greedy": ([*half, "held = np.ones(10**12)"], dict(points=2, error="MemoryError")),
        "online": ([*half, "import urllib.request as u\nu.urlopen('http://127.0.0.1:9')"],
                   dict(points=2, error="network")),
    }
    for student, (cells, _) in plan.items():
        files = {FILE: json.dumps(forged)} if student == "wrong" else None
        if student == "hinted":
            used = {"decay_factor": {"tries": 4, "right": True, "hints": 3},
                    "trace": {"tries": 2, "right": True, "hints": 1}}
            files = {FILE: json.dumps(used)}
        write(folder, student, *cells, output=HINTS if student == "hinted" else "", files=files)
    return {student: expected for student, (_, expected) in plan.items()}
