"""HDF5 as it comes: what is damaged, what is empty, and text, of files by any program."""

from contextlib import contextmanager

import numpy as np

from spikelib._extras import package
from spikelib.recordings._found import BESIDE, Unread, damaged

_LARGE = 2**26  # bytes, from which an array has to be in its file


class Damaged(ValueError):
    """A data set that cannot be read as it says that it is."""


@contextmanager
def opened(path, kind):
    """The open file; whatever HDF5 cannot read of it is said to be damaged."""
    h5py = package("h5py", "data")
    try:
        with h5py.File(path) as file:
            yield file
    except (OSError, RuntimeError, KeyError, MemoryError, Damaged, UnicodeError) as error:
        raise damaged(path, kind, error) from error
    except (TypeError, OverflowError, AttributeError, SystemError) as error:
        # What HDF5's own errors turn into on their way through h5py.
        raise damaged(path, kind, error) from error


def array(item):
    """The values of a data set, if they are there."""
    size = item.size
    if size is None:  # a null data space
        return np.empty(0)
    if item.chunks is None and not item.is_virtual and item.external is None:
        stored = item.id.get_storage_size()
        if size and stored < size * item.id.get_type().get_size():
            raise Damaged(f"{item.name}: {stored} bytes are not enough for shape {item.shape}")
    elif item.chunks is not None and size:
        whole = np.prod([-(-n // c) for n, c in zip(item.shape, item.chunks, strict=True)])
        if item.id.get_num_chunks() < whole:
            raise Damaged(f"{item.name}: {item.id.get_num_chunks()} of {whole} blocks are there")
    if size * item.dtype.itemsize > _LARGE and item.dtype.kind == "O":
        raise Damaged(f"{item.name}: {size} texts or references")
    return item[()]


def text(value):
    """Bytes as text; an array of them as an array of text."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray) and value.dtype.kind in "OS":
        flat = [part.decode() if isinstance(part, bytes) else part for part in value.ravel()]
        if all(isinstance(part, str) for part in flat):
            return np.array(flat, dtype=str).reshape(value.shape)
    return value


def read_hdf5(path):
    """Arrays of an HDF5 file by their dotted names, or `Unread`; attributes that say what they are.

    An attribute ``dt`` of a group is the same as a data set there. An attribute ``unit`` of the
    data set ``time`` is read as ``time_unit``, of another one as its ``unit``.
    """
    h5py, found, said = package("h5py", "data"), {}, {}

    def visit(name, item):
        dotted = name.replace("/", ".")
        said.update(_attributes(dotted, item, isinstance(item, h5py.Dataset)))
        if not isinstance(item, h5py.Dataset):
            return
        try:
            value = text(np.asarray(array(item)))
        except (OSError, RuntimeError, ValueError, TypeError, MemoryError) as error:
            value = Unread(f"what cannot be read ({type(error).__name__}: {error})")
        else:
            if value.dtype.kind not in "fiubUcmM":
                value = Unread(f"values of the type {item.dtype}")
        found[dotted] = value

    with opened(path, "HDF5") as file:
        said.update(_attributes("", file, False))
        file.visititems(visit)
    return said | found


def _attributes(name, item, is_array):
    """What attributes say, by the dotted names that data sets would have."""
    inside, _, last = name.rpartition(".")
    if not is_array:
        names = {key: f"{name}.{key}".lstrip(".") for key in BESIDE}
    else:
        own = f"{inside}.time_unit".lstrip(".") if last == "time" else f"{name}.unit"
        names = {"unit": own, "units": own}
    return {names[key]: text(np.asarray(item.attrs[key])[()]) for key in names if key in item.attrs}
