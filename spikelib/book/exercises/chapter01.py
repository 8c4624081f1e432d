"""Exercises of chapter 1: one neuron, its traces and its rate."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    failed,
    fallback_to,
    hint,
    nothing_returned,
    passed,
    references,
    stopped,
    unfinished,
)

__all__ = [
    "check_current_for_rate", "check_decay_factor", "check_firing_rate", "check_noisy_rates",
    "check_trace", "hint", "reference", "stub",
]


def _decay_factor(dt, tau):
    return np.exp(-dt / tau)


def _trace(spikes, dt, tau):
    trace, values = 0.0, np.empty(len(spikes))
    for t, spike in enumerate(spikes):
        trace = trace * np.exp(-dt / tau) + spike
        values[t] = trace
    return values


def _firing_rate(current, refractory=0.0, tau=0.01, threshold=0.0, reset=-10.0):
    rates = np.zeros(len(current))
    fires = current > threshold
    above = current[fires]
    rates[fires] = 1 / (refractory + tau * np.log((above - reset) / (above - threshold)))
    return rates


def _current_for_rate(rate, tau=0.01, threshold=0.0, reset=-10.0):
    return threshold + (threshold - reset) / np.expm1(1 / (rate * tau))


def _noisy_rates(currents, noise, rng, n_neurons=200, n_steps=1000, dt=0.001, tau=0.01):
    decay = np.exp(-dt / tau)
    voltages = np.full((len(currents), n_neurons), -10.0)
    counts = np.zeros(len(currents))
    for _ in range(n_steps):
        kick = noise * np.sqrt(1 - decay**2) * rng.standard_normal(voltages.shape)
        voltages = currents[:, None] + (voltages - currents[:, None]) * decay + kick
        spiked = voltages >= 0
        voltages[spiked] = -10.0
        counts += spiked.sum(axis=1)
    return counts / (n_neurons * n_steps * dt)


_ANSWERS = {
    "decay_factor": _decay_factor,
    "trace": _trace,
    "firing_rate": _firing_rate,
    "current_for_rate": _current_for_rate,
    "noisy_rates": _noisy_rates,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_decay_factor(answer):
    """Check ``decay_factor(dt, tau)``: what is left of a trace after one step."""
    return check_function(
        "decay_factor",
        answer,
        reference=_decay_factor,
        cases=[(0.001, 0.01), (0.001, 0.1), (0.02, 0.005)],
        mistakes=[
            Mistake(
                hint="is the fraction upside down? A long time constant forgets slowly, so a "
                "larger tau has to give a factor closer to 1.",
                made_by=lambda dt, tau: np.exp(-tau / dt),
            ),
            Mistake(
                hint="it grows: a minus sign is missing in the exponent.",
                made_by=lambda dt, tau: np.exp(dt / tau),
            ),
            Mistake(
                hint="1 - dt/tau is the first-order (forward Euler) version of the factor. "
                "Solve ds/dt = -s/tau exactly over one step instead.",
                made_by=lambda dt, tau: 1 - dt / tau,
            ),
            Mistake(
                hint="that is what is lost in one step; what is left is one minus that.",
                made_by=lambda dt, tau: 1 - np.exp(-dt / tau),
            ),
        ],
    )


def check_trace(answer):
    """Check ``trace(spikes, dt, tau)``: the synaptic trace of a spike train, shape (T,)."""
    rng = np.random.default_rng(0)
    trains = [np.zeros(30), np.zeros(30), (rng.random(200) < 0.05).astype(float)]
    trains[0][10] = trains[1][[0, 4]] = 1.0

    def decays_after(spikes, dt, tau):
        trace, values = 0.0, np.empty(len(spikes))
        for t, spike in enumerate(spikes):
            trace = (trace + spike) * np.exp(-dt / tau)
            values[t] = trace
        return values

    def never_decays(spikes, dt, tau):
        return np.cumsum(spikes)

    def forgets_the_past(spikes, dt, tau):
        values = np.zeros(len(spikes))
        for t in range(len(spikes)):
            values[t] = values[t - 1] * np.exp(-dt / tau) if t else 0.0
            values[t] = 1.0 if spikes[t] else values[t]
        return values

    def one_step_late(spikes, dt, tau):
        return np.concatenate([[0.0], _trace(spikes, dt, tau)[:-1]])

    return check_function(
        "trace",
        answer,
        reference=_trace,
        cases=[(train, 0.001, tau) for train, tau in zip(trains, (0.005, 0.1, 0.1), strict=True)],
        mistakes=[
            Mistake(
                hint="the spike of a step decays before it is written down. First let the trace "
                "decay, then add the spike, then keep the value.",
                made_by=decays_after,
            ),
            Mistake(hint="nothing is ever forgotten: where does the decay come in?",
                    made_by=never_decays),
            Mistake(
                hint="a spike adds 1 to what is left of the trace; it does not set it to 1.",
                made_by=forgets_the_past,
            ),
            Mistake(hint="each value comes one step late: write it down after adding the spike.",
                    made_by=one_step_late),
            Mistake(
                hint="is the fraction in the exponent upside down?",
                made_by=lambda spikes, dt, tau: _trace(spikes, tau, dt),
            ),
        ],
    )


def check_firing_rate(answer):
    """Check ``firing_rate(current, refractory)``: rates in Hz of constant currents (n,)."""
    currents = np.array([-5.0, 0.0, 0.5, 2.0, 10.0, 40.0])

    def interval(current):
        with np.errstate(all="ignore"):
            return 0.01 * np.log((current + 10) / current)

    return check_function(
        "firing_rate",
        answer,
        reference=_firing_rate,
        cases=[(currents, 0.0), (currents, 0.002), (currents[3:], 0.01)],
        mistakes=[
            Mistake(
                hint="the refractory period is not used: it makes every interval longer.",
                made_by=lambda current, refractory: _firing_rate(current),
            ),
            Mistake(
                hint="currents at or below the threshold give NaN or nonsense: there the neuron "
                "never fires, so its rate is 0. Set the others with a mask, "
                "rates[current > 0] = ...",
                made_by=lambda current, refractory: 1 / (refractory + interval(current)),
            ),
            Mistake(
                hint="add the refractory period to the interval, before taking one over it.",
                made_by=lambda current, refractory: np.where(
                    current > 0, _firing_rate(current) + refractory, 0.0
                ),
            ),
            Mistake(
                hint="that is the interval between two spikes; the rate is one over it.",
                made_by=lambda current, refractory: np.where(
                    current > 0, refractory + interval(current), 0.0
                ),
            ),
            Mistake(
                hint="the rates come out in spikes per millisecond; Hz are spikes per second.",
                made_by=lambda current, refractory: _firing_rate(current, refractory) / 1000,
            ),
        ],
        hint="the interval is refractory + tau * log((I - reset) / (I - threshold)), "
        "with tau = 0.01 s, threshold 0 and reset -10.",
    )


def check_current_for_rate(answer):
    """Check ``current_for_rate(rate)``: constant currents (n,) that give rates (n,) in Hz."""
    rates = np.array([1.0, 10.0, 40.0, 100.0, 300.0])
    return check_function(
        "current_for_rate",
        answer,
        reference=_current_for_rate,
        cases=[(rates,), (rates[:1],)],
        mistakes=[
            Mistake(
                hint="the interval is one over the rate: it is 1/rate that stands in the exponent.",
                made_by=lambda rate: 10 / np.expm1(rate * 0.01),
            ),
            Mistake(
                hint="a sign: with reset -10 the numerator I - reset is I + 10, and the current "
                "that makes a neuron fire is positive.",
                made_by=lambda rate: -10 / np.expm1(1 / (rate * 0.01)),
            ),
            Mistake(
                hint="(I + 10) / I = exp(T/tau) gives I (exp(T/tau) - 1) = 10: was the 1 lost?",
                made_by=lambda rate: 10 / np.exp(1 / (rate * 0.01)),
            ),
            Mistake(
                hint="rates are in Hz and tau in seconds: tau is 0.01, not 10.",
                made_by=lambda rate: 10 / np.expm1(1 / (rate * 10)),
            ),
        ],
        hint="put your current into firing_rate: does the rate come back?",
    )


def check_noisy_rates(answer):
    """Check ``noisy_rates(currents, noise, rng)``: mean rates in Hz of noisy neurons."""
    answer = getattr(answer, "written_by_reader", answer)
    currents = np.array([-6.0, -3.0, 0.0, 3.0, 6.0])

    def rates(function, noise):
        with np.errstate(all="ignore"):
            return function(currents.copy(), noise, np.random.default_rng(1))

    name = "noisy_rates"
    results = {}
    for noise in (0.0, 3.0):
        try:
            result = rates(answer, noise)
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

    target = {noise: rates(_noisy_rates, noise) for noise in results}
    if not close(results[0.0], target[0.0]):
        hint = "without noise this has to be the curve of the chapter."
        if close(results[0.0] / 1000, target[0.0]) or close(results[0.0] * 1000, target[0.0]):
            hint = "a factor of 1000: seconds or milliseconds?"
        return failed(name, _table(currents, results[0.0], target[0.0], "without noise"), hint)
    if close(results[3.0], target[3.0]):
        return passed(name, "(the corner of the curve is rounded)")
    full = rates(lambda c, n, r: _noisy_rates(c, n / np.sqrt(1 - np.exp(-0.2)), r), 3.0)
    root = rates(lambda c, n, r: _noisy_rates(c, n * np.sqrt(0.001 / (1 - np.exp(-0.2))), r), 3.0)
    hint = "is the noise drawn anew for every neuron and every step?"
    if close(results[3.0], results[0.0]):
        hint = "the noise changes nothing: is it added to the voltage?"
    elif close(results[3.0], full):
        hint = (
            "too much noise: kicks of this size pile up from step to step. Multiply them by "
            "sqrt(1 - decay**2), so that `noise` is the spread of the free voltage."
        )
    elif close(results[3.0], root):
        hint = "the kick is noise * sqrt(1 - decay**2), not noise * sqrt(dt)."
    return failed(name, _table(currents, results[3.0], target[3.0], "with noise 3"), hint)


def _table(currents, came, target, when):
    rows = [f"Rates in Hz {when}:", "  current      expected     got"]
    rows += [
        f"  {current:<12.1f} {good:<12.1f} {bad:.1f}"
        for current, good, bad in zip(currents, target, came, strict=True)
    ]
    return "\n".join(rows)
