"""Exercises in the page: what they say to wrong answers and to right ones, by keyboard."""

from __future__ import annotations

import json

import numpy as np
import pytest

import spikelib
from spikelib.book.live import (
    ComponentsWidget,
    DaleWidget,
    DrawingWidget,
    NeuronWidget,
    PageExercise,
    SpikingNetworkWidget,
    TrainerWidget,
)
from spikelib.book.live._bundle import style
from tests.book.widgets import draw_currents, signed_matrix
from tests.pages.looking import AXE, PHONE_WIDTH, RUN_AXE

pytestmark = pytest.mark.pages

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Exercises</title>
<meta name="viewport" content="width=device-width"><style>STYLE</style></head>
<body><main><h1>Exercises</h1>PLACES</main>SCRIPTS</body></html>
"""
SCRIPT = """<script type="module">
MODULE
const state = STATE, calls = [];
render({ el: document.getElementById("PLACE"), model: {
  get: (name) => state[name],
  set: (name, value) => {
    state[name] = value;
    calls.filter(([on]) => on === `change:${name}`).forEach(([, call]) => call());
  },
  on: (name, call) => calls.push([name, call]), off: () => {}, save_changes: () => {},
} });
</script>"""


def write_page(path, *widgets):
    """A page with widgets below one another."""
    scripts = []
    for k, widget in enumerate(widgets):
        names = [name for name in widget.trait_names(sync=True) if not name.startswith("_")]
        names = [name for name in names if name not in ("layout", "tabbable", "tooltip", "comm")]
        state = json.dumps({name: getattr(widget, name) for name in names})
        script = SCRIPT.replace("MODULE", widget._esm).replace("PLACE", f"place-{k}")
        scripts.append(script.replace("STATE", state.replace("</", "<\\/")))
    places = "".join(f'<div id="place-{k}"></div>' for k in range(len(widgets)))
    text = PAGE.replace("STYLE", style()).replace("PLACES", places)
    path.write_text(text.replace("SCRIPTS", "".join(scripts)), encoding="utf-8")
    return path.as_uri()


def trained(task, *, n_trials=60):
    rng = np.random.default_rng(2)
    recipe = spikelib.Recipe(
        variance=None, n_factors=12, n_training_trials=n_trials, n_settle=20, n_factor_trials=5,
        n_mean_trials=5)
    result = spikelib.fit(
        task, rng=rng, recipe=recipe, rate=spikelib.RateParameters(n_units=100),
        spiking=spikelib.SpikingParameters(
            n_neurons=100, trained_fraction=1.0, tau_slow=0.05, encoder_gain=30.0))
    state = result.evaluate(3, rng=rng).last.state
    return result.network, result.trials(1, rng=rng)[0], state


@pytest.fixture
def opened_with(opened, tmp_path):
    def open_page(name, widget, **options):
        page = opened(write_page(tmp_path / f"{name}.html", widget, PageExercise(name)), **options)
        page.exercise = page.page.locator(".live-exercise")
        page.exercise.wait_for()
        return page

    return open_page


def answer(page, button="Check"):
    """Press the exercise's button by keyboard; whether the answer is right, and the words."""
    page.exercise.get_by_role("button", name=button).focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_function(
        "!['', 'Looking …'].includes(document.querySelector('.live-answer').textContent)")
    words = page.exercise.locator(".live-answer").inner_text()
    assert words.startswith(("Right. ", "Not yet. "))
    return words.startswith("Right. "), words


def set_slider(page, trait, value):
    page.live.locator(f"[data-trait={trait}]").fill(str(value))


def test_a_neuron_fires_below_its_threshold(opened_with):
    page = opened_with("below_threshold", NeuronWidget(current=2.0), width=900)
    assert "Take one of" in answer(page)[1]
    set_slider(page, "current", -2)
    assert "Without noise" in answer(page)[1]
    set_slider(page, "noise", 4)
    assert "too often" in answer(page)[1]
    set_slider(page, "noise", 0.5)
    assert "too seldom" in answer(page)[1]
    found = [noise for noise in np.arange(0.5, 4, 0.25)
             if (set_slider(page, "noise", noise), answer(page)[0])[1]]
    assert found, "it can be done"
    page.page.add_script_tag(path=str(AXE))
    assert not page.page.evaluate(RUN_AXE)
    page.calm()


def test_the_fewest_components_are_found(opened_with):
    factors = spikelib.principal_components([draw_currents()], n_factors=20)
    needed = int(np.argmax(factors.explained >= 0.99)) + 1
    widget = ComponentsWidget(factors, draw_currents())
    page = opened_with("fewest_components", widget, width=900)
    said = []
    for count in (needed - 1, needed, needed + 1):
        set_slider(page, "n_factors", count)
        said.append(answer(page))
    assert [right for right, _ in said] == [False, True, False]
    assert "too little" in said[0][1] and "fewer would do" in said[2][1]
    page.calm()


