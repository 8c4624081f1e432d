"""Random spread of the factors over the neurons."""

import numpy as np

from spikelib import _checks

__all__ = ["draw_encoder"]


def draw_encoder(n_neurons, n_units, *, gain, rng):
    """U: a random (n_neurons, n_units) matrix with orthonormal columns, times `gain`.

    Where there are fewer neurons than units, the rows are orthonormal instead.

    Parameters
    ----------
    n_neurons, n_units : int
        N and Ñ.
    gain : float
        g_z.
    rng : numpy.random.Generator

    Examples
    --------
    >>> U = draw_encoder(20, 5, gain=6.0, rng=np.random.default_rng(0))
    >>> np.allclose(U.T @ U, 36 * np.eye(5))
    True
    """
    _checks.count("n_neurons", n_neurons)
    _checks.count("n_units", n_units)
    _checks.number("gain", gain, above=0)
    _checks.room("n_neurons, n_units", n_neurons, n_units)
    tall = max(n_neurons, n_units), min(n_neurons, n_units)
    # Q of the QR decomposition, its signs fixed so that it is uniform over rotations.
    q, r = np.linalg.qr(_checks.generator(rng).standard_normal(tall))
    q = q * np.sign(np.diag(r))
    return gain * (q if n_neurons >= n_units else q.T)
