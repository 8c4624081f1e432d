"""Controls of a match: each must be able to say that the match is worth nothing."""

import numpy as np
import pytest

from spikelib.recordings import (
    MatchRecipe,
    Recording,
    compare,
    datasets,
    fit_recording,
    held_out_correlations,
    rate_correlations,
    shuffled_correlations,
    target_currents,
    without_network,
)

ALL = datasets.alm_rates(surrogate=True)
RECORDING = Recording(rates=ALL.rates[:, :, :150], dt=ALL.dt)
RECIPE = MatchRecipe(n_factors=5, n_training_trials=40, prior=1e-3)


def test_the_ceiling_is_above_the_network_and_chance_far_below():
    rng = np.random.default_rng(0)
    fit = fit_recording(RECORDING, rng=rng, recipe=RECIPE, progress=False)
    rates = compare(fit, 30, rng=rng, progress=False).rates(0.3)
    own = np.median(rate_correlations(rates, RECORDING.rates))
    bare = without_network(fit)
    ideal = compare(bare, 30, rng=rng, forced=True, progress=False).rates(0.3)
    ceiling = np.median(rate_correlations(ideal, RECORDING.rates))
    chance = np.abs(np.median(shuffled_correlations(rates, RECORDING.rates, rng=rng)))
    assert chance + 0.3 < own < ceiling + 0.02 and ceiling > 0.7
    assert ideal.mean() == pytest.approx(RECORDING.rates.mean(), rel=0.1)
    assert not bare.network.factor_weights.any() and bare.network.parameters.inhibition == 0


def test_no_neuron_is_its_own_partner():
    recorded = np.random.default_rng(0).random((2, 400, 30))
    found = shuffled_correlations(recorded, recorded, rng=np.random.default_rng(1))
    assert found.shape == (20, 30) and found.max() < 0.5


def test_held_out_neurons_follow_only_where_the_rates_are_right():
    inside, outside = RECORDING.rates[..., :120], RECORDING.rates[..., 120:]
    ceiling = np.median(held_out_correlations(inside, inside, outside, n_factors=5))
    assert ceiling > 0.8
    noise = np.random.default_rng(0).permutation(inside.ravel()).reshape(inside.shape)
    assert abs(np.median(held_out_correlations(noise, inside, outside, n_factors=5))) < 0.4
    exchanged = held_out_correlations(inside[::-1], inside, outside, n_factors=5)
    assert np.median(exchanged) < ceiling - 0.1


def test_conditions_left_out_change_nothing_of_the_others_targets():
    whole = target_currents(RECORDING, n_factors=4, trained_conditions=[0, 1])
    np.testing.assert_array_equal(whole.factors, target_currents(RECORDING, n_factors=4).factors)
    one = target_currents(RECORDING, n_factors=4, trained_conditions=[0])
    other = Recording(rates=RECORDING.rates * [[[1.0]], [[3.0]]], dt=RECORDING.dt)
    again = target_currents(other, n_factors=4, trained_conditions=[0])
    # The table that inverts the f-I curve spans all rates: its rounding differs, no more.
    np.testing.assert_allclose(one.encoder, again.encoder, atol=5e-3)
    np.testing.assert_allclose(one.factors[0], again.factors[0], atol=5e-3)
    assert not np.allclose(one.factors[1], again.factors[1])
    with pytest.raises(ValueError, match="trained_conditions: expected one or more numbers from 0"):
        target_currents(RECORDING, trained_conditions=[2])


def test_a_condition_that_training_never_saw_is_matched_worse():
    fits = [
        fit_recording(RECORDING, rng=np.random.default_rng(0), recipe=RECIPE, progress=False,
                      trained_conditions=known)
        for known in (None, [0])
    ]
    scores = [
        np.median(rate_correlations(
            compare(fit, 20, rng=np.random.default_rng(1), progress=False).rates(0.3),
            RECORDING.rates,
        ))
        for fit in fits
    ]
    assert scores[1] < scores[0] - 0.1
