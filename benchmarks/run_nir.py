"""Run a graph of NIR with the neurons of Norse, put together by NIRTorch.

    python benchmarks/run_nir.py network.nir network_start.npz network_nir_run.npz

Norse's own reader (1.1.0) has no LI node, and drops v_reset and r; NIRTorch 2.6 leaves the bias
of an Affine node as PyTorch drew it. So the map from nodes to modules is given here. Norse steps by
forward Euler: a rate of (1 - exp(-dt/τ))/dt instead of 1/τ makes that exact for a current that is
constant within a step.

This runs in an environment of its own and needs no spikelib.
"""

import sys
import time

import nir
import nirtorch
import norse.torch as norse
import numpy as np
import torch
from norse.torch.functional.leaky_integrator_box import LIBoxParameters, LIBoxState
from norse.torch.functional.lif_box import LIFBoxFeedForwardState, LIFBoxParameters

# NIRTorch cuts a loop where it comes first in the order of the nodes, which a file sorts by name.
# The neurons first: their currents are then those of the step before.
ORDER = ("input", "input_weights", "neurons", "slow", "fast", "factors_slow", "factors_fast",
         "encoder", "slow_weights", "fast_weights", "inhibition", "inhibit_all", "outputs_slow",
         "outputs_fast", "output")
# What is summed into the neurons, and comes from the step before.
RECURRENT = ("encoder", "inhibit_all", "slow_weights", "fast_weights")


class Scaled(torch.nn.Module):
    """A cell whose input is multiplied first."""

    def __init__(self, cell, gain):
        super().__init__()
        self.cell, self.gain = cell, gain

    def forward(self, x, state=None):
        return self.cell(self.gain * x, state)


def node_map(dt):
    """How each node is made."""

    def affine(node):
        module = torch.nn.Linear(*node.weight.shape[::-1])
        module.weight.data = torch.as_tensor(node.weight)
        module.bias.data = torch.as_tensor(node.bias)
        return module

    def filtered(node):
        share = torch.as_tensor(1 - np.exp(-dt / node.tau))
        cell = norse.LIBoxCell(
            LIBoxParameters(tau_mem_inv=share / dt, v_leak=torch.as_tensor(node.v_leak)), dt=dt
        )
        # A pulse of area one, r/τ of it in one step.
        return Scaled(cell, torch.as_tensor(node.r / node.tau) / share)

    def neuron(node):
        share = torch.as_tensor(1 - np.exp(-dt / node.tau))
        parameters = LIFBoxParameters(
            tau_mem_inv=share / dt, v_leak=torch.as_tensor(node.v_leak),
            v_th=torch.as_tensor(node.v_threshold), v_reset=torch.as_tensor(node.v_reset),
        )
        return Scaled(norse.LIFBoxCell(parameters, dt=dt), torch.as_tensor(node.r))

    return {nir.Affine: affine, nir.LI: filtered, nir.LIF: neuron}


def first_state(graph, start):
    """The state that the start asks for, in NIRTorch's dictionary.

    The filters need the traces of all neurons; a SpikingState has those of the trained ones.
    """
    state = {name: None for name in graph.nodes}
    state["neurons"] = LIFBoxFeedForwardState(v=torch.as_tensor(start["voltage"])[None])
    for kind in ("slow", "fast"):
        state[kind] = LIBoxState(torch.as_tensor(start[f"all_{kind}_traces"])[None])
    currents = {
        "slow_weights": start["slow_current"], "fast_weights": start["fast_current"],
        "inhibit_all": np.full(start["voltage"].size, float(start["inhibition"])),
    }
    if "encoder" in graph.nodes:
        currents["encoder"] = graph.nodes["encoder"].weight @ start["feedback"]
    for name in RECURRENT:
        if name in graph.nodes:
            state[f"{name}_prev_output"] = torch.as_tensor(currents[name])[None]
    return state


def main(graph_path, start_path, result_path):
    """Run once through the input of the start."""
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    graph = nir.read(graph_path)
    graph.nodes = {name: graph.nodes[name] for name in ORDER if name in graph.nodes}
    dt = float(graph.metadata["dt"])
    with np.load(start_path) as file:
        start = {name: file[name] for name in file.files}
    module = nirtorch.nir_to_torch(graph, node_map(dt), dtype=torch.float64)
    spikes = []
    module.neurons.register_forward_hook(lambda _, __, result: spikes.append(result[0][0]))
    state = first_state(graph, start)
    inputs = torch.as_tensor(start["inputs"])
    outputs = np.empty((len(inputs), graph.nodes["outputs_slow"].weight.shape[0]))
    began = time.perf_counter()
    steps, neurons = [], []
    for step in range(len(inputs)):
        spikes.clear()
        # NIRTorch hands over what enters an Output node edge by edge, not summed.
        *parts, state = module(inputs[step : step + 1], state)
        outputs[step] = sum(part[0] for part in parts)
        fired = torch.nonzero(spikes[-1]).ravel().numpy()
        assert len(spikes) == 1, f"neurons stepped {len(spikes)} times in one step"
        steps.append(np.full(fired.size, step))
        neurons.append(fired)
    seconds = time.perf_counter() - began
    np.savez(
        result_path, spike_steps=np.concatenate(steps), spike_neurons=np.concatenate(neurons),
        outputs=outputs, factors=np.empty((len(inputs), 0)), seconds=seconds,
    )
    print(f"{sum(map(len, steps))} spikes, {seconds:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
