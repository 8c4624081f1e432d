"""What a match is worth: its ceiling, its chance level, and what was held out of training.

A high correlation with the recorded partners says little alone. Beside it belong what the
same factors give without a network, what partners drawn at random give, and how well neurons
and conditions come out that no training has seen.
"""

from dataclasses import replace

import numpy as np

from spikelib import _checks
from spikelib.recordings import _gaps
from spikelib.recordings.comparison import rate_correlations
from spikelib.spiking.network import SpikingNetwork

_MOST_MISSING = 0.5  # of the neurons at a time, from which nothing is said of it

__all__ = ["held_out_correlations", "shuffled_correlations", "without_network"]


@_checks.takes(fit="RecordingFit")
def without_network(fit):
    """The neurons of a fit without their synapses, to be driven by the target factors.

    The same currents, the same noise, no recurrence: what ``compare(without_network(fit), n,
    rng=rng, forced=True)`` gives is the ceiling for a network with these factors, at the same
    number of trials.

    Parameters
    ----------
    fit : RecordingFit

    Returns
    -------
    RecordingFit
        With the recorded neurons only.
    """
    target, n = fit.target_currents, fit.recording.n_neurons
    parameters = replace(
        fit.network.parameters, n_neurons=n, inhibition=0.0, slow_gain=0.0, fast_gain=0.0
    )
    network = SpikingNetwork.from_encoder(
        parameters, encoder=target.encoder, n_outputs=fit.network.n_outputs,
        input_weights=np.zeros((n, fit.network.n_inputs)), rng=np.random.default_rng(0),
    )
    return replace(fit, network=replace(network, mean_current=-target.constant), dale=None)


def shuffled_correlations(rates, recorded, *, rng, n_shuffles=20):
    """Correlations with partners drawn at random: the chance level of a match.

    Parameters
    ----------
    rates, recorded : array_like, shape (n_conditions, T, N)
        With two neurons or more.
    rng : numpy.random.Generator
    n_shuffles : int

    Returns
    -------
    ndarray, shape (n_shuffles, N)
        No neuron is its own partner.
    """
    recorded = _checks.array("recorded", recorded, ("conditions", "T", "N"))
    n_shuffles, n = _checks.count("n_shuffles", n_shuffles, at_most=100_000), recorded.shape[2]
    if n < 2:
        raise ValueError(f"recorded: expected two neurons or more, got {n}")
    found = []
    for _ in range(n_shuffles):
        order = _checks.generator(rng).permutation(n)
        partner = np.empty(n, dtype=np.int64)
        partner[order] = np.roll(order, 1)  # one circle through all: nobody stays where it was
        found.append(rate_correlations(rates, recorded[:, :, partner]))
    return np.stack(found)


def held_out_correlations(rates, recorded, held_out, *, n_factors=10, n_folds=5):
    """How well neurons that no training has seen follow from those of the network.

    The map from the recorded neurons in the network to those held out, least squares on
    `n_factors` principal components of the rates, each divided by its spread plus 1 Hz, is
    learned from the recording alone; then the model's rates are put in. Time is cut into
    `n_folds` blocks, and each is predicted by a map learned from the others.

    Parameters
    ----------
    rates : array_like, shape (n_conditions, T, N)
        Of the model, or the recorded ones again: then it is the ceiling.
    recorded : array_like, shape (n_conditions, T, N)
        Of its partners.
    held_out : array_like, shape (n_conditions, T, M)
        Recorded rates of the neurons held out.
    n_factors, n_folds : int

    Returns
    -------
    ndarray, shape (M,)
        Correlation of the predicted with the recorded rates. Where neurons in the network are
        missing (NaN), these are completed from the factors of the others; times at which more
        than half of them are missing, and missing values of the neurons held out, are neither
        learned from nor counted.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> factors = rng.standard_normal((2, 50, 3))
    >>> recorded, held = (9 + factors @ rng.standard_normal((3, n)) for n in (20, 4))
    >>> bool(held_out_correlations(recorded, recorded, held, n_factors=3).min() > 0.999)
    True
    """
    axes = ("conditions", "T", "N")
    recorded = _checks.array("recorded", recorded, axes, gaps=True)
    rates = _checks.array("rates", rates, axes, recorded.shape, gaps=True)
    sizes = (*recorded.shape[:2], None)
    held_out = _checks.array("held_out", held_out, ("conditions", "T", "M"), sizes, gaps=True)
    n_samples = recorded.shape[1]
    n_folds = _checks.count("n_folds", n_folds, at_least=2, at_most=n_samples)
    n_factors = _checks.count("n_factors", n_factors, at_most=recorded.shape[2])
    recorded, rates = _completed(recorded, n_factors), _completed(rates, n_factors)
    predicted = np.full(held_out.shape, np.nan)
    for block in np.array_split(np.arange(n_samples), n_folds):
        rest = np.setdiff1d(np.arange(n_samples), block)
        known = recorded[:, rest].reshape(-1, recorded.shape[2])
        goal = held_out[:, rest].reshape(-1, held_out.shape[2])
        there = ~np.isnan(known).any(axis=1)
        known, goal = known[there], goal[there]
        if len(known) < 2:
            raise ValueError("recorded: expected two times or more with values in each fold")
        mean, spread = known.mean(axis=0), known.std(axis=0) + 1.0
        _, _, loadings = np.linalg.svd((known - mean) / spread, full_matrices=False)
        to_factors = (loadings[:n_factors] / spread).T
        factors, now = (known - mean) @ to_factors, (rates[:, block] - mean) @ to_factors
        for which, columns in _alike(np.isnan(goal)):
            level = goal[which][:, columns].mean(axis=0)
            weights = np.linalg.lstsq(
                factors[which], goal[which][:, columns] - level, rcond=None)[0]
            predicted[:, block[:, None], columns] = now @ weights + level
    return rate_correlations(predicted, held_out)


def _completed(values, n_factors):
    """Rates (conditions, T, N) with single gaps filled; NaN at times that lack most neurons."""
    if not np.isnan(values).any():
        return values
    flat = values.reshape(-1, values.shape[2]).copy()
    there = np.isnan(flat).mean(axis=1) <= _MOST_MISSING
    if (np.isnan(flat[there]).all(axis=0)).any():
        raise ValueError("rates, recorded: expected values of every neuron, got none of some")
    flat[there] = _gaps.completed(flat[there], n_factors)
    flat[~there] = np.nan
    return flat.reshape(values.shape)


def _alike(missing):
    """Rows that are there, and the columns (n, M) for which just these are."""
    patterns, group = np.unique(missing, axis=1, return_inverse=True)
    for k, pattern in enumerate(patterns.T):
        if not pattern.all():
            yield np.flatnonzero(~pattern), np.flatnonzero(group.ravel() == k)
