"""Training a spiking network, stage by stage: mean current, then RLS."""

import dataclasses
import os
import time
from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib._kernels import spiking as _kernel
from spikelib._progress import bar
from spikelib._threads import blas_threads
from spikelib.errors import DivergedError
from spikelib.least_squares.rls import EventRLS
from spikelib.spiking.evaluation import error_over_power
from spikelib.spiking.simulation import (
    SpikingState,
    check_trial,
    membrane_noise,
    prepare,
    simulate_prepared,
    wiring,
)
from spikelib.training import _checkpoint
from spikelib.training.recipe import Recipe

__all__ = ["TrainingLog", "mean_current", "train"]

_CHECKPOINT_EVERY = 60.0  # seconds
_DIVERGED = 1e6  # nMSE of a trial beyond which nothing can be learned any more


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingLog:
    """One entry a training trial, made before the updates of each step.

    Parameters
    ----------
    output_nmse, factor_nmse : ndarray, shape (n_trials,)
        Errors of z and of z_P.
    mean_rate : ndarray, shape (n_trials,)
        Mean firing rate in Hz.
    seconds : ndarray, shape (n_trials,)
        Time that each trial took to compute.
    """

    output_nmse: np.ndarray
    factor_nmse: np.ndarray
    mean_rate: np.ndarray
    seconds: np.ndarray


def mean_current(network, trials, *, rng, n_settle=50, progress=None):
    """Subtract each neuron's mean current, so that none sits far from threshold.

    With the target factors fed back, and nothing subtracted, I_mean is the time average
    of u y + I_slow + I_fast. Without fixed random synapses that is u times the mean
    of y, and nothing has to be simulated.

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        With target factors.
    rng : numpy.random.Generator
        For the starting state.
    n_settle : int
        Trials before the first that does count.
    progress : bool, optional

    Returns
    -------
    SpikingNetwork
        The same, with `mean_current`.
    """
    _check_training_trials(network, trials)
    n_steps = sum(trial.n_steps for trial in trials)
    sums = {}
    for trial in trials:
        sums.setdefault(id(trial), [trial.factors.sum(axis=0), 0])[1] += 1
    mean = network.encoder @ (sum(total * times for total, times in sums.values()) / n_steps)
    if network.slow_weights is not None or network.fast_weights is not None:
        mean = mean + _mean_fixed_current(network, trials, rng, n_settle, progress)
    return replace(network, mean_current=mean)


def _mean_fixed_current(network, trials, rng, n_settle, progress):
    """Time average of I_slow + I_fast under teacher forcing, nothing subtracted."""
    network = replace(network, mean_current=np.zeros(network.parameters.n_neurons))
    prepared = prepare(network)
    state = SpikingState.at_rest(network, rng=rng)
    warm_up = [trials[k % len(trials)] for k in range(n_settle)]
    for trial in warm_up:
        state = simulate_prepared(network, prepared, trial, state, rng=rng, forced=True).state
    start = state
    counts = np.zeros(network.parameters.n_neurons)
    for trial in bar(trials, show=progress, desc="mean current", unit="trial"):
        run = simulate_prepared(network, prepared, trial, state, rng=rng, forced=True)
        counts += np.bincount(run.spike_neurons, minlength=counts.size)
        state = run.state
    # Summed over time, I(t) = e I(t-1) + J S(t) gives Σ I = (J ΣS + e (I_start - I_end))/(1 - e).
    total = np.zeros(counts.size)
    _, slow_decay, fast_decay = network.parameters.decays
    for weights, decay, name in (
        (network.slow_weights, slow_decay, "slow_current"),
        (network.fast_weights, fast_decay, "fast_current"),
    ):
        if weights is not None:
            ends = decay * (getattr(start, name) - getattr(state, name))
            total += (weights @ counts + ends) / (1 - decay)
    return total / sum(trial.n_steps for trial in trials)


def _check_training_trials(network, trials):
    trials = list(trials)
    if not trials:
        raise ValueError("trials: expected at least one trial, got none")
    seen = set()
    for index, trial in enumerate(trials):
        if id(trial) not in seen:
            check_trial(network, trial, f"trials[{index}]", needs_factors=True)
            seen.add(id(trial))
    return trials


class _Log:
    """The lists behind a TrainingLog."""

    names = [f.name for f in dataclasses.fields(TrainingLog)]

    def __init__(self, columns=None):
        self.columns = {name: [] for name in self.names} if columns is None else columns

    def add(self, **values):
        for name, value in values.items():
            self.columns[name].append(value)

    def frozen(self):
        return TrainingLog(**{name: np.array(self.columns[name]) for name in self.names})


