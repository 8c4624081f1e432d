"""Output weights learned anew, on what the frozen network does on its own."""

from dataclasses import replace

import numpy as np

from spikelib.dale._traces import sampled_traces
from spikelib.spiking.simulation import Runner
from spikelib.spiking.state import SpikingState

__all__ = ["refitted"]

_EVERY = 3  # steps between samples: traces change slowly
_RIDGES = (1e-1, 1e-2, 1e-3, 1e-4)  # relative to the mean eigenvalue


def refitted(network, trials, *, n_trials, n_settle, rng):
    """A network with output weights that are fitted to its own traces.

    In training the weights of the synapses change, the leash pulls, and restarts interrupt: output
    weights learned then are those of another network. Here it runs alone, from a random state.
    Three quarters of the trials are fitted, the rest chooses the ridge.

    Parameters
    ----------
    network : SpikingNetwork
        Frozen.
    trials : sequence of Trial
        With target factors; run in turn, from the first again after the last.
    n_trials, n_settle : int
        Trials that count, and before them those that do not.
    rng : numpy.random.Generator

    Returns
    -------
    SpikingNetwork
    """
    runner, state = Runner(network), SpikingState.random(network, rng=rng)
    order = [trials[k % len(trials)] for k in range(n_settle + n_trials)]
    runs = []
    for trial in order:
        runs.append(runner.run(trial, state))
        state = runs[-1].state
    s = sampled_traces(runs, network.parameters, _EVERY)
    targets = np.vstack([
        np.hstack([trial.factors, trial.outputs])[::_EVERY] for trial in order
    ])
    counted = np.concatenate([
        (np.full(trial.n_steps, True) if trial.counted is None else trial.counted)[::_EVERY]
        & (k >= n_settle) for k, trial in enumerate(order)
    ])
    at = np.flatnonzero(counted)
    fit, judge = np.split(at, [3 * len(at) // 4])
    values, vectors = np.linalg.eigh(s[fit].T @ s[fit])
    values = np.maximum(values, 0)
    if not values.any():  # nothing ever fired
        return network
    cross = vectors.T @ (s[fit].T @ targets[fit])
    found = []
    for ridge in _RIDGES:
        readout = vectors @ (cross / (values + ridge * values.mean())[:, None])
        missed = s[judge] @ readout[:, network.n_factors :] - targets[judge, network.n_factors :]
        found.append((np.sum(missed**2), readout))
    _, best = min(found, key=lambda pair: pair[0])
    return replace(
        network, factor_weights=best[:, : network.n_factors].T,
        output_weights=best[:, network.n_factors :].T,
    )
