"""A network trained in a page that is opened from disk: drawn, chosen, trained, frozen."""

from __future__ import annotations

import json

import pytest

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
    live.locator("select").select_option("heartbeat")
    chosen = page.picture()
    assert chosen != first
    box = live.locator("canvas").first.bounding_box()
    page.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 60)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 120, steps=4)
    page.page.mouse.up()
    assert page.picture() != chosen
    for name, value in (("Neurons", "60"), ("Factors", "10"), ("Training trials", "10")):
        live.get_by_label(name).fill(value)
    live.get_by_role("button", name="Train").focus()
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
    page.press("Train")
    page.press("Stop")
    assert page.live.evaluate("root => root.live.worker") is None
    assert page.live.get_by_role("button", name="Train").count() == 1
    page.calm()


def test_a_flat_curve_is_refused_in_words(opened, trainer_page):
    page = opened(trainer_page, width=900)
    page.live.evaluate("root => root.live.board.points.fill(0)")
    page.press("Train")
    assert "flat" in page.live.locator(".live-status").first.inner_text()
    assert page.live.evaluate("root => root.live.worker === undefined")
    page.calm()