def train(network, trials, *, rng, recipe=None, checkpoint=None, progress=None):
    """Train the synapses and the output of a spiking network by RLS.

    The network runs on its own factors throughout, after `recipe.n_settle` trials
    with the targets. At each step, with probability `recipe.update_probability`::

        k = P s / (1 + sᵀ P s);  P ← P - (P s) kᵀ
        W ← W - (W s - y) kᵀ;    w ← w - (w s - f_out) kᵀ

    One P serves all rows, since every row sees the same s.

    Parameters
    ----------
    network : SpikingNetwork
        Its learned weights are ignored: training starts from zero.
    trials : sequence of Trial
        With target factors, run back to back.
    rng : numpy.random.Generator
    recipe : Recipe, optional
        The default one where not given. Only what concerns this stage is used.
    checkpoint : path, optional
        A file that is written about once a minute and when training is interrupted
        (Ctrl-C, which then takes effect at the end of the trial). Where it exists, training
        goes on from it, with the result that it would have had without the interruption;
        afterwards it is removed.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    network : SpikingNetwork
        Trained.
    log : TrainingLog

    Raises
    ------
    ValueError
        Trials that do not fit; a checkpoint of another training.
    DivergedError
        The error is no longer finite, or beyond all bounds; it carries the log.
    """
    recipe = Recipe() if recipe is None else recipe
    _checks.generator(rng)
    trials = _check_training_trials(network, trials)
    p = network.parameters
    n_factors, n_rows = network.n_factors, network.n_factors + network.n_outputs
    wires = wiring(network)
    fit_ = EventRLS(
        network.trained_neurons.size, n_rows,
        slow_decay=p.decays[1], fast_decay=p.decays[2], prior=recipe.prior,
    )
    targets = {}
    for trial in trials:
        if id(trial) not in targets:
            targets[id(trial)] = np.hstack([trial.factors, trial.outputs])

    def one_trial(trial, dynamics, learn, forced):
        outputs = np.empty((trial.n_steps, n_rows))
        jitter = membrane_noise(p, recipe.noise, trial.n_steps, rng)
        with blas_threads(2 * network.trained_neurons.size):
            spikes = _kernel.train(
                wires, dynamics, fit_.state, trial.inputs, targets[id(trial)], learn, forced,
                jitter, outputs,
            )
        return outputs, spikes / (p.n_neurons * trial.duration)

    log, done = _Log(), 0
    if checkpoint is not None and os.path.exists(checkpoint):
        dynamics, columns, done = _checkpoint.resume(checkpoint, network, fit_, len(trials), rng)
        log = _Log(columns)
    else:
        dynamics = SpikingState.at_rest(network, rng=rng).dynamics()
        for k in range(recipe.n_settle):
            trial = trials[k % len(trials)]
            one_trial(trial, dynamics, np.zeros(trial.n_steps, bool), True)

    def save():
        _checkpoint.save(
            checkpoint, network, fit_, dynamics, log.columns, done, len(trials), rng
        )

    saved = time.monotonic()
    with _checkpoint.interrupts_held(checkpoint is not None) as interrupted:
        for index in bar(
            range(done, len(trials)), show=progress, desc="training", unit="trial",
            initial=done, total=len(trials),
        ):
            start = time.perf_counter()
            trial = trials[index]
            if recipe.restart_every and index and index % recipe.restart_every == 0:
                dynamics = SpikingState.random(network, rng=rng).dynamics()
                fit_.reset_traces()
            learn = rng.random(trial.n_steps) < recipe.update_probability
            outputs, rate = one_trial(trial, dynamics, learn, False)
            errors = outputs - targets[id(trial)]
            power = np.sum(targets[id(trial)] ** 2, axis=0)
            squares = np.sum(errors**2, axis=0)
            log.add(
                output_nmse=error_over_power(squares[n_factors:], power[n_factors:]),
                factor_nmse=error_over_power(squares[:n_factors], power[:n_factors]),
                mean_rate=rate,
                seconds=time.perf_counter() - start,
            )
            done = index + 1
            if not squares.sum() <= _DIVERGED * power.sum():
                raise DivergedError(
                    f"training diverged in trial {index}: the error is "
                    f"{squares.sum() / power.sum():.3g} times the target",
                    trial=index, log=log.frozen(),
                )
            late = time.monotonic() - saved > _CHECKPOINT_EVERY
            if checkpoint is not None and (late or interrupted()):
                save()
                saved = time.monotonic()
            if interrupted():
                raise KeyboardInterrupt
    weights = fit_.weights
    if checkpoint is not None and os.path.exists(checkpoint):
        os.remove(checkpoint)
    trained = replace(
        network, factor_weights=weights[:n_factors], output_weights=weights[n_factors:]
    )
    return trained, log.frozen()
