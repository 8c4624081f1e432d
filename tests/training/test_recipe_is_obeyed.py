"""Every number of a recipe changes what training does, in the way that it says.

The loop is compared with the textbook recursion, one line an equation, over short trials: long
ones would let rounding grow into other spikes.
"""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import (
    RateParameters,
    Recipe,
    RLSRecipe,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    fit,
    osc4,
    train,
)
from spikelib.training import textbook

N_STEPS = 150
# Learning at every step: nothing is left to chance but the states.
PLAIN = RLSRecipe(n_settle=0, restart_every=None, update_probability=1.0, prior=1.0)


@pytest.fixture(scope="module")
def network():
    """Untrained, and driven so that neurons fire from the first step on."""
    rng = np.random.default_rng(0)
    drawn = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=60), encoder=3 * rng.normal(size=(60, 3)),
        input_weights=rng.normal(size=(60, 1)), n_outputs=1, rng=rng,
    )
    return replace(drawn, mean_current=-3 - rng.normal(size=60))


@pytest.fixture(scope="module")
def trial():
    factors = np.sin(2 * np.pi * np.outer(np.arange(N_STEPS) * 1e-3, [4, 7, 11]))
    return Trial(inputs=np.ones((N_STEPS, 1)), outputs=factors[:, :1], dt=1e-3, factors=factors)


def by_the_textbook(network, trials, *, rng, prior=1.0, restarts=(), silent=True):
    """Weights after the trials, all steps learned; before those in `restarts` a new state."""
    slow = textbook.untrained_fit(network, prior=prior)
    state = SpikingState.at_rest(network, rng=rng)
    for index, trial in enumerate(trials):
        if index in restarts:
            fresh = SpikingState.random(network, rng=rng)
            if not silent:
                fresh.slow_trace, fresh.fast_trace = state.slow_trace, state.fast_trace
            state = fresh
        learn = rng.random(trial.n_steps) < 1.0
        textbook.train_trial(network, trial, state, slow, learn)
    return slow.weights


def learned(network):
    return np.vstack([network.factor_weights, network.output_weights])


def apart(one, other):
    """The largest difference of two sets of weights, relative to the largest weight."""
    return np.abs(one - other).max() / np.abs(other).max()


@pytest.mark.parametrize("prior", [1.0, 0.01])
def test_p_starts_at_the_prior(network, trial, prior):
    recipe = replace(PLAIN, prior=prior)
    trained = train(network, [trial], rng=np.random.default_rng(1), recipe=recipe).network
    same, other = (
        by_the_textbook(network, [trial], rng=np.random.default_rng(1), prior=value)
        for value in (prior, 0.1)
    )
    assert apart(learned(trained), same) < 1e-6
    assert apart(learned(trained), other) > 1e-2


def test_without_a_number_the_prior_follows_the_number_of_neurons(network, trial):
    """More neurons, a stronger prior; a number means what it says at any size."""
    rule = replace(PLAIN, prior=None)
    priors = [rule.prior_for(n) for n in (1, 60, 500, 1000)]
    assert priors[0] == 1 and all(np.diff(priors) < 0)
    assert rule.prior_for(1000) <= 0.02
    assert [replace(PLAIN, prior=0.3).prior_for(n) for n in (1, 10_000)] == [0.3, 0.3]
    trained = train(network, [trial], rng=np.random.default_rng(1), recipe=rule).network
    same = by_the_textbook(network, [trial], rng=np.random.default_rng(1), prior=priors[1])
    assert apart(learned(trained), same) < 1e-6


def test_a_restart_is_a_random_state_with_silent_traces(network, trial):
    """Left out, or with the traces of before, it would give other weights."""
    trials = [trial] * 3
    recipe = replace(PLAIN, restart_every=2)
    trained = train(network, trials, rng=np.random.default_rng(1), recipe=recipe).network
    restarted, kept, never = (
        by_the_textbook(network, trials, rng=np.random.default_rng(1), **how)
        for how in ({"restarts": {2}}, {"restarts": {2}, "silent": False}, {})
    )
    assert apart(learned(trained), restarted) < 1e-6
    assert apart(learned(trained), kept) > 1e-3
    assert apart(learned(trained), never) > 1e-3


def test_a_teacher_that_does_not_settle_is_drawn_again_only_where_the_recipe_says_so():
    """With a strong gain many teachers never repeat themselves."""
    small = {
        "rate": RateParameters(n_units=60, gain=2.0), "spiking": SpikingParameters(n_neurons=30),
    }
    recipe = Recipe(n_settle=1, n_factor_trials=2, n_mean_trials=1, n_training_trials=1)
    as_drawn = replace(recipe, settled_teacher=False)
    seeds = range(6)
    settled, first = (
        [bool(fit(osc4(), rng=np.random.default_rng(seed), recipe=used, **small).cycle)
         for seed in seeds]
        for used in (recipe, as_drawn)
    )
    assert all(settled)
    assert not all(first)


def test_a_network_is_drawn_with_the_gain_of_its_encoder():
    """uᵀu = g_z² where the components are all of the teacher's units."""
    result = fit(
        osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=20),
        spiking=SpikingParameters(n_neurons=40, encoder_gain=2.5),
        recipe=Recipe(n_settle=1, n_factor_trials=2, n_mean_trials=1, n_training_trials=1),
    )
    encoder = result.network.encoder
    assert np.allclose(encoder.T @ encoder, 2.5**2 * np.eye(encoder.shape[1]))
