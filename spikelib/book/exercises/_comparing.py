"""Whether two results agree, and where they differ first, in words."""

import textwrap

import numpy as np


def numbers(value):
    """A number, a list or an array as an array of floats; raises where it holds anything else."""
    return np.asarray(value, dtype=float)


def parts_of(result, expected):
    """A result and the expected one as lists of parts: several only where several are expected.

    A list of numbers is one array, unless the reference returns a tuple.
    """
    if isinstance(expected, tuple) or (isinstance(expected, list) and not _is_array(expected)):
        several = isinstance(result, (tuple, list)) or getattr(result, "ndim", 0) > 0
        return (list(result) if several else [result]), list(expected)
    return [result], [expected]


def _is_array(value):
    try:
        numbers(value)
    except (TypeError, ValueError):
        return False
    return True


def alike(first, second):
    """Two arrays of one shape, where a single number may stand in a list of its own."""
    if first.shape != second.shape and first.size == second.size == 1:
        return first.reshape(()), second.reshape(())
    return first, second


def same(result, expected, rtol, atol):
    """Whether two results agree, part by part, in shape and in value."""
    first, second = parts_of(result, expected)
    if len(first) != len(second):
        return False
    for a, b in zip(first, second, strict=True):
        if a is b:
            continue
        try:
            a, b = alike(numbers(a), numbers(b))
        except (TypeError, ValueError):
            continue  # a generator or a network: nothing that could be compared
        if a.shape != b.shape or not np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
            return False
    return True


def difference(result, expected, parts, rtol, atol):
    """What differs between a result and the expected one, in words; '' for nothing."""
    result, expected = parts_of(result, expected)
    if len(result) != len(expected):
        names = f" ({', '.join(parts)})" if parts else ""
        return f"  expected     {len(expected)} value(s){names}\n  got          {len(result)}"
    for index, (came, reference) in enumerate(zip(result, expected, strict=True)):
        of = f", {parts[index]}" if parts else ""
        try:
            came_array = numbers(came)
        except (TypeError, ValueError):
            return f"  expected     numbers{of}\n  got          {_kind(came)}"
        came_array, reference = alike(came_array, numbers(reference))
        if came_array.shape != reference.shape:
            shape = f"shape {reference.shape}{of}"
            return f"  expected     {shape}\n  got          shape {came_array.shape}"
        wrong = ~np.isclose(came_array, reference, rtol=rtol, atol=atol)
        if wrong.any():
            return _first(came_array, reference, wrong, of)
    return ""


def _kind(value):
    """What a value is, where it is not numbers."""
    if isinstance(value, (list, tuple)) and len({np.shape(each) for each in value}) > 1:
        return "a list whose rows differ in length"
    return type(value).__name__


def _first(came, reference, wrong, of):
    """The first place where two arrays differ, and how many differ."""
    if not reference.ndim:
        return f"  expected     {short(reference)}{of}\n  got          {short(came)}"
    place = tuple(int(k) for k in np.argwhere(wrong)[0])
    where = f"[{', '.join(map(str, place))}]"
    return (
        f"  differs first at {where}, and at {wrong.sum()} of {wrong.size} places "
        f"(shape {reference.shape}{of})\n"
        f"  expected     {short(reference[place])}\n  got          {short(came[place])}"
    )


def short(value):
    """A value in at most a line."""
    if isinstance(value, np.ndarray) and value.ndim:
        first = np.array2string(value.ravel()[:4], precision=4, max_line_width=200)
        more = ", ..." if value.size > 4 else ""
        return f"{first[:-1]}{more}] of shape {value.shape}"
    if isinstance(value, (float, np.floating, np.ndarray)):
        return f"{float(value):.6g}" if float(value) != _whole(value) else f"{float(value)}"
    if isinstance(value, np.random.Generator):
        return "rng"  # its representation is an address
    return textwrap.shorten(repr(value), 60)


def _whole(value):
    """The whole number that a value is, or None."""
    value = float(value)
    return int(value) if np.isfinite(value) and value == int(value) else None


