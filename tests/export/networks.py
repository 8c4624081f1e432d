"""Small networks of every kind that can be exported."""

from dataclasses import replace
from functools import cache

import numpy as np

import spikelib

KINDS = ("learned", "random synapses", "dale", "two inputs")


@cache
def case(kind):
    """A network that fires, a trial, and a state that its own spikes have left."""
    rng = np.random.default_rng(7)
    n, n_factors = 40, 3
    two = kind == "two inputs"
    parameters = spikelib.SpikingParameters(
        n_neurons=n, slow_gain=0.11 * (kind == "random synapses"),
        fast_gain=0.13 * (kind == "random synapses"), inhibition=0.0 if kind == "dale" else -0.3,
    )
    network = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=3 * rng.normal(size=(n, n_factors)),
        input_weights=rng.normal(size=(n, 1 + two)), n_outputs=1 + two, rng=rng,
    )
    network = replace(
        network, mean_current=rng.normal(size=n) - 4,
        factor_weights=0.05 * rng.normal(size=network.factor_weights.shape),
        output_weights=rng.normal(size=network.output_weights.shape),
    )
    if kind == "dale":
        signs = np.where(rng.random(n) < 0.8, 1, -1)
        connected = rng.random((n, n)) < 0.3
        slow, fast = (connected * signs * rng.exponential(0.2, (n, n)) for _ in range(2))
        network = replace(
            network, encoder=0 * network.encoder, slow_weights=slow, fast_weights=fast
        )
    inputs = rng.normal(size=(250, 1 + two)).cumsum(axis=0) / 5
    trial = spikelib.Trial(inputs=inputs, outputs=np.ones((250, 1 + two)), dt=0.001)
    start = spikelib.SpikingState.random(network, rng=rng)
    return network, trial, spikelib.simulate(network, trial, state=start).state
