"""NumPy's files: whole arrays, checked against the checksums and sizes in the file."""

import io
import tokenize
import zipfile
import zlib

import numpy as np

from spikelib.recordings._found import Unread, damaged


def read_npy(path):
    """The one array of a ``.npy`` file, as rates."""
    found = _array(path.read_bytes())
    if isinstance(found, Unread):
        raise ValueError(f"{path}: expected a whole .npy file of numbers, got {found.what}")
    return {"rates": found}


def read_npz(path):
    """Arrays of a ``.npz`` file by name, or `Unread`."""
    found = {}
    try:
        with zipfile.ZipFile(path) as file:
            for member in file.infolist():
                name = member.filename.removesuffix(".npy")
                if name in found:
                    raise zipfile.BadZipFile(f"two arrays are named {name!r}")
                found[name] = _member(file, member)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError, NotImplementedError,
            RuntimeError, OverflowError, LookupError) as error:
        raise damaged(path, ".npz", error) from error
    return found


def _member(file, member):
    """An array, or why it is none: that matters only where it is asked for."""
    try:
        stream = file.open(member)  # where the name is another one in the file: damaged
    except (NotImplementedError, RuntimeError) as error:
        return Unread(f"what cannot be read ({error})")
    try:
        with stream:
            # To the end: only then the checksum is looked at.
            return _array(stream.read())
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error, MemoryError) as error:
        return Unread(f"what cannot be read ({error})")


def _array(data):
    """An array of the bytes of a ``.npy`` file, or `Unread`."""
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read = {(1, 0): np.lib.format.read_array_header_1_0}.get(
            version, np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(stream)
        # Products of large sizes wrap around in fixed integers, not in Python's.
        size = int(np.prod([int(n) for n in shape], dtype=object)) * dtype.itemsize
        there = len(data) - stream.tell()
        if dtype.hasobject:
            return Unread("what cannot be read (pickled objects)")
        if size != there:
            return Unread(f"what cannot be read ({there} bytes for shape {shape} of {dtype})")
        stream.seek(0)
        return np.lib.format.read_array(stream, allow_pickle=False)
    except (ValueError, EOFError, TypeError, OverflowError, SyntaxError, MemoryError,
            UnicodeError, AttributeError, KeyError, RecursionError, tokenize.TokenError) as error:
        return Unread(f"what cannot be read ({error})")
