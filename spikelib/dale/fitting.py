"""From a task to a network under Dale's law by all stages, and whether it holds the task."""

import time
import warnings
from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.dale import verdict as judging
from spikelib.dale.recipe import DaleRecipe
from spikelib.dale.training import DaleNetwork, mean_factors, train_dale
from spikelib.dale.verdict import HOLDS, DaleAttempt
from spikelib.errors import GoalNotReachedWarning
from spikelib.rate.network import RateParameters
from spikelib.spiking.network import SpikingParameters
from spikelib.training.fitting import Fit, prepare_stages
from spikelib.training.recipe import FactorRecipe, for_stage
from spikelib.training.reporting import verdict_line

__all__ = ["DaleFit", "fit_dale"]

_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class DaleFit(Fit):
    """What `fit_dale` made: a `spikelib.training.fitting.Fit` whose network keeps to Dale's law.

    Parameters
    ----------
    dale : DaleNetwork
        `network` is its network.
    verdict : Verdict
        Whether the frozen network reached the goal, from random starts and over trials that
        training has not seen.
    attempts : tuple of DaleAttempt
        The networks that were trained, of which this is the best.
    encoder : ndarray, shape (N, D)
        From target factors to target currents; the trained network has none.
    """

    dale: DaleNetwork
    attempts: tuple[DaleAttempt, ...] = ()
    encoder: np.ndarray | None = None

    def report(self):
        """What was tried and what came of it, one line for each attempt, and the verdict."""
        return judging.report(self.verdict, self.attempts)

    def evaluate(self, n_trials=100, *, rng, n_settle=0, **options):
        """As `Fit.evaluate`, but alone from the first step: nothing can be fed to this network."""
        return super().evaluate(n_trials, rng=rng, n_settle=n_settle, **options)


@_checks.takes(task="Task", goal="Goal")
def fit_dale(task, *, rng, rate=None, spiking=None, recipe=None, dale=None, mean_drive=-3.0,
             teacher=None, goal=None, max_attempts=None, checkpoint=None, progress=None):
    """From a task to a trained network under Dale's law, by all stages.

    Teacher → currents → factors → target currents → training on a leash.

    Some trainings lose the task: their errors are small while the leash holds, and on its own
    the network goes elsewhere. So every network is tested, frozen, from three random states and
    over trials that it has not seen. Where it misses the goal and `max_attempts` allows, another
    teacher, other neurons, signs and connections are drawn and trained. The best is returned, its
    `verdict` says whether it reached the goal, and a `GoalNotReachedWarning` where it did not.

    Parameters
    ----------
    task : Task
    rng : numpy.random.Generator
    rate : RateParameters, optional
    spiking : SpikingParameters, optional
        1,000 neurons, an encoder gain of 10 and fast synapses of 20 ms where not given. Currents
        that are larger, relative to threshold and reset, make spikes that depend less on the
        errors of currents; and with synapses of 5 ms, currents follow single spikes more closely
        and the error is about three times as large.
    recipe : FactorRecipe, optional
        Of the teacher and the factors, 12 of them where not given.
    dale : DaleRecipe, optional
    mean_drive : float
        Mean of every neuron's target current, relative to threshold. It sets the firing rate:
        about 20 Hz at -3.
    teacher : RateNetwork, optional
    goal : Goal, optional
        What the frozen network has to reach; to hold the task at all, with an error of at most
        0.1 or a score of at least 0.9, where not given.
    max_attempts : int, optional
        Networks to train before giving up. Where not given: one if a recipe `dale` is given, which
        is carried out as it stands, otherwise three.
    checkpoint : path, optional
        As for `spikelib.loop.run`; for the last stage. Needs ``max_attempts=1``.
    progress : bool, optional

    Returns
    -------
    DaleFit

    Warns
    -----
    GoalNotReachedWarning

    Examples
    --------
    >>> from spikelib import Goal
    >>> from spikelib.tasks import osc4
    >>> result = fit_dale(
    ...     osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=100),
    ...     spiking=SpikingParameters(n_neurons=100, encoder_gain=8.5),
    ...     dale=DaleRecipe(n_training_trials=5), goal=Goal(nmse=100.0),
    ... )
    >>> result.dale.sign_violations, result.reached
    (0, True)
    """
    if max_attempts is None:
        max_attempts = 1 if dale is not None or checkpoint is not None else _ATTEMPTS
    max_attempts = _checks.count("max_attempts", max_attempts)
    if checkpoint is not None and max_attempts > 1:
        raise ValueError(
            f"checkpoint: expected max_attempts = 1 beside it, got {max_attempts}"
        )
    goal = HOLDS if goal is None else goal
    rate = RateParameters(dt=task.dt) if rate is None else rate
    if spiking is None:
        spiking = SpikingParameters(
            n_neurons=1000, encoder_gain=10.0, tau_fast=0.02, dt=task.dt
        )
    recipe = FactorRecipe(variance=None, n_factors=12) if recipe is None else recipe
    settings = {
        "rate": rate, "spiking": spiking, "recipe": for_stage(recipe, FactorRecipe),
        "teacher": teacher, "dale": DaleRecipe() if dale is None else dale,
        "mean_drive": _checks.number("mean_drive", mean_drive), "checkpoint": checkpoint,
        "progress": progress,
    }
    best, attempts, rng = None, [], _checks.generator(rng)
    while len(attempts) < max_attempts:
        # The first attempt draws what a single one would.
        made = _one(task, rng=rng if not attempts else rng.spawn(1)[0], **settings)
        attempts.append(made.attempts[0])
        if best is None or judging.rank(attempts[-1]) > judging.rank(best.attempts[0]):
            best = made
        if attempts[-1].test.reaches(goal):
            break
    verdict = judging.conclude(best.attempts[0], goal)
    if not verdict.reached:
        warnings.warn(
            f"{task.name}: the goal was not reached (networks trained: {len(attempts)}); "
            f"{verdict_line(verdict)}",
            GoalNotReachedWarning, stacklevel=3,
        )
    return replace(best, verdict=verdict, attempts=tuple(attempts))


def _one(task, *, rng, rate, spiking, recipe, teacher, dale, mean_drive, checkpoint, progress):
    """One attempt: all stages, and a test of the frozen network."""
    *for_stages, for_training = rng.spawn(4)
    stages = prepare_stages(
        task, rngs=for_stages, rate=rate, spiking=spiking, recipe=recipe, teacher=teacher
    )
    trials = stages.training_trials(dale.n_training_trials)
    mean = stages.network.encoder @ mean_factors(trials)
    network = replace(stages.network, mean_current=mean - mean_drive)
    start = time.perf_counter()
    trained = train_dale(
        network, trials, rng=for_training, recipe=dale, checkpoint=checkpoint, progress=progress
    )
    seconds = time.perf_counter() - start
    (for_test,) = rng.spawn(1)
    attempt = judging.attempted(
        task, trained.network, task.trials(judging.N_TRIALS, rng=for_test), trained.log,
        rng=for_test, seconds=seconds,
    )
    return DaleFit(
        task=task, teacher=stages.teacher, factors=stages.factors, network=trained.network,
        log=trained.log, recipe=recipe, cycle=stages.cycle, dale=trained.dale,
        attempts=(attempt,), encoder=stages.network.encoder,
    )
