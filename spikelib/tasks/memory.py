"""Tasks that need a memory: a flip-flop, a count of pulses, an exclusive or across time.

All stimuli and pauses are random, drawn anew for every trial. Each task has a score of 1
for a trial that is right and 0 for one that is wrong.
"""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import answered, pause_range, plateau, to_steps
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["flip_flop", "pulse_integration", "temporal_xor"]


@makes_task
def flip_flop(*, n_bits=1, dt=0.001, duration=1.6, pulse=0.05, pause=(0.15, 0.5)):
    """Remember, for each of several channels, the sign of its last pulse.

    A trial begins with a pulse of random sign in every channel, so that nothing that came
    before matters. Then, after random pauses, single channels receive a pulse, of random
    sign again. Output k is the sign of the last pulse of input k, from its onset on.

    Parameters
    ----------
    n_bits : int
        Number of inputs and of outputs.
    dt, duration, pulse : float
        Time step, length of a trial and of a pulse in seconds.
    pause : pair of float
        Shortest and longest pause in seconds.

    Returns
    -------
    Task
        Score: 1 where, at the end of every pause, every output has the right sign and at
        least half the right size; 0 otherwise.

    References
    ----------
    Sussillo & Barak (2013), Neural Comput. 25, 626.

    Examples
    --------
    >>> task = flip_flop(n_bits=3)
    >>> trial = task.draw(np.random.default_rng(0))
    >>> trial.inputs.shape, task.score(trial, trial.outputs), task.score(trial, 0 * trial.outputs)
    ((1600, 3), 1.0, 0.0)
    """
    n_bits = _checks.count("n_bits", n_bits)
    dt = _checks.number("dt", dt, above=0)
    shortest, longest = pause_range("pause", pause)
    n_steps, n_pulse = to_steps("duration", duration, dt), to_steps("pulse", pulse, dt)
    _checks.room("duration, n_bits", n_steps, n_bits)
    if n_steps < n_pulse + shortest / dt:
        raise ValueError(
            f"duration: expected room for a pulse and a pause, {pulse + shortest} s, got {duration}"
        )

    def draw(rng):
        inputs, outputs = np.zeros((n_steps, n_bits)), np.zeros((n_steps, n_bits))
        at, channels = 0, range(n_bits)
        while at + n_pulse + to_steps("pause", shortest, dt) <= n_steps:
            for channel in channels:
                sign = rng.choice([-1.0, 1.0])
                inputs[at : at + n_pulse, channel] = sign
                outputs[at:, channel] = sign
            at += n_pulse + to_steps("pause", rng.uniform(shortest, longest), dt)
            channels = [rng.integers(n_bits)]
        return Trial(inputs=inputs, outputs=outputs, dt=dt)

    def score(trial, outputs):
        on = np.any(trial.inputs != 0, axis=1)
        ends = np.append(np.flatnonzero(~on[:-1] & on[1:]), len(on) - 1)
        return float(np.all(outputs[ends] * trial.outputs[ends] > 0.5))

    return Task(
        name="flip-flop", n_inputs=n_bits, n_outputs=n_bits, dt=dt, draw=draw, score=score
    )


