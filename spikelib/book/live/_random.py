"""Chance that both halves of a widget make alike: a hash of (seed, index), in 32-bit arithmetic."""

import numpy as np

_SPREAD = np.sqrt(4 * (256**2 - 1) / 12)  # of the sum of four uniform bytes


def hashed(seed, indices):
    """Numbers from 0 to 2³² - 1, one for each index: `hashed` in ``js/random.js``.

    The finaliser is that of splitmix, in the 32-bit form with good avalanche.
    """
    with np.errstate(over="ignore"):
        h = np.asarray(indices).astype(np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x21F0AAAD)
        h = (h ^ (h >> np.uint32(15))) * np.uint32(0x735A2D97)
    return h ^ (h >> np.uint32(15))


def hashed_weights(seed, n_neurons, spread):
    """Random weights (N, N), row = sending neuron, nearly normal, and the scale of their units.

    Parameters
    ----------
    seed : int
    n_neurons : int
        N.
    spread : float
        Standard deviation of the weights.

    Returns
    -------
    weights : ndarray, shape (N, N)
    scale : float
        The weights are whole numbers from -512 to 508 times this.
    """
    h = hashed(seed, np.arange(n_neurons**2))
    whole = h.view(np.int8).reshape(-1, 4).astype(np.int64).sum(axis=1)
    scale = spread / _SPREAD
    return (whole * scale).reshape(n_neurons, n_neurons), scale
