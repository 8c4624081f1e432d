"""The method in plain NumPy, one line an equation: slow, and what the book shows.

The library's own code gives the same numbers faster; tests compare the two.
"""

import numpy as np

from spikelib import _checks
from spikelib.least_squares.rls import RecursiveLeastSquares

__all__ = ["lif_step", "train_trial", "untrained_fit"]


def lif_step(voltage, current, *, decay, threshold=0.0, reset=-10.0):
    """One exponential-Euler step of leaky integrate-and-fire neurons.

    V ← V∞ + (V - V∞) e, then V >= threshold: spike, V ← reset.

    Parameters
    ----------
    voltage, current : ndarray, shape (N,)
        V and V∞, dimensionless.
    decay : float
        e = exp(-dt/τ_m).
    threshold, reset : float

    Returns
    -------
    voltage : ndarray, shape (N,)
    spikes : ndarray of bool, shape (N,)

    Examples
    --------
    >>> lif_step(np.array([-1.0, -10.0]), np.array([9.0, 9.0]), decay=0.5)
    (array([-10. ,  -0.5]), array([ True, False]))
    """
    voltage = current + (voltage - current) * decay
    spikes = voltage >= threshold
    return np.where(spikes, reset, voltage), spikes


def train_trial(network, trial, state, fit, learn):
    """One trial of training in closed loop, as the paper writes it down.

    Parameters
    ----------
    network : SpikingNetwork
        Its learned weights are not used: `fit` holds them.
    trial : Trial
        With target factors.
    state : SpikingState
        Changed in place.
    fit : RecursiveLeastSquares
        With 2 n regressors and D + n_outputs outputs.
    learn : ndarray of bool, shape (T,)
        The steps at which to update.

    Returns
    -------
    made : ndarray, shape (T, D + n_outputs)
        z_D and z of every step, before its update.
    """
    p = network.parameters
    decay_m, decay_s, decay_f = p.decays
    targets = np.hstack([trial.factors, trial.outputs])
    jump = p.inhibition / (p.tau_fast * p.n_neurons)
    made = np.empty_like(targets)
    for t, f_in in enumerate(trial.inputs):
        current = (
            network.encoder @ state.feedback + state.slow_current + state.fast_current
            + state.inhibition - network.mean_current + network.input_weights @ f_in
        )
        state.voltage, spikes = lif_step(
            state.voltage, current, decay=decay_m, threshold=p.threshold, reset=p.reset
        )
        state.slow_current *= decay_s
        state.fast_current *= decay_f
        if network.slow_weights is not None:
            state.slow_current += network.slow_weights @ spikes
        if network.fast_weights is not None:
            state.fast_current += network.fast_weights @ spikes
        state.inhibition = state.inhibition * decay_f + jump * spikes.sum()
        state.slow_trace = state.slow_trace * decay_s + spikes[network.trained_neurons]
        state.fast_trace = state.fast_trace * decay_f + spikes[network.trained_neurons]
        s = np.concatenate([state.slow_trace, state.fast_trace])
        made[t] = fit.weights @ s
        state.feedback = made[t, : network.n_factors]
        if learn[t]:
            fit.update(s, targets[t])
    return made


@_checks.takes(network="SpikingNetwork")
def untrained_fit(network, *, prior=1.0):
    """The RecursiveLeastSquares that `train_trial` wants, all weights zero."""
    rows = network.n_factors + network.n_outputs
    return RecursiveLeastSquares(2 * network.trained_neurons.size, rows, prior=prior)
