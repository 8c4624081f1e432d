"""Recursive least squares for many neurons at once, each with few inputs and a P of its own.

`spikelib.least_squares.rls` has one P for all rows of the weights, since every row sees the same
regressors. Where each neuron sees regressors of its own, as with sparse synapses, each needs its
own P. They are small, so they are kept packed: one triangle, in single precision.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from spikelib import _checks
from spikelib._kernels import sparse as _kernel

__all__ = ["SparseRLS", "draw_presynaptic"]

_CHUNK = 512  # neurons below which a second thread does not pay


def draw_presynaptic(n_neurons, n_inputs, *, rng):
    """Draw the presynaptic neurons of every neuron: distinct, and never itself.

    Parameters
    ----------
    n_neurons, n_inputs : int
        N, and K < N.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int32, shape (N, K)
        In increasing order.

    Examples
    --------
    >>> draw_presynaptic(3, 2, rng=np.random.default_rng(0))
    array([[1, 2],
           [0, 2],
           [0, 1]], dtype=int32)
    """
    n = _checks.count("n_neurons", n_neurons, at_least=2)
    k = _checks.count("n_inputs", n_inputs, at_most=n - 1)
    _checks.room("n_neurons, n_inputs", n, k)
    rng = _checks.generator(rng)
    rows = np.empty((n, k), np.int32)
    for i in range(n):
        drawn = rng.choice(n - 1, k, replace=False, shuffle=False)
        rows[i] = np.sort(drawn + (drawn >= i))
    return rows


def links(name, value, below=None):
    """Return whole numbers (N, K) from 0 to `below` - 1, or to N - 1, as int32."""
    try:
        rows = np.asarray(value)
    except ValueError:  # rows of different length
        rows = np.asarray(None)
    if rows.ndim != 2 or rows.size == 0 or rows.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected whole numbers of shape (N, K), got {value!r:.80}")
    below = len(rows) if below is None else _checks.count("n_regressors", below)
    if rows.min() < 0 or rows.max() >= below:
        raise ValueError(
            f"{name}: expected numbers from 0 to {below - 1}, got {rows.min()} to {rows.max()}"
        )
    return np.ascontiguousarray(rows, np.int32)


class SparseRLS:
    """A recursion for each of N neurons, on K regressors of its own.

    For neuron i, with s the regressors `presynaptic[i]` of all that there are::

        k = P s / (1 + sᵀ P s);  P ← P - k (P s)ᵀ;  W ← W - (W s - y) kᵀ

    Parameters
    ----------
    presynaptic : array_like of int, shape (N, K)
        Which regressors each neuron sees.
    n_regressors : int, optional
        How many there are; N where not given.
    prior : float
        P at the start is this times the identity.
    n_threads : int
        Threads among which the neurons are divided. The numbers do not depend on it.

    Attributes
    ----------
    weights : ndarray of float32, shape (N, K)
        W.
    packed : ndarray of float32, shape (N, K (K + 1) / 2)
        The lower triangle of each P, row after row.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> s, W = rng.normal(size=(200, 4)), np.array([[1.0, -2.0], [0.5, 3.0]])
    >>> rls = SparseRLS([[0, 2], [1, 3]], n_regressors=4, prior=1e4)
    >>> for sample in s:
    ...     target = (W * sample[rls.presynaptic]).sum(axis=1)
    ...     left = rls.update(sample, target)
    >>> np.allclose(rls.weights, W, atol=1e-3)
    True
    """

    def __init__(self, presynaptic, *, n_regressors=None, prior=1.0, n_threads=1):
        self.presynaptic = links("presynaptic", presynaptic, n_regressors)
        n, k = self.presynaptic.shape
        self.n_regressors = n if n_regressors is None else int(n_regressors)
        _checks.room("presynaptic", n, k * (k + 1) // 2)
        self.weights = np.zeros((n, k), np.float32)
        self.packed = np.zeros((n, k * (k + 1) // 2), np.float32)
        diagonal = np.cumsum(np.arange(1, k + 1)) - 1
        self.packed[:, diagonal] = _checks.number("prior", prior, above=0)
        n_threads = min(_checks.count("n_threads", n_threads), max(1, n // _CHUNK))
        bounds = np.linspace(0, n, n_threads + 1).astype(int)
        self._chunks = list(zip(bounds[:-1], bounds[1:], strict=True))
        self._pool = ThreadPoolExecutor(n_threads) if n_threads > 1 else None

    def update(self, regressors, target):
        """Take in one sample; return the errors (N,) that remain after learning from it.

        Parameters
        ----------
        regressors : array_like, shape (n_regressors,)
            s of all.
        target : array_like, shape (N,)
            y.
        """
        n = len(self.weights)
        s = _checks.array("regressors", regressors, ("n_regressors",), (self.n_regressors,))
        target = _checks.array("target", target, ("N",), (n,))
        errors = np.einsum("ik,ik->i", self.weights, s[self.presynaptic]) - target
        self.learn(s, errors)
        return errors

    def learn(self, regressors, errors):
        """`update` for errors W s - y that are known: changed in place to those that remain."""
        def part(chunk):
            _kernel.update(self.presynaptic, self.packed, self.weights, regressors, errors, *chunk)

        if self._pool is None:
            part(self._chunks[0])
        else:
            list(self._pool.map(part, self._chunks))

    def P(self, neuron):
        """P of one neuron, shape (K, K); a copy, in double precision."""
        neuron = _checks.count("neuron", neuron, at_least=0, at_most=len(self.weights) - 1)
        k = self.weights.shape[1]
        P = np.zeros((k, k))
        P[np.tril_indices(k)] = self.packed[neuron]
        return P + np.tril(P, -1).T
