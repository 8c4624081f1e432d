"""The time step of the spiking network, alone and with learning.

Strict floating-point order on purpose: no sum is reordered and nothing is
fused, so that a frozen network gives the same spikes on every processor.
"""

from typing import NamedTuple

import numpy as np

from spikelib._kernels._compiling import compiled
from spikelib._kernels.rls import catch_up, flush_denormals, step, update

# Traces fall by exp(-0.2) a step at the usual values: between two looks,
# 512 steps apart, they lose 44 decades, far from the 308 of a double.
_LOOK_EVERY = 512
_SMALLEST = 1e-100


class Wiring(NamedTuple):
    """What is fixed. N neurons, D factors, n traced neurons, R readout rows."""

    encoder: np.ndarray  # (D, N)
    bias: np.ndarray  # (N,) minus the mean current
    input_weights: np.ndarray  # (n_in, N)
    slow_weights: np.ndarray  # (N or 0, N) row = presynaptic neuron
    fast_weights: np.ndarray  # (N or 0, N)
    slot: np.ndarray  # (N,) place among the traced neurons, -1 where not traced
    inhibition_step: float
    membrane_decay: float
    slow_decay: float
    fast_decay: float
    threshold: float
    reset: float


class Dynamics(NamedTuple):
    """What changes, apart from the traces."""

    voltage: np.ndarray  # (N,)
    slow_current: np.ndarray  # (N,)
    fast_current: np.ndarray  # (N,)
    inhibition: np.ndarray  # (1,)
    feedback: np.ndarray  # (D,) factors fed back at the next step
    current: np.ndarray  # (N,) scratch
    spikes: np.ndarray  # (N,) int64 scratch


class Signals(NamedTuple):
    """What a trial brings from outside."""

    inputs: np.ndarray  # (T, n_in)
    targets: np.ndarray  # (T or 0, R) the first D are factors; none where nothing is forced
    jitter: np.ndarray  # (T or 0, N) added to the voltage


class Record(NamedTuple):
    """What is written down in a trial with frozen weights."""

    outputs: np.ndarray  # (T, R)
    spike_counts: np.ndarray  # (T,) int64
    spike_ids: np.ndarray  # (T N,) int32 neurons, in order of time
    watch: np.ndarray  # (n_watched,) int64 neurons whose voltages are kept
    voltages: np.ndarray  # (T, n_watched)


@compiled()
def _step(wiring, state, inputs, jitter):
    """Currents of the step before -> voltages -> spikes, resets, fixed synapses."""
    current, voltage, encoder = state.current, state.voltage, wiring.encoder
    n_neurons = voltage.size
    for j in range(n_neurons):
        current[j] = wiring.bias[j] + state.inhibition[0]
    for i in range(inputs.size):
        x = inputs[i]
        if x != 0.0:
            row = wiring.input_weights[i]
            for j in range(n_neurons):
                current[j] += x * row[j]
    n_factors = encoder.shape[0]
    p = 0
    while p + 4 <= n_factors:  # four at a time: one pass over `current` for four
        a, b, c, d = encoder[p], encoder[p + 1], encoder[p + 2], encoder[p + 3]
        fa, fb = state.feedback[p], state.feedback[p + 1]
        fc, fd = state.feedback[p + 2], state.feedback[p + 3]
        for j in range(n_neurons):
            current[j] = (((current[j] + fa * a[j]) + fb * b[j]) + fc * c[j]) + fd * d[j]
        p += 4
    while p < n_factors:
        row = encoder[p]
        x = state.feedback[p]
        for j in range(n_neurons):
            current[j] += x * row[j]
        p += 1
    has_slow = wiring.slow_weights.shape[0] > 0
    has_fast = wiring.fast_weights.shape[0] > 0
    if has_slow:
        for j in range(n_neurons):
            current[j] += state.slow_current[j]
            state.slow_current[j] *= wiring.slow_decay
    if has_fast:
        for j in range(n_neurons):
            current[j] += state.fast_current[j]
            state.fast_current[j] *= wiring.fast_decay
    for j in range(n_neurons):
        voltage[j] = current[j] + (voltage[j] - current[j]) * wiring.membrane_decay
    for j in range(jitter.size):
        voltage[j] += jitter[j]
    n_spikes = 0
    for j in range(n_neurons):
        if voltage[j] >= wiring.threshold:
            voltage[j] = wiring.reset
            state.spikes[n_spikes] = j
            n_spikes += 1
    state.inhibition[0] = (
        state.inhibition[0] * wiring.fast_decay + n_spikes * wiring.inhibition_step
    )
    if has_slow:
        for k in range(n_spikes):
            row = wiring.slow_weights[state.spikes[k]]
            for j in range(n_neurons):
                state.slow_current[j] += row[j]
    if has_fast:
        for k in range(n_spikes):
            row = wiring.fast_weights[state.spikes[k]]
            for j in range(n_neurons):
                state.fast_current[j] += row[j]
    return n_spikes


