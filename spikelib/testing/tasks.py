"""Checks of a task that somebody has written."""

import copy
from dataclasses import fields

import numpy as np

from spikelib.rate.network import RateParameters
from spikelib.spiking.network import SpikingParameters
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial
from spikelib.testing.checks import run_checks
from spikelib.training.fitting import fit
from spikelib.training.recipe import Recipe

__all__ = ["check_task"]


def check_task(task, *, seed=0, training=True):
    """Check that a task does what training needs of it.

    Parameters
    ----------
    task : Task
    seed : int
        Of the generators that trials are drawn with.
    training : bool
        Also train a small network on it for two trials, which takes about a second.

    Returns
    -------
    list of Check

    Raises
    ------
    FailedChecksError
        It names every check that failed, and why.

    Examples
    --------
    >>> from spikelib.tasks import osc4
    >>> [check.name for check in check_task(osc4(), training=False)][:2]
    ['it draws trials of its own channels and time step', 'the generator decides the trial']
    """
    if not isinstance(task, Task):
        raise TypeError(f"task: expected a Task, got {type(task).__name__}")

    def draw(offset=0):
        return task.trials(1, rng=np.random.default_rng(seed + offset))[0]

    def own_channels():
        task.trials(3, rng=np.random.default_rng(seed))

    def generator_decides():
        if not _same_trial(draw(), draw()):
            return "two generators of the same seed gave different trials"

    def repeats_truly():
        same = all(_same_trial(draw(), draw(k)) for k in range(1, 6))
        if task.repeats and not same:
            return "repeats=True, but trials of different seeds differ"
        if same and not task.repeats:
            return "repeats=False, but trials of six seeds are all the same"

    def global_generator():
        def position():
            _, key, place, *_ = np.random.get_state()
            return key.tobytes(), place

        before = position()
        draw()
        if position() != before:
            return "drawing used numpy.random's global generator; use the rng that is given"

    def earlier_trials():
        rng = np.random.default_rng(seed)
        first = task.draw(rng)
        kept = copy.deepcopy(first)
        task.draw(rng)
        if not _same_trial(first, kept):
            return "drawing a trial changed the one before; return new arrays"

    def something_to_do():
        trials = [draw(k) for k in range(6)]
        largest = max(np.abs(trial.outputs).max(initial=0.0) for trial in trials)
        if largest == 0:
            return "all target outputs are zero, and an error relative to them has no meaning"
        if not 0.01 <= largest <= 100:
            return (
                f"the largest target output is {largest:.3g}; a teacher is driven by outputs of "
                "order one, so divide them"
            )

    def score_says_something():
        if task.score is None:
            return None
        trial = draw()
        kept = copy.deepcopy(trial)
        perfect = task.score(trial, trial.outputs.copy())
        silent = task.score(trial, np.zeros_like(trial.outputs))
        if not _same_trial(trial, kept):
            return "scoring changed the trial"
        for name, value in (("the target itself", perfect), ("silence", silent)):
            if not np.isscalar(value) or not np.isfinite(value):
                return f"expected one finite number for {name}, got {value!r}"
        if perfect == silent and any(
            task.score(draw(k), draw(k).outputs) == task.score(draw(k), 0 * draw(k).outputs)
            for k in range(1, 6)
        ):
            return f"the target itself and silence both score {perfect:g}"

    def every_stage():
        few = Recipe(
            variance=None, n_factors=4, n_settle=1, n_factor_trials=2, n_mean_trials=2,
            n_training_trials=2, settled_teacher=False,
        )
        fit(
            task, rng=np.random.default_rng(seed), rate=RateParameters(n_units=20, dt=task.dt),
            spiking=SpikingParameters(n_neurons=20, dt=task.dt), recipe=few, progress=False,
        )

    checks = {
        "it draws trials of its own channels and time step": own_channels,
        "the generator decides the trial": generator_decides,
        "trials repeat where the task says so, and only there": repeats_truly,
        "it uses no other source of chance": global_generator,
        "a trial is not changed by the next": earlier_trials,
        "there is something to do, of order one": something_to_do,
        "its score tells the target from silence": score_says_something,
    }
    if training:
        checks["every stage of training runs on it"] = every_stage
    return run_checks(f"task {task.name!r}", checks)


def _same_trial(one, other):
    if not isinstance(one, Trial) or not isinstance(other, Trial):
        return False
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Trial)
    )
