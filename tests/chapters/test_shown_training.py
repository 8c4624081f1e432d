"""The training that chapters 4 and 9 show is that of the library: see `test_shown_code.py`."""

from __future__ import annotations

import numpy as np
import pytest

import spikelib
from spikelib._kernels.dale import Activity, Leash, Membrane, Synapses, run_on_leash
from spikelib.least_squares.signed import sweep
from spikelib.metrics import nmse
from spikelib.training import textbook
from tests.chapters.shown_code import shown


@pytest.fixture(scope="module")
def small_fit():
    """A spiking network of 100 neurons after a short training."""
    recipe = spikelib.Recipe(n_settle=5, n_training_trials=10)
    return spikelib.fit(
        spikelib.osc4(), rng=np.random.default_rng(11), recipe=recipe,
        rate=spikelib.RateParameters(n_units=100),
        spiking=spikelib.SpikingParameters(n_neurons=100),
    )


def test_mean_current_is_that_of_the_library(small_fit):
    trial = small_fit.trials(1, rng=None)[0]
    ours = shown("mean_current")["mean_current"](small_fit.network.encoder, trial.factors)
    theirs = spikelib.mean_current(small_fit.network, [trial], rng=np.random.default_rng(0))
    np.testing.assert_allclose(ours, theirs.mean_current, atol=1e-10)


def test_the_frozen_loop_gives_the_spikes_of_simulate(small_fit):
    trial = small_fit.trials(1, rng=None)[0]
    state = spikelib.SpikingState.random(small_fit.network, rng=np.random.default_rng(12))
    run = spikelib.simulate(small_fit.network, trial, state=state)
    space = shown("spiking_step", "run_trial", lif_step=textbook.lif_step)
    spikes, outputs = space["run_trial"](small_fit.network, trial, state.copy())
    assert run.spike_steps.size > 100
    # Up to the rounding that a chaotic network makes visible late in a trial.
    assert np.array_equal(spikes[:300], run.spikes[:300])
    np.testing.assert_allclose(outputs[:300], run.outputs[:300], rtol=1e-6, atol=1e-8)


def test_the_training_loop_is_the_textbook_loop(small_fit):
    network = small_fit.network
    trial = small_fit.trials(1, rng=None)[0]
    learn = np.random.default_rng(13).random(trial.n_steps) < 0.5
    space = shown("spiking_step", "train_trial", lif_step=textbook.lif_step)
    made, fits = [], []
    for loop in (space["train_trial"], textbook.train_trial):
        state = spikelib.SpikingState.random(network, rng=np.random.default_rng(14))
        fits.append(textbook.untrained_fit(network))
        made.append(loop(network, trial, state, fits[-1], learn))
    np.testing.assert_allclose(made[0][:300], made[1][:300], rtol=1e-6, atol=1e-8)
    assert fits[0].weights.shape == fits[1].weights.shape


def test_the_frozen_loop_gives_all_spikes_of_a_trial(small_fit):
    """Also late in a trial: rounding is forgotten at every reset, and flips no spike."""
    trial = small_fit.trials(1, rng=None)[0]
    state = spikelib.SpikingState.random(small_fit.network, rng=np.random.default_rng(15))
    run = spikelib.simulate(small_fit.network, trial, state=state)
    space = shown("spiking_step", "run_trial", lif_step=textbook.lif_step)
    spikes, _ = space["run_trial"](small_fit.network, trial, state.copy())
    assert np.array_equal(spikes, run.spikes)


def test_the_training_loop_learns_what_train_learns(small_fit):
    network, trial = small_fit.network, small_fit.trials(1, rng=None)[0]
    recipe = spikelib.RLSRecipe(n_settle=0)
    trained = spikelib.train(network, [trial], rng=np.random.default_rng(16), recipe=recipe)
    library, log = trained.network, trained.log
    rng = np.random.default_rng(16)
    state = spikelib.SpikingState.at_rest(network, rng=rng)
    prior = recipe.prior_for(network.parameters.n_neurons)
    rls = textbook.untrained_fit(network, prior=prior)
    space = shown("spiking_step", "train_trial", lif_step=textbook.lif_step)
    made = space["train_trial"](network, trial, state, rls, rng.random(trial.n_steps) < 0.5)
    n = network.n_factors
    assert nmse(made[:, n:], trial.outputs) == pytest.approx(log.output_nmse[0], rel=1e-6)
    np.testing.assert_allclose(rls.weights[:n], library.factor_weights, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(rls.weights[n:], library.output_weights, rtol=1e-6, atol=1e-8)


# Chapter 9


@pytest.mark.parametrize("ridge", [0.0, 3.0])
def test_coordinate_updates_in_a_row_are_a_sweep(ridge):
    rng = np.random.default_rng(20)
    s = rng.standard_normal((300, 100))
    gram, cross = s.T @ s, s.T @ rng.standard_normal((300, 7))
    signs = np.where(rng.random(100) < 0.8, 1.0, -1.0)
    allowed = rng.random((100, 7)) < 0.6
    own, theirs = np.zeros((100, 7)), np.zeros((100, 7))
    update = shown("coordinate_update")["coordinate_update"]
    for _ in range(3):
        for j in range(100):
            own[j] = update(gram, cross, own, signs, allowed, ridge, j)
        sweep(gram, cross, None, theirs, signs, allowed, ridge)
    np.testing.assert_allclose(own, theirs, rtol=1e-9, atol=1e-12)
    assert np.array_equal(own == 0, theirs == 0)


@pytest.mark.parametrize("epsilon", [0.0, 0.3, 100.0])
def test_on_leash_is_the_current_of_the_training_kernel(epsilon):
    """One step without spikes: the voltage shows which current came."""
    n, rng = 30, np.random.default_rng(21)
    target, constant = -rng.random((1, n)), -rng.random(n)
    state = [rng.standard_normal(n) / 10 for _ in range(2)] + [np.zeros(n) for _ in range(2)]
    own = state[0] + state[1] + constant
    expected = shown("on_leash")["on_leash"](own, target[0], epsilon, 4.0)
    voltage, weights = np.full(n, -5.0), np.zeros((n, n), np.float32)
    run_on_leash(
        Membrane(0.9, 0.99, 0.8, 0.0, -10.0), Synapses(weights, weights, constant),
        Leash(target, np.zeros((1, n)), 2.0, epsilon), Activity(voltage, *state),
        1, np.empty((1, 2 * n)), np.empty((1, n)),
    )
    np.testing.assert_allclose(voltage, expected + (-5.0 - expected) * 0.9, rtol=1e-12)
