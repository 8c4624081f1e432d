"""Teachers of either kind for a task: driven, with hints, or trained by gradient."""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.rate.force import run_rate
from spikelib.rate.gradient import GradientRecipe, train_gradient
from spikelib.rate.network import RateNetwork, RateParameters, find_cycle
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial
from spikelib.training.hints import last_inputs, with_clock

__all__ = ["Hints", "driven_teacher", "gradient_teacher", "rate_test"]

_MOST_DRAWS = 20
_COARSE, _FINER = 0.01, 0.005  # seconds: time steps of training by gradient, and of its end


@dataclass(frozen=True, kw_only=True)
class Hints:
    """Hints that are added to those of the task.

    Parameters
    ----------
    clock_bumps : int
        Bumps of a clock over each trial, for trials that repeat; 0 for none.
    event_bumps : int
        Bumps over the time since the last event of the inputs, beside what it was; 0: none.
    longest : float
        Seconds that the latter cover.
    """

    clock_bumps: int = 0
    event_bumps: int = 0
    longest: float | None = None

    def __post_init__(self):
        for name in ("clock_bumps", "event_bumps"):
            _checks.count(name, getattr(self, name), at_least=0)

    def added(self, trials):
        """The trials with these hints."""
        if self.clock_bumps:
            trials = with_clock(trials, self.clock_bumps)
        if self.event_bumps:
            trials = last_inputs(trials, n_bumps=self.event_bumps, longest=self.longest)
        return list(trials)


@_checks.takes(parameters="RateParameters", trials=["Trial"])
def driven_teacher(parameters, trials, *, rng):
    """A teacher that is driven by the target output and by the hints of the trials.

    Parameters
    ----------
    parameters : RateParameters
    trials : sequence of Trial
        Where all are one object, another teacher is drawn until one settles, 20 at most.
    rng : numpy.random.Generator

    Returns
    -------
    network : RateNetwork
    cycle : tuple of ndarray, shape (T, Ñ)
        As of `spikelib.rate.network.find_cycle`, where the trials repeat.
    """
    first, cycle = trials[0], ()
    repeats = all(trial is first for trial in trials)
    for _ in range(_MOST_DRAWS if repeats else 1):
        network = RateNetwork.draw(
            parameters, n_inputs=first.n_inputs, n_outputs=first.n_outputs,
            n_hints=first.n_hints, rng=rng,
        )
        cycle = find_cycle(network, first, rng=rng) if repeats else ()
        if len(cycle) == 1:
            break
    return network, cycle


@_checks.takes(task="Task")
def gradient_teacher(task, *, rng, n_units=100, n_batches=400, n_trials=None, progress=None):
    """A teacher that has learned the task by gradient, in coarse steps, for any step.

    It finds the hidden variables of a task by itself and needs no hints.

    Parameters
    ----------
    task : Task
    rng : numpy.random.Generator
    n_units, n_batches : int
    n_trials : int, optional
        Trials that batches are put together from; by default as many as batches, from 400 to
        1,200.
    progress : bool, optional

    Returns
    -------
    RateNetwork
        With the task's time step.
    """
    # The more often trials are seen again, the more is learned of them and not of the task.
    n_batches = _checks.count("n_batches", n_batches)
    n_trials = min(max(n_batches, 400), 1200) if n_trials is None else n_trials
    n_trials = _checks.count("n_trials", n_trials)
    steps = [max(1, round(length / task.dt)) for length in (_COARSE, _FINER)]
    # One at a time: what is kept of each is a fraction of it.
    drawn = (task.trials(1, rng=rng)[0] for _ in range(n_trials))
    pools = list(zip(*([_coarse(trial, step) for step in steps] for trial in drawn), strict=True))
    dt, longest = pools[0][0].dt, max(trial.duration for trial in pools[0])
    # Sequences that reach into a second trial teach that the first has to be forgotten.
    recipe = GradientRecipe(n_batches=n_batches, duration=min(max(2.5, 1.5 * longest), 6.0))
    network = RateNetwork.draw(
        RateParameters(n_units=n_units, dt=dt, tau=0.1, gain=1.0), n_inputs=task.n_inputs,
        n_outputs=task.n_outputs, rng=rng,
    )
    # In coarse steps a rhythm is a little slower than in fine ones: the end is done in finer ones.
    finer = replace(recipe, n_batches=-(-n_batches // 4), learning_rate=1e-3)
    for pool, own in ((pools[0], recipe), (pools[1], finer))[: len(set(steps))]:
        coarse = Task(
            name=task.name, n_inputs=task.n_inputs, n_outputs=task.n_outputs, dt=pool[0].dt,
            draw=lambda generator, pool=pool: pool[generator.integers(len(pool))],
        )
        network = train_gradient(
            in_fine_steps(network, coarse.dt), coarse, rng=rng, recipe=own, progress=progress
        ).network
    return in_fine_steps(network, task.dt)


def in_fine_steps(network, dt):
    r"""The same dynamics in finer steps than those that a network was trained in.

    A step of length h takes x to :math:`x + (1 - e^{-h/\tau}) (x_\infty - x)`. Where the network
    is slow, and its timing is learned there, this is a flow of time constant
    :math:`h / (1 - e^{-h/\tau})`, which is longer than :math:`\tau`: with :math:`\tau` itself,
    a network trained in steps of a tenth of it would run 5 % fast.

    Parameters
    ----------
    network : RateNetwork
    dt : float
        Seconds, not longer than the network's own step.

    Returns
    -------
    RateNetwork
    """
    p = network.parameters
    if dt == p.dt:
        return network

    slow = p.dt / -np.expm1(-p.dt / p.tau)
    tau = -dt / np.log1p(-dt / slow)  # in steps of dt it is dt / (1 - exp(-dt/τ)) as well
    return replace(network, parameters=replace(p, dt=dt, tau=float(tau)))


def _coarse(trial, step):
    """A trial in steps that are longer by a factor.

    A step's output is that at its end, where training by gradient reads it, or rather the mean
    of one step around it.
    """
    n_steps = max(1, trial.n_steps // step)
    used = min(n_steps * step, trial.n_steps)

    def mean(values):
        return values.reshape(n_steps, -1, values.shape[1]).mean(axis=1)

    half = step // 2
    later = np.concatenate([trial.outputs[half:], np.repeat(trial.outputs[-1:], half, axis=0)])
    return Trial(
        inputs=mean(trial.inputs[:used]), outputs=mean(later[:used]), dt=trial.dt * step,
        label=trial.label,
    )


@_checks.takes(network="RateNetwork", trials=["Trial"])
def rate_test(network, trials, *, rng, score=None):
    """nMSE and mean score of a trained rate network on its own, from a random state.

    Returns
    -------
    nmse : float
        Over the mean power of all trials; the first two do not count.
    score : float or None
    """
    if len(trials) <= 2:
        raise ValueError(f"trials: expected more than 2, got {len(trials)}")
    _checks.function("score", score)
    power = sum(np.sum(t.outputs**2) for t in trials) / sum(t.n_steps for t in trials)
    state, error, n_steps, scores = network.random_state(rng), 0.0, 0, []
    for place, trial in enumerate(trials):
        outputs, state = run_rate(network, trial, state=state)
        if place >= 2:
            error += np.sum((outputs - trial.outputs) ** 2)
            n_steps += trial.n_steps
            if score is not None:
                scores.append(score(trial, outputs))
    return float(error / n_steps / (power or 1.0)), float(np.mean(scores)) if scores else None
