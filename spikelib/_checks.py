"""Checks at the public doors: each says what was expected and what came."""

import functools
import inspect
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from os import PathLike
from pathlib import Path

import numpy as np


def array(name, value, axes, sizes=None, *, gaps=False):
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
    gaps : bool
        Whether there may be gaps, NaN or values that are masked; they come back as NaN.

    Raises
    ------
    ValueError
        Wrong number of axes, wrong size, a value that is not finite, or what is no number
        without a unit: complex, dates, spans of time, physical quantities.
    """
    sizes = [None] * len(axes) if sizes is None else list(sizes)
    expected = f"({', '.join(axes)})"
    if any(size is not None for size in sizes):
        known = ", ".join("any" if size is None else str(size) for size in sizes)
        expected += f" = ({known})"
    try:
        result = _numbers(name, value, gaps)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(error, _Refused):
            raise
        message = f"{name}: expected numbers of shape {expected}, got {value!r:.80}"
        raise ValueError(message) from error
    if result.ndim != len(axes) or any(
        size is not None and size != got for size, got in zip(sizes, result.shape, strict=True)
    ):
        raise ValueError(f"{name}: expected shape {expected}, got {result.shape}")
    wrong = np.isinf(result) if gaps else ~np.isfinite(result)
    bad = np.count_nonzero(wrong)
    if bad:
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name}: expected finite numbers, got {bad} that are "
            f"{'infinite' if gaps else 'NaN or infinite'}, the first at index {first}"
        )
    return result


class _Refused(ValueError):
    """An error that says what is wrong already."""


def _numbers(name, value, gaps):
    """`value` as floats; what NumPy would convert by dropping a part of it is refused."""
    if isinstance(value, (list, tuple)) and any(np.ma.isMaskedArray(part) for part in value):
        value = np.ma.stack(value)
    # Who has a unit is asked for a number: metres and seconds look alike without.
    unit = hasattr(value, "magnitude") or (
        isinstance(value, np.ndarray)
        and any(hasattr(value, what) for what in ("units", "unit", "dim"))
    )
    if unit:
        its = getattr(value, "units", getattr(value, "unit", "some unit"))
        raise _Refused(
            f"{name}: expected numbers without a unit, got {type(value).__name__} in {its}: "
            "convert it to the unit that is asked for, and give its magnitude"
        )
    if np.ma.isMaskedArray(value):
        if np.ma.is_masked(value) and not gaps:
            raise _Refused(
                f"{name}: expected values everywhere, got {np.ma.count_masked(value)} that are "
                "masked"
            )
        if np.ma.is_masked(value):
            value = np.ma.filled(value.astype(float), np.nan)
    result = np.asarray(value)
    if result.dtype.kind in "cmM":
        what = {"c": "complex numbers", "m": "spans of time", "M": "dates"}[result.dtype.kind]
        raise _Refused(f"{name}: expected real numbers, got {what} ({result.dtype})")
    return result.astype(float, copy=False)


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
    if isinstance(value, np.ndarray) and value.ndim == 0:  # how files hold a single number
        value = value[()]
    try:
        good = isinstance(value, Real) and not isinstance(value, _NO_NUMBERS) and np.isfinite(
            float(value)
        )
    except OverflowError:  # a whole number beyond all floats
        good = False
    if (
        not good
        or (above is not None and not value > above)
        or (at_least is not None and not value >= at_least)
        or (at_most is not None and not value <= at_most)
    ):
        raise ValueError(f"{name}: expected {expected}, got {value!r}")
    return float(value)


def limit(name, value):
    """Return a number as a float; infinity stands for no limit."""
    return np.inf if isinstance(value, Real) and value == np.inf else number(name, value)


MOST_STEPS = 10_000_000
_NO_NUMBERS = (bool, np.bool_, np.timedelta64)  # though Python or NumPy count them in
_MOST = 100_000_000  # of whatever is counted
_ROOM = 2**31  # numbers in one array, 16 GiB


def steps(name, duration, dt):
    """Raise ValueError where `dt` cuts a duration into more steps than can be meant."""
    if duration / dt > MOST_STEPS:
        raise ValueError(
            f"{name}: expected steps of which {duration:g} s have at most {MOST_STEPS:,}, got "
            f"{dt:g} s: are both in seconds?"
        )


def count(name, value, *, at_least=1, at_most=None):
    """Return `value` as an int within the stated bounds."""
    expected = f"a whole number of at least {at_least}"
    if at_most is not None:
        expected += f" and at most {at_most}"
    good = isinstance(value, Integral) and not isinstance(value, _NO_NUMBERS)
    if not good or value < at_least or (at_most is not None and value > at_most):
        raise ValueError(f"{name}: expected {expected}, got {value!r:.80}")
    if value > _MOST:
        raise ValueError(f"{name}: expected a number of at most {_MOST:,}, got {value!r:.80}")
    return int(value)


def room(name, *sizes):
    """Raise ValueError where an array of these sizes would not fit into any usual memory."""
    total = 1
    for size in sizes:
        total *= int(size)
    if total > _ROOM:
        raise ValueError(
            f"{name}: expected arrays of at most {_ROOM:,} numbers, got {total:,} of shape {sizes}"
        )


def numbers(name, value, *, sizes=None):
    """Return `value` as a finite float array of any shape, or of the shape `sizes`."""
    try:
        shape = np.shape(value)
    except ValueError:
        shape = (None,)  # rows of different length
    if sizes is not None and shape != tuple(sizes):
        raise ValueError(f"{name}: expected shape {tuple(sizes)}, got {shape}")
    return array(name, value, ["any"] * len(shape))


def whole(name, value, *, below=None):
    """Return `value` as whole numbers (n,) of type int64, from 0 to `below` - 1 where given."""
    within = "" if below is None else f" from 0 to {below - 1}"
    try:
        result = np.asarray(value)
    except ValueError:
        result = np.asarray(None)
    if result.size == 0 and result.ndim == 1:
        return result.astype(np.int64)
    if result.ndim != 1 or result.dtype.kind not in "iu":
        raise ValueError(f"{name}: expected whole numbers{within}, as (n,), got {value!r:.80}")
    if below is not None and (result.min() < 0 or result.max() >= below):
        raise ValueError(f"{name}: expected whole numbers{within}, got {value!r:.80}")
    return result.astype(np.int64)


def listed(name, value):
    """Return what an iterable other than a text or a mapping yields, as a list."""
    single = isinstance(value, (str, bytes, dict)) or getattr(value, "ndim", 1) == 0
    if single or not isinstance(value, Iterable):
        raise ValueError(f"{name}: expected a sequence, got {value!r:.80}")
    return list(value)


def path(name, value):
    """Return a path as a `pathlib.Path`."""
    if not isinstance(value, (str, PathLike)):
        raise ValueError(f"{name}: expected a path, got {type(value).__name__}")
    return Path(value)


def file_name(name, value):
    """Return what can be a part of a file's name."""
    if not isinstance(value, str) or not 0 < len(value) <= 100 or set(value) & set("/\\\0"):
        raise ValueError(f"{name}: expected a name of a file, 1 to 100 letters, got {value!r:.80}")
    return value


