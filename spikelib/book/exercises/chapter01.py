"""Exercises of chapter 1: one neuron, its traces and its rate."""

import numpy as np

from spikelib.book.exercises import properties
from spikelib.book.exercises._checking import (
    Mistake,
    check_by,
    check_function,
    fallback_to,
    hint,
    references,
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
    def rates(noise, size=1.0):
        return _noisy_rates(properties.NOISY_CURRENTS, size * noise, np.random.default_rng(1))

    return check_by(properties.noisy_rates, answer, lambda: {
        "still": rates(0.0), "noisy": rates(3.0),
        "piling_up": rates(3.0, 1 / np.sqrt(1 - np.exp(-0.2))),
        "by_root_dt": rates(3.0, np.sqrt(0.001 / (1 - np.exp(-0.2)))),
    })
