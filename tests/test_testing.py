"""The checks for others' tasks and learning rules: they pass what is right and name what is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib import testing
from spikelib.least_squares import RecursiveLeastSquares
from spikelib.rate.teaching import teach
from spikelib.tasks import decision, memory
from spikelib.training.recipe import RLSRecipe
from spikelib.training.training import RLSLearner

SHAPE = (50, 1)


def task_of(draw, **options):
    return spikelib.Task(name="mine", n_inputs=1, n_outputs=1, dt=0.001, draw=draw, **options)


def noisy(rng):
    return spikelib.Trial(inputs=rng.normal(size=SHAPE), outputs=rng.normal(size=SHAPE), dt=0.001)


def failed(error) -> dict[str, str]:
    return {check.name: check.problem for check in error.value.checks if not check.passed}


@pytest.mark.parametrize(
    "task", [spikelib.osc4(), memory.flip_flop(), decision.contextual_integration()],
    ids=lambda task: task.name,
)
def test_the_librarys_tasks_pass(task):
    checks = testing.check_task(task, training=task.repeats)
    assert len(checks) == 7 + task.repeats and all(check.passed for check in checks)


def broken_tasks():
    shared = np.zeros(SHAPE)

    def reuses(rng):
        shared[:] = rng.normal(size=SHAPE)
        trial = noisy(rng)
        object.__setattr__(trial, "inputs", shared)
        return trial

    def global_chance(rng):
        np.random.random()
        return noisy(rng)

    still = noisy(np.random.default_rng(0))
    yield "two generators of the same seed", task_of(lambda rng: noisy(np.random.default_rng()))
    yield "repeats=True", task_of(noisy, repeats=True)
    yield "repeats=False", task_of(lambda rng: still)
    yield "global generator", task_of(global_chance)
    yield "changed the one before", task_of(reuses)
    yield "all target outputs are zero", task_of(
        lambda rng: replace(noisy(rng), outputs=np.zeros(SHAPE)))
    yield "order one", task_of(lambda rng: replace(noisy(rng), outputs=1e4 * np.ones(SHAPE)))
    yield "not finite|one finite number", task_of(noisy, score=lambda trial, z: np.nan)
    yield "both score 1", task_of(noisy, score=lambda trial, z: 1.0)
    yield "expected trials with", task_of(lambda rng: replace(noisy(rng), dt=0.002))


@pytest.mark.parametrize("message, task", list(broken_tasks()))
def test_a_broken_task_is_named(message, task):
    with pytest.raises(testing.FailedChecksError, match=message):
        testing.check_task(task, training=False)


def test_all_that_fails_is_listed():
    def hopeless(rng):
        np.random.random()
        return replace(noisy(np.random.default_rng()), outputs=np.zeros(SHAPE))

    with pytest.raises(testing.FailedChecksError) as error:
        testing.check_task(task_of(hopeless), training=False)
    assert len(failed(error)) == 3
    assert "3 of 7 checks failed" in str(error.value)


@pytest.fixture(scope="module")
def make():
    """Fresh learners, always the same: the library's own, on two short trials."""
    rng = np.random.default_rng(0)
    task = spikelib.osc4(duration=0.2)
    teacher = spikelib.RateNetwork.draw(
        spikelib.RateParameters(n_units=30), n_inputs=1, n_outputs=1, rng=rng
    )
    trials = task.trials(6, rng=rng)
    currents = list(spikelib.drive(teacher, trials, rng=rng))
    factors = spikelib.principal_components(currents, n_factors=3)
    taught = list(teach(teacher, factors, trials, rng=rng))
    network = spikelib.SpikingNetwork.draw(
        spikelib.SpikingParameters(n_neurons=30), factors, teacher, rng=rng
    )
    recipe = RLSRecipe(n_settle=1, restart_every=2)
    return lambda: RLSLearner(network, taught, recipe, np.random.default_rng(5))


def test_the_librarys_learner_passes(make):
    checks = testing.check_learner(make, n_trials=4)
    assert len(checks) == 7 and all(check.passed for check in checks)


class Forgetful:
    """A learner that leaves its generator out of its state."""

    def __init__(self):
        self.rng, self.weight = np.random.default_rng(0), np.zeros(1)

    def trial(self, index):
        self.weight += self.rng.normal()
        return {"error": abs(float(self.weight[0]))}

    def state(self):
        return {"weight": self.weight}

    def restore(self, state):
        self.weight = state["weight"].copy()

    def identity(self):
        return {"kind": "forgetful"}


def test_a_learner_that_forgets_is_named():
    with pytest.raises(testing.FailedChecksError) as error:
        testing.check_learner(Forgetful)
    (name, problem), = failed(error).items()
    assert name == "from a state it goes on as if never interrupted"
    assert "error of trial 1" in problem


def test_other_broken_learners_are_named():
    class Random(Forgetful):
        def __init__(self):
            super().__init__()
            self.rng = np.random.default_rng()

    class Changing(Forgetful):
        def identity(self):
            return {"weights": self.weight}

    class Objects(Forgetful):
        def state(self):
            return {"weight": np.array([object()])}

    for broken, name in (
        (Random, "fresh learners of one seed do the same"),
        (Changing, "its identity is what determines the run, and training does not change it"),
        (Objects, "its state is plain arrays"),
        (object, "it has the four methods"),
    ):
        with pytest.raises(testing.FailedChecksError) as error:
            testing.check_learner(broken)
        assert name in failed(error), broken
    with pytest.raises(testing.FailedChecksError, match="error went from"):
        testing.check_learner(Forgetful, falls="error")


class Gradient:
    """The delta rule: it learns, and not the ridge solution."""

    def __init__(self, n_regressors, n_outputs, *, prior):
        self.weights = np.zeros((n_outputs, n_regressors))

    def update(self, s, target):
        error = self.weights @ s - target
        self.weights -= 0.02 * np.outer(error, s)
        return error


def test_regressors():
    assert all(check.passed for check in testing.check_regressor(RecursiveLeastSquares))
    assert all(check.passed for check in testing.check_regressor(Gradient, exact=False))
    with pytest.raises(testing.FailedChecksError) as error:
        testing.check_regressor(Gradient)
    assert list(failed(error)) == ["its weights are the ridge solution"]

    class Late(Gradient):
        def update(self, s, target):
            super().update(s, target)
            return self.weights @ s - target

    class Greedy(Gradient):
        def update(self, s, target):
            error = super().update(s, target)
            s *= 0
            return error

    for broken, message in ((Late, "before the update"), (Greedy, "changed its arguments")):
        with pytest.raises(testing.FailedChecksError, match=message):
            testing.check_regressor(broken, exact=False)
