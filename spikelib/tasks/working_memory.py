"""Working memory: compare with what was shown before, and hold a direction.

Stimuli and delays are random, drawn anew for every trial. Where a task has hints they show
the memory from the middle of a stimulus on, and the answer from the moment it is known;
they never run ahead of the inputs.
"""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import answer_shape, answered, between, blank, stages, to_steps
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["angle_memory", "delayed_match", "parametric_memory"]


@makes_task
def delayed_match(*, dt=0.001, n_stimuli=3, stimulus=0.2, wait=(0.1, 0.4), delay=(0.3, 0.8),
                  pause=0.1, answer=0.3, hints=True):
    """Tell whether a second stimulus is the same as the first.

    After a random wait one of several stimuli is shown, each in an input of its own, and
    after a random delay a stimulus again; in half of the trials it is the same. A `pause`
    after its end the output answers: +1 for a match, -1 for none. Everywhere else the
    target output is zero.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    n_stimuli : int
        At least 2.
    stimulus, pause, answer : float
        Durations in seconds.
    wait, delay : pair of float
        Shortest and longest in seconds.
    hints : bool
        Whether trials have the hints: one for each stimulus, on from the middle of the first
        to the middle of the second where it was shown first, and one for the answer, until
        the middle of the time of the answer.

    Returns
    -------
    Task
        `n_stimuli` inputs, one output. The label is 1 for a match, 0 for none. Score: 1 where
        the mean output over the time of the answer has the right sign and at least half the
        right size; 0 otherwise.

    References
    ----------
    Miller, Erickson & Desimone (1996), J. Neurosci. 16, 5154.

    Examples
    --------
    >>> task = delayed_match()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)
    n = _checks.count("n_stimuli", n_stimuli, at_least=2)

    def draw(rng):
        at = stages(rng, dt, wait=wait, sample=stimulus, delay=delay, test=stimulus,
                    pause=pause, answer=answer, rest=0.2)
        sample = rng.integers(n)
        match = bool(rng.integers(2))
        test = sample if match else (sample + rng.integers(1, n)) % n
        inputs, outputs, shown = blank(at.n_steps, n, 1, n + 1)
        inputs[at.sample, sample] = inputs[at.test, test] = 1.0
        right = 1.0 if match else -1.0
        outputs[at.answer, 0] = right * answer_shape(at.answer)
        shown[between(at.sample, at.test), sample] = 1.0
        shown[between(at.test, at.answer), n] = right
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=int(match),
            hints=shown if hints else None,
        )

    return Task(
        name="delayed match", n_inputs=n, n_outputs=1, n_hints=n + 1 if hints else 0, dt=dt,
        draw=draw, score=answered,
    )


@makes_task
def parametric_memory(*, dt=0.001, stimulus=0.3, wait=(0.1, 0.4), delay=(0.3, 0.8), pause=0.1,
                      answer=0.3, hints=True):
    """Tell which of two vibrations was faster, the first or the second.

    Two stimuli of 10 to 34 Hz, 8 Hz apart, are shown one after the other, with a random
    delay between them. The first input is on during both; the second is the frequency,
    -1 for 10 Hz to +1 for 34 Hz. A `pause` after the second the output answers: +1 where
    the first was faster, -1 where the second was. Neither frequency alone says which.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    stimulus, pause, answer : float
        Durations in seconds.
    wait, delay : pair of float
        Shortest and longest in seconds.
    hints : bool
        Whether trials have the two hints: the first frequency, from the middle of the first
        stimulus to the middle of the second, and the answer, from then to its own middle.

    Returns
    -------
    Task
        Two inputs, one output. The label is 1 where the first was faster, else 0. Score: 1
        where the mean output over the time of the answer has the right sign and at least half
        the right size; 0 otherwise.

    References
    ----------
    Romo, Brody, Hernández & Lemus (1999), Nature 399, 470.

    Examples
    --------
    >>> task = parametric_memory()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)
    pairs = [(f, f + step) for f in range(10, 35, 4) for step in (-8, 8) if 10 <= f + step <= 34]

    def draw(rng):
        at = stages(rng, dt, wait=wait, first=stimulus, delay=delay, second=stimulus,
                    pause=pause, answer=answer, rest=0.2)
        pair = pairs[rng.integers(len(pairs))]
        first, second = ((f - 22) / 12 for f in pair)
        right = np.sign(first - second)
        inputs, outputs, shown = blank(at.n_steps, 2, 1, 2)
        inputs[at.first], inputs[at.second] = (1.0, first), (1.0, second)
        outputs[at.answer, 0] = right * answer_shape(at.answer)
        shown[between(at.first, at.second), 0] = first
        shown[between(at.second, at.answer), 1] = right
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=int(right > 0),
            hints=shown if hints else None,
        )

    return Task(
        name="parametric memory", n_inputs=2, n_outputs=1, n_hints=2 if hints else 0, dt=dt,
        draw=draw, score=answered,
    )


@makes_task
def angle_memory(*, dt=0.001, cue=0.2, delay=(0.4, 1.2), tolerance=22.5):
    """Hold a direction that was shown briefly, any angle.

    Each trial begins with the cue, so that nothing that came before matters: two inputs,
    the cosine and the sine of a random angle. The outputs are the same cosine and sine, from
    the onset of the cue to the end of the trial.

    Parameters
    ----------
    dt, cue : float
        Time step and length of the cue in seconds.
    delay : pair of float
        Shortest and longest time after the cue in seconds.
    tolerance : float
        In degrees.

    Returns
    -------
    Task
        Two inputs, two outputs. Score: 1 where the mean outputs of the last 50 ms point within
        `tolerance` of the angle and are at least half as long as they should be; 0 otherwise.

    References
    ----------
    Funahashi, Bruce & Goldman-Rakic (1989), J. Neurophysiol. 61, 331.

    Examples
    --------
    >>> task = angle_memory()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, trial.outputs @ [[0, 1], [-1, 0]])
    (1.0, 0.0)
    """
    dt = _checks.number("dt", dt, above=0)
    tolerance = np.radians(_checks.number("tolerance", tolerance, above=0, at_most=180))
    at_end = to_steps("at_end", 0.05, dt)

    def draw(rng):
        at = stages(rng, dt, cue=cue, delay=delay)
        angle = rng.uniform(-np.pi, np.pi)
        inputs, outputs, _ = blank(at.n_steps, 2, 2)
        inputs[at.cue] = outputs[:] = np.cos(angle), np.sin(angle)
        return Trial(inputs=inputs, outputs=outputs, dt=dt)

    def score(trial, outputs):
        held, shown = (complex(*z[-at_end:].mean(axis=0)) for z in (outputs, trial.outputs))
        return float(abs(held) >= 0.5 and abs(np.angle(held / shown)) <= tolerance)

    return Task(name="angle memory", n_inputs=2, n_outputs=2, dt=dt, draw=draw, score=score)
