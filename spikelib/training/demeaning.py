"""The mean current of each neuron, which is subtracted before training."""

from dataclasses import replace

import numpy as np

from spikelib import _checks
from spikelib._progress import bar
from spikelib.spiking.simulation import Runner, check_trials
from spikelib.spiking.state import SpikingState

__all__ = ["mean_current"]


@_checks.takes(network="SpikingNetwork")
def mean_current(network, trials, *, rng, n_settle=50, progress=None):
    """Subtract each neuron's mean current, so that none sits far from threshold.

    With the target factors fed back, and nothing subtracted, I_mean is the time average
    of u y + I_slow + I_fast. Without fixed random synapses that is u times the mean
    of y, and nothing has to be simulated.

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        With target factors.
    rng : numpy.random.Generator
        For the starting state.
    n_settle : int
        Trials before the first that does count.
    progress : bool, optional

    Returns
    -------
    SpikingNetwork
        The same, with `mean_current`.
    """
    trials = check_trials(network, trials, needs_factors=True)
    n_steps = sum(trial.n_steps for trial in trials)
    sums = {}
    for trial in trials:
        sums.setdefault(id(trial), [trial.factors.sum(axis=0), 0])[1] += 1
    mean = network.encoder @ (sum(total * times for total, times in sums.values()) / n_steps)
    if network.slow_weights is not None or network.fast_weights is not None:
        mean = mean + _mean_fixed_current(network, trials, rng, n_settle, progress)
    return replace(network, mean_current=mean)


def _mean_fixed_current(network, trials, rng, n_settle, progress):
    """Time average of I_slow + I_fast under teacher forcing, nothing subtracted."""
    network = replace(network, mean_current=np.zeros(network.parameters.n_neurons))
    runner = Runner(network)
    start = runner.settle(
        trials, n_settle, rng=rng, state=SpikingState.at_rest(network, rng=rng)
    )
    state = start
    counts = np.zeros(network.parameters.n_neurons)
    for trial in bar(trials, show=progress, desc="mean current", unit="trial"):
        run = runner.run(trial, state, forced=True)
        counts += np.bincount(run.spike_neurons, minlength=counts.size)
        state = run.state
    # Summed over time, I(t) = e I(t-1) + J S(t) gives Σ I = (J ΣS + e (I_start - I_end))/(1 - e).
    total = np.zeros(counts.size)
    _, slow_decay, fast_decay = network.parameters.decays
    for weights, decay, name in (
        (network.slow_weights, slow_decay, "slow_current"),
        (network.fast_weights, fast_decay, "fast_current"),
    ):
        if weights is not None:
            ends = decay * (getattr(start, name) - getattr(state, name))
            total += (weights @ counts + ends) / (1 - decay)
    return total / sum(trial.n_steps for trial in trials)
