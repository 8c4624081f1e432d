"""Exact event-driven recursive least squares.

The textbook recursion needs ``q = P s`` at every update, a matrix-vector
product, and then changes all of P.  Both can be had for less, exactly:

* ``s`` is made of traces that decay and step by 1 at a spike, so ``P s`` is
  *carried*: it decays with the traces, and a spike of neuron i adds a column
  of P. It is needed at updates only; until then spikes wait, and are added
  together, each decayed by its age.
* a rank-one correction of P is not applied at once.  The last few wait in a
  tail, ``P = base - tail.T @ tail``, until they are folded into ``base`` as
  one matrix-matrix product.

The readout ``z = W s`` is needed at every step, and carried along at once.
"""

from typing import NamedTuple

import numpy as np

from spikelib._kernels._compiling import compiled

# Sums may be reordered and fused here: RLS is compared with its textbook
# version to a tolerance, never bit for bit.
_FAST = {"reassoc", "contract", "nsz", "arcp"}

# The tail is folded into P in blocks of this many rows and columns. A block and what it
# changes fit the second-level cache; few rows waste less of the symmetric half of a small
# P, more rows let the copy of the other half run along longer stretches of memory.
BLOCK_ROWS, BLOCK_COLUMNS = 192, 384
_SMALL = 1500  # regressors below which half as many rows do better
_STRETCH = 1024  # entries of P s that stay in the first-level cache while the tail passes


class RLSState(NamedTuple):
    """What the recursion carries. M = 2 n traces, R readout rows, B tail columns."""

    base: np.ndarray  # (M, M) P as of the last fold
    tail: np.ndarray  # (B, M) corrections since: P = base - tail.T @ tail
    pending: np.ndarray  # (1,) int64, rows of the tail in use
    weights: np.ndarray  # (M, R) readout W as of the last fold, transposed
    errors: np.ndarray  # (B, R) W = weights.T - errors.T @ tail
    slow: np.ndarray  # (n,) slow traces, as of the last `catch_up`
    fast: np.ndarray  # (n,) fast traces
    p_slow: np.ndarray  # (M,) P [slow; 0], likewise
    p_fast: np.ndarray  # (M,) P [0; fast]
    z_slow: np.ndarray  # (R,) W [slow; 0]
    z_fast: np.ndarray  # (R,) W [0; fast]
    decays: np.ndarray  # (2,) of slow and fast traces in a step
    waiting: np.ndarray  # (any, 2) int64: neuron and step of spikes not yet added
    clock: np.ndarray  # (2,) int64: spikes that wait, steps since none did
    powers: np.ndarray  # (2, any) scratch: the decays to the power 0, 1, 2, ...
    sums: np.ndarray  # (4, B) tail at the spikes of this step, and of all that wait
    packed: np.ndarray  # (M, B) scratch: the tail transposed
    block: np.ndarray  # (BLOCK_ROWS * BLOCK_COLUMNS,) scratch
    change: np.ndarray  # (M, R) scratch


@compiled(fastmath=_FAST)
def step(rls, spikes, n_spikes):
    """One time step: decay, then the spikes of the traced neurons `spikes[:n_spikes]`."""
    if rls.clock[0] + n_spikes > rls.waiting.shape[0] or rls.clock[1] + 2 > rls.powers.shape[1]:
        catch_up(rls)
    tail, weights, errors = rls.tail, rls.weights, rls.errors
    z_slow, z_fast = rls.z_slow, rls.z_fast
    slow_decay, fast_decay = rls.decays
    n = rls.slow.size
    b = rls.pending[0]
    rls.clock[1] += 1
    for r in range(z_slow.size):
        z_slow[r] *= slow_decay
        z_fast[r] *= fast_decay
    now_slow, now_fast, all_slow, all_fast = rls.sums[0], rls.sums[1], rls.sums[2], rls.sums[3]
    for c in range(b):
        all_slow[c] *= slow_decay
        all_fast[c] *= fast_decay
        now_slow[c] = 0.0
        now_fast[c] = 0.0
    if n_spikes == 0:
        return
    for k in range(n_spikes):
        i = spikes[k]
        rls.waiting[rls.clock[0], 0] = i
        rls.waiting[rls.clock[0], 1] = rls.clock[1]
        rls.clock[0] += 1
        w_slow, w_fast = weights[i], weights[n + i]
        for r in range(z_slow.size):
            z_slow[r] += w_slow[r]
            z_fast[r] += w_fast[r]
        for c in range(b):
            now_slow[c] += tail[c, i]
            now_fast[c] += tail[c, n + i]
    for c in range(b):
        row, x, y = errors[c], now_slow[c], now_fast[c]
        all_slow[c] += x
        all_fast[c] += y
        for r in range(z_slow.size):
            z_slow[r] -= row[r] * x
            z_fast[r] -= row[r] * y


