"""Every version of the method there is, on the same cases, side by side.

The plain NumPy of the book, the compiled library, the page's JavaScript, Brian2, NEST and the
readers of NIR make the same sums in different orders. A voltage differs in the last bits, which
a reset wipes out again, so that spikes stay the same until a voltage falls on the two sides of the
threshold within rounding. From there on the networks part.
"""

import time
from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib.export._common import check_start
from spikelib.export.runs import Run
from spikelib.spiking.simulation import simulate

__all__ = ["Agreement", "all_traces", "compare", "run_library", "run_textbook", "trial_errors"]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two runs from the same state are the same.

    Parameters
    ----------
    n_spikes : int
        Spikes of the reference.
    same_spikes : int
        Spikes before the first step in which the two differ.
    same_spikes_s : float
        Seconds before that step; the length of the run where none differs.
    all_same : bool
        No spike differs.
    largest_gap : float
        Largest difference of an output while the spikes are the same.
    """

    n_spikes: int
    same_spikes: int
    same_spikes_s: float
    all_same: bool
    largest_gap: float


def compare(run, reference, *, dt):
    """Compare two runs of the same network from the same state.

    Parameters
    ----------
    run, reference : Run or Simulation
        Of the same length.
    dt : float
        Time step in seconds.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        Runs of different length.

    Examples
    --------
    >>> def one(steps):
    ...     z = np.zeros((5, 1))
    ...     return Run(spike_steps=np.array(steps), spike_neurons=np.zeros(len(steps), int),
    ...                outputs=z, factors=z, seconds=0.0)
    >>> compare(one([1, 3]), one([1, 4]), dt=0.001).same_spikes_s
    0.003
    """
    dt = _checks.number("dt", dt, above=0)
    n_steps = len(reference.outputs)
    if len(run.outputs) != n_steps:
        raise ValueError(f"run: expected {n_steps} steps, as in the reference, got "
                         f"{len(run.outputs)}")
    here = _sorted(reference)
    there = _sorted(run)
    common = min(len(here), len(there))
    different = np.flatnonzero((here[:common] != there[:common]).any(axis=1))
    if different.size:
        first = different[0]
        step = min(here[first, 0], there[first, 0])
    elif len(here) != len(there):
        step = max(here, there, key=len)[common, 0]
    else:
        step = n_steps
    gaps = np.abs(run.outputs[:step] - reference.outputs[:step])
    return Agreement(
        n_spikes=len(here), same_spikes=int(np.searchsorted(here[:, 0], step)),
        same_spikes_s=float(step * dt), all_same=bool(step == n_steps),
        largest_gap=float(gaps.max(initial=0.0)),
    )


def _sorted(run):
    """Step and neuron of each spike (n_spikes, 2), in order."""
    steps, neurons = np.asarray(run.spike_steps), np.asarray(run.spike_neurons)
    order = np.lexsort((neurons, steps))
    return np.stack([steps[order], neurons[order]], axis=1)


def trial_errors(outputs, targets, *, n_steps):
    """nMSE of each trial of a run of several, ``Σ_t |z - f|² / Σ_t |f|²``.

    Parameters
    ----------
    outputs, targets : ndarray, shape (n_trials * n_steps, n_outputs)
    n_steps : int
        Steps a trial.

    Returns
    -------
    ndarray, shape (n_trials,)
    """
    targets = _checks.array("targets", targets, ("n_trials * n_steps", "n_outputs"))
    sizes, n_steps = targets.shape, _checks.count("n_steps", n_steps)
    outputs = _checks.array("outputs", outputs, ("n_trials * n_steps", "n_outputs"), sizes)
    if len(targets) % n_steps or not targets.size:
        raise ValueError(f"n_steps: expected a part of the {len(targets)} steps, got {n_steps}")
    shape = (-1, n_steps * targets.shape[1])
    error = ((outputs - targets) ** 2).reshape(shape).sum(axis=1)
    return error / (targets**2).reshape(shape).sum(axis=1)


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def run_library(network, trial, *, state):
    """The compiled library, as a `Run`.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState

    Returns
    -------
    Run
    """
    began = time.perf_counter()
    result = simulate(network, trial, state=state)
    return Run(
        spike_steps=result.spike_steps, spike_neurons=result.spike_neurons,
        outputs=result.outputs, factors=result.factors, seconds=time.perf_counter() - began,
    )


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def run_textbook(network, trial, *, state, lag=0):
    """The equations in plain NumPy, line by line, with frozen weights.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState
        Not changed.
    lag : int
        Steps by which currents of recurrent synapses act later than in the library: 0 for the
        method, 1 for what the models do that NEST ships.

    Returns
    -------
    Run
    """
    check_start(network, trial, state)
    lag = _checks.count("lag", lag, at_least=0)
    began = time.perf_counter()
    p = network.parameters
    e_m, e_s, e_f = p.decays
    u, W, w = network.encoder, network.factor_weights, network.output_weights
    V, z_D, I_inh = state.voltage.copy(), state.feedback.copy(), state.inhibition
    I_slow, I_fast = state.slow_current.copy(), state.fast_current.copy()
    s_slow, s_fast = state.slow_trace.copy(), state.fast_trace.copy()
    jump = p.inhibition / (p.tau_fast * p.n_neurons)
    steps, neurons, outputs, factors = [], [], [], []
    # Spikes that have not arrived yet; before they do, currents only decay.
    waiting = [np.zeros(p.n_neurons, bool) for _ in range(lag)]
    late_slow, late_fast = s_slow.copy(), s_fast.copy()
    for t, f_in in enumerate(trial.inputs):
        V_inf = u @ z_D + I_slow + I_fast + I_inh - network.mean_current
        V_inf = V_inf + network.input_weights @ f_in
        V = V_inf + (V - V_inf) * e_m
        spikes = V >= p.threshold
        V[spikes] = p.reset
        fired = np.flatnonzero(spikes)
        steps.append(np.full(fired.size, t))
        neurons.append(fired)
        s_slow = s_slow * e_s + spikes[network.trained_neurons]
        s_fast = s_fast * e_f + spikes[network.trained_neurons]
        waiting.append(spikes)
        arrived = waiting.pop(0)
        late_slow = late_slow * e_s + arrived[network.trained_neurons]
        late_fast = late_fast * e_f + arrived[network.trained_neurons]
        I_slow, I_fast, I_inh = I_slow * e_s, I_fast * e_f, I_inh * e_f + jump * arrived.sum()
        if network.slow_weights is not None:
            I_slow = I_slow + network.slow_weights @ arrived
        if network.fast_weights is not None:
            I_fast = I_fast + network.fast_weights @ arrived
        z_D = W @ np.concatenate([late_slow, late_fast])
        s = np.concatenate([s_slow, s_fast])
        factors.append(W @ s)
        outputs.append(w @ s)
    return Run(
        spike_steps=np.concatenate(steps), spike_neurons=np.concatenate(neurons),
        outputs=np.array(outputs), factors=np.array(factors),
        seconds=time.perf_counter() - began,
    )


@_checks.takes(network="SpikingNetwork", runs=["Simulation or Run"])
def all_traces(network, runs):
    """Traces of all neurons after runs that followed one another, from silence.

    A `SpikingState` has the traces of the trained neurons; the filters of a graph of NIR need all.

    Parameters
    ----------
    network : SpikingNetwork
    runs : sequence of Simulation or Run
        The first of them from a state with silent traces, or long ago.

    Returns
    -------
    slow, fast : ndarray, shape (N,)
    """
    n = network.parameters.n_neurons
    _, *decays = network.parameters.decays
    traces = np.zeros((2, n))
    for run in runs:
        n_steps = len(run.outputs)
        for trace, decay in zip(traces, decays, strict=True):
            trace *= decay**n_steps
            trace += np.bincount(
                run.spike_neurons, decay ** (n_steps - 1.0 - run.spike_steps), minlength=n
            )
    return traces[0], traces[1]
