"""The network that the reader trains: the page and the library make the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

import spikelib
from spikelib.spiking.encoder import draw_encoder
from spikelib.spiking.state import SpikingState
from spikelib.training.recipe import RLSRecipe
from spikelib.training.training import RLSLearner
from tests.book.widgets import run_script

UNITS, N, P, T, PRIOR, GAIN = 40, 60, 6, 300, 0.1, 10.0


@pytest.fixture(scope="module")
def given():
    """A task and everything random, for both sides."""
    rng = np.random.default_rng(5)
    times = np.arange(T) / T
    outputs = 0.6 * np.sin(2 * np.pi * times) + 0.4 * np.sin(6 * np.pi * times)
    inputs = np.where(np.arange(T) < 50, 0.5, 0.0)
    teacher = spikelib.RateNetwork.draw(
        spikelib.RateParameters(n_units=UNITS), n_inputs=1, n_outputs=1, rng=rng)
    return {
        "outputs": outputs, "inputs": inputs, "teacher": teacher,
        "start": rng.standard_normal(UNITS), "spread": rng.standard_normal((N, UNITS)),
        "voltage": rng.uniform(-10, 0, N), "learn": rng.random((3, T)) < 0.4,
    }


@pytest.fixture(scope="module")
def there(given, tmp_path_factory):
    """What the page makes of it."""
    teacher = given["teacher"]
    draws = {
        "recurrent": teacher.recurrent_weights, "output": teacher.output_weights,
        "input": teacher.input_weights, "start": given["start"], "spread": given["spread"],
    }
    script = """
        const array = (values) => Float64Array.from(values);
        const own = Object.fromEntries(Object.entries(draws).map(([k, v]) => [k, array(v)]));
        const sizes = { outputs: array(outputs), inputs: array(inputs), n_steps, n_outputs: 1,
          n_units, n_neurons, n_trained: n_neurons, n_factors, encoder_gain };
        const prepared = prepare({ ...sizes, draws: own });
        const model = new LearningModel(networkData(prepared, sizes), prepared.factors, prior);
        model.voltage.set(array(voltage));
        model.trial(null, true);
        const first = model.trial(Uint8Array.from(learn[0]));
        const others = [1, 2].map((k) => model.trial(Uint8Array.from(learn[k])));
        const plain = (names) => names.map((name) => [name, Array.from(prepared[name])]);
        const result = {
          ...Object.fromEntries(plain(["currents", "shares", "factors", "encoder", "mean"])),
          spikes: first.spikes, last: Array.from(others[1].outputs),
          weights: Array.from(model.weights()), settled: prepared.settled };
    """
    return run_script(
        tmp_path_factory.mktemp("trainer"), "trainer.js", script, n_steps=T, n_units=UNITS,
        n_neurons=N, n_factors=P, encoder_gain=GAIN, prior=PRIOR,
        outputs=given["outputs"].tolist(), inputs=given["inputs"].tolist(),
        draws={name: np.ravel(values).tolist() for name, values in draws.items()},
        voltage=given["voltage"].tolist(), learn=given["learn"].astype(int).tolist(),
    )


@pytest.fixture(scope="module")
def here(given):
    """What the library makes of it."""
    trial = spikelib.Trial(
        inputs=given["inputs"][:, None], outputs=given["outputs"][:, None], dt=0.001)
    currents = spikelib.drive(
        given["teacher"], [trial], rng=np.random.default_rng(0), n_settle=29)[-1]
    factors = spikelib.principal_components([currents], n_factors=P)

    class Given:  # a generator that draws what the page was given
        def standard_normal(self, shape):
            assert shape == (N, UNITS)
            return given["spread"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("spikelib._checks.generator", lambda rng: rng)
        U = draw_encoder(N, UNITS, gain=GAIN, rng=Given())
    y = factors.project(currents)
    encoder = U @ factors.components
    network = spikelib.SpikingNetwork(
        parameters=spikelib.SpikingParameters(n_neurons=N, trained_fraction=1.0),
        encoder=encoder, input_weights=U @ given["teacher"].input_weights,
        mean_current=encoder @ y.mean(axis=0), trained_neurons=np.arange(N),
        factor_weights=np.zeros((P, 2 * N)), output_weights=np.zeros((1, 2 * N)))
    trial = spikelib.Trial(
        inputs=trial.inputs, outputs=trial.outputs, factors=y, dt=0.001)
    rng = np.random.default_rng(0)
    learner = RLSLearner(network, [trial] * 3, RLSRecipe(prior=PRIOR), rng)
    state = SpikingState.at_rest(network, rng=rng)
    state.voltage[:] = given["voltage"]
    learner.dynamics = state.dynamics()
    learner._run(trial, np.zeros(T, bool), forced=True)
    outputs = [learner._run(trial, learn)[0] for learn in given["learn"]]
    return {"currents": currents, "factors": y, "encoder": encoder, "last": outputs[-1][:, P:],
            "variances": factors.variances, "weights": learner.rls.weights,
            "mean": network.mean_current}


def test_teacher_and_components_agree(there, here):
    assert there["settled"]
    assert np.reshape(there["currents"], (T, UNITS)) == pytest.approx(here["currents"], abs=1e-8)
    shares = here["variances"] / here["variances"].sum()
    assert there["shares"] == pytest.approx(shares, abs=1e-9)
    # The sign of a component is arbitrary: encoder and factor turn together.
    made = np.reshape(there["factors"], (T, P)) @ np.reshape(there["encoder"], (P, N))
    assert made == pytest.approx(here["factors"] @ here["encoder"].T, abs=1e-6)
    assert there["mean"] == pytest.approx(here["mean"], abs=1e-6)


def test_what_is_learned_in_three_trials_agrees(there, here):
    signs = np.sign(np.sum(
        np.reshape(there["factors"], (T, P)) * here["factors"], axis=0))
    weights = np.reshape(there["weights"], (2 * N, P + 1)).T * np.append(signs, 1)[:, None]
    scale = np.abs(here["weights"]).max()
    assert weights / scale == pytest.approx(here["weights"] / scale, abs=1e-6)
    assert there["last"] == pytest.approx(here["last"].ravel(), abs=1e-6)


def test_a_drawn_curve_is_learned_in_the_page(tmp_path):
    script = """
        const target = toTarget(sampled(PRESETS["four sines"]), 1000);
        const job = { target, n_neurons: 100, n_factors: 12, restarts: true, n_trials: 25,
          seed: 3 };
        const stages = [], errors = [];
        let done = null;
        for (const message of school(job)) {
          if (stages.at(-1) !== message.stage) stages.push(message.stage);
          if (message.stage === "trial") errors.push(message.nmse);
          if (message.stage === "done") done = message;
        }
        const flat = toTarget(new Float64Array(POINTS), 1000);
        const result = { stages, errors, tested: done.errors, top: Math.max(...target),
          jump: Math.abs(target[0] - target[999]), flat: Math.max(...flat) };
    """
    result = run_script(tmp_path, "trainer.js", script)
    assert result["stages"] == ["teacher", "components", "trial", "test", "done"]
    assert len(result["errors"]) == 25 and len(result["tested"]) == 3
    assert max(result["tested"]) < 0.5, "it finds the curve from every start"
    assert result["top"] <= 1 and result["jump"] < 0.1 and result["flat"] == 0
