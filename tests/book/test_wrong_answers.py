"""The bank of wrong answers: which hint each gets, beside the one that it should get.

``wrong_answers/chapterNN.txt`` has a section for each exercise and a line for each answer: an
expression in the stub's arguments (``right`` is the reference), and words of the hint meant for it.
"""

from __future__ import annotations

import dataclasses
import inspect
import math
import re
from pathlib import Path

import numpy as np
import pytest

from spikelib.book import exercises
from tests.book.test_exercises import CHECKS, module_of

FOLDER = Path(__file__).parent / "wrong_answers"
NEEDED, AT_LEAST = 0.9, 6


def read_bank():
    """Wrong answers and the words of their hints, by exercise."""
    bank, name = {}, None
    for path in sorted(FOLDER.glob("chapter*.txt")):
        for line in filter(None, map(str.strip, path.read_text("utf-8").splitlines())):
            if line.startswith("[") and line.endswith("]") and "##" not in line:
                name = line[1:-1]
                bank[name] = []
            else:
                bank[name].append(tuple(part.strip() for part in line.rsplit("##", 1)))
    return bank


BANK = read_bank()
BY_NAME = {module_of(check.values[0])[1]: check.values[0] for check in CHECKS}


def answer_from(name, expression):
    """A reader's function that returns an expression in the arguments of the stub."""
    module, _ = module_of(BY_NAME[name])
    right = module._ANSWERS[name]
    names = re.search(rf"{name}\(([^)]*)\)", inspect.getdoc(BY_NAME[name])).group(1)
    known = {"np": np, "math": math, "dataclasses": dataclasses, "right": right}
    return eval(f"lambda {names}: {expression}", known)


def hint_to(name, expression, capsys):
    """What a check says of an answer, and its first hint, in one line; None where it passes."""
    if BY_NAME[name](answer_from(name, expression)):
        return None
    exercises.hint()
    return " ".join(capsys.readouterr().out.split())


def test_every_exercise_has_wrong_answers():
    assert set(BANK) == set(BY_NAME)
    for name, answers in BANK.items():
        assert len(answers) >= AT_LEAST, f"{name} has {len(answers)}"
        assert len(set(answers)) == len(answers), name


def test_wrong_answers_get_the_hint_that_is_meant_for_them(capsys, record_property):
    """None passes, and nine of ten get the intended hint."""
    missed, total = [], 0
    for name, answers in BANK.items():
        for expression, words in answers:
            said = hint_to(name, expression, capsys)
            assert said is not None, f"{name}: {expression} passes"
            total += 1
            if words.lower() not in said.lower():
                missed.append(f"{name}: {expression}\n    meant: {words}\n    said: {said[-230:]}")
    share = 1 - len(missed) / total
    record_property("share of wrong answers that get the intended hint", f"{share:.3f} of {total}")
    with capsys.disabled():
        print(f"\n{share:.1%} of {total} wrong answers get the hint that is meant for them")
    if share < NEEDED:
        pytest.fail("\n".join(missed))
