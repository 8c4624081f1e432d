"""One suite for all versions of the method: textbook NumPy, compiled, and the page's JavaScript.

Each version gets a network, three trials and the steps at which to learn, and says which neurons
spiked in the first trial, what came out in each, and which weights were learned.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import spikelib
from spikelib.book.live._base import pack
from spikelib.spiking.simulation import Runner
from spikelib.spiking.state import SpikingState
from spikelib.training import textbook
from spikelib.training.recipe import RLSRecipe
from spikelib.training.training import RLSLearner
from tests.book.widgets import run_script

N_TRIALS = 3


@dataclasses.dataclass(frozen=True, kw_only=True)
class Case:
    """What a version of the method is given; everything else is drawn from `seed`."""

    n_neurons: int
    n_factors: int
    n_outputs: int = 1
    trained_fraction: float = 1.0
    tau_slow: float = 0.1
    prior: float = 0.1
    chance: float = 0.4
    n_steps: int = 300
    seed: int = 0


CASES = {
    "small": Case(n_neurons=30, n_factors=3),
    "two outputs": Case(n_neurons=60, n_factors=6, n_outputs=2, tau_slow=0.05, seed=1),
    "some neurons trained": Case(n_neurons=80, n_factors=5, trained_fraction=0.4, seed=2),
    "every step learned": Case(n_neurons=60, n_factors=4, chance=1.1, seed=3),
    "hardly ever learned": Case(n_neurons=60, n_factors=4, chance=0.02, seed=4),
    "weak prior": Case(n_neurons=60, n_factors=4, prior=1.0, seed=5),
    "as the page trains": Case(
        n_neurons=200, n_factors=12, tau_slow=0.05, prior=0.05, chance=0.3, n_steps=500, seed=6),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Given:
    """A case with everything in it."""

    case: Case
    network: spikelib.SpikingNetwork
    trial: spikelib.Trial
    voltage: np.ndarray
    learn: np.ndarray


def drawn(case):
    rng = np.random.default_rng(case.seed)
    n, P = case.n_neurons, case.n_factors
    times = np.arange(case.n_steps) / case.n_steps
    phases = rng.uniform(0, 2 * np.pi, P + case.n_outputs)
    waves = np.sin(2 * np.pi * times[:, None] * (1 + np.arange(phases.size) % 4) + phases)
    parameters = spikelib.SpikingParameters(
        n_neurons=n, trained_fraction=case.trained_fraction, tau_slow=case.tau_slow)
    network = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=4 * rng.standard_normal((n, P)) / np.sqrt(P),
        input_weights=rng.standard_normal((n, 1)), n_outputs=case.n_outputs, rng=rng)
    network = dataclasses.replace(network, mean_current=rng.normal(-3, 1, n))
    trial = spikelib.Trial(
        inputs=np.where(times < 0.1, 0.5, 0.0)[:, None], outputs=waves[:, P:],
        factors=waves[:, :P], dt=0.001)
    return Given(
        case=case, network=network, trial=trial, voltage=rng.uniform(-10, 0, n),
        learn=rng.random((N_TRIALS, case.n_steps)) < case.chance)


def started(given):
    state = SpikingState.at_rest(given.network, rng=np.random.default_rng(0))
    state.voltage[:] = given.voltage
    return state


def by_textbook(given, tmp_path):
    state = started(given)
    fit = textbook.untrained_fit(given.network, prior=given.case.prior)
    spikes, made = [], []

    def stepped(*args, **options):
        voltage, now = lif_step(*args, **options)
        spikes.append(np.flatnonzero(now))
        return voltage, now

    lif_step = textbook.lif_step
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textbook, "lif_step", stepped)
        for learn in given.learn:
            made.append(textbook.train_trial(given.network, given.trial, state, fit, learn))
    first = [(t, int(j)) for t, now in enumerate(spikes[: given.case.n_steps]) for j in now]
    return {"spikes": first, "made": np.array(made), "weights": fit.weights}


def by_kernel(given, tmp_path):
    recipe = RLSRecipe(prior=given.case.prior)
    learner = RLSLearner(
        given.network, [given.trial] * N_TRIALS, recipe, np.random.default_rng(0))
    learner.dynamics = started(given).dynamics()
    made = [learner._run(given.trial, learn)[0] for learn in given.learn]
    weights = learner.rls.weights
    return {"spikes": spikes_of_kernel(given, recipe), "made": np.array(made), "weights": weights}


def spikes_of_kernel(given, recipe):
    """The first trial once more, a step at a time: whose voltage was just reset."""
    steps = [
        dataclasses.replace(
            given.trial, inputs=given.trial.inputs[t:t + 1], outputs=given.trial.outputs[t:t + 1],
            factors=given.trial.factors[t:t + 1])
        for t in range(given.case.n_steps)
    ]
    learner = RLSLearner(given.network, steps, recipe, np.random.default_rng(0))
    learner.dynamics = started(given).dynamics()
    reset = given.network.parameters.reset
    spikes = []
    for t, step in enumerate(steps):
        learner._run(step, given.learn[0, t:t + 1])
        spikes += [(t, int(j)) for j in np.flatnonzero(learner.dynamics.voltage == reset)]
    return spikes


PAGE = """
    const model = new LearningModel(data, Float64Array.from(factors), prior);
    const trials = learn.map((steps) => model.trial(Uint8Array.from(steps)));
    const outputs = trials.map((one) => Array.from(one.outputs));
    const result = { spikes: trials[0].spikes, outputs,
      weights: Array.from(model.weights()) };