@makes_task
def pulse_integration(*, dt=0.001, n_pulses=(3, 6), largest=2, pulse=0.05, pause=(0.15, 0.45)):
    """Add up pulses of either sign.

    A pulse in the second channel marks the start: the sum is zero. Then pulses of +1 and -1
    come in the first channel, after random pauses. The output is their sum so far over
    `largest`; pulses that would lead beyond ±`largest` are not drawn.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    n_pulses : pair of int
        Fewest and most pulses of a trial.
    largest : int
        The largest sum.
    pulse : float
        Length of a pulse in seconds.
    pause : pair of float
        Shortest and longest pause in seconds.

    Returns
    -------
    Task
        Two inputs, one output. The label of a trial is its final sum. Score: 1 where the mean
        output of the last 50 ms, times `largest`, rounds to the final sum; 0 otherwise.

    References
    ----------
    Aksay et al. (2001), Nat. Neurosci. 4, 184, on the integrator that holds the eyes; as a task
    of trained networks: Sussillo & Barak (2013), Neural Comput. 25, 626.

    Examples
    --------
    >>> task = pulse_integration()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> trial.label, task.score(trial, trial.outputs), task.score(trial, trial.outputs + 0.3)
    (-2, 1.0, 0.0)
    """
    dt = _checks.number("dt", dt, above=0)
    n_pulses = [_checks.count("n_pulses", n) for n in _checks.listed("n_pulses", n_pulses)]
    if len(n_pulses) != 2:
        raise ValueError(f"n_pulses: expected the fewest and the most, got {n_pulses}")
    fewest, most = n_pulses
    largest = _checks.count("largest", largest)
    if fewest > most:
        raise ValueError(f"n_pulses: expected fewest <= most, got {n_pulses}")
    shortest, longest = pause_range("pause", pause)
    n_pulse, at_end = to_steps("pulse", pulse, dt), to_steps("at_end", 0.05, dt)

    def draw(rng):
        total, heights, sums, lengths = 0, [(0.0, 1.0)], [0], []
        for _ in range(rng.integers(fewest, most + 1)):
            sign = int(rng.choice([-1, 1]))
            sign = -sign if abs(total + sign) > largest else sign
            total += sign
            heights.append((float(sign), 0.0))
            sums.append(total)
        for _ in heights:
            lengths.append(n_pulse + to_steps("pause", rng.uniform(shortest, longest), dt))
        inputs = np.zeros((sum(lengths), 2))
        for start, height in zip(np.cumsum([0, *lengths[:-1]]), heights, strict=True):
            inputs[start : start + n_pulse] = height
        outputs = np.repeat(np.array(sums) / largest, lengths)
        return Trial(inputs=inputs, outputs=outputs[:, None], dt=dt, label=total)

    def score(trial, outputs):
        return float(np.rint(outputs[-at_end:].mean() * largest) == trial.label)

    return Task(
        name="pulse integration", n_inputs=2, n_outputs=1, dt=dt, draw=draw, score=score
    )


@makes_task
def temporal_xor(*, dt=0.001, pulse=0.1, wait=(0.1, 0.4), gap=(0.2, 0.6), delay=0.1, answer=0.3,
                 hints=True):
    """Tell whether two pulses, some time apart, have the same sign.

    After a random wait comes a pulse of random sign, after a random gap another one. A
    `delay` after its end the output answers: +1 where the signs differ, -1 where they are
    the same, for as long as `answer`. Everywhere else the target output is zero, so the
    first pulse has to be remembered where the output does not show it. The hints show it:
    the sign of the first pulse, from its middle to the middle of the second, and then the
    answer, until the middle of the answer.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    pulse, delay, answer : float
        Durations in seconds.
    wait, gap : pair of float
        Shortest and longest pause before the first and before the second pulse.
    hints : bool
        Whether trials have the two hints.

    Returns
    -------
    Task
        One input, one output. The label of a trial is 1 where the signs differ, 0 where not.
        Score: 1 where the mean output over the time of the answer has the right sign and at
        least half the right size; 0 otherwise.

    References
    ----------
    DePasquale, Churchland & Abbott (2016), arXiv 1601.07620.

    Examples
    --------
    >>> task = temporal_xor()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> trial.label, trial.n_hints, task.score(trial, trial.outputs)
    (0, 2, 1.0)
    >>> task.score(trial, -trial.outputs), task.score(trial, 0 * trial.outputs)
    (0.0, 0.0)
    """
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)
    n_pulse, n_answer = to_steps("pulse", pulse, dt), to_steps("answer", answer, dt)
    n_delay, n_rest = to_steps("delay", delay, dt), to_steps("rest", 0.2, dt)
    wait, gap = pause_range("wait", wait), pause_range("gap", gap)
    shape = plateau(n_answer, n_answer // 5)

    def draw(rng):
        first = to_steps("wait", rng.uniform(*wait), dt)
        second = first + n_pulse + to_steps("gap", rng.uniform(*gap), dt)
        start = second + n_pulse + n_delay
        signs = rng.choice([-1.0, 1.0], 2)
        right = -signs[0] * signs[1]
        inputs = np.zeros((start + n_answer + n_rest, 1))
        outputs, shown = np.zeros_like(inputs), np.zeros((len(inputs), 2))
        inputs[first : first + n_pulse] = signs[0]
        inputs[second : second + n_pulse] = signs[1]
        outputs[start : start + n_answer, 0] = right * shape
        shown[first + n_pulse // 2 : second + n_pulse // 2, 0] = signs[0]
        shown[second + n_pulse // 2 : start + n_answer // 2, 1] = right
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=int(right > 0),
            hints=shown if hints else None,
        )

    return Task(
        name="temporal XOR", n_inputs=1, n_outputs=1, n_hints=2 if hints else 0, dt=dt,
        draw=draw, score=answered,
    )
