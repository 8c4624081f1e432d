"""Hints that can be found from a task alone: a clock, and what the inputs were last.

A driven teacher sees the target output and the inputs of the moment. Where the same output
has two futures, in a melody whose notes repeat or in the pause after a cue, its state does
too, and nothing that learns from it can tell them apart. Hints beside the output make the
state unambiguous. They need not be put out, only remembered.
"""

from dataclasses import replace

import numpy as np

from spikelib import _checks
from spikelib.tasks.trials import Trial

__all__ = ["clock", "last_inputs", "with_clock"]

_ONSET = 0.1  # of the range of the inputs: a change that counts as an event
_SPARSE = 0.15  # seconds: events that follow one another faster are noise, not cues
_MOVING = 0.5  # share of the inputs' variance between jumps, above which they are no cues


def clock(n_steps, n_bumps):
    """Raised-cosine bumps over a period, each two n-ths of it wide and one n-th apart.

    Parameters
    ----------
    n_steps : int
        Length T of the period in steps.
    n_bumps : int
        n; at every moment two bumps are on, and which two tells the time.

    Returns
    -------
    ndarray, shape (T, n)

    Examples
    --------
    >>> clock(8, 4).round(2)[:3]
    array([[1. , 0. , 0. , 0. ],
           [0.5, 0.5, 0. , 0. ],
           [0. , 1. , 0. , 0. ]])
    """
    n_steps, n_bumps = _checks.count("n_steps", n_steps), _checks.count("n_bumps", n_bumps)
    _checks.room("n_steps, n_bumps", n_steps, n_bumps, 8)
    phase = np.arange(n_steps)[:, None] / n_steps - np.arange(n_bumps) / n_bumps
    away = np.abs((phase + 0.5) % 1 - 0.5) * n_bumps
    return np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * np.minimum(away, 1)), 0.0)


def with_clock(trials, n_bumps):
    """Trials that repeat, with a `clock` beside the hints that they have.

    Parameters
    ----------
    trials : sequence of Trial
    n_bumps : int

    Returns
    -------
    list of Trial
        The same object stays the same.
    """
    n_bumps, made = _checks.count("n_bumps", n_bumps), {}
    trials = _checks.instances("trials", _checks.listed("trials", trials), Trial)
    for trial in trials:
        if id(trial) not in made:
            made[id(trial)] = _added(trial, clock(trial.n_steps, n_bumps))
    return [made[id(trial)] for trial in trials]


def last_inputs(trials, *, n_bumps=8, longest=None):
    """Trials with hints of what the last event of the inputs was, and how long ago.

    An event is an onset: an input that leaves its resting value, or changes by more than a
    tenth of its range. Hints are the inputs as they were just after the last event, one
    channel for each, and `n_bumps` raised-cosine bumps over the time since. They are carried
    on from trial to trial, for trials run back to back.

    Parameters
    ----------
    trials : sequence of Trial
        In the order in which they are run.
    n_bumps : int
    longest : float, optional
        Seconds that the bumps cover; the longest pause between events where not given.

    Returns
    -------
    list of Trial or None
        None where there are no events; where they follow one another so fast that the
        inputs are noise rather than cues; or where inputs move all the time, so that what they
        were at an event says little.
    """
    trials = _checks.instances("trials", _checks.listed("trials", trials), Trial)
    n_bumps = _checks.count("n_bumps", n_bumps, at_least=2)
    if longest is not None:
        longest = _checks.number("longest", longest, above=0)
    dt = trials[0].dt
    inputs = np.concatenate([trial.inputs for trial in trials])
    events, held = _events(inputs, dt)
    if not events.size or np.median(np.diff(events, append=len(inputs))) * dt < _SPARSE:
        return None
    if _share_between_jumps(inputs) > _MOVING:
        return None
    since = _steps_since(events, len(inputs))
    if longest is None:
        longest = since.max() * dt
    width = longest / (n_bumps - 1) / dt  # steps from one bump to the next
    away = np.abs(since[:, None] / width - np.arange(n_bumps))
    bumps = np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * np.minimum(away, 1)), 0.0)
    bumps[: events[0]] = 0.0
    added = np.hstack([held, bumps])
    result, at = [], 0
    for trial in trials:
        result.append(_added(trial, added[at : at + trial.n_steps]))
        at += trial.n_steps
    return result


def longest_pause(inputs, dt):
    """Longest time in seconds from one event to the next in inputs (T, n)."""
    events, _ = _events(inputs, dt)
    return float(np.diff(events, append=len(inputs)).max() * dt) if events.size else 0.0


def _events(inputs, dt):
    """Steps of the onsets, and the inputs just after the last one at every step."""
    span = np.ptp(inputs, axis=0)
    used = span > 0
    held = np.zeros_like(inputs)
    if not used.any():
        return np.empty(0, np.int64), held
    scaled = inputs[:, used] / span[used]
    rest = np.median(scaled, axis=0)  # what the inputs are most of the time
    away = np.abs(scaled - rest) > _ONSET
    step = np.abs(np.diff(scaled, axis=0, prepend=scaled[:1])) > _ONSET
    onset = np.flatnonzero((away & step).any(axis=1))
    # One event, even where several channels change within a few steps of one another.
    gap = max(1, round(0.005 / dt))
    events = onset[np.diff(onset, prepend=-gap - 1) > gap] if onset.size else onset
    bounds = [*events, len(inputs)]
    for start, stop in zip(bounds[:-1], bounds[1:], strict=True):
        held[start:stop] = inputs[min(start + gap, len(inputs) - 1)]
    return events, held


def _share_between_jumps(inputs):
    """Share of the variance that steps alone, of whatever height, do not explain."""
    span = np.ptp(inputs, axis=0)
    scaled = inputs[:, span > 0] / span[span > 0]
    jumps = (np.abs(np.diff(scaled, axis=0, prepend=scaled[:1])) > _ONSET).any(axis=1)
    stretch = np.cumsum(jumps)
    n_steps = np.bincount(stretch)
    levels = np.stack([np.bincount(stretch, column) / n_steps for column in scaled.T], axis=1)
    left = np.sum((scaled - levels[stretch]) ** 2)
    return float(left / np.sum((scaled - scaled.mean(axis=0)) ** 2))


def _steps_since(events, n_steps):
    last = np.zeros(n_steps, np.int64)
    last[events] = events
    return np.arange(n_steps) - np.maximum.accumulate(last)


def _added(trial, hints):
    own = [] if trial.hints is None else [trial.hints]
    return replace(trial, hints=np.hstack([*own, hints]))
