"""Exercises of chapter 6: time courses, angles, and what a neuron listens to."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    fallback_to,
    hint,
    references,
)

__all__ = [
    "check_angles", "check_chance_angle", "check_leftover", "check_log_likelihood",
    "check_share_held", "hint", "reference", "stub",
]


def _share_held(sizes, k):
    return np.sum(sizes[:k] ** 2) / np.sum(sizes**2)


def _angles(first, second):
    cosines = np.linalg.svd(first.T @ second, compute_uv=False)
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


def _leftover(current, regressors):
    weights = np.linalg.lstsq(regressors, current, rcond=None)[0]
    return current - regressors @ weights


def _log_likelihood(rate, spikes, dt):
    return np.sum(spikes * np.log(rate * dt) - rate * dt)


def _chance_angle(n_steps, k, rng):
    bases = [np.linalg.qr(rng.standard_normal((n_steps, k)))[0] for _ in range(2)]
    return np.median(_angles(*bases))


_ANSWERS = {
    "share_held": _share_held,
    "angles": _angles,
    "leftover": _leftover,
    "log_likelihood": _log_likelihood,
    "chance_angle": _chance_angle,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_share_held(answer):
    """Check ``share_held(sizes, k)``: variance in the first k components, from the sizes S."""
    sizes = np.array([5.0, 3.0, 2.0, 1.0, 0.5])
    return check_function(
        "share_held",
        answer,
        reference=_share_held,
        cases=[(sizes, 1), (sizes, 3), (sizes, 5)],
        mistakes=[
            Mistake(
                hint="a variance is the square of a size: square the singular values first.",
                made_by=lambda sizes, k: sizes[:k].sum() / sizes.sum(),
            ),
            Mistake(
                hint="that is the share of component k alone; the question is about all up to it.",
                made_by=lambda sizes, k: sizes[k - 1] ** 2 / np.sum(sizes**2),
            ),
            Mistake(
                hint="square each size, then add; you add and then square.",
                made_by=lambda sizes, k: sizes[:k].sum() ** 2 / sizes.sum() ** 2,
            ),
            Mistake(
                hint="divide by the sum over all components, not only the first k.",
                made_by=lambda sizes, k: 1.0,
            ),
        ],
    )


def check_angles(answer):
    """Check ``angles(first, second)``: principal angles of orthonormal columns, in degrees."""
    rng = np.random.default_rng(0)
    bases = [np.linalg.qr(rng.standard_normal((12, k)))[0] for k in (3, 3, 2)]
    tilt = np.radians(30.0)
    plane = np.eye(4)[:, :2]
    tilted = np.column_stack([np.eye(4)[:, 0], [0, np.cos(tilt), np.sin(tilt), 0]])
    return check_function(
        "angles",
        answer,
        reference=_angles,
        cases=[(plane, tilted), (bases[0], bases[1]), (bases[0], bases[2])],
        atol=1e-5,
        mistakes=[
            Mistake(
                hint="these are radians; np.degrees turns them.",
                made_by=lambda a, b: np.radians(_angles(a, b)),
            ),
            Mistake(
                hint="the diagonal of the product compares column with column. A subspace does "
                "not care how its axes are turned: use the singular values of the product.",
                made_by=lambda a, b: np.degrees(
                    np.arccos(np.clip(np.abs(np.diag(a.T @ b)), 0, 1))
                ),
            ),
            Mistake(
                hint="these are the cosines; the angles are their arccos.",
                made_by=lambda a, b: np.linalg.svd(a.T @ b, compute_uv=False),
            ),
            Mistake(
                hint="NaN: rounding has made a cosine a little larger than 1. np.clip helps.",
                made_by=lambda a, b: np.degrees(
                    np.arccos(np.linalg.svd(a.T @ b, compute_uv=False) * (1 + 1e-12))
                ),
            ),
            Mistake(
                hint="use the sine where you want the angle from the rest, the cosine here.",
                made_by=lambda a, b: 90 - _angles(a, b),
            ),
        ],
        hint="the cosines are the singular values of the product of the two bases.",
    )


def check_leftover(answer):
    """Check ``leftover(current, regressors)``: what a least-squares fit does not explain."""
    rng = np.random.default_rng(1)
    factors = np.column_stack([rng.standard_normal((60, 3)) + 1, np.ones(60)])
    current = factors @ rng.standard_normal((4, 2)) + rng.standard_normal((60, 2))
    return check_function(
        "leftover",
        answer,
        reference=_leftover,
        cases=[(current, factors), (current[:, 0], factors)],
        mistakes=[
            Mistake(
                hint="that is the part that the factors explain; the rest is what is asked for.",
                made_by=lambda y, x: y - _leftover(y, x),
            ),
            Mistake(
                hint="a projection x xᵀ y needs orthonormal columns, and these are not.",
                made_by=lambda y, x: y - x @ (x.T @ y),
            ),
            Mistake(
                hint="the mean alone is only one of the regressors.",
                made_by=lambda y, x: y - y.mean(axis=0),
            ),
            Mistake(
                hint="the sign: leftover = current - fit.",
                made_by=lambda y, x: -_leftover(y, x),
            ),
        ],
        hint="fit the weights with np.linalg.lstsq(regressors, current), then subtract the fit.",
    )


def check_log_likelihood(answer):
    """Check ``log_likelihood(rate, spikes, dt)`` of Poisson counts, up to a constant."""
    rng = np.random.default_rng(2)
    rate = rng.uniform(5, 50, 200)
    spikes = rng.poisson(rate * 0.001).astype(float)
    return check_function(
        "log_likelihood",
        answer,
        reference=_log_likelihood,
        cases=[(rate, spikes, 0.001), (2 * rate, spikes, 0.001), (rate, 0 * spikes, 0.001)],
        mistakes=[
            Mistake(
                hint="in a step of length dt, rate * dt spikes are expected: dt is missing.",
                made_by=lambda rate, spikes, dt: np.sum(spikes * np.log(rate) - rate),
            ),
            Mistake(
                hint="the expected count has to be subtracted: without it, the largest rate "
                "would always be the likeliest.",
                made_by=lambda rate, spikes, dt: np.sum(spikes * np.log(rate * dt)),
            ),
            Mistake(
                hint="the sign: spikes make a high rate likelier.",
                made_by=lambda rate, spikes, dt: -_log_likelihood(rate, spikes, dt),
            ),
            Mistake(
                hint="add up over all steps; the mean is the sum divided by their number.",
                made_by=lambda rate, spikes, dt: _log_likelihood(rate, spikes, dt) / rate.size,
            ),
            Mistake(
                hint="dt stands in the logarithm too; the rate there is rate * dt.",
                made_by=lambda rate, spikes, dt: np.sum(spikes * np.log(rate) - rate * dt),
            ),
        ],
    )


def check_chance_angle(answer):
    """Check ``chance_angle(n_steps, k, rng)``: median angle of two random subspaces."""
    cases = [(n_steps, k, np.random.default_rng(3)) for n_steps, k in ((1000, 10), (40, 10))]
    return check_function(
        "chance_angle",
        answer,
        reference=_chance_angle,
        cases=cases,
        atol=3.0,  # another way to draw gives other angles, a degree or two away
        rtol=0,
        mistakes=[
            Mistake(
                hint="radians, once more.",
                made_by=lambda n, k, rng: np.radians(_chance_angle(n, k, rng)),
            ),
        ],
        hint="draw two matrices (n_steps, k), make their columns orthonormal with np.linalg.qr, "
        "and take np.median of their principal angles.",
    )
