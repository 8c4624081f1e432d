"""What the spikes can make at most: a readout by least squares of a network on its targets."""

import numpy as np
from scipy.signal import lfilter

from spikelib.spiking.simulation import Runner

__all__ = ["spike_floor"]

_RIDGES = (1e-4, 1e-3, 1e-2, 1e-1)  # relative to the mean eigenvalue of the second moments
_EVERY = 5  # steps between samples: traces change slowly


def spike_floor(network, trials, *, rng):
    """Error of the outputs, and of the factors, that the traces can make, nothing fed back.

    The network runs with the target factors fed back ("teacher forcing"). Weights of the traces
    are fitted to two thirds of the trials by ridge regression, and judged on the others with the
    best of a few penalties. What is lost here, training of any length loses as well; what it
    loses beside, the loop does.

    Parameters
    ----------
    network : SpikingNetwork
        With its mean current; its learned weights are not used.
    trials : sequence of Trial
        With target factors, two or more.
    rng : numpy.random.Generator

    Returns
    -------
    output_nmse, factor_nmse : float
        Over the mean power of the trials that judge.
    """
    trials = list(trials)
    if len(trials) < 2:
        raise ValueError(f"trials: expected two or more, got {len(trials)}")
    runner = Runner(network)
    state = runner.settle(trials, 2, rng=rng)
    slots = np.full(network.parameters.n_neurons, -1)
    slots[network.trained_neurons] = np.arange(network.trained_neurons.size)
    _, slow, fast = network.parameters.decays
    memory = [np.zeros((1, network.trained_neurons.size)) for _ in range(2)]
    traces, targets = [], []
    for trial in trials:
        run = runner.run(trial, state, forced=True)
        state = run.state
        spikes = np.zeros((trial.n_steps, network.trained_neurons.size))
        places = slots[run.spike_neurons]
        spikes[run.spike_steps[places >= 0], places[places >= 0]] = 1.0
        parts = []
        for k, decay in enumerate((slow, fast)):
            part, memory[k] = lfilter([1.0], [1.0, -decay], spikes, axis=0, zi=memory[k])
            parts.append(part[::_EVERY])
        traces.append(np.hstack(parts))
        targets.append(np.hstack([trial.factors, trial.outputs])[::_EVERY])
    n_fit, n = -(-2 * len(trials) // 3), network.n_factors
    s, truth = np.vstack(traces[:n_fit]), np.vstack(targets[n_fit:])
    power = np.sum(truth**2, axis=0)
    # The eigenvectors once, for all penalties.
    eigenvalues, vectors = np.linalg.eigh(s.T @ s)
    cross = vectors.T @ (s.T @ np.vstack(targets[:n_fit]))
    rotated = np.vstack(traces[n_fit:]) @ vectors
    found = []
    for ridge in _RIDGES:
        weights = cross / (np.maximum(eigenvalues, 0) + ridge * eigenvalues.mean())[:, None]
        squares = np.sum((rotated @ weights - truth) ** 2, axis=0)
        found.append((
            float(squares[n:].sum() / (power[n:].sum() or 1.0)),
            float(squares[:n].sum() / (power[:n].sum() or 1.0)),
        ))
    return min(found)
