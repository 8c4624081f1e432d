"""A trained network as a graph of the Neuromorphic Intermediate Representation (NIR).

::

    input → input_weights → neurons (LIF) ⇉ slow, fast (LI) ⇉ factors_* (W) → encoder (u) ─┐
                               ↑                    └─────→ outputs_* (w) → output         │
                               └───────────────────────────────────────────────────────────┘

The filters have r = τ, so that a spike, a pulse of area one, is a step of 1. -I_mean is the
neurons' v_leak. Fixed synapses are further weights from a filter to the neurons; the common
inhibition is one more row read from the fast traces, and given to all neurons. Every
matrix is an ``Affine`` with zero bias, since several readers lack ``Linear``. ``CubaLIF`` will not
do: it has one synaptic time constant.

What NIR cannot say stands in the graph's metadata: the time step; that currents act on the
voltage one step after the spikes that made them; that voltage equal to the threshold
fires here, and not there; which neurons were trained. NIR has no state either, so a graph
starts from rest.

References
----------
Pedersen et al. (2024), Neuromorphic intermediate representation: a unified instruction set for
interoperable brain-inspired computing, Nature Communications 15, 8122.
"""

from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib._extras import package
from spikelib.errors import CannotExpressError
from spikelib.export import _common
from spikelib.spiking.network import SpikingNetwork, SpikingParameters

__all__ = ["from_nir", "to_nir"]

_NEEDED = ("input_weights", "neurons", "slow", "fast", "outputs_slow", "outputs_fast")
_METADATA = {
    "time_step": "exponential Euler with the step dt, in seconds; NIR's equations have none",
    "one_step_lag": "the voltage of a step is made from the currents of the step before",
    "threshold": "a neuron fires where v >= v_threshold; NIR says v > v_threshold",
    "spikes": "pulses of area one: with r = tau a spike is a step of 1 in a filter",
    "state": "not in NIR: a graph starts from v = 0 and silent filters",
}


def to_nir(network, *, noise=0.0):
    """The graph of a network.

    Parameters
    ----------
    network : SpikingNetwork
        With at least one input.
    noise : float
        Voltage noise, as other exports take it: anything but zero is refused, since NIR has none.

    Returns
    -------
    nir.NIRGraph
        ``nir.write("network.nir", graph)`` saves it.

    Raises
    ------
    CannotExpressError
        A network without input, which a graph has to have; voltage noise.
    ImportError
        NIR is not installed.
    """
    nir = package("nir", "nir")
    _common.check_network(network)
    p = network.parameters
    n = p.n_neurons
    if _checks.number("noise", noise, at_least=0) > 0:
        raise CannotExpressError(
            f"noise: expected 0, since no node of NIR makes noise, got {noise:g}"
        )
    if network.n_inputs == 0:
        raise CannotExpressError(
            "network: expected at least one input, which a graph of NIR has to have, got none"
        )

    def weights(matrix):
        matrix = np.array(matrix, dtype=float)
        return nir.Affine(weight=matrix, bias=np.zeros(len(matrix)))

    def li(tau):
        return nir.LI(tau=np.full(n, tau), r=np.full(n, tau), v_leak=np.zeros(n))

    def of_all(matrix):
        wide = np.zeros((len(matrix), n))
        wide[:, network.trained_neurons] = matrix
        return weights(wide)

    m = network.trained_neurons.size
    nodes = {
        "input": nir.Input({"input": np.array([network.n_inputs])}),
        "input_weights": weights(network.input_weights),
        "neurons": nir.LIF(
            tau=np.full(n, p.tau_membrane), r=np.ones(n), v_leak=-network.mean_current,
            v_threshold=np.full(n, p.threshold), v_reset=np.full(n, p.reset),
        ),
        "slow": li(p.tau_slow),
        "fast": li(p.tau_fast),
    }
    edges = [("input", "input_weights"), ("input_weights", "neurons"), ("neurons", "slow"),
             ("neurons", "fast")]
    if network.n_factors:
        nodes["factors_slow"] = of_all(network.factor_weights[:, :m])
        nodes["factors_fast"] = of_all(network.factor_weights[:, m:])
        nodes["encoder"] = weights(network.encoder)
        edges += [("slow", "factors_slow"), ("fast", "factors_fast"), ("factors_slow", "encoder"),
                  ("factors_fast", "encoder"), ("encoder", "neurons")]
    for kind in ("slow", "fast"):
        matrix = getattr(network, f"{kind}_weights")
        if matrix is not None:
            nodes[f"{kind}_weights"] = weights(matrix)
            edges += [(kind, f"{kind}_weights"), (f"{kind}_weights", "neurons")]
    if p.inhibition:
        nodes["inhibition"] = weights(np.full((1, n), p.inhibition / (p.tau_fast * n)))
        nodes["inhibit_all"] = weights(np.ones((n, 1)))
        edges += [("fast", "inhibition"), ("inhibition", "inhibit_all"),
                  ("inhibit_all", "neurons")]
    nodes["outputs_slow"] = of_all(network.output_weights[:, :m])
    nodes["outputs_fast"] = of_all(network.output_weights[:, m:])
    nodes["output"] = nir.Output({"output": np.array([network.n_outputs])})
    edges += [("slow", "outputs_slow"), ("fast", "outputs_fast"), ("outputs_slow", "output"),
              ("outputs_fast", "output")]
    metadata = {"dt": p.dt, "trained_neurons": network.trained_neurons.copy(), **_METADATA}
    return nir.NIRGraph(nodes=nodes, edges=edges, metadata=metadata)


