"""From recorded rates to currents, factors, and a network that has these rates."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import SpikingParameters
from spikelib.recordings import (
    MATCH_RECIPE,
    Recording,
    compare,
    cued_trials,
    datasets,
    decode,
    fit_recording,
    moving_average,
    rate_correlations,
    target_currents,
)
from spikelib.spiking import current_for_rate, firing_rate

ALL = datasets.alm_rates(surrogate=True)
RECORDING = Recording(rates=ALL.rates[:, :, :300], dt=ALL.dt, conditions=ALL.conditions)


def test_all_factors_give_all_currents():
    few = Recording(rates=RECORDING.rates[:, ::10, :15], dt=0.2)
    target = target_currents(few, n_factors=15)
    assert target.explained == pytest.approx(1.0)
    flat = target.factors.reshape(-1, 15)
    np.testing.assert_allclose(flat.mean(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(flat.T @ flat / len(flat), np.eye(15), atol=1e-9)
    np.testing.assert_allclose(
        target.currents(), current_for_rate(few.rates, noise=1.0, floor=0.3), atol=5e-3
    )


@pytest.mark.parametrize("n_factors", [1, 3, 8])
def test_mean_rates_are_kept_with_few_factors(n_factors):
    target = target_currents(RECORDING, n_factors=n_factors)
    rates = firing_rate(target.currents(), noise=1.0)
    np.testing.assert_allclose(
        rates.mean(axis=(0, 1)), np.maximum(RECORDING.rates, 0.3).mean(axis=(0, 1)), rtol=1e-3
    )
    assert 0 < target.explained < 1


def test_trials_have_a_cue_and_then_the_recording():
    target = target_currents(RECORDING, n_factors=4)
    trials = cued_trials(target, cue=0.1)
    assert [trial.label for trial in trials] == [0, 1]
    for k, trial in enumerate(trials):
        assert trial.n_steps == 100 + 93 * 20
        assert trial.inputs[:100, k].all() and not trial.inputs[100:].any()
        assert not trial.inputs[:, 1 - k].any()
        np.testing.assert_allclose(trial.factors[100::20], target.factors[k], atol=1e-9)
        assert np.all(trial.factors[:100] == trial.factors[100])
        assert np.all(trial.outputs[:, k] == 1) and not trial.outputs[:, 1 - k].any()
    outputs = np.random.default_rng(0).standard_normal((2, 93, 3))
    trial = cued_trials(target, outputs=outputs)[1]
    np.testing.assert_allclose(trial.outputs[200::20], outputs[1], atol=1e-9)


@pytest.mark.parametrize("seed", range(2))
def test_a_network_takes_on_the_rates(seed):
    rng = np.random.default_rng(seed)
    result = fit_recording(
        RECORDING, rng=rng, progress=False,
        recipe=replace(MATCH_RECIPE, n_factors=5, n_training_trials=60, prior=1e-3),
    )
    found = compare(result, 30, rng=rng, progress=False)
    assert found.counts.shape == (60, 93, 300) and np.bincount(found.labels).tolist() == [30, 30]
    rates = found.rates(0.3)
    assert rates.mean() == pytest.approx(RECORDING.rates.mean(), rel=0.1)
    assert np.median(rate_correlations(rates, RECORDING.rates)) > 0.6
    decoded = decode(found.counts.sum(axis=1), found.labels, rng=rng)
    assert np.mean(decoded == found.labels) > 0.9
    assert 0.4 < np.nanmedian(found.fano()) < 1.6 and 0.5 < np.nanmedian(found.intervals_cv) < 1.5


def test_what_does_not_fit_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="recording: expected a Recording with rates"):
        target_currents(datasets.reach_emg(surrogate=True))
    with pytest.raises(ValueError, match="expected n_neurons = 300, as in the recording, got 500"):
        fit_recording(RECORDING, rng=rng, parameters=SpikingParameters())
    with pytest.raises(ValueError, match="noise: expected a finite number above 0"):
        fit_recording(RECORDING, rng=rng, recipe=replace(MATCH_RECIPE, noise=0.0))
    with pytest.raises(ValueError, match="n_factors: expected"):
        target_currents(RECORDING, n_factors=0)


def test_moving_average_is_a_plain_mean():
    values = np.random.default_rng(0).standard_normal((2, 20, 3))
    smooth = moving_average(values, 5)
    for t in (0, 1, 10, 19):
        np.testing.assert_allclose(smooth[:, t], values[:, max(0, t - 2) : t + 3].mean(axis=1))
    np.testing.assert_allclose(moving_average(values, 1), values)


def test_counts_are_poisson_for_poisson_spikes():
    from spikelib.recordings import Comparison

    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 200)
    counts = rng.poisson(0.2 + 0.2 * labels[:, None, None], (400, 30, 20))
    found = Comparison(counts=counts, labels=labels, intervals_cv=np.ones(20), dt=0.02)
    assert found.fano().mean() == pytest.approx(1.0, abs=0.05)
    np.testing.assert_allclose(found.rates().mean(axis=(1, 2)), [10, 20], rtol=0.05)
    assert np.mean(decode(counts.sum(axis=1), labels, rng=rng) == labels) == 1.0
    shuffled = rng.permutation(labels)
    assert np.mean(decode(counts.sum(axis=1), shuffled, rng=rng) == shuffled) < 0.65


def test_bins_shorter_than_the_networks_step_are_averaged():
    rates = np.repeat(RECORDING.rates[:, :20, :40], 4, axis=1)
    fine = Recording(rates=rates, dt=0.00025, source="test")
    result = fit_recording(fine, rng=np.random.default_rng(0),
                           recipe=replace(MATCH_RECIPE, n_training_trials=2, n_factors=3))
    assert result.recording.dt == 0.001
    np.testing.assert_allclose(result.recording.rates, RECORDING.rates[:, :20, :40])
    assert result.target_currents.factors.shape == (2, 20, 3)
