"""Saving a training run half way, and going on from there."""

import dataclasses
import signal
from contextlib import contextmanager

import numpy as np

from spikelib._files import read_npz, write_npz
from spikelib.errors import SavedFileError
from spikelib.spiking.simulation import SpikingState

_FORMAT = "spikelib checkpoint"
_VERSION = 1


@contextmanager
def interrupts_held(held):
    """Hold Ctrl-C back; the function that is given says whether one has come.

    A compiled trial that is cut short, or that has run but is not in the log, would
    be run twice after `resume`. A second Ctrl-C gets through at once.
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


def save(path, network, fit_, dynamics, log_columns, done, n_trials, rng):
    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "done": done,
        "n_trials": n_trials,
        "parameters": dataclasses.asdict(network.parameters),
        "rng": rng.bit_generator.state,
    }
    arrays = {f"log_{name}": np.array(values) for name, values in log_columns.items()}
    # Not folded first: that would regroup sums, and later trials would differ.
    kept = ("base", "tail", "pending", "weights", "errors", "slow", "fast",
            "p_slow", "p_fast", "z_slow", "z_fast")
    arrays |= {f"rls_{name}": getattr(fit_.state, name) for name in kept}
    arrays |= {f"state_{name}": value for name, value in dynamics._asdict().items()}
    write_npz(path, header, arrays)


def resume(path, network, fit_, n_trials, rng):
    header, arrays = read_npz(path, _FORMAT, _VERSION)
    expected = (dataclasses.asdict(network.parameters), n_trials)
    if (header["parameters"], header["n_trials"]) != expected:
        raise SavedFileError(
            f"{path}: expected a checkpoint of this training ({n_trials} trials of "
            f"{network.parameters}), got one of {header['n_trials']} trials of "
            f"{header['parameters']}"
        )
    for name, value in arrays.items():
        if name.startswith("rls_"):
            kept = getattr(fit_.state, name.removeprefix("rls_"))
            if kept.shape != value.shape:
                raise SavedFileError(
                    f"{path}: {name}: expected shape {kept.shape}, got {value.shape}"
                )
            kept[:] = value
    dynamics = SpikingState.random(network, rng=np.random.default_rng(0)).dynamics()
    for name, value in dynamics._asdict().items():
        value[:] = arrays[f"state_{name}"]
    rng.bit_generator.state = header["rng"]
    columns = {
        name.removeprefix("log_"): value.tolist()
        for name, value in arrays.items()
        if name.startswith("log_")
    }
    return dynamics, columns, header["done"]
