"""Recursive least squares whose large matrix lies where another array library keeps it.

P has M² entries, and everything else only M: where P lies on a graphics processor, the rest can
stay. `ArrayRLS` is the recursion of `RecursiveLeastSquares` with its matrix, and all products with
it, in the hands of any library that follows the Python array API standard (2023.12, without
its optional parts): CuPy, PyTorch by way of ``array_api_compat``, and NumPy itself.
"""

import math

import numpy as np

from spikelib import _checks
from spikelib.least_squares.rls import block_size

__all__ = ["ArrayRLS"]


class ArrayRLS:
    """The textbook recursion with P in an array library of your choice.

    The updates of `RecursiveLeastSquares`. Corrections of P wait in a tail of B rows,
    ``P = P₀ - Kᵀ K``, and are folded in together by one matrix-matrix product, which is what such
    libraries are fast at. At each update the regressors go over (M numbers) and P s comes
    back; the weights stay in NumPy. `train_trial` takes it in place of `untrained_fit`.

    Parameters
    ----------
    n_regressors : int
        Length M of s.
    n_outputs : int
        Length R of y.
    prior : float
        P at the start is this times the identity.
    block : int, optional
        B; `block_size` chooses it where not given.
    xp : module, optional
        The array library; NumPy where not given.
    device : object, optional
        Handed to the library as it is: where P is to lie.
    dtype : str
        Of P: ``"float64"`` or ``"float32"``. Weights are double.
    to_numpy : callable, optional
        Makes a NumPy array of one of the library's, such as ``cupy.asnumpy`` or
        ``lambda x: x.cpu().numpy()``; `numpy.asarray` where not given.

    Attributes
    ----------
    weights : ndarray, shape (R, M)
        W.

    Examples
    --------
    >>> import numpy as np
    >>> from spikelib import RecursiveLeastSquares
    >>> rng = np.random.default_rng(0)
    >>> here, plain = ArrayRLS(6, 2, block=4), RecursiveLeastSquares(6, 2)
    >>> for s, y in zip(rng.normal(size=(50, 6)), rng.normal(size=(50, 2))):
    ...     errors = here.update(s, y), plain.update(s, y)
    >>> np.allclose(here.weights, plain.weights, rtol=1e-9, atol=1e-12)
    True

    References
    ----------
    Python array API standard, https://data-apis.org/array-api/.
    """

    def __init__(
        self,
        n_regressors,
        n_outputs,
        *,
        prior=1.0,
        block=None,
        xp=np,
        device=None,
        dtype="float64",
        to_numpy=np.asarray,
    ):
        m = _checks.count("n_regressors", n_regressors)
        rows = _checks.count("n_outputs", n_outputs)
        b = block_size(m) if block is None else _checks.count("block", block)
        _checks.room("n_regressors, n_outputs, block", m, max(m, b, rows))
        prior = _checks.number("prior", prior, above=0)
        if not isinstance(dtype, str) or dtype not in ("float64", "float32"):
            raise ValueError(f"dtype: expected 'float64' or 'float32', got {dtype!r:.80}")
        if _checks.function("to_numpy", to_numpy) is None:
            raise ValueError("to_numpy: expected a function, got None")
        try:
            self._where = {"dtype": getattr(xp, dtype), "device": device}
            self._base = prior * xp.eye(m, **self._where)
            self._tail = xp.zeros((b, m), **self._where)
        except (AttributeError, TypeError, ValueError, RuntimeError) as error:
            raise ValueError(
                f"xp, device: expected a module with the functions of the array API standard and "
                f"one of its devices, got {xp!r:.80} and {device!r:.80}, which say: {error}"
            ) from error
        self._xp, self._to_numpy = xp, to_numpy
        self._pending = 0
        self.weights = np.zeros((rows, m))

    def update(self, regressors, target):
        """Take in one sample; return the error (R,) made before learning from it.

        Parameters
        ----------
        regressors : ndarray, shape (M,)
            s.
        target : ndarray, shape (R,)
            y.
        """
        xp, (rows, m) = self._xp, self.weights.shape
        s = _checks.array("regressors", regressors, ("M",), (m,))
        error = self.weights @ s - _checks.array("target", target, ("R",), (rows,))
        there = xp.asarray(s, **self._where)
        q = xp.matmul(self._base, there)
        if self._pending:
            tail = self._tail[: self._pending, :]
            q = q - xp.matmul(xp.matmul(tail, there), tail)
        Ps = np.asarray(self._to_numpy(q), dtype=float)
        gain = 1.0 / (1.0 + s @ Ps)
        self.weights -= np.outer(gain * error, Ps)
        self._tail[self._pending, :] = math.sqrt(gain) * q
        self._pending += 1
        if self._pending == self._tail.shape[0]:
            self.fold()
        return error

    def fold(self):
        """Take the corrections that wait into P; free of effect otherwise."""
        if self._pending:
            tail = self._tail[: self._pending, :]
            self._base -= self._xp.matmul(tail.T, tail)
            self._pending = 0

    @property
    def P(self):
        """P, shape (M, M), an array of the library."""
        self.fold()
        return self._base
