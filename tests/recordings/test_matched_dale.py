"""Matched networks under Dale's law: signs and connections exact, rates near the recorded."""

import numpy as np
import pytest

from spikelib.recordings import (
    MatchedDaleRecipe,
    Recording,
    compare,
    datasets,
    decode,
    fit_recording_dale,
    held_out_correlations,
    rate_correlations,
    shuffled_correlations,
    without_network,
)

RECORDING = Recording(rates=datasets.alm_rates(surrogate=True).rates[:, :, :240], dt=0.02)


def test_signs_and_connections_are_kept_and_rates_follow():
    rng = np.random.default_rng(0)
    recipe = MatchedDaleRecipe(n_factors=5, n_training_trials=40, connection_probability=0.3)
    fit = fit_recording_dale(RECORDING, rng=rng, recipe=recipe, progress=False)
    weights = fit.network.slow_weights
    assert weights.shape == (300, 300) and fit.network.fast_weights is None
    assert np.all(weights * fit.signs >= 0)
    assert np.all(weights[~fit.connected] == 0) and not fit.connected.diagonal().any()
    assert np.count_nonzero(fit.signs > 0) == 240 and not fit.network.encoder.any()
    assert 0.25 < fit.connected.mean() < 0.35
    assert fit.log.slack[0] < fit.log.slack[-1] and fit.log.mean_rate.shape == (40,)
    found = compare(fit, 20, rng=rng, progress=False)
    assert found.counts.shape == (40, 93, 240)
    assert found.rates().mean() == pytest.approx(RECORDING.rates.mean(), rel=0.3)
    assert np.median(rate_correlations(found.rates(0.3), RECORDING.rates)) > 0.4
    decoded = decode(found.counts.sum(axis=1), found.labels, rng=rng)
    assert np.mean(decoded == found.labels) > 0.85


def test_controls_of_a_match_under_dales_law():
    """Ceiling, chance, neurons held out and a condition that training never saw."""
    inside = Recording(rates=RECORDING.rates[:, :, :200], dt=RECORDING.dt)
    outside = RECORDING.rates[:, :, 200:]
    recipe = MatchedDaleRecipe(n_factors=5, n_training_trials=40)
    rates, ceilings = {}, {}
    for known in (None, [0]):
        rng = np.random.default_rng(0)
        fit = fit_recording_dale(
            inside, rng=rng, recipe=recipe, trained_conditions=known, progress=False)
        rates[known is None] = compare(fit, 20, rng=rng, progress=False).rates(0.3)
        bare = without_network(fit)
        ideal = compare(bare, 20, rng=rng, forced=True, progress=False).rates(0.3)
        ceilings[known is None] = np.median(rate_correlations(ideal, inside.rates))
        assert bare.dale is None and bare.network.parameters.n_neurons == 200
        assert ideal.mean() == pytest.approx(inside.rates.mean(), rel=0.1)
    own = np.median(rate_correlations(rates[True], inside.rates))
    chance = np.abs(np.median(shuffled_correlations(rates[True], inside.rates, rng=rng)))
    assert chance + 0.3 < own < ceilings[True] + 0.02 and ceilings[True] > 0.7
    assert np.median(rate_correlations(rates[False], inside.rates)) < own - 0.1  # half is new
    held, best = (np.median(held_out_correlations(made, inside.rates, outside, n_factors=5))
                  for made in (rates[True], inside.rates))
    assert 0.3 < held < best


def test_recipes_are_checked():
    with pytest.raises(ValueError, match="inhibitory_fraction: expected .* above 0 and at most"):
        MatchedDaleRecipe(inhibitory_fraction=0.0)
    with pytest.raises(ValueError, match="leash: expected a pair"):
        MatchedDaleRecipe(leash=(0.2,))
    training = MatchedDaleRecipe(n_training_trials=12, leash=(0.2, 1.0), growth=0.5).training()
    assert training.leash_at(1) == 0 and training.leash_at(6) == training.leash_at(11) == 1.0
    assert 0.2 < training.leash_at(2) < 1.0
