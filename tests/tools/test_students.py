"""The students' package: no answer lies in it, and its checks say the same as the instructors'."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from spikelib.book import exercises
from spikelib.book.marks import students
from tests.book.test_exercises import CHECKS, module_of
from tests.book.test_wrong_answers import BANK, hint_to
from tools.book_layout import ROOT

# Expressions of reference answers that the library needs for its own work, and chapters teach.
TAUGHT = {"np.argmin(np.sum((recorded - outputs) ** 2, axis=(1, 2)))": "spikelib/recordings"}
TEXT = {".py", ".json", ".md", ".ipynb", ".txt", ".js", ".toml"}

# Run beside the students' package: hints to the answers on the standard input. The references are
# needed to build wrong answers from right ones, and come from this repository, by their files.
SAYS = """
import contextlib, importlib.util, inspect, io, json, math, re, sys
import dataclasses
from pathlib import Path
import numpy as np
import spikelib
from spikelib.book import exercises
bank, source = json.load(sys.stdin), Path(sys.argv[1])
assert exercises.EDITION == "students" and str(source) not in spikelib.__file__
said = []
for chapter, name, expression in bank:
    module = importlib.import_module(f"spikelib.book.exercises.{chapter}")
    if chapter not in sys.modules:
        spec = importlib.util.spec_from_file_location(chapter, source / f"{chapter}.py")
        sys.modules[chapter] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[chapter])
    right, check = sys.modules[chapter]._ANSWERS[name], getattr(module, f"check_{name}")
    names = re.search(rf"{name}\\(([^)]*)\\)", inspect.getdoc(check)).group(1)
    known = {"np": np, "math": math, "dataclasses": dataclasses, "right": right}
    answer = eval(f"lambda {names}: {expression}", known)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        passes = check(answer)
        if not passes:
            exercises.hint()
    said.append(None if passes else " ".join(out.getvalue().split()))
json.dump(said, sys.stdout)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The folder in which the students' ``spikelib`` lies."""
    folder = tmp_path_factory.mktemp("students")
    shutil.copytree(ROOT / "spikelib", folder / "spikelib",
                    ignore=shutil.ignore_patterns("__pycache__"))
    students.withhold(folder / "spikelib")
    return folder


def run(package, code, *arguments, text=None):
    """What a piece of code prints where the students' package is installed."""
    environment = os.environ | {"PYTHONPATH": str(package), "NUMBA_CACHE_DIR": str(package / "n")}
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=package, input=text,
                          env=environment, capture_output=True, text=True, timeout=300)


def squeezed(text):
    """Text without any space."""
    return re.sub(r"\s+", "", text)


def expressions(answer):
    """What a reference answer computes, statement by statement; short ones say nothing."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(answer))).body[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Return | ast.Assign | ast.AugAssign | ast.Expr) and node.value:
            text = ast.unparse(node.value)
            if len(text) >= 25:
                yield text


def lying_open(folder):
    """Expressions of reference answers in the files of a folder, with the file of each."""
    texts = {path.relative_to(folder).as_posix(): squeezed(path.read_text("utf-8"))
             for path in folder.rglob("*") if path.is_file() and path.suffix in TEXT}
    for check in CHECKS:
        module, name = module_of(check.values[0])
        for expression in expressions(module._ANSWERS[name]):
            for path, text in texts.items():
                if squeezed(expression) in text:
                    yield name, expression, path


def test_no_reference_answer_lies_in_the_students_package(package):
    found = [(name, text, path) for name, text, path in lying_open(package)
             if not path.startswith(TAUGHT.get(text, "none"))]
    assert not found
    assert next(lying_open(ROOT / "spikelib" / "book"), None), "the search finds what is there"


def test_no_answer_can_be_printed(package):
    """Neither asked for, nor by its name in the module, nor by a stub that was left empty."""
    done = run(package, textwrap.dedent("""
        import importlib, json, sys
        for chapter, name in json.load(sys.stdin):
            module = importlib.import_module(f"spikelib.book.exercises.{chapter}")
            try:
                print("HAS", module.reference(name))
            except LookupError as error:
                assert "instructors' edition" in str(error)
            def empty(*arguments): ...
            empty.__name__ = name
            try:
                print("GIVES", module.stub(empty)(*[1.0] * 9))
            except NotImplementedError as error:
                assert "not written yet" in str(error)
            if hasattr(module, "_ANSWERS") or hasattr(module, f"_{name}"):
                print("HOLDS", name)
            assert module.stub(empty).written_by_reader is empty
            assert getattr(module, f"check_{name}")(module.stub(empty)) is False
    """), text=json.dumps([(module_of(c.values[0])[0].__name__.rsplit(".", 1)[-1],
                            module_of(c.values[0])[1]) for c in CHECKS]))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("○") == len(CHECKS)
    assert not re.search("HAS|GIVES|HOLDS|stands in", done.stdout), done.stdout


def test_every_wrong_answer_of_the_bank_gets_the_same_hint(package, capsys, record_property):
    """Recorded cases are enough: word by word what the reference answers say."""
    modules = {module_of(c.values[0])[1]: module_of(c.values[0])[0] for c in CHECKS}
    bank = [(modules[name].__name__.rsplit(".", 1)[-1], name, expression)
            for name, answers in BANK.items() for expression, _ in answers]
    bank += [(modules[name].__name__.rsplit(".", 1)[-1], name,
              f"right({stub_arguments(modules[name], name)})") for name in BANK]
    source = Path(exercises.__file__).parent
    done = run(package, SAYS, str(source), text=json.dumps(bank))
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    ours = [hint_to(name, expression, capsys) for _, name, expression in bank]
    other = [(*which, a, b) for which, a, b in zip(bank, ours, theirs, strict=True) if a != b]
    record_property("wrong answers with the same words", f"{len(bank) - len(other)} of {len(bank)}")
    assert not other
    assert ours.count(None) == len(BANK), "the references pass, and nothing else"


def stub_arguments(module, name):
    """The arguments of an exercise's stub, as its check names them."""
    doc = inspect.getdoc(getattr(module, f"check_{name}"))
    return re.search(rf"{name}\(([^)]*)\)", doc).group(1)


def test_a_closed_value_is_sealed(tmp_path, monkeypatch, capsys):
    """It cannot be read; within its tolerance it is right, and known mistakes get their hints."""
    (tmp_path / "closed.py").write_text(textwrap.dedent('''
        from spikelib.book.exercises import Mistake, check_value
        __all__ = ["check_angle"]
        def check_angle(answer):
            """Check ``angle``: in degrees."""
            return check_value("angle", answer, 31.4159, rtol=1e-3, hint="in degrees?",
                               mistakes=[Mistake(hint="radians", made_by=0.54831)])
    '''))
    monkeypatch.syspath_prepend(tmp_path)
    stored = students.record(importlib.import_module("closed"))
    assert "31.4" not in json.dumps(stored) and "0.548" not in json.dumps(stored)
    from spikelib.book.exercises import _student

    check = _student.checks(json.loads(json.dumps(stored)))["check_angle"]
    assert check(31.4159) and check(31.43) and check([31.40])
    for wrong, hint in ((0.5483, "radians"), (-31.4159, "the sign is wrong"), (40, "in degrees?"),
                        (None, None), (float("nan"), "in degrees?"), ("text", "in degrees?")):
        assert not check(wrong)
        said = capsys.readouterr().out
        assert "31.4159" not in said.replace("-31.4159", "") and "expected" not in said
        if hint:
            exercises.hint()
            assert hint in capsys.readouterr().out
