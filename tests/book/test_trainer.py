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
TAU_SLOW = 0.05  # of the page, in seconds


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
        given["teacher"], [trial], rng=np.random.default_rng(0), n_settle=39)[-1]
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
        parameters=spikelib.SpikingParameters(
            n_neurons=N, trained_fraction=1.0, tau_slow=TAU_SLOW),
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
    largest = np.abs(here["currents"]).max()
    currents = np.reshape(there["currents"], (T, UNITS))
    assert currents == pytest.approx(here["currents"], abs=1e-9 * largest)
    shares = here["variances"] / here["variances"].sum()
    assert there["shares"] == pytest.approx(shares, abs=1e-9)
    # The sign of a component is arbitrary: encoder and factor turn together.
    made = np.reshape(there["factors"], (T, P)) @ np.reshape(there["encoder"], (P, N))
    assert made == pytest.approx(here["factors"] @ here["encoder"].T, abs=1e-8)
    assert there["mean"] == pytest.approx(here["mean"], abs=1e-8)


def test_what_is_learned_in_three_trials_agrees(there, here):
    signs = np.sign(np.sum(
        np.reshape(there["factors"], (T, P)) * here["factors"], axis=0))
    weights = np.reshape(there["weights"], (2 * N, P + 1)).T * np.append(signs, 1)[:, None]
    scale = np.abs(here["weights"]).max()
    assert weights / scale == pytest.approx(here["weights"] / scale, abs=1e-9)
    assert there["last"] == pytest.approx(here["last"].ravel(), abs=1e-8)


SCHOOL = """
    const schooled = (job) => {
      const stages = [], errors = [];
      let done = null;
      for (const message of school(job)) {
        if (stages.at(-1) !== message.stage) stages.push(message.stage);
        if (message.stage === "trial") errors.push(message.nmse);
        if (message.stage === "done") done = message;
      }
      return { stages, errors, done };
    };
"""


def test_a_drawn_curve_is_learned_in_the_page(tmp_path):
    script = SCHOOL + """
        const target = toTarget(scaled(LIBRARY_TASKS.osc4.curve), 1000);
        const { stages, errors, done } = schooled({ target, n_neurons: 100, n_factors: 12,
          restarts: true, n_trials: 25, seed: 3 });
        const flat = toTarget(new Float64Array(POINTS), 1000);
        const result = { stages, errors, tested: done.errors, top: Math.max(...target),
          jump: Math.abs(target[0] - target[999]), flat: Math.max(...flat), missed: done.missed };
    """
    result = run_script(tmp_path, "trainer.js", script)
    assert result["stages"] == ["teacher", "components", "trial", "test", "done"]
    assert len(result["errors"]) == 25 and len(result["tested"]) == 3
    assert max(result["tested"]) < 0.3, "it finds the curve from every start"
    assert result["top"] <= 1 and result["jump"] < 0.1 and result["flat"] == 0
    assert 0 < result["missed"] < 0.01


def test_training_ends_early_where_the_network_keeps_the_pattern_by_itself(tmp_path):
    script = SCHOOL + """
        const target = toTarget(scaled(LIBRARY_TASKS.sine.curve), 500);
        const { errors, done } = schooled({ target, n_neurons: 100, n_factors: 6, restarts: true,
          n_trials: 400, seed: 1 });
        const result = { trials: errors.length, tested: done.errors };
    """
    result = run_script(tmp_path, "trainer.js", script)
    assert result["trials"] in (60, 80, 100) and max(result["tested"]) <= 0.02


def test_the_shelf_holds_the_tasks_of_the_library(tmp_path):
    script = """
        const result = {};
        for (const [name, { curve, outputs, seconds = 1 }] of Object.entries(LIBRARY_TASKS)) {
          result[name] = { outputs, seconds, values: Array.from(scaled(curve, outputs)) };
        }
    """
    shelf = run_script(tmp_path, "trainer.js", script)
    assert len(shelf) >= 7
    for name, one in shelf.items():
        task = spikelib.tasks.LIBRARY[name]()
        trial = task.draw(np.random.default_rng(0))
        assert trial.outputs.shape[1] == one["outputs"]
        assert trial.n_steps * trial.dt == pytest.approx(one["seconds"])
        assert trial.inputs.max() == 0.5 and (trial.inputs > 0).sum() == 50
        values = np.reshape(one["values"], (100, -1))
        expected = trial.outputs[:: trial.n_steps // 100]
        expected = expected / np.abs(expected).max()
        # handwriting: another spline through the same points
        assert values == pytest.approx(expected, abs=0.06 if name == "handwriting" else 1e-9), name


def test_a_pattern_without_a_pulse_is_judged_where_it_fits_best(tmp_path):
    script = """
        const one = (_, t) => Math.sin(2 * Math.PI * t / 200);
        const target = Float64Array.from({ length: 200 }, one);
        const late = target.map((_, t) => target[(t + 30) % 200]);
        const result = [nmse(late, target, 1, false), nmse(late, target, 1, true)];
    """
    there, moved = run_script(tmp_path, "trainer.js", script)
    assert there == pytest.approx(4 * np.sin(np.pi * 30 / 200) ** 2, rel=1e-6) and moved < 1e-12


@pytest.mark.parametrize(("found", "job", "limit", "step"), [
    ({}, {}, "none", None),
    ({"errors": [0.5], "settled": False}, {}, "teacher", "again"),
    ({"errors": [0.5], "missed": 0.03}, {}, "factors", "factors"),
    ({"errors": [0.5], "learning": [0.4, 0.2, 0.1, 0.05]}, {}, "trials", "trials"),
    ({"errors": [0.5], "learning": [0.1, 0.05, 0.05, 0.05]}, {}, "trials", "trials"),
    ({"errors": [0.5], "learning": [0.05] * 80}, {}, "neurons", "neurons"),
    ({"errors": [0.5]}, {}, "loop", "trials"),
    ({"errors": [0.5]}, {"restarts": False}, "loop", "restarts"),
    ({"errors": [0.5]}, {"n_trials": 400, "n_neurons": 300}, "loop", "again"),
])
def test_the_stage_that_limits_is_named_with_a_next_step(tmp_path, found, job, limit, step):
    found = {"errors": [0.01, 0.015], "learning": [0.01] * 80, "missed": 0.001,
             "settled": True} | found
    job = {"n_neurons": 200, "n_factors": 12, "n_trials": 200, "restarts": True} | job
    script = "const result = diagnose(found, job, MOST);"
    result = run_script(tmp_path, "trainer.js", script, found=found, job=job)
    assert result["limit"] == limit
    assert (result["step"] or {"name": None})["name"] == step


def test_a_stroke_of_the_finger_becomes_a_closed_line_at_constant_speed(tmp_path):
    script = """
        const result = Array.from(evenly([[0, 0], [1, 0], [1, 1], [0.9, 1], [0, 1]], 100));
    """
    points = np.reshape(run_script(tmp_path, "trainer.js", script), (100, 2))
    steps = np.linalg.norm(np.diff(np.vstack([points, points[:1]]), axis=0), axis=1)
    assert steps == pytest.approx(0.04, abs=1e-9)
