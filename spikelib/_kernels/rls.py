"""Exact event-driven recursive least squares.

The textbook recursion needs ``q = P s`` at every update, a matrix-vector
product, and then changes all of P.  Both can be had for less, exactly:

* ``s`` is made of traces that decay and step by 1 at a spike, so ``P s`` is
  *carried*: it decays with the traces, and a spike of neuron i adds a column
  of P.
* a rank-one correction of P is not applied at once.  The last few wait in a
  tail, ``P = base - tail.T @ tail``, until they are folded into ``base`` as
  one matrix-matrix product.

The readout ``z = W s`` is carried in the same way.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

# Sums may be reordered and fused here: RLS is compared with its textbook
# version to a tolerance, never bit for bit.
_FAST = {"reassoc", "contract", "nsz", "arcp"}

# Height of the panels in which the tail is folded into P. Flat over a wide range:
# lower panels waste less of the symmetric half, higher ones suit the BLAS better.
PANEL = 96


class RLSState(NamedTuple):
    """What the recursion carries. M = 2 n traces, R readout rows, B tail columns."""

    base: np.ndarray  # (M, M) P as of the last fold
    tail: np.ndarray  # (B, M) corrections since: P = base - tail.T @ tail
    pending: np.ndarray  # (1,) int64, rows of the tail in use
    weights: np.ndarray  # (M, R) readout W as of the last fold, transposed
    errors: np.ndarray  # (B, R) W = weights.T - errors.T @ tail
    slow: np.ndarray  # (n,) slow traces
    fast: np.ndarray  # (n,) fast traces
    p_slow: np.ndarray  # (M,) P [slow; 0]
    p_fast: np.ndarray  # (M,) P [0; fast]
    z_slow: np.ndarray  # (R,) W [slow; 0]
    z_fast: np.ndarray  # (R,) W [0; fast]
    sums: np.ndarray  # (2, B) scratch
    packed: np.ndarray  # (M, B) scratch: the tail transposed
    panel: np.ndarray  # (PANEL * M,) scratch
    change: np.ndarray  # (M, R) scratch


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
    m = p_slow.size
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
        for j in range(m):
            p_slow[j] += row_slow[j]
            p_fast[j] += row_fast[j]
        w_slow, w_fast = weights[i], weights[n + i]
        for r in range(z_slow.size):
            z_slow[r] += w_slow[r]
            z_fast[r] += w_fast[r]
        for c in range(b):
            a_slow[c] += tail[c, i]
            a_fast[c] += tail[c, n + i]
    c = 0
    while c + 4 <= b:  # four rows of the tail in one pass over the carried vectors
        t0, t1, t2, t3 = tail[c], tail[c + 1], tail[c + 2], tail[c + 3]
        s0, s1, s2, s3 = a_slow[c], a_slow[c + 1], a_slow[c + 2], a_slow[c + 3]
        f0, f1, f2, f3 = a_fast[c], a_fast[c + 1], a_fast[c + 2], a_fast[c + 3]
        for j in range(m):
            p_slow[j] -= s0 * t0[j] + s1 * t1[j] + s2 * t2[j] + s3 * t3[j]
            p_fast[j] -= f0 * t0[j] + f1 * t1[j] + f2 * t2[j] + f3 * t3[j]
        c += 4
    while c < b:
        row, s0, f0 = tail[c], a_slow[c], a_fast[c]
        for j in range(m):
            p_slow[j] -= s0 * row[j]
            p_fast[j] -= f0 * row[j]
        c += 1
    for c in range(b):
        row, s0, f0 = errors[c], a_slow[c], a_fast[c]
        for r in range(z_slow.size):
            z_slow[r] -= row[r] * s0
            z_fast[r] -= row[r] * f0


@njit(cache=True, fastmath=_FAST)
def update(rls, error):
    """One RLS update with the a-priori `error` (R,) = W s - target."""
    p_slow, p_fast, slow, fast = rls.p_slow, rls.p_fast, rls.slow, rls.fast
    n = slow.size
    b = rls.pending[0]
    row = rls.tail[b]
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
        row[j] = root * q
        p_slow[j] -= g_slow * q
        p_fast[j] -= g_fast * q
    for r in range(error.size):
        rls.errors[b, r] = root * error[r]
        rls.z_slow[r] -= g_slow * error[r]
        rls.z_fast[r] -= g_fast * error[r]
    rls.pending[0] = b + 1
    if b + 1 == rls.tail.shape[0]:
        fold(rls)


@njit(cache=True, fastmath=_FAST)
def fold(rls):
    """Fold the tail into `base` and `weights`; afterwards nothing is pending."""
    base, tail, weights, packed = rls.base, rls.tail, rls.weights, rls.packed
    size, m = tail.shape
    b = rls.pending[0]
    if b == 0:
        return
    for c in range(b, size):  # an early fold: unused rows must not count
        tail[c] = 0.0
        rls.errors[c] = 0.0
    for j in range(m):
        for c in range(size):
            packed[j, c] = tail[c, j]
    for i0 in range(0, m, PANEL):
        i1 = min(i0 + PANEL, m)
        panel = rls.panel[: (i1 - i0) * i1].reshape(i1 - i0, i1)
        np.dot(packed[i0:i1], packed[:i1].T, panel)
        for i in range(i0, i1):
            row, out = panel[i - i0], base[i]
            for j in range(i1):
                out[j] -= row[j]
        # The other half is a copy of this one. Eight columns at a time, a line of the
        # cache: a plain transposition would fetch every line eight times.
        for j0 in range(0, i0, 8):
            j1 = min(j0 + 8, i0)
            for i in range(i0, i1):
                row = base[i]
                for j in range(j0, j1):
                    base[j, i] = row[j]
        # The square on the diagonal came whole, rounded alike on both sides or not.
        for i in range(i0, i1):
            for j in range(i0, i):
                base[j, i] = base[i, j]
    np.dot(packed, rls.errors, rls.change)
    for j in range(m):
        row, change = weights[j], rls.change[j]
        for r in range(row.size):
            row[r] -= change[r]
    rls.pending[0] = 0


@njit(cache=True)
def flush_denormals(x, smallest):
    """Set what has decayed below `smallest` to zero: denormals cost a hundredfold."""
    for i in range(x.size):
        if abs(x[i]) < smallest:
            x[i] = 0.0
