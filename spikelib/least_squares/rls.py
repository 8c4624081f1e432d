"""Recursive least squares: the textbook recursion, and an exact event-driven one.

Both find, sample by sample, the weights W that minimise::

    sum_t |W s(t) - y(t)|^2 + |W|^2 / prior

`RecursiveLeastSquares` is the recursion as it stands in textbooks, and what the
book shows.  `EventRLS` gives the same numbers for traces that decay and step by
1 at a spike, at a fraction of the cost, and is what training uses.
"""

import math

import numpy as np

from spikelib import _checks
from spikelib._kernels import rls as _kernel

__all__ = ["EventRLS", "RecursiveLeastSquares", "block_size"]


class RecursiveLeastSquares:
    """The textbook recursion, for any regressors.

    At each sample, with P starting as ``prior`` times the identity::

        k = P s / (1 + sᵀ P s)
        W ← W - (W s - y) kᵀ
        P ← P - k (P s)ᵀ

    Parameters
    ----------
    n_regressors : int
        Length M of s.
    n_outputs : int
        Length R of y.
    prior : float
        P at the start: the inverse of the ridge penalty on the weights.

    Attributes
    ----------
    weights : ndarray, shape (R, M)
        W.
    P : ndarray, shape (M, M)
        Inverse of the regularised second moments of s.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> s, W = rng.normal(size=(200, 3)), np.array([[1.0, -2.0, 0.5]])
    >>> fit = RecursiveLeastSquares(3, 1, prior=1e6)
    >>> for sample in s:
    ...     error = fit.update(sample, W @ sample)
    >>> np.allclose(fit.weights, W, atol=1e-5)
    True

    References
    ----------
    Haykin, Adaptive Filter Theory; Sussillo & Abbott (2009), Neuron 63, 544.
    """

    def __init__(self, n_regressors, n_outputs, *, prior=1.0):
        n_regressors = _checks.count("n_regressors", n_regressors)
        n_outputs = _checks.count("n_outputs", n_outputs)
        _checks.room("n_regressors", n_regressors, max(n_regressors, n_outputs))
        self.weights = np.zeros((n_outputs, n_regressors))
        self.P = _checks.number("prior", prior, above=0) * np.eye(n_regressors)

    def update(self, regressors, target):
        """Take in one sample; return the error (R,) made before learning from it.

        Parameters
        ----------
        regressors : ndarray, shape (M,)
            s.
        target : ndarray, shape (R,)
            y.
        """
        error = self.weights @ regressors - target
        Ps = self.P @ regressors
        k = Ps / (1.0 + regressors @ Ps)
        self.weights -= np.outer(error, k)
        self.P -= np.outer(k, Ps)
        return error


def block_size(n_regressors):
    """Number of corrections that wait in the tail before they are folded into P.

    With M regressors and B corrections in the tail, a step adds up the tail at a cost
    of M B, and its share in folding, beside the M² operations that no B avoids, moves M²
    entries of P once in B updates: M²/B. The sum is least where B grows as the square
    root of M. The factor in front was measured once, and the minimum is flat: half or
    twice the size costs a tenth more. Above 128 the tail leaves the cache.

    Examples
    --------
    >>> block_size(400), block_size(2000), block_size(10_000)
    (40, 88, 128)
    """
    n_regressors = _checks.count("n_regressors", n_regressors)
    return int(min(128, max(16, 8 * round(0.25 * math.sqrt(n_regressors)))))


