"""Running a trained network with frozen weights, trial after trial, and judging it."""

from dataclasses import dataclass, field

import numpy as np

from spikelib import _checks
from spikelib._progress import bar
from spikelib.metrics import nmse
from spikelib.spiking.simulation import Runner, check_trials

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Evaluation:
    """How a frozen network did.

    Parameters
    ----------
    output_nmse, factor_nmse : ndarray, shape (n_trials,)
        Errors of z and of z_D; `factor_nmse` is empty where trials have no target factors.
    mean_rate : ndarray, shape (n_trials,)
        Mean firing rate in Hz.
    scores : ndarray, shape (n_trials,)
        The task's own score; empty where the task has none.
    last : Simulation
        The last trial.
    """

    output_nmse: np.ndarray
    factor_nmse: np.ndarray
    mean_rate: np.ndarray
    scores: np.ndarray
    last: object = field(repr=False)

    @property
    def median_nmse(self):
        """Median over trials of the output error."""
        return float(np.median(self.output_nmse))


@_checks.takes(network="SpikingNetwork", state="SpikingState")
def evaluate(network, trials, *, rng, n_settle=50, state=None, noise=0.0, score=None,
             progress=None):
    """Run a network with frozen weights, trial after trial, on its own.

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        Run back to back; target factors are needed where `n_settle` is above zero.
    rng : numpy.random.Generator
        For the starting state and for noise.
    n_settle : int
        Trials with the target factors fed back before the first that counts. The 2016
        demonstration has 50; 0 leaves the network alone from the first step.
    state : SpikingState, optional
        Where to start. Otherwise at rest where trials settle, and a random state where
        they do not.
    noise : float
        Voltage noise (see `spikelib.spiking.simulation.simulate`).
    score : callable, optional
        ``score(trial, outputs)``, usually a task's own.
    progress : bool, optional

    Returns
    -------
    Evaluation
    """
    _checks.count("n_settle", n_settle, at_least=0)
    _checks.function("score", score)
    noise = _checks.number("noise", noise, at_least=0)
    trials = check_trials(network, trials, needs_factors=n_settle > 0, skips=True)
    runner = Runner(network)
    state = runner.settle(trials, n_settle, rng=rng, state=state)
    columns = {"output_nmse": [], "factor_nmse": [], "mean_rate": [], "scores": []}
    for trial in bar(trials, show=progress, desc="testing", unit="trial"):
        run = runner.run(trial, state, rng=rng, noise=noise)
        state = run.state
        at = slice(None) if trial.counted is None else trial.counted
        error, target = run.outputs[at] - trial.outputs[at], trial.outputs[at]
        columns["output_nmse"].append(error_over_power(np.sum(error**2), np.sum(target**2)))
        if trial.factors is not None:
            columns["factor_nmse"].append(nmse(run.factors[at], trial.factors[at]))
        columns["mean_rate"].append(run.mean_rate)
        if score is not None:
            columns["scores"].append(score(trial, run.outputs))
    return Evaluation(last=run, **{name: np.array(values) for name, values in columns.items()})


def error_over_power(error, power):
    """Error over power of all rows; where a trial asks for nothing, the error itself."""
    total = power.sum()
    return float(error.sum() / total if total > 0 else error.sum())
