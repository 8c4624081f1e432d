"""A recursion for each neuron: against the ridge solution of each, and the textbook."""

import numpy as np
import pytest

from spikelib import RecursiveLeastSquares
from spikelib.least_squares import SparseRLS, draw_presynaptic


def samples(n_neurons=40, n_inputs=7, n_samples=300, seed=0):
    rng = np.random.default_rng(seed)
    presynaptic = draw_presynaptic(n_neurons, n_inputs, rng=rng)
    mixing = rng.normal(size=(n_neurons, n_neurons)) / 4
    return presynaptic, rng.normal(size=(n_samples, n_neurons)) @ mixing, rng.normal(
        size=(n_samples, n_neurons))


def test_each_neuron_gets_its_own_ridge_solution():
    presynaptic, s, y = samples()
    rls = SparseRLS(presynaptic, prior=2.0)
    for regressors, target in zip(s, y, strict=True):
        rls.update(regressors, target)
    for i, own in enumerate(presynaptic):
        x = s[:, own]
        moments = x.T @ x + np.eye(len(own)) / 2.0
        expected = np.linalg.solve(moments, x.T @ y[:, i])
        assert np.abs(rls.weights[i] - expected).max() < 2e-5 * np.abs(expected).max()
        P = rls.P(i)
        assert np.abs(P - np.linalg.inv(moments)).max() < 2e-5 * P.max()


def test_a_neuron_with_all_inputs_is_the_textbook():
    _, s, y = samples(5, 4)
    everything = np.tile(np.arange(5), (5, 1))
    rls, textbook = SparseRLS(everything), RecursiveLeastSquares(5, 5)
    for regressors, target in zip(s, y, strict=True):
        left = rls.update(regressors, target)
        textbook.update(regressors, target)
        # What `update` returns is the error after learning, not before.
        assert np.allclose(left, textbook.weights @ regressors - target, atol=1e-4)
    assert np.allclose(rls.weights, textbook.weights, atol=1e-5)


def test_the_numbers_do_not_depend_on_threads():
    presynaptic, s, y = samples(1500, 5, 20)
    one, three = (SparseRLS(presynaptic, n_threads=k) for k in (1, 3))
    assert len(three._chunks) == 2, "as many threads as there is work for"
    for regressors, target in zip(s, y, strict=True):
        one.update(regressors, target)
        three.update(regressors, target)
    assert np.array_equal(one.weights, three.weights) and np.any(one.weights)
    assert np.array_equal(one.packed, three.packed)


def test_single_precision_lasts():
    """Far more samples than regressors: the gain goes on falling, and P stays positive."""
    presynaptic, s, y = samples(6, 4, 20_000)
    rls = SparseRLS(presynaptic)
    for regressors, target in zip(s, y, strict=True):
        rls.update(regressors, target)
    for i, own in enumerate(presynaptic):
        x = s[:, own]
        P = rls.P(i)
        assert np.linalg.eigvalsh(P).min() > 0
        assert np.allclose(P, np.linalg.inv(x.T @ x + np.eye(4)), rtol=0, atol=0.02 * P.max())


def test_presynaptic_neurons_are_distinct_and_others():
    rows = draw_presynaptic(30, 29, rng=np.random.default_rng(0))
    for i, row in enumerate(rows):
        assert row.tolist() == [j for j in range(30) if j != i]
    many = draw_presynaptic(200, 20, rng=np.random.default_rng(0))
    assert abs(np.bincount(many.ravel(), minlength=200).std() - np.sqrt(20)) < 1.5


@pytest.mark.parametrize("presynaptic", [[0, 1], [[0.5]], [[]], [[0, 3], [1, 1]], [[-1], [0]]])
def test_what_is_wrong_is_named(presynaptic):
    with pytest.raises(ValueError, match="presynaptic: expected"):
        SparseRLS(presynaptic)
