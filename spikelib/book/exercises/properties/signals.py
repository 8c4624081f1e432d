"""Judges of rates, kicks, spike trains and trials."""

import copy
import dataclasses

import numpy as np

from spikelib.book.exercises._checking import failed, nothing_returned, passed, stopped, unfinished
from spikelib.metrics import fano_factor
from spikelib.spiking.state import SpikingState
from spikelib.tasks.trials import Trial

NOISY_CURRENTS = np.array([-6.0, -3.0, 0.0, 3.0, 6.0])


def noisy_rates(answer, still, noisy, piling_up, by_root_dt):
    """Rates of noisy neurons, beside those that are right and those of two known mistakes.

    Parameters
    ----------
    answer : callable
    still, noisy, piling_up, by_root_dt : ndarray
        Rates at `NOISY_CURRENTS` without noise, with noise 3, and with noise 3 of the wrong size.
    """
    currents = NOISY_CURRENTS

    name = "noisy_rates"
    results = {}
    for noise in (0.0, 3.0):
        try:
            with np.errstate(all="ignore"):
                result = answer(currents.copy(), noise, np.random.default_rng(1))
        except Exception as error:
            return stopped(name, error, answer)
        if unfinished(result):
            return nothing_returned(name, answer)
        result = np.asarray(result, dtype=float)
        if result.shape != currents.shape:
            return failed(
                name, f"Expected one rate a current, shape {currents.shape}, got {result.shape}.",
                "average over neurons and over time, not over currents.",
            )
        results[noise] = result

    def close(result, target):
        return np.allclose(result, target, rtol=0.08, atol=1.0)

    target = {0.0: still, 3.0: noisy}
    if not close(results[0.0], target[0.0]):
        hint = "without noise this has to be the curve of the chapter."
        if close(results[0.0] / 1000, target[0.0]) or close(results[0.0] * 1000, target[0.0]):
            hint = "a factor of 1000: seconds or milliseconds?"
        return failed(name, _table(currents, results[0.0], target[0.0], "without noise"), hint)
    if close(results[3.0], target[3.0]):
        return passed(name, "(the corner of the curve is rounded)")
    hint = "is the noise drawn anew for every neuron and every step?"
    if close(results[3.0], results[0.0]):
        hint = "the noise changes nothing: is it added to the voltage?"
    elif close(results[3.0], piling_up):
        hint = (
            "too much noise: kicks of this size pile up from step to step. Multiply them by "
            "sqrt(1 - decay**2), so that `noise` is the spread of the free voltage."
        )
    elif close(results[3.0], by_root_dt):
        hint = "the kick is noise * sqrt(1 - decay**2), not noise * sqrt(dt)."
    return failed(name, _table(currents, results[3.0], target[3.0], "with noise 3"), hint)


def _table(currents, came, target, when):
    rows = [f"Rates in Hz {when}:", "  current      expected     got"]
    rows += [
        f"  {current:<12.1f} {good:<12.1f} {bad:.1f}"
        for current, good, bad in zip(currents, target, came, strict=True)
    ]
    return "\n".join(rows)


def kicked(answer):
    """A copy of a state with its voltages kicked: all else kept, the size right."""
    name, n = "kicked", 2000
    rng = np.random.default_rng(3)
    state = SpikingState(
        voltage=rng.uniform(-10, 0, n), slow_current=np.zeros(n), fast_current=np.zeros(n),
        inhibition=-2.0, slow_trace=rng.uniform(0, 2, 8), fast_trace=rng.uniform(0, 2, 8),
        feedback=rng.standard_normal(3),
    )
    before = copy.deepcopy(state)
    try:
        result = answer(state, 4.0, np.random.default_rng(4))
    except Exception as error:
        return stopped(name, error, answer)
    if unfinished(result):
        return nothing_returned(name, answer)
    if not isinstance(result, SpikingState):
        return failed(name, f"Expected a SpikingState, got {type(result).__name__}.")
    for field in dataclasses.fields(SpikingState):
        if not np.array_equal(getattr(state, field.name), getattr(before, field.name)):
            return failed(
                name, f"It changes {field.name} of the state that it was given.",
                "start from state.copy(), so that the same state can be kicked again.",
            )
        same = np.array_equal(getattr(result, field.name), getattr(before, field.name))
        if field.name != "voltage" and not same:
            return failed(name, f"It changes {field.name}.", "kick the voltages only.")
    kick = np.asarray(result.voltage) - before.voltage
    if kick.shape != (n,) or not kick.std() > 0:
        return failed(
            name, "Not every neuron is kicked in its own way.",
            "draw one number a neuron: rng.standard_normal(state.voltage.size).",
        )
    if not 3.7 < kick.std() < 4.3 or abs(kick.mean()) > 0.5:
        return failed(
            name, "Kicks of size 4: expected mean 0 and standard deviation 4, got "
            f"{kick.mean():.2f} and {kick.std():.2f}.",
            "multiply standard normal numbers by the size.",
        )
    return passed(name, "(voltages kicked, all else kept)")


