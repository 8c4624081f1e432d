"""Training with a target current for each neuron, by sparse synapses and a P for each neuron.

`spikelib.training.training.train` learns a few factors that all neurons share. Here nothing is
shared: each neuron fits its own current with the K synapses that it has, as in Kim & Chow (2018)
and Arthur et al. (2023). The book's page on other tools says when which of the two is better.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checkpoint, _checks, loop
from spikelib.least_squares.sparse import SparseRLS
from spikelib.results import Trained
from spikelib.spiking.simulation import membrane_noise
from spikelib.spiking.sparse import SparseRunner, current_correlation

__all__ = ["EachRecipe", "train_each"]


@dataclass(frozen=True, kw_only=True)
class EachRecipe:
    """Recursive least squares for every neuron on its own, in closed loop.

    Parameters
    ----------
    n_settle : int
        Trials with the target currents fed back, before the first that is learned from.
    update_every : int
        Steps between updates.
    prior : float
        P of each neuron at the start is this times the identity.
    restart_every : int or None
        Trials between restarts from a random state; None for never.
    noise : float
        Voltage noise in training (see `spikelib.spiking.simulation.simulate`).
    """

    n_settle: int = 0
    update_every: int = 10
    prior: float = 1.0
    restart_every: int | None = 1
    noise: float = 0.0

    def __post_init__(self):
        _checks.count("n_settle", self.n_settle, at_least=0)
        _checks.count("update_every", self.update_every)
        _checks.number("prior", self.prior, above=0)
        if self.restart_every is not None:
            _checks.count("restart_every", self.restart_every)
        _checks.number("noise", self.noise, at_least=0)


@_checks.takes(network="SparseNetwork", recipe="EachRecipe")
def train_each(network, trials, *, rng, recipe=None, n_threads=1, checkpoint=None, progress=None,
               stop=None):
    """Train every neuron's own synapses to make its own target current.

    At every `recipe.update_every`-th step, from a first one drawn for each trial, neuron i does,
    with the slow traces s of its own presynaptic neurons and a P of its own::

        k = P s / (1 + sᵀ P s);  P ← P - k (P s)ᵀ;  W ← W - (W s - y_i) kᵀ

    Memory grows as N K²/2 in single precision, time as N K² an update.

    Parameters
    ----------
    network : SparseNetwork
        Its weights are ignored: training starts from zero.
    trials : sequence of Trial
        Whose ``outputs`` (T, N) are the target currents of the neurons.
    rng : numpy.random.Generator
    recipe : EachRecipe, optional
    n_threads : int
        Threads among which the neurons are divided. The result does not depend on it.
    checkpoint, progress, stop
        As for `spikelib.training.training.train`.

    Returns
    -------
    Trained
        ``network`` and ``log``, with columns ``current_nmse``, ``correlation`` (the mean over
        neurons), ``mean_rate`` and ``seconds``.

    Raises
    ------
    ValueError
        Trials that do not fit; a checkpoint of another training.
    DivergedError

    References
    ----------
    Kim & Chow (2018), eLife 7, e37124. Arthur, Kim, Chen, Preibisch & Darshan (2023), Front.
    Neuroinform. 17, 1099510.
    """
    learner = EachLearner(
        network, trials, EachRecipe() if recipe is None else recipe, rng, n_threads)
    log = loop.run(learner, len(learner.trials), checkpoint=checkpoint, progress=progress,
                   stop=stop)
    return Trained(network=replace(network, weights=learner.rls.weights), log=log)


class EachLearner:
    """A sparse network, and the recursions that learn its weights (see `spikelib.loop`)."""

    def __init__(self, network, trials, recipe, rng, n_threads=1):
        self._start = _checkpoint.pack_generator(_checks.generator(rng))
        self.network, self.recipe, self.rng = network, recipe, rng
        self.trials = _checks.listed("trials", trials)
        if not self.trials:
            raise ValueError("trials: expected at least one trial, got none")
        self.rls = SparseRLS(network.presynaptic, prior=recipe.prior, n_threads=n_threads)
        self.runner = SparseRunner(network, self.rls.weights)
        for index, trial in enumerate(self.trials):
            self.runner.check(trial, f"trials[{index}]", targets=True)

    def trial(self, index):
        """One trial in closed loop, with updates as `train_each` says."""
        trial, every = self.trials[index], self.recipe.restart_every
        if index == 0:
            self.runner.restart(rng=self.rng)
            for k in range(self.recipe.n_settle):
                settling = self.trials[k % len(self.trials)]
                self.runner.advance(settling.inputs, settling.outputs)
        elif every is not None and index % every == 0:
            self.runner.restart(rng=self.rng)
        step = self.recipe.update_every
        first = int(self.rng.integers(step))
        ends = [*range(first + 1, trial.n_steps, step), trial.n_steps]
        state = self.runner.state
        currents, spikes, begin = np.empty(trial.outputs.shape), 0, 0
        for end in ends:
            jitter = membrane_noise(
                self.network.parameters, self.recipe.noise, end - begin, self.rng)
            spikes += self.runner.advance(
                trial.inputs[begin:end], None, currents[begin:end], jitter)
            if trial.counted is None or trial.counted[end - 1]:
                error = state.own - trial.outputs[end - 1]
                self.rls.learn(state.trace, error)
                np.add(trial.outputs[end - 1], error, out=state.own)
            begin = end
        squares = powers = 0.0
        for t in range(trial.n_steps):
            if trial.counted is None or trial.counted[t]:
                off = currents[t] - trial.outputs[t]
                squares += off @ off
                powers += trial.outputs[t] @ trial.outputs[t]
        return {
            "current_nmse": squares / (powers or 1.0),
            "correlation": current_correlation(currents, trial).mean(),
            "mean_rate": spikes / (self.network.parameters.n_neurons * trial.duration),
        }

    def state(self):
        """See `spikelib.loop`."""
        return self._arrays() | {"generator": _checkpoint.pack_generator(self.rng)}

    def restore(self, state):
        """See `spikelib.loop`."""
        mine = self._arrays()
        _checkpoint.fill(mine, state, mine)
        _checkpoint.unpack_generator(self.rng, state["generator"])

    def _arrays(self):
        arrays = {"weights": self.rls.weights, "packed": self.rls.packed}
        return arrays | {f"network_{name}": x for name, x in self.runner.state._asdict().items()}

    def identity(self):
        """See `spikelib.loop`."""
        network = self.network
        return {
            "parameters": network.parameters, "presynaptic neurons": network.presynaptic,
            "input weights": network.input_weights, "trials": self.trials,
            "recipe": self.recipe, "starting generator": self._start,
        }
