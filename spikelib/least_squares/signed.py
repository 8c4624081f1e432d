"""Least squares with signs: weights that keep to Dale's law and to given connections.

For each postsynaptic neuron i, with the same regressors s for all::

    minimise  Σ_t (J_i · s(t) - target_i(t))² + ridge |J_i|²
    where     sign_j J_ij >= 0,  and  J_ij = 0 where there is no connection

The data enter through the Gram matrix G = Σ s sᵀ and C = Σ s targetᵀ alone. The problem is
convex; a solution J is known by its optimality (Karush-Kuhn-Tucker) conditions: with the
gradient g = G J - C + ridge J, every weight that is not zero has g = 0, and every silent
synapse would make things worse by growing, sign_j g_ij >= 0.
"""

import numpy as np

from spikelib import _checks
from spikelib._kernels.dale import descend
from spikelib.errors import InfeasibleError

__all__ = [
    "draw_connections",
    "draw_signs",
    "optimality_gap",
    "sign_violations",
    "signed_least_squares",
]

BLOCK = 64


def draw_signs(n_neurons, *, excitatory_fraction=0.8, rng):
    """Sign of each neuron, +1 or -1, in random order.

    Parameters
    ----------
    n_neurons : int
    excitatory_fraction : float
        Of all neurons, rounded to a whole number of them.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of float, shape (N,)

    Examples
    --------
    >>> signs = draw_signs(10, rng=np.random.default_rng(0))
    >>> int((signs > 0).sum()), int((signs < 0).sum())
    (8, 2)
    """
    n = _checks.count("n_neurons", n_neurons)
    fraction = _checks.number("excitatory_fraction", excitatory_fraction, at_least=0, at_most=1)
    signs = np.ones(n)
    signs[_checks.generator(rng).permutation(n)[round(n * fraction) :]] = -1
    return signs


def draw_connections(n_neurons, *, probability, rng):
    """Which neuron reaches which: (post, pre), independent draws, nobody reaches itself.

    Raises
    ------
    InfeasibleError
        A neuron is left without any input; it could make no recurrent current.

    Examples
    --------
    >>> connected = draw_connections(50, probability=0.2, rng=np.random.default_rng(0))
    >>> connected.shape, bool(connected.diagonal().any())
    ((50, 50), False)
    """
    n = _checks.count("n_neurons", n_neurons, at_least=2)
    probability = _checks.number("connection_probability", probability, above=0, at_most=1)
    _checks.room("n_neurons", n, n)
    connected = _checks.generator(rng).random((n, n)) < probability
    np.fill_diagonal(connected, False)
    alone = np.flatnonzero(~connected.any(axis=1))
    if alone.size:
        raise InfeasibleError(
            f"connection_probability: expected at least one input for every neuron, got "
            f"{alone.size} of {n} neurons without any at probability {probability} (neuron "
            f"{alone[0]} is the first); more neurons or a higher probability are needed"
        )
    return connected


def check_wiring(signs, connected, n):
    """Signs (N,) and connections (N, N), (post, pre), as arrays; errors where they do not fit."""
    signs = _signs(signs, n, "n_neurons")
    connected = _booleans(connected)
    if connected.dtype != bool or connected.shape != (n, n) or connected.diagonal().any():
        raise ValueError(
            f"connected: expected booleans of shape (n_neurons, n_neurons) = ({n}, {n}) with an "
            f"empty diagonal, got {connected.dtype} of shape {connected.shape}"
        )
    alone = np.flatnonzero(~connected.any(axis=1))
    if alone.size:
        raise InfeasibleError(
            f"connected: expected at least one input for every neuron, got {alone.size} neurons "
            f"without any (neuron {alone[0]} is the first)"
        )
    return signs, connected


def _signs(signs, size, axis):
    signs = _checks.array("signs", signs, (axis,), (size,))
    wrong = ~np.isin(signs, (-1, 1))
    if wrong.any():
        raise ValueError(f"signs: expected only +1 and -1, got {signs[wrong][0]}")
    return signs


