"""A trained network in NEST: a script, or the network in NEST's kernel.

NEST delivers a spike one step after it was fired, at the earliest. In the models that it ships,
what arrives is added after the voltage was advanced, and so acts two steps after the spike; in
`spikelib.spiking.simulation.simulate` it acts after one. No delay can undo that, and so the exact
export has a neuron model of its own, ``spikelib_lif``, in NESTML: a few lines that a C++ compiler
has to build once. Without a compiler ``shipped=True`` uses ``iaf_psc_exp_multisynapse``: the same
sums, but each spike acts a step later, on a network that was trained without that delay.

NEST has synapses from neuron to neuron only, so that u W is multiplied out to N × n
weights; the common inhibition becomes a fast synapse from each neuron to each.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib._extras import package
from spikelib.errors import CannotExpressError
from spikelib.export import _common, _nest_build
from spikelib.export import _nest_text as _text
from spikelib.export.runs import Run
from spikelib.spiking.network import SpikingNetwork, SpikingParameters

__all__ = [
    "NESTML_MODEL",
    "NestNetwork",
    "build_nest_model",
    "from_nest",
    "nest_script",
    "to_nest",
    "write_nest",
]

#: The neuron ``spikelib_lif`` in NESTML.
NESTML_MODEL = _text.NESTML

_TIC = 1e-6  # seconds; NEST's smallest unit of time, by default


@dataclass(frozen=True, kw_only=True, eq=False)
class NestNetwork:
    """A network in NEST's kernel, which holds one at a time.

    Parameters
    ----------
    neurons : nest.NodeCollection
    objects : dict
        What the script names: ``neurons``, ``spikes``, ``slow``, ``fast`` and so on.
    n_steps : int
        Length of the trial that it was made for.
    """

    neurons: object
    objects: dict
    n_steps: int

    def run(self):
        """Run through the trial, once.

        Returns
        -------
        Run
        """
        nest, objects = self.objects["nest"], self.objects
        nest.Prepare()
        began = time.perf_counter()
        nest.Run(self.n_steps * objects["dt"])
        seconds = time.perf_counter() - began
        nest.Cleanup()
        steps, senders = objects["spikes_by_step"]()
        weights = objects["weights"]
        readout = np.vstack([weights["factor_weights"], weights["output_weights"]])
        made = objects["read_out"](steps, senders, self.n_steps, readout)
        n_factors = len(weights["factor_weights"])
        return Run(
            spike_steps=steps, spike_neurons=senders, outputs=made[:, n_factors:],
            factors=made[:, :n_factors], seconds=seconds,
        )


def _check(network, trial, state, noise):
    _common.check_start(network, trial, state)
    _common.check_feedback(network, state, "NEST")
    dt = network.parameters.dt
    if abs(dt / _TIC - round(dt / _TIC)) > 1e-6 or round(dt / _TIC) < 1:
        raise CannotExpressError(
            f"network: expected a dt of whole microseconds, the unit of time in NEST, got {dt!r} s"
        )
    return _checks.number("noise", noise, at_least=0)


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def nest_script(network, trial, *, state, noise=0.0, shipped=False, name="network"):
    """The text of a script that runs a network in NEST.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
        Its input, once.
    state : SpikingState
        Where the run starts; its feedback has to be W s.
    noise : float
        Standard deviation that white noise alone would give the free voltage.
    shipped : bool
        Use a model that NEST ships, whose spikes act one step later than they should, instead of
        the exact one, which has to be compiled.
    name : str
        The script reads ``<name>.npz`` and ``<name>_start.npz`` from its own folder.

    Returns
    -------
    str

    Raises
    ------
    CannotExpressError
        A time step that is not a whole number of microseconds, or a state that teacher forcing
        has left.
    ValueError
        Network, trial and state do not fit together.
    """
    noise = _check(network, trial, state, noise)
    return _text.script(network, trial, noise=noise, name=name, shipped=shipped)


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def write_nest(network, trial, folder, *, state, noise=0.0, shipped=False, name="network"):
    """Write a script for NEST with weights, input, state and neuron model beside it.

    ``<name>_nest.py`` (``<name>_nest_shipped.py``) is the script, ``<name>.npz`` the weights (what
    `SpikingNetwork.load` reads), ``<name>_start.npz`` input and state, ``spikelib_lif.nestml`` the
    neuron and ``build_spikelib_lif.py`` what compiles it. The script leaves
    ``<name>_nest_run.npz``, what `spikelib.export.Run.load` reads.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    folder : path
        Made where it does not exist.
    state : SpikingState
    noise, shipped, name
        As for `nest_script`.

    Returns
    -------
    pathlib.Path
        Of the script.
    """
    folder, name = _checks.path("folder", folder), _checks.file_name("name", name)
    text = nest_script(network, trial, state=state, noise=noise, shipped=shipped, name=name)
    _common.write_bundle(network, trial, state, folder, name)
    folder = Path(folder)
    if not shipped:
        _write_model(folder)
    path = folder / f"{name}_{_text.suffix(shipped)}.py"
    path.write_text(text, encoding="utf-8")
    return path


def _write_model(folder):
    (folder / "spikelib_lif.nestml").write_text(NESTML_MODEL, encoding="utf-8")
    build = Path(_nest_build.__file__).read_text(encoding="utf-8")
    (folder / "build_spikelib_lif.py").write_text(build, encoding="utf-8")


def build_nest_model(folder):
    """Compile the neuron model into a folder, once.

    Parameters
    ----------
    folder : path

    Returns
    -------
    str
        What `to_nest` takes as `module`.

    Raises
    ------
    ImportError
        NESTML is not installed.
    RuntimeError
        No compiler, or one that reports errors.
    """
    package("pynestml", "nest")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_model(folder)
    return _nest_build.build(folder)


def to_nest(network, trial, *, state, module=None, noise=0.0):
    """Set up a network in NEST's kernel, which is reset first.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState
    module : str, optional
        The compiled model, from `build_nest_model`; without it the model that NEST ships.
    noise : float

    Returns
    -------
    NestNetwork

    Raises
    ------
    ImportError
        NEST is not installed.
    CannotExpressError, ValueError
        As for `nest_script`.
    """
    noise = _check(network, trial, state, noise)
    package("nest", "nest")
    objects = {
        "weights": _common.network_arrays(network), "start": _common.start_arrays(trial, state),
        "module": module,
    }
    # The script's own lines, so that there is one description of the network and not two.
    text = _text.IMPORTS + _text.model(network, noise=noise, shipped=module is None)
    exec(compile(text + _text.READ_OUT, "nest", "exec"), objects)
    return NestNetwork(neurons=objects["neurons"], objects=objects, n_steps=trial.n_steps)


def from_nest(nest_network):
    """Read a network back out of NEST's kernel, with the weights that it has there now.

    All recurrence is then in `slow_weights` and `fast_weights`, inhibition included, and the
    encoder is zero, as in a network under Dale's law: what NEST holds does not say which
    part was u W. `SpikingNetwork.load` of the ``.npz`` beside a script gives u and W back.

    Parameters
    ----------
    nest_network : NestNetwork
        Made by `to_nest` with a compiled model.

    Returns
    -------
    SpikingNetwork

    Raises
    ------
    ValueError
        Something else, or neurons of another model, whose weights mean something else.
    """
    if not isinstance(nest_network, NestNetwork):
        raise ValueError(
            f"nest_network: expected a NestNetwork, got {type(nest_network).__name__}"
        )
    nest, neurons = nest_network.objects["nest"], nest_network.neurons
    model = neurons.model if isinstance(neurons.model, str) else neurons.model[0]
    if model != "spikelib_lif":
        raise ValueError(f"nest_network: expected neurons of the model spikelib_lif, got {model}")
    n, first = len(neurons), neurons[0].global_id
    synapses = nest.GetConnections(neurons, neurons).get(
        ["source", "target", "weight", "receptor"]
    )
    matrices = np.zeros((2, n, n))
    where = (np.asarray(synapses["receptor"]), np.asarray(synapses["target"]) - first,
             np.asarray(synapses["source"]) - first)
    np.add.at(matrices, where, synapses["weight"])
    one = neurons[0].get(["tau_m", "tau_slow", "tau_fast", "threshold", "v_reset"])
    weights = nest_network.objects["weights"]
    factor_weights = weights["factor_weights"]
    return SpikingNetwork(
        parameters=SpikingParameters(
            n_neurons=n, dt=nest.resolution / 1000, tau_membrane=one["tau_m"] / 1000,
            tau_slow=one["tau_slow"] / 1000, tau_fast=one["tau_fast"] / 1000,
            threshold=one["threshold"], reset=one["v_reset"], inhibition=0.0,
            trained_fraction=weights["trained_neurons"].size / n,
        ),
        encoder=np.zeros((n, len(factor_weights))),
        input_weights=weights["input_weights"],
        mean_current=-np.asarray(neurons.I_const),
        trained_neurons=weights["trained_neurons"],
        factor_weights=factor_weights,
        output_weights=weights["output_weights"],
        slow_weights=matrices[0],
        fast_weights=matrices[1],
    )