@compiled(fastmath=_FAST)
def catch_up(rls):
    """Bring the traces and P s up to this step: decay, and the spikes that wait."""
    base, tail = rls.base, rls.tail
    slow, fast, p_slow, p_fast = rls.slow, rls.fast, rls.p_slow, rls.p_fast
    n_waiting, steps = rls.clock
    slow_powers, fast_powers = rls.powers
    n, m = slow.size, p_slow.size
    slow_powers[0] = 1.0
    fast_powers[0] = 1.0
    for k in range(steps):
        slow_powers[k + 1] = slow_powers[k] * rls.decays[0]
        fast_powers[k + 1] = fast_powers[k] * rls.decays[1]
    x, y = slow_powers[steps], fast_powers[steps]
    for i in range(n):
        slow[i] *= x
        fast[i] *= y
    for j in range(m):
        p_slow[j] *= x
        p_fast[j] *= y
    for k in range(n_waiting):
        i = rls.waiting[k, 0]
        age = steps - rls.waiting[k, 1]
        slow[i] += slow_powers[age]
        fast[i] += fast_powers[age]
    _add_rows(p_slow, base, 0, rls.waiting[:n_waiting], slow_powers, steps)
    _add_rows(p_fast, base, n, rls.waiting[:n_waiting], fast_powers, steps)
    b = rls.pending[0]
    if n_waiting > 0:
        for j0 in range(0, m, _STRETCH):
            j1 = min(j0 + _STRETCH, m)
            _subtract_rows(p_slow, tail, rls.sums[2], b, j0, j1)
            _subtract_rows(p_fast, tail, rls.sums[3], b, j0, j1)
    rls.sums[2, :b] = 0.0
    rls.sums[3, :b] = 0.0
    rls.clock[:] = 0


@compiled(fastmath=_FAST)
def _add_rows(x, base, first, waiting, powers, steps):
    """x += the rows `first + neuron` of base, each decayed by the age of its spike."""
    k = 0
    while k + 4 <= waiting.shape[0]:
        r0, r1 = base[first + waiting[k, 0]], base[first + waiting[k + 1, 0]]
        r2, r3 = base[first + waiting[k + 2, 0]], base[first + waiting[k + 3, 0]]
        f0, f1 = powers[steps - waiting[k, 1]], powers[steps - waiting[k + 1, 1]]
        f2, f3 = powers[steps - waiting[k + 2, 1]], powers[steps - waiting[k + 3, 1]]
        for j in range(x.size):
            x[j] += f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j]
        k += 4
    while k < waiting.shape[0]:
        row, f0 = base[first + waiting[k, 0]], powers[steps - waiting[k, 1]]
        for j in range(x.size):
            x[j] += f0 * row[j]
        k += 1


