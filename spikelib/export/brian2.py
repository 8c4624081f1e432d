"""A trained network in Brian2: a script, or the objects themselves.

Brian2's clock-driven step is that of `spikelib.spiking.simulation.simulate` once five things
are set: exponential Euler; traces that are variables of the neurons, decay with the voltage and
step by 1 in the reset; the learned loop as two sets of synapses with summed variables, W onto D
factors and u back, so that no N × N matrix is made; both sums at the end of a step, z_D before
u z_D (left to Brian2, they tie and go by name); and the inhibition, one unit for all, decayed
after the voltages have used it. From the same state the spikes are then the same, until two sums
of the same numbers in another order fall on two sides of the threshold.

Voltage noise is white in both, of the same size, added at the same place in the step. It is not
the same draw: Brian2 has a generator of its own.

Brian2 2.9.0 does not import beside NumPy 2.4; it does beside NumPy 2.3.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib._extras import package
from spikelib.export import _brian2_text as _text
from spikelib.export import _common
from spikelib.export.runs import Run
from spikelib.spiking.network import SpikingNetwork, SpikingParameters

__all__ = ["Brian2Network", "brian2_script", "from_brian2", "to_brian2", "write_brian2"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Brian2Network:
    """A network's objects in Brian2, ready to run.

    Parameters
    ----------
    network : brian2.Network
        All objects; ``network.run(1*second)`` runs it.
    objects : dict
        The same, by the names that the script gives them: ``neurons``, ``factors``, ``outputs``,
        ``spikes``, ``output_monitor`` and so on.
    duration : float
        Length in seconds of the trial that it was made for.
    """

    network: object
    objects: dict
    duration: float

    def run(self):
        """Run through the trial.

        Returns
        -------
        Run
        """
        brian2 = package("brian2", "brian2")
        self.network.run(0 * brian2.second)  # compiles
        began = time.perf_counter()
        self.network.run(self.duration * brian2.second)
        seconds = time.perf_counter() - began
        spikes, made = self.objects["spikes"], self.objects["output_monitor"]
        factors = self.objects.get("factor_monitor")
        dt = self.objects["neurons"].clock.dt
        return Run(
            spike_steps=np.rint(np.asarray(spikes.t / dt)).astype(np.int64),
            spike_neurons=np.asarray(spikes.i, dtype=np.int64),
            outputs=np.asarray(made.z).T,
            factors=np.empty((made.t.size, 0)) if factors is None else np.asarray(factors.z).T,
            seconds=seconds,
        )


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def brian2_script(network, trial, *, state, noise=0.0, name="network"):
    """The text of a script that runs a network in Brian2.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
        Its input, once.
    state : SpikingState
        Where the run starts.
    noise : float
        Standard deviation that white noise alone would give the free voltage; a network matched
        to a recording was trained with its result's `noise`.
    name : str
        The script reads ``<name>.npz`` and ``<name>_start.npz`` from its own folder.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        Network, trial and state do not fit together.

    Examples
    --------
    >>> from spikelib import SpikingParameters, SpikingState, osc4
    >>> rng = np.random.default_rng(0)
    >>> network = SpikingNetwork.from_encoder(
    ...     SpikingParameters(n_neurons=20), encoder=rng.normal(size=(20, 2)),
    ...     input_weights=np.ones((20, 1)), n_outputs=1, rng=rng)
    >>> text = brian2_script(
    ...     network, osc4().draw(rng), state=SpikingState.at_rest(network, rng=rng))
    >>> print([line for line in text.splitlines() if "dV/dt" in line][0])
        dV/dt = (I - V)/tau_m : 1
    """
    _common.check_start(network, trial, state)
    noise = _checks.number("noise", noise, at_least=0)
    return _text.script(network, trial, noise=noise, name=name)


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def write_brian2(network, trial, folder, *, state, noise=0.0, name="network"):
    """Write a script for Brian2 with weights, input and state beside it.

    ``<name>_brian2.py`` is the script, ``<name>.npz`` the weights (what `SpikingNetwork.load`
    reads), ``<name>_start.npz`` input and state. The script leaves ``<name>_brian2_run.npz``, what
    `spikelib.export.Run.load` reads.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    folder : path
        Made where it does not exist.
    state : SpikingState
    noise : float
    name : str

    Returns
    -------
    pathlib.Path
        Of the script.
    """
    folder, name = _checks.path("folder", folder), _checks.file_name("name", name)
    text = brian2_script(network, trial, state=state, noise=noise, name=name)
    _common.write_bundle(network, trial, state, folder, name)
    path = Path(folder) / f"{name}_brian2.py"
    path.write_text(text, encoding="utf-8")
    return path


def to_brian2(network, trial, *, state, noise=0.0):
    """The objects of a network in Brian2: what the script makes, made here.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState
    noise : float
        As for `brian2_script`.

    Returns
    -------
    Brian2Network

    Raises
    ------
    ImportError
        Brian2 is not installed.
    """
    brian2 = package("brian2", "brian2")
    _common.check_start(network, trial, state)
    noise = _checks.number("noise", noise, at_least=0)
    objects = {
        "weights": _common.network_arrays(network), "start": _common.start_arrays(trial, state)
    }
    # The script's own lines, so that there is one description of the network and not two.
    exec(compile(_text.IMPORTS + _text.model(network, trial, noise), "brian2", "exec"), objects)
    made = {
        key: value for key, value in objects.items() if isinstance(value, brian2.BrianObject)
    } | {"network": objects["network"]}
    for thing in made["network"].objects:
        if hasattr(thing, "namespace"):
            thing.namespace.update({key: objects[key] for key in _text.CONSTANTS if key in objects})
    return Brian2Network(network=made["network"], objects=made, duration=trial.duration)


def from_brian2(network):
    """Read a network back out of Brian2, with the weights that it has there now.

    Parameters
    ----------
    network : brian2.Network or Brian2Network
        With objects of the names that `to_brian2` and the script give them.

    Returns
    -------
    SpikingNetwork

    Raises
    ------
    ValueError
        Objects that are missing, or constants that cannot be found.
    """
    network = network.network if isinstance(network, Brian2Network) else network
    found = {thing.name: thing for thing in getattr(network, "objects", ())}
    missing = {"neurons", "outputs", "output_synapses"} - set(found)
    if missing:
        raise ValueError(
            f"network: expected a brian2.Network with objects as to_brian2 makes them, got one "
            f"without {sorted(missing)}"
        )
    neurons = found["neurons"]
    constants = neurons.namespace
    absent = [key for key in _text.CONSTANTS[:6] if key not in constants]
    if absent:
        raise ValueError(f"network: expected {absent} in the namespace of its neurons")
    n = len(neurons)
    trained, output_weights = _readout(found["output_synapses"], len(found["outputs"]))
    factor_weights, encoder = np.zeros((0, output_weights.shape[1])), np.zeros((n, 0))
    if "factors" in found:
        n_factors = len(found["factors"])
        _, factor_weights = _readout(found["factor_synapses"], n_factors)
        encoder = np.zeros((n, n_factors))
        if "feedback" in found:
            feedback = found["feedback"]
            encoder[np.asarray(feedback.j), np.asarray(feedback.i)] = np.asarray(feedback.u)
    inhibition = 0.0
    tau_fast = float(constants["tau_f"])
    if "inhibition" in found:
        inhibition = float(constants["jump"]) * tau_fast * n
    n_inputs = sum(name.startswith("u_in_") for name in neurons.equations.names)
    columns = [np.asarray(getattr(neurons, f"u_in_{k}")) for k in range(n_inputs)]
    return SpikingNetwork(
        parameters=SpikingParameters(
            n_neurons=n, trained_fraction=trained.size / n, dt=float(neurons.clock.dt),
            tau_membrane=float(constants["tau_m"]), tau_slow=float(constants["tau_s"]),
            tau_fast=tau_fast, threshold=float(constants["V_threshold"]),
            reset=float(constants["V_reset"]), inhibition=inhibition,
        ),
        encoder=encoder,
        input_weights=np.stack(columns, axis=1) if columns else np.zeros((n, 0)),
        mean_current=np.asarray(neurons.I_mean),
        trained_neurons=trained,
        factor_weights=factor_weights,
        output_weights=output_weights,
        slow_weights=_square(found.get("slow_synapses"), n),
        fast_weights=_square(found.get("fast_synapses"), n),
    )


def _readout(synapses, n_rows):
    """The neurons that are read, and their weights (n_rows, 2 n)."""
    trained = np.unique(np.asarray(synapses.i))
    place = np.searchsorted(trained, np.asarray(synapses.i))
    weights = np.zeros((n_rows, 2 * trained.size))
    weights[np.asarray(synapses.j), place] = np.asarray(synapses.w_slow)
    weights[np.asarray(synapses.j), trained.size + place] = np.asarray(synapses.w_fast)
    return trained, weights


def _square(synapses, n):
    """A matrix (post, pre) of fixed synapses, or None."""
    if synapses is None:
        return None
    weights = np.zeros((n, n))
    weights[np.asarray(synapses.j), np.asarray(synapses.i)] = np.asarray(synapses.w)
    return weights
