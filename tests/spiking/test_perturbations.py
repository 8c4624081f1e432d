"""Silenced neurons, kicks, shifted inputs, other speeds: nothing else may change."""

import dataclasses

import numpy as np
import pytest

import spikelib
from spikelib.spiking import (
    SpikingParameters,
    SpikingState,
    change_speed,
    kick,
    shift_input,
    silence,
    silence_for,
)


@pytest.fixture(scope="module")
def network():
    """An untrained network that is noisy enough to fire."""
    rng = np.random.default_rng(0)
    parameters = SpikingParameters(n_neurons=50, slow_gain=0.11, fast_gain=0.13)
    net = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=rng.normal(size=(50, 2)), input_weights=10 * rng.normal(size=(50, 1)),
        n_outputs=1, rng=rng,
    )
    return dataclasses.replace(
        net, factor_weights=0.01 * rng.normal(size=net.factor_weights.shape),
        output_weights=rng.normal(size=net.output_weights.shape), mean_current=-np.ones(50),
    )


@pytest.fixture(scope="module")
def trial():
    inputs = np.sin(np.arange(300) / 20)[:, None]
    return spikelib.Trial(inputs=inputs, outputs=np.zeros((300, 1)), dt=0.001)


def test_silenced_neurons_never_fire_and_the_rest_is_as_it_was(network, trial):
    quiet = silence(network, [0, 3, 49])
    run = spikelib.simulate(quiet, trial, rng=np.random.default_rng(1))
    assert run.spike_steps.size > 0
    assert not np.isin([0, 3, 49], run.spike_neurons).any()
    kept = np.setdiff1d(np.arange(50), [0, 3, 49])
    assert np.array_equal(quiet.mean_current[kept], network.mean_current[kept])
    assert (network.mean_current == -1).all()


def test_silencing_nobody_changes_nothing(network, trial):
    before = spikelib.simulate(network, trial, rng=np.random.default_rng(1))
    after = spikelib.simulate(silence(network, []), trial, rng=np.random.default_rng(1))
    assert np.array_equal(before.spike_neurons, after.spike_neurons)


@pytest.mark.parametrize("neurons", [[50], [-1], [0.5]])
def test_neurons_that_are_not_there_are_refused(network, neurons):
    with pytest.raises(ValueError, match="from 0 to 49"):
        silence(network, neurons)


def test_a_kick_of_nothing_is_no_kick(network, trial):
    state = SpikingState.random(network, rng=np.random.default_rng(2))
    plain = spikelib.simulate(network, trial, state=state)
    same = kick(network, trial, state=state, current=np.zeros(50), start=0.1, duration=0.02)
    assert np.array_equal(plain.spike_steps, same.spike_steps)
    assert np.array_equal(plain.spike_neurons, same.spike_neurons)
    assert np.allclose(plain.outputs, same.outputs, atol=1e-9)
    assert np.allclose(plain.state.slow_trace, same.state.slow_trace)


def test_a_kick_acts_from_its_start_on(network, trial):
    state = SpikingState.random(network, rng=np.random.default_rng(2))
    plain = spikelib.simulate(network, trial, state=state)
    kicked = kick(network, trial, state=state, current=np.full(50, 40.0), start=0.1, duration=0.02)
    assert np.allclose(plain.outputs[:100], kicked.outputs[:100], atol=1e-9)
    during = kicked.spikes[100:120].sum()
    assert during > 3 * plain.spikes[100:120].sum()
    assert kicked.outputs.shape == plain.outputs.shape


@pytest.mark.parametrize(("start", "duration"), [(0.3, 0.01), (0.29, 0.02), (0.1, 0.0001)])
def test_a_kick_outside_the_trial_is_refused(network, trial, start, duration):
    state = SpikingState.random(network, rng=np.random.default_rng(2))
    with pytest.raises(ValueError, match="within the trial"):
        kick(network, trial, state=state, current=np.zeros(50), start=start, duration=duration)


def test_neurons_silenced_for_a_moment_are_silent_then_and_only_then(network, trial):
    state = SpikingState.random(network, rng=np.random.default_rng(2))
    plain = spikelib.simulate(network, trial, state=state)
    who = np.unique(plain.spike_neurons[(plain.spike_steps >= 100) & (plain.spike_steps < 140)])
    run = silence_for(network, trial, state=state, neurons=who, start=0.1, duration=0.04)
    assert who.size > 5
    assert np.array_equal(run.spikes[:100], plain.spikes[:100])
    assert not run.spikes[100:140, who].any()
    # From the reset, not from the depth at which they were held: back within 60 ms.
    assert run.spikes[140:200, who].any()


def test_an_input_shifted_by_a_whole_trial_is_the_input(trial):
    late = shift_input(trial, 0.1)
    assert np.array_equal(late.inputs[100:], trial.inputs[:-100])
    assert np.array_equal(late.inputs[:100], trial.inputs[-100:])
    assert np.array_equal(shift_input(trial, 0.3).inputs, trial.inputs)
    assert late.outputs is trial.outputs


def test_another_speed_reads_all_signals_at_that_speed(trial):
    course = np.arange(300.0)[:, None]
    led = dataclasses.replace(trial, outputs=course, factors=np.hstack([course, -course]))
    fast = change_speed(led, 1.5)
    assert np.allclose(fast.outputs[:200, 0], 1.5 * np.arange(200), atol=1)
    assert fast.outputs[200, 0] == 0  # from the start again
    assert np.array_equal(fast.factors[:, 1], -fast.outputs[:, 0])
    assert np.array_equal(fast.inputs[:, 0], trial.inputs[fast.outputs[:, 0].astype(int), 0])
    assert change_speed(led, 0.5).outputs[-1, 0] == 149
    with pytest.raises(ValueError, match="speed: .*above 0"):
        change_speed(led, 0)