class EventRLS:
    """RLS on slow and fast synaptic traces, driven by spikes.

    Exactly the recursion of `RecursiveLeastSquares` with s = [slow; fast], the
    traces of n neurons that decay by ``exp(-dt/tau)`` a step and step by 1 at a
    spike.  Three facts make it cheap: ``P s`` and ``W s`` are linear in the traces,
    so they are carried along and change only by decay and, at a spike, by one
    column; corrections of P wait in a tail and are folded in together, by a
    matrix-matrix product; P is symmetric, so half of that product is enough.

    Parameters
    ----------
    n_neurons : int
        Number n of traced neurons; there are M = 2 n regressors.
    n_outputs : int
        Number of rows R of the weights.
    slow_decay, fast_decay : float
        ``exp(-dt/tau)`` of the slow and of the fast traces, between 0 and 1.
    prior : float
        P at the start is this times the identity.
    block : int, optional
        Length of the tail; `block_size` chooses it where not given.
    single : bool
        Keep P in single precision: half the memory, and products at up to twice the rate. What
        is carried along, and the weights, stay double.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> fast = EventRLS(4, 1, slow_decay=0.99, fast_decay=0.8)
    >>> slow, s = RecursiveLeastSquares(8, 1), np.zeros(8)
    >>> for _ in range(300):
    ...     spikes, target = np.flatnonzero(rng.random(4) < 0.1), rng.normal(size=1)
    ...     fast.step(spikes)
    ...     s *= np.repeat([0.99, 0.8], 4)
    ...     s[spikes] += 1
    ...     s[spikes + 4] += 1
    ...     error = fast.update(target), slow.update(s, target)
    >>> np.allclose(fast.weights, slow.weights, rtol=1e-9, atol=1e-12)
    True
    """

    def __init__(self, n_neurons, n_outputs, *, slow_decay, fast_decay, prior=1.0, block=None,
                 single=False):
        n = _checks.count("n_neurons", n_neurons)
        rows = _checks.count("n_outputs", n_outputs)
        self.slow_decay = _checks.number("slow_decay", slow_decay, above=0, at_most=1)
        self.fast_decay = _checks.number("fast_decay", fast_decay, above=0, at_most=1)
        prior = _checks.number("prior", prior, above=0)
        m = 2 * n
        b = block_size(m) if block is None else _checks.count("block", block)
        _checks.room("n_neurons, n_outputs, block", m, max(m, b, rows))
        kind = np.float32 if _checks.flag("single", single) else np.float64
        base = np.zeros((m, m), kind)
        np.fill_diagonal(base, prior)
        self.state = _kernel.RLSState(
            base=base,
            tail=np.zeros((b, m), kind),
            pending=np.zeros(1, np.int64),
            weights=np.zeros((m, rows)),
            errors=np.zeros((b, rows), kind),
            slow=np.zeros(n),
            fast=np.zeros(n),
            p_slow=np.zeros(m),
            p_fast=np.zeros(m),
            z_slow=np.zeros(rows),
            z_fast=np.zeros(rows),
            decays=np.array([self.slow_decay, self.fast_decay]),
            waiting=np.zeros((4 * n + 64, 2), np.int64),
            clock=np.zeros(2, np.int64),
            powers=np.zeros((2, 1024)),
            sums=np.zeros((4, b)),
            packed=np.zeros((m, b), kind),
            block=np.zeros(_kernel.BLOCK_ROWS * _kernel.BLOCK_COLUMNS, kind),
            change=np.zeros((m, rows), kind),
        )

    def step(self, spikes):
        """One time step: decay, then the spikes (indices of the traced neurons)."""
        spikes = np.asarray(spikes, dtype=np.int64)
        _kernel.step(self.state, spikes, spikes.size)

    def update(self, target):
        """Learn `target` (R,); return the error (R,) made before."""
        error = self.output - np.asarray(target, dtype=float)
        _kernel.update(self.state, error)
        return error

    def fold(self):
        """Bring `state.base` and `state.weights` up to date; free of effect otherwise."""
        _kernel.fold(self.state)

    def reset_traces(self):
        """Forget the spikes of the past, not what was learned from them."""
        _kernel.catch_up(self.state)
        for carried in ("slow", "fast", "p_slow", "p_fast", "z_slow", "z_fast"):
            getattr(self.state, carried)[:] = 0.0

    @property
    def output(self):
        """W s, shape (R,)."""
        return self.state.z_slow + self.state.z_fast

    @property
    def traces(self):
        """s = [slow; fast], shape (2 n,)."""
        _kernel.catch_up(self.state)
        return np.concatenate([self.state.slow, self.state.fast])

    @property
    def weights(self):
        """W, shape (R, 2 n); a copy."""
        self.fold()
        return self.state.weights.T.copy()

    @property
    def P(self):
        """P, shape (2 n, 2 n); a view, valid until the next step."""
        self.fold()
        return self.state.base
