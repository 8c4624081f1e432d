"""Saving a training half way, and going on from there: only with the run that it belongs to."""

import dataclasses
import hashlib
import json
import os
import signal
from collections.abc import Mapping
from contextlib import contextmanager

import numpy as np

from spikelib._files import read_npz, write_npz
from spikelib.errors import SavedFileError

_FORMAT = "spikelib checkpoint"
_VERSION = 2


class Checkpoint:
    """One file that holds a run half way.

    Parameters
    ----------
    path : path
        Its folder is tried at once: a run that could not be saved should not start.
    identity : mapping of str to object
        What determines the run, by names that a person understands; a digest of each is
        kept in the file.
    """

    def __init__(self, path, identity):
        self.path = os.fspath(path)
        self.identity = {name: digest(value) for name, value in identity.items()}
        partial = f"{self.path}.partial"
        try:
            with open(partial, "ab"):
                pass
            os.remove(partial)
        except OSError as error:
            raise type(error)(
                error.errno, "checkpoint: expected a place that can be written, got "
                f"{self.path!r}: {error.strerror}"
            ) from error

    @property
    def exists(self):
        return os.path.exists(self.path)

    def save(self, done, columns, state):
        """`columns` of the log and the learner's `state`, after `done` trials."""
        header = {
            "format": _FORMAT, "version": _VERSION, "done": done, "identity": self.identity,
        }
        arrays = {f"log_{name}": values for name, values in columns.items()}
        arrays |= {f"state_{name}": value for name, value in state.items()}
        write_npz(self.path, header, arrays)

    def load(self):
        """What `save` has written: `done`, `columns`, `state`.

        Raises
        ------
        SavedFileError
            Of another run; the message says what differs. The file stays as it is.
        """
        header, arrays = read_npz(self.path, _FORMAT, _VERSION)
        theirs = header.get("identity")
        if not isinstance(theirs, dict) or not isinstance(header.get("done"), int):
            raise SavedFileError(
                f"{self.path}: expected a checkpoint of format {_VERSION}, got one of format "
                f"{header['version']}; it was kept, name another file"
            )
        differs = [name for name in self.identity if theirs.get(name) != self.identity[name]]
        differs += [name for name in theirs if name not in self.identity]
        if differs:
            raise SavedFileError(
                f"{self.path}: expected a checkpoint of this training, got one of another, whose "
                f"{', '.join(differs)} differ{'s' if len(differs) == 1 else ''}; it was kept: name "
                "another file, or delete it"
            )

        def part(prefix):
            return {
                name.removeprefix(prefix): value
                for name, value in arrays.items() if name.startswith(prefix)
            }

        return header["done"], part("log_"), part("state_")

    def remove(self):
        if self.exists:
            os.remove(self.path)


def digest(value):
    """A fingerprint of arrays, dataclasses, generators, numbers, and collections of these."""
    sha, known = hashlib.sha256(), {}

    def add(item):
        if isinstance(item, np.ndarray):
            sha.update(f"{item.dtype}{item.shape}".encode())
            sha.update(np.ascontiguousarray(item).tobytes())
        elif isinstance(item, np.random.Generator):
            sha.update(pack_generator(item).tobytes())
        elif dataclasses.is_dataclass(item):
            # Trials repeat: each object is read once.
            if id(item) not in known:
                known[id(item)] = item, digest(
                    {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
                )
            sha.update(known[id(item)][1].encode())
        elif isinstance(item, Mapping):
            for name, part in item.items():
                add(str(name))
                add(part)
        elif isinstance(item, list | tuple):
            sha.update(f"{len(item)}".encode())
            for part in item:
                add(part)
        elif callable(item):
            sha.update(f"{item.__module__}.{item.__qualname__}".encode())
        else:
            sha.update(f"{type(item).__name__}{item!r}".encode())

    add(value)
    return sha.hexdigest()


def pack_generator(rng):
    """The state of a generator as an array of characters."""
    def plain(item):
        if isinstance(item, Mapping):
            return {name: plain(part) for name, part in item.items()}
        if isinstance(item, np.ndarray):
            return {"array": item.tolist(), "dtype": item.dtype.name}
        return item.item() if isinstance(item, np.generic) else item

    return np.array(json.dumps(plain(rng.bit_generator.state)))


def unpack_generator(rng, packed):
    """Set a generator to a state that `pack_generator` has made."""
    def full(item):
        if isinstance(item, dict) and set(item) == {"array", "dtype"}:
            return np.array(item["array"], dtype=item["dtype"])
        if isinstance(item, dict):
            return {name: full(part) for name, part in item.items()}
        return item

    rng.bit_generator.state = full(json.loads(str(packed)))


def fill(kept, saved, names):
    """Copy saved arrays into those of the same names that a run works with."""
    for name in names:
        if kept[name].shape != saved[name].shape:
            raise SavedFileError(
                f"{name}: expected shape {kept[name].shape}, got {saved[name].shape}"
            )
        kept[name][...] = saved[name]


@contextmanager
def interrupts_held(held):
    """Hold Ctrl-C back; the function that is given says whether one has come.

    A compiled trial that is cut short, or that has run but is not in the log, would
    be run twice after `Checkpoint.load`. A second Ctrl-C gets through at once.
    """
    came = []

    def hold(number, frame):
        if came:
            raise KeyboardInterrupt
        came.append(number)

    try:
        before = signal.signal(signal.SIGINT, hold) if held else None
    except ValueError:  # not the main thread, which alone receives signals
        held = False
    try:
        yield lambda: bool(came)
    finally:
        if held:
            signal.signal(signal.SIGINT, before)
