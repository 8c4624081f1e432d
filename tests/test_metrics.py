import numpy as np
import pytest

from spikelib import metrics


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def poisson(rng, rate, n_trials=200, n_steps=1000, n=5):
    return (rng.random((n_trials, n_steps, n)) < rate * 0.001).astype(float)


def test_nmse_of_nothing_is_one_and_of_the_target_is_zero(rng):
    target = rng.normal(size=(100, 2))
    assert metrics.nmse(np.zeros((100, 2)), target) == pytest.approx(1)
    assert metrics.nmse(target, target) == 0
    assert metrics.nmse(1.1 * target, target) == pytest.approx(0.01)


def test_a_poisson_process_is_irregular_and_a_clock_is_not(rng):
    spikes = poisson(rng, 20, n_trials=1, n_steps=200_000)[0]
    assert np.allclose(metrics.isi_cv(spikes), 1, atol=0.05)
    assert np.allclose(metrics.cv2(spikes), 1, atol=0.05)
    clock = np.zeros((1000, 1))
    clock[::50] = 1
    assert metrics.isi_cv(clock) == 0 and metrics.cv2(clock) == 0


def test_cv2_is_blind_to_slow_changes_of_rate_and_cv_is_not():
    clock = np.zeros((4000, 1))
    clock[:2000:20] = 1
    clock[2000::100] = 1
    assert metrics.isi_cv(clock)[0] > 0.5 and metrics.cv2(clock)[0] < 0.05


def test_fano_factor_of_a_poisson_process_is_one(rng):
    assert np.allclose(metrics.fano_factor(poisson(rng, 30), 0.001), 1, atol=0.1)
    same = np.repeat(poisson(rng, 30, n_trials=1), 20, axis=0)
    assert np.allclose(metrics.fano_factor(same, 0.001), 0)


def test_silent_neurons_have_no_irregularity():
    silent = np.zeros((3, 1000, 1))
    assert np.isnan(metrics.isi_cv(silent[0])).all() and np.isnan(metrics.cv2(silent[0])).all()
    assert np.isnan(metrics.fano_factor(silent, 0.001)).all()


def test_rates_and_smoothing_keep_the_number_of_spikes(rng):
    spikes = poisson(rng, 25, n_trials=1)[0]
    rates = metrics.smooth_spikes(spikes, 0.001, tau=0.02)
    assert np.allclose(rates[100:-100].mean(), spikes[100:-100].mean() * 1000, rtol=0.05)
    assert np.allclose(metrics.firing_rates(spikes, 0.001), spikes.sum(axis=0))


def test_spike_lists_become_matrices():
    spikes = metrics.spike_matrix([0, 2, 2], [1, 0, 1], n_steps=3, n_neurons=2)
    assert spikes.tolist() == [[0, 1], [0, 0], [1, 1]]
    with pytest.raises(ValueError, match="neurons: expected values from 0 to 1, got 0 to 5"):
        metrics.spike_matrix([0, 1], [0, 5], n_steps=3, n_neurons=2)
    with pytest.raises(ValueError, match="two lists of one length"):
        metrics.spike_matrix([0, 1], [0], n_steps=3, n_neurons=2)


def test_angles_between_known_planes(rng):
    first = np.eye(4)[:, :2]
    tilted = np.eye(4)[:, :2].copy()
    tilted[:, 1] = [0, np.cos(np.radians(30)), np.sin(np.radians(30)), 0]
    assert np.allclose(metrics.principal_angles(first, tilted), [0, 30], atol=1e-5)
    mixed = first @ rng.normal(size=(2, 2))
    assert np.allclose(metrics.principal_angles(first, mixed), 0, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.nmse(np.zeros((3, 1)), np.zeros((3, 1))), "got only zeros"),
        (lambda: metrics.nmse(np.zeros((3, 1)), np.ones((4, 1))), r"outputs: .*got \(3, 1\)"),
        (lambda: metrics.isi_cv(np.zeros(5)), r"spikes: expected shape \(T, N\), got \(5,\)"),
        (lambda: metrics.fano_factor(np.zeros((1, 9, 1)), 0.1), "at least 2 trials"),
        (lambda: metrics.fano_factor(np.zeros((2, 9, 1)), 0.1, window=5.0), "window"),
        (lambda: metrics.smooth_spikes(np.zeros((9, 1)), 0.1, tau=-1.0), "tau"),
        (lambda: metrics.principal_angles(np.eye(3), np.eye(2)), "second: expected shape"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
