"""Cued oscillations: a steady input says which of several patterns is to be made."""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import clock, nearest_of, start_pulse
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["cued_frequency", "cued_pattern"]


@makes_task
def cued_frequency(*, dt=0.001, frequencies=(1.0, 1.5, 2.0, 2.5), duration=2.0):
    """Oscillate at the frequency that the height of an input says.

    A pulse in the second input starts the oscillation anew in every trial.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    frequencies : sequence of float
        In Hz, at least two; the input is the frequency divided by the highest.
    duration : float
        Length of a trial in seconds; whole cycles keep the output smooth where the frequency
        stays the same from trial to trial.

    Returns
    -------
    Task
        Two inputs, one output. The label is the place of the frequency. Score: 1 where the
        output is nearer to the wave asked for than to any other of the task, with an nMSE of
        at most 0.1; 0 otherwise.

    References
    ----------
    After Sussillo & Barak (2013), Neural Comput. 25, 626.

    Examples
    --------
    >>> task = cued_frequency()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, 0.5 * trial.outputs)
    (1.0, 0.0)
    """
    dt, times = clock(dt, duration)
    frequencies = _checks.listed("frequencies", frequencies)
    frequencies = [_checks.number("frequencies", value, above=0) for value in frequencies]
    if len(set(frequencies)) < max(2, len(frequencies)):
        raise ValueError(f"frequencies: expected at least two that differ, got {frequencies}")
    waves = [np.sin(2 * np.pi * frequency * times)[:, None] for frequency in frequencies]
    levels = [np.array([value / max(frequencies)]) for value in frequencies]
    return _cued("cued frequency", levels, waves, dt)


@makes_task
def cued_pattern(*, dt=0.001, duration=1.0):
    """Make the pattern whose own input is on: a sine, a triangle or a sum of two sines.

    A pulse in the fourth input starts the pattern anew in every trial.

    Parameters
    ----------
    dt, duration : float
        Time step and length of a trial in seconds; a pattern has two cycles of a sine, one
        of a triangle, or one and three of two sines in that time.

    Returns
    -------
    Task
        Four inputs, one output. The label is the place of the pattern. Score: 1 where the
        output is nearer to the pattern asked for than to any other, with an nMSE of at most
        0.1; 0 otherwise.

    References
    ----------
    After Sussillo & Abbott (2009), Neuron 63, 544.

    Examples
    --------
    >>> task = cued_pattern()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, 0 * trial.outputs)
    (1.0, 0.0)
    """
    dt, times = clock(dt, duration)
    phase = 2 * np.pi * times / duration
    two = np.sin(phase) + np.sin(3 * phase)
    waves = [np.sin(2 * phase), 2 / np.pi * np.arcsin(np.sin(phase)), two / np.abs(two).max()]
    return _cued("cued pattern", list(np.eye(3)), [wave[:, None] for wave in waves], dt)


def _cued(name, cues, patterns, dt):
    """A task whose steady cues, each (n,), go with patterns, each (T, n_outputs)."""
    n_steps, n_outputs = patterns[0].shape
    pulse = start_pulse(n_steps, dt)[:, None]
    trials = [
        Trial(inputs=np.hstack([np.tile(cue, (n_steps, 1)), pulse]), outputs=pattern, dt=dt,
              label=k)
        for k, (cue, pattern) in enumerate(zip(cues, patterns, strict=True))
    ]
    return Task(
        name=name, n_inputs=trials[0].n_inputs, n_outputs=n_outputs, dt=dt,
        draw=lambda rng: trials[rng.integers(len(trials))], score=nearest_of(patterns),
    )
