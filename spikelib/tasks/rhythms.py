"""Rhythms: one trial that repeats, one output, and a pulse at its start.

The network has to keep going on its own between the pulses. There is no score: the error
(nMSE) says how well a wave is made.
"""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import clock, repeating

__all__ = ["chirp", "osc4", "sawtooth", "sine", "sparse_bump", "square_wave"]


@makes_task
def osc4(*, dt=0.001, duration=1.0):
    """Four sine waves at once: the task of the 2016 demonstration.

    ``f_in`` is 0.5 for the first 50 ms, then 0; ``f_out`` is the sum of sines of
    1, 2, 3 and 5 Hz, divided by its maximum.  Every trial is the same, and the
    network has to keep going on its own between the pulses.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    duration : float
        Length of a trial in seconds; whole seconds keep the output smooth from
        one trial to the next.

    Returns
    -------
    Task
        One input, one output.

    References
    ----------
    DePasquale, Churchland & Abbott (2016), arXiv 1601.07620, and its code.

    Examples
    --------
    >>> import numpy as np
    >>> trial = osc4().draw(np.random.default_rng(0))
    >>> trial.n_steps, float(trial.outputs.max()), int((trial.inputs > 0).sum())
    (1000, 1.0, 50)
    """
    dt, times = clock(dt, duration)
    wave = sum(np.sin(2 * np.pi * frequency * times) for frequency in (1, 2, 3, 5))
    return repeating("osc4", wave / wave.max(), dt)


@makes_task
def sine(*, dt=0.001, frequency=2.0, duration=1.0):
    """One sine wave.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    frequency : float
        In Hz.
    duration : float
        Length of a trial in seconds; whole periods keep the output smooth from trial to trial.

    Returns
    -------
    Task
        One input, one output, no score.

    References
    ----------
    Sussillo & Abbott (2009), Neuron 63, 544.

    Examples
    --------
    >>> sine().draw(np.random.default_rng(0)).outputs[[0, 125, 375], 0].round(6)
    array([ 0.,  1., -1.])
    """
    dt, times = clock(dt, duration)
    frequency = _checks.number("frequency", frequency, above=0)
    return repeating("sine", np.sin(2 * np.pi * frequency * times), dt)


@makes_task
def square_wave(*, dt=0.001, period=1.0):
    """+1 for half a period, then -1: the target jumps, and a network can only be quick.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.

    Returns
    -------
    Task
        One input, one output, no score.

    References
    ----------
    Sussillo & Abbott (2009), Neuron 63, 544.

    Examples
    --------
    >>> square_wave().draw(np.random.default_rng(0)).outputs[[0, 499, 500, 999], 0]
    array([ 1.,  1., -1., -1.])
    """
    dt, times = clock(dt, period)
    return repeating("square wave", np.where(2 * np.arange(times.size) < times.size, 1.0, -1.0), dt)


@makes_task
def sawtooth(*, dt=0.001, period=1.0):
    """A slow climb from -1 to +1, and a jump back.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.

    Returns
    -------
    Task
        One input, one output, no score.

    References
    ----------
    Nicola & Clopath (2017), Nat. Commun. 8, 2208.

    Examples
    --------
    >>> sawtooth().draw(np.random.default_rng(0)).outputs[[0, 500], 0]
    array([-1.,  0.])
    """
    dt, times = clock(dt, period)
    return repeating("sawtooth", 2 * times / (times.size * dt) - 1, dt)


@makes_task
def sparse_bump(*, dt=0.001, period=2.0, at=1.0, width=0.035):
    """One brief bump in each period, and nothing else: an exactly timed response.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.
    at : float
        Time of the bump's peak after the pulse, in seconds.
    width : float
        Standard deviation of the Gaussian in seconds.

    Returns
    -------
    Task
        One input, one output, no score.

    References
    ----------
    After the timed response of Laje & Buonomano (2013), Nat. Neurosci. 16, 925.

    Examples
    --------
    >>> outputs = sparse_bump().draw(np.random.default_rng(0)).outputs
    >>> int(outputs.argmax()), float((outputs > 0.01).mean())
    (1000, 0.1065)
    """
    dt, times = clock(dt, period)
    at = _checks.number("at", at, at_least=0, at_most=period)
    width = _checks.number("width", width, above=0)
    return repeating("sparse bump", np.exp(-0.5 * ((times - at) / width) ** 2), dt)


@makes_task
def chirp(*, dt=0.001, period=2.0, slow=1.0, fast=3.0):
    """A sine wave that quickens for half a period and slows down for the other half.

    Its frequency goes from `slow` to `fast` and back along straight lines.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.
    slow, fast : float
        Frequencies in Hz.

    Returns
    -------
    Task
        One input, one output, no score.

    Raises
    ------
    ValueError
        Where the wave would not close: (slow + fast) / 2 times the period is not whole.

    References
    ----------
    After the oscillation of changing frequency of DePasquale et al. (2018), PLoS ONE 13,
    e0191527.

    Examples
    --------
    >>> outputs = chirp().draw(np.random.default_rng(0)).outputs[:, 0]
    >>> int(np.sum((outputs[:-1] < 0) & (outputs[1:] >= 0)))
    3
    """
    dt, times = clock(dt, period)
    slow = _checks.number("slow", slow, above=0)
    fast = _checks.number("fast", fast, above=0)
    cycles = (slow + fast) / 2 * period
    if not np.isclose(cycles, round(cycles)):
        raise ValueError(
            f"slow, fast: expected whole cycles, (slow + fast) / 2 * period, got {cycles:g}"
        )
    half = period / 2
    up = slow * times + (fast - slow) * times**2 / (2 * half)
    # The second half is the first one backwards in time.
    back = period - times
    down = cycles - (slow * back + (fast - slow) * back**2 / (2 * half))
    return repeating("chirp", np.sin(2 * np.pi * np.where(times < half, up, down)), dt)
