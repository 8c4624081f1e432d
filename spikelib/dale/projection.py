"""Shorter ways to Dale's law, for comparison: signs put into a network that was trained without.

Both take a network whose recurrent matrix u W was learned by recursive least squares, and
return a frozen one that keeps to given signs and connections. `spikelib.dale.training` trains
a network that works; these two show what happens without.
"""

from dataclasses import replace

import numpy as np

from spikelib import _checks
from spikelib.dale._traces import traces
from spikelib.dale.training import DaleNetwork
from spikelib.least_squares.signed import check_wiring, sweep
from spikelib.spiking.analysis import run_trials

__all__ = ["clip_signs", "nearest_signed", "traces"]


@_checks.takes(network="SpikingNetwork")
def clip_signs(network, signs, connected):
    """The recurrent matrix u W without the weights that signs or connections forbid.

    Parameters
    ----------
    network : SpikingNetwork
        Trained by `spikelib.training.training.train`, all neurons of it, without common inhibition
        and without fixed synapses.
    signs : array_like, shape (N,)
        +1 excitatory, -1 inhibitory.
    connected : array_like of bool, shape (N, N)
        (post, pre).

    Returns
    -------
    DaleNetwork

    Raises
    ------
    ValueError
        A network with trained neurons left out, with inhibition or with fixed synapses.
    """
    signs, connected = _check(network, signs, connected)
    slow, fast = (
        np.where(connected & (weights * signs > 0), weights, 0.0)
        for weights in _recurrent(network)
    )
    return _signed(network, slow, fast, -network.mean_current, signs, connected)


@_checks.takes(network="SpikingNetwork")
def nearest_signed(network, trials, signs, connected, *, rng, ridge=0.003, n_sweeps=100,
                   n_settle=5):
    """The weights of the right signs that are nearest to u W in the metric of least squares.

    For every neuron i, over the traces s that the network itself makes in the trials::

        minimise  Σ_t (J_i · s + b_i - u_i W s + I_mean,i)² + ridge |J_i|²

    This is a projection in the metric of the Gram matrix Σ s sᵀ, that of which recursive least
    squares carries the inverse: weights that no trace ever tells apart may change freely.

    Parameters
    ----------
    network : SpikingNetwork
        As for `clip_signs`.
    trials : sequence of Trial
        With target factors.
    signs, connected : array_like
        As for `clip_signs`.
    rng : numpy.random.Generator
        For the starting state.
    ridge : float
        Relative to the mean eigenvalue of the centred Gram matrix.
    n_sweeps : int
        Passes of coordinate descent.
    n_settle : int
        Trials with the target factors fed back, before those that count.

    Returns
    -------
    DaleNetwork
    """
    signs, connected = _check(network, signs, connected)
    runs = run_trials(network, trials, rng=rng, n_settle=n_settle)
    s = traces(np.vstack([run.spikes for run in runs]), network.parameters)
    mean = s.mean(axis=0)
    gram = (s - mean).T @ (s - mean)
    cross = gram @ network.factor_weights.T @ network.encoder.T
    weights = np.zeros_like(cross)
    ridge = _checks.number("ridge", ridge, at_least=0) * np.trace(gram) / len(gram)
    allowed = np.tile(np.ascontiguousarray(connected.T), (2, 1))
    for _ in range(_checks.count("n_sweeps", n_sweeps)):
        sweep(gram, cross, None, weights, np.tile(signs, 2), allowed, ridge)
    target = network.encoder @ (network.factor_weights @ mean) - network.mean_current
    n = signs.size
    return _signed(
        network, weights[:n].T, weights[n:].T, target - mean @ weights, signs, connected
    )


def _recurrent(network):
    return np.hsplit(network.encoder @ network.factor_weights, 2)


def _check(network, signs, connected):
    n = network.parameters.n_neurons
    if network.trained_neurons.size != n:
        raise ValueError(
            f"network: expected all {n} neurons to be trained, got {network.trained_neurons.size}"
        )
    if network.parameters.inhibition != 0:
        raise ValueError(
            "network: expected no common inhibition, which excitatory neurons would cause too, "
            f"got {network.parameters.inhibition}"
        )
    if network.slow_weights is not None or network.fast_weights is not None:
        raise ValueError("network: expected no fixed random synapses, got some")
    return check_wiring(signs, connected, n)


def _signed(network, slow, fast, constant, signs, connected):
    signed = replace(
        network, encoder=np.zeros_like(network.encoder), mean_current=-constant,
        slow_weights=slow, fast_weights=fast,
    )
    return DaleNetwork(network=signed, signs=signs, connected=connected)
