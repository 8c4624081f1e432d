"""MATLAB files of all versions: arrays, text, and what cannot be read, by name."""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from spikelib._extras import package
from spikelib.recordings._found import damaged

_MATRIX, _COMPRESSED, _OPAQUE = 14, 15, 17  # numbers of the format


@dataclass(frozen=True)
class Unread:
    """A variable that is there, but not as numbers or text."""

    what: str


def read_mat(path):
    """The variables of a file by name: arrays, or `Unread`."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        arrays = loadmat(path)
        arrays.pop("None", None)  # the last of the objects, without its name
        arrays |= _objects(path)
    except NotImplementedError:  # MATLAB 7.3 writes HDF5, with the axes in reverse
        arrays = _mat73(path)
    except (OSError, ValueError, TypeError, EOFError, MatReadError, zlib.error,
            struct.error) as error:
        raise damaged(path, ".mat", error) from error
    shown = {name: value for name, value in arrays.items() if not name.startswith("__")}
    return _flat(shown)


def _flat(arrays):
    """The fields of single structs, too, by their dotted names."""
    found = {}
    for name, value in arrays.items():
        fields = getattr(getattr(value, "dtype", None), "names", None)
        if fields and value.size == 1:
            parts = value.reshape(-1)[0]
            found |= _flat({f"{name}.{field}": parts[field] for field in fields})
        else:
            found[name] = value
    return found


def _objects(path):
    """Names and classes of the objects, such as strings, which SciPy does not read."""
    data, at, found = path.read_bytes(), 128, {}
    order = "<" if data[126:128] == b"IM" else ">"

    def text(part, start):
        """A short text, and where the next one starts."""
        kind, size = struct.unpack_from(f"{order}II", part, start)
        if kind >> 16:  # up to four bytes lie beside the number of the type
            return part[start + 4 : start + 4 + (kind >> 16)].decode("latin1"), start + 8
        return part[start + 8 : start + 8 + size].decode("latin1"), start + 8 + -(-size // 8) * 8

    while data[:6] == b"MATLAB" and at + 8 <= len(data):
        kind, size = struct.unpack_from(f"{order}II", data, at)
        part = data[at : at + 8 + size]
        at += 8 + size
        if kind == _COMPRESSED:
            part = zlib.decompressobj().decompress(part[8:], 1024)
            kind = struct.unpack_from(f"{order}I", part)[0]
        if kind == _MATRIX and len(part) > 24:
            if struct.unpack_from(f"{order}I", part, 16)[0] & 0xFF == _OPAQUE:
                name, after = text(part, 24)
                what, _ = text(part, text(part, after)[1])
                found[name] = Unread(f"a MATLAB object of class {what!r}")
    return found


def _mat73(path):
    h5py = package("h5py", "data")
    try:
        with h5py.File(path) as file:
            arrays = {}

            def visit(name, item):
                if isinstance(item, h5py.Dataset) and not name.startswith("#"):
                    arrays[name.replace("/", ".")] = _variable(file, item)

            file.visititems(visit)
    except OSError as error:
        raise damaged(path, ".mat", error) from error
    return {
        name: value for name, value in arrays.items()
        if isinstance(value, Unread) or value.dtype.kind in "fiubU"
    }


def _variable(file, item):
    kind = item.attrs.get("MATLAB_class", b"")
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    if kind == "string" or "MATLAB_object_decode" in item.attrs:
        return Unread(f"a MATLAB object of class {kind!r}")
    if "MATLAB_empty" in item.attrs:
        return np.array([""] if kind == "char" else [])
    value = item[()].T
    if kind == "char":
        return np.array(["".join(map(chr, row)) for row in np.atleast_2d(value)])
    if kind != "cell":
        return value
    parts = [_variable(file, file[reference]) for reference in value.ravel(order="F")]
    for part in parts:
        if isinstance(part, Unread):
            return part
    if not all(part.size == 1 and part.dtype.kind in "fiubU" for part in parts):
        return Unread("a cell array of something else than single texts or numbers")
    parts = [part.reshape(-1)[0] for part in parts]
    return np.array([str(p) if isinstance(p, str) else f"{p:.15g}" for p in parts])


def with_channel(name, array, others):
    """A matrix with its last axis of length 1 back, which MATLAB drops.

    Rates of one neuron are rare: they need `others` that tell the axes apart, arrays of three
    axes or the numbers of conditions and times, (n, T), None where not known.
    """
    shape = np.shape(array)
    if len(shape) != 2:
        return array
    known = [tuple(other[:2]) for other in others if any(size is not None for size in other[:2])]
    fits = all(size in (None, got) for other in known
               for size, got in zip(other, shape, strict=True))
    likely = name == "outputs" and shape[0] < shape[1]
    return np.asarray(array)[:, :, None] if fits and (known or likely) else array
