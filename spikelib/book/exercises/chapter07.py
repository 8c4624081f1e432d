"""Exercises of chapter 7: measures of irregular firing, and which neurons matter."""

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
    "check_fano", "check_local_variation", "check_most_important", "check_poisson_trials",
    "check_spread", "hint", "reference", "stub",
]


def _fano(counts):
    return counts.var(axis=0, ddof=1).sum() / counts.mean(axis=0).sum()


def _local_variation(intervals):
    first, second = intervals[:-1], intervals[1:]
    return np.mean(2 * np.abs(second - first) / (second + first))


def _spread(gain, tau, rate):
    return gain * np.sqrt(rate / (2 * tau))


def _poisson_trials(rate, n_trials, dt, rng):
    return (rng.random((n_trials, len(rate))) < rate * dt).astype(float)


def _most_important(factor_weights, k):
    n = factor_weights.shape[1] // 2
    squares = np.sum(factor_weights**2, axis=0)
    return np.argsort(squares[:n] + squares[n:])[::-1][:k]


_ANSWERS = {
    "fano": _fano,
    "local_variation": _local_variation,
    "spread": _spread,
    "poisson_trials": _poisson_trials,
    "most_important": _most_important,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_fano(answer):
    """Check ``fano(counts)``: Fano factor of counts (n_trials, n_windows) of one neuron."""
    rng = np.random.default_rng(0)
    rates = np.array([1.0, 4.0, 0.5, 8.0])
    return check_function(
        "fano",
        answer,
        reference=_fano,
        cases=[(rng.poisson(rates, (20, 4)).astype(float),), (np.tile(rates, (5, 1)),)],
        mistakes=[
            Mistake(
                hint="the variance is over trials, window by window. Over all counts together, a "
                "rate that changes in time counts as variability.",
                made_by=lambda counts: counts.var(ddof=1) / counts.mean(),
            ),
            Mistake(
                hint="over trials, not over windows: axis 0 is the trials.",
                made_by=lambda counts: counts.var(axis=1, ddof=1).sum() / counts.mean(axis=1).sum(),
            ),
            Mistake(
                hint="divide by the number of trials minus one (ddof=1): the mean was estimated "
                "from the same trials.",
                made_by=lambda counts: counts.var(axis=0).sum() / counts.mean(axis=0).sum(),
            ),
            Mistake(
                hint="the variance, not the standard deviation.",
                made_by=lambda counts: counts.std(axis=0, ddof=1).sum() / counts.mean(axis=0).sum(),
            ),
            Mistake(
                hint="first add the variances and the means over windows, then divide: a window "
                "with hardly a spike would otherwise count as much as a busy one.",
                made_by=lambda counts: np.mean(counts.var(axis=0, ddof=1) / counts.mean(axis=0)),
            ),
        ],
    )


def check_local_variation(answer):
    """Check ``local_variation(intervals)``: the CV2 of a list of interspike intervals."""
    rng = np.random.default_rng(1)
    cases = [(np.full(5, 10.0),), (np.array([10.0, 30.0]),), (rng.exponential(20.0, 100),)]
    return check_function(
        "local_variation",
        answer,
        reference=_local_variation,
        cases=cases,
        mistakes=[
            Mistake(
                hint="that is the plain CV of all intervals, which a changing rate raises too. "
                "Compare each interval with the next one only.",
                made_by=lambda isi: isi.std() / isi.mean(),
            ),
            Mistake(
                hint="a factor of 2 is missing: divide by the mean of the two, not by their sum.",
                made_by=lambda isi: _local_variation(isi) / 2,
            ),
            Mistake(
                hint="differences of both signs cancel; take the absolute value.",
                made_by=lambda isi: np.mean(2 * np.diff(isi) / (isi[1:] + isi[:-1])),
            ),
            Mistake(
                hint="divide each difference by its own two intervals, then take the mean.",
                made_by=lambda isi: np.mean(np.abs(np.diff(isi))) / np.mean(isi),
            ),
        ],
    )


def check_spread(answer):
    """Check ``spread(gain, tau, rate)``: standard deviation of a random synaptic current."""
    return check_function(
        "spread",
        answer,
        reference=_spread,
        cases=[(0.13, 0.005, 25.0), (0.11, 0.1, 25.0), (0.26, 0.005, 10.0)],
        mistakes=[
            Mistake(
                hint="that is the variance: take the square root.",
                made_by=lambda g, tau, rate: g**2 * rate / (2 * tau),
            ),
            Mistake(
                hint="a factor of 2: the square of a trace decays twice as fast as the trace, with "
                "the time constant tau/2.",
                made_by=lambda g, tau, rate: g * np.sqrt(rate / tau),
            ),
            Mistake(
                hint="the weights have standard deviation (g/tau)/sqrt(N): was the 1/tau lost?",
                made_by=lambda g, tau, rate: g * np.sqrt(rate * tau / 2),
            ),
            Mistake(
                hint="a trace has the variance rate * tau / 2; times (g/tau)**2 for the weights.",
                made_by=lambda g, tau, rate: g / tau * np.sqrt(rate / 2),
            ),
        ],
    )


def check_most_important(answer):
    """Check ``most_important(factor_weights, k)``: places of the neurons with large weights."""
    rng = np.random.default_rng(3)
    weights = rng.standard_normal((4, 12)) * rng.uniform(0.2, 3, 12)
    return check_function(
        "most_important",
        answer,
        reference=_most_important,
        cases=[(weights, 1), (weights, 3), (weights, 6)],
        mistakes=[
            Mistake(
                hint="neuron i has two columns, i for its slow and n + i for its fast trace: add "
                "both before sorting.",
                made_by=lambda w, k: np.argsort(np.sum(w**2, axis=0))[::-1][:k],
            ),
            Mistake(
                hint="argsort sorts upwards: these are the least important ones.",
                made_by=lambda w, k: _most_important(w, w.shape[1] // 2)[::-1][:k],
            ),
            Mistake(
                hint="positive and negative weights must not cancel: square them.",
                made_by=lambda w, k: np.argsort(
                    w.sum(axis=0)[: w.shape[1] // 2] + w.sum(axis=0)[w.shape[1] // 2 :]
                )[::-1][:k],
            ),
            Mistake(
                hint="the fast traces have weights too, in the second half of the columns.",
                made_by=lambda w, k: np.argsort(
                    np.sum(w[:, : w.shape[1] // 2] ** 2, axis=0)
                )[::-1][:k],
            ),
        ],
        hint="square all weights and sum over the factors; then add the two halves of the result.",
    )


def check_poisson_trials(answer):
    """Check ``poisson_trials(rate, n_trials, dt, rng)``: spikes (n_trials, T)."""
    return check_by(properties.poisson_trials, answer)
