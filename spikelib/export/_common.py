"""What all exports share: checks at the door, the saved start, optional packages."""

import dataclasses
from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib._files import write_npz
from spikelib.errors import CannotExpressError
from spikelib.export.runs import START_FORMAT, START_VERSION
from spikelib.spiking.network import SpikingNetwork
from spikelib.spiking.simulation import check_trial
from spikelib.spiking.state import SpikingState


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
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"folder: expected a folder, or none yet, got the file {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    network.save(folder / f"{name}.npz")
    header = {"format": START_FORMAT, "version": START_VERSION, "dt": trial.dt}
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