def poisson_trials(answer):
    """Spike trains of a given rate: mean, course and Fano factor."""
    name, rate, dt = "poisson_trials", 40 * (1 + np.sin(np.arange(500) / 50)), 0.001
    try:
        spikes = answer(rate.copy(), 400, dt, np.random.default_rng(2))
    except Exception as error:
        return stopped(name, error, answer)
    if unfinished(spikes):
        return nothing_returned(name, answer)
    spikes = np.asarray(spikes, dtype=float)
    if spikes.shape != (400, 500):
        return failed(
            name, f"Expected an array (n_trials, T) = (400, 500), got shape {spikes.shape}.",
            "draw a random number for every trial and every step: rng.random((n_trials, T)).",
        )
    mean, target = spikes.mean() / dt, rate.mean()
    if not 0.9 < mean / target < 1.1:
        hint = "a spike comes in a step with probability rate * dt."
        if 0.9 < (1 - spikes).mean() / dt / target < 1.1:
            hint = "the comparison is the wrong way round."
        return failed(name, f"Expected {target:.1f} Hz on average, got {mean:.1f}.", hint)
    if np.allclose(spikes, spikes[0]):
        return failed(
            name, "All trials are the same.", "draw anew for each trial, not once for all."
        )
    course = np.corrcoef(spikes.mean(axis=0), rate)[0, 1]
    if course < 0.8:
        return failed(
            name, "The rate does not follow `rate` over time.",
            "step t has its own probability, rate[t] * dt.",
        )
    fano = float(fano_factor(spikes[:, :, None], dt, window=0.1)[0])
    if not 0.8 < fano < 1.2:
        return failed(
            name, f"Expected a Fano factor near 1, got {fano:.2f}.",
            "each step of each trial is drawn on its own.",
        )
    return passed(name, f"(Fano factor {fano:.2f})")


def draw_delayed_response(answer):
    """Twenty trials of a delayed response, each against what the task says."""
    name = "draw_delayed_response"
    cues, gaps = set(), set()
    for seed in range(20):
        try:
            trial = answer(np.random.default_rng(seed))
        except Exception as error:
            return stopped(name, error, answer)
        if unfinished(trial):
            return nothing_returned(name, answer)
        if not isinstance(trial, Trial):
            return failed(name, f"Expected a Trial, got {type(trial).__name__}.")
        came = (trial.n_inputs, trial.n_outputs, trial.n_hints, trial.dt)
        if came != (2, 1, 1, 0.001):
            return failed(
                name, "Expected (n_inputs, n_outputs, n_hints, dt) = (2, 1, 1, 0.001), "
                f"got {came}.", "each signal is an array of shape (T, channels).",
            )
        problem, cue, gap = _delayed_response_problem(trial)
        if problem:
            return failed(name, *problem)
        cues.add(cue)
        gaps.add(gap)
    if len(cues) < 2:
        return failed(name, "The cue has the same sign in 20 trials.",
                      "rng.choice([-1.0, 1.0]), and from the rng that is given.")
    if len(gaps) < 5:
        return failed(name, "The gap hardly varies from trial to trial.",
                      "draw it from the rng that is given: rng.integers(200, 401) steps.")
    return passed(name, "(20 trials)")


def _delayed_response_problem(trial):
    """What is wrong with a trial (problem, hint) or None; its cue; its gap in steps."""
    cue, now = (np.flatnonzero(channel) for channel in trial.inputs.T)
    if cue.size != 50 or cue[0] != 0 or cue[-1] != 49:
        return ("The cue is not on in the first 50 steps, and only then.", None), 0, 0
    if now.size != 50 or np.ptp(now) != 49:
        return ("Expected a pulse of 50 steps in the second channel.", None), 0, 0
    sign, gap = float(trial.inputs[0, 0]), int(now[0] - 50)
    if abs(sign) != 1 or not np.all(trial.inputs[now, 1] == 1):
        return ("Expected a cue of +1 or -1 and a second pulse of +1.", None), 0, 0
    if not 200 <= gap <= 400:
        return (f"A gap of {gap} steps between the pulses.", "0.2 to 0.4 s are 200 to 400."), 0, 0
    target, hint = np.zeros(trial.n_steps), np.zeros(trial.n_steps)
    end = now[-1] + 1 + 200
    target[now[-1] + 1 : end] = hint[:end] = sign
    if trial.n_steps < end + 100:
        return ("The trial ends too early.", "leave 0.2 s of rest after the answer."), 0, 0
    if not np.array_equal(trial.outputs[:, 0], target):
        return (
            "The output is not the cue's sign in the 200 steps after the second pulse, and "
            "zero elsewhere.", None,
        ), 0, 0
    if not np.array_equal(trial.hints[:, 0], hint):
        hint_text = "the cue's sign from the first step to the end of the answer, then zero."
        return ("The hint is not what the network has to remember.", hint_text), 0, 0
    return None, sign, gap
