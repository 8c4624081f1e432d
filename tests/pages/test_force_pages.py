"""FORCE in a page that is opened from disk: chosen, trained, frozen, by keyboard."""

from __future__ import annotations

import pytest

from spikelib.book.live import ForceWidget
from tests.pages.looking import AXE, PHONE_WIDTH, RUN_AXE
from tests.pages.test_exercise_pages import write_page

pytestmark = pytest.mark.pages


def train(page, **settings):
    """Press Train by keyboard and wait; the words."""
    for label, value in settings.items():
        page.live.get_by_label(label.replace("_", " ")).fill(str(value))
    page.live.evaluate("root => { root.live.frozen = false; }")
    page.live.get_by_role("button", name="Train", exact=True).focus()
    page.page.keyboard.press("Enter")
    page.page.wait_for_function("document.querySelector('.spikelib-live').live.frozen")
    return page.live.locator(".live-status").inner_text()


@pytest.mark.parametrize("width", [1280, PHONE_WIDTH])
def test_a_rate_network_is_trained_by_force(opened, tmp_path, width):
    scheme = "light" if width > 600 else "dark"
    page = opened(
        write_page(tmp_path / "force.html", ForceWidget()), width=width, color_scheme=scheme)
    words = train(page, Rate_units=200, Training_trials=12)
    assert "it keeps" in words, words
    assert page.live.evaluate("root => root.live.errors.length") == 12
    assert page.live.evaluate("root => root.live.end") < 0.1
    words = train(page, Gain=0.5, Rate_units=20, Training_trials=3)
    assert "it has lost it" in words and "Try another gain" in words
    right = page.live.locator("canvas").evaluate_all(
        "all => Math.max(...all.map(c => c.getBoundingClientRect().right))")
    assert right <= width
    page.page.add_script_tag(path=str(AXE))
    assert not page.page.evaluate(RUN_AXE)
    page.calm()


def test_force_can_be_stopped_and_refuses_a_flat_curve(opened, tmp_path):
    page = opened(write_page(tmp_path / "stopped.html", ForceWidget()), width=905)
    page.live.get_by_role("button", name="Train", exact=True).click()
    page.press("Stop")
    assert page.live.evaluate("root => root.live.worker") is None
    page.live.evaluate("root => { root.live.board.points.fill(0); }")
    page.live.get_by_role("button", name="Train", exact=True).click()
    assert "flat" in page.live.locator(".live-status").inner_text()
    page.calm()