"""


def by_page(given, tmp_path):
    network, trial, case = given.network, given.trial, given.case
    wires, n = Runner(network).wiring, case.n_neurons
    rows, n_trained = case.n_factors + case.n_outputs, network.trained_neurons.size
    data = {
        "numbers": {
            "n_neurons": n, "n_factors": case.n_factors, "n_inputs": 1, "seed": 1,
            "n_outputs": case.n_outputs, "n_rows": rows, "n_trained": n_trained,
            "n_steps": case.n_steps, "dt": 0.001, "membrane_decay": wires.membrane_decay,
            "slow_decay": wires.slow_decay, "fast_decay": wires.fast_decay,
            "inhibition_step": wires.inhibition_step, "threshold": wires.threshold,
            "reset_voltage": wires.reset,
        },
        "fixed": False, "encoder": pack(wires.encoder), "mean_current": pack(network.mean_current),
        "input_weights": pack(wires.input_weights),
        "readout": pack(np.zeros((2 * n_trained, rows))),
        "slot": pack(wires.slot, "i4"), "order": pack(np.arange(n), "i4"),
        "rows": pack(np.arange(n), "i4"), "inputs": pack(trial.inputs),
        "targets": pack(trial.outputs),
        "state": {
            name: pack(getattr(started(given), name))
            for name in ("voltage", "slow_current", "fast_current", "slow_trace", "fast_trace",
                         "feedback")
        } | {"inhibition": 0.0},
    }
    page = run_script(
        tmp_path, "trainer.js", PAGE, data=data, factors=trial.factors.ravel().tolist(),
        prior=case.prior, learn=given.learn.astype(int).tolist())
    outputs = np.reshape(page["outputs"], (N_TRIALS, case.n_steps, case.n_outputs))
    pairs = np.reshape(page["spikes"], (-1, 2)).tolist()
    return {"spikes": [tuple(pair) for pair in pairs], "made": outputs,
            "weights": np.reshape(page["weights"], (-1, rows)).T}


VERSIONS = {"compiled": by_kernel, "page": by_page}


@pytest.fixture(scope="module", params=CASES)
def reference(request):
    """A case, and what the textbook makes of it."""
    given = drawn(CASES[request.param])
    return given, by_textbook(given, None)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_makes_the_same_numbers(reference, version, tmp_path):
    given, expected = reference
    came = VERSIONS[version](given, tmp_path)
    assert len(expected["spikes"]) > 3 * given.case.n_neurons, "the case is a case"
    assert came["spikes"] == expected["spikes"], "spikes of the first training trial"
    outputs = expected["made"][:, :, -came["made"].shape[2]:]
    assert came["made"] == pytest.approx(outputs, abs=1e-9 * np.abs(outputs).max())
    scale = np.abs(expected["weights"]).max()
    assert np.abs(came["weights"] - expected["weights"]).max() <= 1e-9 * scale


def test_force_makes_the_same_numbers(tmp_path):
    """Three trials of FORCE: what the page computes, and `train_force`."""
    n, trial = 60, spikelib.osc4(duration=1.0).trials(1, rng=np.random.default_rng(0))[0]
    network = spikelib.RateNetwork.draw(
        spikelib.RateParameters(n_units=n), n_inputs=1, n_outputs=1, rng=np.random.default_rng(1))
    trained = spikelib.train_force(network, [trial] * N_TRIALS, rng=np.random.default_rng(2))
    rng = np.random.default_rng(2)
    start = network.random_state(rng)
    learn = rng.random((N_TRIALS, trial.n_steps)) < 0.5
    script = """
        const array = (values) => Float64Array.from(values);
        const model = new ForceModel({ n, recurrent: array(recurrent), output: array(output),
          input: array(input), start: array(start), decay });
        const made = learn.map((steps) => model.trial(array(targets), array(inputs), steps));
        const result = { readout: Array.from(model.readout), state: Array.from(model.state),
          errors: made.map((one) => nmse(one, array(targets), 1, false)) };
    """
    page = run_script(
        tmp_path, "force.js", script, n=n, decay=float(np.exp(-0.1)),
        recurrent=network.recurrent_weights.ravel().tolist(), start=start.tolist(),
        output=network.output_weights.ravel().tolist(),
        input=network.input_weights.ravel().tolist(), learn=learn.astype(int).tolist(),
        targets=trial.outputs.ravel().tolist(), inputs=trial.inputs.ravel().tolist())
    largest = np.abs(trained.network.readout).max()
    readout = np.array(page["readout"])
    assert np.abs(readout - trained.network.readout[0]).max() <= 1e-9 * largest
    assert page["state"] == pytest.approx(trained.state, abs=1e-8)
    assert page["errors"] == pytest.approx(trained.log.output_nmse, rel=1e-8)
