"""Tasks that need a clock or a choice: ready-set-go, and contextual integration.

All stimuli and pauses are random, drawn anew for every trial.
"""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import pause_range, plateau, to_steps
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["contextual_integration", "produced_time", "ready_set_go"]


def produced_time(outputs, dt, *, start=0, level=0.5):
    """When an output first rises above a level.

    Parameters
    ----------
    outputs : array_like, shape (T, n_outputs)
        The first channel counts.
    dt : float
        Time step in seconds.
    start : int
        Steps before this one do not count.
    level : float

    Returns
    -------
    float
        In seconds from the first step; NaN where it never does.

    Examples
    --------
    >>> float(produced_time([[0.0], [0.2], [0.9], [1.0]], 0.01))
    0.02
    """
    outputs = _checks.array("outputs", outputs, ("T", "n_outputs"))
    if not outputs.shape[1]:
        raise ValueError("outputs: expected at least one output, got none")
    dt, level = _checks.number("dt", dt, above=0), _checks.number("level", level)
    start = _checks.count("start", start, at_least=0)
    above = np.flatnonzero(outputs[start:, 0] > level)
    return (start + above[0]) * dt if above.size else np.nan


@makes_task
def ready_set_go(*, dt=0.001, pulse=0.05, wait=(0.1, 0.4), interval=(0.4, 0.8), answer=0.1,
                 hints=True, tolerance=None):
    """Measure the time between two pulses, and answer after the same time again.

    After a random wait comes "ready", a pulse in the first channel, and after a random
    interval "set", a pulse in the second. "Go" is up to the network: one interval after
    "set" the output is to rise. The hints are a clock and its phase: a ramp that climbs at
    a constant speed from "ready" to "set" and comes down again at that speed until "go",
    and +1 while it climbs, -1 while it comes down.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    pulse, answer : float
        Durations in seconds.
    wait, interval : pair of float
        Shortest and longest in seconds.
    hints : bool
        Whether trials have the two hints.
    tolerance : float, optional
        Where given, the score is 1 for a timing error of at most this, and 0 otherwise.

    Returns
    -------
    Task
        Two inputs, one output. Score: the *timing error*, how much too early or too late the
        output first passes 0.5 after "set", as a fraction of the interval; 1 where it does
        not, and at most 1. Smaller is better.

    References
    ----------
    Jazayeri & Shadlen (2010), Nat. Neurosci. 13, 1020; the hints are those of DePasquale et
    al. (2018), PLoS ONE 13, e0191527.

    Examples
    --------
    >>> task = ready_set_go()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, 0 * trial.outputs)
    (0.0, 1.0)
    """
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)
    n_pulse, n_answer = to_steps("pulse", pulse, dt), to_steps("answer", answer, dt)
    n_rest = to_steps("rest", 0.2, dt)
    wait, interval = pause_range("wait", wait), pause_range("interval", interval)
    if tolerance is not None:
        tolerance = _checks.number("tolerance", tolerance, above=0)
    if interval[0] <= pulse:
        raise ValueError(f"interval: expected more than the pulse of {pulse} s, got {interval}")

    def draw(rng):
        ready = to_steps("wait", rng.uniform(*wait), dt)
        steps = to_steps("interval", rng.uniform(*interval), dt)
        set_, go = ready + steps, ready + 2 * steps
        inputs = np.zeros((go + n_answer + n_rest, 2))
        outputs, shown = np.zeros((len(inputs), 1)), np.zeros((len(inputs), 2))
        inputs[ready : ready + n_pulse, 0] = 1.0
        inputs[set_ : set_ + n_pulse, 1] = 1.0
        outputs[go : go + n_answer, 0] = plateau(n_answer, n_answer // 2)
        clock = np.arange(steps) * dt / interval[1]
        shown[ready:set_] = np.column_stack([clock, np.ones(steps)])
        shown[set_:go] = np.column_stack([steps * dt / interval[1] - clock, -np.ones(steps)])
        return Trial(inputs=inputs, outputs=outputs, dt=dt, hints=shown if hints else None)

    def score(trial, outputs):
        ready, set_ = (np.flatnonzero(channel)[0] for channel in trial.inputs.T)
        answer, target = (
            produced_time(z, dt, start=set_ + n_pulse) for z in (outputs, trial.outputs)
        )
        error = abs(answer - target) / ((set_ - ready) * dt)
        error = 1.0 if np.isnan(error) else float(min(error, 1.0))
        return error if tolerance is None else float(error <= tolerance)

    return Task(
        name="ready-set-go", n_inputs=2, n_outputs=1, n_hints=2 if hints else 0, dt=dt,
        draw=draw, score=score,
    )


@makes_task
def contextual_integration(*, dt=0.001, pause=(0.2, 0.4), lead=0.05, duration=1.0, hold=0.01,
                           bias=0.1, noise=0.04):
    """Add up one of two noisy streams, and ignore the other.

    After a random pause, one of two context channels is switched on; it says which stream
    counts. A `lead` later two streams begin: white noise around a mean of their own. The
    output is ten times the integral of the stream that counts.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    pause : pair of float
        Shortest and longest pause before the context, in seconds.
    lead, duration : float
        Time of the context alone and of the streams, in seconds.
    hold : float
        Each value of a stream is held for so long, in seconds; a multiple of dt.
    bias : float
        The mean of a stream is uniform on [-bias, bias].
    noise : float
        Standard deviation of the integral of the noise over one second; that of a single
        value is larger by 1/√hold.

    Returns
    -------
    Task
        Four inputs (two streams, two contexts), one output. The label says which stream
        counts, 0 or 1. Score: 1 where output and target output have the same sign at the end
        of the trial, 0 otherwise.

    Notes
    -----
    Streams, contexts and strengths are those of the paper's successor, except that the output
    is divided by ten, that the pauses between trials are random, and that no state is reset.

    References
    ----------
    Mante, Sussillo, Shenoy & Newsome (2013), Nature 503, 78; DePasquale, Sussillo, Abbott &
    Churchland (2023), Neuron.

    Examples
    --------
    >>> task = contextual_integration()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    dt = _checks.number("dt", dt, above=0)
    pause = pause_range("pause", pause)
    n_hold, n_lead = to_steps("hold", hold, dt), to_steps("lead", lead, dt)
    _checks.steps("dt", hold + lead + pause[1], dt)
    if not np.isclose(n_hold * dt, hold):
        raise ValueError(f"hold: expected a multiple of dt = {dt} s, got {hold}")
    n_values = to_steps("duration", duration, hold)
    _checks.room("duration, dt", n_values * n_hold, 4)
    bias = _checks.number("bias", bias, at_least=0)
    noise = _checks.number("noise", noise, at_least=0)

    def draw(rng):
        start = to_steps("pause", rng.uniform(*pause), dt)
        context = int(rng.integers(2))
        values = rng.uniform(-bias, bias, 2)
        values = values + noise / np.sqrt(hold) * rng.standard_normal((n_values, 2))
        streams = np.repeat(values, n_hold, axis=0)
        inputs = np.zeros((start + n_lead + len(streams), 4))
        outputs = np.zeros((len(inputs), 1))
        inputs[start:, 2 + context] = 1.0
        inputs[start + n_lead :, :2] = streams
        outputs[start + n_lead :, 0] = 10 * dt * np.cumsum(streams[:, context])
        return Trial(inputs=inputs, outputs=outputs, dt=dt, label=context)

    def score(trial, outputs):
        return float(outputs[-1, 0] * trial.outputs[-1, 0] > 0)

    return Task(
        name="contextual integration", n_inputs=4, n_outputs=1, dt=dt, draw=draw, score=score
    )
