from dataclasses import replace

import numpy as np
import pytest

from spikelib import (
    Factors,
    RateNetwork,
    RateParameters,
    draw_encoder,
    drive,
    osc4,
    principal_components,
    teach,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_components_are_those_of_the_singular_value_decomposition(rng):
    currents = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 30)) + 0.3
    factors = principal_components(currents, n_factors=4)
    _, singular, right = np.linalg.svd(currents, full_matrices=False)
    assert np.allclose(np.abs(np.sum(factors.components * right[:4].T, axis=0)), 1)
    assert np.allclose(factors.variances[:5], singular[:5] ** 2)
    assert np.allclose(factors.components.T @ factors.components, np.eye(4))


def test_trials_count_as_often_as_they_occur(rng):
    first, second = rng.normal(size=(2, 50, 6))
    few = principal_components([first, second, second, second], n_factors=6)
    all_at_once = principal_components(np.concatenate([first, second, second, second]), n_factors=6)
    assert np.allclose(few.variances, all_at_once.variances)
    many = principal_components((x for x in [first] * 3 + list(rng.normal(size=(20, 5, 6)))),
                                n_factors=2)
    assert many.n_factors == 2


def test_the_fewest_factors_that_hold_the_variance(rng):
    currents = np.zeros((4, 4))
    np.fill_diagonal(currents, np.sqrt([0.6, 0.3, 0.09, 0.01]))
    assert principal_components(currents, variance=0.6).n_factors == 1
    assert principal_components(currents, variance=0.61).n_factors == 2
    assert principal_components(currents, variance=0.95).n_factors == 3
    assert principal_components(currents, variance=1.0).n_factors == 4


def test_projecting_and_rebuilding(rng):
    currents = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 20))
    factors = principal_components(currents, n_factors=3)
    assert np.allclose(factors.rebuild(factors.project(currents)), currents)
    assert factors.explained[-1] == pytest.approx(1)


def test_teach_gives_the_projected_currents(rng):
    task = osc4(duration=0.2)
    network = RateNetwork.draw(RateParameters(n_units=50), n_inputs=1, n_outputs=1, rng=rng)
    trials = task.trials(3, rng=rng)
    currents = drive(network, trials, rng=np.random.default_rng(3), n_settle=2)
    factors = principal_components(currents, n_factors=5)
    taught = teach(network, factors, trials, rng=np.random.default_rng(3), n_settle=2)
    for trial, f_J in zip(taught, currents, strict=True):
        assert np.allclose(trial.factors, f_J @ factors.components)


def test_taught_trials_that_repeat_are_one_object(rng):
    network = RateNetwork.draw(RateParameters(n_units=100), n_inputs=1, n_outputs=1, rng=rng)
    trials = osc4(duration=0.3).trials(40, rng=rng)
    factors = principal_components(drive(network, trials, rng=rng), n_factors=5)
    assert len({id(trial) for trial in teach(network, factors, trials, rng=rng)}) <= 8


@pytest.mark.parametrize(("n_neurons", "n_units"), [(60, 20), (20, 60), (30, 30)])
def test_encoder_is_orthonormal_times_the_gain(rng, n_neurons, n_units):
    U = draw_encoder(n_neurons, n_units, gain=6.0, rng=rng)
    assert U.shape == (n_neurons, n_units)
    gram = U.T @ U if n_neurons >= n_units else U @ U.T
    assert np.allclose(gram, 36 * np.eye(min(n_neurons, n_units)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: principal_components(x), "expected exactly one of the two"),
        (lambda x: principal_components(x, variance=0.9, n_factors=3), "exactly one"),
        (lambda x: principal_components(x, n_factors=8), "n_factors: .*at most 7, got 8"),
        (lambda x: principal_components(x, variance=1.2), "variance: .*at most 1"),
        (lambda x: principal_components(np.zeros((5, 7)), n_factors=2), "got only zeros"),
        (lambda x: principal_components([], n_factors=2), "at least one trial"),
        (lambda x: principal_components([x, x[:, :3]], n_factors=2), r"\(any, 7\), got \(20, 3\)"),
        (lambda x: principal_components(x * np.inf, n_factors=2), "finite"),
        (lambda x: Factors(components=np.zeros((3, 5)), variances=np.zeros(3)), "at most 3"),
    ],
)
def test_bad_arguments_are_named(rng, call, message):
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=message):
        call(rng.normal(size=(20, 7)))


def test_wrong_shapes_of_signals_are_named(rng):
    factors = principal_components(rng.normal(size=(20, 7)), n_factors=2)
    with pytest.raises(ValueError, match=r"currents: expected shape .*got \(20, 6\)"):
        factors.project(np.zeros((20, 6)))
    with pytest.raises(ValueError, match="variances"):
        replace(factors, variances=np.zeros(3))
