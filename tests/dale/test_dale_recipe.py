"""Memory and ridge of a `DaleRecipe` do what they say."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import (
    DaleRecipe,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    simulate,
    train_dale,
)


@pytest.fixture
def problem():
    """An untrained network of 60 neurons and one trial, with slow sines as target factors."""
    rng = np.random.default_rng(0)
    factors = np.sin(2 * np.pi * np.outer(np.arange(400) * 1e-3, [2.5, 5, 7.5]))
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=60), encoder=5 * rng.normal(size=(60, 3)),
        input_weights=np.zeros((60, 1)), n_outputs=1, rng=rng,
    )
    trial = Trial(inputs=np.zeros((400, 1)), outputs=factors[:, :1], dt=1e-3, factors=factors)
    return replace(network, mean_current=np.full(60, 1.0)), trial


def drilled(problem, trials, **changes):
    """A small network after forced trials only, so that its traces owe nothing to its weights."""
    network, _ = problem
    recipe = DaleRecipe(
        n_readout_trials=0,
        n_training_trials=len(trials), n_forced_trials=len(trials), max_residual=None, **changes
    )
    return train_dale(network, trials, rng=np.random.default_rng(1), recipe=recipe).dale.network


def test_old_trials_fade_where_the_recipe_has_a_memory(problem):
    """Twelve trials say z = y, three then z = -y. Only who forgets says -y in the end."""
    network, trial = problem
    trials = [trial] * 12 + [replace(trial, outputs=-trial.outputs)] * 3
    forgetful, faithful = (drilled(problem, trials, memory=seconds) for seconds in (0.4, None))
    state = SpikingState.random(network, rng=np.random.default_rng(2))
    agreement = []
    for frozen in (forgetful, faithful):
        # The same traces for both: those of the target currents.
        held = replace(
            network, trained_neurons=frozen.trained_neurons,
            factor_weights=frozen.factor_weights, output_weights=frozen.output_weights,
        )
        run = simulate(held, trial, state=held_state(held, state), forced=True)
        agreement.append(np.corrcoef(run.outputs[100:, 0], trial.outputs[100:, 0])[0, 1])
    assert agreement[0] < -0.8 and agreement[1] > 0.8


def held_state(network, state):
    """The same voltages with silent traces of all trained neurons."""
    n = network.trained_neurons.size
    return replace(state, slow_trace=np.zeros(n), fast_trace=np.zeros(n))


def test_the_ridge_holds_weights_small(problem):
    """So strong a ridge leaves next to nothing of them; the usual one leaves most."""
    _, trial = problem
    sizes = {}
    for ridge in (0.0, 0.005, 1e4):
        network = drilled(problem, [trial] * 5, ridge=ridge)
        sizes[ridge] = np.linalg.norm(network.slow_weights) + np.linalg.norm(network.fast_weights)
    assert sizes[1e4] < 1e-2 * sizes[0.005]
    assert sizes[0.005] < 0.99 * sizes[0.0]
