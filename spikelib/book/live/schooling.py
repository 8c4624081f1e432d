"""What the trainer in the page does, with the library: from a pattern to a tested network."""

import dataclasses

import numpy as np

from spikelib.components import principal_components
from spikelib.metrics import nmse
from spikelib.rate.network import RateNetwork, RateParameters, drive
from spikelib.spiking.network import SpikingNetwork, SpikingParameters
from spikelib.spiking.simulation import Runner
from spikelib.spiking.state import SpikingState
from spikelib.tasks.trials import Trial
from spikelib.training.demeaning import mean_current
from spikelib.training.recipe import RLSRecipe
from spikelib.training.training import RLSLearner

#: The numbers of ``js/schooling.js``; a test compares them.
SIZES = {"n_units": 150, "n_factors": 12, "encoder_gain": 30.0}
TAU_SLOW, GOAL = 0.05, 0.02
_PULSE, _HEIGHT = 50, 0.5
_CHANCE, _EVERY, _TEACHERS = 0.3, 5, 5
_STARTS, _TESTED, _SKIPPED = 3, 20, 3
_CHECK_FROM, _CHECK_EVERY, _CHECKED, _SAFELY = 60, 20, 8, 0.6
_SETTLED = 1e-6


class _Watched(RLSLearner):
    """A learner that keeps what came out in its last trial."""

    def _run(self, trial, learn, *, forced=False):
        self.made, rate = super()._run(trial, learn, forced=forced)
        return self.made, rate


def school(job):
    """Train a network on a pattern, a message for each thing that is made.

    Parameters
    ----------
    job : dict
        As the page has it: ``target`` (T · n_outputs), ``n_outputs``, ``pulsed``, ``n_neurons``,
        ``n_factors``, ``restarts``, ``n_trials`` (the most) and ``seed``.

    Yields
    ------
    dict
        With ``stage``: teacher, components, trial, test, and at last done, with ``network``,
        ``trial`` and ``state``.
    """
    rng = np.random.default_rng(job["seed"])
    outputs = np.reshape(np.asarray(job["target"], float), (-1, job["n_outputs"]))
    inputs = np.zeros((len(outputs), 1))
    inputs[:_PULSE] = _HEIGHT * job["pulsed"]
    trial = Trial(inputs=inputs, outputs=outputs, dt=0.001)

    n_units = min(SIZES["n_units"], job["n_neurons"])
    for _ in range(_TEACHERS):
        teacher = RateNetwork.draw(
            RateParameters(n_units=n_units), n_inputs=1, n_outputs=trial.n_outputs, rng=rng)
        before, currents = drive(teacher, [trial] * 2, n_settle=30, rng=rng)
        settled = bool(np.abs(currents - before).max() < _SETTLED)
        if settled:
            break
    yield {"stage": "teacher", "currents": currents[:, :6].T.tolist(), "settled": settled}

    factors = principal_components([currents], n_factors=min(job["n_factors"], n_units))
    taught = dataclasses.replace(trial, factors=factors.project(currents))
    missed = _missed(taught.factors, outputs)
    shares = factors.variances / factors.variances.sum()
    yield {"stage": "components", "shares": shares[:30].tolist(),
           "n_factors": factors.components.shape[1], "missed": missed}

    parameters = SpikingParameters(
        n_neurons=job["n_neurons"], trained_fraction=1.0, tau_slow=TAU_SLOW,
        encoder_gain=SIZES["encoder_gain"])
    network = SpikingNetwork.draw(parameters, factors, teacher, rng=rng)
    network = mean_current(network, [taught], n_settle=0, rng=rng, progress=False)
    recipe = RLSRecipe(
        n_settle=1, update_probability=_CHANCE,
        restart_every=_EVERY if job["restarts"] else None)
    learner = _Watched(network, [taught] * job["n_trials"], recipe, rng)
    learning = []
    for index in range(job["n_trials"]):
        learning.append(float(learner.trial(index)["output_nmse"]))
        yield {"stage": "trial", "number": index + 1, "of": job["n_trials"],
               "nmse": learning[-1],
               "outputs": learner.made[:, -trial.n_outputs:].ravel().tolist()}
        looks = index + 1 >= _CHECK_FROM and (index + 1) % _CHECK_EVERY == 0
        if looks and all(
            frozen_error(learner.trained_network(), trial, _CHECKED, job["pulsed"], rng)[0]
            <= _SAFELY * GOAL for _ in range(2)
        ):
            break

    network, errors = learner.trained_network(), []
    for start in range(_STARTS):
        error, state = frozen_error(network, trial, _TESTED, job["pulsed"], rng)
        errors.append(error)
        yield {"stage": "test", "start": start + 1, "of": _STARTS, "nmse": error}
    yield {"stage": "done", "errors": errors, "learning": learning, "missed": missed,
           "settled": settled, "pulsed": job["pulsed"], "network": network, "trial": trial,
           "state": state}


def frozen_error(network, trial, n_trials, pulsed, rng):
    """Mean error over `n_trials` trials from a random start, the first left out; the last state.

    Where no pulse marks the time, each trial is judged where it fits best along the round.
    """
    runner, state, errors = Runner(network), SpikingState.random(network, rng=rng), []
    for index in range(n_trials):
        run = runner.run(trial, state)
        state = run.state
        if index >= _SKIPPED:
            shifts = [0] if pulsed else range(trial.n_steps)
            errors.append(min(
                nmse(np.roll(run.outputs, -shift, axis=0), trial.outputs) for shift in shifts))
    return float(np.mean(errors)), state


def _missed(factors, outputs):
    """Part of the outputs' power that the best readout of the factors misses."""
    readout = np.linalg.lstsq(factors, outputs, rcond=None)[0]
    return float(nmse(factors @ readout, outputs))
