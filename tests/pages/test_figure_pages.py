"""Figures in the built pages: numbered, described, large enough to read, in both themes.

What is measured comes from the visits that the other tests of a page share; only enlarging
opens a page of its own.
"""

from __future__ import annotations

import re
from functools import cache

import nbformat
import pytest

from tests.pages.looking import soup
from tools.book_layout import notebooks, page_names, page_source

pytestmark = pytest.mark.pages

SMALLEST = 11  # pixels
NUMBER = re.compile(r"Fig\. (\d+\.)?\d+")


@cache
def n_captions(name: str) -> int:
    """Figures that a page's notebook says it draws."""
    notebook = nbformat.read(page_source(name), as_version=4)
    return sum("figure" in cell.metadata.get("mystnb", {}) for cell in notebook.cells)


PAGES = [name for name in page_names()
         if page_source(name) in notebooks() and n_captions(name)]
with_figures = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in PAGES]
)
in_every_way = pytest.mark.parametrize("way", ["disk, light", "http, dark, phone"])


@with_figures
def test_every_figure_stands_in_the_page_with_a_number_a_caption_and_a_description(visits, name):
    found = visits(name, "disk, light").figures
    assert len(found) >= n_captions(name), "a figure was loaded as a picture, or not drawn"
    for figure in found:
        # A group while a reader is asked to draw a curve into it.
        assert figure["role"] in ("img", "group") and len(figure["alt"].split()) >= 4, figure
        assert NUMBER.fullmatch(figure["number"]), figure
        assert len(figure["caption"].split()) >= 5 and figure["caption"] != figure["alt"], figure
    numbers = [figure["number"] for figure in found]
    assert len(numbers) == len(set(numbers))


@with_figures
def test_captions_are_not_said_twice(name):
    captions = [c.get_text() for c in soup(name).select("figcaption .caption-text")]
    assert len(captions) == len(set(captions))


@in_every_way
@with_figures
def test_figures_can_be_read(visits, name, way):
    for figure in visits(name, way).figures:
        assert figure["number_shown"] == 1
        assert figure["kind"] == ("drawn-narrow" if "phone" in way else "drawn-wide")
        assert figure["smallest"] >= SMALLEST, figure
        assert 100 < figure["width"] and figure["right"] <= figure["window"] + 1, figure


@in_every_way
@with_figures
def test_figures_keep_their_contrast(visits, name, way):
    for figure in visits(name, way).figures:
        assert figure["text_contrast"] >= 4.5, figure
        assert figure["line_contrast"] >= 3, figure


@with_figures
def test_identifiers_of_a_page_are_unique(name):
    found = [element["id"] for element in soup(name).select(".drawn [id]")]
    assert found and len(found) == len(set(found))


IS_OPEN = "() => !!document.querySelector('dialog.drawn-dialog[open]')"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_figure_is_enlarged_by_keyboard_and_by_a_tap(opened, width):
    page = opened(PAGES[1], width=width).page
    button = page.locator(".drawn-larger").first
    kind = "wide" if width > 600 else "narrow"
    drawing = page.locator(f".drawn svg.drawn-{kind}").first
    before = drawing.bounding_box()["width"]
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(IS_OPEN)
    sheet = page.locator("dialog.drawn-dialog")
    assert re.fullmatch(r"Figure [\d.]+", sheet.get_attribute("aria-label"))
    assert sheet.locator("svg").bounding_box()["width"] > 1.3 * before
    assert sheet.locator("p").inner_text()
    assert page.evaluate("() => document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    page.wait_for_function(f"() => !({IS_OPEN})()")
    assert page.evaluate("() => document.activeElement.className") == "drawn-larger"
    assert page.locator(".drawn").first.locator("svg").count() == 2, "it is put back"
    drawing.click()
    page.wait_for_function(IS_OPEN)
    sheet.get_by_role("button", name="Close").click()
    page.wait_for_function(f"() => !({IS_OPEN})()")
    assert drawing.bounding_box()["width"] == pytest.approx(before, abs=1)
