"""Strings and categories of MATLAB: objects, whose contents lie elsewhere in their file.

A variable holds only a mark, a shape, the numbers of its objects and that of their class. The
contents of all objects are cells, beside a table of 32-bit words, in MATLAB 5 to 7.2 files in a
part of their own at the end, in 7.3 files in ``#subsystem#``.
"""

import io
import struct

import numpy as np
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from spikelib.recordings._found import Unread

_MARK = 0xDD000000
_PROPERTY = 1  # of the three words on a property the second; others are no cells
_MISSING = 2**64 - 1  # the length of a string that is missing
_FAULTS = (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError,
           struct.error, NotImplementedError, MatReadError)


class Objects:
    """The objects of a file, out of its cells; without cells, all are named only."""

    def __init__(self, cells=(), order="<"):
        self._cells, self._order = list(cells), order

    def value(self, reference, kind):
        """Strings and categories as an array of texts; other objects as `Unread`."""
        unread = Unread(f"a MATLAB object of class {kind!r}")
        reader = {"string": _strings, "categorical": _categories}.get(kind)
        if reader is None:
            return unread
        try:
            return reader(self._properties(reference, kind))
        except _FAULTS as error:
            return Unread(f"{unread.what}, which cannot be read ({error})")

    def _properties(self, reference, kind):
        """Contents of the one object that strings, or categories, of any shape are."""
        reference = np.asarray(reference).ravel()
        if reference.size != 6 or list(reference[:4]) != [_MARK, 2, 1, 1]:
            raise ValueError(f"expected one object, got {reference[:6]}")
        if not self._cells:
            raise ValueError("the part of the file with its contents is missing")
        table = np.asarray(self._cells[0]).astype(np.uint8).tobytes()

        def words(start, end):
            return np.frombuffer(table[start:end], dtype=f"{self._order}u4").astype(int)

        at = words(8, 40)
        names = [name.decode() for name in table[40 : at[0]].split(b"\0")]
        number, in_class = (int(part) for part in reference[4:])
        found_class, _, _, saved, plain, _ = words(at[2], at[3])[6 * number : 6 * number + 6]
        stored = names[words(at[0], at[1])[4 * found_class + 1] - 1]
        if number < 1 or found_class != in_class or stored != kind:
            raise ValueError(f"object {number} is of class {stored!r}")
        blocks = words(at[1], at[2]) if saved else words(at[3], at[4])
        start = 0
        for _ in range(saved or plain):  # one block an object, of an even number of words
            start += 1 + 3 * blocks[start]
            start += start % 2
        about = blocks[start + 1 : start + 1 + 3 * blocks[start]].reshape(-1, 3)
        return {names[name - 1]: self._cells[2 + cell]
                for name, how, cell in about if how == _PROPERTY}


def _strings(properties):
    """The texts of strings: version, number of axes, shape, lengths, then UTF-16 of all."""
    data = np.asarray(properties["any"]).ravel().astype(np.uint64)
    if data[0] != 1:
        raise ValueError(f"expected version 1 of strings, got {data[0]}")
    shape = [int(size) for size in data[2 : 2 + int(data[1])]]
    n, start = int(np.prod(shape)), 2 + len(shape)
    lengths, units = data[start : start + n], data[start + n :].astype("<u8").tobytes()
    if (lengths == _MISSING).any():
        raise ValueError("a string is missing")
    if len(lengths) < n or 2 * lengths.astype(float).sum() > len(units):
        raise ValueError("strings are longer than the file says")
    ends = 2 * np.cumsum(lengths.astype(int))
    parts = [units[end - 2 * int(size) : end].decode("utf-16-le")
             for end, size in zip(ends, lengths, strict=True)]
    return np.array(parts, dtype=str).reshape(shape, order="F")


def _categories(properties):
    """The names that categories stand for."""
    names = [str(np.asarray(name).reshape(-1)[0])
             for name in np.asarray(properties["categoryNames"]).ravel(order="F")]
    codes = np.asarray(properties["codes"]).astype(int)
    if (codes < 1).any():
        raise ValueError("a category is undefined")
    return np.array(names, dtype=str)[codes - 1]


def in_mat5(header, workspace, elements):
    """Objects of the variables of a MATLAB 5 file: texts, or `Unread`, by their names.

    Parameters
    ----------
    header : bytes
        The file's first 128 bytes.
    workspace : ndarray or None
        The part with the contents, as SciPy names it: ``__function_workspace__``.
    elements : dict of str to (str, bytes)
        Class, and the whole variable as it lies in the file, by its name.

    Returns
    -------
    objects : Objects
        For those within structs and cells.
    found : dict
    """
    objects = Objects()
    if workspace is not None:
        part = np.asarray(workspace).astype(np.uint8).tobytes()
        order = ">" if part[2:4] == b"MI" else "<"
        try:
            size = struct.unpack_from(f"{order}I", part, 12)[0]  # what follows is of no use
            inner = loadmat(io.BytesIO(b" " * 124 + part[:4] + part[8 : 16 + size]))
            wrapper = inner["__function_workspace__"]["MCOS"].reshape(-1)[0]
            objects = Objects(wrapper["arr"].reshape(-1)[0].ravel(order="F"), order)
        except _FAULTS:
            pass  # nothing in it for us
    found = {}
    for name, (kind, element) in elements.items():
        reference = None
        if kind in ("string", "categorical"):
            variable = loadmat(io.BytesIO(header + element))["None"]
            reference = variable["arr"].reshape(-1)[0]
        found[name] = objects.value(reference, kind)
    return objects, found