@compiled(fastmath=_FAST)
def _subtract_rows(x, rows, factors, b, j0, j1):
    """x -= factors @ rows, the first b rows and entries j0 to j1: four rows in one pass."""
    # Slices, and loops from 0: of an index that might be negative no vector loop is made.
    part = x[j0:j1]
    c = 0
    while c + 4 <= b:
        r0, r1 = rows[c][j0:j1], rows[c + 1][j0:j1]
        r2, r3 = rows[c + 2][j0:j1], rows[c + 3][j0:j1]
        f0, f1, f2, f3 = factors[c], factors[c + 1], factors[c + 2], factors[c + 3]
        for j in range(part.size):
            part[j] -= f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j]
        c += 4
    while c < b:
        row, f0 = rows[c][j0:j1], factors[c]
        for j in range(part.size):
            part[j] -= f0 * row[j]
        c += 1


@compiled(fastmath=_FAST)
def update(rls, error):
    """One RLS update with the a-priori `error` (R,) = W s - target."""
    catch_up(rls)
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


@compiled(fastmath=_FAST)
def fold(rls):
    """Fold the tail into `base` and `weights`; afterwards nothing is pending."""
    base, tail, weights, packed = rls.base, rls.tail, rls.weights, rls.packed
    size, m = tail.shape
    b = rls.pending[0]
    if b == 0:
        return
    if rls.clock[1] > 0:  # spikes that wait need the tail as it is
        catch_up(rls)
    for c in range(b, size):  # an early fold: unused rows must not count
        tail[c] = 0.0
        rls.errors[c] = 0.0
    for j in range(m):
        for c in range(size):
            packed[j, c] = tail[c, j]
    height = BLOCK_ROWS // 2 if m < _SMALL else BLOCK_ROWS
    for i0 in range(0, m, height):
        i1 = min(i0 + height, m)
        for j0 in range(0, i1, BLOCK_COLUMNS):
            j1 = min(j0 + BLOCK_COLUMNS, i1)
            block = rls.block[: (i1 - i0) * (j1 - j0)].reshape(i1 - i0, j1 - j0)
            np.dot(packed[i0:i1], packed[j0:j1].T, block)
            for i in range(i0, i1):
                row, out = block[i - i0], base[i][j0:j1]
                for j in range(row.size):
                    out[j] -= row[j]
            # The other half is a copy of this one. Eight columns at a time, a line of the
            # cache: a plain transposition would fetch every line eight times.
            for c0 in range(j0, j1, 8):
                c1 = min(c0 + 8, j1)
                for i in range(max(i0, c0), i1):
                    row = base[i]
                    for j in range(c0, min(c1, i)):
                        base[j, i] = row[j]
    np.dot(packed, rls.errors, rls.change)
    for j in range(m):
        row, change = weights[j], rls.change[j]
        for r in range(row.size):
            row[r] -= change[r]
    rls.pending[0] = 0


@compiled(fastmath=_FAST)
def textbook_step(P, weights, slow, fast, spikes, learn, target, decays, s, q):
    """One step of the textbook recursion, compiled: what the benchmark compares with.

    P (M, M) and weights (R, M) are updated in place at once: BLAS for the product with s,
    one pass over P for the rank-one correction. slow, fast (n,) are the traces; s, q (M,)
    are scratch.
    """
    n = slow.size
    for i in range(n):
        slow[i] *= decays[0]
        fast[i] *= decays[1]
    for k in range(spikes.size):
        slow[spikes[k]] += 1.0
        fast[spikes[k]] += 1.0
    if not learn:
        return
    s[:n] = slow
    s[n:] = fast
    np.dot(P, s, q)
    gain = 1.0 / (1.0 + np.dot(s, q))
    for r in range(target.size):
        row = weights[r]
        error = gain * (np.dot(row, s) - target[r])
        for j in range(s.size):
            row[j] -= error * q[j]
    for i in range(s.size):
        row, scaled = P[i], gain * q[i]
        for j in range(s.size):
            row[j] -= scaled * q[j]


@compiled()
def flush_denormals(x, smallest):
    """Set what has decayed below `smallest` to zero: denormals cost a hundredfold."""
    for i in range(x.size):
        if abs(x[i]) < smallest:
            x[i] = 0.0
