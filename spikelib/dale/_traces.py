"""Slow and fast traces of spikes, all of them or samples."""

import numpy as np
from scipy.signal import lfilter

from spikelib import _checks


@_checks.takes(parameters="SpikingParameters")
def traces(spikes, parameters):
    """Slow and fast traces s of spikes, from zero.

    Parameters
    ----------
    spikes : array_like, shape (T, N)
    parameters : SpikingParameters

    Returns
    -------
    ndarray, shape (T, 2 N)
        After each step, slow traces first.

    Examples
    --------
    >>> from spikelib import SpikingParameters
    >>> s = traces([[1.0], [0.0]], SpikingParameters(n_neurons=1, tau_slow=0.1, tau_fast=0.005))
    >>> s.round(3).tolist()
    [[1.0, 1.0], [0.99, 0.819]]
    """
    spikes = _checks.array("spikes", spikes, ("T", "n_neurons"), (None, parameters.n_neurons))
    _, slow, fast = parameters.decays
    return np.hstack([lfilter([1.0], [1.0, -decay], spikes, axis=0) for decay in (slow, fast)])


def sampled_traces(runs, parameters, every):
    """Traces of runs in a row (`Simulation`), at the end of every `every`-th step from the first.

    Of each run on its own, from step 0 of it; before the first run there are none.
    """
    decays = parameters.decays[1:]
    carried = [np.zeros((1, parameters.n_neurons)) for _ in decays]
    found = []
    for run in runs:
        parts = []
        for k, decay in enumerate(decays):
            part, carried[k] = lfilter([1.0], [1.0, -decay], run.spikes, axis=0, zi=carried[k])
            parts.append(part[::every])
        found.append(np.hstack(parts))
    return np.vstack(found)
