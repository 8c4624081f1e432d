"""Recursive least squares with its matrix in an array library."""

from dataclasses import replace

import array_api_strict
import numpy as np
import pytest

from spikelib import RateParameters, Recipe, RecursiveLeastSquares, SpikingParameters, fit, osc4
from spikelib.least_squares import ArrayRLS
from spikelib.spiking import SpikingState
from spikelib.training.textbook import train_trial, untrained_fit

# It has what the standard asks for and nothing else; its arrays do not pass for NumPy's.
STRICT = {"xp": array_api_strict, "to_numpy": lambda x: np.from_dlpack(x)}


def relative(a, b):
    return np.abs(np.asarray(a) - b).max() / np.abs(b).max()


def learned(n_regressors, n_samples, **options):
    rng = np.random.default_rng(n_regressors)
    mixing = rng.normal(size=(n_regressors, n_regressors)) / np.sqrt(n_regressors)
    here = ArrayRLS(n_regressors, 3, prior=0.7, **options)
    plain = RecursiveLeastSquares(n_regressors, 3, prior=0.7)
    for s, y in zip(
        rng.normal(size=(n_samples, n_regressors)) @ mixing,
        rng.normal(size=(n_samples, 3)),
        strict=True,
    ):
        errors = here.update(s, y), plain.update(s, y)
    return here, plain, errors


@pytest.mark.parametrize("options", [{}, {"block": 1}, {"block": 7}, STRICT])
def test_it_is_the_textbook_recursion(options):
    here, plain, errors = learned(30, 100, **options)
    assert relative(here.weights, plain.weights) < 1e-9
    assert relative(*errors) < 1e-9
    assert relative(np.from_dlpack(here.P), plain.P) < 1e-9


def test_single_precision_is_nearly_the_same():
    here, plain, _ = learned(30, 100, dtype="float32", **STRICT)
    assert here.P.dtype == array_api_strict.float32
    assert 1e-9 < relative(here.weights, plain.weights) < 1e-3


def test_a_network_learns_with_it_in_place_of_the_textbook():
    rng = np.random.default_rng(0)
    start = fit(
        osc4(),
        rng=rng,
        rate=RateParameters(n_units=20),
        spiking=SpikingParameters(n_neurons=20),
        recipe=Recipe(n_training_trials=1, n_settle=1),
        progress=False,
    )
    network, trial = start.network, start.trials(1, rng=rng)[0]
    learn = np.random.default_rng(1).random(trial.n_steps) < 0.5
    plain = untrained_fit(network)
    rows, m = plain.weights.shape
    made = [
        train_trial(
            network,
            replace(trial),
            SpikingState.at_rest(network, rng=np.random.default_rng(2)),
            rls,
            learn,
        )
        for rls in (plain, ArrayRLS(m, rows, **STRICT))
    ]
    assert np.ptp(made[0]) > 0.1
    # Chaotic: what rounding differs by grows. The first tenth of the trial is compared.
    early = trial.n_steps // 10
    assert np.allclose(made[0][:early], made[1][:early], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"xp": "torch"}, "xp, device: expected a module"),
        ({"dtype": "float16"}, "dtype: expected 'float64' or 'float32', got 'float16'"),
        ({"device": "nowhere"}, "xp, device: expected a module.*nowhere"),
        ({"to_numpy": 3}, "to_numpy: expected a function, got 3"),
    ],
)
def test_wrong_libraries_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        ArrayRLS(4, 1, **wrong)


def test_wrong_samples_are_named():
    rls = ArrayRLS(4, 1)
    with pytest.raises(ValueError, match=r"regressors: expected shape \(M\) = \(4\), got \(3,\)"):
        rls.update(np.ones(3), np.ones(1))
    with pytest.raises(ValueError, match=r"target: expected shape \(R\) = \(1\), got \(2,\)"):
        rls.update(np.ones(4), np.ones(2))
