"""Parts that tasks are put together from: durations, shapes, stages of a trial, scores."""

from numbers import Real
from types import SimpleNamespace

import numpy as np

from spikelib import _checks
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial


def to_steps(name, seconds, dt):
    """A duration in time steps, at least one."""
    seconds = _checks.number(name, seconds, above=0)
    _checks.steps(name, seconds, dt)
    return max(1, round(seconds / dt))


def pause_range(name, value):
    """A pair of durations in seconds, the shorter first."""
    low, high = _checks.array(name, value, ("low, high",), (2,))
    if not 0 < low <= high:
        raise ValueError(f"{name}: expected 0 < low <= high in seconds, got ({low}, {high})")
    return float(low), float(high)


def plateau(n_steps, edge):
    """A rise, a plateau of 1 and a fall, shape (n_steps,); each edge takes `edge` steps."""
    at = np.minimum(np.arange(n_steps), np.arange(n_steps)[::-1]) + 0.5
    return 0.5 - 0.5 * np.cos(np.pi * np.minimum(at / max(edge, 1), 1.0))


def answer_shape(span):
    """The shape of an answer over a slice: a plateau whose edges take a fifth of the time."""
    n_steps = span.stop - span.start
    return plateau(n_steps, n_steps // 5)


def between(first, second):
    """From the middle of one slice to the middle of another: a memory of what was shown."""
    return slice((first.start + first.stop) // 2, (second.start + second.stop) // 2)


def stages(rng, dt, **durations):
    """Stages of a trial, one after the other.

    Parameters
    ----------
    **durations : float or pair of float
        In seconds, in order; a pair is a range that the duration is drawn from.

    Returns
    -------
    SimpleNamespace
        A slice of steps under the name of each stage, and `n_steps`.
    """
    found, stop = {}, 0
    for name, value in durations.items():
        seconds = value if isinstance(value, Real) else rng.uniform(*pause_range(name, value))
        start, stop = stop, stop + to_steps(name, seconds, dt)
        found[name] = slice(start, stop)
    return SimpleNamespace(**found, n_steps=stop)


def blank(n_steps, n_inputs, n_outputs, n_hints=0):
    """Inputs, outputs and hints of zeros, to be written into."""
    _checks.room("channels", n_steps, max(n_inputs, n_outputs, n_hints))
    return tuple(np.zeros((n_steps, n)) for n in (n_inputs, n_outputs, n_hints))


def clock(dt, duration):
    """The time step, checked, and the times of a trial's steps in seconds."""
    dt = _checks.number("dt", dt, above=0)
    duration = _checks.number("duration", duration, at_least=dt)
    _checks.steps("duration, dt", duration, dt)
    return dt, np.arange(round(duration / dt)) * dt


def repeating(name, outputs, dt):
    """A task of one trial that repeats; a pulse of 0.5 for 50 ms says where it begins."""
    outputs = np.asarray(outputs, dtype=float)
    outputs = outputs[:, None] if outputs.ndim == 1 else outputs
    trial = Trial(inputs=0.5 * start_pulse(len(outputs), dt)[:, None], outputs=outputs, dt=dt)
    return Task(
        name=name, n_inputs=1, n_outputs=outputs.shape[1], dt=dt, draw=lambda rng: trial,
        repeats=True,
    )


def start_pulse(n_steps, dt):
    """1 for the first 50 ms, then 0."""
    # Half a step of slack, so that a time of 0.05 that rounding put just below counts as after.
    return (np.arange(n_steps) * dt < 0.05 - dt / 2).astype(float)


def answered(trial, outputs):
    """1 where the mean output while an answer is due has its sign and half its size, else 0."""
    during = np.abs(trial.outputs) > 0.5
    return float(np.mean(outputs[during] * np.sign(trial.outputs[during])) > 0.5)


def nearest_of(patterns, most=0.1):
    """A score: 1 where the pattern asked for is the nearest and the nMSE at most `most`."""
    def score(trial, outputs):
        errors = [np.sum((outputs - pattern) ** 2) for pattern in patterns]
        power = np.sum(trial.outputs**2)
        return float(np.argmin(errors) == trial.label and errors[trial.label] <= most * power)

    return score
