"""Tasks of a reader's own: from arrays, from a function, from an environment."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from spikelib import Task, Trial


def trials_of(task, n=5, seed=0):
    return task.trials(n, rng=np.random.default_rng(seed))


def test_one_array_repeats_and_keeps_its_duration():
    times = np.arange(100) * 0.01
    task = Task.from_arrays(np.r_[1.0, np.zeros(99)], np.sin(2 * np.pi * times), dt=0.01)
    first, again = trials_of(task, 2)
    assert task.repeats and first is again
    assert (first.n_steps, first.dt, first.n_inputs) == (1000, 0.001, 1)
    # Inputs are held until the next sample; outputs follow straight lines between samples.
    assert np.all(first.inputs[:10] == 1) and not first.inputs[10:].any()
    assert first.outputs[15, 0] == pytest.approx(np.sin(2 * np.pi * times[[1, 2]]).mean())
    assert np.all(first.outputs[990:] == first.outputs[990])


def test_samples_finer_than_the_network_are_averaged():
    fine = np.arange(20.0)
    trial = trials_of(Task.from_arrays(None, fine, dt=0.0005), 1)[0]
    assert trial.n_steps == 10 and np.allclose(trial.outputs[:, 0], fine.reshape(10, 2).mean(1))


def test_several_trials_of_different_length_are_drawn_and_labelled():
    inputs = [np.full(30, 1.0), np.full(50, 2.0)]
    task = Task.from_arrays(inputs, [np.zeros(30), np.ones(50)], dt=0.001)
    found = {trial.label: trial.n_steps for trial in trials_of(task, 20)}
    assert not task.repeats and found == {0: 30, 1: 50}
    with pytest.raises(ValueError, match="repeats: expected one trial that repeats, got 2"):
        Task.from_arrays(inputs, [np.zeros(30), np.ones(50)], dt=0.001, repeats=True)


@pytest.mark.parametrize(("outputs", "dt"), [
    (np.zeros(0), 0.01), ([[1.0, np.nan]], 0.01), (np.zeros(10), 10.0), (np.zeros(10), 0.0),
    (np.zeros(10), "fast"), ("words", 0.01), (None, 0.01),
])
def test_arrays_that_can_mean_nothing_are_refused(outputs, dt):
    with pytest.raises(ValueError, match="expected"):
        Task.from_arrays(None, outputs, dt=dt)


def test_inputs_and_outputs_that_do_not_fit_are_refused_and_doubts_are_said():
    with pytest.raises(ValueError, match="expected"):
        Task.from_arrays(np.zeros(9), np.zeros(10), dt=0.01)
    with pytest.warns(UserWarning, match="same inputs"):
        Task.from_arrays(np.zeros((2, 10, 1)), [np.zeros(10), np.ones(10)], dt=0.01)
    with pytest.warns(UserWarning, match="channels"):
        Task.from_arrays(None, np.random.default_rng(0).random((3, 50)), dt=0.01)


def test_a_function_is_asked_once_for_its_sizes():
    def draw(rng):
        return Trial(inputs=rng.random((8, 2)), outputs=np.ones((8, 1)), dt=0.002, label="x")

    task = Task.from_function(draw, score=lambda trial, z: 1.0)
    assert (task.n_inputs, task.n_outputs, task.dt) == (2, 1, 0.002)
    a, b = trials_of(task, 2)
    assert not np.array_equal(a.inputs, b.inputs)
    with pytest.raises(ValueError, match="expected draw"):
        Task.from_function(lambda rng: 3)


class Environment:
    """As NeuroGym's: observations and the right choice of one trial, after `new_trial`."""

    dt = 20
    action_space = SimpleNamespace(n=3)

    def seed(self, seed):
        self.rng = np.random.default_rng(seed)

    def new_trial(self):
        choice = int(self.rng.integers(1, 3))
        self.ob = np.zeros((10, 3))
        self.ob[:, choice] = 1.0
        self.gt = np.r_[np.zeros(6, int), np.full(4, choice)]


class Wrapper:
    def __init__(self, env):
        self.env = env


@pytest.mark.parametrize("wrap", [lambda env: env, Wrapper])
def test_an_environment_becomes_a_task(wrap):
    task = Task.from_environment(wrap(Environment()))
    assert (task.n_inputs, task.n_outputs, task.dt) == (3, 3, 0.001)
    trial, other = trials_of(task, 8), trials_of(task, 8)
    assert all(np.array_equal(a.inputs, b.inputs) for a, b in zip(trial, other, strict=True))
    assert len({tuple(t.outputs[-1]) for t in trial}) == 2, "both choices come"
    one = trial[0]
    assert one.n_steps == 200 and np.all(one.outputs.sum(axis=1) == 1)
    assert np.all(one.outputs[:120, 0] == 1) and not one.outputs[120:, 0].any()
    assert task.score(one, one.outputs) == 1
    wrong = one.outputs[:, [0, 2, 1]]
    assert task.score(one, wrong) == 0 and task.score(one, 0.6 * one.outputs) == 1


def test_three_choices_can_have_one_signed_output():
    task = Task.from_environment(Environment(), signed=True)
    one = trials_of(task, 1)[0]
    assert task.n_outputs == 1 and set(np.unique(one.outputs)) <= {-1.0, 0.0, 1.0}
    assert task.score(one, one.outputs) == 1 and task.score(one, -one.outputs) == 0
    assert task.score(one, np.zeros_like(one.outputs)) == 0


def test_what_is_no_environment_is_named():
    with pytest.raises(ValueError, match="NeuroGym's interface.*got Wrapper"):
        Task.from_environment(Wrapper(None))
    broken = Environment()
    broken.action_space = SimpleNamespace(n=2)
    with pytest.raises(ValueError, match="expected choices from 0 to 1"):
        for seed in range(5):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                trials_of(Task.from_environment(broken), 5, seed)