def function(name, value):
    """Return `value`, which has to be callable or None."""
    if value is not None and not callable(value):
        raise ValueError(f"{name}: expected a function, got {value!r:.80}")
    return value


def flag(name, value):
    """Return True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}: expected True or False, got {value!r:.80}")
    return bool(value)


def instance(name, value, kind):
    """Raise ValueError where `value` is of no class that is called `kind`, or `"this or that"`."""
    kinds = kind.split(" or ")

    def fits(thing):
        return any(base.__name__ in kinds for base in type(thing).__mro__)

    if not fits(value):
        parts = [part for part in ("network", "state", "task") if fits(getattr(value, part, None))]
        held = f" (try its .{parts[0]})" if parts else ""
        raise ValueError(f"{name}: expected a {kind}, got {type(value).__name__}{held}")


def takes(**kinds):
    """Decorate a function: these parameters have to be of the classes with these names.

    A list of one name stands for a sequence of such objects, with one at least. None will do where
    it is the default. Names, not classes: what checks may come before what defines in the order of
    imports.
    """

    def decorated(function):
        parameters = inspect.signature(function).parameters
        names = list(parameters)

        @functools.wraps(function)
        def checked(*args, **options):
            for name, value in (*zip(names, args, strict=False), *options.items()):
                if name in kinds and not (value is None and parameters[name].default is None):
                    _of_kind(name, value, kinds[name])
            return function(*args, **options)

        return checked

    return decorated


def _of_kind(name, value, kind):
    if isinstance(kind, str):
        return instance(name, value, kind)
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)) or not value:
        raise ValueError(f"{name}: expected a non-empty sequence of {kind[0]}, got {value!r:.80}")
    for index, part in enumerate(value):
        instance(f"{name}[{index}]", part, kind[0])


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
