"""The widgets in the built pages, without a kernel: moved by keyboard, by mouse and by finger.

Like ``test_pages.py``, these tests read ``_build/html`` and are left out unless asked for.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from spikelib.book.live import DaleWidget
from spikelib.book.live._bundle import bundle, style
from tests.pages.looking import AXE, PHONE_WIDTH, RUN_AXE, soup
from tests.pages.widgets import STATE, WIDGETS, on_pages, states

pytestmark = pytest.mark.pages

MAX_STATE_BYTES = 1_000_000


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
    assert slider.get_attribute("aria-valuetext") == "90%"
    assert "4.0% are left" in page.live.locator(".live-status").inner_text()
    page.page.add_script_tag(path=str(AXE))
    assert not page.page.evaluate(RUN_AXE)
    page.calm()
