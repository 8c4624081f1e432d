"""Least squares with signs: the optimum, against its conditions and against public solvers."""

import numpy as np
import pytest
from scipy.optimize import lsq_linear, nnls

from spikelib.errors import InfeasibleError
from spikelib.least_squares.signed import (
    check_wiring,
    draw_connections,
    draw_signs,
    optimality_gap,
    sign_violations,
    signed_least_squares,
    sweep,
)


def problem(seed, n_samples=60, m=14, n=5):
    rng = np.random.default_rng(seed)
    regressors = rng.normal(size=(n_samples, m)) + 0.5
    targets = rng.normal(size=(n_samples, n))
    signs = np.where(rng.random(m) < 0.8, 1.0, -1.0)
    allowed = rng.random((m, n)) < 0.7
    return regressors, targets, signs, allowed


@pytest.mark.parametrize("seed", range(5))
def test_it_agrees_with_scipys_non_negative_least_squares(seed):
    regressors, targets, signs, allowed = problem(seed)
    weights = signed_least_squares(
        regressors.T @ regressors, regressors.T @ targets, signs, allowed=allowed, tolerance=1e-12
    )
    for i in range(targets.shape[1]):
        columns = np.flatnonzero(allowed[:, i])
        found, _ = nnls(regressors[:, columns] * signs[columns], targets[:, i])
        assert np.allclose(weights[columns, i], signs[columns] * found, atol=1e-8)


@pytest.mark.parametrize("ridge", [0.3, 30.0])
def test_a_ridge_is_rows_added_to_the_data(ridge):
    regressors, targets, signs, _ = problem(7)
    m = signs.size
    weights = signed_least_squares(
        regressors.T @ regressors, regressors.T @ targets, signs, ridge=ridge, tolerance=1e-12
    )
    bounds = np.where(signs > 0, 0, -np.inf), np.where(signs > 0, np.inf, 0)
    padded = np.vstack([regressors, np.sqrt(ridge) * np.eye(m)])
    for i in range(targets.shape[1]):
        target = np.concatenate([targets[:, i], np.zeros(m)])
        assert np.allclose(
            weights[:, i], lsq_linear(padded, target, bounds, tol=1e-14).x, atol=1e-6
        )


def test_the_optimum_meets_its_conditions_and_nothing_else_does():
    regressors, targets, signs, allowed = problem(3)
    gram, cross = regressors.T @ regressors, regressors.T @ targets
    weights = signed_least_squares(gram, cross, signs, allowed=allowed, ridge=0.1)
    gap = optimality_gap(gram, cross, signs, weights, allowed=allowed, ridge=0.1)
    assert gap <= 1e-8
    assert sign_violations(weights, signs, allowed) == 0
    slope = gram @ weights - cross + 0.1 * weights
    assert np.abs(slope[weights != 0]).max() < 1e-6
    silent = allowed & (weights == 0)
    assert silent.any() and (signs[:, None] * slope)[silent].min() > -1e-6
    for factor in (0.9, 1.1):
        assert optimality_gap(
            gram, cross, signs, factor * weights, allowed=allowed, ridge=0.1
        ) > 1e-3
    assert optimality_gap(gram, cross, signs, 0 * weights, allowed=allowed, ridge=0.1) > 1e-3


def test_no_sweep_makes_the_squares_larger_and_signs_hold_at_every_one():
    regressors, targets, signs, allowed = problem(4, m=150)
    gram, cross = regressors.T @ regressors, regressors.T @ targets
    weights, before = np.zeros(cross.shape), np.inf
    for _ in range(5):
        sweep(gram, cross, None, weights, signs, allowed, 0.5)
        squares = np.sum((regressors @ weights - targets) ** 2) + 0.5 * np.sum(weights**2)
        assert squares < before
        assert sign_violations(weights, signs, allowed) == 0
        before = squares


def test_a_factored_target_is_the_same_problem():
    regressors, targets, signs, allowed = problem(5)
    gram, factors = regressors.T @ regressors, regressors.T @ targets[:, :2]
    spread = np.random.default_rng(1).normal(size=(2, 5))
    one, other = np.zeros((14, 5)), np.zeros((14, 5))
    for _ in range(3):
        sweep(gram, factors @ spread, None, one, signs, allowed, 0.1)
        sweep(gram, factors, spread, other, signs, allowed, 0.1)
    assert np.allclose(one, other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"signs": [1, 0]}, "only \\+1 and -1, got 0"),
        ({"signs": [1]}, "signs: expected shape"),
        ({"gram": np.eye(3)}, "gram: expected shape"),
        ({"cross": np.array([[np.nan], [1.0]])}, "cross: expected finite"),
        ({"allowed": np.ones((2, 1))}, "allowed: expected booleans"),
        ({"start": [[-1.0], [0.0]]}, "start: expected weights that keep"),
        ({"ridge": -1.0}, "ridge: expected"),
    ],
)
def test_bad_input_is_named(change, message):
    arguments = {"gram": np.eye(2), "cross": np.ones((2, 1)), "signs": [1, -1]} | change
    with pytest.raises(ValueError, match=message):
        signed_least_squares(
            arguments.pop("gram"), arguments.pop("cross"), arguments.pop("signs"), **arguments
        )


def test_giving_up_says_how_far_it_came():
    regressors, targets, signs, _ = problem(6)
    with pytest.raises(RuntimeError, match="optimality gap of at most 1e-14 within 2 sweeps"):
        signed_least_squares(regressors.T @ regressors, regressors.T @ targets, signs,
                             tolerance=1e-14, max_sweeps=2)


def test_signs_and_connections_are_as_asked():
    rng = np.random.default_rng(0)
    signs = draw_signs(400, excitatory_fraction=0.75, rng=rng)
    assert np.count_nonzero(signs > 0) == 300
    connected = draw_connections(400, probability=0.2, rng=rng)
    assert not connected.diagonal().any()
    assert abs(connected.mean() - 0.2 * 399 / 400) < 5 * np.sqrt(0.16) / 400
    assert not np.array_equal(connected, connected.T)


def test_neurons_without_input_are_refused():
    with pytest.raises(InfeasibleError, match="neurons without any at probability 0.01"):
        draw_connections(30, probability=0.01, rng=np.random.default_rng(0))
    connected = ~np.eye(4, dtype=bool)
    connected[2] = False
    with pytest.raises(InfeasibleError, match="neuron 2 is the first"):
        check_wiring(np.ones(4), connected, 4)
    with pytest.raises(ValueError, match="empty diagonal"):
        check_wiring(np.ones(4), np.ones((4, 4), bool), 4)
