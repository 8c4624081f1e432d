"""Compiled parts of the training under Dale's law."""

from typing import NamedTuple

import numpy as np

from spikelib._kernels._compiling import compiled

_LOOK_EVERY = 64  # the traces of training are single precision: 38 decades, not 308
_SMALLEST = 1e-30

# Sums may be reordered: what comes out is compared with optimality conditions, not bits.
_FAST = {"reassoc", "contract", "nsz", "arcp"}


@compiled(fastmath=_FAST)
def descend(gram, gradient, weights, signs, allowed, ridge):
    """Exact coordinate descent over one block of presynaptic traces, for all neurons at once.

    gram (B, B) of the block; gradient (B, N) of the squares at `weights` (B, N), both changed
    in place; signs (B,) of +1 or -1; allowed (B, N) bool; ridge: added to the diagonal.
    """
    n_block, n = weights.shape
    zero = weights.dtype.type(0)
    change = np.zeros(n, weights.dtype)
    for a in range(n_block):
        curvature = gram[a, a] + ridge
        if curvature <= zero:  # a trace that never moved
            continue
        sign = signs[a]
        for i in range(n):
            new = weights[a, i] - (gradient[a, i] + ridge * weights[a, i]) / curvature
            if new * sign < zero or not allowed[a, i]:
                new = zero
            change[i] = new - weights[a, i]
            weights[a, i] = new
        for b in range(a + 1, n_block):
            x = gram[b, a]
            for i in range(n):
                gradient[b, i] += x * change[i]


class Membrane(NamedTuple):
    """The neurons."""

    membrane_decay: float
    slow_decay: float
    fast_decay: float
    threshold: float
    reset: float


class Synapses(NamedTuple):
    """What is learned."""

    slow: np.ndarray  # (N, N) row = presynaptic neuron
    fast: np.ndarray  # (N or 0, N); none: no fast synapses
    bias: np.ndarray  # (N,)


class Leash(NamedTuple):
    """What holds the network to its targets."""

    target: np.ndarray  # (T, N) recurrent current that the neurons should get
    inputs: np.ndarray  # (T, N) external current
    scale: float  # by which the deviation is divided
    length: float  # the largest relative deviation that the network is left with


class Activity(NamedTuple):
    """What changes from step to step, each (N,)."""

    voltage: np.ndarray
    slow_current: np.ndarray
    fast_current: np.ndarray
    slow: np.ndarray
    fast: np.ndarray


@compiled()
def run_on_leash(membrane, synapses, leash, activity, stride, samples, own):
    """One trial of training; returns the number of spikes and of steps on a slack leash.

    stride: steps between samples; samples (T // stride, 2 N), or (T // stride, N) without
    fast synapses, and own (T // stride, N): traces and own recurrent currents at the end of
    every stride-th step.
    """
    membrane_decay, slow_decay, fast_decay = (
        membrane.membrane_decay, membrane.slow_decay, membrane.fast_decay
    )
    threshold, reset = membrane.threshold, membrane.reset
    slow_weights, fast_weights, bias = synapses.slow, synapses.fast, synapses.bias
    target, inputs = leash.target, leash.inputs
    voltage, slow, fast = activity.voltage, activity.slow, activity.fast
    slow_current, fast_current = activity.slow_current, activity.fast_current
    n_steps, n = target.shape
    has_fast = fast_weights.shape[0] > 0
    current = np.empty(n)
    spikes = np.empty(n, np.int64)
    total, free = 0, 0
    for t in range(n_steps):
        squares = 0.0
        for j in range(n):
            current[j] = slow_current[j] + fast_current[j] + bias[j] - target[t, j]
            squares += current[j] * current[j]
        deviation = np.sqrt(squares / n) / leash.scale
        if deviation > leash.length:
            share = leash.length / deviation
        else:
            share = 1.0
            free += 1
        n_spikes = 0
        for j in range(n):
            x = target[t, j] + share * current[j] + inputs[t, j]
            voltage[j] = x + (voltage[j] - x) * membrane_decay
            slow[j] *= slow_decay
            fast[j] *= fast_decay
            slow_current[j] *= slow_decay
            fast_current[j] *= fast_decay
            if voltage[j] >= threshold:
                voltage[j] = reset
                spikes[n_spikes] = j
                n_spikes += 1
        for k in range(n_spikes):
            i = spikes[k]
            slow[i] += 1.0
            fast[i] += 1.0
            of_slow = slow_weights[i]
            for j in range(n):
                slow_current[j] += of_slow[j]
            if has_fast:
                of_fast = fast_weights[i]
                for j in range(n):
                    fast_current[j] += of_fast[j]
        total += n_spikes
        if t % _LOOK_EVERY == 0:
            for j in range(n):
                if slow[j] < _SMALLEST:
                    slow[j] = 0.0
                if fast[j] < _SMALLEST:
                    fast[j] = 0.0
                if abs(fast_current[j]) < _SMALLEST:
                    fast_current[j] = 0.0
        if t % stride == stride - 1:
            k = t // stride
            for j in range(n):
                samples[k, j] = slow[j]
                if has_fast:
                    samples[k, n + j] = fast[j]
                own[k, j] = slow_current[j] + fast_current[j] + bias[j]
    return total, free
