"""Networks that run in the built pages, without a kernel.

Like ``test_pages.py``, these tests read ``_build/html`` and are left out unless asked for.
"""

from __future__ import annotations

import base64

import numpy as np
import pytest

import spikelib
from tests.pages.widgets import NETWORKS, on_pages, states

pytestmark = pytest.mark.pages

MIN_FRAMES = 30  # a second, for a network of 500 neurons
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
    # It notices at some later frame, on a busy machine much later.
    root = page.live.element_handle()
    page.page.wait_for_function(
        "([root, frames]) => root.live.player.frames > frames", arg=[root, frames]
    )
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