def test_how_many_neurons_can_go(opened_with):
    network, trial, state = trained(spikelib.osc4())
    widget = SpikingNetworkWidget(network, trial, state=state)
    page = opened_with("how_many_can_go", widget, width=PHONE_WIDTH, color_scheme="dark")
    assert "Set the slider" in answer(page)[1]
    set_slider(page, "silenced", 0.5)
    assert "lost the pattern" in answer(page)[1]
    said = []
    for share in np.arange(0.01, 0.16, 0.01):
        set_slider(page, "silenced", share)
        said.append(answer(page))
    assert any(right for right, _ in said), "there is a number of which one more is too many"
    set_slider(page, "noise", 1)
    assert "Press Reset" in answer(page)[1]
    page.page.add_script_tag(path=str(AXE))
    assert not page.page.evaluate(RUN_AXE)
    page.calm()


def test_most_of_the_strength_is_in_few_synapses(opened_with):
    widget = DaleWidget(*signed_matrix(60, np.random.default_rng(0)))
    held = np.array(widget.packed["held"])
    best = int(np.flatnonzero(held >= 0.9).max())
    page = opened_with("strength_in_few", widget, width=900)
    step = 1 / held.size
    said = []
    for level in (best - 1, best, best + 1):
        set_slider(page, "removed", level * step)
        said.append(answer(page))
    assert [right for right, _ in said] == [False, True, False]
    assert "More can go" in said[0][1] and "Remove fewer" in said[2][1]
    page.calm()


def small_training(page):
    for name, value in (("Neurons", "60"), ("Factors", "3"), ("Training trials, at most", "10")):
        page.live.get_by_label(name, exact=True).fill(value)
    page.live.get_by_role("button", name="Train", exact=True).click()
    page.live.get_by_role("button", name="Kick").wait_for(timeout=80_000)


def test_a_prediction_is_compared_with_what_happens(opened_with):
    page = opened_with("without_restarts", TrainerWidget(), width=900)
    assert "Predict first" in answer(page, "Compare")[1]
    page.exercise.get_by_role("radio").nth(1).focus()
    page.page.keyboard.press("Space")
    assert "Now train" in answer(page, "Compare")[1]
    small_training(page)
    assert "That was with restarts" in answer(page, "Compare")[1]
    page.live.get_by_label("Restarts from random states").uncheck()
    small_training(page)
    worst = max(page.live.evaluate("root => root.live.errors"))
    right, words = answer(page, "Compare")
    assert right == (worst > 0.1) and f"{worst:.2g}"[:3] in words
    page.exercise.get_by_role("radio").nth(0).check()
    assert "Now train" in answer(page, "Compare")[1], "a prediction comes before"
    page.calm()


def test_the_fewest_factors_are_found(opened_with):
    page = opened_with("fewest_factors", TrainerWidget(), width=900)
    assert "Train a network to the end" in answer(page)[1]
    small_training(page)
    assert "Take more" in answer(page)[1]
    # What a longer training would have given, in place of a minute of it.
    for factors, right in ((12, False), (4, True)):
        page.live.evaluate(
            "(root, n) => { root.live.errors = [0.005, 0.01]; root.live.job.n_factors = n; }",
            factors)
        assert answer(page)[0] == right
    page.live.get_by_label("Or choose").select_option("heartbeat")
    assert "Choose osc4" in answer(page)[1]
    page.calm()


def test_an_exercise_without_its_figure_says_so(opened, tmp_path):
    address = write_page(
        tmp_path / "alone.html", PageExercise("strength_in_few"), NeuronWidget(current=2.0))
    page = opened(address, width=902)
    page.exercise = page.page.locator(".live-exercise")
    assert "has to be there first" in answer(page)[1]


def test_a_small_network_draws_by_itself_and_leads_to_ones_own(opened, tmp_path):
    network, trial, state = trained(spikelib.tasks.figure_of_eight())
    address = write_page(
        tmp_path / "draws.html", DrawingWidget(network, trial, state=state), TrainerWidget())
    still = opened(address, width=903)
    before = still.picture()
    still.page.wait_for_timeout(500)
    assert still.picture() == before, "no motion where none is wanted"
    still.press("Kick")
    assert still.picture() != before
    still.press("Draw your own")
    assert still.page.evaluate("document.activeElement.tagName") == "SELECT"
    moving = opened(address, width=904, motion="no-preference")
    before = moving.picture()
    moving.page.wait_for_timeout(500)
    assert moving.picture() != before
    moving.press("Pause")
    before = moving.picture()
    moving.page.wait_for_timeout(300)
    assert moving.picture() == before
    moving.page.add_script_tag(path=str(AXE))
    assert not moving.page.evaluate(RUN_AXE)
    still.calm()
    moving.calm()


def test_a_drawing_needs_two_outputs():
    network, trial, state = trained(spikelib.osc4(), n_trials=2)
    with pytest.raises(ValueError, match="two outputs, got 1"):
        DrawingWidget(network, trial, state=state)
    with pytest.raises(ValueError, match="expected one of"):
        PageExercise("another")
