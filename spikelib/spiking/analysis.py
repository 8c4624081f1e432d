"""What a trained network does: its time courses, and what each neuron listens to."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from spikelib import _checks
from spikelib.components import time_courses
from spikelib.rate.network import check_trials as check_rate_trials
from spikelib.rate.network import drive
from spikelib.spiking.simulation import Runner, check_trials

__all__ = [
    "NeuronInput", "TemporalComponents", "factor_based_rate", "run_trials", "split_input",
    "stack_spikes", "teacher_rates", "temporal_components",
]


@_checks.takes(network="SpikingNetwork", state="SpikingState")
def run_trials(network, trials, *, rng, n_settle=20, state=None, noise=0.0):
    """Run a network with frozen weights trial after trial and keep everything.

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        Run back to back.
    rng : numpy.random.Generator
    n_settle : int
        Trials with the target factors fed back before the first that is kept.
    state : SpikingState, optional
        Where to start; otherwise at rest, or in a random state where `n_settle` is 0.
    noise : float
        Voltage noise (see `spikelib.spiking.simulation.simulate`).

    Returns
    -------
    list of Simulation
    """
    _checks.count("n_settle", n_settle, at_least=0)
    trials = check_trials(network, trials, needs_factors=n_settle > 0)
    runner = Runner(network)
    state = runner.settle(trials, n_settle, rng=rng, state=state)
    runs = []
    for trial in trials:
        runs.append(runner.run(trial, state, rng=rng, noise=noise))
        state = runs[-1].state
    return runs


@_checks.takes(runs=["Simulation"])
def stack_spikes(runs, neurons=None):
    """Spikes of repeated trials as an array (n_trials, T, n), for `metrics.fano_factor`.

    Parameters
    ----------
    runs : sequence of Simulation
        Of one length.
    neurons : array_like of int, optional
        The neurons to keep, in this order; all by default.
    """
    if len({run.outputs.shape[0] for run in runs}) != 1:
        raise ValueError("runs: expected one or more of equal length, got none or several lengths")
    n = runs[0].spikes.shape[1]
    if neurons is not None:
        neurons = _checks.whole("neurons", neurons, below=n).astype(np.int64)
    if any(run.spikes.shape[1] != n for run in runs):
        raise ValueError("runs: expected the same number of neurons in all")
    return np.stack([run.spikes if neurons is None else run.spikes[:, neurons] for run in runs])


@_checks.takes(network="RateNetwork")
def teacher_rates(network, trials, *, rng, n_settle=20):
    """Rates tanh(x) of a driven teacher, after each step.

    Parameters
    ----------
    network : RateNetwork
    trials : sequence of Trial
    rng : numpy.random.Generator
    n_settle : int
        As for `spikelib.rate.network.drive`.

    Returns
    -------
    list of ndarray, shape (T, Ñ)
    """
    trials = check_rate_trials(network, trials)
    # The states are the currents, filtered; the trial before the first sets their start.
    currents = drive(network, [trials[-1], *trials], rng=rng, n_settle=n_settle)
    decay = np.exp(-network.parameters.dt / network.parameters.tau)
    rates, memory = [], np.zeros((1, network.parameters.n_units))
    for trial, f_J in zip([trials[-1], *trials], currents, strict=True):
        x_inf = f_J + trial.inputs @ network.input_weights.T
        x, memory = lfilter([1 - decay], [1, -decay], x_inf, axis=0, zi=memory)
        rates.append(np.tanh(x))
    return rates[1:]


@dataclass(frozen=True, kw_only=True, eq=False)
class TemporalComponents:
    """Time courses that many signals have in common.

    Parameters
    ----------
    components : ndarray, shape (T, K)
        Orthonormal, the largest first.
    variances : ndarray, shape (min(T, N),)
        Share of the variance that each holds, all of them; they sum to 1.
    """

    components: np.ndarray
    variances: np.ndarray

    @property
    def explained(self):
        """Share of the variance that the first 1, 2, ... components hold."""
        return np.cumsum(self.variances)


def temporal_components(signals, *, n_components=10):
    """Principal components over time: the time courses that make up all signals.

    Each signal's mean is removed; the components are the leading left singular
    vectors of what remains, R = U S Vᵀ, and hold the shares S²/ΣS².

    Parameters
    ----------
    signals : array_like, shape (T, N)
        Such as the firing rates of N neurons.
    n_components : int

    Returns
    -------
    TemporalComponents

    Examples
    --------
    >>> time = np.linspace(0, 2 * np.pi, 100)
    >>> signals = np.outer(np.sin(time), [1.0, -2.0, 3.0]) + 5
    >>> temporal_components(signals, n_components=1).explained[:1].round(6)
    array([1.])
    """
    signals = _checks.array("signals", signals, ("T", "N"))
    n_components = _checks.count("n_components", n_components, at_most=min(signals.shape))
    _, courses, sizes, _ = time_courses(signals)
    if sizes[0] == 0:
        raise ValueError("signals: expected some that change over time, got only constant ones")
    return TemporalComponents(
        components=courses[:, :n_components], variances=sizes**2 / np.sum(sizes**2)
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class NeuronInput:
    """The current of each neuron, in two parts that add up to all of it.

    Parameters
    ----------
    factor : ndarray, shape (n_trials, T, n)
        What the factors and the input of the network account for.
    non_factor : ndarray, shape (n_trials, T, n)
        The rest: what the fixed synapses and the inhibition add to that.
    """

    factor: np.ndarray
    non_factor: np.ndarray


@_checks.takes(network="SpikingNetwork", runs=["Simulation"], trials=["Trial"])
def split_input(network, runs, trials, neurons=None):
    """Split each neuron's current into a factor-based and a non-factor part.

    u z_D + u_in f_in is a function of the factors and of the input as it stands. What
    comes through the fixed synapses and the inhibition is regressed on (z_D, 1, f_in):
    the fit joins the factor-based part, the rest is the non-factor part.

    Parameters
    ----------
    network : SpikingNetwork
    runs : sequence of Simulation
        Consecutive trials; the first only serves to fill the synapses and is left out.
    trials : sequence of Trial
        Those that were run.
    neurons : array_like of int, optional
        The neurons to look at; all by default.

    Returns
    -------
    NeuronInput
        Of all trials but the first.

    References
    ----------
    DePasquale, Sussillo, Abbott & Churchland (2023), Neuron 111, 631, and its code. There
    the inhibition is part of the random synapses.
    """
    if len(runs) < 2 or len(runs) != len(trials):
        raise ValueError(
            f"runs, trials: expected two or more, as many of each, got {len(runs)}, {len(trials)}"
        )
    p = network.parameters
    chosen = np.arange(p.n_neurons)
    if neurons is not None:
        chosen = _checks.whole("neurons", neurons, below=p.n_neurons)
        if not chosen.size:
            raise ValueError("neurons: expected at least one neuron, got none")
    for run, trial in zip(runs, trials, strict=True):
        sizes = (*run.spikes.shape, run.factors.shape[1], trial.n_steps, trial.inputs.shape[1])
        fits = (trial.n_steps, p.n_neurons, network.n_factors, runs[0].spikes.shape[0],
                network.n_inputs)
        if sizes != fits:
            raise ValueError(
                "runs, trials: expected trials of one length and the network's runs of them, with "
                f"(T, neurons, factors, T, inputs) = {fits}, got {sizes}"
            )
    spikes = np.concatenate([run.spikes for run in runs])
    _, slow, fast = p.decays

    def through(weights, decay):
        if weights is None:
            return 0.0
        return lfilter([1.0], [1.0, -decay], spikes @ weights[chosen].T, axis=0)

    jump = p.inhibition / (p.tau_fast * p.n_neurons)
    raw = through(network.slow_weights, slow) + through(network.fast_weights, fast)
    raw = raw + lfilter([jump], [1.0, -fast], spikes.sum(axis=1))[:, None]
    raw = np.broadcast_to(raw, (len(spikes), chosen.size))  # inhibition alone is one for all
    # A step's voltages follow from the currents of the step before.
    raw = np.vstack([np.zeros(chosen.size), raw[:-1]])
    inputs = np.concatenate([trial.inputs for trial in trials])
    factors = np.concatenate([run.factors for run in runs])
    factors = np.vstack([np.zeros(network.n_factors), factors[:-1]])
    first = runs[0].outputs.shape[0]
    raw, inputs, factors = raw[first:], inputs[first:], factors[first:]
    regressors = np.hstack([factors, np.ones((len(factors), 1)), inputs])
    fit = regressors @ np.linalg.lstsq(regressors, raw, rcond=None)[0]
    direct = factors @ network.encoder[chosen].T + inputs @ network.input_weights[chosen].T
    shape = (len(runs) - 1, -1, chosen.size)
    return NeuronInput(
        factor=(direct + fit - network.mean_current[chosen]).reshape(shape),
        non_factor=(raw - fit).reshape(shape),
    )


def factor_based_rate(factor_input, spikes, dt, *, n_steps=50):
    """Firing rate of one neuron as a function of its factor-based input alone.

    The Poisson regression rate = exp(b₀ + b₁ input), which for each value of the input
    gives the rate that makes the neuron's spikes likeliest.

    Parameters
    ----------
    factor_input, spikes : array_like, of one shape
        Any number of trials and steps.
    dt : float
        Time step in seconds.
    n_steps : int
        Newton steps at most.

    Returns
    -------
    ndarray
        Rates in Hz, in the shape of `factor_input`.

    References
    ----------
    DePasquale, Sussillo, Abbott & Churchland (2023), Neuron 111, 631, and its code.
    """
    factor_input = _checks.numbers("factor_input", factor_input)
    spikes, n_steps = _checks.numbers("spikes", spikes), _checks.count("n_steps", n_steps)
    if factor_input.shape != spikes.shape:
        raise ValueError(
            f"spikes: expected the shape of factor_input, {factor_input.shape}, got {spikes.shape}"
        )
    x = _checks.array("factor_input", factor_input.ravel(), ("n",))
    y = _checks.array("spikes", spikes.ravel(), ("n",))
    if y.sum() == 0:
        return np.zeros(factor_input.shape)
    design = np.column_stack([np.ones_like(x), (x - x.mean()) / max(x.std(), 1e-300)])
    weights = np.array([np.log(y.mean()), 0.0])

    def loss(w):
        return np.exp(design @ w).sum() - y @ (design @ w)

    for _ in range(n_steps):
        mean = np.exp(design @ weights)
        slope = design.T @ (mean - y)
        step = np.linalg.solve(design.T @ (mean[:, None] * design) + 1e-12 * np.eye(2), slope)
        size, now = 1.0, loss(weights)
        with np.errstate(over="ignore"):
            while not loss(weights - size * step) <= now and size > 1e-6:
                size /= 2
        weights = weights - size * step
        if np.abs(step).max() < 1e-9:
            break
    rates = np.exp(design @ weights) / _checks.number("dt", dt, above=0)
    return rates.reshape(factor_input.shape)