@compiled()
def _traced(wiring, state, n_spikes, traced):
    """Places among the traced neurons of those that just spiked."""
    count = 0
    for k in range(n_spikes):
        place = wiring.slot[state.spikes[k]]
        if place >= 0:
            traced[count] = place
            count += 1
    return count


@compiled()
def train(wiring, state, rls, signals, learn, forced, outputs):
    """Run with RLS at the steps marked in `learn`; returns the number of spikes.

    learn (T,) bool; forced: feed the targets back instead of the network's own
    factors; outputs (T, R), made before each update.
    """
    inputs, targets, jitter = signals.inputs, signals.targets, signals.jitter
    n_factors = state.feedback.size
    n_rows = targets.shape[1]
    traced = np.empty(rls.slow.size, np.int64)
    error = np.empty(n_rows)
    still = np.empty(0)
    total = 0
    for t in range(inputs.shape[0]):
        n_spikes = _step(wiring, state, inputs[t], jitter[t] if jitter.shape[0] > 0 else still)
        total += n_spikes
        step(rls, traced, _traced(wiring, state, n_spikes, traced))
        for r in range(n_rows):
            outputs[t, r] = rls.z_slow[r] + rls.z_fast[r]
            error[r] = outputs[t, r] - targets[t, r]
        for p in range(n_factors):
            state.feedback[p] = targets[t, p] if forced else outputs[t, p]
        if learn[t]:
            update(rls, error)
        if t % _LOOK_EVERY == 0:
            catch_up(rls)
            flush_denormals(rls.slow, _SMALLEST)
            flush_denormals(rls.fast, _SMALLEST)
            flush_denormals(rls.p_slow, _SMALLEST)
            flush_denormals(rls.p_fast, _SMALLEST)
    catch_up(rls)
    return total


@compiled()
def simulate(wiring, readout, state, slow, fast, signals, record):
    """Run with frozen weights; returns the number of spikes written to `record`.

    readout (2 n, R): row i holds what a spike of traced neuron i adds to z_slow,
    row n + i to z_fast; slow, fast (n,): traces, brought up to date at spikes and
    at the end only, since z is carried. Targets are fed back where there are any.
    """
    inputs, targets, jitter = signals.inputs, signals.targets, signals.jitter
    outputs, spike_ids, watch = record.outputs, record.spike_ids, record.watch
    n_factors = state.feedback.size
    n_rows = readout.shape[1]
    n = slow.size
    forced = targets.shape[0] > 0
    still = np.empty(0)
    z_slow, z_fast = np.zeros(n_rows), np.zeros(n_rows)
    for i in range(n):
        if slow[i] != 0.0 or fast[i] != 0.0:
            for r in range(n_rows):
                z_slow[r] += slow[i] * readout[i, r]
                z_fast[r] += fast[i] * readout[n + i, r]
    last = np.full(n, -1, np.int64)
    n_steps = inputs.shape[0]
    total = 0
    for t in range(n_steps):
        n_spikes = _step(wiring, state, inputs[t], jitter[t] if jitter.shape[0] > 0 else still)
        for r in range(n_rows):
            z_slow[r] *= wiring.slow_decay
            z_fast[r] *= wiring.fast_decay
        for k in range(n_spikes):
            neuron = state.spikes[k]
            spike_ids[total] = neuron
            total += 1
            place = wiring.slot[neuron]
            if place >= 0:
                w_slow, w_fast = readout[place], readout[n + place]
                for r in range(n_rows):
                    z_slow[r] += w_slow[r]
                    z_fast[r] += w_fast[r]
                gap = t - last[place]
                slow[place] = slow[place] * wiring.slow_decay**gap + 1.0
                fast[place] = fast[place] * wiring.fast_decay**gap + 1.0
                last[place] = t
        record.spike_counts[t] = n_spikes
        for r in range(n_rows):
            outputs[t, r] = z_slow[r] + z_fast[r]
        for p in range(n_factors):
            state.feedback[p] = targets[t, p] if forced else outputs[t, p]
        for i in range(watch.size):
            record.voltages[t, i] = state.voltage[watch[i]]
        if t % _LOOK_EVERY == 0:
            flush_denormals(state.slow_current, _SMALLEST)
            flush_denormals(state.fast_current, _SMALLEST)
    for i in range(n):
        gap = n_steps - 1 - last[i]
        slow[i] *= wiring.slow_decay**gap
        fast[i] *= wiring.fast_decay**gap
    flush_denormals(slow, _SMALLEST)
    flush_denormals(fast, _SMALLEST)
    return total
