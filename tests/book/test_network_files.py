"""Networks go from the page to a file to the library, and back, and spike as before."""

from __future__ import annotations

import base64
import dataclasses
import zipfile

import numpy as np
import pytest

import spikelib
from spikelib.errors import SavedFileError
from spikelib.spiking.state import SpikingState
from tests.book.widgets import run_script

STEPS = 400
MADE = """
    const target = toTarget(scaled(SHELF["figure_of_eight: drawn in the plane"].curve, 2), 300, 2);
    const job = { target, n_outputs: 2, pulsed: true, n_neurons: 60, n_factors: 6, restarts: true,
      n_trials: 8, seed: 3 };
    let data = null;
    for (const message of school(job)) if (message.stage === "done") ({ data } = message);
    const bytes = toFile(data, SIZES.encoder_gain);
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    const run = record(new SpikingModel(data), STEPS);
    const again = await fromFile(bytes, () => { throw new Error("the file has a trial"); });
    const back = record(new SpikingModel(again), STEPS);
    const result = { file: btoa(text), ...run, back, outputs_asked: Array.from(target) };
"""
READ = """
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    let result;
    try {
      const data = await fromFile(bytes, (n_inputs, n_outputs) => ({
        inputs: Float64Array.from(inputs), outputs: new Float64Array(inputs.length * n_outputs) }));
      const model = new SpikingModel(data);
      model.strength = data.fixed ? 1 : 0;
      model.voltage.set(Float64Array.from(voltage));
      result = record(model, STEPS);
    } catch (error) {
      result = { error: error.message };
    }
"""


def read_in_page(tmp_path, path, *, inputs=(0.0,), voltage=(0.0,)):
    return run_script(
        tmp_path, "trainer.js", READ, file=base64.b64encode(path.read_bytes()).decode(),
        STEPS=STEPS, inputs=list(inputs), voltage=list(voltage))


def spikes(run):
    return np.column_stack([run.spike_steps, run.spike_neurons])


def drawn(*, n_neurons=50, slow_gain=0.0):
    """An untrained network with random weights, which spikes irregularly."""
    rng = np.random.default_rng(4)
    parameters = spikelib.SpikingParameters(
        n_neurons=n_neurons, trained_fraction=0.6, slow_gain=slow_gain, fast_gain=slow_gain)
    network = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=rng.standard_normal((n_neurons, 3)),
        input_weights=rng.standard_normal((n_neurons, 1)), n_outputs=2, rng=rng)
    m = 2 * parameters.n_trained
    return dataclasses.replace(
        network, mean_current=rng.normal(-2, 1, n_neurons),
        factor_weights=0.1 * rng.standard_normal((3, m)),
        output_weights=rng.standard_normal((2, m)))


def trial(network):
    inputs = np.where(np.arange(STEPS) < 50, 0.5, 0.0)[:, None]
    return spikelib.Trial(inputs=inputs, outputs=np.zeros((STEPS, network.n_outputs)), dt=0.001)


def library_run(network, inputs, outputs, voltage):
    state = SpikingState.at_rest(network, rng=np.random.default_rng(0))
    state.voltage[:] = voltage
    one = spikelib.Trial(inputs=inputs, outputs=outputs, dt=0.001)
    return spikelib.simulate(network, one, rng=np.random.default_rng(0), state=state)


def test_what_the_page_saves_spikes_alike_in_the_library(tmp_path):
    page = run_script(tmp_path, "trainer.js", MADE, STEPS=STEPS)
    path = tmp_path / "network.npz"
    path.write_bytes(base64.b64decode(page["file"]))
    network = spikelib.SpikingNetwork.load(path)
    assert network.parameters.n_neurons == 60 and network.n_outputs == 2
    assert network.parameters.tau_slow == 0.05
    inputs = np.where(np.arange(STEPS) % 300 < 50, 0.5, 0.0)[:, None]
    run = library_run(network, inputs, np.zeros((STEPS, 2)), network.parameters.reset)
    assert len(page["spikeSteps"]) > 100
    assert spikes(run).tolist() == np.column_stack(
        [page["spikeSteps"], page["spikeNeurons"]]).tolist()
    assert run.outputs.ravel() == pytest.approx(np.array(page["outputs"]), abs=1e-9)
    assert page["back"]["spikeSteps"] == page["spikeSteps"], "and when the page reads it again"
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None


