"""A driven teacher writes its factor signals into trials."""

from dataclasses import replace

from spikelib.rate.network import drive_each

__all__ = ["teach"]


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
        With `factors` (T, P). Trials that repeat remain one and the same object.
    """
    recent, result = {}, []
    currents = drive_each(network, trials, rng=rng, n_settle=n_settle)
    for trial, f_J in zip(trials, currents, strict=True):
        key = id(trial), id(f_J)
        if key not in recent:
            recent[key] = f_J, replace(trial, factors=factors.project(f_J))
            if len(recent) > 8:
                recent.pop(next(iter(recent)))
        result.append(recent[key][1])
    return result
