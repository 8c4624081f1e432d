"""Pages that explain themselves: drawings, definitions, depth, excerpts of a search.

Like ``test_pages.py``, these tests read ``_build/html`` and are left out unless asked for.
"""

from __future__ import annotations

import pytest

from tests.pages.looking import PATIENCE, PHONE_WIDTH, is_foreign, soup
from tests.pages.test_pages import PAGES
from tools import definitions
from tools.book_layout import HTML, ROOT

pytestmark = pytest.mark.pages

CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
in_every_chapter = pytest.mark.parametrize("name", CHAPTERS)
SHOWN = "#definition-shown"
LEAST_TEXT = 11  # pixels
TEXT_HEIGHTS = """
() => Array.from(document.querySelectorAll('div.drawing svg text')).flatMap(text => {
  if (!text.checkVisibility()) return [];
  const scale = text.getScreenCTM().a;
  return [...text.querySelectorAll('tspan'), text].map(part => ({
    height: parseFloat(getComputedStyle(part).fontSize) * scale, words: part.textContent}))
    .filter(part => !/index/.test(part.className)).slice(0, 1);
})
"""
COLOURS = """
() => Array.from(document.querySelectorAll('div.drawing svg .f-rate, div.drawing svg text.name'))
  .map(e => getComputedStyle(e).fill)
"""


@pytest.fixture
def window(browser):
    """Opens pages from disk, one after the other in one window, with what it has kept."""
    contexts = []

    def open_page(name, context=None, **options):
        if context is None:
            size = {"viewport": {"width": 1280, "height": 900}}
            context = browser.new_context(**(size | options))
            context.set_default_timeout(PATIENCE)
            contexts.append(context)
        page = context.new_page()
        page.foreign = []
        page.on("request", lambda r: is_foreign(r.url, "file:") and page.foreign.append(r.url))
        page.goto(f"{HTML.as_uri()}/{name}", wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


@in_every_chapter
def test_every_term_that_a_chapter_uses_has_its_definition_there(name):
    page = soup(name)
    buttons = page.select("button.defined")
    assert len(buttons) >= 5
    for button in buttons:
        text = page.find(id=button["aria-describedby"])
        assert text is not None and len(text.get_text()) > 15, button
    said = {b.get_text().lower().rstrip("s") for b in buttons}
    search = definitions.pattern(definitions.terms(ROOT))
    # Links lead to an explanation themselves; what stands above the first section is a summary.
    copy = type(page)(str(page.find("article")), "html.parser")
    for element in copy.select("a, code, .math"):
        element.decompose()
    prose = " ".join(p.get_text(" ") for p in copy.select("section section > p"))
    missing = {m.group(1).lower() for m in search.finditer(prose)} - said
    assert not {term for term in missing if term.rstrip("s") not in said}


def test_a_definition_shows_on_hover_on_focus_and_on_tap(window):
    page = window(f"{CHAPTERS[3]}.html")
    word = page.locator("button.defined").first
    word.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    word.hover()
    page.wait_for_selector(SHOWN, state="visible")
    text = page.locator(SHOWN).inner_text()
    assert word.inner_text().lower().rstrip("s") in text.lower() and len(text) > 20
    page.mouse.move(2, 2)
    page.wait_for_selector(SHOWN, state="hidden")
    word.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.wait_for_selector(SHOWN, state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector(SHOWN, state="hidden")
    page.keyboard.press("Enter")
    page.wait_for_selector(SHOWN, state="visible")
    assert not page.foreign

    phone = window(f"{CHAPTERS[3]}.html", viewport={"width": PHONE_WIDTH, "height": 844},
                   has_touch=True)  # fmt: skip
    word = phone.locator("button.defined").nth(2)
    word.scroll_into_view_if_needed()
    phone.wait_for_timeout(300)
    word.tap()
    phone.wait_for_selector(SHOWN, state="visible")
    box = phone.locator(SHOWN).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE_WIDTH


def test_a_citation_says_what_is_cited(window):
    page = window(f"{CHAPTERS[1]}.html")
    link = page.locator("article a[data-work]").first
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    link.hover()
    page.wait_for_selector(SHOWN, state="visible")
    assert len(page.locator(SHOWN).inner_text()) > 40


def test_depth_is_chosen_by_keyboard_and_kept_from_page_to_page(window):
    page = window(f"{CHAPTERS[3]}.html")
    code = "article div.cell:not(.tag_hide-input) > div.cell_input"  # not folded
    formula = "article div.math"
    assert page.locator(code).first.is_visible()
    page.locator('.depth button[data-depth="story"]').focus()
    page.keyboard.press("Enter")
    assert not page.locator(code).first.is_visible()
    assert not page.locator(formula).first.is_visible()
    other = window(f"{CHAPTERS[1]}.html", page.context)
    assert not other.locator(code).first.is_visible()
    pressed = other.locator('.depth button[aria-pressed="true"]')
    assert pressed.all_inner_texts() == ["Story"]
    other.locator('.depth button[data-depth="equations"]').press("Enter")
    assert other.locator(formula).first.is_visible()
    assert not other.locator(code).first.is_visible()
    other.emulate_media(media="print")
    assert other.locator(code).first.is_visible()


@pytest.mark.parametrize("name", CHAPTERS)
def test_code_that_draws_is_folded(name):
    open_code = [cell.get_text() for cell in soup(name).select("div.cell > div.cell_input")
                 if not any(c.startswith("tag_shown-") for c in cell.parent["class"])
                 and cell.parent.select(".cell_output")]  # fmt: skip
    assert not [code[:80] for code in open_code if "figures.figure(" in code]


def test_search_shows_where_the_words_stand(window):
    page = window("search.html?q=inhibition")
    page.wait_for_selector("p.search-excerpt")
    excerpts = page.locator("p.search-excerpt").all_inner_texts()
    assert any("inhibit" in text.lower() for text in excerpts)
    assert not page.foreign


@pytest.mark.parametrize("width", [PHONE_WIDTH, 768, 1280])
def test_drawings_can_be_read_and_follow_the_theme(window, width):
    """On the preface and on a chapter with several drawings."""
    seen = {}
    for scheme in ("light", "dark"):
        page = window("chapters/08_using_its_input.html", color_scheme=scheme,
                      reduced_motion="reduce",
                      viewport={"width": width, "height": 900})  # fmt: skip
        heights = page.evaluate(TEXT_HEIGHTS)
        assert len(heights) >= 12
        assert not [part for part in heights if part["height"] < LEAST_TEXT - 0.05]
        seen[scheme] = page.evaluate(COLOURS)
        names = page.locator("div.drawing svg:visible")
        assert names.count() >= 3
        for k in range(names.count()):
            assert len(names.nth(k).get_attribute("aria-label")) > 40
    assert all(a != b for a, b in zip(seen["light"], seen["dark"], strict=True))


def test_the_method_moves_only_where_motion_is_allowed(window):
    moving = """() => document.getAnimations()
      .filter(a => a.playState === 'running' && a.effect.target.closest('.drawing')).length"""
    name = PAGES[0] + ".html"
    assert window(name, reduced_motion="no-preference").evaluate(moving) > 3
    still = window(name, reduced_motion="reduce")
    still.wait_for_timeout(200)
    assert still.evaluate(moving) == 0
