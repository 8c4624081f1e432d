"""What chapter 10 shows is what the library does."""

import json
from pathlib import Path

import numpy as np
import pytest

import spikelib
from spikelib.recordings import datasets, reach_task, target_currents
from spikelib.spiking import current_for_rate

NOTEBOOK = Path(__file__).parents[2] / "chapters" / "10_fitting_recordings.ipynb"


def cells():
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


def shown(name):
    """The function of a cell that is tagged as shown."""
    for cell in cells():
        if f"shown-{name}" in cell["metadata"].get("tags", []):
            namespace = {"np": np, "spikelib": spikelib, "current_for_rate": current_for_rate}
            exec("".join(cell["source"]), namespace)
            return namespace[name]
    raise AssertionError(f"no cell is tagged shown-{name}")


@pytest.mark.parametrize("seed", range(5))
def test_the_reach_shown_is_the_reach_of_the_library(seed):
    emg = datasets.reach_emg(surrogate=True)
    theirs = reach_task(emg).draw(np.random.default_rng(seed))
    ours = shown("draw_reach")(emg.resampled(0.001).outputs, np.random.default_rng(seed))
    for field in ("inputs", "outputs", "hints"):
        assert np.allclose(getattr(ours, field), getattr(theirs, field))
    assert ours.label == theirs.label


def test_the_factors_shown_are_those_of_the_library():
    recording = spikelib.recordings.recording.Recording(
        rates=datasets.alm_rates(surrogate=True).rates[:, :, :60], dt=0.02
    )
    target = target_currents(recording, n_factors=4)
    y, encoder, mean = shown("to_factors")(recording.rates, 4)
    ours, theirs = y @ encoder.T, target.factors @ target.encoder.T
    assert np.allclose(ours, theirs, atol=1e-4)
    assert mean.shape == target.constant.shape


def test_every_figure_says_what_is_surrogate():
    figures = [cell for cell in cells() if "image" in cell["metadata"].get("mystnb", {})]
    assert len(figures) >= 5
    for cell in figures:
        assert ".titled(" in "".join(cell["source"])


def test_own_recordings_take_ten_lines():
    source = next("".join(cell["source"]) for cell in cells()
                  if "read_recording(\"mine.npz\")" in "".join(cell["source"])
                  and cell["cell_type"] == "code")
    assert len(source.splitlines()) <= 10
    assert "fit_recording(" in source and ".save(" in source
