"""Checks at the public doors: each says what was expected and what came."""

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np


def array(name, value, axes, sizes=None):
    """Return `value` as a finite float array with the named axes.

    Parameters
    ----------
    name : str
        What the caller calls it.
    value : array_like
    axes : sequence of str
        Names of the axes, such as ``("T", "n_inputs")``.
    sizes : sequence of int or None, optional
        The expected size of each axis; None where any size will do.

    Raises
    ------
    ValueError
        Wrong number of axes, wrong size, or a value that is not finite.
    """
    sizes = [None] * len(axes) if sizes is None else list(sizes)
    expected = f"({', '.join(axes)})"
    if any(size is not None for size in sizes):
        known = ", ".join("any" if size is None else str(size) for size in sizes)
        expected += f" = ({known})"
    try:
        result = np.asarray(value, dtype=float)
    except (TypeError, ValueError) as error:
        message = f"{name}: expected numbers of shape {expected}, got {value!r:.80}"
        raise ValueError(message) from error
    if result.ndim != len(axes) or any(
        size is not None and size != got for size, got in zip(sizes, result.shape, strict=True)
    ):
        raise ValueError(f"{name}: expected shape {expected}, got {result.shape}")
    bad = result.size - np.count_nonzero(np.isfinite(result))
    if bad:
        first = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        raise ValueError(
            f"{name}: expected finite numbers, got {bad} that are NaN or infinite, "
            f"the first at index {first}"
        )
    return result


def number(name, value, *, above=None, at_least=None, at_most=None):
    """Return `value` as a finite float within the stated bounds."""
    bounds = [
        text
        for text, bound in (
            (f"above {above}", above),
            (f"at least {at_least}", at_least),
            (f"at most {at_most}", at_most),
        )
        if bound is not None
    ]
    expected = "a finite number" + (f" {' and '.join(bounds)}" if bounds else "")
    good = isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(value)
    if (
        not good
        or (above is not None and not value > above)
        or (at_least is not None and not value >= at_least)
        or (at_most is not None and not value <= at_most)
    ):
        raise ValueError(f"{name}: expected {expected}, got {value!r}")
    return float(value)


def count(name, value, *, at_least=1, at_most=None):
    """Return `value` as an int within the stated bounds."""
    expected = f"a whole number of at least {at_least}"
    if at_most is not None:
        expected += f" and at most {at_most}"
    good = isinstance(value, Integral) and not isinstance(value, bool)
    if not good or value < at_least or (at_most is not None and value > at_most):
        raise ValueError(f"{name}: expected {expected}, got {value!r}")
    return int(value)


def generator(rng):
    """Return `rng` if it is a NumPy generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            "rng: expected a numpy.random.Generator, such as numpy.random.default_rng(0), "
            f"got {type(rng).__name__}"
        )
    return rng


def instances(name, values, kind):
    """Return `values` as a non-empty list whose items are all of the class `kind`."""
    if not isinstance(values, Sequence) or isinstance(values, (str, bytes)) or not values:
        raise ValueError(
            f"{name}: expected a non-empty sequence of {kind.__name__}, got {values!r:.80}"
        )
    for index, value in enumerate(values):
        if not isinstance(value, kind):
            raise ValueError(
                f"{name}[{index}]: expected a {kind.__name__}, got {type(value).__name__}"
            )
    return list(values)
