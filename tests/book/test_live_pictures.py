"""Widgets of a neuron, of components and of Dale's law: Python and browser agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib.book.live import ComponentsWidget, DaleWidget, NeuronWidget
from spikelib.metrics import nmse
from tests.book.widgets import draw_currents, run_script, signed_matrix


@pytest.fixture(scope="module")
def currents():
    """Recurrent currents of a small driven teacher."""
    return draw_currents()


@pytest.mark.parametrize("current, tau", [(-1.0, 0.01), (0.5, 0.01), (2.0, 0.02), (7.0, 0.005)])
def test_the_neuron_fires_alike_in_both_halves(tmp_path, current, tau):
    script = """
        const kicks = new Float64Array(8000);
        const now = { current, tau, noise: 0, dt: 0.001, kicks, steps: 400,
          tauSlow: 0.1, tauFast: 0.005 };
        const { voltage, slow, spikes } = runNeuron(now);
        const result = { rate: countedRate(now), curve: predictedRate(current, tau),
          voltage: Array.from(voltage), slow: Array.from(slow), spikes };
    """
    there = run_script(tmp_path, "neuron.js", script, current=current, tau=tau)
    here = NeuronWidget(current=current, tau_membrane=tau)
    assert there["rate"] == here.rate
    if current > 0:
        assert there["curve"] == pytest.approx(1 / (tau * np.log((current + 10) / current)))
        # A spike is noticed at the end of a step: intervals are rounded up to whole ones.
        interval = np.ceil(1000 / there["curve"] - 1e-9) / 1000
        assert there["rate"] == pytest.approx(1 / interval, abs=0.13)
        assert max(there["slow"]) == pytest.approx(there["rate"] * 0.1, rel=0.3, abs=1)
    else:
        assert there["rate"] == there["curve"] == 0


def test_sliders_run_a_neuron_in_python():
    widget = NeuronWidget(current=-2.0)
    assert widget.rate == 0 and widget.library == ""
    widget.noise = 3.0
    assert widget.rate > 1 and "Hz" in widget.library
    widget.current = 6.0
    quick = widget.rate
    widget.tau_membrane = 0.02
    assert quick > 1.5 * widget.rate
    with pytest.raises(ValueError, match="current: expected a finite number"):
        NeuronWidget(current=99.0)


def test_components_rebuild_alike_in_both_halves(tmp_path, currents):
    factors = spikelib.principal_components([currents], n_factors=10)
    widget = ComponentsWidget(factors, currents, units=[4, 9], n_factors=5)
    script = """
        const [y, v] = [unpack(packed.factors), unpack(packed.components)];
        const result = Array.from(rebuild(y, v, packed.factors.shape[0], 2, 10, 5));
    """
    there = run_script(tmp_path, "components.js", script, packed=widget.packed)
    few = replace(factors, components=factors.components[:, :5])
    here = few.rebuild(few.project(currents))
    assert np.allclose(np.reshape(there, (-1, 2)), here[::4, [4, 9]], atol=1e-4)
    assert widget.lost == pytest.approx(nmse(here, currents))
    assert widget.lost == pytest.approx(1 - factors.explained[4])


def test_the_slider_of_the_components_runs_the_library(currents):
    widget = ComponentsWidget(spikelib.principal_components([currents], n_factors=10), currents)
    before = widget.lost
    widget.n_factors = 9
    assert widget.lost < before and "is lost" in widget.library
    with pytest.raises(ValueError, match="n_factors"):
        ComponentsWidget(widget.factors, currents, n_factors=11)
    with pytest.raises(ValueError, match="units"):
        ComponentsWidget(widget.factors, currents, units=[60])
    with pytest.raises(ValueError, match="factors: expected Factors"):
        ComponentsWidget(None, currents)


CANVAS = "globalThis.document = { createElement: () => ({}) };\n"


def test_weak_synapses_are_removed_in_tenths():
    weights, signs = signed_matrix(150, np.random.default_rng(1))
    seen = []
    widget = DaleWidget(weights, signs, evaluate=lambda pruned: seen.append(pruned) or 0.25)
    assert np.array_equal(widget.pruned, weights)
    widget.removed = 0.3
    kept = np.abs(widget.pruned[widget.pruned != 0])
    assert kept.size == pytest.approx(0.7 * np.count_nonzero(weights), abs=1)
    assert kept.min() >= np.abs(weights[(weights != 0) & (widget.pruned == 0)]).max()
    assert seen[-1] is widget.pruned and "error of 0.25" in widget.library


def test_the_output_without_weak_synapses_is_drawn_and_judged(tmp_path):
    weights, signs = signed_matrix(450, np.random.default_rng(1))
    target, seen = np.sin(np.arange(50.0)), []

    def run(kept):
        seen.append(kept)
        return kept.sum() / np.count_nonzero(weights) * target[:, None]

    widget = DaleWidget(weights, signs, run=run, target=target)
    assert len(seen) == 10 and np.array_equal(seen[0], weights != 0)
    assert widget.packed["errors"] == pytest.approx([(0.1 * k) ** 2 for k in range(10)], abs=1e-4)
    script = """
        const picture = new DalePicture({ get: (name) => ({ packed, removed: 0.5 })[name] });
        const result = { text: picture.text(), sorted: picture.sorted,
          half: Array.from(picture.outputs.subarray(5 * 50, 6 * 50)) };
    """
    there = run_script(tmp_path, "dale.js", CANVAS + script, packed=widget.packed)
    assert there["half"] == pytest.approx(0.5 * target, abs=1e-3) and there["sorted"] is False
    assert "error of the output (nMSE) is 0.25." in there["text"]
    assert "The matrix shows 225 of the 450 neurons." in there["text"]
    with pytest.raises(ValueError, match="target: expected the target output beside run"):
        DaleWidget(weights, signs, run=run)
    with pytest.raises(ValueError, match=r"run\(kept\): expected shape .* got \(50,\)"):
        DaleWidget(weights, signs, run=run, target=target[:-1])


def test_the_page_counts_synapses_as_they_are(tmp_path):
    weights, signs = signed_matrix(150, np.random.default_rng(1))
    widget = DaleWidget(weights, signs)
    script = """
        const w = unpack(packed.weights);
        const result = { positive: w.filter((x) => x > 0).length,
          negative: w.filter((x) => x < 0).length,
          spectra: Array.from(unpack(packed.spectra)) };
    """
    there = run_script(tmp_path, "dale.js", script, packed=widget.packed)
    assert there["positive"] == np.count_nonzero(weights > 0)
    assert there["negative"] == np.count_nonzero(weights < 0)
    first = np.reshape(there["spectra"], (10, 150, 2))[0]
    assert np.hypot(*first.T).max() == pytest.approx(
        np.abs(np.linalg.eigvals(weights)).max(), rel=1e-3
    )


def test_a_broken_sign_is_named():
    weights, signs = signed_matrix(20, np.random.default_rng(1))
    weights[3, 2] = -1.0
    with pytest.raises(ValueError, match="1 columns have both, the first is 2"):
        DaleWidget(weights, signs)
    with pytest.raises(ValueError, match="square"):
        DaleWidget(weights[:3], signs)
    with pytest.raises(ValueError, match="1 and -1 only"):
        DaleWidget(np.abs(weights), signs * 0.5)
