"""Spikes of units in trials: rates against a count by hand, irregularity against theory."""

import numpy as np
import pytest

from spikelib.metrics import cv2, fano_factor, isi_cv
from spikelib.recordings import (
    Comparison,
    Recording,
    compare,
    fit_recording,
    gaussian_average,
    trials_from_lists,
)
from spikelib.recordings.recipe import MatchRecipe

WINDOW = (-0.2, 0.8)


def poisson(rates, n_trials, rng):
    """``times[unit][trial]`` of Poisson processes of constant rate, in seconds."""
    return [
        [np.sort(rng.uniform(*WINDOW, rng.poisson(rate))) for _ in range(n_trials)]
        for rate in rates
    ]


def made(seed=0, rates=(5.0, 20.0, 60.0), n_trials=40, **options):
    times = poisson(rates, n_trials, np.random.default_rng(seed))
    options = {"time_unit": "s", "window": WINDOW, "event": "go"} | options
    return times, trials_from_lists(times, **options)


def test_counts_and_rates_are_those_of_a_count_by_hand():
    sides = ["right", "left", "left", "right"] * 10
    times, spikes = made(conditions=sides)
    recording = spikes.recording(0.05)
    assert recording.conditions == ("left", "right") and recording.rates.shape == (2, 20, 3)
    edges = np.linspace(*WINDOW, 21)
    for k, side in enumerate(recording.conditions):
        for unit in range(3):
            chosen = [t for t, s in zip(times[unit], sides, strict=True) if s == side]
            by_hand = sum(np.histogram(t, edges)[0] for t in chosen) / (20 * 0.05)
            np.testing.assert_allclose(recording.rates[k, :, unit], by_hand)
    assert spikes.counts(0.05).sum() == sum(len(t) for unit in times for t in unit)
    np.testing.assert_array_equal(spikes.spike_times(2, 7), times[2][7])


def test_where_rates_come_from_is_kept():
    _, spikes = made(conditions=[90, 0, 180, 0] * 10, units=["a", "b", "c"])
    recording = spikes.recording(0.1, kernel=0.05)
    origin = recording.origin
    assert recording.conditions == ("0", "90", "180") and origin.n_trials == (20, 10, 10)
    assert origin.units == ("a", "b", "c") and origin.trials[1][:2] == ("0", "4")
    np.testing.assert_allclose(origin.bins, np.linspace(*WINDOW, 11))
    assert (origin.event, origin.kernel) == ("go", 0.05)
    assert recording.resampled(0.01).origin is None
    with pytest.raises(ValueError, match=r"origin: expected .* \(3, 10, 2\), got one of \(3, 10"):
        Recording(rates=recording.rates[..., :2], dt=0.1, origin=origin)


@pytest.mark.parametrize("unit, scale", [("s", 1), ("ms", 1e3), ("us", 1e6), (1 / 30000, 30000)])
def test_units_of_time_are_converted(unit, scale):
    times, spikes = made()
    scaled = [[t * scale for t in trials] for trials in times]
    other = trials_from_lists(scaled, time_unit=unit, window=WINDOW)
    np.testing.assert_allclose(other.times, spikes.times, atol=1e-12)


def test_bins_hold_the_spikes_on_their_own_left_edge():
    edges = 0.1 * np.arange(10)  # 0.30000000000000004 and its like
    spikes = trials_from_lists([[edges]], time_unit="s", window=(0, 1))
    np.testing.assert_array_equal(spikes.counts(0.1)[0, :, 0], np.ones(10))


def test_poisson_spikes_have_the_statistics_of_poisson_spikes():
    _, spikes = made(rates=np.full(40, 30.0), n_trials=200, conditions=["a", "b"] * 100)
    assert spikes.fano(0.1).mean() == pytest.approx(1, abs=0.03)
    cv, local = spikes.intervals()
    # A window of thirty mean intervals favours short ones a little.
    assert local.mean() == pytest.approx(1, abs=0.03) and 0.9 < cv.mean() < 1.02


def test_statistics_are_those_of_the_library():
    rng = np.random.default_rng(1)
    matrix = (rng.random((6, 1000, 3)) < 0.02).astype(float)
    times = [[np.flatnonzero(matrix[k, :, i]) + 0.5 for k in range(6)] for i in range(3)]
    spikes = trials_from_lists(times, time_unit="ms", window=(0, 1))
    np.testing.assert_allclose(spikes.fano(0.1), fano_factor(matrix, 0.001, window=0.1))
    counts = spikes.counts(0.02)
    model = Comparison(counts=counts, labels=spikes.labels, intervals_cv=np.ones(3), dt=0.02)
    np.testing.assert_allclose(spikes.fano(0.3), model.fano(0.3))
    one = spikes.select(trials=[2])
    cv, local = one.intervals()
    np.testing.assert_allclose(cv, isi_cv(matrix[2]))
    np.testing.assert_allclose(local, cv2(matrix[2]))


