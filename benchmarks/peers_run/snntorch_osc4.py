"""Surrogate gradients: a recurrent spiking network of snnTorch on a task given as a file.

As its tutorials on regression have it: recurrent leaky neurons, a fast sigmoid as surrogate, the
membrane of a neuron that does not fire as output, Adam. Steps of 5 ms, since every step is kept
for the gradient. Trials follow each other with the state carried on, as in the test.
"""

import json
import sys
import time

import numpy as np
import snntorch as snn
import torch
from snntorch import surrogate

N_NEURONS, BATCH, COARSE, RATE = 200, 8, 5, 2e-3


class Network(torch.nn.Module):
    """Inputs, recurrent leaky neurons, one leaky readout."""

    def __init__(self):
        super().__init__()
        grad = surrogate.fast_sigmoid(slope=25)
        self.into = torch.nn.Linear(1, N_NEURONS)
        self.recurrent = snn.RLeaky(
            beta=torch.rand(N_NEURONS) * 0.4 + 0.55, linear_features=N_NEURONS,
            spike_grad=grad, learn_beta=True,
        )
        self.out = torch.nn.Linear(N_NEURONS, 1)
        self.readout = snn.Leaky(beta=0.8, reset_mechanism="none", learn_beta=True)

    def start(self, n):
        """Random voltages."""
        return torch.zeros(n, N_NEURONS), torch.rand(n, N_NEURONS), torch.zeros(n, 1)

    def forward(self, inputs, state):
        """Outputs (T, n) for inputs (T,), and the state afterwards."""
        spikes, voltage, z = state
        outputs = []
        for x in inputs:
            current = self.into(x.expand(len(spikes), 1))
            spikes, voltage = self.recurrent(current, spikes, voltage)
            _, z = self.readout(self.out(spikes), z)
            outputs.append(z[:, 0])
        return torch.stack(outputs), (spikes, voltage, z)


def main(path, seconds):
    """Train for some seconds of processor time, then test frozen."""
    torch.set_num_threads(1)
    torch.manual_seed(1)
    task = np.load(path)
    inputs, target = (
        torch.tensor(task[name][:, 0].reshape(-1, COARSE).mean(axis=1), dtype=torch.float32)
        for name in ("inputs", "outputs")
    )
    network = Network()
    adam = torch.optim.Adam(network.parameters(), lr=RATE)
    state, begin, n_batches = network.start(BATCH), time.process_time(), 0
    while time.process_time() - begin < seconds:
        if n_batches % 10 == 0:
            state = network.start(BATCH)
        outputs, state = network(inputs, tuple(x.detach() for x in state))
        loss = ((outputs - target[:, None]) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        n_batches += 1
    train_s = time.process_time() - begin
    errors = []
    with torch.no_grad():
        state = network.start(3)
        for k in range(25):
            outputs, state = network(inputs, state)
            error = ((outputs - target[:, None]) ** 2).sum(dim=0) / (target**2).sum()
            errors += error.tolist() if k >= 5 else []
    print(json.dumps({
        "version": snn.__version__, "beside": f"torch {torch.__version__}", "train_s": train_s,
        "per_trial": errors, "n_neurons": N_NEURONS, "starts": 3, "dt": COARSE * float(task["dt"]),
        "trained": f"{n_batches} batches of {BATCH} trials",
    }))


main(sys.argv[1], float(sys.argv[2]))
