"""Gaps in recordings: masked values, NaN, conditions of different length."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from spikelib import RLSRecipe, SpikingNetwork, SpikingParameters, Trial, evaluate, train
from spikelib.recordings import (
    MatchedDaleRecipe,
    MatchRecipe,
    Recording,
    cued_trials,
    fit_recording,
    fit_recording_dale,
    gaussian_average,
    held_out_correlations,
    moving_average,
    nearest_condition,
    rate_correlations,
    reach_task,
    read_recording,
    target_currents,
)

DT = 0.02


def smooth(rng, shape=(2, 40, 12)):
    """Rates that three signals make."""
    times = np.arange(shape[1]) / shape[1] * 2 * np.pi
    signals = np.stack([np.sin(times), np.cos(times), np.sin(2 * times)], axis=1)
    mixtures = rng.standard_normal((shape[0], 3, shape[2]))
    return 15 + 2 * signals @ mixtures


def missing(shape, rng):
    """Spots here and there, and a piece of all neurons."""
    gaps = rng.random(shape) < 0.05
    gaps[0, 10:14] = True
    return gaps


def test_masked_missing_and_shorter_are_gaps():
    rng = np.random.default_rng(0)
    rates = smooth(rng)
    gaps = missing(rates.shape, rng)
    masked = Recording(rates=np.ma.masked_array(rates, gaps), dt=DT)
    np.testing.assert_array_equal(masked.rates, np.where(gaps, np.nan, rates))
    assert masked.gaps == {"rates": gaps.mean(), "outputs": 0.0}
    shorter = Recording(rates=[rates[0], rates[1][:-7]], dt=DT)
    assert np.isnan(shorter.rates[1, -7:]).all() and np.isnan(shorter.rates).sum() == 7 * 12
    with pytest.raises(ValueError, match="two values or more of every neuron.* 3"):
        Recording(rates=np.where(np.arange(12) == 3, np.nan, rates), dt=DT)
    with pytest.raises(ValueError, match="two values or more of every condition.*'right'"):
        Recording(rates=[rates[0], rates[1] * np.nan], dt=DT, conditions=["left", "right"])
    with pytest.raises(ValueError, match="got 2 that are masked"):
        Trial(inputs=np.ma.masked_array(np.ones((5, 1)), [[0], [1], [1], [0], [0]]),
              outputs=np.ones((5, 1)), dt=0.001)


@pytest.mark.parametrize("fit, recipe", [
    (fit_recording, MatchRecipe(n_training_trials=4, n_factors=3)),
    (fit_recording_dale, MatchedDaleRecipe(n_training_trials=4, n_factors=3)),
])
def test_a_fit_depends_on_nothing_that_is_masked(fit, recipe):
    rng = np.random.default_rng(0)
    rates = smooth(rng)
    gaps = missing(rates.shape, rng)
    made = [
        fit(Recording(rates=np.ma.masked_array(np.where(gaps, under, rates), gaps), dt=DT),
            rng=np.random.default_rng(1), recipe=recipe).network
        for under in (0.0, 1e4)
    ]
    np.testing.assert_array_equal(made[0].factor_weights, made[1].factor_weights)
    np.testing.assert_array_equal(made[0].slow_weights, made[1].slow_weights)
    np.testing.assert_array_equal(made[0].mean_current, made[1].mean_current)
    assert np.isfinite(made[0].factor_weights).all() and made[0].factor_weights.any()


def test_gaps_are_completed_by_the_factors_of_the_rest():
    rng = np.random.default_rng(0)
    rates = smooth(rng)
    spots = rng.random(rates.shape) < 0.1
    whole = target_currents(Recording(rates=rates, dt=DT), n_factors=3)
    holes = target_currents(Recording(rates=np.where(spots, np.nan, rates), dt=DT), n_factors=3)
    error = holes.currents() - whole.currents()
    # The mean of each neuron in place of what is missing would be off by some 0.8.
    assert np.abs(error[spots]).mean() < 0.3 * whole.currents().std()
    assert holes.recorded is None, "half of the neurons everywhere"


def test_neither_learning_nor_scores_use_steps_that_do_not_count():
    rng = np.random.default_rng(0)
    target = target_currents(Recording(rates=smooth(rng), dt=DT), n_factors=3)
    first = cued_trials(target)[0]
    parameters = SpikingParameters(n_neurons=12, trained_fraction=1.0)
    network = SpikingNetwork.from_encoder(
        parameters, encoder=target.encoder, input_weights=np.zeros((12, 2)),
        n_outputs=first.n_outputs, rng=rng)
    counted = np.arange(first.n_steps) % 300 < 200
    results = []
    for wrong in (0.0, 50.0):
        trial = replace(
            first, counted=counted, factors=first.factors + wrong * ~counted[:, None],
            outputs=first.outputs + wrong * ~counted[:, None])
        trained = train(network, [trial] * 3, rng=np.random.default_rng(2),
                        recipe=RLSRecipe(n_settle=0))
        tested = evaluate(trained.network, [trial], rng=np.random.default_rng(3), n_settle=0)
        results.append((trained, tested))
    (a, tested_a), (b, tested_b) = results
    np.testing.assert_array_equal(a.network.factor_weights, b.network.factor_weights)
    for name in a.log.columns:
        if name != "seconds":
            np.testing.assert_array_equal(a.log.columns[name], b.log.columns[name], name)
    assert tested_a.output_nmse == tested_b.output_nmse
    assert tested_a.factor_nmse == tested_b.factor_nmse


def test_trials_leave_gaps_out_and_correlations_too():
    rng = np.random.default_rng(0)
    rates = smooth(rng)
    outputs = rng.random((2, 40, 1))
    outputs[1, 20:22] = np.nan
    holes = rates.copy()
    holes[0, 10:14] = np.nan
    recording = Recording(rates=holes, outputs=outputs, dt=DT)
    trials = cued_trials(target_currents(recording, n_factors=3), cue=0.1, outputs=outputs)
    for trial, start, stop in zip(trials, (10, 20), (14, 22), strict=True):
        left_out = np.flatnonzero(~trial.counted) * trial.dt - 0.1
        assert left_out.min() == pytest.approx((start - 1) * DT + trial.dt)
        assert left_out.max() == pytest.approx(stop * DT - trial.dt)
    noisy = rates + rng.standard_normal(rates.shape)
    noisy[0, 10:14] = 1e6
    known = np.isfinite(holes)[:, :, 0]
    expected = np.corrcoef(noisy[known][:, 5], rates[known][:, 5])[0, 1]
    assert rate_correlations(noisy, holes)[5] == pytest.approx(expected)


def test_a_reach_task_counts_no_step_without_a_recorded_output():
    rng = np.random.default_rng(0)
    outputs = rng.random((2, 40, 2))
    outputs[1, 20:22, 0] = np.nan
    task = reach_task(Recording(outputs=outputs, dt=DT), dt=DT / 2, pause=0.2)
    trials = {trial.label: trial for trial in task.trials(20, rng=rng)}
    assert trials[0].counted is None and set(trials) == {0, 1}
    trial = trials[1]
    start = np.flatnonzero(trial.inputs[:, 2])[0]
    left_out = np.flatnonzero(~trial.counted) - start
    assert left_out.tolist() == list(range(39, 44))  # between the samples 19 and 22
    assert np.isfinite(trial.outputs).all() and task.score(trial, trial.outputs) == 1.0
    wild = trial.outputs.copy()
    wild[~trial.counted] = 1e6  # tells nothing of the condition
    assert task.score(trial, wild) == 1.0
    nothing = np.full((2, 4, 1), np.nan)
    nothing[0, :2], nothing[1, 2:] = 1.0, 2.0
    with pytest.raises(ValueError, match="could not be told apart"):
        reach_task(Recording(outputs=nothing, dt=DT))


def test_nearest_condition_leaves_out_what_one_condition_lacks():
    recorded = np.array([[[0.0], [5.0], [0.0]], [[1.0], [np.nan], [1.0]]])
    assert nearest_condition([[0.9], [5.0], [0.9]], recorded) == 1
    with pytest.raises(ValueError, match="there in all conditions, got none"):
        nearest_condition([[0.9], [5.0], [0.9]], np.full((2, 3, 1), np.nan))


@pytest.mark.parametrize("smoothed", [
    lambda values: moving_average(values, 5),
    lambda values: gaussian_average(values, DT, kernel=0.04),
])
def test_smoothing_leaves_gaps_out(smoothed):
    rng = np.random.default_rng(0)
    values = np.full((2, 30, 2), 3.0)
    values[0, 10:13, 0] = np.nan
    found = smoothed(values)  # a constant stays one, whatever is missing
    np.testing.assert_allclose(found[~np.isnan(values)], 3.0)
    assert np.array_equal(np.isnan(found), np.isnan(values))
    values = rng.random((1, 30, 1))
    whole, holes = smoothed(values), values.copy()
    holes[0, 10] = np.nan
    apart = np.abs(smoothed(holes) - whole)[0, :, 0]
    assert np.nanmax(apart[:2]) < 1e-12 and np.nanmax(apart) > 1e-3  # far from it, and beside it


def test_neurons_held_out_are_predicted_through_gaps():
    rng = np.random.default_rng(0)
    factors = rng.standard_normal((2, 60, 3))
    recorded = 20 + factors @ rng.standard_normal((3, 30))
    held_out = 20 + factors @ rng.standard_normal((3, 5))
    model = recorded + 0.1 * rng.standard_normal(recorded.shape)
    whole = held_out_correlations(model, recorded, held_out, n_factors=3)
    holes = np.where(rng.random(recorded.shape) < 0.05, np.nan, recorded)
    holes[0, 30:34] = np.nan  # nothing is known of that time
    missing = held_out.copy()
    missing[1, 10:20, 2] = np.nan
    found = held_out_correlations(model, holes, missing, n_factors=3)
    np.testing.assert_allclose(found, whole, atol=0.005)
    ceiling = held_out_correlations(holes, holes, missing, n_factors=3)
    assert ceiling.min() > 0.999
    missing[:, :, 2] = np.nan
    found = held_out_correlations(model, holes, missing, n_factors=3)
    assert np.array_equal(np.isnan(found), [False, False, True, False, False])


def test_resampling_keeps_gaps():
    rates = np.arange(20.0).reshape(1, 10, 2)
    rates[0, 4, 0] = np.nan
    recording = Recording(rates=rates, dt=0.1)
    fine, coarse = recording.resampled(0.05).rates[0], recording.resampled(0.2).rates[0]
    assert np.flatnonzero(np.isnan(fine[:, 0])).tolist() == [7, 8, 9]
    assert not np.isnan(fine[:, 1]).any() and not np.isnan(coarse).any()
    assert coarse[2] == pytest.approx([10.0, 10.0]), "the half that is known"


@pytest.mark.parametrize("ending", [".npz", ".h5"])
def test_variables_by_condition_come_in_natural_order(tmp_path, ending):
    path, rates = tmp_path / f"mine{ending}", {n: np.full((9, 3), float(n)) for n in (10, 2, 0)}
    held = {f"rates_{n}": array for n, array in rates.items()} | {"dt": DT}
    held["rates_2"] = held["rates_2"][:6]
    if ending == ".npz":
        np.savez(path, **held)
    else:
        with h5py.File(path, "w") as file:
            for name, value in held.items():
                file[name] = value
    found = read_recording(path, rate_unit="Hz")
    assert found.conditions == ("0", "2", "10") and np.nanmax(found.rates[1]) == 2
    assert found.gaps["rates"] == pytest.approx(3 / 27)