@pytest.mark.parametrize("slow_gain", [0.0, 0.1])
@pytest.mark.parametrize("packing", ["stored", "deflated"])
def test_what_the_library_saves_spikes_alike_in_the_page(tmp_path, packing, slow_gain):
    network = drawn(slow_gain=slow_gain)
    path = tmp_path / "network.npz"
    network.save(path)
    if packing == "deflated":
        with zipfile.ZipFile(path) as stored:
            entries = {name: stored.read(name) for name in stored.namelist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in entries.items():
                file.writestr(name, content)
    one = trial(network)
    voltage = np.random.default_rng(5).uniform(-10, 0, 50)
    run = library_run(network, one.inputs, one.outputs, voltage)
    page = read_in_page(
        tmp_path, path, inputs=one.inputs.ravel().tolist(), voltage=voltage.tolist())
    assert len(page["spikeSteps"]) > 100
    assert np.column_stack([page["spikeSteps"], page["spikeNeurons"]]).tolist() == (
        spikes(run).tolist())


def test_a_whole_result_brings_its_trial(tmp_path):
    task = spikelib.tasks.osc4()
    result = spikelib.fit(
        task, rng=np.random.default_rng(0), rate=spikelib.RateParameters(n_units=60),
        spiking=spikelib.SpikingParameters(n_neurons=60),
        recipe=spikelib.Recipe(n_settle=10, n_training_trials=5, n_mean_trials=2))
    path = tmp_path / "fit.npz"
    result.save(path)
    start = np.full(60, -5.0)
    page = read_in_page(tmp_path, path, voltage=start.tolist())
    first = task.trials(1, rng=np.random.default_rng(0))[0]
    run = library_run(
        result.network, first.inputs[:STEPS], first.outputs[:STEPS], start)
    assert np.column_stack([page["spikeSteps"], page["spikeNeurons"]]).tolist() == (
        spikes(run).tolist())


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda path: path.write_bytes(b"not a file of arrays, and long enough"), "expected a file"),
    (lambda path: np.savez(path, a=np.zeros(3)), "other arrays"),
    (lambda path: path.write_bytes(
        path.read_bytes()[:3000] + b"\xff\x00\xff" + path.read_bytes()[3003:]), "check sum"),
])
def test_other_files_are_refused_in_words(tmp_path, spoil, words):
    path = tmp_path / "network.npz"
    drawn().save(path)
    spoil(path)
    assert words in read_in_page(tmp_path, path)["error"]


def test_a_damaged_file_of_the_page_is_refused_by_the_library(tmp_path):
    page = run_script(tmp_path, "trainer.js", MADE, STEPS=STEPS)
    path = tmp_path / "network.npz"
    path.write_bytes(base64.b64decode(page["file"])[:-200])
    with pytest.raises(SavedFileError):
        spikelib.SpikingNetwork.load(path)


def test_a_link_carries_the_drawing(tmp_path):
    script = """
        const points = scaled(randomDrawing(3), 2);
        const sent = { points, outputs: 2, seconds: 1.5, pulsed: false, restarts: true,
          neurons: 150, factors: 9, trials: 80 };
        const fragment = toFragment(sent);
        const came = fromFragment(fragment);
        const furthest = Math.max(...points.map((x, k) => Math.abs(x - came.points[k])));
        const spoiled = ["", "#draw=", "#draw=1.2.3", fragment.slice(0, -9),
          "#draw=3" + fragment.slice(7)];
        const result = { fragment, furthest, came: { ...came, points: 0 },
          refused: spoiled.map(fromFragment) };
    """
    result = run_script(tmp_path, "trainer.js", script)
    assert result["furthest"] <= 0.5 / 127 + 1e-12
    assert result["came"] == {
        "outputs": 2, "seconds": 1.5, "pulsed": False, "restarts": True, "neurons": 150,
        "factors": 9, "trials": 80, "points": 0}
    assert result["refused"] == [None] * 5
    assert len(result["fragment"]) < 400
