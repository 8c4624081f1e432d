"""Exercises of chapter 5: sizes, medians, and what a table of runs says."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    fallback_to,
    hint,
    references,
)

__all__ = [
    "check_all_pairs", "check_middle", "check_needed_size", "check_power", "check_still_to_do",
    "hint", "reference", "stub",
]


def _all_pairs(sizes, seeds):
    return np.array([(size, seed) for size in sizes for seed in seeds])


def _middle(errors):
    return np.percentile(errors, [25, 50, 75], axis=1).T


def _needed_size(sizes, errors, target):
    return np.exp(np.interp(-np.log(target), -np.log(errors), np.log(sizes)))


def _power(sizes, errors):
    return np.polyfit(np.log(sizes), np.log(errors), 1)[0]


def _still_to_do(n_runs, done, failed):
    held = np.setdiff1d(done, failed)
    return np.setdiff1d(np.arange(n_runs), held)


_ANSWERS = {
    "all_pairs": _all_pairs,
    "middle": _middle,
    "needed_size": _needed_size,
    "power": _power,
    "still_to_do": _still_to_do,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_all_pairs(answer):
    """Check ``all_pairs(sizes, seeds)``: every combination, as an array (n, 2)."""
    return check_function(
        "all_pairs",
        answer,
        reference=_all_pairs,
        cases=[([50, 100], [0, 1, 2]), ([10], [5])],
        mistakes=[
            Mistake(
                hint="zip pairs the first with the first only; a grid needs a loop in a loop.",
                made_by=lambda sizes, seeds: np.array(list(zip(sizes, seeds, strict=False))),
            ),
            Mistake(
                hint="the right pairs in another order: the seeds change fastest.",
                made_by=lambda sizes, seeds: np.array([(n, s) for s in seeds for n in sizes]),
            ),
            Mistake(
                hint="size first, then seed.",
                made_by=lambda sizes, seeds: np.array([(s, n) for n in sizes for s in seeds]),
            ),
        ],
    )


def check_middle(answer):
    """Check ``middle(errors)``: quartiles and median over seeds; errors (n_sizes, n_seeds)."""
    errors = np.array([[0.1, 0.2, 5.0, 0.15, 0.12], [0.01, 0.03, 0.02, 0.05, 0.04]])
    return check_function(
        "middle",
        answer,
        reference=_middle,
        cases=[(errors,), (errors[:, :3],)],
        mistakes=[
            Mistake(
                hint="over seeds, not over sizes: a row for each size.",
                made_by=lambda errors: np.percentile(errors, [25, 50, 75], axis=0).T,
            ),
            Mistake(
                hint="the shape is (n_sizes, 3): transpose.",
                made_by=lambda errors: np.percentile(errors, [25, 50, 75], axis=1),
            ),
            Mistake(
                hint="mean and standard deviation are ruled by the one run that failed.",
                made_by=lambda errors: np.column_stack(
                    [errors.mean(1) - errors.std(1), errors.mean(1), errors.mean(1) + errors.std(1)]
                ),
            ),
            Mistake(
                hint="these are the smallest and the largest; the quartiles are 25 and 75.",
                made_by=lambda errors: np.percentile(errors, [0, 50, 100], axis=1).T,
            ),
        ],
        hint="np.percentile takes several percentages at once, and an axis; the result has a row "
        "for each size.",
    )


def check_needed_size(answer):
    """Check ``needed_size(sizes, errors, target)``: where a falling curve crosses an error."""
    sizes, errors = np.array([50.0, 100.0, 200.0]), np.array([0.1, 0.02, 0.005])
    return check_function(
        "needed_size",
        answer,
        reference=_needed_size,
        cases=[(sizes, errors, 0.02), (sizes, errors, 0.05), (sizes, errors, 0.01)],
        rtol=1e-6,
        mistakes=[
            Mistake(
                hint="np.interp wants its x to grow, and errors fall: turn the sign, or reverse.",
                made_by=lambda n, e, w: np.exp(np.interp(np.log(w), np.log(e), np.log(n))),
            ),
            Mistake(
                hint="on logarithmic axes: interpolate the logarithms of both, then take exp.",
                made_by=lambda n, e, w: np.interp(-w, -e, n),
            ),
            Mistake(
                hint="exp is missing at the end.",
                made_by=lambda n, e, w: np.log(_needed_size(n, e, w)),
            ),
            Mistake(
                hint="the sizes need their logarithm too.",
                made_by=lambda n, e, w: np.interp(-np.log(w), -np.log(e), n),
            ),
            Mistake(
                hint="that is the next size that was tried; the answer lies in between.",
                made_by=lambda n, e, w: n[np.argmax(e <= w)],
            ),
        ],
    )


def check_power(answer):
    """Check ``power(sizes, errors)``: the exponent a in error = c size^a."""
    sizes = np.array([50.0, 100.0, 200.0, 400.0])
    return check_function(
        "power",
        answer,
        reference=_power,
        cases=[(sizes, 3 / sizes), (sizes, 40 * sizes**-1.7), (sizes, sizes**0.5)],
        mistakes=[
            Mistake(
                hint="a power law is a straight line only if both axes are logarithmic.",
                made_by=lambda n, e: np.polyfit(n, np.log(e), 1)[0],
            ),
            Mistake(
                hint="that is the constant; polyfit gives the slope first.",
                made_by=lambda n, e: np.polyfit(np.log(n), np.log(e), 1)[1],
            ),
            Mistake(
                hint="the sign: an error that falls has a negative exponent.",
                made_by=lambda n, e: -_power(n, e),
            ),
            Mistake(
                hint="sizes and errors have changed places.",
                made_by=lambda n, e: 1 / _power(n, e),
            ),
        ],
    )


def check_still_to_do(answer):
    """Check ``still_to_do(n_runs, done, failed)``: the runs that a resumed sweep has left."""
    done, failed = np.array([0, 3, 4, 1]), np.array([3])
    return check_function(
        "still_to_do",
        answer,
        reference=_still_to_do,
        cases=[(7, done, failed), (5, done, np.array([], int)), (5, done, np.array([0, 1]))],
        mistakes=[
            Mistake(
                hint="a run that failed is in `done` as well, and is tried again.",
                made_by=lambda n, done, failed: np.setdiff1d(np.arange(n), done),
            ),
            Mistake(
                hint="these are the runs that need not be done again.",
                made_by=lambda n, done, failed: np.setdiff1d(done, failed),
            ),
            Mistake(
                hint="the order: from 0 upwards.",
                made_by=lambda n, done, failed: _still_to_do(n, done, failed)[::-1],
            ),
        ],
    )
