"""What chapter 8 shows is what the library does."""

import json
from pathlib import Path

import numpy as np
import pytest

import spikelib
from spikelib.rate import loss_and_gradients
from spikelib.tasks import flip_flop

NOTEBOOK = Path(__file__).parents[2] / "chapters" / "08_using_its_input.ipynb"


def shown(name):
    """The function of a cell that is tagged as shown."""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if f"shown-{name}" in cell["metadata"].get("tags", []):
            namespace = {"np": np, "spikelib": spikelib}
            exec("".join(cell["source"]), namespace)
            return namespace[name]
    raise AssertionError(f"no cell is tagged shown-{name}")


@pytest.mark.parametrize("seed", range(10))
def test_the_flip_flop_shown_draws_and_scores_as_the_library_does(seed):
    task, draw, score = flip_flop(), shown("draw_flip_flop"), shown("score_flip_flop")
    trial, own = task.draw(np.random.default_rng(seed)), draw(np.random.default_rng(seed))
    assert np.array_equal(trial.inputs, own.inputs)
    assert np.array_equal(trial.outputs, own.outputs)
    rng = np.random.default_rng(seed)
    for size in (0.0, 0.2, 0.5):
        outputs = trial.outputs + size * rng.standard_normal(trial.outputs.shape)
        assert score(trial, outputs) == task.score(trial, outputs)


def test_the_backward_pass_shown_gives_the_gradients_of_the_library():
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in ((6, 6), (6, 2), (3, 6))]
    inputs, targets = rng.standard_normal((9, 4, 2)), rng.standard_normal((9, 4, 3))
    state = rng.standard_normal((4, 6))
    rates, outputs = shown("forward")(*weights, inputs, state, 0.8)
    own = shown("backward")(weights[0], weights[2], inputs, rates, outputs - targets, 0.8)
    loss, gradients = loss_and_gradients(weights, inputs, targets, state, decay=0.8)
    assert np.isclose(loss, np.mean((outputs - targets) ** 2))
    for mine, theirs in zip(own, gradients, strict=True):
        assert np.allclose(mine, theirs)
