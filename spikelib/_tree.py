"""Results as arrays and a tree of plain values: what is saved to a file without pickle."""

import dataclasses
import importlib

import numpy as np

from spikelib._files import read_npz, write_npz
from spikelib.errors import SavedFileError

_FORMAT = "spikelib result"
_VERSION = 1


def save(path, result):
    """Write a dataclass of this package, and all that hangs on it, to one ``.npz`` file."""
    arrays, known = {}, {}

    def encode(value):
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, np.ndarray):
            if id(value) not in known:
                known[id(value)] = f"array_{len(arrays)}", value
                arrays[known[id(value)][0]] = value
            return {"array": known[id(value)][0]}
        if isinstance(value, tuple | list):
            return {type(value).__name__: [encode(item) for item in value]}
        if isinstance(value, dict):
            return {"dict": {str(name): encode(item) for name, item in value.items()}}
        if dataclasses.is_dataclass(value):
            if id(value) in known:  # one object stays one, such as a trial that repeats
                return {"same": known[id(value)][0]}
            known[id(value)] = len(known), value
            plain = getattr(value, "plain_fields", None)
            fields = plain() if plain else {
                field.name: getattr(value, field.name) for field in dataclasses.fields(value)
            }
            kind = f"{type(value).__module__}:{type(value).__qualname__}"
            return {
                "class": kind, "number": known[id(value)][0],
                "fields": {name: encode(item) for name, item in fields.items()},
            }
        raise ValueError(
            f"expected arrays, numbers, texts and dataclasses to save, got a "
            f"{type(value).__name__}"
        )

    write_npz(path, {"format": _FORMAT, "version": _VERSION, "tree": encode(result)}, arrays)


def load(path, kind):
    """Read what `save` has written; an object of the class `kind`.

    Raises
    ------
    SavedFileError
        Not such a file, damaged, from a newer version, or of another class.
    FileNotFoundError
    """
    header, arrays = read_npz(path, _FORMAT, _VERSION)
    known = {}

    def decode(node):
        if not isinstance(node, dict):
            return node
        if "array" in node:
            return arrays[node["array"]]
        for sequence in (tuple, list):
            if sequence.__name__ in node:
                return sequence(decode(item) for item in node[sequence.__name__])
        if "dict" in node:
            return {name: decode(item) for name, item in node["dict"].items()}
        if "same" in node:
            return known[node["same"]]
        fields = {name: decode(item) for name, item in node["fields"].items()}
        cls = _class(node["class"])
        make = getattr(cls, "from_plain_fields", None)
        known[node["number"]] = made = make(**fields) if make else cls(**fields)
        return made

    try:
        result = decode(header["tree"])
    except (KeyError, TypeError, ValueError, AttributeError, ImportError) as error:
        raise SavedFileError(f"{path}: expected a saved result: {error}") from error
    if not isinstance(result, kind):
        raise SavedFileError(
            f"{path}: expected a saved {kind.__name__}, got a {type(result).__name__}"
        )
    return result


def _class(name):
    """A dataclass of this package, and nothing else, whatever the file says."""
    module, _, qualname = name.partition(":")
    if module.split(".")[0] != "spikelib":
        raise ValueError(f"expected a class of spikelib, got {name}")
    cls = getattr(importlib.import_module(module), qualname)
    if not isinstance(cls, type) or not dataclasses.is_dataclass(cls):
        raise ValueError(f"expected a dataclass, got {name}")
    return cls
