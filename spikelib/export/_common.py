"""What all exports share: checks at the door, the saved start, optional packages."""

import dataclasses
import importlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib._files import read_npz, write_npz
from spikelib.spiking.network import SpikingNetwork
from spikelib.spiking.simulation import SpikingState, check_trial

_FORMAT = "spikelib run"
_FORMAT_VERSION = 1


class CannotExpressError(ValueError):
    """A network has something that the program it is exported to cannot express."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """What a network did elsewhere, in the arrays of `spikelib.spiking.simulation.Simulation`.

    Parameters
    ----------
    spike_steps, spike_neurons : ndarray of int, shape (n_spikes,)
        In order of time, and of neurons within a step.
    outputs : ndarray, shape (T, n_outputs)
        z.
    factors : ndarray, shape (T, P)
        z_P.
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


def package(name, extra):
    """Import an optional package, or say how to install it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(
            f"{name}: expected it to be installed (pip install 'spikelib[{extra}]'), but it cannot "
            f"be imported: {error}"
        ) from error


def check_network(network):
    """Return the network, or say what came instead."""
    if not isinstance(network, SpikingNetwork):
        inner = " (try its .network)" if isinstance(
            getattr(network, "network", None), SpikingNetwork
        ) else ""
        raise ValueError(
            f"network: expected a SpikingNetwork, got {type(network).__name__}{inner}"
        )
    return network


def check_start(network, trial, state):
    """Raise ValueError where network, trial and starting state do not fit together."""
    check_network(network)
    check_trial(network, trial, "trial", needs_factors=False)
    if not isinstance(state, SpikingState):
        raise ValueError(f"state: expected a SpikingState, got {type(state).__name__}")
    n, m = network.parameters.n_neurons, network.trained_neurons.size
    sizes = {"voltage": n, "slow_current": n, "fast_current": n, "slow_trace": m,
             "fast_trace": m, "feedback": network.n_factors}
    for name, size in sizes.items():
        _checks.array(f"state.{name}", getattr(state, name), ("size",), (size,))


def check_feedback(network, state, target):
    """Raise where the feedback is not W s, which nothing but spikes can start."""
    s = np.concatenate([state.slow_trace, state.fast_trace])
    gap = float(np.abs(network.factor_weights @ s - state.feedback).max(initial=0.0))
    if gap > 1e-9 * max(1.0, float(np.abs(state.feedback).max(initial=0.0))):
        raise CannotExpressError(
            f"state: expected a feedback equal to W s, since {target} can start from traces only, "
            f"got one that differs by {gap:.3g} (teacher forcing leaves such a state; run one step "
            "or one trial without it)"
        )


def write_bundle(network, trial, state, folder, name):
    """Save weights and start: ``<name>.npz`` and ``<name>_start.npz``.

    The first is what `SpikingNetwork.load` reads; the second has inputs, outputs and state.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    network.save(folder / f"{name}.npz")
    header = {"format": _FORMAT, "version": _FORMAT_VERSION, "dt": trial.dt}
    write_npz(folder / f"{name}_start.npz", header, start_arrays(trial, state))


def start_arrays(trial, state):
    """What a run begins with, by name."""
    arrays = {f.name: np.asarray(getattr(state, f.name)) for f in dataclasses.fields(state)}
    return arrays | {"inputs": trial.inputs, "targets": trial.outputs}


def network_arrays(network):
    """The weights of a network, by the names of its file."""
    return {
        field.name: getattr(network, field.name)
        for field in dataclasses.fields(network)
        if field.name != "parameters" and getattr(network, field.name) is not None
    }


def read_start(path):
    """The state that `write_bundle` has saved."""
    _, arrays = read_npz(path, _FORMAT, _FORMAT_VERSION)
    names = {field.name for field in dataclasses.fields(SpikingState)}
    values = {name: arrays[name] for name in names}
    return SpikingState(**(values | {"inhibition": float(values["inhibition"])}))


def milliseconds(seconds):
    """A number of milliseconds that times 0.001 is exactly `seconds`, or None.

    Examples
    --------
    >>> milliseconds(0.01), milliseconds(0.005)
    (10.0, 5.0)
    """
    for value in (round(seconds * 1000, 9), seconds * 1000):
        if value * 0.001 == seconds:
            return value
    return None
