"""Names of conditions that hold numbers: their order, and the directions they stand for."""

import re

import numpy as np

_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+))"
_ANGLE = re.compile(
    rf"(?:(?:dir|direction|angle|theta)[ _=]*)?{_NUMBER}\s*(°|deg|degs|degree|degrees)?", re.I
)


def in_order(names):
    """Names with the numbers in them by size: 0, 45, 180, not 0, 180, 45.

    Examples
    --------
    >>> in_order(["180", "-45", "0"]), in_order(["reach10", "hold", "reach9"])
    (['-45', '0', '180'], ['hold', 'reach9', 'reach10'])
    """
    if all(re.fullmatch(_NUMBER, name) for name in names):
        return sorted(names, key=float)
    return sorted(names, key=lambda name: [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name) if part
    ])


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
