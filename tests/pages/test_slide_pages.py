"""The slides, made from the executed chapters, in a browser.

Like ``test_pages.py``, these tests need `make book` first and are left out unless asked for.
"""

from __future__ import annotations

import pytest

from tests.pages.looking import AXE, RUN_AXE, is_foreign
from tools import course, slides
from tools.book_layout import ROOT

# One process makes the decks, once.
pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("slides")]

FITTED = "() => document.documentElement.dataset.fitted === 'yes'"
SMALLEST = 0.6  # of the usual size of letters
LOOK = """
() => Array.from(document.querySelectorAll('.slide')).map(slide => {
  const body = slide.querySelector('.body'), frame = slide.getBoundingClientRect();
  const inside = Array.from(body.querySelectorAll('img, pre, table, p, li')).every(e => {
    const box = e.getBoundingClientRect();
    return box.right <= frame.right + 1 && box.bottom <= frame.bottom + 1 && box.top >= frame.top;
  });
  return {
    id: slide.id, size: parseFloat(getComputedStyle(slide).getPropertyValue('--fit')),
    over: body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1,
    inside, empty: !body.textContent.trim() && !body.querySelector('img')
      && !slide.classList.contains('title'),
    small: Array.from(body.querySelectorAll('img'))
      .filter(i => i.getBoundingClientRect().height < 150).length,
  };
})
"""
CURRENT = "() => document.querySelector('.slide.current').id"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The decks of all parts."""
    return slides.build(course.read_book(ROOT), tmp_path_factory.mktemp("course") / "slides")


@pytest.fixture(scope="module")
def opened(browser, decks):
    """Each deck, open from disk in a window of 1280 by 720; and what went wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(120_000)
    pages = []
    for deck in decks:
        page, wrong = context.new_page(), []
        page.on("console", lambda m, to=wrong: m.type == "error" and to.append(m.text))
        page.on("pageerror", lambda e, to=wrong: to.append(str(e)))
        page.on("request", lambda r, to=wrong: is_foreign(r.url, "file:") and to.append(r.url))
        page.on("requestfailed", lambda r, to=wrong: to.append(r.url))
        page.goto(deck.as_uri())
        page.wait_for_function(FITTED, timeout=120_000)
        pages.append((deck.name, page, wrong))
    yield pages
    context.close()


def test_slides_load_quietly_and_draw_formulas_and_figures(opened):
    for name, page, wrong in opened:
        assert not wrong, f"{name}: {wrong[:3]}"
        assert page.locator("mjx-container").count() > 10 and not page.locator("mjx-merror").count()
        drawn = "all => all.every(i => i.complete && i.naturalWidth > 0 && i.alt.length > 14)"
        assert page.eval_on_selector_all("img", drawn)
        assert page.locator("img").count() >= 4  # as many as a deck of one chapter has


def test_no_slide_runs_over_and_letters_stay_readable(opened):
    for name, page, _ in opened:
        for slide in page.evaluate(LOOK):
            where = f"{name}#{slide['id']}"
            assert not slide["over"] and slide["inside"], f"{where} runs over"
            assert slide["size"] >= SMALLEST, where
            assert not slide["empty"] and not slide["small"], where


def test_slides_are_moved_by_keyboard(opened):
    _, page, _ = opened[0]
    last = page.locator(".slide").count()
    for key, expected in (("Home", 1), ("ArrowRight", 2), (" ", 3), ("PageDown", 4),
                          ("ArrowLeft", 3), ("Shift+ ", 2), ("End", last), ("ArrowRight", last)):
        page.keyboard.press(key)
        assert int(page.evaluate(CURRENT)) == expected, key
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    assert page.locator(".slide.current .notes").is_visible()
    page.keyboard.press("n")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("?")
    page.locator("#next").click()
    assert int(page.evaluate(CURRENT)) == 4 and page.url.endswith("#4")


def test_slides_are_accessible_and_fill_any_window(opened):
    _, page, _ = opened[0]
    page.add_script_tag(path=str(AXE))
    kinds = page.eval_on_selector_all(".slide", "all => all.map(s => [s.className, s.id])")
    first = {name: number for name, number in reversed(kinds)}
    for number in first.values():
        page.evaluate(f"location.hash = '#{number}'")
        page.wait_for_timeout(100)
        assert not page.evaluate(RUN_AXE)
    for width, height in ((390, 844), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        # The deck hears of its new size at some later frame, on a busy machine much later.
        page.wait_for_function(
            "target => Math.abs(document.querySelector('.slide.current')"
            ".getBoundingClientRect().width - target) < 0.05 * target",
            arg=min(width, height * 1280 / 720),
        )
        box = page.locator(".slide.current").bounding_box()
        assert box["x"] >= -1 and box["x"] + box["width"] <= width + 1
        assert box["width"] > 0.95 * min(width, height * 1280 / 720)
    page.set_viewport_size({"width": 1280, "height": 720})