def signed_least_squares(gram, cross, signs, *, allowed=None, ridge=0.0, start=None,
                         tolerance=1e-8, max_sweeps=10_000):
    """Solve the least-squares problem with signs to its optimum, by coordinate descent.

    Parameters
    ----------
    gram : array_like, shape (M, M)
        G, symmetric, with nothing negative on its diagonal.
    cross : array_like, shape (M, N)
        C.
    signs : array_like, shape (M,)
        +1 or -1 for each regressor.
    allowed : array_like of bool, shape (M, N), optional
        Which weights may differ from zero; all, where not given.
    ridge : float
    start : array_like, shape (M, N), optional
        Where to start; zero where not given.
    tolerance : float
        The `optimality_gap` at which to stop.
    max_sweeps : int
        Passes over all weights before giving up.

    Returns
    -------
    ndarray, shape (M, N)
        J, (pre, post).

    Raises
    ------
    ValueError
        Shapes that do not fit, signs other than +1 and -1, a start that breaks them.
    RuntimeError
        Not within `tolerance` after `max_sweeps`.

    Examples
    --------
    One excitatory and one inhibitory regressor, and a target that wants the second positive:

    >>> gram, cross = np.eye(2), np.array([[2.0], [3.0]])
    >>> signed_least_squares(gram, cross, [1, -1]).ravel().tolist()
    [2.0, 0.0]
    """
    gram, cross, signs, allowed = _problem(gram, cross, signs, allowed)
    ridge = _checks.number("ridge", ridge, at_least=0)
    tolerance = _checks.number("tolerance", tolerance, at_least=0)
    max_sweeps = _checks.count("max_sweeps", max_sweeps)
    m, n = cross.shape
    weights = np.zeros((m, n))
    if start is not None:
        weights[:] = _checks.array("start", start, ("M", "N"), (m, n))
        if sign_violations(weights, signs, allowed):
            raise ValueError("start: expected weights that keep to the signs and connections")
    for _ in range(max_sweeps):
        sweep(gram, cross, None, weights, signs, allowed, ridge)
        if optimality_gap(gram, cross, signs, weights, allowed=allowed, ridge=ridge) <= tolerance:
            return weights
    raise RuntimeError(
        f"signed_least_squares: expected an optimality gap of at most {tolerance} within "
        f"{max_sweeps} sweeps, got "
        f"{optimality_gap(gram, cross, signs, weights, allowed=allowed, ridge=ridge):.3g}; "
        "a ridge above zero makes the problem better conditioned"
    )


def optimality_gap(gram, cross, signs, weights, *, allowed=None, ridge=0.0):
    """How far weights are from the conditions of the optimum, relative to the largest |C|.

    The largest of |g| over weights that are not zero and of -sign g over silent synapses.
    Parameters as for `signed_least_squares`; weights (M, N).
    """
    gram, cross, signs, allowed = _problem(gram, cross, signs, allowed)
    ridge = _checks.number("ridge", ridge, at_least=0)
    weights = _checks.array("weights", weights, ("M", "N"), cross.shape)
    slope = signs[:, None] * (gram @ weights - cross + ridge * weights)
    gap = np.where(weights != 0, np.abs(slope), np.maximum(-slope, 0))
    scale = np.abs(cross).max()
    return float(np.max(gap * allowed) / (scale if scale > 0 else 1.0))


def sign_violations(weights, signs, allowed=None):
    """Number of weights of the wrong sign, or where there is no connection.

    Parameters
    ----------
    weights : array_like, shape (M, N)
        (pre, post).
    signs : array_like, shape (M,)
    allowed : array_like of bool, shape (M, N), optional
    """
    weights = _checks.array("weights", weights, ("M", "N"))
    signs = _checks.array("signs", signs, ("M",), (len(weights),))
    wrong = np.count_nonzero(weights * signs[:, None] < 0)
    if allowed is None:
        return int(wrong)
    allowed = _booleans(allowed)
    if allowed.dtype != bool or allowed.shape != weights.shape:
        raise ValueError(
            f"allowed: expected booleans of shape {weights.shape}, got {allowed.dtype} of shape "
            f"{allowed.shape}"
        )
    return int(wrong + np.count_nonzero(weights[~allowed]))


def _booleans(value):
    """An array; rows of different length are none."""
    try:
        return np.asarray(value)
    except ValueError:
        return np.asarray(None)


def sweep(gram, cross, targets, weights, signs, allowed, ridge, block=BLOCK):
    """One pass of exact coordinate descent over all weights (M, N), changed in place.

    C is `cross` (M, N), or ``cross @ targets`` where targets (K, N) is given. The gradient of a
    block of regressors is one matrix product; within the block it is kept up to date. All
    arrays of one floating-point type.
    """
    kind = weights.dtype.type
    for first in range(0, len(gram), block):
        rows = slice(first, min(first + block, len(gram)))
        gradient = gram[rows] @ weights
        gradient -= cross[rows] if targets is None else cross[rows] @ targets
        descend(np.ascontiguousarray(gram[rows, rows]), gradient, weights[rows], signs[rows],
                allowed[rows], kind(ridge))


def _problem(gram, cross, signs, allowed):
    cross = _checks.array("cross", cross, ("M", "N"))
    m, n = cross.shape
    gram = _checks.array("gram", gram, ("M", "M"), (m, m))
    signs = _signs(signs, m, "M")
    if allowed is None:
        return gram, cross, signs, np.ones((m, n), bool)
    allowed = _booleans(allowed)
    if allowed.dtype != bool or allowed.shape != (m, n):
        raise ValueError(
            f"allowed: expected booleans of shape (M, N) = ({m}, {n}), got {allowed.dtype} of "
            f"shape {allowed.shape}"
        )
    return gram, cross, signs, allowed
