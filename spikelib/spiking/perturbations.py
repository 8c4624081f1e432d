"""Disturbing a trained network: neurons that fall silent, and a kick in mid-trial."""

import dataclasses

import numpy as np

from spikelib import _checks
from spikelib.spiking.simulation import Runner, check_trial

__all__ = ["kick", "silence"]

# Far below threshold: no current that a network can make reaches up from there.
_DEEP = 1e9


def silence(network, neurons):
    """A copy of a network in which some neurons never fire.

    Parameters
    ----------
    network : SpikingNetwork
    neurons : array_like of int
        The neurons to silence.

    Returns
    -------
    SpikingNetwork
        Of the same size; the weights of the others are as they were.

    Raises
    ------
    ValueError
        A neuron that the network does not have.
    """
    n = network.parameters.n_neurons
    neurons = np.asarray(neurons)
    if neurons.size and (neurons.dtype.kind not in "iu" or neurons.min() < 0 or neurons.max() >= n):
        raise ValueError(f"neurons: expected whole numbers from 0 to {n - 1}, got {neurons!r:.80}")
    mean_current = network.mean_current.copy()
    mean_current[neurons.astype(np.int64)] = _DEEP
    return dataclasses.replace(network, mean_current=mean_current)


def kick(network, trial, *, state, current, start, duration):
    """Run a trial on its own with an extra current for a moment.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState
        Where the trial starts.
    current : array_like, shape (N,)
        What each neuron gets in addition.
    start, duration : float
        When, in seconds from the start of the trial, and for how long.

    Returns
    -------
    Simulation
        Of the whole trial.
    """
    check_trial(network, trial, "trial", needs_factors=False)
    current = _checks.array("current", current, ("n_neurons",), (network.parameters.n_neurons,))
    first = round(_checks.number("start", start, at_least=0) / trial.dt)
    last = first + round(_checks.number("duration", duration, above=0) / trial.dt)
    if not first < last <= trial.n_steps:
        raise ValueError(
            f"start, duration: expected a stretch within the trial of {trial.duration:g} s, "
            f"got {start:g} s and {duration:g} s"
        )
    kicked = dataclasses.replace(network, mean_current=network.mean_current - current)
    parts = []
    for low, high, used in ((0, first, network), (first, last, kicked),
                            (last, trial.n_steps, network)):
        if low == high:
            continue
        stretch = dataclasses.replace(
            trial, inputs=trial.inputs[low:high], outputs=trial.outputs[low:high], factors=None
        )
        part = Runner(used).run(stretch, state)
        state = part.state
        parts.append(dataclasses.replace(part, spike_steps=part.spike_steps + low))
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("outputs", "factors", "spike_steps", "spike_neurons", "voltages")
    }
    return dataclasses.replace(parts[-1], **joined)
