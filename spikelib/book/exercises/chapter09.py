"""Exercises of chapter 9: signs, signed least squares and its optimum, balance, pruning."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    fallback_to,
    hint,
    references,
)

__all__ = [
    "check_balance", "check_best_weight", "check_count_violations",
    "check_distance_from_optimum", "check_prune", "hint", "reference", "stub",
]


def _count_violations(weights, signs):
    return int(np.sum(weights * signs < 0))


def _best_weight(gram, cross, weights, sign, j):
    best = weights[j] - (gram[j] @ weights - cross[j]) / gram[j, j]
    return best if best * sign > 0 else 0.0


def _distance_from_optimum(gram, cross, weights, signs):
    slope = signs * (gram @ weights - cross)
    return np.max(np.where(weights != 0, np.abs(slope), np.maximum(-slope, 0)))


def _balance(excitatory, inhibitory):
    one = excitatory - excitatory.mean(axis=0)
    other = inhibitory.mean(axis=0) - inhibitory
    return (one * other).mean(axis=0) / (one.std(axis=0) * other.std(axis=0))


def _prune(weights, fraction):
    sizes = np.sort(np.abs(weights[weights != 0]))
    k = int(fraction * sizes.size)
    cut = sizes[k - 1] if k else 0.0
    return np.where(np.abs(weights) > cut, weights, 0.0)


_ANSWERS = {
    "count_violations": _count_violations,
    "best_weight": _best_weight,
    "distance_from_optimum": _distance_from_optimum,
    "balance": _balance,
    "prune": _prune,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_count_violations(answer):
    """Check ``count_violations(weights, signs)``: weights (post, pre) of the wrong sign."""
    rng = np.random.default_rng(0)
    signs = np.array([1.0, 1.0, -1.0, 1.0])
    mixed = rng.standard_normal((4, 4)) * (rng.random((4, 4)) < 0.7)
    return check_function(
        "count_violations",
        answer,
        reference=_count_violations,
        cases=[(mixed, signs), (np.abs(mixed) * signs, signs), (-np.abs(mixed) * signs, signs)],
        mistakes=[
            Mistake(
                hint="the sign belongs to the sending neuron, and weights are (post, pre): it is "
                "a sign for every column, not for every row.",
                made_by=lambda w, s: int(np.sum(w * s[:, None] < 0)),
            ),
            Mistake(
                hint="a weight of zero is a silent synapse, and breaks no law.",
                made_by=lambda w, s: int(np.sum(w * s <= 0)),
            ),
            Mistake(
                hint="you count the weights that are right.",
                made_by=lambda w, s: int(np.sum(w * s > 0)),
            ),
            Mistake(
                hint="you count neurons; count weights.",
                made_by=lambda w, s: int(np.sum((w * s < 0).any(axis=0))),
            ),
        ],
    )


def _small_problem(seed, m=5):
    rng = np.random.default_rng(seed)
    data, target = rng.normal(size=(20, m)), rng.normal(size=20)
    return data.T @ data, data.T @ target, rng


def check_best_weight(answer):
    """Check ``best_weight(gram, cross, weights, sign, j)`` for one neuron: weights (M,)."""
    gram, weights = np.array([[2.0, 0.5], [0.5, 4.0]]), np.array([1.0, -2.0])
    cases = [
        (gram, np.array([4.0, 1.0]), weights, 1.0, 0),
        (gram, np.array([-4.0, 1.0]), weights, 1.0, 0),
        (gram, np.array([4.0, -3.0]), weights, -1.0, 1),
        (gram, np.array([4.0, 3.0]), weights, -1.0, 1),
        (gram, np.array([4.0, -9.0]), weights, -1.0, 1),
    ]
    return check_function(
        "best_weight",
        answer,
        reference=_best_weight,
        cases=cases,
        hint="go from the old weight against the slope, by the slope over the curvature "
        "gram[j, j]; where that has the wrong sign, the best is 0.",
        mistakes=[
            Mistake(
                hint="where the minimum along this weight has the wrong sign, the best is 0.",
                made_by=lambda g, c, w, sign, j: w[j] - (g[j] @ w - c[j]) / g[j, j],
            ),
            Mistake(
                hint="the slope has to go down: subtract it.",
                made_by=lambda g, c, w, sign, j: _signed(w[j] + (g[j] @ w - c[j]) / g[j, j], sign),
            ),
            Mistake(
                hint="divide the slope by the curvature, gram[j, j].",
                made_by=lambda g, c, w, sign, j: _signed(w[j] - (g[j] @ w - c[j]), sign),
            ),
            Mistake(
                hint="that is the step; add the old weight.",
                made_by=lambda g, c, w, sign, j: _signed(-(g[j] @ w - c[j]) / g[j, j], sign),
            ),
            Mistake(
                hint="that is right for excitatory neurons; an inhibitory weight may not exceed 0.",
                made_by=lambda g, c, w, sign, j: max(0.0, w[j] - (g[j] @ w - c[j]) / g[j, j]),
            ),
        ],
    )


def _signed(best, sign):
    return best if best * sign > 0 else 0.0


def check_distance_from_optimum(answer):
    """Check ``distance_from_optimum(gram, cross, weights, signs)`` for one neuron."""
    gram, cross, rng = _small_problem(6)
    mixed = np.array([1.0, 1.0, -1.0, 1.0, -1.0])
    eye, two = np.eye, np.array([1.0, 0.0])
    cases = [
        (gram, cross, mixed * rng.random(5), mixed),
        (eye(4), np.array([1, -2, -3, 0.5]), np.array([1.0, 0, -3, 0]), np.array([1.0, 1, -1, 1])),
        (eye(2), np.array([1.0, 3.0]), two, np.array([1.0, -1.0])),
        (eye(2), np.array([1.0, 1.0]), two, np.array([1.0, 1.0])),
    ]
    return check_function(
        "distance_from_optimum",
        answer,
        reference=_distance_from_optimum,
        cases=cases,
        mistakes=[
            Mistake(
                hint="a silent synapse may well have a slope, so long as growing would make "
                "things worse.",
                made_by=lambda g, c, w, s: np.max(np.abs(g @ w - c)),
            ),
            Mistake(
                hint="silent synapses count too: one that would make things better by growing "
                "should not be silent.",
                made_by=lambda g, c, w, s: np.max(np.abs(g @ w - c)[w != 0]),
            ),
            Mistake(
                hint="an inhibitory synapse grows downwards: turn its slope round.",
                made_by=lambda g, c, w, s: np.max(
                    np.where(w != 0, np.abs(g @ w - c), np.maximum(-(g @ w - c), 0))
                ),
            ),
            Mistake(
                hint="for silent synapses the sign is the wrong way round: a negative slope "
                "along the allowed direction is what must not be.",
                made_by=lambda g, c, w, s: np.max(
                    np.where(w != 0, np.abs(g @ w - c), np.maximum(s * (g @ w - c), 0))
                ),
            ),
        ],
    )


def check_balance(answer):
    """Check ``balance(excitatory, inhibitory)``: correlation over time, for each neuron."""
    rng = np.random.default_rng(9)
    common = rng.normal(size=(200, 4))
    excitatory = 20 + 2 * common + rng.normal(size=(200, 4))
    inhibitory = -30 - 3 * common + rng.normal(size=(200, 4)) * [1, 3, 6, 9]
    return check_function(
        "balance",
        answer,
        reference=_balance,
        cases=[(excitatory, inhibitory), (excitatory, -excitatory - 5)],
        hint="take the mean over time from both currents, turn the sign of the inhibition round, "
        "and divide the mean of the product by both standard deviations.",
        mistakes=[
            Mistake(
                hint="inhibitory currents are negative: where they grow, their value falls. Turn "
                "the sign round, so that 1 means that both grow together.",
                made_by=lambda e, i: -_balance(e, i),
            ),
            Mistake(
                hint="over time, for each neuron: axis 0.",
                made_by=lambda e, i: _balance(e.T, i.T),
            ),
            Mistake(
                hint="take the mean over time away first, or the correlation only says that both "
                "are far from zero.",
                made_by=lambda e, i: np.sum(-e * i, axis=0)
                / np.sqrt(np.sum(e**2, axis=0) * np.sum(i**2, axis=0)),
            ),
            Mistake(
                hint="that is the covariance; divide by both standard deviations.",
                made_by=lambda e, i: _balance(e, i) * e.std(axis=0) * i.std(axis=0),
            ),
        ],
    )


def check_prune(answer):
    """Check ``prune(weights, fraction)``: without the weakest of the synapses that are not zero."""
    rng = np.random.default_rng(10)
    weights = rng.normal(size=(8, 8)) * (rng.random((8, 8)) < 0.6)
    return check_function(
        "prune",
        answer,
        reference=_prune,
        cases=[(weights, 0.5), (weights, 0.9), (weights, 0.0)],
        hint="sort the sizes of the weights that are not zero; the first fraction of them goes.",
        mistakes=[
            Mistake(
                hint="a fraction of the synapses that are there: zeros do not count.",
                made_by=lambda w, f: np.where(
                    np.abs(w) > np.append(0, np.sort(np.abs(w).ravel()))[int(f * w.size)], w, 0.0
                ),
            ),
            Mistake(
                hint="the weakest are those of the smallest size; yours are the most negative.",
                made_by=lambda w, f: np.where(
                    w > np.append(-np.inf, np.sort(w[w != 0]))[int(f * np.count_nonzero(w))],
                    w, 0.0,
                ),
            ),
            Mistake(
                hint="you keep the weakest and take away the strongest.",
                made_by=lambda w, f: w - _prune(w, f),
            ),
        ],
    )
