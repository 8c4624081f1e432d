"""The widgets in the built pages, without a kernel: moved by keyboard, by mouse and by finger.

Like ``test_pages.py``, these tests read ``_build/html`` and are left out unless asked for.
"""

from __future__ import annotations

import base64
import functools
import json

import numpy as np
import pytest

import spikelib
from spikelib.book.live import DaleWidget
from spikelib.book.live._bundle import bundle, style
from tests.pages.test_pages import AXE, PHONE_WIDTH, RUN_AXE, is_foreign, soup
from tools.book_layout import HTML

pytestmark = pytest.mark.pages

WIDGETS = {
    "chapters/01_spikes_and_rates": "NeuronWidget",
    "chapters/03_how_many_signals": "ComponentsWidget",
    "chapters/04_training_spiking_networks": "SpikingNetworkWidget",
    "chapters/07_irregular_firing": "SpikingNetworkWidget",
    "chapters/09_dales_law": "DaleWidget",
}
NETWORKS = [name for name, kind in WIDGETS.items() if kind == "SpikingNetworkWidget"]
MAX_STATE_BYTES = 1_000_000
MIN_FRAMES = 30  # a second, for a network of 500 neurons
STATE = 'script[type="application/vnd.jupyter.widget-state+json"]'
LIVE = ".spikelib-live"

PIXELS = """
async root => {
  for (let k = 0; k < 4; k++) await new Promise(requestAnimationFrame);
  const canvas = root.querySelector('canvas');
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let hash = 0;
  for (let i = 0; i < data.length; i++) hash = (Math.imul(hash, 31) + data[i]) | 0;
  return hash;
}
"""
FRAMES = """
root => new Promise(resolve => {
  const {player, network} = root.live, began = performance.now();
  const [frames, steps] = [player.frames, network.time];
  setTimeout(() => {
    const seconds = (performance.now() - began) / 1000;
    resolve([(player.frames - frames) / seconds, (network.time - steps) / seconds]);
  }, 2000);
})
"""

EMPTY_FRAMES = """
() => new Promise(resolve => {
  const began = performance.now();
  let frames = 0;
  const next = () => {
    frames += 1;
    const seconds = (performance.now() - began) / 1000;
    seconds < 2 ? requestAnimationFrame(next) : resolve(frames / seconds);
  };
  requestAnimationFrame(next);
})
"""


def on_pages(names):
    """Run a test once for each page, those of one page in one process."""
    marks = pytest.mark.xdist_group
    return pytest.mark.parametrize("name", [pytest.param(n, marks=marks(n)) for n in names])


class Opened:
    """A page with a widget in it, and what went wrong while it was used."""

    def __init__(self, page, server):
        self.page, self.errors, self.foreign = page, [], []
        page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda r: is_foreign(r.url, server) and self.foreign.append(r.url))

    def visit(self, address):
        self.page.goto(address, wait_until="load")
        self.page.wait_for_selector(f"{LIVE} canvas")
        self.live = self.page.locator(LIVE).first
        self.live.scroll_into_view_if_needed()
        self.page.wait_for_timeout(300)
        return self

    def picture(self):
        """A number that stands for all pixels of the picture, once it has been painted."""
        return self.live.evaluate(PIXELS)

    def sliders(self):
        return self.live.locator("input[type=range]").all()

    def press(self, name):
        self.live.get_by_role("button", name=name).click()

    def calm(self):
        assert not self.errors, self.errors
        assert not self.foreign, self.foreign


@pytest.fixture(scope="session")
def opened(browser, server):
    """Opens a page once in each way: ``opened(name, width=..., motion=..., color_scheme=...)``."""
    contexts = []

    @functools.cache
    def open_page(name, *, width=1280, motion="reduce", **options):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, reduced_motion=motion, **options)
        context.set_default_timeout(90_000)
        contexts.append(context)
        address = name if "://" in name else f"{HTML.as_uri()}/{name}.html"
        return Opened(context.new_page(), server).visit(address)

    yield open_page
    for context in contexts:
        context.close()


@functools.cache
def states(name) -> dict:
    """The widgets' state in a page, by the name of the class."""
    text = soup(name).select_one(STATE).string
    models = json.loads(text)["state"].values()
    return {
        model["state"]["_anywidget_id"].rpartition(".")[2]: model["state"]
        for model in models
        if "_anywidget_id" in model["state"]
    }


@on_pages(WIDGETS)
def test_the_page_has_its_widget_in_little_space(name):
    assert WIDGETS[name] in states(name)
    assert len(soup(name).select_one(STATE).string) <= MAX_STATE_BYTES


@on_pages(WIDGETS)
def test_readers_without_javascript_get_a_figure(name):
    images = soup(name).select("noscript img")
    assert images and all(len(image["alt"].split()) >= 4 for image in images)


