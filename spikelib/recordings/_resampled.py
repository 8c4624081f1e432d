"""Values (conditions, T, n) at another sampling interval; gaps stay gaps."""

import numpy as np

from spikelib.recordings import _gaps

_ENOUGH = 0.5  # of a new sample has to be known


def averaged(values, old, new, n_samples):
    """Means over intervals of `new` seconds, as if each value held for its `old` ones."""
    from scipy.interpolate import interp1d

    if values is None:
        return None
    ends, length = np.arange(values.shape[1] + 1) * old, values.shape[1] * old
    edges = np.minimum(np.arange(n_samples + 1) * new, length)

    def means(values):
        # Sums up to the edges of the new samples.
        sums = np.cumsum(np.pad(values, ((0, 0), (1, 0), (0, 0))), axis=1) * old
        sums = interp1d(ends, sums, axis=1, fill_value="extrapolate")(edges)
        return np.diff(sums, axis=1) / np.diff(edges)[:, None]

    missing = np.isnan(values)
    found = means(np.where(missing, 0.0, values))
    if missing.any():
        known = means((~missing).astype(float))
        found = np.where(known > _ENOUGH - 1e-9, found / np.maximum(known, _ENOUGH / 2), np.nan)
    # Differences of sums round to just outside of the range.
    return np.clip(found, np.nanmin(values), np.nanmax(values))


def interpolated(values, old, new, n_samples):
    """A shape-preserving cubic through every sample; the last one is held."""
    from scipy.interpolate import PchipInterpolator

    if values is None:
        return None
    at = np.arange(values.shape[1]) * old
    times = np.minimum(np.arange(n_samples) * new, at[-1])
    missing = np.isnan(values)
    if not missing.any():
        return PchipInterpolator(at, values, axis=1)(times)
    found = PchipInterpolator(at, _gaps.bridged(values), axis=1)(times)
    before = np.floor(times / old + 1e-6).astype(int)
    after = np.minimum(np.ceil(times / old - 1e-6).astype(int), at.size - 1)
    found[missing[:, before] | missing[:, after]] = np.nan
    return found
