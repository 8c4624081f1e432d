"""Smoothing of rates over time: the same for recorded neurons and for those of a model."""

import numpy as np

from spikelib import _checks

__all__ = ["gaussian_average", "moving_average"]


def moving_average(values, n_samples):
    """Mean over a window around each sample, shorter at the two ends; along the time axis.

    Parameters
    ----------
    values : array_like, shape (n_conditions, T, N)
        Missing values, NaN or masked, are in no mean, and stay missing.
    n_samples : int
        Length of the window; an even one reaches half a sample less to each side.

    Examples
    --------
    >>> moving_average([[[0.0], [3.0], [6.0], [9.0]]], 3)[0, :, 0]
    array([1.5, 3. , 6. , 7.5])
    """
    values = _checks.array("values", values, ("conditions", "T", "N"), gaps=True)
    half = (_checks.count("n_samples", n_samples) - 1) // 2
    at = np.arange(values.shape[1])
    start, end = np.maximum(at - half, 0), np.minimum(at + half + 1, at.size)

    def summed(values):
        sums = np.cumsum(np.pad(values, ((0, 0), (1, 0), (0, 0))), axis=1)
        return sums[:, end] - sums[:, start]

    return _mean(values, summed, (end - start)[:, None])


def _mean(values, summed, weights):
    """Weighted sums over weights; where values are missing, over the weights of the others."""
    missing = np.isnan(values)
    if not missing.any():
        return summed(values) / weights
    known = summed((~missing).astype(float))
    found = summed(np.where(missing, 0.0, values))
    return np.where(missing, np.nan, found / np.where(missing, 1.0, known))


def gaussian_average(values, dt, *, kernel):
    """Mean weighted by a Gaussian around each sample; along the time axis.

    ::

        r̄(t) = Σ_u r(u) exp(-(t - u)² / 2σ²) / Σ_u exp(-(t - u)² / 2σ²)

    Both sums run over the samples there are, so that a constant stays what it is up to the
    two ends, and nothing from outside the window is needed.

    Parameters
    ----------
    values : array_like, shape (n_conditions, T, N)
        Missing values, NaN or masked, are in no sum, and stay missing.
    dt : float
        Sampling interval in seconds.
    kernel : float
        Standard deviation σ in seconds: half a sample or more. The weights end at 4 σ.

    Examples
    --------
    >>> gaussian_average(np.ones((1, 5, 1)), 0.01, kernel=0.02)[0, :, 0]
    array([1., 1., 1., 1., 1.])
    """
    from scipy.ndimage import gaussian_filter1d

    values = _checks.array("values", values, ("conditions", "T", "N"), gaps=True)
    dt = _checks.number("dt", dt, above=0)
    # A narrower Gaussian has all its weight on one sample: nothing would be smoothed.
    kernel = _checks.number("kernel", kernel, at_least=dt / 2)
    if kernel > 100 * dt * values.shape[1]:
        raise ValueError(
            f"kernel: expected at most a hundred times the {values.shape[1] * dt:g} s, got "
            f"{kernel:g} s"
        )
    sigma = kernel / dt

    def summed(values):
        return gaussian_filter1d(values, sigma, axis=1, mode="constant")

    weight = gaussian_filter1d(np.ones(values.shape[1]), sigma, mode="constant")
    return _mean(values, summed, weight[:, None])
