"""A driven teacher: its components, and its factor signals written into trials."""

from dataclasses import replace

from spikelib import _checks
from spikelib.components import components_of_moment, principal_components
from spikelib.rate import _driving
from spikelib.rate.network import check_trials, drive_each

__all__ = ["teach", "teacher_components"]


@_checks.takes(network="RateNetwork")
def teacher_components(network, trials, *, rng, n_settle=50, variance=None, n_factors=None):
    """Drive a teacher through trials and return the principal components of its currents.

    The same as `spikelib.components.principal_components` of `spikelib.rate.network.drive`;
    but where trials differ, no currents are kept: memory does not grow with their number or
    length.

    Parameters
    ----------
    network : RateNetwork
    trials : sequence of Trial
    rng : numpy.random.Generator
    n_settle : int
        As for `spikelib.rate.network.drive`.
    variance, n_factors
        As for `spikelib.components.principal_components`.

    Returns
    -------
    Factors
    """
    trials = check_trials(network, trials)
    if all(trial is trials[0] for trial in trials):
        currents = drive_each(network, trials, rng=rng, n_settle=n_settle)
        return principal_components(currents, variance=variance, n_factors=n_factors)
    moment = _driving.second_moment(network, trials, _checks.generator(rng))
    return components_of_moment(moment, variance=variance, n_factors=n_factors)


@_checks.takes(network="RateNetwork", factors="Factors")
def teach(network, factors, trials, *, rng, n_settle=50):
    """Drive the teacher through trials and write its factor signals into them.

    Parameters
    ----------
    network : RateNetwork
        The teacher.
    factors : Factors
    trials : sequence of Trial
    rng : numpy.random.Generator
    n_settle : int
        As for `spikelib.rate.network.drive`.

    Returns
    -------
    list of Trial
        With `factors` (T, D). Trials that repeat remain one and the same object.
    """
    trials = check_trials(network, trials)
    _checks.count("n_settle", n_settle, at_least=0)
    if not all(trial is trials[0] for trial in trials):
        signals = _driving.projected(
            network, trials, factors.components, _checks.generator(rng)
        )
        return [replace(trial, factors=y) for trial, y in zip(trials, signals, strict=True)]
    recent, result = {}, []
    currents = drive_each(network, trials, rng=rng, n_settle=n_settle)
    for trial, f_J in zip(trials, currents, strict=True):
        if id(f_J) not in recent:
            recent[id(f_J)] = f_J, replace(trial, factors=factors.project(f_J))
            if len(recent) > 8:
                recent.pop(next(iter(recent)))
        result.append(recent[id(f_J)][1])
    return result
