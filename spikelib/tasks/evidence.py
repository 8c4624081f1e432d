"""Evidence: decide from noisy streams, whose mean says which way.

Streams and durations are random, drawn anew for every trial. The noise is such that whoever
adds up what was shown is right in more than 99 of 100 trials. Hints never run ahead.
"""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import answer_shape, answered, blank, stages, to_steps
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["multisensory", "random_dots"]

HOLD = 0.01  # seconds for which each value of a stream is held


@makes_task
def random_dots(*, dt=0.001, coherences=(0.25, 0.5, 1.0), wait=(0.1, 0.4), stimulus=(0.4, 1.0),
                pause=0.1, answer=0.3, noise=0.05, hints=True):
    """Decide which way noisy motion goes.

    After a random wait the first input shows motion for a random time: white noise around
    plus or minus one of the `coherences`. A `pause` after its end the second input, go, is
    on for as long as `answer`, and the output says the sign: +1 or -1.

    Parameters
    ----------
    dt : float
        Time step in seconds, a divisor of 10 ms: for so long each value of the noise is held.
    coherences : sequence of float
        Above zero.
    wait, stimulus : pair of float
        Shortest and longest in seconds.
    pause, answer : float
        Durations in seconds.
    noise : float
        Standard deviation of the integral of the noise over one second.
    hints : bool
        Whether trials have the hint: what the stream adds up to so far, squashed by
        tanh(5 Σ), from the onset of the motion to the middle of the answer.

    Returns
    -------
    Task
        Two inputs, one output. The label is 1 where the mean is above zero, else 0. Score: 1
        where the mean output over the time of the answer has the right sign and at least half
        the right size; 0 otherwise.

    References
    ----------
    Shadlen & Newsome (2001), J. Neurophysiol. 86, 1916; Wong & Wang (2006), J. Neurosci. 26, 1314.

    Examples
    --------
    >>> task = random_dots()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    coherences = _checks.listed("coherences", coherences)
    coherences = [_checks.number("coherences", value, above=0) for value in coherences]
    if not coherences:
        raise ValueError("coherences: expected at least one, got none")
    spans = {"wait": wait, "stimulus": stimulus, "pause": pause, "answer": answer}

    def present(rng):
        return rng.choice(coherences), (True,)

    return _decision("random dots", 1, present, spans, dt=dt, noise=noise, hints=hints)


@makes_task
def multisensory(*, dt=0.001, strength=0.5, wait=(0.1, 0.4), stimulus=(0.6, 1.0), pause=0.1,
                 answer=0.3, noise=0.08, hints=True):
    """Decide from what is seen, from what is heard, or from both.

    As in `random_dots`, with two streams: in a third of the trials only the first is shown,
    in a third only the second, in a third both, with the same mean and noise of their own.
    A stream that is not shown is zero.

    Parameters
    ----------
    dt : float
        Time step in seconds, a divisor of 10 ms: for so long each value of the noise is held.
    strength : float
        The mean of a stream is plus or minus this.
    wait, stimulus : pair of float
        Shortest and longest in seconds.
    pause, answer : float
        Durations in seconds.
    noise : float
        Standard deviation of the integral of the noise of one stream over one second.
    hints : bool
        Whether trials have the hint: what the streams add up to so far, squashed by
        tanh(5 Σ), from the onset of the streams to the middle of the answer.

    Returns
    -------
    Task
        Three inputs (two streams, go), one output. The label is 1 where the mean is above
        zero, else 0. Score: as for `random_dots`.

    References
    ----------
    Raposo, Kaufman & Churchland (2014), Nat. Neurosci. 17, 1784.

    Examples
    --------
    >>> task = multisensory()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    strength = _checks.number("strength", strength, above=0)
    spans = {"wait": wait, "stimulus": stimulus, "pause": pause, "answer": answer}

    def present(rng):
        return strength, [(True, False), (False, True), (True, True)][rng.integers(3)]

    return _decision("multisensory", 2, present, spans, dt=dt, noise=noise, hints=hints)


def _decision(name, n_streams, present, spans, *, dt, noise, hints):
    """A task that asks for the sign of the mean of streams; `present(rng)` says how strong
    the mean is, and which of the streams are shown."""
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)
    n_hold = to_steps("hold", HOLD, dt)
    if not np.isclose(n_hold * dt, HOLD):
        raise ValueError(f"dt: expected a divisor of {HOLD} s, got {dt}")
    noise = _checks.number("noise", noise, at_least=0)

    def draw(rng):
        at = stages(rng, dt, **spans, rest=0.2)
        strength, on = present(rng)
        side = rng.choice([-1.0, 1.0])
        n_steps = at.stimulus.stop - at.stimulus.start
        values = rng.standard_normal((-(-n_steps // n_hold), n_streams))
        streams = side * strength + noise / np.sqrt(HOLD) * np.repeat(values, n_hold, axis=0)
        inputs, outputs, shown = blank(at.n_steps, n_streams + 1, 1, 1)
        inputs[at.stimulus, :n_streams] = streams[:n_steps] * on
        inputs[at.answer, n_streams] = 1.0
        outputs[at.answer, 0] = side * answer_shape(at.answer)
        until = slice(at.stimulus.start, (at.answer.start + at.answer.stop) // 2)
        sums = dt * np.cumsum(inputs[:, :n_streams].sum(axis=1))
        shown[until, 0] = np.tanh(5 * sums[until])
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=int(side > 0),
            hints=shown if hints else None,
        )

    return Task(
        name=name, n_inputs=n_streams + 1, n_outputs=1, n_hints=1 if hints else 0, dt=dt,
        draw=draw, score=answered,
    )
