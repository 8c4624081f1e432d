"""The machinery of driving a rate network through trials: one, the same, or many."""

from collections import deque

import numpy as np

from spikelib._threads import blas_threads

# Two passes of one trial count as the same when no state moves by more than this,
# far below the 1e-3 that the spiking network could tell apart.
_SETTLED = 1e-9
_LONGEST_CYCLE = 8  # trials after which a settled state may come back
PATIENCE = 30  # passes after which a state that has not come back is not waited for
_TOGETHER = 32  # stretches of a sequence that are run side by side
_IN_A_ROW = 4  # trials of a stretch, so that a group of stretches fits in memory
_RUN_UP = 2  # trials before each stretch, in which its start is forgotten


def shown(network, trial):
    """f_out, and the hints beside it where the network takes hints."""
    return np.hstack([trial.outputs, trial.hints]) if network.n_hints else trial.outputs


def advance(network, inputs, outputs, state):
    """Currents f_J (T, B, Ñ) of B stretches side by side; `state` (B, Ñ) changes in place.

    inputs (T, B, n_inputs); outputs (T, B, n_outputs + n_hints), as `shown` gives them.
    """
    decay = np.exp(-network.parameters.dt / network.parameters.tau)
    weights = network.recurrent_weights.T
    feedback_weights = network.output_weights
    if network.n_hints:
        feedback_weights = np.hstack([feedback_weights, network.hint_weights])
    currents = outputs @ feedback_weights.T
    from_input = inputs @ network.input_weights.T
    rates, recurrent = np.empty_like(state), np.empty_like(state)
    with blas_threads(weights.shape[0]):
        for f_J, extra in zip(currents, from_input, strict=True):
            np.tanh(state, out=rates)
            np.matmul(rates, weights, out=recurrent)
            f_J += recurrent
            # x ← x∞ + (x - x∞) e with x∞ = f_J + extra, in place.
            np.subtract(state, f_J, out=state)
            state -= extra
            state *= decay
            state += f_J
            state += extra
    return currents


def until_settled(network, trial, n_passes, rng):
    """Run one trial again and again: yields each pass, returns the cycle once it has one."""
    inputs, outputs = trial.inputs[:, None], shown(network, trial)[:, None]
    state = network.random_state(rng)[None]
    starts, passes = deque(maxlen=_LONGEST_CYCLE), deque(maxlen=_LONGEST_CYCLE)
    for _ in range(n_passes):
        starts.append(state.copy())
        passes.append(advance(network, inputs, outputs, state)[:, 0])
        yield passes[-1]
        for period in range(1, len(starts) + 1):
            if np.abs(state - starts[-period]).max() < _SETTLED:
                return tuple(passes)[-period:]
    return ()


def drive_repeated(network, trial, n_trials, n_settle, rng):
    """The same trial again and again, run only until the state comes back.

    A few teachers never come back; they go on as trials that differ would.
    """
    passes = until_settled(network, trial, max(n_settle, PATIENCE), rng)
    for index in range(n_settle + n_trials):
        try:
            f_J = next(passes)
        except StopIteration as end:
            left = n_settle + n_trials - index
            kept = range(max(n_settle - index, 0), left)
            if end.value:
                yield from (end.value[k % len(end.value)] for k in kept)
            else:
                yield from drive_distinct(network, [trial] * len(kept), rng)
            return
        if index >= n_settle:
            yield f_J


def drive_distinct(network, trials, rng):
    """Different trials: stretches of the sequence side by side, each after a run-up.

    The run-up of a stretch is the end of the stretch before it, so that a driven
    network, which forgets its start, enters each stretch as if it had run through.
    """
    for first in range(0, len(trials), _TOGETHER * _IN_A_ROW):
        group = range(first, min(first + _TOGETHER * _IN_A_ROW, len(trials)))
        yield from _drive_group(network, trials, group, rng)


def _drive_group(network, trials, group, rng):
    n_stretches = min(_TOGETHER, len(group))
    bounds = np.linspace(group.start, group.stop, n_stretches + 1).astype(int)
    stretches = []
    for start, stop in zip(bounds[:-1], bounds[1:], strict=True):
        before = [trials[(start - k) % len(trials)] for k in range(_RUN_UP, 0, -1)]
        stretches.append((before, trials[start:stop]))
    lengths = [sum(trial.n_steps for trial in before + own) for before, own in stretches]
    inputs = np.zeros((max(lengths), n_stretches, network.n_inputs))
    outputs = np.zeros((max(lengths), n_stretches, network.n_outputs + network.n_hints))
    for column, (before, own) in enumerate(stretches):
        inputs[: lengths[column], column] = np.concatenate([t.inputs for t in before + own])
        outputs[: lengths[column], column] = np.concatenate(
            [shown(network, trial) for trial in before + own]
        )
    state = rng.standard_normal((n_stretches, network.parameters.n_units))
    currents = advance(network, inputs, outputs, state)
    for column, (before, own) in enumerate(stretches):
        at = sum(trial.n_steps for trial in before)
        for trial in own:
            # A copy, so that one kept trial does not keep the whole group alive.
            yield currents[at : at + trial.n_steps, column].copy()
            at += trial.n_steps
