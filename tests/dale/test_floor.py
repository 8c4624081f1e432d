"""What signs cost at least, and output weights of the frozen network: against known solutions."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import nnls

from spikelib import DaleNetwork, SpikingNetwork, SpikingParameters, Trial
from spikelib.dale import sign_floor, traces
from spikelib.dale._readout import refitted
from spikelib.spiking.analysis import run_trials

N, T = 24, 300


def network_and_trials(n_trials=14, seed=0):
    """Neurons that fire by their constant currents and inputs, hardly by their weak synapses."""
    rng = np.random.default_rng(seed)
    signs = np.where(np.arange(N) < 18, 1.0, -1.0)
    connected = rng.random((N, N)) < 0.7
    np.fill_diagonal(connected, False)
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=N, trained_fraction=1.0, inhibition=0.0),
        encoder=np.zeros((N, 2)), input_weights=20 * rng.normal(size=(N, 1)), n_outputs=1, rng=rng,
    )
    slow, fast = connected * signs * rng.exponential(0.01, size=(2, N, N))
    dale = DaleNetwork(
        network=replace(network, slow_weights=slow, fast_weights=fast,
                        mean_current=-rng.uniform(1, 6, N)),
        signs=signs, connected=connected,
    )
    wave = np.sin(2 * np.pi * np.arange(T) / T)[:, None]
    factors = np.hstack([wave, np.roll(wave, T // 4, axis=0)])
    trial = Trial(inputs=wave, outputs=factors @ [[2.0], [1.0]], factors=factors, dt=1e-3)
    return dale, [trial] * n_trials, rng.normal(size=(N, 2))


def test_the_floor_is_that_of_non_negative_least_squares():
    dale, trials, encoder = network_and_trials()
    found = sign_floor(dale, encoder, trials, rng=np.random.default_rng(1), n_settle=2,
                       tolerance=1e-5, max_sweeps=3000)
    assert found.gap <= 1e-5
    runs = run_trials(dale.network, trials, rng=np.random.default_rng(1), n_settle=0)
    s = traces(np.vstack([run.spikes for run in runs]), dale.network.parameters)[::5]
    y = np.vstack([trial.factors for trial in trials])[::5]
    f = np.vstack([trial.outputs for trial in trials])[::5]
    a, b = 2 * 60, 10 * 60
    s, y = s - s[a:b].mean(axis=0), y - y[a:b].mean(axis=0)
    ridge = 0.005 * np.trace(s[a:b].T @ s[a:b]) / (2 * N)
    J = np.zeros((2 * N, N))
    signs = np.tile(dale.signs, 2)
    for i in range(N):
        on = np.tile(dale.connected[i], 2)
        rows = np.vstack([s[a:b, on] * signs[on], np.sqrt(ridge) * np.eye(on.sum())])
        aim = np.concatenate([y[a:b] @ encoder[i], np.zeros(on.sum())])
        J[on, i] = signs[on] * nnls(rows, aim)[0]
    missed = s[b:] @ J - y[b:] @ encoder.T
    assert found.current_error == pytest.approx(
        np.sum(missed**2) / np.sum((y[b:] @ encoder.T) ** 2), rel=1e-2)
    held = np.hstack([s @ J @ np.linalg.pinv(encoder).T, np.ones((len(s), 1))])
    read = held[b:] @ np.linalg.lstsq(held[a:b], f[a:b], rcond=None)[0]
    assert found.nmse == pytest.approx(np.sum((read - f[b:]) ** 2) / np.sum(f[b:] ** 2), rel=1e-2)
    assert found.free_nmse < found.nmse
    assert found.free_current_error < found.current_error < found.trained_current_error


def test_without_enough_trials_or_factors_there_is_no_floor():
    dale, trials, encoder = network_and_trials(4)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="at least three beside the 2 left out, got 4"):
        sign_floor(dale, encoder, trials, rng=rng, n_settle=2)
    with pytest.raises(ValueError, match="factors"):
        sign_floor(dale, encoder, [replace(t, factors=None) for t in trials], rng=rng, n_settle=0)
    with pytest.raises(ValueError, match="encoder: expected shape"):
        sign_floor(dale, encoder[1:], trials, rng=rng, n_settle=0)


def test_output_weights_are_those_of_the_frozen_network():
    """Trials to settle and steps that do not count ask for nonsense, which must not matter."""
    dale, whole, _ = network_and_trials()
    counted, nonsense = np.arange(T) >= 60, np.full((T, 1), 50.0)
    odd = replace(whole[0], counted=counted, outputs=np.where(
        counted[:, None], whole[0].outputs, nonsense))
    trials = [replace(odd, outputs=nonsense)] * 2 + [odd] * 12
    network = refitted(dale.network, trials, n_trials=12, n_settle=2,
                       rng=np.random.default_rng(3))
    assert np.array_equal(network.slow_weights, dale.network.slow_weights)
    # The output is 2 and 1 times the factors; so are their weights.
    assert np.allclose(network.output_weights, [2.0, 1.0] @ network.factor_weights)
    runs = run_trials(network, whole, rng=np.random.default_rng(4), n_settle=0)[2:]
    errors = [np.sum((run.outputs - whole[0].outputs)[counted] ** 2) for run in runs]
    assert np.mean(errors) < 0.3 * np.sum(whole[0].outputs[counted] ** 2)


def test_a_network_that_never_fires_keeps_its_output_weights():
    dale, trials, _ = network_and_trials(4)
    silent = replace(dale.network, mean_current=np.full(N, 100.0))
    after = refitted(silent, trials, n_trials=2, n_settle=2, rng=np.random.default_rng(0))
    assert after is silent
