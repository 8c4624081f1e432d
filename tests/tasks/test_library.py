"""Every task of the library: its trials, its score, its hints, and how it is made again."""

import inspect
import pickle

import numpy as np
import pytest

from spikelib.tasks import LIBRARY

ERRORS = {"ready_set_go"}  # the score is an error in time, 0 where the trial is right
in_every_task = pytest.mark.parametrize("name", LIBRARY)


def trials(task, n=6, seed=0):
    return task.trials(n, rng=np.random.default_rng(seed))


def test_there_are_enough_of_every_kind():
    assert len(LIBRARY) >= 24
    made = [make() for make in LIBRARY.values()]
    assert sum(task.repeats for task in made) >= 8
    assert sum(task.score is not None for task in made) >= 12


@in_every_task
def test_its_documentation_says_what_and_whence(name):
    text = inspect.getdoc(LIBRARY[name])
    assert "Returns" in text and "References" in text and "Examples" in text


@in_every_task
def test_trials_come_from_the_generator(name):
    task = LIBRARY[name]()
    first, again, other = trials(task), trials(task), trials(task, seed=1)
    for a, b in zip(first, again, strict=True):
        assert np.array_equal(a.inputs, b.inputs) and np.array_equal(a.outputs, b.outputs)
    same = all(
        a.n_steps == b.n_steps and np.array_equal(a.inputs, b.inputs)
        and np.array_equal(a.outputs, b.outputs) for a, b in zip(first, other, strict=True)
    )
    assert same == task.repeats
    assert 0.5 <= first[0].duration <= 6 and np.abs(first[0].outputs).max() <= 2


@in_every_task
def test_its_score_tells_right_from_wrong(name):
    task = LIBRARY[name]()
    if task.score is None:
        assert task.repeats, "a task whose trials differ has a score"
        return
    right = [task.score(trial, trial.outputs) for trial in trials(task, 20)]
    wrong = [task.score(trial, -trial.outputs) for trial in trials(task, 20)]
    # A no-go trial asks for nothing; its opposite is the same.
    asked = [bool(trial.outputs.any()) for trial in trials(task, 20)]
    expected = 0.0 if name in ERRORS else 1.0
    assert np.allclose(right, expected, atol=0.03)
    # A sum of zero is its own opposite.
    share = np.mean(np.isclose(wrong, expected)[np.array(asked)])
    assert share <= (0.5 if name == "pulse_integration" else 0.0)


@in_every_task
def test_hints_do_not_run_ahead_of_the_inputs(name):
    """Where two trials have had the same inputs, they have the same hints."""
    task = LIBRARY[name]()
    if not task.n_hints:
        return
    drawn = trials(task, 60)
    for a, b in zip(drawn[::2], drawn[1::2], strict=True):
        n = min(a.n_steps, b.n_steps)
        differs = (a.inputs[:n] != b.inputs[:n]).any(axis=1)
        same = int(np.argmax(differs)) if differs.any() else n
        assert np.allclose(a.hints[:same], b.hints[:same])
    if "hints" in inspect.signature(LIBRARY[name]).parameters:
        assert LIBRARY[name](hints=False).n_hints == 0


@in_every_task
def test_it_can_be_made_again(name):
    task = LIBRARY[name](dt=0.002)
    again = pickle.loads(pickle.dumps(task))
    for a, b in zip(trials(task, 2), trials(again, 2), strict=True):
        assert a.dt == 0.002 and np.array_equal(a.outputs, b.outputs)
