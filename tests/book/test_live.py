"""The widgets: their Python half, and the sums of their browser half, run by Node."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib.book.live import (
    ComponentsWidget,
    DaleWidget,
    NeuronWidget,
    SpikingNetworkWidget,
    _base,
)
from spikelib.book.live._bundle import FOLDER, bundle
from spikelib.book.live._random import hashed, hashed_weights
from spikelib.spiking import perturbations
from tests.book.widgets import draw_currents, run_script, signed_matrix

ENTRIES = (
    "neuron.js", "components.js", "network.js", "dale.js", "trainer.js", "drawing.js",
    "exercise.js", "force_trainer.js",
)


@pytest.fixture(scope="module", params=[0.0, 1.0], ids=["learned only", "with random synapses"])
def trained(request):
    """A small network with few trials behind it, a trial and a state."""
    gain = request.param
    rng = np.random.default_rng(3)
    result = spikelib.fit(
        spikelib.osc4(), rng=rng, rate=spikelib.RateParameters(n_units=100),
        spiking=spikelib.SpikingParameters(
            n_neurons=120, slow_gain=0.11 * gain, fast_gain=0.13 * gain
        ),
        recipe=spikelib.Recipe(variance=None, n_factors=6, n_settle=5, n_training_trials=20),
    )
    trial = result.trials(1, rng=rng)[0]
    state = result.evaluate(3, rng=rng, n_settle=2).last.state
    return result.network, trial, state


@pytest.fixture
def widget(trained):
    network, trial, state = trained
    return SpikingNetworkWidget(network, trial, state=state)


def in_the_page(tmp_path, widget, before="") -> dict:
    """One trial of the browser half, its sliders where the widget has them."""
    script = """
        const model = new SpikingModel(packed);
        model.strength = strength;
        model.silence(silenced);
        BEFORE
        const result = record(model, model.n_steps);
        result.kick = Array.from(model.kickCurrent || []);
    """.replace("BEFORE", before)
    return run_script(
        tmp_path, "network.js", script,
        packed=widget.packed, strength=widget.strength, silenced=widget.silenced,
    )


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_module_is_complete(tmp_path, entry):
    """No name twice, nothing imported, one thing exported."""
    assert "import " not in bundle(entry).replace("important", "")
    assert bundle(entry).count("export ") == 1
    assert run_script(tmp_path, entry, "const result = 1;") == 1


def test_every_script_belongs_to_a_widget():
    together = "".join(bundle(entry) for entry in (*ENTRIES, "worker.js"))
    for file in (FOLDER / "js").glob("*.js"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("// ") and first in together, file.name


def test_both_halves_make_the_same_chance(tmp_path):
    script = """const result = indices.map((i) => [hashed(7, i), hashedWeight(7, i)]);"""
    indices = [0, 1, 2, 999, 249_999]
    there = np.array(run_script(tmp_path, "network.js", script, indices=indices))
    assert np.array_equal(there[:, 0], hashed(7, indices))
    weights, scale = hashed_weights(7, 500, 0.3)
    assert np.array_equal(there[:, 1] * scale, weights.ravel()[indices])
    assert abs(weights.std() - 0.3) < 0.01 and abs(weights.mean()) < 0.01
    assert abs(np.corrcoef(weights[:-1].ravel(), weights[1:].ravel())[0, 1]) < 0.01


def test_noise_of_the_page_is_normal(tmp_path):
    script = "const result = Array.from(normals(20000, 5));"
    values = np.array(run_script(tmp_path, "neuron.js", script))
    assert abs(values.mean()) < 0.03 and abs(values.std() - 1) < 0.03
    assert abs(np.mean(np.abs(values) < 1) - 0.683) < 0.02
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.03


@pytest.mark.parametrize(
    "sliders",
    [{}, {"strength": 0.4}, {"silenced": 0.1}, {"strength": 1.3, "silenced": 0.25}],
    ids=str,
)
def test_the_page_makes_the_spikes_of_the_library(tmp_path, widget, sliders):
    for name, value in sliders.items():
        setattr(widget, name, value)
    there, here = in_the_page(tmp_path, widget), widget.simulate()
    assert here.spike_steps.size > 200
    assert there["spikeSteps"] == here.spike_steps.tolist()
    assert there["spikeNeurons"] == here.spike_neurons.tolist()
    assert there["outputs"] == here.outputs.ravel().tolist()


def test_a_kick_is_that_of_the_library(tmp_path, widget):
    there = in_the_page(tmp_path, widget, before="model.kick();")
    current = np.array(there["kick"])
    here = perturbations.kick(
        widget.changed(), widget.trial, state=widget.state, current=current, start=0, duration=0.02
    )
    assert 20 < current.std() < 40
    assert there["spikeNeurons"] == here.spike_neurons.tolist()
    assert there["spikeSteps"] == here.spike_steps.tolist()


def test_noise_in_the_page_has_the_size_of_the_librarys(tmp_path, widget):
    """Neurons without any current: the free voltage spreads as far as the slider says."""
    script = """
        const model = new SpikingModel(packed);
        model.noise = 0.5;
        model.threshold = Infinity;
        const seen = [];
        for (let t = 0; t < 400; t++) {
          model.mean_current.fill(0);
          model.encoder.fill(0);
          model.input_weights.fill(0);
          model.inhibition = 0;
          model.slow_current.fill(0);
          model.fast_current.fill(0);
          model.setBias();
          model.step();
          if (t > 100) seen.push(...model.voltage);
        }
        const result = seen;
    """
    voltages = np.array(run_script(tmp_path, "network.js", script, packed=widget.packed))
    assert abs(voltages.std() - 0.5) < 0.03


def test_sliders_run_the_library(widget):
    first, text = widget.run, widget.library
    assert text == ""
    widget.silenced = 0.2
    assert "spikelib.simulate" in widget.library
    silent = np.isin(np.arange(120), widget.run.spike_neurons, invert=True)
    assert silent[widget.order[:24]].all()
    widget.noise = 0.5
    assert widget.run.spike_neurons.tolist() != first.spike_neurons.tolist()
    widget.noise, widget.silenced = 0.0, 0.0
    assert widget.run.spike_neurons.tolist() == first.spike_neurons.tolist()


def test_strength_is_as_trained_at_first(trained, widget):
    network, trial, state = trained
    assert widget.strength == float(network.fast_weights is not None)
    if network.fast_weights is None:
        assert widget.network is not network
        run = spikelib.simulate(network, trial, state=state)
        assert run.spike_neurons.tolist() == widget.run.spike_neurons.tolist()
    else:
        size = np.abs(network.fast_weights).max()
        off = np.abs(widget.network.fast_weights - network.fast_weights).max()
        assert 0 < off <= size / 127 / 2 * 1.001
        widget.strength = 0.0
        assert not widget.changed().fast_weights.any()


def test_added_synapses_are_those_of_the_successor(widget):
    if widget.network.fast_weights is not None:
        pytest.skip("trained with random synapses")
    widget.strength = 1.0
    changed = widget.changed()
    p = changed.parameters
    assert np.isclose(changed.fast_weights.std(), 0.13 / p.tau_fast / np.sqrt(120), rtol=0.02)
    assert np.isclose(changed.slow_weights.std(), 0.11 / p.tau_slow / np.sqrt(120), rtol=0.02)


def test_a_network_says_what_does_not_fit(trained):
    network, trial, state = trained
    with pytest.raises(ValueError, match="order: expected each number"):
        SpikingNetworkWidget(network, trial, state=state, order=[0, 0])
    with pytest.raises(ValueError, match="state: expected a SpikingState of 120"):
        SpikingNetworkWidget(network, trial, state=None)
    with pytest.raises(ValueError, match="network: expected a SpikingNetwork"):
        SpikingNetworkWidget(trial, trial, state=state)
    with pytest.raises(ValueError, match="trial: expected"):
        SpikingNetworkWidget(network, replace(trial, dt=0.002), state=state)


def test_a_network_that_is_too_large_is_refused():
    parameters = spikelib.SpikingParameters(n_neurons=800, slow_gain=0.1, fast_gain=0.1)
    rng = np.random.default_rng(0)
    network = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=rng.standard_normal((800, 2)), input_weights=np.zeros((800, 1)),
        n_outputs=1, rng=rng,
    )
    trial = spikelib.osc4().trials(1, rng=rng)[0]
    with pytest.raises(ValueError, match="at most 1,000,000 bytes in a page"):
        SpikingNetworkWidget(
            network, trial, state=spikelib.SpikingState.at_rest(network, rng=rng)
        )


def test_every_widget_has_a_picture_for_pages_without_javascript(monkeypatch, widget):
    shown = []
    monkeypatch.setattr(_base, "display", lambda thing, **options: shown.append(thing))
    weights, signs = signed_matrix(30, np.random.default_rng(1))
    currents = draw_currents()
    factors = spikelib.principal_components([currents], n_factors=10)
    for one in (
        NeuronWidget(), widget, ComponentsWidget(factors, currents), DaleWidget(weights, signs)
    ):
        shown.clear()
        one._ipython_display_()
        assert "application/vnd.jupyter.widget-view+json" in shown[0]
        assert shown[0]["image/png"] in shown[1].data
        assert shown[1].data.startswith("<noscript>") and 'alt="' in shown[1].data
        assert repr(one) == f"{type(one).__name__}()"
        assert len(json.dumps(one.get_state(), default=str)) < 1_000_000
