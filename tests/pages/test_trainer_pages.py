"""A network trained in a page that is opened from disk: drawn, chosen, trained, frozen."""

from __future__ import annotations

import json

import pytest

from spikelib import SpikingNetwork
from spikelib.book.live import TrainerWidget
from spikelib.book.live._bundle import bundle, style
from tests.pages.looking import AXE, PHONE_WIDTH, RUN_AXE
from tests.pages.test_live_pages import HARNESS

pytestmark = pytest.mark.pages


@pytest.fixture(scope="session")
def trainer_page(tmp_path_factory):
    """A page with nothing but the widget."""
    widget = TrainerWidget()
    state = {name: getattr(widget, name) for name in ("worker", "colors", "library")}
    text = HARNESS.replace("STYLE", style()).replace("MODULE", bundle("trainer.js"))
    path = tmp_path_factory.mktemp("trainer") / "page.html"
    # What ends a script would end it inside a text, too.
    state = json.dumps(state).replace("</", "<\\/")
    path.write_text(text.replace("STATE", state), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, PHONE_WIDTH])
def test_a_curve_is_drawn_learned_and_frozen(opened, trainer_page, width):
    page = opened(trainer_page, width=width, color_scheme="light" if width > 600 else "dark")
    live, first = page.live, page.picture()
    live.get_by_label("Or choose").select_option("heartbeat")
    chosen = page.picture()
    assert chosen != first
    box = live.locator("canvas").first.bounding_box()
    page.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 60)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 120, steps=4)
    page.page.mouse.up()
    assert page.picture() != chosen
    for name, value in (("Neurons", "60"), ("Factors", "10"), ("Training trials, at most", "10")):
        live.get_by_label(name).fill(value)
    live.get_by_role("button", name="Train", exact=True).focus()
    page.page.keyboard.press("Enter")
    live.locator(".live-result canvas").first.wait_for()
    assert live.get_by_role("button", name="Stop").count() == 1
    live.get_by_role("button", name="Kick").wait_for(timeout=80_000)
    assert live.evaluate("root => root.live.errors.length") == 3
    words = live.locator(".live-status").first.inner_text()
    assert "Frozen, from 3 random starts" in words and "Trained in" in words
    live.get_by_role("button", name="Start anywhere").click()
    page.page.wait_for_timeout(300)
    right = live.locator("canvas").evaluate_all(
        "all => Math.max(...all.map(c => c.getBoundingClientRect().right))")
    assert right <= width
    page.page.add_script_tag(path=str(AXE))
    assert not page.page.evaluate(RUN_AXE)
    page.calm()


def test_training_can_be_stopped(opened, trainer_page):
    page = opened(trainer_page, width=1000)
    page.live.get_by_role("button", name="Train", exact=True).click()
    page.press("Stop")
    assert page.live.evaluate("root => root.live.worker") is None
    assert page.live.get_by_role("button", name="Train", exact=True).count() == 1
    page.calm()


def test_a_flat_curve_is_refused_in_words(opened, trainer_page):
    page = opened(trainer_page, width=900)
    page.live.evaluate("root => root.live.board.points.fill(0) && 0")
    page.live.get_by_role("button", name="Train", exact=True).click()
    assert "flat" in page.live.locator(".live-status").first.inner_text()
    assert page.live.evaluate("root => !root.live.busy")
    page.calm()


def stop_early(page):
    """Small sizes: what is tested is the page, not the network."""
    for name, value in (("Neurons", "60"), ("Factors", "8"), ("Training trials, at most", "10")):
        page.live.get_by_label(name, exact=True).fill(value)


@pytest.mark.parametrize("way", ["finger", "sliders"])
def test_a_closed_drawing_is_learned_and_drawn_for_ever(opened, trainer_page, way):
    page = opened(trainer_page + f"?{way}", width=PHONE_WIDTH, has_touch=True)
    live = page.live
    live.get_by_label("Draw", exact=True).select_option("a closed drawing")
    before = page.picture()
    if way == "finger":
        box = live.locator("canvas").first.bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + 145)
        page.page.mouse.move(middle[0], middle[1] - 60)
        page.page.mouse.down()
        for dx, dy in ((60, 0), (0, 60), (-60, 0), (0, -55)):
            page.page.mouse.move(middle[0] + dx, middle[1] + dy, steps=3)
        page.page.mouse.up()
    else:
        live.locator("summary").focus()
        page.page.keyboard.press("Enter")
        live.get_by_label("Waves up").focus()
        page.page.keyboard.press("ArrowRight")
    assert page.picture() != before
    assert live.get_by_label("Or choose").input_value() == "your own"
    stop_early(page)
    live.get_by_role("button", name="Train", exact=True).click()
    live.get_by_role("button", name="Kick").wait_for(timeout=80_000)
    assert live.locator(".live-frozen canvas").count() == 2
    assert live.evaluate("root => root.live.data.numbers.n_outputs") == 2
    page.calm()


def test_a_failure_names_its_stage_and_offers_the_next_step(opened, trainer_page):
    page = opened(trainer_page + "?failing", width=900)
    page.live.get_by_label("Or choose").select_option("square_wave: two levels")
    stop_early(page)
    page.live.get_by_label("Factors").fill("2")
    page.live.get_by_role("button", name="Train", exact=True).click()
    page.live.get_by_role("button", name="Kick").wait_for(timeout=80_000)
    assert "The factors limit" in page.live.locator(".live-status").first.inner_text()
    page.press("Train with 8 factors")
    assert page.live.get_by_label("Factors").input_value() == "8"
    assert page.live.get_by_role("button", name="Stop").count() == 1
    page.calm()


def test_a_network_is_saved_and_loaded_and_a_link_brings_the_drawing(
        opened, trainer_page, tmp_path):
    page = opened(trainer_page + "?files", width=900)
    live = page.live
    assert live.get_by_role("button", name="Save the network").is_disabled()
    live.get_by_label("Or choose").select_option("heart: drawn in the plane")
    stop_early(page)
    live.get_by_role("button", name="Train", exact=True).click()
    live.get_by_role("button", name="Kick").wait_for(timeout=80_000)
    with page.page.expect_download() as waiting:
        page.press("Save the network")
    path = tmp_path / "network.npz"
    waiting.value.save_as(path)
    assert SpikingNetwork.load(path).n_outputs == 2
    live.locator("input[type=file]").set_input_files(path)
    page.page.wait_for_function(
        "document.querySelector('.live-status').textContent.startsWith('Loaded network.npz')")
    (tmp_path / "other.npz").write_text("something else, which is no file of arrays")
    live.locator("input[type=file]").set_input_files(tmp_path / "other.npz")
    page.page.wait_for_function(
        "document.querySelector('.live-status').textContent.includes('could not be loaded')")
    page.press("Link to this drawing")
    address = live.get_by_role("link", name="This link carries the drawing").get_attribute("href")
    points = "root => Array.from(root.live.board.points)"
    here = live.evaluate(points)
    other = opened(address, width=901)  # from here on the first one waits
    assert other.live.get_by_label("Neurons").input_value() == "60"
    assert other.live.get_by_label("Draw", exact=True).input_value() == "a closed drawing"
    there = other.live.evaluate(points)
    assert there == pytest.approx(here, abs=0.005)
    page.calm()
    other.calm()
