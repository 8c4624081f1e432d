"""Names of conditions that hold numbers: their order, and the directions they stand for."""

import re

import numpy as np

_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+))"
_ANGLE = re.compile(
    rf"(?:(?:dir|direction|angle|theta)[ _=]*)?{_NUMBER}\s*(°|deg|degs|degree|degrees)?", re.I
)


def natural(name):
    """Sorts "rates_45" before "rates_180"."""
    parts = re.split(r"(-?\d+(?:\.\d+)?)", name)
    return [(1, float(part), "") if i % 2 else (0, 0.0, part) for i, part in enumerate(parts)]


def directions(names):
    """The directions in degrees that names stand for, shape (n,); None where they do not.

    Numbers without a unit count as degrees where they are whole, from -180 to 360, and 45 or
    more apart at the ends; so that "0", "1", "2" are no directions. No two may be the same.

    Examples
    --------
    >>> directions(["0°", "7.5°"]), directions(["0", "45", "180"]), directions(["0", "1"])
    (array([0. , 7.5]), array([  0.,  45., 180.]), None)
    """
    found = [_ANGLE.fullmatch(name.strip()) for name in names]
    if not all(found):
        return None
    degrees = np.array([float(match[1]) for match in found])
    with_unit = all(match[2] for match in found)
    whole = np.all(degrees % 1 == 0) and degrees.min() >= -180 and degrees.max() <= 360
    if not with_unit and not (whole and np.ptp(degrees) >= 45):
        return None
    return degrees if np.unique(degrees % 360).size == degrees.size else None
