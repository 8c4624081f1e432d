"""Checks of a learning rule that somebody has written."""

import copy

import numpy as np

from spikelib import _checkpoint, _checks, loop
from spikelib.testing.checks import run_checks

__all__ = ["check_learner", "check_regressor"]


def check_learner(make, *, n_trials=3, falls=None):
    """Check that a learner can be run, interrupted and resumed by `spikelib.loop.run`.

    Parameters
    ----------
    make : callable
        ``make()`` returns a fresh learner, always the same one: with a generator of the same seed.
    n_trials : int
        Trials of each run, at least 3.
    falls : str, optional
        A column of the log that should be smaller after `n_trials` than at first.

    Returns
    -------
    list of Check

    Raises
    ------
    FailedChecksError
        It names every check that failed, and why.
    """
    n_trials = _checks.count("n_trials", n_trials, at_least=3)

    def methods():
        missing = [
            name for name in ("trial", "state", "restore", "identity")
            if not callable(getattr(make(), name, None))
        ]
        return f"no {', '.join(missing)}" if missing else None

    def rows(learner, start=0):
        return [dict(learner.trial(index)) for index in range(start, n_trials)]

    def numbers():
        made = rows(make())
        for index, row in enumerate(made):
            if set(row) != set(made[0]):
                return f"trial {index} has the columns {sorted(row)}, trial 0 {sorted(made[0])}"
            for name, value in row.items():
                if not np.isscalar(value) or not np.isfinite(value):
                    return f"{name} of trial {index} is {value!r}, not one finite number"
        if "seconds" in made[0]:
            return "the column 'seconds' belongs to the loop"

    def deterministic():
        first, second = rows(make()), rows(make())
        if first != second:
            return f"two fresh learners gave {_first_difference(first, second)}"

    def plain_state():
        learner = make()
        learner.trial(0)
        for name, value in learner.state().items():
            if np.asarray(value).dtype.hasobject:
                return f"{name} holds objects, which cannot be saved without pickle"

    def resumes():
        whole = make()
        expected = [dict(whole.trial(0))]
        saved = copy.deepcopy({k: np.asarray(v) for k, v in whole.state().items()})
        expected += rows(whole, 1)
        again = make()
        again.restore(saved)
        found = expected[:1] + rows(again, 1)
        if found != expected:
            return f"after restore: {_first_difference(expected, found)}"

    def identity():
        learner, other = make(), make()
        before, twin = _digests(learner), _digests(other)
        differs = [name for name in before if before[name] != twin.get(name)]
        if differs or set(before) != set(twin):
            return f"two fresh learners say that they differ in {', '.join(differs) or 'names'}"
        learner.trial(0)
        after = _digests(learner)
        changed = [name for name in before if before[name] != after.get(name)]
        return f"a trial changed {', '.join(changed)}" if changed else None

    def in_the_loop():
        log = loop.run(make(), n_trials, progress=False)
        if log.n_trials != n_trials:
            return f"the log has {log.n_trials} trials instead of {n_trials}"

    def learns():
        made = rows(make())
        first, last = made[0][falls], made[-1][falls]
        if not last < first:
            return f"{falls} went from {first:.4g} to {last:.4g} in {n_trials} trials"

    checks = {
        "it has the four methods": methods,
        "a trial returns one finite number a column": numbers,
        "fresh learners of one seed do the same": deterministic,
        "its state is plain arrays": plain_state,
        "from a state it goes on as if never interrupted": resumes,
        "its identity is what determines the run, and training does not change it": identity,
        "the loop runs it": in_the_loop,
    }
    if falls is not None:
        checks[f"{falls} falls"] = learns
    return run_checks("learner", checks)


def check_regressor(make, *, exact=True, seed=0):
    """Check a rule that learns a linear readout sample by sample.

    Parameters
    ----------
    make : callable
        ``make(n_regressors, n_outputs, prior=prior)`` returns a fresh regressor with the interface
        of `spikelib.least_squares.rls.RecursiveLeastSquares`: ``update(regressors, target)``
        returns the error made before, and ``weights`` is (n_outputs, n_regressors).
    exact : bool
        Expect the solution of regularised least squares, the minimum of
        ``Σ |W s - y|² + |W|²/prior``, to 1e-6; otherwise only that the error falls
        below half of what zero weights make.
    seed : int

    Returns
    -------
    list of Check

    Raises
    ------
    FailedChecksError
        It names every check that failed, and why.

    Examples
    --------
    >>> from spikelib.least_squares import RecursiveLeastSquares
    >>> all(check.passed for check in check_regressor(RecursiveLeastSquares))
    True
    """
    rng = np.random.default_rng(seed)
    n, n_outputs, prior = 8, 2, 0.5
    s = rng.normal(size=(400, n)) @ rng.normal(size=(n, n)) / np.sqrt(n)
    y = s @ rng.normal(size=(n, n_outputs)) + 0.1 * rng.normal(size=(400, n_outputs))

    def trained(size=400):
        fit_ = make(n, n_outputs, prior=prior)
        errors = np.array([fit_.update(s[k].copy(), y[k].copy()) for k in range(size)])
        return fit_, errors

    def shape():
        came = np.shape(make(n, n_outputs, prior=prior).weights)
        if came != (n_outputs, n):
            return f"expected weights of shape {(n_outputs, n)}, got {came}"

    def error_before():
        fit_, _ = trained(10)
        before = np.array(fit_.weights)
        error = fit_.update(s[10].copy(), y[10].copy())
        if not np.allclose(error, before @ s[10] - y[10], rtol=1e-9, atol=1e-12):
            return "expected W s - y with the weights before the update"

    def arguments():
        fit_, one, target = make(n, n_outputs, prior=prior), s[0].copy(), y[0].copy()
        fit_.update(one, target)
        if not np.array_equal(one, s[0]) or not np.array_equal(target, y[0]):
            return "update changed its arguments"

    def solution():
        fit_, _ = trained()
        gram = s.T @ s + np.eye(n) / prior
        gap = np.abs(fit_.weights - np.linalg.solve(gram, s.T @ y).T).max()
        if not gap < 1e-6:
            return f"the weights are up to {gap:.3g} away from the ridge solution"

    def falling():
        _, errors = trained()
        late, zero = np.mean(errors[-100:] ** 2), np.mean(y[-100:] ** 2)
        if not late < 0.5 * zero:
            return f"mean squared error {late:.3g} at the end, {zero:.3g} with zero weights"

    checks = {
        "its weights are (n_outputs, n_regressors)": shape,
        "an update returns the error made before it": error_before,
        "an update leaves its arguments alone": arguments,
        "its error falls": falling,
    }
    if exact:
        checks["its weights are the ridge solution"] = solution
    return run_checks("regressor", checks)


def _digests(learner):
    return {name: _checkpoint.digest(value) for name, value in learner.identity().items()}


def _first_difference(expected, found):
    for index, (one, other) in enumerate(zip(expected, found, strict=True)):
        for name in one:
            if one[name] != other.get(name):
                return f"{name} of trial {index}: {one[name]!r} and {other.get(name)!r}"
    return "different columns"
