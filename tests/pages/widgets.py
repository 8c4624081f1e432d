"""Pages with widgets in them, opened, and what their widgets hold."""

from __future__ import annotations

import functools
import json

import pytest

from tests.pages.looking import is_foreign, soup

WIDGETS = {
    "chapters/01_spikes_and_rates": "NeuronWidget",
    "chapters/03_how_many_signals": "ComponentsWidget",
    "chapters/04_training_spiking_networks": "SpikingNetworkWidget",
    "chapters/07_irregular_firing": "SpikingNetworkWidget",
    "chapters/09_dales_law": "DaleWidget",
}
NETWORKS = [name for name, kind in WIDGETS.items() if kind == "SpikingNetworkWidget"]
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


def on_pages(names):
    """Run a test once for each page, those of one page in one process."""
    marks = pytest.mark.xdist_group
    return pytest.mark.parametrize("name", [pytest.param(n, marks=marks(n)) for n in names])


class Opened:
    """A page with a widget in it, and what went wrong while it was used."""

    def __init__(self, page, server):
        self.page, self.errors, self.foreign = page, [], []
        self.frozen = None
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

    def freeze(self):
        """Stop the page's scripts, as a debugger does, until it is woken."""
        if self.frozen is None:
            self.frozen = self.page.context.new_cdp_session(self.page)
            self.frozen.send("Debugger.enable")
            self.frozen.send("Debugger.pause")

    def wake(self):
        """Let the page's scripts go on."""
        if self.frozen is not None:
            self.frozen.send("Debugger.disable")
            self.frozen.detach()
            self.frozen = None

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
