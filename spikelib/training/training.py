"""Training a spiking network by recursive least squares: the paper's algorithm."""

from dataclasses import replace

import numpy as np

from spikelib import _checkpoint, _checks, loop
from spikelib._kernels import spiking as _kernel
from spikelib._threads import blas_threads
from spikelib.least_squares.rls import EventRLS
from spikelib.results import Trained
from spikelib.spiking.simulation import Runner, check_trials, membrane_noise
from spikelib.spiking.state import SpikingState
from spikelib.training.recipe import RLSRecipe, for_stage

__all__ = ["RLSLearner", "train"]

# What of the recursion goes into a checkpoint; the rest is scratch. It is not folded
# first: that would regroup sums, and later trials would differ.
_KEPT = ("base", "tail", "pending", "weights", "errors", "slow", "fast",
         "p_slow", "p_fast", "z_slow", "z_fast")


@_checks.takes(network="SpikingNetwork")
def train(network, trials, *, rng, recipe=None, checkpoint=None, progress=None, stop=None):
    """Train the synapses and the output of a spiking network by RLS.

    The network runs on its own factors throughout, after `recipe.n_settle` trials
    with the target ones. At each step, with probability `recipe.update_probability`::

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
    recipe : RLSRecipe, optional
        The part ``recipe.rls`` of a `spikelib.training.recipe.Recipe`.
    checkpoint : path, optional
        A file that is written about once a minute and when training is interrupted
        (Ctrl-C, which then takes effect at the end of the trial). Where it exists, training
        goes on from it, with the result that it would have had without the interruption;
        afterwards it is removed. A file of another training is refused, and kept.
    progress : bool, optional
        Show a bar; by default where a person watches.
    stop : callable, optional
        ``stop(n)``, asked after each trial: whether the first n trials are enough.

    Returns
    -------
    Trained
        ``network`` and ``log``, with columns ``output_nmse``, ``factor_nmse``, ``mean_rate``
        and ``seconds``.

    Raises
    ------
    ValueError
        Trials that do not fit; a checkpoint of another training.
    DivergedError
        The error is no longer finite, or beyond all bounds; it carries the log.
    """
    recipe = for_stage(recipe, RLSRecipe)
    learner = RLSLearner(network, trials, recipe, rng)
    log = loop.run(
        learner, len(learner.trials), checkpoint=checkpoint, progress=progress, stop=stop
    )
    return Trained(network=learner.trained_network(), log=log)


