"""Closed values, sealed: a check can tell that an answer is right, and nobody can read it there.

A value is rounded to a grid as wide as its tolerance, and the salted digest of the place on the
grid is kept. An answer is right where its own place, or one beside it, has that digest: everything
within the tolerance is accepted, and nothing that is more than two tolerances away.
"""

import hashlib
import itertools
import secrets
from dataclasses import dataclass

import numpy as np

__all__ = ["Sealed", "seal"]

ROUNDS = 20_000
# What an answer may be turned by to be right, and the hint that this calls for.
_TURNS = (
    (lambda x: -x, "the size is right and the sign is wrong."),
    (lambda x: 1 / x, "that is one over what was asked for."),
    (lambda x: 1 - x, "that is one minus what was asked for."),
    (lambda x: x / 1000, "a factor of 1000: seconds or milliseconds?"),
    (lambda x: x * 1000, "a factor of 1000: seconds or milliseconds?"),
    (lambda x: x / 100, "a factor of 100: a share, not per cent, is asked for."),
    (lambda x: x / 2, "twice as large as it should be."),
    (lambda x: x * 2, "half as large as it should be."),
    (np.sqrt, "a square root is missing."),
    (np.square, "a square root too many, or a square is missing."),
    (lambda x: x - 1, "one too many."),
    (lambda x: x + 1, "one too few."),
)


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A value that can be recognised and not read.

    Parameters
    ----------
    shape : tuple of int
    step : float
        Width of the grid: the tolerance.
    salt : str
    digests : tuple of str
        Of each entry, in C order.
    """

    shape: tuple
    step: float
    salt: str
    digests: tuple

    def agrees(self, answer):
        """Whether an answer is the sealed value, up to its tolerance.

        Parameters
        ----------
        answer : array_like

        Returns
        -------
        bool
        """
        try:
            came = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            return False
        single = came.size == 1 and len(self.digests) == 1
        if (came.shape != self.shape and not single) or not np.isfinite(came).all():
            return False
        pairs = zip(came.ravel().tolist(), self.digests, strict=True)
        return all(self._has(index, *pair) for index, pair in enumerate(pairs))

    def _has(self, index, value, digest):
        place = round(value / self.step)
        return any(_digest(self.salt, index, near) == digest
                   for near in (place, place - 1, place + 1))

    def suspect(self, answer):
        """What turns an answer into the sealed value, where it is one simple thing; else None."""
        with np.errstate(all="ignore"):
            for turn, hint in _TURNS:
                try:
                    if self.agrees(turn(np.asarray(answer, dtype=float))):
                        return hint
                except (TypeError, ValueError):
                    return None
        return None


def _digest(salt, index, place):
    key = f"{index}:{place}".encode()
    return hashlib.pbkdf2_hmac("sha256", key, salt.encode(), ROUNDS).hex()


def seal(value, *, rtol=1e-7, atol=1e-10, salt=None):
    """Seal a number or an array.

    Parameters
    ----------
    value : array_like
        Finite numbers.
    rtol, atol : float
        The tolerance is ``atol + rtol`` times the largest size; at least that of double precision.
    salt : str, optional
        Drawn by default.

    Raises
    ------
    ValueError
        For values that are not finite.

    Examples
    --------
    >>> sealed = seal(0.25, rtol=0.01)
    >>> sealed.agrees(0.251), sealed.agrees([0.25]), sealed.agrees(0.26), sealed.agrees("text")
    (True, True, False, False)
    >>> sealed.suspect(250)
    'a factor of 1000: seconds or milliseconds?'
    """
    value = np.asarray(value, dtype=float)
    if not np.isfinite(value).all():
        raise ValueError(f"value: expected finite numbers, got {value}")
    largest = float(np.abs(value).max(initial=0.0))
    step = max(atol + rtol * largest, 1e-15 * largest, 1e-300)
    salt = secrets.token_hex(16) if salt is None else salt
    places = [round(each / step) for each in value.ravel().tolist()]
    digests = itertools.starmap(_digest, ((salt, index, p) for index, p in enumerate(places)))
    return Sealed(shape=value.shape, step=step, salt=salt, digests=tuple(digests))