def from_nir(graph, *, dt=None):
    """The network of a graph that `to_nir` has made, perhaps with other weights by now.

    Parameters
    ----------
    graph : nir.NIRGraph or path
    dt : float, optional
        Time step in seconds; needed where the graph's metadata have none.

    Returns
    -------
    SpikingNetwork

    Raises
    ------
    ValueError
        Nodes that are missing, of another kind, or that a network cannot express: biases, gains,
        time constants that differ from neuron to neuron.

    Examples
    --------
    >>> from spikelib import SpikingParameters
    >>> rng = np.random.default_rng(0)
    >>> network = SpikingNetwork.from_encoder(
    ...     SpikingParameters(n_neurons=20), encoder=rng.normal(size=(20, 2)),
    ...     input_weights=np.ones((20, 1)), n_outputs=1, rng=rng)
    >>> graph = to_nir(network)  # doctest: +SKIP
    >>> np.array_equal(from_nir(graph).encoder, network.encoder)  # doctest: +SKIP
    True
    """
    if isinstance(graph, str | Path):
        graph = package("nir", "nir").read(graph)
    nodes = getattr(graph, "nodes", None)
    if not isinstance(nodes, dict):
        raise ValueError(f"graph: expected an NIRGraph or a path, got {type(graph).__name__}")
    missing = [name for name in _NEEDED if name not in nodes]
    if missing:
        raise ValueError(
            f"graph: expected nodes with the names that to_nir gives, got none called {missing}; "
            f"there are {sorted(nodes)}"
        )
    metadata = getattr(graph, "metadata", {}) or {}
    if dt is None and "dt" not in metadata:
        raise ValueError("dt: expected a time step, since the graph's metadata have none")
    neurons, slow, fast = nodes["neurons"], nodes["slow"], nodes["fast"]
    n = np.asarray(neurons.tau).size
    _same("neurons.r", neurons.r, 1.0)
    for name, node in (("slow", slow), ("fast", fast)):
        _same(f"{name}.v_leak", node.v_leak, 0.0)
        _same(f"{name}.r", node.r, _one(f"{name}.tau", node.tau))
    tau_fast = _one("fast.tau", fast.tau)
    inhibition = 0.0
    if "inhibition" in nodes:
        _same("inhibit_all.weight", _matrix(nodes, "inhibit_all"), 1.0)
        inhibition = _one("inhibition.weight", _matrix(nodes, "inhibition")) * tau_fast * n
    readouts = {name: _matrix(nodes, name) for name in ("outputs_slow", "outputs_fast")}
    has_factors = "encoder" in nodes
    if has_factors:
        readouts |= {name: _matrix(nodes, name) for name in ("factors_slow", "factors_fast")}
    trained = _trained(metadata, readouts, n)
    output_weights = np.hstack([readouts[f"outputs_{k}"][:, trained] for k in ("slow", "fast")])
    factor_weights = np.zeros((0, 2 * trained.size))
    if has_factors:
        factor_weights = np.hstack(
            [readouts[f"factors_{k}"][:, trained] for k in ("slow", "fast")]
        )
    return SpikingNetwork(
        parameters=SpikingParameters(
            n_neurons=n, trained_fraction=trained.size / n,
            dt=_checks.number("dt", float(metadata["dt"]) if dt is None else dt, above=0),
            tau_membrane=_one("neurons.tau", neurons.tau), tau_slow=_one("slow.tau", slow.tau),
            tau_fast=tau_fast, threshold=_one("neurons.v_threshold", neurons.v_threshold),
            reset=_one("neurons.v_reset", neurons.v_reset), inhibition=inhibition,
        ),
        encoder=_matrix(nodes, "encoder") if has_factors else np.zeros((n, 0)),
        input_weights=_matrix(nodes, "input_weights"),
        mean_current=-np.asarray(neurons.v_leak, dtype=float),
        trained_neurons=trained,
        factor_weights=factor_weights,
        output_weights=output_weights,
        slow_weights=_matrix(nodes, "slow_weights") if "slow_weights" in nodes else None,
        fast_weights=_matrix(nodes, "fast_weights") if "fast_weights" in nodes else None,
    )


def _trained(metadata, readouts, n):
    """The neurons that are read: as the metadata say, or those with a weight."""
    used = np.zeros(n, bool)
    for matrix in readouts.values():
        used |= matrix.any(axis=0)
    if "trained_neurons" not in metadata:
        return np.flatnonzero(used)
    trained = np.asarray(metadata["trained_neurons"], dtype=np.int64)
    extra = np.setdiff1d(np.flatnonzero(used), trained)
    if extra.size:
        raise ValueError(
            f"graph: expected weights from the {trained.size} neurons that its metadata name, got "
            f"some from {extra.size} others, the first of them {extra[0]}"
        )
    return trained


def _matrix(nodes, name):
    node = nodes[name]
    if np.any(getattr(node, "bias", 0.0)):
        raise ValueError(f"{name}: expected no bias, got one that is not zero")
    return np.asarray(node.weight, dtype=float)


def _one(name, values):
    """The one number that an array holds many times."""
    values = np.asarray(values, dtype=float).ravel()
    if values.size == 0 or (values != values[0]).any():
        raise ValueError(
            f"{name}: expected the same number for all, which is all that a SpikingNetwork can "
            f"express, got {np.unique(values).size} different ones"
        )
    return float(values[0])


def _same(name, values, number):
    if _one(name, values) != number:
        raise ValueError(f"{name}: expected {number:g}, got {_one(name, values):g}")