class RLSLearner:
    """A spiking network, and the recursion that learns its weights (see `spikelib.loop`).

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
    recipe : RLSRecipe
    rng : numpy.random.Generator
    """

    def __init__(self, network, trials, recipe, rng):
        self._start = _checkpoint.pack_generator(_checks.generator(rng))
        self.network, self.recipe, self.rng = network, recipe, rng
        self.trials = check_trials(network, trials, needs_factors=True, skips=True)
        self.wiring = Runner(network).wiring
        _, slow_decay, fast_decay = network.parameters.decays
        self.rls = EventRLS(
            network.trained_neurons.size, network.n_factors + network.n_outputs,
            slow_decay=slow_decay, fast_decay=fast_decay,
            prior=recipe.prior_for(network.parameters.n_neurons),
            single=recipe.single_precision,
        )
        distinct = {id(trial): trial for trial in self.trials}.values()
        self.targets = {
            id(trial): np.hstack([trial.factors, trial.outputs]) for trial in distinct
        }
        self.powers = self._mean_powers()
        self.dynamics = None

    def trial(self, index):
        """One trial in closed loop, with updates as `train` says, at steps drawn before."""
        trial, recipe = self.trials[index], self.recipe
        if index == 0:
            self._settle()
        elif recipe.restart_every and index % recipe.restart_every == 0:
            self._restart()
        learn = self.rng.random(trial.n_steps) < recipe.update_probability
        at = slice(None)
        if trial.counted is not None:
            at, learn = trial.counted, learn & trial.counted
        outputs, mean_rate = self._run(trial, learn)
        squares = np.sum((outputs[at] - self.targets[id(trial)][at]) ** 2, axis=0)
        of_factors, of_outputs = self.powers * _n_counted(trial)
        n = self.network.n_factors
        return {
            "output_nmse": squares[n:].sum() / of_outputs,
            "factor_nmse": squares[:n].sum() / of_factors,
            "mean_rate": mean_rate,
        }

    def _settle(self):
        """From rest, through trials with the target factors fed back."""
        self.dynamics = SpikingState.at_rest(self.network, rng=self.rng).dynamics()
        for k in range(self.recipe.n_settle):
            trial = self.trials[k % len(self.trials)]
            self._run(trial, np.zeros(trial.n_steps, bool), forced=True)

    def _restart(self):
        """A random state, from which the network has to find its way back."""
        self.dynamics = SpikingState.random(self.network, rng=self.rng).dynamics()
        self.rls.reset_traces()

    def _run(self, trial, learn, *, forced=False):
        """Outputs (T, D + n_outputs), before each update, and the mean rate in Hz."""
        p = self.network.parameters
        targets = self.targets[id(trial)]
        outputs = np.empty_like(targets)
        jitter = membrane_noise(p, self.recipe.noise, trial.n_steps, self.rng)
        signals = _kernel.Signals(inputs=trial.inputs, targets=targets, jitter=jitter)
        with blas_threads(2 * self.network.trained_neurons.size):
            n_spikes = _kernel.train(
                self.wiring, self.dynamics, self.rls.state, signals, learn, forced, outputs
            )
        return outputs, n_spikes / (p.n_neurons * trial.duration)

    def _mean_powers(self):
        """Mean power of factors and of outputs a step, over all trials.

        Errors are divided by it, never by the power of a single trial: that may ask for
        nothing.
        """
        n, squares = self.network.n_factors, {}
        counted = {id(trial): trial.counted for trial in self.trials}
        for name, target in self.targets.items():
            target = target if counted[name] is None else target[counted[name]]
            squares[name] = np.array([np.sum(target[:, :n] ** 2), np.sum(target[:, n:] ** 2)])
        total = sum(squares[id(trial)] for trial in self.trials)
        power = total / sum(map(_n_counted, self.trials))
        return np.where(power > 0, power, 1.0)

    def trained_network(self):
        """The network with the weights learned so far."""
        weights, n = self.rls.weights, self.network.n_factors
        return replace(self.network, factor_weights=weights[:n], output_weights=weights[n:])

    def state(self):
        """See `spikelib.loop`."""
        arrays = {f"rls_{name}": getattr(self.rls.state, name) for name in _KEPT}
        arrays |= {f"network_{name}": x for name, x in self.dynamics._asdict().items()}
        return arrays | {"generator": _checkpoint.pack_generator(self.rng)}

    def restore(self, state):
        """See `spikelib.loop`."""
        # Any state has arrays of the right shape.
        self.dynamics = SpikingState.random(self.network, rng=np.random.default_rng(0)).dynamics()
        mine = {f"network_{name}": x for name, x in self.dynamics._asdict().items()}
        mine |= {f"rls_{name}": getattr(self.rls.state, name) for name in _KEPT}
        _checkpoint.fill(mine, state, mine)
        _checkpoint.unpack_generator(self.rng, state["generator"])

    def identity(self):
        """See `spikelib.loop`."""
        network = self.network
        return {
            "parameters": network.parameters,
            "encoder": network.encoder,
            "input weights": network.input_weights,
            "fixed synapses": [network.slow_weights, network.fast_weights],
            "mean current": network.mean_current,
            "trained neurons": network.trained_neurons,
            "trials": self.trials,
            "recipe": self.recipe,
            "starting generator": self._start,
        }


def _n_counted(trial):
    """Number of steps that count."""
    return trial.n_steps if trial.counted is None else np.count_nonzero(trial.counted)
