"""How variable spikes are: one set of formulas for recorded neurons and for a model's."""

import numpy as np

from spikelib import _checks

_FEWEST = 3  # intervals, or pairs of them, below which a neuron has no value


def fano(counts, labels, *, dt, window):
    """Fano factor (N,) over trials of one condition, the ratio of two sums over conditions.

    `counts` (n_trials, T, N) in bins of `dt` seconds, `labels` (n_trials,) from 0; counted in
    windows of `window` seconds. NaN for neurons that never fire.
    """
    window = _checks.number("window", window, above=0)
    n_trials, n_bins, n = counts.shape
    bins = max(1, round(window / dt))
    if bins > n_bins:
        raise ValueError(
            f"window: expected at most the {n_bins * dt:g} s of a trial, got {window:g} s"
        )
    used = counts[:, : n_bins // bins * bins].reshape(n_trials, -1, bins, n).sum(axis=2)
    groups = [used[labels == k] for k in np.unique(labels)]
    with np.errstate(invalid="ignore"):
        return sum(g.var(axis=0, ddof=1).sum(axis=0) for g in groups) / sum(
            g.mean(axis=0).sum(axis=0) for g in groups
        )


class Intervals:
    """Sums from which the statistics of interspike intervals within trials are made."""

    def __init__(self, n_units):
        self.single = np.zeros((3, n_units))  # number, sum, sum of squares
        self.pairs = np.zeros((2, n_units))  # number, sum of 2 |I₂ - I₁| / (I₂ + I₁)

    def add(self, times, units, trials=None):
        """Spikes in any order: `times` (n,), `units` (n,) from 0, `trials` (n,) or one trial."""
        trials = np.zeros(len(times), dtype=np.int64) if trials is None else trials
        order = np.lexsort((times, trials, units))
        times, units, trials = times[order], units[order], trials[order]
        gaps = np.diff(times)
        same = (units[1:] == units[:-1]) & (trials[1:] == trials[:-1])
        n = self.single.shape[1]
        for row, values in zip(
            self.single, (np.ones(gaps.size), gaps, gaps.astype(float) ** 2), strict=True
        ):
            row += np.bincount(units[1:][same], weights=values[same], minlength=n)
        total = gaps[1:] + gaps[:-1]
        both = same[1:] & same[:-1] & (total > 0)
        local = 2 * np.abs(gaps[1:] - gaps[:-1])[both] / total[both]
        for row, values in zip(self.pairs, (np.ones(local.size), local), strict=True):
            row += np.bincount(units[2:][both], weights=values, minlength=n)

    def cv(self):
        """Coefficient of variation (N,); NaN for neurons with fewer than three intervals."""
        number, total, squares = self.single
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / number
            cv = np.sqrt(np.maximum(squares / number - mean**2, 0)) / mean
        return np.where(number >= _FEWEST, cv, np.nan)

    def cv2(self):
        """Local irregularity (N,); NaN for neurons with fewer than three pairs of intervals."""
        number, total = self.pairs
        with np.errstate(invalid="ignore"):
            return np.where(number >= _FEWEST, total / number, np.nan)