def test_smoothing_keeps_constants_and_is_a_gaussian_inside():
    assert np.allclose(gaussian_average(np.full((1, 30, 2), 7.0), 0.01, kernel=0.05), 7)
    impulse = np.zeros((1, 101, 1))
    impulse[0, 50] = 1
    at = (np.arange(101) - 50) * 0.01
    expected = np.exp(-(at**2) / (2 * 0.04**2))
    smooth = gaussian_average(impulse, 0.01, kernel=0.04)[0, :, 0]
    np.testing.assert_allclose(smooth, expected / expected.sum(), atol=2e-5)
    with pytest.raises(ValueError, match="kernel: expected a finite number at least 0.05"):
        gaussian_average(impulse, 0.1, kernel=0.01)


@pytest.mark.parametrize("changes, message", [
    ({"time_unit": "minutes"}, "time_unit: expected one of 's', 'ms', 'us' or a number"),
    ({"window": (-0.2, 1000)}, r"all over the window of 1000.2 s, got all \d+ between -0"),
    ({"window": (0.0, 0.8)}, r"spikes within the window from 0 to 0.8 s, got \d+ of \d+ outside"),
    ({"time_unit": "ms"}, "all over the window of 1 s, got all .* the unit of time right"),
    ({"conditions": ["a"] * 39}, "conditions: expected one for each of the 40 trials, got 39"),
    ({"conditions": ["a"] * 3}, r"exchanged\? times\[unit\]\[trial\] is expected"),
    ({"units": ["a", "a", "b"]}, "units: expected 3 different names"),
    ({"window": (0.8, -0.2)}, "window: expected a start before the end"),
])
def test_what_does_not_fit_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        made(**changes, rates=(50.0, 80.0, 60.0))


def test_milliseconds_said_to_be_seconds_are_named():
    times, _ = made()
    in_ms = [[t * 1000 for t in trials] for trials in times]
    with pytest.raises(ValueError, match="outside; all lie between -1.* and 7.* unit of time"):
        trials_from_lists(in_ms, time_unit="s", window=WINDOW)
    with pytest.raises(ValueError, match="expected mean rates of at most 1000 Hz, got"):
        trials_from_lists(times, time_unit="ms", window=(-0.0002, 0.0008))


def test_shapes_of_lists_are_named():
    times, _ = made()
    times[1] = times[1][:-1]
    with pytest.raises(ValueError, match=r"times\[1\]: expected 40 trials, as times\[0\] has"):
        trials_from_lists(times, time_unit="s", window=WINDOW)
    with pytest.raises(ValueError, match=r"times\[0\]\[0\]: expected an array of spike times"):
        trials_from_lists([[0.1, 0.2]], time_unit="s", window=WINDOW)
    with pytest.raises(ValueError, match=r"times\[0\]\[0\]: expected finite numbers"):
        trials_from_lists([[[0.1, np.nan]]], time_unit="s", window=WINDOW)
    with pytest.raises(ValueError, match="got none of 1 of 2, such as .'1'.: leave them out"):
        trials_from_lists([[[0.1]], [[]]], time_unit="s", window=WINDOW)
    kept = trials_from_lists([[[0.1]], [[]]], time_unit="s", window=WINDOW, keep_silent=True)
    assert kept.recording(0.5).rates[0, :, 1].tolist() == [0, 0]
    with pytest.raises(ValueError, match="expected a bin of which the window of 1 s is a whole"):
        kept.counts(0.3)
    with pytest.raises(ValueError, match="two or more trials of each condition, got 1 of .'all'"):
        kept.fano()
    # MATLAB's cells: rows instead of vectors
    cells = np.empty((1, 2), dtype=object)
    cells[0, 0], cells[0, 1] = np.array([[0.1, 0.2]]), np.zeros((0, 0))
    assert trials_from_lists(cells, time_unit="s", window=WINDOW).times.tolist() == [0.1, 0.2]


def test_a_selection_is_what_the_lists_would_have_given():
    times, spikes = made(conditions=["a", "b", "c", "c"] * 10)
    part = spikes.select(units=[2, 0], trials=np.arange(40) % 4 != 1)
    assert part.conditions == ("a", "c") and part.units == ("2", "0")
    lists = [[times[i][k] for k in range(40) if k % 4 != 1] for i in (2, 0)]
    again = trials_from_lists(
        lists, time_unit="s", window=WINDOW, conditions=["a", "c", "c"] * 10
    )
    for name in ("times", "spike_units", "spike_trials", "labels"):
        np.testing.assert_array_equal(getattr(part, name), getattr(again, name))


def test_a_models_spikes_are_those_that_were_counted():
    _, spikes = made(rates=np.linspace(4, 20, 30), n_trials=20, conditions=["l", "r"] * 10)
    recording = spikes.recording(0.05, kernel=0.05)
    rng = np.random.default_rng(0)
    fit = fit_recording(
        recording, rng=rng, recipe=MatchRecipe(n_factors=3, n_training_trials=4), progress=False
    )
    found = compare(fit, 3, rng=rng, keep_spikes=True, progress=False)
    assert found.spikes.window == pytest.approx(WINDOW) and found.spikes.units == spikes.units
    np.testing.assert_array_equal(found.spikes.counts(0.05), found.counts)
    cv, local = found.spikes.intervals()
    np.testing.assert_allclose(found.intervals_cv, cv)
    np.testing.assert_allclose(found.intervals_cv2, local)
    np.testing.assert_allclose(
        found.rates(kernel=0.05), found.spikes.recording(0.05, kernel=0.05).rates
    )
    assert compare(fit, 2, rng=rng, progress=False).spikes is None
