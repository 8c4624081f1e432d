"""Networks in which every neuron learns its own few inputs, each by a recursion of its own.

A neuron's P is symmetric: its lower triangle is kept, row after row, in single precision. What
a spike adds is added for those that listen to it only, and a neuron's own current is carried.
All loops let other threads run: neurons are independent of each other in `update`.
"""

from typing import NamedTuple

import numpy as np

from spikelib._kernels._compiling import compiled
from spikelib._kernels.rls import flush_denormals

# Compared with the ridge solution to a tolerance, never bit for bit.
_FAST = {"reassoc", "contract", "nsz", "arcp"}
_LOOK_EVERY = 64
_SMALLEST = 1e-30  # traces are read in single precision


class Links(NamedTuple):
    """Who listens to whom. N neurons, K inputs of each."""

    presynaptic: np.ndarray  # (N, K) int32
    starts: np.ndarray  # (N + 1,) int64, of each presynaptic neuron in the next two
    listeners: np.ndarray  # (N K,) int32, neurons that listen
    places: np.ndarray  # (N K,) int32, which of their inputs it is


class Neurons(NamedTuple):
    """The neurons: what does not change."""

    input_weights: np.ndarray  # (n_in, N)
    inhibition_step: float
    membrane_decay: float
    trace_decay: float
    fast_decay: float
    threshold: float
    reset: float


class Activity(NamedTuple):
    """What changes from step to step."""

    voltage: np.ndarray  # (N,)
    own: np.ndarray  # (N,) learned recurrent current
    trace: np.ndarray  # (N,)
    inhibition: np.ndarray  # (1,)
    spikes: np.ndarray  # (N,) int64 scratch
    counts: np.ndarray  # (N,) int64, spikes of each neuron so far


@compiled(nogil=True)
def advance(neurons, links, weights, state, inputs, forced, jitter, currents):
    """Run through the rows of `inputs` (T, n_in); returns the number of spikes.

    forced (T or 0, N): recurrent currents that replace the neurons' own; jitter (T or 0, N):
    added to the voltage; currents (T or 0, N): where the own ones are written to.
    """
    voltage, own, trace, spikes = state.voltage, state.own, state.trace, state.spikes
    n_neurons = voltage.size
    total = 0
    for t in range(inputs.shape[0]):
        n_spikes = 0
        for j in range(n_neurons):
            current = own[j] + state.inhibition[0]
            if forced.shape[0] > 0:
                current = forced[t, j] + state.inhibition[0]
            for i in range(inputs.shape[1]):
                current += inputs[t, i] * neurons.input_weights[i, j]
            voltage[j] = current + (voltage[j] - current) * neurons.membrane_decay
            if jitter.shape[0] > 0:
                voltage[j] += jitter[t, j]
            own[j] *= neurons.trace_decay
            trace[j] *= neurons.trace_decay
            if voltage[j] >= neurons.threshold:
                voltage[j] = neurons.reset
                spikes[n_spikes] = j
                n_spikes += 1
        state.inhibition[0] = (
            state.inhibition[0] * neurons.fast_decay + n_spikes * neurons.inhibition_step
        )
        for k in range(n_spikes):
            j = spikes[k]
            trace[j] += 1.0
            state.counts[j] += 1
            for at in range(links.starts[j], links.starts[j + 1]):
                i = links.listeners[at]
                own[i] += weights[i, links.places[at]]
        total += n_spikes
        if currents.shape[0] > 0:
            for j in range(n_neurons):
                currents[t, j] = own[j]
        if t % _LOOK_EVERY == 0:
            flush_denormals(trace, _SMALLEST)
            flush_denormals(own, _SMALLEST)
    return total


@compiled(fastmath=_FAST, nogil=True)
def update(presynaptic, packed, weights, trace, errors, first, last):
    """One RLS update of the neurons `first` to `last`, each with a P of its own.

    presynaptic (N, K), packed (N, K (K + 1) / 2) and weights (N, K), the last two changed in
    place; trace (n,); errors (N,): W s - target before the update, after it those that remain.
    """
    size = presynaptic.shape[1]
    s = np.empty(size, packed.dtype)
    q = np.empty(size, packed.dtype)
    one = packed.dtype.type(1)
    for i in range(first, last):
        P = packed[i]
        for a in range(size):
            s[a] = trace[presynaptic[i, a]]
        start = 0
        for a in range(size):  # q = P s: a row is a column too
            row, below, q_below = P[start : start + a], s[:a], q[:a]
            x, total = s[a], P[start + a] * s[a]
            for b in range(row.size):
                total += row[b] * below[b]
                q_below[b] += row[b] * x
            q[a] = total
            start += a + 1
        power = one - one
        for a in range(size):
            power += s[a] * q[a]
        gain = one / (one + power)
        start = 0
        for a in range(size):
            row, x = P[start : start + a + 1], gain * q[a]
            for b in range(row.size):
                row[b] -= x * q[b]
            start += a + 1
        change = gain * packed.dtype.type(errors[i])
        for a in range(size):
            weights[i, a] -= change * q[a]
        errors[i] -= change * power
