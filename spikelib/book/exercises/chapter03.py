"""Exercises of chapter 3: components, how many are enough, what they leave out."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    fallback_to,
    hint,
    references,
)
from spikelib.components import principal_components
from spikelib.rate.network import RateNetwork, RateParameters, drive
from spikelib.tasks.trials import Trial

__all__ = [
    "check_dimension", "check_explained", "check_lost_share", "check_n_factors_for",
    "check_participation_ratio", "hint", "reference", "stub",
]


def _explained(variances):
    return np.cumsum(variances) / np.sum(variances)


def _n_factors_for(variances, fraction):
    return int(np.argmax(_explained(variances) >= fraction)) + 1


def _participation_ratio(variances):
    return np.sum(variances) ** 2 / np.sum(np.square(variances))


def _lost_share(currents, components):
    rebuilt = currents @ components @ components.T
    return np.sum((currents - rebuilt) ** 2) / np.sum(currents**2)


def _dimension(teacher, outputs, fraction):
    return _count(teacher, outputs, fraction)


def _count(teacher, outputs, fraction, *, n_settle=20, centred=False):
    """Components of a driven teacher, rightly or in one of the ways that go wrong."""
    trial = Trial(inputs=np.zeros((len(outputs), 1)), outputs=outputs, dt=0.001)
    rng = np.random.default_rng(0)
    currents = drive(teacher, [trial], rng=rng, n_settle=n_settle)[0]
    if centred:
        currents = currents - currents.mean(axis=0)
    return principal_components(currents, variance=fraction).n_factors


_ANSWERS = {
    "explained": _explained,
    "n_factors_for": _n_factors_for,
    "participation_ratio": _participation_ratio,
    "lost_share": _lost_share,
    "dimension": _dimension,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)

_SPECTRA = [np.array([4.0, 3.0, 2.0, 1.0]), 0.5 ** np.arange(30), np.array([5.0, 5.0, 0.0])]


def check_explained(answer):
    """Check ``explained(variances)``: share held by the first 1, 2, ... components."""
    return check_function(
        "explained",
        answer,
        reference=_explained,
        cases=[(values,) for values in _SPECTRA],
        mistakes=[
            Mistake(
                hint="this is the share of each component alone; the first three together hold "
                "the sum of three shares: np.cumsum.",
                made_by=lambda variances: variances / np.sum(variances),
            ),
            Mistake(
                hint="the last entry has to be 1: divide by the sum of all variances.",
                made_by=np.cumsum,
            ),
            Mistake(
                hint="the eigenvalues are variances already: no square here.",
                made_by=lambda variances: _explained(np.square(variances)),
            ),
            Mistake(
                hint="the eigenvalues are variances already: no root here.",
                made_by=lambda variances: _explained(np.sqrt(variances)),
            ),
            Mistake(
                hint="divide by the sum of the variances, not by the largest of them.",
                made_by=lambda variances: np.cumsum(variances) / np.max(variances),
            ),
        ],
    )


def check_n_factors_for(answer):
    """Check ``n_factors_for(variances, fraction)``: fewest components that hold it."""

    def by_share(variances, fraction):
        return int(np.sum(variances / np.sum(variances) >= 1 - fraction))

    return check_function(
        "n_factors_for",
        answer,
        reference=_n_factors_for,
        cases=[
            (_SPECTRA[0], 0.65), (_SPECTRA[0], 0.35), (_SPECTRA[0], 0.75), (_SPECTRA[1], 0.999),
            (_SPECTRA[1], 0.5), (_SPECTRA[2], 1.0),
        ],
        mistakes=[
            Mistake(
                hint="one too few: np.argmax and np.searchsorted give a place, counted from 0, "
                "and you want a number of components.",
                made_by=lambda variances, fraction: _n_factors_for(variances, fraction) - 1,
            ),
            Mistake(
                hint="with the fraction reached exactly, no further component is needed: "
                ">=, not >.",
                made_by=lambda variances, fraction: (
                    int(np.sum(_explained(variances) <= fraction)) + 1
                ),
            ),
            Mistake(
                hint="compare the fraction with the shares summed up, not with the share of each "
                "component.",
                made_by=by_share,
            ),
        ],
        hint="the fewest components whose shares, summed up, reach the fraction.",
    )


def check_participation_ratio(answer):
    """Check ``participation_ratio(variances)``: (Σ λ)² / Σ λ²."""
    return check_function(
        "participation_ratio",
        answer,
        reference=_participation_ratio,
        cases=[(values,) for values in _SPECTRA] + [(np.ones(7),)],
        mistakes=[
            Mistake(
                hint="upside down: for n equal variances the ratio is n.",
                made_by=lambda variances: 1 / _participation_ratio(variances),
            ),
            Mistake(
                hint="the square of the sum goes on top: for n equal variances the ratio is n.",
                made_by=lambda variances: np.sum(variances) / np.sum(np.square(variances)),
            ),
            Mistake(
                hint="first sum, then square: this is the sum of squares on top.",
                made_by=lambda variances: 1.0,
            ),
        ],
    )


def check_lost_share(answer):
    """Check ``lost_share(currents, components)``: power that a rebuilding misses."""
    rng = np.random.default_rng(0)
    cases = []
    for n_units, n_kept in ((6, 2), (10, 5), (4, 4)):
        currents = rng.standard_normal((50, n_units)) * rng.uniform(0.2, 3, n_units) + 1
        cases.append((currents, np.linalg.qr(rng.standard_normal((n_units, n_kept)))[0]))
    return check_function(
        "lost_share",
        answer,
        reference=_lost_share,
        cases=cases,
        mistakes=[
            Mistake(
                hint="that is the share that is held; the lost one is 1 minus it.",
                made_by=lambda f_J, V: 1 - _lost_share(f_J, V),
            ),
            Mistake(
                hint="the components are uncentred, so the power is too: sum the squares of the "
                "currents themselves, not of their distance from the mean.",
                made_by=lambda f_J, V: (
                    np.sum((f_J - f_J @ V @ V.T) ** 2) / np.sum((f_J - f_J.mean(axis=0)) ** 2)
                ),
            ),
            Mistake(
                hint="this is a ratio of lengths; variance is a ratio of their squares.",
                made_by=lambda f_J, V: np.sqrt(_lost_share(f_J, V)),
            ),
            Mistake(
                hint="divide by the power of all currents, Σ |f_J|².",
                made_by=lambda f_J, V: np.sum((f_J - f_J @ V @ V.T) ** 2),
            ),
        ],
        hint="project on the components, rebuild from the projection, compare with the currents.",
    )


def check_dimension(answer):
    """Check ``dimension(teacher, outputs, fraction)``: components that an output needs."""
    rng = np.random.default_rng(3)
    teacher = RateNetwork.draw(
        RateParameters(n_units=60, gain=1.0), n_inputs=1, n_outputs=1, rng=rng
    )
    phase = 2 * np.pi * np.arange(1000)[:, None] * 0.001
    slow, rich = np.sin(phase) + 1, sum(np.sin(k * phase) for k in (1, 2, 3, 5)) / 3
    return check_function(
        "dimension",
        answer,
        reference=_dimension,
        cases=[(teacher, wave, share) for wave in (slow, rich) for share in (0.99, 0.9999)],
        mistakes=[
            Mistake(
                hint="too many: the first trial still holds the random start. Let the network "
                "settle first (n_settle).",
                made_by=lambda *case: _count(*case, n_settle=0),
            ),
            Mistake(
                hint="was the mean subtracted? The components of this book are uncentred.",
                made_by=lambda *case: _count(*case, centred=True),
            ),
        ],
        hint="drive the teacher (spikelib.drive) with a Trial whose inputs are zero, take the "
        "currents after it has settled, and ask spikelib.principal_components how many it takes.",
    )
