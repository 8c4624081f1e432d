"""What is said about a frozen network, and about a task before anything is trained."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import Goal, Task
from spikelib.tasks import LIBRARY, go_no_go, sine
from spikelib.training import verdict
from spikelib.training.plans import Plan, following, recognised
from spikelib.training.procedure import Attempt
from spikelib.training.verdict import FrozenTest, clear_test, conclude, has_score


def test_only_a_score_that_is_one_for_the_target_is_asked_for():
    rng = np.random.default_rng(0)
    made = {name: make() for name, make in LIBRARY.items()}
    scored = {name for name, task in made.items() if has_score(task, task.trials(10, rng=rng))}
    assert "flip_flop" in scored and "ready_set_go" not in scored and "sine" not in scored


def test_safely_leaves_room_for_luck():
    goal = Goal()
    near = FrozenTest(nmse=0.019, score=None, n_starts=3, n_trials=60)
    assert near.reaches(goal) and not near.reaches(goal, safely=True)
    # Few trials with large errors: another test may have more of them.
    assert replace(near, nmse=0.015).reaches(goal, safely=True)
    assert not replace(near, nmse=0.015, nmse_deviation=0.06).reaches(goal, safely=True)
    near = FrozenTest(nmse=1.0, score=0.96, n_starts=3, n_trials=60)
    assert near.reaches(goal) and not near.reaches(goal, safely=True)
    # A score that hardly differs from trial to trial needs little room.
    assert replace(near, score_deviation=0.02).reaches(goal, safely=True)
    right_or_wrong = replace(near, score_deviation=0.196)
    assert not right_or_wrong.reaches(goal, safely=True) and not right_or_wrong.is_clear(goal)
    assert replace(right_or_wrong, score=0.9, score_deviation=0.3).is_clear(goal)


def test_a_network_near_its_goal_is_tested_until_it_is_clear(monkeypatch):
    """Two tests count together as one of all their trials would."""
    goal, asked = Goal(), []
    rng = np.random.default_rng(0)
    scores = np.where(rng.random((4, 180)) < 0.97, 1.0, 0.0)
    scores[:, :5], scores[:, 5:] = 0.0, 1.0  # 0.972 in each: too near after one test

    def one_of_them(network, trials, *, rng, score):
        mine = scores[len(asked)]
        asked.append(len(trials))
        return FrozenTest(
            nmse=0.1 * len(asked), score=mine.mean(), score_deviation=mine.std(), n_starts=3,
            n_trials=60,
        )

    monkeypatch.setattr(verdict, "frozen_test", one_of_them)
    test = clear_test(None, sine(), goal, rng=rng, score=None, n_trials=62)
    assert test.reaches(goal, safely=True) and 2 <= len(asked) <= 4
    assert test.n_starts == 3 * len(asked) and test.nmse == pytest.approx(0.1 * len(asked))
    together = scores[: len(asked)]
    assert test.score == pytest.approx(together.mean())
    assert test.score_deviation == pytest.approx(together.std())
    asked.clear()
    scores[:] = 1.0
    assert clear_test(None, sine(), goal, rng=rng, score=None, n_trials=62).n_starts == 3


def test_a_verdict_names_the_first_stage_that_limits():
    test = FrozenTest(nmse=0.3, score=None, n_starts=3, n_trials=60)
    fine = {"ambiguity": 0.0, "spikes_nmse": 0.001, "test": test, "plan": Plan(kind="driven")}
    for changed, limit in (({}, "loop"), ({"spikes_nmse": 0.1}, "spikes"),
                           ({"spikes_nmse": 0.1, "ambiguity": 0.1}, "teacher"),
                           ({"teacher_nmse": 0.2, "ambiguity": 0.1}, "teacher")):
        said = conclude(Attempt(**fine | changed), Goal(), 500)
        assert not said.reached and said.limit == limit and said.advice


def test_a_task_that_repeats_is_recognised_though_it_does_not_say_so():
    rng = np.random.default_rng(0)
    silent = Task.from_function(sine().draw, name="mine")
    assert not silent.repeats and recognised(silent, silent.trials(20, rng=rng), rng=rng).repeats
    varied = go_no_go()
    assert recognised(varied, varied.trials(20, rng=rng), rng=rng) is varied
    # The trial that differs is rare.
    rare = Task.from_function(lambda rng: varied.draw(np.random.default_rng(rng.random() < 0.05)))
    alike = [rare.draw(rng)] * 20
    assert recognised(rare, alike, rng=rng) is rare


def test_what_nearly_did_it_is_grown_before_anything_else_is_tried():
    goal, driven, gradient = Goal(), Plan(kind="driven"), Plan(kind="gradient")
    waiting = [replace(gradient, n_neurons=1000), replace(driven, n_neurons=2000)]

    def after(nmse, score=None):
        test = FrozenTest(nmse=nmse, score=score, n_starts=3, n_trials=60)
        return following(waiting, [Attempt(plan=driven, test=test)], goal)

    assert after(0.03) is waiting[1] and after(0.4) is waiting[0]
    assert after(0.4, score=0.9) is waiting[1] and after(0.4, score=0.5) is waiting[0]
    assert following(waiting, [Attempt(plan=driven)], goal) is waiting[0]


def test_errors_at_the_beginning_of_trials_are_pointed_at():
    """A target that begins anew each time, with nothing that says so."""
    test = FrozenTest(nmse=0.3, score=None, n_starts=3, n_trials=60, early_share=0.8)
    attempt = Attempt(plan=Plan(kind="gradient"), test=test)
    assert "80% of the error lies in the first fifth" in conclude(attempt, Goal(), 500).advice
    evenly = replace(attempt, test=replace(test, early_share=0.2))
    assert "first fifth" not in conclude(evenly, Goal(), 500).advice
    other = replace(test, nmse=0.2, early_share=0.1)
    assert test.joined(other).early_share == other.joined(test).early_share == 0.8
