"""Exercises of chapter 11: errors over trials, clocks, floors, resampling, verdicts."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    fallback_to,
    hint,
    references,
)

__all__ = [
    "check_clock", "check_error_over_trials", "check_is_reached", "check_readout_floor",
    "check_resampled", "hint", "reference", "stub",
]


def _error_over_trials(outputs, targets):
    error = sum(np.sum((z - f) ** 2) for z, f in zip(outputs, targets, strict=True))
    return error / sum(np.sum(f**2) for f in targets)


def _clock(n_steps, n_bumps):
    away = np.arange(n_steps)[:, None] / n_steps * n_bumps - np.arange(n_bumps)
    away = np.abs((away + n_bumps / 2) % n_bumps - n_bumps / 2)
    return np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * away), 0.0)


def _resampled(values, dt, new_dt):
    times = np.arange(round(len(values) * dt / new_dt)) * new_dt
    return np.interp(times, np.arange(len(values)) * dt, values)


def _readout_floor(s, f, ridge):
    n_fit = 2 * len(s) // 3
    gram = s[:n_fit].T @ s[:n_fit] + ridge * np.eye(s.shape[1])
    weights = np.linalg.solve(gram, s[:n_fit].T @ f[:n_fit])
    left = f[n_fit:] - s[n_fit:] @ weights
    return np.sum(left**2) / np.sum(f[n_fit:] ** 2)


def _is_reached(errors, goal):
    return bool(np.max(np.mean(errors, axis=1)) <= goal)


_ANSWERS = {
    "error_over_trials": _error_over_trials,
    "clock": _clock,
    "resampled": _resampled,
    "readout_floor": _readout_floor,
    "is_reached": _is_reached,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_error_over_trials(answer):
    """Check ``error_over_trials(outputs, targets)``: over the power of all trials."""
    rng = np.random.default_rng(0)
    targets = [np.zeros((20, 1)), np.ones((30, 1)), 3 * np.ones((10, 1))]
    outputs = [f + 0.3 * rng.standard_normal(f.shape) for f in targets]
    cases = [(outputs, targets), (outputs[1:], targets[1:]), (outputs[::-1], targets[::-1])]

    def each(outputs, targets):
        with np.errstate(divide="ignore", invalid="ignore"):
            return [
                np.sum((z - f) ** 2) / np.sum(f**2)
                for z, f in zip(outputs, targets, strict=True)
            ]

    return check_function(
        "error_over_trials",
        answer,
        reference=_error_over_trials,
        cases=cases,
        mistakes=[
            Mistake(
                hint="each trial was divided by its own power, and one asks for nothing. Add up "
                "the errors of all trials, and divide once.",
                made_by=lambda outputs, targets: np.mean(each(outputs, targets)),
            ),
            Mistake(
                hint="a median hides the trial that asks for nothing instead of judging it.",
                made_by=lambda outputs, targets: np.median(each(outputs, targets)),
            ),
            Mistake(
                hint="that is the error, not yet relative to anything: divide by the sum of the "
                "squares of the targets.",
                made_by=lambda outputs, targets: sum(
                    np.sum((z - f) ** 2) for z, f in zip(outputs, targets, strict=True)
                ),
            ),
            Mistake(
                hint="divide by the power of the targets, not of the outputs: a network that is "
                "silent would have an infinite error.",
                made_by=lambda outputs, targets: sum(
                    np.sum((z - f) ** 2) for z, f in zip(outputs, targets, strict=True)
                ) / sum(np.sum(z**2) for z in outputs),
            ),
        ],
        hint="two sums over trials and times: of (z - f)², and of f². Divide the first by the "
        "second.",
    )


def check_clock(answer):
    """Check ``clock(n_steps, n_bumps)``: raised-cosine bumps (T, n) over a period."""
    return check_function(
        "clock",
        answer,
        reference=_clock,
        cases=[(8, 4), (100, 8), (60, 3)],
        mistakes=[
            Mistake(
                hint="the first bump is at the end of the period, too: time goes in a circle.",
                made_by=lambda n_steps, n_bumps: _open_clock(n_steps, n_bumps),
            ),
            Mistake(
                hint="time runs down, bumps across: the shape is (n_steps, n_bumps).",
                made_by=lambda n_steps, n_bumps: _clock(n_steps, n_bumps).T,
            ),
            Mistake(
                hint="those are boxes: which one is on says no more than an n-th of the period. "
                "Overlapping bumps tell the time in between.",
                made_by=lambda n_steps, n_bumps: (
                    np.arange(n_steps)[:, None] * n_bumps // n_steps == np.arange(n_bumps)
                ).astype(float),
            ),
            Mistake(
                hint="half as wide: each bump ends where the next one has its top, so that two "
                "are on at every moment.",
                made_by=lambda n_steps, n_bumps: _narrow_clock(n_steps, n_bumps),
            ),
        ],
        hint="with d the distance from step t to the top of bump k on the circle, in units of "
        "n_steps / n_bumps: (1 + cos(πd)) / 2 where d < 1, else 0.",
    )


def _open_clock(n_steps, n_bumps):
    away = np.abs(np.arange(n_steps)[:, None] / n_steps * n_bumps - np.arange(n_bumps))
    return np.where(away < 1, 0.5 + 0.5 * np.cos(np.pi * away), 0.0)


def _narrow_clock(n_steps, n_bumps):
    away = np.arange(n_steps)[:, None] / n_steps * n_bumps - np.arange(n_bumps)
    away = np.abs((away + n_bumps / 2) % n_bumps - n_bumps / 2)
    return np.where(away < 0.5, 0.5 + 0.5 * np.cos(2 * np.pi * away), 0.0)


def check_resampled(answer):
    """Check ``resampled(values, dt, new_dt)``: on straight lines, the last sample held."""
    values = np.array([0.0, 1.0, 4.0, 2.0])
    return check_function(
        "resampled",
        answer,
        reference=_resampled,
        cases=[(values, 0.01, 0.001), (values, 0.02, 0.005), (np.sin(np.arange(9.0)), 0.1, 0.05)],
        mistakes=[
            Mistake(
                hint="every sample was repeated. A target made of steps asks a network for jumps "
                "that were not in the movement.",
                made_by=lambda values, dt, new_dt: np.repeat(values, round(dt / new_dt)),
            ),
            Mistake(
                hint="the duration changed: n samples of dt last n·dt, not (n - 1)·dt. Over the "
                "last interval the last sample is held.",
                made_by=lambda values, dt, new_dt: np.interp(
                    np.arange(round((len(values) - 1) * dt / new_dt)) * new_dt,
                    np.arange(len(values)) * dt, values,
                ),
            ),
            Mistake(
                hint="linspace from 0 to the last sample stretches the time between samples.",
                made_by=lambda values, dt, new_dt: np.interp(
                    np.linspace(0, len(values) - 1, round(len(values) * dt / new_dt)),
                    np.arange(len(values)), values,
                ),
            ),
        ],
        hint="np.interp(times, sample_times, values), with round(len(values) * dt / new_dt) times "
        "0, new_dt, 2 new_dt, ...; beyond the last sample np.interp holds it.",
    )


def check_readout_floor(answer):
    """Check ``readout_floor(s, f, ridge)``: nMSE on the last third of a fit to the others."""
    rng = np.random.default_rng(1)
    s = rng.standard_normal((60, 8))
    f = s @ rng.standard_normal((8, 2)) + 0.5 * rng.standard_normal((60, 2))
    cases = [(s, f, 0.1), (s, f, 30.0), (s[:, :3], f[:, :1], 1.0)]

    def on_all(s, f, ridge):
        weights = np.linalg.solve(s.T @ s + ridge * np.eye(s.shape[1]), s.T @ f)
        return np.sum((f - s @ weights) ** 2) / np.sum(f**2)

    def on_own(s, f, ridge):
        n_fit = 2 * len(s) // 3
        return on_all(s[:n_fit], f[:n_fit], ridge)

    return check_function(
        "readout_floor",
        answer,
        reference=_readout_floor,
        cases=cases,
        mistakes=[
            Mistake(
                hint="fitted to all samples and judged on the same ones: the more traces, the "
                "better it looks, whatever they are worth.",
                made_by=on_all,
            ),
            Mistake(
                hint="that is the error on the samples of the fit. Judge on the last third.",
                made_by=on_own,
            ),
            Mistake(
                hint="the penalty is missing: add ridge to the diagonal of sᵀs.",
                made_by=lambda s, f, ridge: _readout_floor(s, f, 0.0),
            ),
        ],
        hint="W solves (sᵀs + ridge·1) W = sᵀf on the first 2 * len(s) // 3 rows; the error is "
        "that of s @ W on the others, over the power of f there.",
    )


def check_is_reached(answer):
    """Check ``is_reached(errors, goal)``: from errors (n_starts, n_trials)."""
    good = np.full((3, 10), 0.01)
    lost = good.copy()
    lost[1] = 1.2
    uneven = good.copy()
    uneven[0, 3] = 0.05
    rare = good.copy()
    rare[2, 0] = 0.4
    mostly = np.full((3, 10), 0.05)
    mostly[1] = 0.01
    cases = [(good, 0.02), (lost, 0.5), (uneven, 0.02), (rare, 0.02), (good, 0.005)]
    cases.append((mostly, 0.02))
    return check_function(
        "is_reached",
        answer,
        reference=_is_reached,
        cases=cases,
        mistakes=[
            Mistake(
                hint="the mean over all starts: one of three that loses its way is forgiven.",
                made_by=lambda errors, goal: bool(np.mean(errors) <= goal),
            ),
            Mistake(
                hint="the median hides a start, or a trial, that goes wrong.",
                made_by=lambda errors, goal: bool(np.median(errors) <= goal),
            ),
            Mistake(
                hint="the goal is for a long run: take the mean over the trials of each start "
                "first, then the worst start.",
                made_by=lambda errors, goal: bool(np.max(errors) <= goal),
            ),
            Mistake(
                hint="that is the best of the starts. What counts is the worst.",
                made_by=lambda errors, goal: bool(np.min(np.mean(errors, axis=1)) <= goal),
            ),
        ],
        hint="np.mean over the trials (axis 1), np.max over the starts, and compare.",
    )
