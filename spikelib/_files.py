"""One-file saving of arrays with a JSON header, all or nothing, without pickle."""

import io
import json
import os
import zipfile

import numpy as np

from spikelib.errors import SavedFileError


def write_npz(path, header, arrays):
    """Write arrays and a JSON header to one file, all or nothing."""
    path = os.fspath(path)
    buffer = io.BytesIO()
    np.savez(buffer, header=np.array(json.dumps(header)), **arrays)
    partial = f"{path}.partial"
    with open(partial, "wb") as file:
        file.write(buffer.getbuffer())
    os.replace(partial, path)


def read_npz(path, expected_format, newest_version):
    """Read what `write_npz` has written; return header and arrays."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(str(arrays.pop("header")))
        came = header["format"]
        version = header["version"]
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError,
            zipfile.BadZipFile, zipfile.LargeZipFile) as error:
        raise SavedFileError(
            f"{path}: expected a file with a saved {expected_format}, got something else or a "
            f"damaged file ({type(error).__name__}: {error})"
        ) from error
    if came != expected_format:
        raise SavedFileError(f"{path}: expected a saved {expected_format!r}, got {came!r}")
    if not isinstance(version, int) or version > newest_version:
        raise SavedFileError(
            f"{path}: expected format version {newest_version} or older, got {version}; "
            "a newer spikelib wrote it"
        )
    return header, arrays
