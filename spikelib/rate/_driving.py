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
_IN_A_ROW = 4  # trials of a stretch
_RUN_UP = 2  # trials before each stretch, in which its start is forgotten
_STEPS = 256  # of all stretches, whose currents are held at a time
_HELD = 2**29  # bytes of currents that a group of trials may have, unless one trial has more


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
    starts = deque(maxlen=_LONGEST_CYCLE)
    for _ in range(n_passes):
        starts.append(state.copy())
        currents = advance(network, inputs, outputs, state)[:, 0]
        yield currents
        for period in range(1, len(starts) + 1):
            if np.abs(state - starts[-period]).max() < _SETTLED:
                # Only states are kept, as passes are large: earlier ones are run once more.
                cycle, state = [], starts[-period]
                for _ in range(period - 1):
                    cycle.append(advance(network, inputs, outputs, state)[:, 0])
                return (*cycle, currents)
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
    """Currents (T, Ñ) of trials that differ, in order; at most `_HELD` bytes in memory."""
    for group in _groups(trials, _HELD // (8 * network.parameters.n_units)):
        kept = {index: [] for index in group}

        def keep(index, currents, kept=kept):
            kept[index].append(currents.copy())

        _drive_group(network, trials, group, rng, keep)
        for index in group:
            yield np.concatenate(kept.pop(index))


def second_moment(network, trials, rng):
    """Σ f_J f_Jᵀ (Ñ, Ñ) over trials that differ; no currents are kept."""
    total = np.zeros((network.parameters.n_units,) * 2)

    def add(index, currents):
        nonlocal total
        total += currents.T @ currents

    for group in _groups(trials):
        _drive_group(network, trials, group, rng, add)
    return total


def projected(network, trials, components, rng):
    """Factor signals (T, D) of trials that differ, in order; no currents are kept."""
    signals = {}
    for group in _groups(trials):
        def project(index, currents):
            signals.setdefault(index, []).append(currents @ components)

        _drive_group(network, trials, group, rng, project)
    return [np.concatenate(signals.pop(index)) for index in range(len(trials))]


def _groups(trials, most_steps=np.inf):
    """Ranges of trials that are driven together; more steps than stated only in one trial."""
    first, steps = 0, 0
    for index, trial in enumerate(trials):
        full = index - first == _TOGETHER * _IN_A_ROW
        if full or (index > first and steps + trial.n_steps > most_steps):
            yield range(first, index)
            first, steps = index, 0
        steps += trial.n_steps
    yield range(first, len(trials))


def _drive_group(network, trials, group, rng, use):
    """Stretches of the sequence side by side, each after a run-up, a few steps at a time.

    The run-up of a stretch is the end of the stretch before it, so that a driven
    network, which forgets its start, enters each stretch as if it had run through.
    ``use(index, currents)`` gets the currents (a few steps, Ñ) of each trial in order.
    """
    n_stretches = min(_TOGETHER, len(group))
    bounds = np.linspace(group.start, group.stop, n_stretches + 1).astype(int)
    columns = [
        [(trials[(start - k) % len(trials)], None) for k in range(_RUN_UP, 0, -1)]
        + [(trials[index], index) for index in range(start, stop)]
        for start, stop in zip(bounds[:-1], bounds[1:], strict=True)
    ]
    edges = [np.cumsum([0, *(trial.n_steps for trial, _ in column)]) for column in columns]
    state = rng.standard_normal((n_stretches, network.parameters.n_units))
    for low in range(0, max(edge[-1] for edge in edges), _STEPS):
        high = min(low + _STEPS, max(edge[-1] for edge in edges))
        inputs = np.zeros((high - low, n_stretches, network.n_inputs))
        outputs = np.zeros((high - low, n_stretches, network.n_outputs + network.n_hints))
        parts = []
        for place, (column, edge) in enumerate(zip(columns, edges, strict=True)):
            first = max(0, int(np.searchsorted(edge, low, side="right")) - 1)
            for (trial, index), start in zip(column[first:], edge[first:], strict=False):
                if start >= high:
                    break
                a, b = max(low, start), min(high, start + trial.n_steps)
                inputs[a - low : b - low, place] = trial.inputs[a - start : b - start]
                outputs[a - low : b - low, place] = shown(network, trial)[a - start : b - start]
                if index is not None:
                    parts.append((index, place, a - low, b - low))
        currents = advance(network, inputs, outputs, state)
        for index, place, a, b in parts:
            use(index, currents[a:b, place])
