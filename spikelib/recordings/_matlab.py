"""MATLAB files of all versions: arrays, text, and what cannot be read, by name."""

import struct
import warnings
import zlib

import numpy as np

from spikelib._extras import package
from spikelib.recordings import _hdf5
from spikelib.recordings._found import Unread, damaged
from spikelib.recordings._matlab_objects import Objects, in_mat5

_MATRIX, _COMPRESSED, _OPAQUE = 14, 15, 17  # numbers of the format
_BLOCK = 2**20


def read_mat(path):
    """The variables of a file by name: arrays, lists of arrays (of cells), or `Unread`."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        if _is_hdf5(path):  # MATLAB 7.3, with the axes in reverse
            arrays = _mat73(path)
        else:
            header, elements = _objects(path)
            with warnings.catch_warnings():  # what all objects are called there
                warnings.filterwarnings("ignore", 'Duplicate variable name "None"')
                arrays = loadmat(path)
            arrays.pop("None", None)  # the last of the objects, without its name
            objects, found = in_mat5(header, arrays.get("__function_workspace__"), elements)
            arrays = {name: _opened(value, objects) for name, value in arrays.items()} | found
    except (OSError, ValueError, TypeError, EOFError, MatReadError, zlib.error, MemoryError,
            struct.error, KeyError, IndexError, NotImplementedError, OverflowError,
            AttributeError) as error:
        raise damaged(path, ".mat", error) from error
    shown = {name: value for name, value in arrays.items() if not name.startswith("__")}
    return {name: _cells(value) for name, value in _flat(shown).items()}


def _is_hdf5(path):
    with path.open("rb") as stream:
        head = stream.read(1024)
    return b"\x89HDF\r\n\x1a\n" in (head[:8], head[512:520]) or head[124:128] == b"\0\2IM"


def _opened(value, objects):
    """With the objects within structs and cells replaced by what is in them."""
    if not isinstance(value, np.ndarray) or not value.dtype.hasobject:
        return value
    if type(value).__name__ == "MatlabOpaque":
        part = value.reshape(-1)[0]
        return objects.value(part["arr"], part["s2"].decode("latin1"))
    opened = np.empty(value.shape, dtype=value.dtype)
    for index in np.ndindex(value.shape):
        if value.dtype.names:
            opened[index] = tuple(_opened(part, objects) for part in value[index])
        else:
            opened[index] = _opened(value[index], objects)
    return opened


def _flat(arrays):
    """The fields of structs, too, by their dotted names; of arrays of structs, as cells."""
    found = {}
    for name, value in arrays.items():
        fields = getattr(getattr(value, "dtype", None), "names", None)
        if fields and value.size == 1:
            parts = value.reshape(-1)[0]
            found |= _flat({f"{name}.{field}": parts[field] for field in fields})
        elif common := _fields_of_cells(value):
            found |= _flat({f"{name}.{field}": _column([part.reshape(-1)[0][field] for part in
                                                        value.ravel(order="F")])
                            for field in common})
        elif fields and value.dtype.hasobject:
            found |= {f"{name}.{field}": value[field].ravel(order="F") for field in fields}
        else:
            found[name] = value
    return found


def _fields_of_cells(value):
    """Names of the fields where a cell array holds one struct in each cell, all alike."""
    if not isinstance(value, np.ndarray) or value.dtype != object or not value.size:
        return None
    kinds = {getattr(getattr(part, "dtype", None), "names", None) if np.size(part) == 1 else None
             for part in value.flat}
    return kinds.pop() if len(kinds) == 1 else None


def _column(parts):
    column = np.empty(len(parts), dtype=object)
    for i, part in enumerate(parts):
        column[i] = part
    return column


def _cells(value):
    """Cells of matrices as a list: conditions, which may differ in length."""
    if isinstance(value, np.ndarray) and value.dtype == object and value.size:
        parts = list(value.ravel(order="F"))
        numbers = all(isinstance(p, np.ndarray) and p.dtype.kind in "fiu" for p in parts)
        if numbers and any(part.size > 1 for part in parts):
            return parts
    if type(value).__module__.startswith("scipy.sparse"):
        return value.toarray() if value.nnz * 1000 > np.prod(value.shape) else Unread("sparse")
    return value


def _objects(path):
    """The header, and by name class and bytes of the objects, which SciPy does not read.

    Raises ValueError where a variable does not end where it says, or has another checksum.
    """
    data, at, found = path.read_bytes(), 128, {}
    order = "<" if data[126:128] == b"IM" else ">"
    if data[126:128] not in (b"IM", b"MI") or data[:1] == b"\0":
        if len(data) < 20 or data[:4].strip(b"\0") and data[0] > 127:
            raise ValueError("no header of a MATLAB file")
        return data[:128], {}  # version 4

    def text(part, start):
        """A short text, and where the next one starts."""
        kind, size = struct.unpack_from(f"{order}II", part, start)
        if kind >> 16:  # up to four bytes lie beside the number of the type
            return part[start + 4 : start + 4 + (kind >> 16)].decode("latin1"), start + 8
        return part[start + 8 : start + 8 + size].decode("latin1"), start + 8 + -(-size // 8) * 8

    while at < len(data):
        if at + 8 > len(data):
            raise ValueError(f"{len(data) - at} bytes at the end belong to no variable")
        kind, size = struct.unpack_from(f"{order}II", data, at)
        if kind not in (_MATRIX, _COMPRESSED) or at + 8 + size > len(data):
            raise ValueError(f"no whole variable at byte {at}")
        part = whole = data[at : at + 8 + size]
        at += 8 + size
        if kind == _COMPRESSED:
            part, length = _inflated(part[8:])
            kind, size = struct.unpack_from(f"{order}II", part)
            if kind != _MATRIX or size + 8 != length:
                raise ValueError(f"a compressed variable of {length} bytes says {size + 8}")
        if kind == _MATRIX and len(part) > 24:
            if struct.unpack_from(f"{order}I", part, 16)[0] & 0xFF == _OPAQUE:
                name, after = text(part, 24)
                what, _ = text(part, text(part, after)[1])
                found[name] = what, whole
    return data[:128], found


def _inflated(data):
    """The first kilobyte of compressed data, and its length; the checksum has to be right."""
    whole = zlib.decompressobj()
    first, length, rest = b"", 0, data
    while rest and not whole.eof:
        block = whole.decompress(rest, _BLOCK)
        first, length, rest = first or block[:1024], length + len(block), whole.unconsumed_tail
    if not whole.eof or whole.unused_data:
        raise ValueError("compressed data end too early or too late")
    return first, length


def _mat73(path):
    h5py = package("h5py", "data")
    arrays = {}
    with _hdf5.opened(path, ".mat") as file:
        objects = Objects(_cells_of_objects(file))

        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("#"):
                arrays[name.replace("/", ".")] = _variable(file, item, objects)

        file.visititems(visit)
    return {
        name: value for name, value in arrays.items()
        if isinstance(value, (Unread, list)) or value.dtype.kind in "fiubU"
    }


def _cells_of_objects(file):
    """What the objects of the file hold; empty where it has none."""
    if "#subsystem#/MCOS" not in file:
        return []
    references = _hdf5.array(file["#subsystem#/MCOS"]).ravel()
    return [_of_reference(file, reference, Objects(), 0) for reference in references]


def _variable(file, item, objects, depth=0):
    kind = _hdf5.text(item.attrs.get("MATLAB_class", b""))
    if kind == "string" or "MATLAB_object_decode" in item.attrs:
        return objects.value(_hdf5.array(item), kind)
    if "MATLAB_empty" in item.attrs:
        return np.array([""] if kind == "char" else [])
    value = _hdf5.array(item)
    if isinstance(value, np.ndarray):
        value = value.T
    if kind == "char":
        return np.array(["".join(map(chr, row)) for row in np.atleast_2d(value)])
    if item.dtype.names:
        return Unread(f"complex numbers, or a table of {item.dtype.names}")
    if kind != "cell" and not (item.dtype.kind == "O" and "MATLAB_fields" not in item.attrs):
        return value if isinstance(value, np.ndarray) else np.asarray(value)
    if depth > 2 or item.dtype.kind != "O":
        return Unread("cells within cells")
    parts = [_of_reference(file, reference, objects, depth) for reference in value.ravel(order="F")]
    for part in parts:
        if isinstance(part, Unread):
            return part
    if not all(isinstance(part, np.ndarray) for part in parts):
        return Unread("cells within cells")
    if any(part.size > 1 for part in parts) and all(part.dtype.kind in "fiu" for part in parts):
        return parts  # matrices, of conditions that may differ in length
    if not all(part.size == 1 and part.dtype.kind in "fiubU" for part in parts):
        return Unread("a cell array of something else than single texts or numbers")
    parts = [part.reshape(-1)[0] for part in parts]
    return np.array([str(p) if isinstance(p, str) else f"{p:.15g}" for p in parts])


def _of_reference(file, reference, objects, depth):
    import h5py

    if not isinstance(reference, h5py.Reference) or not reference:
        return Unread("references to nothing")
    part = file[reference]
    if not isinstance(part, h5py.Dataset):
        return Unread("structs")
    return _variable(file, part, objects, depth + 1)
