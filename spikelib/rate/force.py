"""Rate networks trained to make an output themselves: FORCE and full-FORCE.

The output is z = w tanh(x); see `spikelib.rate.network` for the equations of the network.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checkpoint, _checks, loop
from spikelib.least_squares.rls import RecursiveLeastSquares
from spikelib.rate._driving import advance, shown
from spikelib.rate.network import check_trials
from spikelib.results import Trained

__all__ = ["TrainedRate", "run_rate", "train_force", "train_full_force"]


@_checks.takes(network="RateNetwork", trial="Trial")
def run_rate(network, trial, *, rng=None, state=None):
    """Let a trained network run on its own: its output feeds back, nothing else drives it.

    Parameters
    ----------
    network : RateNetwork
        With a `readout`.
    trial : Trial
        Only its inputs are used.
    rng : numpy.random.Generator, optional
        For the starting state, where `state` is not given.
    state : ndarray, shape (Ñ,), optional
        x at the start.

    Returns
    -------
    outputs : ndarray, shape (T, n_outputs)
        z.
    state : ndarray, shape (Ñ,)
        x at the end.
    """
    if network.readout is None:
        raise ValueError("network: expected a trained network with a readout, got one without")
    check_trials(network, [trial])
    if state is None:
        state = network.random_state(rng)
    x = _checks.array("state", state, ("n_units",), (network.parameters.n_units,))
    decay = np.exp(-network.parameters.dt / network.parameters.tau)
    outputs = np.empty((trial.n_steps, network.n_outputs))
    for t, f_in in enumerate(trial.inputs):
        rates = np.tanh(x)
        outputs[t] = network.readout @ rates
        x_inf = (
            network.recurrent_weights @ rates
            + network.output_weights @ outputs[t]
            + network.input_weights @ f_in
        )
        x = x_inf + (x - x_inf) * decay
    return outputs, x


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedRate(Trained):
    """A trained rate network and how its training went.

    Parameters
    ----------
    network : RateNetwork
        With a readout.
    log : TrainingLog
        With the column ``output_nmse``: error of each training trial, before each update,
        over the mean power of all trials.
    state : ndarray, shape (Ñ,)
        x at the end of training.
    """

    state: np.ndarray

    @property
    def output_nmse(self):
        """The old place of ``log.output_nmse``."""
        warnings.warn(
            "TrainedRate.output_nmse is now log.output_nmse; the old place goes with the next "
            "version", DeprecationWarning, stacklevel=2,
        )
        return self.log.output_nmse


@_checks.takes(network="RateNetwork")
def train_force(network, trials, *, rng, update_probability=0.5, prior=1.0, checkpoint=None,
                progress=None):
    """FORCE: learn the readout while its output is fed back through ũ_out.

    z = w tanh(x); RLS on w with the error z - f_out, at each step with probability
    `update_probability`.

    Parameters
    ----------
    network : RateNetwork
    trials : sequence of Trial
    rng : numpy.random.Generator
    update_probability : float
    prior : float
        P at the start is this times the identity.
    checkpoint : path, optional
        As for `spikelib.loop.run`.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    TrainedRate

    Raises
    ------
    DivergedError
        The output is no longer finite, or beyond all bounds.

    References
    ----------
    Sussillo & Abbott (2009), Neuron 63, 544.
    """
    learner = _FORCE(network, trials, rng, update_probability, prior)
    log = loop.run(
        learner, len(learner.trials), checkpoint=checkpoint, progress=progress, name="FORCE"
    )
    trained = replace(network, readout=learner.fit.weights)
    return TrainedRate(network=trained, log=log, state=learner.x)


@_checks.takes(network="RateNetwork")
def train_full_force(network, trials, *, rng, update_probability=0.5, prior=1.0, checkpoint=None,
                     progress=None):
    """full-FORCE: learn recurrent weights that replace the target output's drive.

    A driven copy of the network gives targets f_J = J̃ tanh(x̃) + ũ_out f_out; RLS
    finds weights J with J tanh(x) = f_J, and a readout w with w tanh(x) = f_out.
    The trained network has no output feedback: its ũ_out is zero.

    Parameters and returns as for `train_force`.

    References
    ----------
    DePasquale, Cueva, Rajan, Escola & Abbott (2018), PLoS ONE 13, e0191527.
    """
    learner = _FullFORCE(network, trials, rng, update_probability, prior)
    log = loop.run(
        learner, len(learner.trials), checkpoint=checkpoint, progress=progress, name="full-FORCE"
    )
    n = network.parameters.n_units
    trained = replace(
        network, recurrent_weights=learner.fit.weights[:n], readout=learner.fit.weights[n:],
        output_weights=np.zeros_like(network.output_weights), hint_weights=None,
    )
    return TrainedRate(network=trained, log=log, state=learner.x)


class _FORCE:
    """A rate network that is fed its own readout, and RLS on the readout."""

    def __init__(self, network, trials, rng, update_probability, prior):
        self.network, self.trials = network, check_trials(network, trials)
        self.rng = _checks.generator(rng)
        self.probability = _checks.number(
            "update_probability", update_probability, above=0, at_most=1
        )
        self.prior, self._start = prior, _checkpoint.pack_generator(rng)
        self.fit = self._new_fit()
        self.x = network.random_state(rng)
        power = sum(np.sum(trial.outputs**2) for trial in self.trials)
        self.power = power / sum(trial.n_steps for trial in self.trials) or 1.0

    def _new_fit(self):
        n = self.network.parameters.n_units
        return RecursiveLeastSquares(n, self.network.n_outputs, prior=self.prior)

    def trial(self, index):
        """One trial in closed loop; see `spikelib.loop`."""
        network, trial = self.network, self.trials[index]
        n_out, decay = network.n_outputs, np.exp(-network.parameters.dt / network.parameters.tau)
        learn = self.rng.random(trial.n_steps) < self.probability
        targets = self._targets(trial)
        outputs, x = np.empty_like(trial.outputs), self.x
        rates = np.tanh(x)
        for t, f_in in enumerate(trial.inputs):
            made = self.fit.weights @ rates
            outputs[t] = made[-n_out:]
            x_inf = self._recurrent(rates, made) + network.input_weights @ f_in
            if learn[t]:
                self.fit.update(rates, targets[t])
            x = x_inf + (x - x_inf) * decay
            rates = np.tanh(x)
        self.x = x
        error = np.sum((outputs - trial.outputs) ** 2)
        return {"output_nmse": error / (self.power * trial.n_steps)}

    def _targets(self, trial):
        """What the rows of the recursion are to make, (T, rows)."""
        return trial.outputs

    def _recurrent(self, rates, made):
        """f_J, where the recursion has made `made`."""
        return self.network.recurrent_weights @ rates + self.network.output_weights @ made

    def state(self):
        return {
            "x": self.x, "weights": self.fit.weights, "P": self.fit.P,
            "generator": _checkpoint.pack_generator(self.rng),
        }

    def restore(self, state):
        mine = {"x": self.x, "weights": self.fit.weights, "P": self.fit.P}
        _checkpoint.fill(mine, state, mine)
        _checkpoint.unpack_generator(self.rng, state["generator"])

    def identity(self):
        return {
            "network": self.network, "trials": self.trials,
            "update probability and prior": [self.probability, self.prior],
            "starting generator": self._start,
        }


class _FullFORCE(_FORCE):
    """The same with RLS on the recurrent weights too; a driven copy gives their targets."""

    def __init__(self, network, trials, rng, update_probability, prior):
        start = _checkpoint.pack_generator(_checks.generator(rng))
        self.driven = network.random_state(rng)
        super().__init__(network, trials, rng, update_probability, prior)
        self._start = start

    def _new_fit(self):
        n = self.network.parameters.n_units
        fit = RecursiveLeastSquares(n, n + self.network.n_outputs, prior=self.prior)
        fit.weights[:n] = self.network.recurrent_weights
        return fit

    def _targets(self, trial):
        state = self.driven[None].copy()
        currents = advance(
            self.network, trial.inputs[:, None], shown(self.network, trial)[:, None], state
        )[:, 0]
        self.driven = state[0]
        return np.hstack([currents, trial.outputs])

    def _recurrent(self, rates, made):
        return made[: self.network.parameters.n_units]

    def state(self):
        return super().state() | {"driven": self.driven}

    def restore(self, state):
        super().restore(state)
        _checkpoint.fill({"driven": self.driven}, state, ["driven"])
