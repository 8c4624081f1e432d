"""Gaps in recordings: conditions of different length, values that are missing or masked."""

import numpy as np

from spikelib import _checks


def padded(value):
    """Conditions of different length, as long as the longest, with NaN at the end.

    What is no sequence of matrices that differ in their length comes back as it is.
    """
    if isinstance(value, np.ndarray) and value.dtype != object or not hasattr(value, "__len__"):
        return value
    parts = list(value) if isinstance(value, (list, tuple)) or np.ndim(value) == 1 else []
    if not parts or any(np.ndim(part) != 2 for part in parts if _is_array(part)) or not all(
        map(_is_array, parts)
    ):
        return value
    lengths = [len(part) for part in parts]
    if len(set(lengths)) == 1 or len({np.shape(part)[1] for part in parts}) > 1:
        return value
    longest = max(lengths)
    return [
        np.vstack([
            np.ma.filled(_checks.array(f"[{k}]", part, ("T", "n"), gaps=True), np.nan),
            np.full((longest - len(part), np.shape(part)[1]), np.nan),
        ])
        for k, part in enumerate(parts)
    ]


def _is_array(part):
    try:
        return np.ndim(part) > 0
    except ValueError:  # rows of different length
        return False


def fraction(values):
    """Fraction of the values that are missing."""
    return 0.0 if values is None or not values.size else float(np.isnan(values).mean())


def check(name, values, conditions):
    """Raise ValueError where nothing at all is known of a condition or of a series."""
    known = ~np.isnan(values)
    for axis, what in ((0, "condition"), (2, "neuron or channel")):
        empty = np.flatnonzero(known.sum(axis=tuple({0, 1, 2} - {axis})) < 2)
        if empty.size:
            first = int(empty[0])
            of = conditions[first] if axis == 0 and first < len(conditions) else first
            raise ValueError(
                f"{name}: expected two values or more of every {what}, got fewer (the others are "
                f"NaN) of {of!r}"
            )


def bridged(values):
    """Gaps filled along time, in a straight line from the neighbours or with the nearest.

    For what runs through a gap, never for what is learned or scored.
    """
    filled = values.copy()
    for k, i in {(k, i) for k, _, i in np.argwhere(np.isnan(values))}:
        series = values[k, :, i]
        known = np.flatnonzero(~np.isnan(series))
        if known.size:
            filled[k, :, i] = np.interp(np.arange(series.size), known, series[known])
        else:
            filled[k, :, i] = np.nanmean(values[:, :, i])
    return filled


def completed(data, n_components, *, n_rounds=200, tolerance=1e-7):
    """Data (n, N) with NaN, completed by its own first principal components.

    What is missing starts at the mean of its column, and is replaced by what the components of
    the completed data say, until that changes no more.
    """
    missing = np.isnan(data)
    if not missing.any():
        return data
    filled = np.where(missing, np.nanmean(data, axis=0), data)
    spread = filled.std() or 1.0
    for _ in range(n_rounds):
        mean = filled.mean(axis=0)
        left, sizes, right = np.linalg.svd(filled - mean, full_matrices=False)
        guess = (left[:, :n_components] * sizes[:n_components]) @ right[:n_components] + mean
        change = np.abs(guess - filled)[missing].max()
        filled[missing] = guess[missing]
        if change <= tolerance * spread:
            break
    return filled
