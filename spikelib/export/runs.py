"""What a run elsewhere starts from, and what it leaves."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from spikelib._files import read_npz
from spikelib.spiking.state import SpikingState

__all__ = ["Run", "read_start"]

START_FORMAT, START_VERSION = "spikelib start", 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """What a network did elsewhere, in the arrays of `spikelib.spiking.simulation.Simulation`.

    Parameters
    ----------
    spike_steps, spike_neurons : ndarray of int, shape (n_spikes,)
        In order of time, and of neurons within a step.
    outputs : ndarray, shape (T, n_outputs)
        z.
    factors : ndarray, shape (T, D)
        z_D.
    seconds : float
        Time that the run took, without building and compiling.
    """

    spike_steps: np.ndarray
    spike_neurons: np.ndarray
    outputs: np.ndarray
    factors: np.ndarray
    seconds: float

    @classmethod
    def load(cls, path):
        """Read what an exported script has left."""
        with np.load(path, allow_pickle=False) as file:
            values = {field.name: file[field.name] for field in dataclasses.fields(cls)}
        return cls(**(values | {"seconds": float(values["seconds"])}))


def read_start(path):
    """The state in the ``<name>_start.npz`` beside an exported script.

    Parameters
    ----------
    path : path

    Returns
    -------
    SpikingState

    Raises
    ------
    SavedFileError
        Not such a file.
    """
    _, arrays = read_npz(path, START_FORMAT, START_VERSION)
    values = {field.name: arrays[field.name] for field in dataclasses.fields(SpikingState)}
    return SpikingState(**(values | {"inhibition": float(values["inhibition"])}))