def suspect(results, expected):
    """What turns wrong results into the right ones, where it is one simple thing; else None.

    Parameters
    ----------
    results, expected : sequence
        What a function gave in each case, and what it should have given.

    Returns
    -------
    str or None
        A hint in words.
    """
    try:
        pairs = [(numbers(a), numbers(b)) for a, b in zip(results, expected, strict=True)]
    except (TypeError, ValueError):
        return None
    for fits, hint in _SUSPECTS:
        with np.errstate(all="ignore"):
            if all(_try(fits, *pair) for pair in pairs):
                return hint
    shared = _factor(pairs)
    if shared is None:
        return None
    for value, hint in _FACTORS:
        if np.isclose(shared, value, rtol=1e-6):
            return hint
    if sum(good.size for _, good in pairs) < 2:
        return None
    return f"every value is off by the same factor, {shared:.4g}: what was multiplied or divided?"


def _factor(pairs):
    """The one factor that all values are off by, or None."""
    came = np.concatenate([a.ravel() for a, _ in pairs])
    good = np.concatenate([b.ravel() for _, b in pairs])
    if came.shape != good.shape or any(a.shape != b.shape for a, b in pairs):
        return None
    used = good != 0
    if not used.any() or not np.allclose(came[~used], 0) or not np.isfinite(came).all():
        return None
    ratios = came[used] / good[used]
    return float(ratios[0]) if np.allclose(ratios, ratios[0], rtol=1e-6) and ratios[0] else None


def _try(fits, came, good):
    try:
        return bool(fits(came, good))
    except (TypeError, ValueError, IndexError):
        return False


def _equal(a, b):
    return a.shape == b.shape and a.size > 0 and np.allclose(a, b, rtol=1e-6, atol=1e-9)


def _shifted(came, good):
    return came.shape == good.shape and len(good) > 2 and _equal(came[1:], good[:-1])


def _early(came, good):
    return came.shape == good.shape and len(good) > 2 and _equal(came[:-1], good[1:])


def _right_where_finite(came, good):
    number = ~np.isnan(came)
    return came.shape == good.shape and not number.all() and _equal(came[number], good[number])


def _off_by(step):
    return lambda came, good: (
        came.shape == good.shape and came.size and np.allclose(came - good, step))


# What is tried, in this order: on what came and what was expected, case by case.
_SUSPECTS = (
    (lambda a, b: np.isnan(a).all() and a.size,
     "every value is NaN: look for 0/0, or the logarithm of a negative number."),
    (_right_where_finite,
     "right wherever it is a number: some places are NaN. Treat those apart, with a mask."),
    (lambda a, b: _equal(-a, b), "the size is right and the sign is wrong."),
    (lambda a, b: a.ndim == 2 and _equal(a.T, b), "rows and columns are swapped: transpose."),
    (lambda a, b: _equal(1 / a, b), "that is one over what was asked for."),
    (lambda a, b: _equal(np.sqrt(a), b), "a square root is missing."),
    (lambda a, b: _equal(np.square(a), b), "a square root too many, or a square is missing."),
    (lambda a, b: _equal(1 - a, b), "that is one minus what was asked for."),
    (_shifted, "each value comes one step late."),
    (_early, "each value comes one step early."),
    (lambda a, b: b.ndim and b.size > 1 and _equal(a[::-1], b), "the order is reversed."),
    (_off_by(1), "one too many."),
    (_off_by(-1), "one too few."),
    (lambda a, b: a.ndim > b.ndim and a.size == b.size and _equal(a.reshape(b.shape), b),
     "the values are right and the shape is not: one axis too many."),
    (lambda a, b: b.ndim and not a.ndim,
     "a single number came back where one for each entry is asked: was the sum or the mean taken "
     "over everything?"),
    (lambda a, b: a.ndim and not b.ndim,
     "an array came back where a single number is asked: sum or average over it."),
)
_FACTORS = (
    (1000.0, "a factor of 1000: seconds or milliseconds?"),
    (0.001, "a factor of 1000: seconds or milliseconds?"),
    (100.0, "a factor of 100: a share, not per cent, is asked for."),
    (2.0, "twice as large as it should be."),
    (0.5, "half as large as it should be."),
)
