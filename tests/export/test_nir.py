"""NIR: a graph that says what the network is, run by a few lines that know only NIR."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib import export
from tests.export.networks import KINDS, case

nir = pytest.importorskip("nir")


def walk(graph, inputs, dt):
    """Run a graph by the equations of its nodes, with exponential Euler, neurons first."""
    nodes, values = graph.nodes, {}
    into = {name: [a for a, b in graph.edges if b == name] for name in nodes}
    state = {
        name: np.zeros(node.tau.size) for name, node in nodes.items() if hasattr(node, "tau")
    }
    steps, outputs = [], []

    def value(name):
        if name not in values:
            values[name] = nodes[name].weight @ total(name) + nodes[name].bias
        return values[name]

    def total(name):
        return sum(value(source) for source in into[name])

    neurons = nodes["neurons"]
    for name in into["neurons"]:
        values[name] = np.zeros(neurons.tau.size)
    for x in inputs:
        current = {name: values[name] for name in into["neurons"]}
        current["input_weights"] = nodes["input_weights"].weight @ x
        v_inf = neurons.v_leak + neurons.r * sum(current.values())
        v = v_inf + (state["neurons"] - v_inf) * np.exp(-dt / neurons.tau)
        spikes = v > neurons.v_threshold
        state["neurons"] = np.where(spikes, neurons.v_reset, v)
        values.clear()
        for name in ("slow", "fast"):
            node = nodes[name]
            state[name] = state[name] * np.exp(-dt / node.tau) + node.r / node.tau * spikes
            values[name] = state[name]
        values["input_weights"] = np.zeros(neurons.tau.size)
        for name in into["neurons"]:
            value(name)
        steps.append(spikes)
        outputs.append(total("output"))
    return np.array(steps), np.array(outputs)


def rest(network):
    zero = np.zeros(network.parameters.n_neurons)
    state = spikelib.SpikingState.random(network, rng=np.random.default_rng(0))
    return replace(state, voltage=zero - 1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_graph_makes_the_spikes_of_the_network(tmp_path, kind):
    network, trial, _ = case(kind)
    nir.write(tmp_path / "network.nir", export.to_nir(network))
    graph = nir.read(tmp_path / "network.nir")
    spikes, outputs = walk(graph, trial.inputs, trial.dt)
    here = spikelib.simulate(network, trial, state=rest(network))
    assert here.spike_steps.size > 100
    assert np.array_equal(spikes, here.spikes.astype(bool))
    assert np.allclose(outputs, here.outputs, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip(tmp_path, kind):
    network, trial, state = case(kind)
    nir.write(tmp_path / "network.nir", export.to_nir(network))
    back = export.from_nir(tmp_path / "network.nir")
    for name in ("encoder", "input_weights", "mean_current", "trained_neurons", "factor_weights",
                 "output_weights", "slow_weights", "fast_weights"):
        ours, theirs = getattr(network, name), getattr(back, name)
        assert ours is theirs is None or np.array_equal(ours, theirs), name
    ours, theirs = network.parameters, back.parameters
    assert theirs.inhibition == pytest.approx(ours.inhibition, rel=1e-14)
    gains = {k: getattr(ours, k) for k in ("slow_gain", "fast_gain", "encoder_gain")}
    assert replace(theirs, **gains, inhibition=ours.inhibition) == ours
    said = export.to_nir(network).metadata
    assert {"dt", "one_step_lag", "threshold", "state"} <= set(said)


def test_without_metadata():
    network, _, _ = case("learned")
    graph = export.to_nir(network)
    graph.metadata = {}
    with pytest.raises(ValueError, match="dt: expected a time step"):
        export.from_nir(graph)
    back = export.from_nir(graph, dt=0.001)
    assert np.array_equal(back.trained_neurons, network.trained_neurons)


def test_what_does_not_fit_is_named():
    network, _, _ = case("learned")
    without = replace(network, input_weights=np.zeros((40, 0)))
    with pytest.raises(spikelib.errors.CannotExpressError, match="at least one input"):
        export.to_nir(without)
    with pytest.raises(spikelib.errors.CannotExpressError, match="no node of NIR makes noise"):
        export.to_nir(network, noise=0.5)
    graph = export.to_nir(network)
    del graph.nodes["slow"]
    with pytest.raises(ValueError, match="none called .'slow'"):
        export.from_nir(graph)
    for change, message in (
        (lambda nodes: nodes["slow"].tau.__setitem__(3, 0.2), "slow.tau: expected the same number"),
        (lambda nodes: nodes["encoder"].bias.__setitem__(0, 1.0), "encoder: expected no bias"),
        (lambda nodes: nodes["neurons"].r.fill(2.0), "neurons.r: expected 1"),
        (lambda nodes: nodes["outputs_slow"].weight.fill(1.0), "from 24 others"),
    ):
        graph = export.to_nir(network)
        change(graph.nodes)
        with pytest.raises(ValueError, match=message):
            export.from_nir(graph)
    with pytest.raises(ValueError, match="expected an NIRGraph"):
        export.from_nir(3)
