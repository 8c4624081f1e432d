"""The walk through a lecture with a clock: what it would complain about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tools import lectures, walk
from tools.book_layout import ROOT

LECTURE = lectures.read(ROOT, "ninety_minutes")
STEPS = [replace(step, moves="by itself, 0.1 s") for step in walk.plan(LECTURE)]


def changed(number, **values):
    return [replace(step, **values) if step.number == number else step for step in STEPS]


def test_the_plan_fits_its_clock():
    """Ninety minutes, each segment where the plan has it, and 20 s at least for each slide."""
    assert sum(step.minutes for step in STEPS) == 90
    assert not walk.faults(LECTURE, STEPS)


@pytest.mark.parametrize(("number", "values", "told"), [
    (2, {"minutes": 5.0}, "minutes, the plan has 90"),
    (3, {"minutes": 5.0}, "preface: 0–5 in the plan"),
    (2, {"words": 400}, "400 words"),
    (1, {"waited": 9.0}, "9.0 s until it is shown"),
    (2, {"kind": "widget", "moves": ""}, "does not move"),
])
def test_what_does_not_fit_is_told(number, values, told):
    assert any(told in fault for fault in walk.faults(LECTURE, changed(number, **values)))


def test_the_table_has_a_line_for_each_slide():
    lines = walk.table(STEPS).splitlines()
    assert len(lines) == len(STEPS) + 2
    assert lines[-1].startswith(f"| {90 - STEPS[-1].minutes:g} | {len(STEPS)} ")


def test_sections_that_are_run_live_are_there(monkeypatch):
    """Each is found in its chapter, and nothing after it is run."""
    ran = []
    monkeypatch.setattr(walk.NotebookClient, "execute", lambda self: ran.append(self.nb.cells))
    for step in STEPS:
        if step.live:
            walk.live_seconds(ROOT, step.live)
            section = step.live.partition('"')[2].rstrip('"')
            headings = [cell.source for cell in ran[-1]
                        if cell.cell_type == "markdown" and cell.source.startswith("## ")]
            assert headings[-1].splitlines()[0] == f"## {section}"
    assert len(ran) == 2
    for told in ('chapter 2, "A section that nobody wrote"', "by heart"):
        with pytest.raises(lectures.PlanError, match="no section"):
            walk.live_seconds(ROOT, told)