@on_pages(WIDGETS)
def test_every_slider_moves_by_keyboard_and_changes_the_picture(opened, name):
    page = opened(name)
    for slider in page.sliders():
        if slider.get_attribute("data-trait") == "speed":
            continue
        before, value = page.picture(), slider.input_value()
        slider.focus()
        for _ in range(4):
            slider.press("ArrowRight")
        assert slider.input_value() != value
        assert page.picture() != before, slider.get_attribute("data-trait")
    page.calm()


@on_pages(WIDGETS)
def test_every_slider_moves_by_mouse_and_changes_the_picture(opened, name):
    page = opened(name)
    for slider in page.sliders():
        if slider.get_attribute("data-trait") == "speed":
            continue
        before, value = page.picture(), slider.input_value()
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.page.mouse.move(box["x"] + 0.3 * box["width"], middle)
        page.page.mouse.down()
        page.page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=3)
        page.page.mouse.up()
        assert slider.input_value() != value
        assert page.picture() != before, slider.get_attribute("data-trait")
    page.calm()


@on_pages(WIDGETS)
def test_every_slider_moves_by_touch_on_a_phone(opened, name):
    options = {"color_scheme": "dark", "has_touch": True, "device_scale_factor": 2}
    page = opened(name, width=PHONE_WIDTH, **options)
    for slider in page.sliders():
        if slider.get_attribute("data-trait") == "speed":
            continue
        before = page.picture()
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box["height"] >= 24
        page.page.touchscreen.tap(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
        assert page.picture() != before, slider.get_attribute("data-trait")
    canvas = page.live.locator("canvas")
    assert canvas.evaluate("c => c.width / c.clientWidth") == pytest.approx(2, rel=0.01)
    assert canvas.evaluate("c => c.getBoundingClientRect().right") <= PHONE_WIDTH
    page.calm()


@on_pages(WIDGETS)
def test_the_picture_follows_the_theme(opened, name):
    page = opened(name)
    before = page.picture()
    theme = page.page.evaluate("document.documentElement.dataset.theme")
    other = {"light": "dark", "dark": "light"}[theme]
    page.page.evaluate(f"document.documentElement.dataset.theme = '{other}'")
    assert page.picture() != before
    page.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    assert page.picture() == before


@on_pages(WIDGETS)
def test_the_picture_is_described_in_words_that_follow_it(opened, name):
    page = opened(name)
    assert len(page.live.locator("canvas").get_attribute("aria-label").split()) > 10
    words = page.live.locator(".live-heard[role=status]")
    before = words.inner_text()
    slider = page.sliders()[0]
    label = page.live.locator(f"label[for='{slider.get_attribute('id')}']")
    assert label.inner_text() and slider.get_attribute("aria-valuetext")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    page.page.wait_for_timeout(1200)
    assert words.inner_text() not in ("", before)
    assert words.get_attribute("aria-live") == "polite"


@on_pages(NETWORKS)
def test_kick_and_reset(opened, name):
    page = opened(name)
    page.press("Reset")
    first = page.picture()
    page.press("Kick")
    kicked = page.picture()
    assert kicked != first
    page.press("One trial")
    later = page.picture()
    assert later != kicked
    page.live.locator("[data-trait=silenced]").fill("0.1")
    page.press("Reset")
    assert page.live.locator("[data-trait=silenced]").input_value() == "0"
    assert page.picture() == first
    page.calm()


@on_pages(NETWORKS)
def test_it_runs_smoothly_and_as_fast_as_it_should(opened, name):
    page = opened(name, motion="no-preference")
    assert page.live.evaluate("r => r.live.network.n_neurons") == 500
    page.press("Pause")
    if page.page.evaluate(EMPTY_FRAMES) < 1.3 * MIN_FRAMES:
        pytest.skip("the computer is too busy to draw even nothing often enough")
    page.press("Play")
    frames, steps = max(page.live.evaluate(FRAMES) for _ in range(3))
    assert frames >= MIN_FRAMES
    assert steps == pytest.approx(500, rel=0.25)  # the speed is 0.5 at first
    page.live.locator("[data-trait=speed]").fill("1")
    faster = max(page.live.evaluate(FRAMES)[1] for _ in range(3))
    assert faster > 1.5 * steps
    page.calm()


@on_pages(NETWORKS)
def test_it_stands_still_where_it_should(opened, name):
    moving = opened(name, motion="no-preference")
    assert moving.picture() != moving.picture()
    moving.press("Pause")
    assert moving.picture() == moving.picture()
    moving.press("Play")
    assert moving.picture() != moving.picture()
    still = opened(name, motion="reduce")
    assert still.picture() == still.picture()


@on_pages(NETWORKS)
def test_it_rests_while_it_cannot_be_seen(opened, name):
    page = opened(name, motion="no-preference")
    page.page.evaluate("window.scrollTo(0, 0)")
    page.page.wait_for_timeout(500)
    frames = page.live.evaluate("root => root.live.player.frames")
    page.page.wait_for_timeout(500)
    assert page.live.evaluate("root => root.live.player.frames") == frames
    page.live.scroll_into_view_if_needed()
    assert page.picture() != page.picture()


def unpack(packed):
    """An array out of a widget's state."""
    values = np.frombuffer(base64.b64decode(packed["data"]), "<" + packed["kind"])
    return values.reshape(packed["shape"]) * packed.get("scale", 1)


def network_of(packed):
    """The network, the trial and the state that a page holds, as the library has them."""
    numbers, arrays = packed["numbers"], {}
    names = "encoder mean_current input_weights readout slot inputs targets"
    for name in names.split():
        arrays[name] = unpack(packed[name])
    parameters = spikelib.SpikingParameters(n_neurons=numbers["n_neurons"])
    decays = numbers["membrane_decay"], numbers["slow_decay"], numbers["fast_decay"]
    assert parameters.decays == decays and parameters.dt == numbers["dt"]
    p = numbers["n_factors"]
    fixed = {
        name: unpack(packed[name]).T
        for name in ("slow_weights", "fast_weights")
        if packed["fixed"] and packed[name]
    }
    network = spikelib.SpikingNetwork(
        parameters=parameters, encoder=arrays["encoder"].T, mean_current=arrays["mean_current"],
        input_weights=arrays["input_weights"].T,
        trained_neurons=np.flatnonzero(arrays["slot"] >= 0),
        factor_weights=arrays["readout"][:, :p].T, output_weights=arrays["readout"][:, p:].T,
        **fixed,
    )
    state = {n: v if n == "inhibition" else unpack(v) for n, v in packed["state"].items()}
    trial = spikelib.Trial(inputs=arrays["inputs"], outputs=arrays["targets"], dt=numbers["dt"])
    return network, trial, spikelib.SpikingState(**state)


@on_pages(NETWORKS)
def test_a_trial_in_the_page_has_the_spikes_of_the_library(opened, name):
    page = opened(name)
    page.press("Reset")
    there = page.live.evaluate("""
        root => {
          root.live.network.reset();
          return root.live.record(root.live.network, root.live.network.n_steps);
        }
    """)
    network, trial, state = network_of(states(name)["SpikingNetworkWidget"]["packed"])
    here = spikelib.simulate(network, trial, state=state)
    assert trial.duration == 1.0 and here.spike_steps.size > 1000
    assert there["spikeSteps"] == here.spike_steps.tolist()
    assert there["spikeNeurons"] == here.spike_neurons.tolist()
    assert there["outputs"] == here.outputs.ravel().tolist()


HARNESS = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A widget</title>
<meta name="viewport" content="width=device-width"><style>STYLE</style></head>
<body><main><h1>A widget</h1><div id="place"></div></main>
<script type="module">
MODULE
const state = STATE, calls = [];
const model = {
  get: (name) => state[name],
  set: (name, value) => {
    state[name] = value;
    calls.filter(([on]) => on === `change:${name}`).forEach(([, call]) => call());
  },
  on: (name, call) => calls.push([name, call]),
  off: () => {},
  save_changes: () => {},
};
render({model, el: document.getElementById("place")});
</script></body></html>
"""


@pytest.fixture(scope="session")
def dale_page(tmp_path_factory):
    """A page of its own with an artificial network under Dale's law."""
    rng = np.random.default_rng(0)
    signs = np.where(rng.random(300) < 0.8, 1, -1)
    weights = rng.exponential(0.02, (300, 300)) * (rng.random((300, 300)) < 0.4)
    weights *= np.where(signs > 0, 1, -4)
    np.fill_diagonal(weights, 0)
    widget = DaleWidget(weights, signs)
    state = {name: getattr(widget, name) for name in ("packed", "removed", "colors", "library")}
    text = HARNESS.replace("STYLE", style()).replace("MODULE", bundle("dale.js"))
    path = tmp_path_factory.mktemp("dale") / "page.html"
    path.write_text(text.replace("STATE", json.dumps(state)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, PHONE_WIDTH])
def test_signs_and_sparsity_can_be_looked_at(opened, dale_page, width):
    page = opened(dale_page, width=width)
    first = page.picture()
    page.press("Sort by sign")
    assert page.picture() != first
    page.press("Sort by sign")
    assert page.picture() == first
    slider = page.sliders()[0]
    slider.focus()
    slider.press("ArrowRight")
    assert page.picture() != first
    slider.press("End")
    assert slider.get_attribute("aria-valuetext") == "90 %"
    assert "4.0 % are left" in page.live.locator(".live-status").inner_text()
    page.page.add_script_tag(path=str(AXE))
    assert not page.page.evaluate(RUN_AXE)
    page.calm()
