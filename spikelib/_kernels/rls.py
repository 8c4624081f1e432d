"""Exact event-driven recursive least squares.

The textbook recursion needs ``q = P s`` at every update, a matrix-vector
product, and then changes all of P.  Both can be had for less, exactly:

* ``s`` is made of traces that decay and step by 1 at a spike, so ``P s`` is
  *carried*: it decays with the traces, and a spike of neuron i adds a column
  of P.
* a rank-one correction of P is not applied at once.  The last few wait in a
  tail, ``P = base - tail @ tail.T``, until they are folded into ``base`` as
  one matrix-matrix product.

The readout ``z = W s`` is carried in the same way.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

# Sums may be reordered and fused here: RLS is compared with its textbook
# version to a tolerance, never bit for bit.
_FAST = {"reassoc", "contract", "nsz", "arcp"}

# Side of the square blocks in which the tail is folded into P: two blocks of
# doubles and their update fit the second-level cache of current processors.
_BLOCK = 192


class RLSState(NamedTuple):
    """What the recursion carries. M = 2 n traces, R readout rows, B tail columns."""

    base: np.ndarray  # (M, M) P as of the last fold
    tail: np.ndarray  # (M, B) corrections since: P = base - tail @ tail.T
    pending: np.ndarray  # (1,) int64, columns of the tail in use
    weights: np.ndarray  # (M, R) readout W as of the last fold, transposed
    errors: np.ndarray  # (B, R) W = weights.T - errors.T @ tail.T
    slow: np.ndarray  # (n,) slow traces
    fast: np.ndarray  # (n,) fast traces
    p_slow: np.ndarray  # (M,) P [slow; 0]
    p_fast: np.ndarray  # (M,) P [0; fast]
    z_slow: np.ndarray  # (R,) W [slow; 0]
    z_fast: np.ndarray  # (R,) W [0; fast]
    sums: np.ndarray  # (2, B) scratch
    block: np.ndarray  # (_BLOCK ** 2,) scratch


@njit(cache=True, fastmath=_FAST)
def decay_traces(rls, slow_decay, fast_decay):
    """One step without spikes: everything that is linear in the traces decays."""
    slow, fast, p_slow, p_fast = rls.slow, rls.fast, rls.p_slow, rls.p_fast
    for i in range(slow.size):
        slow[i] *= slow_decay
        fast[i] *= fast_decay
    for i in range(p_slow.size):
        p_slow[i] *= slow_decay
        p_fast[i] *= fast_decay
    for r in range(rls.z_slow.size):
        rls.z_slow[r] *= slow_decay
        rls.z_fast[r] *= fast_decay


@njit(cache=True, fastmath=_FAST)
def add_spikes(rls, spikes, n_spikes):
    """Spikes of the traced neurons `spikes[:n_spikes]`: their columns of P and W."""
    if n_spikes == 0:
        return
    base, tail, weights, errors = rls.base, rls.tail, rls.weights, rls.errors
    p_slow, p_fast, z_slow, z_fast = rls.p_slow, rls.p_fast, rls.z_slow, rls.z_fast
    n = rls.slow.size
    b = rls.pending[0]
    a_slow, a_fast = rls.sums[0], rls.sums[1]
    for c in range(b):
        a_slow[c] = 0.0
        a_fast[c] = 0.0
    for k in range(n_spikes):
        i = spikes[k]
        rls.slow[i] += 1.0
        rls.fast[i] += 1.0
        row_slow, row_fast = base[i], base[n + i]
        for j in range(p_slow.size):
            p_slow[j] += row_slow[j]
            p_fast[j] += row_fast[j]
        w_slow, w_fast = weights[i], weights[n + i]
        for r in range(z_slow.size):
            z_slow[r] += w_slow[r]
            z_fast[r] += w_fast[r]
        t_slow, t_fast = tail[i], tail[n + i]
        for c in range(b):
            a_slow[c] += t_slow[c]
            a_fast[c] += t_fast[c]
    if b == 0:
        return
    for j in range(p_slow.size):
        row = tail[j]
        x = 0.0
        y = 0.0
        for c in range(b):
            x += row[c] * a_slow[c]
            y += row[c] * a_fast[c]
        p_slow[j] -= x
        p_fast[j] -= y
    for c in range(b):
        for r in range(z_slow.size):
            z_slow[r] -= errors[c, r] * a_slow[c]
            z_fast[r] -= errors[c, r] * a_fast[c]


@njit(cache=True, fastmath=_FAST)
def update(rls, error):
    """One RLS update with the a-priori `error` (R,) = W s - target."""
    p_slow, p_fast, slow, fast = rls.p_slow, rls.p_fast, rls.slow, rls.fast
    tail, errors = rls.tail, rls.errors
    n = slow.size
    b = rls.pending[0]
    # sᵀP s in its two parts: with the slow traces and with the fast ones.
    with_slow = 0.0
    with_fast = 0.0
    for i in range(n):
        with_slow += slow[i] * (p_slow[i] + p_fast[i])
        with_fast += fast[i] * (p_slow[n + i] + p_fast[n + i])
    gain = 1.0 / (1.0 + with_slow + with_fast)
    root = np.sqrt(gain)
    g_slow = gain * with_slow
    g_fast = gain * with_fast
    for j in range(p_slow.size):
        q = p_slow[j] + p_fast[j]
        tail[j, b] = root * q
        p_slow[j] -= g_slow * q
        p_fast[j] -= g_fast * q
    for r in range(error.size):
        errors[b, r] = root * error[r]
        rls.z_slow[r] -= g_slow * error[r]
        rls.z_fast[r] -= g_fast * error[r]
    rls.pending[0] = b + 1
    if b + 1 == tail.shape[1]:
        fold(rls)


@njit(cache=True)
def fold(rls):
    """Fold the tail into `base` and `weights`; afterwards nothing is pending."""
    base, tail, weights = rls.base, rls.tail, rls.weights
    m, size = tail.shape
    b = rls.pending[0]
    if b == 0:
        return
    for c in range(b, size):  # an early fold: unused columns must not count
        for j in range(m):
            tail[j, c] = 0.0
        for r in range(weights.shape[1]):
            rls.errors[c, r] = 0.0
    for i0 in range(0, m, _BLOCK):
        i1 = min(i0 + _BLOCK, m)
        for j0 in range(0, i1, _BLOCK):
            j1 = min(j0 + _BLOCK, m)
            block = rls.block[: (i1 - i0) * (j1 - j0)].reshape(i1 - i0, j1 - j0)
            np.dot(tail[i0:i1], tail[j0:j1].T, block)
            for i in range(i0, i1):
                row = block[i - i0]
                for j in range(j0, j1):
                    base[i, j] -= row[j - j0]
            if j0 != i0:
                for j in range(j0, j1):
                    for i in range(i0, i1):
                        base[j, i] = base[i, j]
    for j in range(m):
        row = weights[j]
        for c in range(b):
            x = tail[j, c]
            for r in range(row.size):
                row[r] -= x * rls.errors[c, r]
    rls.pending[0] = 0


@njit(cache=True)
def flush_denormals(x, smallest):
    """Set what has decayed below `smallest` to zero: denormals cost a hundredfold."""
    for i in range(x.size):
        if abs(x[i]) < smallest:
            x[i] = 0.0
