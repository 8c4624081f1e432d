import numpy as np
import pytest

from spikelib import EventRLS, RecursiveLeastSquares

SLOW, FAST = np.exp(-0.01), np.exp(-0.2)


def recorded(n, n_steps, rate, rng):
    """A recorded spike train (T, n), with neurons that never fire and bursts of silence."""
    spikes = rng.random((n_steps, n)) < rate * 0.001 * rng.uniform(0, 3, n)
    spikes[:, : n // 10] = False
    spikes[n_steps // 3 : n_steps // 2] = False
    return spikes


def run_both(n, n_steps, rows, rng, block=None, single=False):
    spikes = recorded(n, n_steps, 15, rng)
    learn = rng.random(n_steps) < 0.5
    targets = rng.normal(size=(n_steps, rows))
    fast = EventRLS(n, rows, slow_decay=SLOW, fast_decay=FAST, block=block, single=single)
    slow = RecursiveLeastSquares(2 * n, rows)
    s = np.zeros(2 * n)
    decay = np.repeat([SLOW, FAST], n)
    for spiked, now, target in zip(spikes, learn, targets, strict=True):
        fast.step(np.flatnonzero(spiked))
        s = s * decay + np.tile(spiked, 2)
        if now:
            fast.update(target)
            slow.update(s, target)
    return fast, slow, s


def relative(a, b):
    return np.abs(a - b).max() / np.abs(b).max()


@pytest.mark.parametrize(("n", "block"), [(20, None), (20, 1), (100, 7), (200, None)])
def test_event_driven_rls_is_the_textbook_recursion(n, block):
    fast, slow, s = run_both(n, 3000, 3, np.random.default_rng(n), block)
    assert relative(fast.traces, s) < 1e-9
    assert relative(fast.P, slow.P) < 1e-9
    assert relative(fast.weights, slow.weights) < 1e-9
    assert np.array_equal(fast.P, fast.P.T)


def test_single_precision_is_half_the_memory_and_nearly_the_same():
    fast, slow, s = run_both(100, 3000, 3, np.random.default_rng(3), single=True)
    assert fast.P.dtype == np.float32 and fast.state.tail.dtype == np.float32
    assert relative(fast.traces, s) < 1e-9
    assert 1e-9 < relative(fast.P, slow.P) < 2e-5
    assert 1e-9 < relative(fast.weights, slow.weights) < 2e-4


def test_textbook_rls_is_ridge_regression():
    rng = np.random.default_rng(1)
    s, y = rng.normal(size=(300, 12)), rng.normal(size=(300, 2))
    fit = RecursiveLeastSquares(12, 2, prior=0.5)
    for sample, target in zip(s, y, strict=True):
        fit.update(sample, target)
    second_moment = s.T @ s + np.eye(12) / 0.5
    assert np.allclose(fit.P, np.linalg.inv(second_moment), rtol=1e-9, atol=1e-12)
    assert np.allclose(fit.weights, np.linalg.solve(second_moment, s.T @ y).T, atol=1e-10)


def test_error_is_made_before_learning():
    fit = RecursiveLeastSquares(2, 1)
    assert fit.update(np.ones(2), np.array([2.0])) == pytest.approx([-2.0])
    assert abs(fit.weights @ np.ones(2) - 2.0) < 2.0


def test_reset_traces_forgets_spikes_but_not_weights():
    fast, _, _ = run_both(10, 400, 1, np.random.default_rng(2))
    weights = fast.weights
    fast.reset_traces()
    assert not fast.traces.any() and not fast.output.any()
    assert np.array_equal(fast.weights, weights)
    fast.step(np.array([9]))
    s = np.zeros(20)
    s[[9, 19]] = 1
    assert fast.output == pytest.approx(weights @ s)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RecursiveLeastSquares(0, 1), "n_regressors: expected a whole number"),
        (lambda: RecursiveLeastSquares(3, 1, prior=-1.0), "prior: expected a finite number above"),
        (lambda: EventRLS(3, 1, slow_decay=1.5, fast_decay=0.5), "slow_decay: .*at most 1"),
        (lambda: EventRLS(3, 0, slow_decay=0.5, fast_decay=0.5), "n_outputs"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
