"""Rate networks trained to make an output themselves: FORCE and full-FORCE.

The output is z = w tanh(x); see `spikelib.rate.network` for the equations of the network.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib._progress import bar
from spikelib.errors import DivergedError
from spikelib.least_squares.rls import RecursiveLeastSquares
from spikelib.metrics import nmse
from spikelib.rate._driving import advance, shown
from spikelib.rate.network import RateNetwork, check_trials

__all__ = ["TrainedRate", "run_rate", "train_force", "train_full_force"]


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
class TrainedRate:
    """A trained rate network and how its training went.

    Parameters
    ----------
    network : RateNetwork
        With a readout.
    output_nmse : ndarray, shape (n_trials,)
        Error of the output of each training trial, before each update.
    state : ndarray, shape (Ñ,)
        x at the end of training.
    """

    network: RateNetwork
    output_nmse: np.ndarray
    state: np.ndarray


def train_force(network, trials, *, rng, update_probability=0.5, prior=1.0, progress=None):
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
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    TrainedRate

    Raises
    ------
    DivergedError
        The output is no longer finite.

    References
    ----------
    Sussillo & Abbott (2009), Neuron 63, 544.
    """
    return _train(network, trials, rng, update_probability, prior, progress, "FORCE", None)


def train_full_force(network, trials, *, rng, update_probability=0.5, prior=1.0, progress=None):
    """full-FORCE: learn recurrent weights that replace the target output's drive.

    A driven copy of the network gives targets f_J = J̃ tanh(x̃) + ũ_out f_out; RLS
    finds weights J with J tanh(x) = f_J, and a readout w with w tanh(x) = f_out.
    The trained network has no output feedback: its ũ_out is zero.

    Parameters and returns as for `train_force`.

    References
    ----------
    DePasquale, Cueva, Rajan, Escola & Abbott (2018), PLoS ONE 13, e0191527.
    """
    state = network.random_state(rng)
    return _train(network, trials, rng, update_probability, prior, progress, "full-FORCE", state)


def _train(network, trials, rng, update_probability, prior, progress, name, teacher):
    """FORCE where `teacher` is None, full-FORCE where it is the state of the teacher."""
    trials = check_trials(network, trials)
    _checks.generator(rng)
    _checks.number("update_probability", update_probability, above=0, at_most=1)
    n, n_out = network.parameters.n_units, network.n_outputs
    decay = np.exp(-network.parameters.dt / network.parameters.tau)
    full = teacher is not None
    fit = RecursiveLeastSquares(n, n + n_out if full else n_out, prior=prior)
    if full:
        fit.weights[:n] = network.recurrent_weights
    x = network.random_state(rng)
    rates = np.tanh(x)
    errors = []
    for index, trial in enumerate(bar(trials, show=progress, desc=name, unit="trial")):
        learn = rng.random(trial.n_steps) < update_probability
        if full:
            teacher = teacher[None].copy()
            targets = advance(
                network, trial.inputs[:, None], shown(network, trial)[:, None], teacher
            )[:, 0]
            teacher = teacher[0]
        outputs = np.empty_like(trial.outputs)
        for t, f_in in enumerate(trial.inputs):
            made = fit.weights @ rates
            if full:
                f_J = made[:n]
            else:
                f_J = network.recurrent_weights @ rates + network.output_weights @ made
            outputs[t] = made[-n_out:]
            x_inf = f_J + network.input_weights @ f_in
            if learn[t]:
                f_out = trial.outputs[t]
                fit.update(rates, np.concatenate([targets[t], f_out]) if full else f_out)
            x = x_inf + (x - x_inf) * decay
            rates = np.tanh(x)
        if not np.isfinite(outputs).all():
            raise DivergedError(f"{name}: the output is not finite in trial {index}", trial=index)
        errors.append(nmse(outputs, trial.outputs))
    changes = {"readout": fit.weights[-n_out:]}
    if full:
        changes["recurrent_weights"] = fit.weights[:n]
        changes["output_weights"] = np.zeros_like(network.output_weights)
        changes["hint_weights"] = None
    return TrainedRate(
        network=replace(network, **changes), output_nmse=np.array(errors), state=x
    )
