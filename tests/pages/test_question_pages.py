"""Questions and predictions in the built pages, worked by keyboard, mouse and finger.

Like ``test_pages.py``, these tests read ``_build/html`` and are left out unless asked for.
"""

from __future__ import annotations

import json
import re

import pytest

from tests.pages.contrast import CONTRAST
from tests.pages.looking import AXE, PATIENCE, PHONE_WIDTH, RUN_AXE, is_foreign, soup
from tools import questions
from tools.book_layout import HTML, ROOT, chapters

pytestmark = pytest.mark.pages

NAMES = {path.stem[:2]: f"chapters/{path.stem}" for path in chapters(ROOT)}
KEPT = "spikelib-answers"
in_every_chapter = pytest.mark.parametrize(
    "number", [pytest.param(n, marks=pytest.mark.xdist_group(name)) for n, name in NAMES.items()]
)
SKETCHES = [each for number in NAMES for each in questions.predictions(ROOT, number).values()
            if not each.choices]
CHOICES = [each for number in NAMES for each in questions.predictions(ROOT, number).values()
           if each.choices]
by_key = {"ids": lambda each: each.key}

READ = "() => JSON.parse(localStorage.getItem('spikelib-answers') || '{}')"
RAW = "() => localStorage.getItem('spikelib-answers')"
SETTLED = "() => window.bookAnswers && document.querySelector('.asked-bar')"
COVERED = "figure => figure.matches('.veiled, .sketching')"


def again(page, address=None):
    """The page, or another one, in a second tab: it finds what the first has kept.

    Reloaded at once, in a window without a history, Chromium can find its storage empty: what the
    page before wrote is then still on its way. In a second tab, too, if seldom; so it is opened
    anew a few times, until it has what the first one sees. What is never kept is never found.
    """
    kept = page.evaluate(RAW)
    second = page.context.new_page()
    for _ in range(5):
        second.goto(address or page.url, wait_until="domcontentloaded")
        second.wait_for_function(SETTLED)
        if second.evaluate(RAW) == kept:
            break
        second.wait_for_timeout(300)
    return second


@pytest.fixture
def visit(browser):
    """Opens a page in a window of its own; what it asks of other hosts fails the test."""
    opened, foreign = [], []

    def open_page(name, **options):
        options = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        context.on("request", lambda r: is_foreign(r.url, "file:") and foreign.append(r.url))
        page = context.new_page()
        page.goto((HTML / f"{name}.html").as_uri(), wait_until="domcontentloaded")
        if options.get("java_script_enabled", True):
            page.wait_for_function(SETTLED)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert not foreign


def press_tab_to(page, selector: str) -> None:
    """Move by Tab from the element before a control to the control."""
    page.locator(selector).evaluate("""e => {
      const can = 'a[href], button, [tabindex], summary, input';
      const all = Array.from(document.querySelectorAll(can)).filter(
        x => x.tabIndex >= 0 && !x.disabled && !x.closest('[inert]') && x.checkVisibility());
      all[all.indexOf(e) - 1].focus();
    }""")
    page.keyboard.press("Tab")
    assert page.locator(selector).evaluate("e => e === document.activeElement"), selector


@in_every_chapter
def test_a_page_has_what_its_chapter_asks(number):
    page = soup(NAMES[number])
    asked = [box["id"] for box in page.select("article .question")]
    assert sorted(asked) == sorted(each.key for each in questions.questions(ROOT, number))
    predicted = [box["id"] for box in page.select("article .prediction")]
    assert predicted == list(questions.predictions(ROOT, number))
    for each in questions.questions(ROOT, number):
        box = page.select_one(f"#{each.key}")
        right = [choice["data-right"] == "true" for choice in box.select(".choices > .choice")]
        assert right == [choice.right for choice in each.choices]
        assert len(box.select(".answers > .why")) == len(each.choices)
        assert "{glue" not in box.get_text() and "…" not in box.get_text()
    for box in page.select("article .prediction"):
        figure = page.select_one(f"#{box['data-figure']}")
        assert figure is not None, box["data-figure"]


@in_every_chapter
def test_questions_are_answered_by_keyboard_and_kept(visit, number):
    """Each choice of the first question, then one of all others; a reload shows the same."""
    page, asked = visit(NAMES[number]), questions.questions(ROOT, number)
    order = page.eval_on_selector_all("article .question", "all => all.map(e => e.id)")
    first = next(each for each in asked if each.key == order[0])
    for k, choice in enumerate(first.choices, start=1):
        button = f"#{first.key} .choice:nth-child({k}) .choice-button"
        press_tab_to(page, button)
        page.keyboard.press("Enter")
        told = page.locator(f"#{first.key} .choice:nth-child({k}) .told")
        assert told.inner_text().startswith("Right." if choice.right else "No.")
        assert page.locator(f"#{first.key} .told:not(:empty)").count() == 1, "one reason at a time"
    for key in order[1:]:
        page.locator(f"#{key} .choice-button").first.focus()
        page.keyboard.press("Space")
        assert page.locator(f"#{key} .told:not(:empty)").count() == 1
    total = len(order) + len(questions.predictions(ROOT, number))
    said = f"{len(order)} of {total} answered"
    assert page.locator(".asked-count").inner_text() == said
    kept = page.evaluate(READ)
    assert set(kept) == set(order)
    page = again(page)
    assert page.locator(".asked-count").inner_text() == said
    assert page.locator(f"#{first.key} .told:not(:empty)").count() == 1
    page.locator(".asked-bar button", has_text="Erase").click()
    assert page.evaluate(READ) == {}
    assert page.locator(".asked-count").inner_text() == f"0 of {total} answered"
    assert page.locator(".told:not(:empty)").count() == 0


def test_answers_of_other_chapters_stay_when_one_is_erased(visit):
    page = visit(NAMES["01"])
    other = questions.questions(ROOT, "02")[0].key
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [KEPT, json.dumps({other: [1]})])
    page = again(page)
    page.locator(".question .choice-button").first.click()
    page.locator(".asked-bar button", has_text="Erase").click()
    assert page.evaluate(READ) == {other: [1]}


@pytest.mark.parametrize(
    "kept", ["nonsense", "[1]", '{"ask-exact-step": "x", "predict-fi-curve": [2]}']
)
def test_a_broken_memory_does_no_harm(visit, kept):
    page = visit(NAMES["01"])
    page.evaluate("([k, v]) => localStorage.setItem(k, v)", [KEPT, kept])
    page = again(page)
    page.locator("#ask-exact-step .choice-button").first.click()
    assert page.locator("#ask-exact-step .told:not(:empty)").count() == 1


@pytest.mark.parametrize("each", CHOICES, **by_key)
def test_a_prediction_uncovers_its_figure(visit, each):
    page = visit(NAMES[each.chapter])
    figure = page.locator(f"#{each.figure}")
    assert figure.evaluate(COVERED)
    assert figure.locator(".drawn").evaluate("e => e.inert"), "nobody tabs below the veil"
    page.locator(f"#{each.key} .choice-button").last.focus()
    page.keyboard.press("Enter")
    assert not figure.evaluate(COVERED)
    assert not figure.locator(".drawn").evaluate("e => e.inert")
    came = page.locator(f"#{each.key} .came-told").inner_text()
    assert " ".join(came.split())[:25] == " ".join(each.came.split())[:25].replace("*", "")
    page = again(page)
    assert not page.locator(f"#{each.figure}").evaluate(COVERED)


@pytest.mark.parametrize("width", [1280, PHONE_WIDTH])
@pytest.mark.parametrize("each", SKETCHES, **by_key)
def test_a_curve_is_drawn_by_keyboard_into_the_figures_own_axes(visit, each, width):
    page = visit(NAMES[each.chapter], viewport={"width": width, "height": 844})
    figure = page.locator(f"#{each.figure}")
    kind = "wide" if width > 600 else "narrow"
    drawing = figure.locator(f".drawn > svg.drawn-{kind}")
    assert figure.evaluate(COVERED)
    frame = drawing.evaluate("""svg => {
      const seen = e => getComputedStyle(e).visibility !== 'hidden';
      return {axes: svg.querySelectorAll('clipPath rect').length,
              data: Array.from(svg.querySelectorAll('[clip-path]')).filter(seen).length,
              words: Array.from(svg.querySelectorAll(':scope > text')).filter(seen).length,
              frame: Array.from(svg.querySelectorAll(':scope > path')).filter(seen).length};
    }""")
    assert frame["axes"] == 1 and not frame["data"], "the curves are to be seen"
    assert frame["words"] >= 6 and 2 <= frame["frame"] <= 4, frame
    points = drawing.locator(".sketch-point")
    compare = figure.get_by_role("button", name="Compare")
    assert points.count() == 13 and compare.is_disabled()
    points.first.focus()
    before = int(points.first.get_attribute("aria-valuenow"))
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "PageUp"):
        page.keyboard.press(key)
    assert int(points.first.get_attribute("aria-valuenow")) == before + 25
    page.keyboard.press("ArrowRight")
    assert points.nth(1).evaluate("e => e === document.activeElement")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    assert int(points.last.get_attribute("aria-valuenow")) == before - 20
    assert re.match(r"(about|between|above|below) ", points.last.get_attribute("aria-valuetext"))
    compare.focus()
    page.keyboard.press("Enter")
    assert not figure.evaluate(COVERED)
    assert drawing.locator(".sketch-line").count() == 1 and points.count() == 0
    assert figure.locator(".came-told").inner_text().strip()[:10] == each.came.strip()[:10]
    kept = page.evaluate(READ)[each.key]
    assert len(kept) == 13 and kept[0] == pytest.approx(0.75) and kept[-1] == pytest.approx(0.3)


def test_a_curve_is_drawn_by_mouse_and_clicks_do_not_enlarge_it(visit):
    each = SKETCHES[0]
    page = visit(NAMES[each.chapter])
    figure = page.locator(f"#{each.figure}")
    figure.scroll_into_view_if_needed()
    ground = figure.locator(".drawn-wide .sketch-ground")
    box = ground.bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] - 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 2, steps=12)
    page.mouse.up()
    figure.get_by_role("button", name="Compare").click()
    values = page.evaluate(READ)[each.key]
    assert values == sorted(values) and values[0] < 0.1 and values[-1] > 0.9
    assert page.locator("dialog[open]").count() == 0


def test_show_anyway_and_the_switch(visit):
    each = CHOICES[0]
    page = visit(NAMES[each.chapter])
    covered = page.locator("figure.veiled, figure.sketching")
    n_covered = covered.count()
    assert n_covered == len(questions.predictions(ROOT, each.chapter))
    page.locator(f"#{each.figure}").get_by_role("button", name="Show anyway").press("Enter")
    assert covered.count() == n_covered - 1
    switch = page.get_by_role("button", name="Predictions")
    assert switch.get_attribute("aria-pressed") == "true"
    switch.press("Enter")
    assert covered.count() == 0 and not page.locator(".prediction").first.is_visible()
    page = again(page, (HTML / f"{NAMES['03']}.html").as_uri())
    covered = page.locator("figure.veiled, figure.sketching")
    assert covered.count() == 0, "the switch is kept from page to page"
    page.get_by_role("button", name="Predictions").press("Enter")
    assert covered.count() == len(questions.predictions(ROOT, "03"))


@pytest.mark.parametrize("number", ["01", "04"])
def test_without_scripts_everything_can_be_read(visit, number):
    page = visit(NAMES[number], java_script_enabled=False)
    assert page.locator("figure.veiled, figure.sketching").count() == 0
    box = page.locator("article .question").first
    assert box.locator(".choice").first.is_visible()
    assert not box.locator(".why").first.is_visible()
    box.locator("summary").click()
    assert box.locator(".why").first.is_visible()


@in_every_chapter
def test_on_paper_nothing_is_covered_and_answers_are_there(visit, number):
    page = visit(NAMES[number], viewport={"width": 718, "height": 1000})
    page.locator(".question .choice-button").first.click()
    page.emulate_media(media="print")
    seen = page.evaluate("""() => ({
      hidden: Array.from(document.querySelectorAll('.prediction .came, .question .why, .choice'))
        .filter(e => !e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}))
        .map(e => e.textContent.slice(0, 40)),
      data: Array.from(document.querySelectorAll('.sketch-data, figcaption'))
        .filter(e => getComputedStyle(e).visibility === 'hidden').length,
      left: Array.from(document.querySelectorAll('.veil-bar, .asked-bar, .sketch, .told'))
        .filter(e => getComputedStyle(e).display !== 'none' && e.getClientRects().length).length
    })""")
    assert seen == {"hidden": [], "data": 0, "left": 0}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("number", ["01", "04"])
def test_boxes_keep_their_contrast_and_are_accessible(visit, number, theme):
    """Before an answer and after one; and nothing is wider than a phone."""
    page = visit(NAMES[number], color_scheme=theme, viewport={"width": PHONE_WIDTH, "height": 844})
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for answered in (False, True):
        if answered:
            for button in page.locator(".question .choice-button").all()[::2]:
                button.click()
            page.locator(".prediction .choice-button").first.click()
        assert not page.evaluate(CONTRAST)
        assert not page.evaluate(RUN_AXE)
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")
    small = page.evaluate("""() => Array.from(
      document.querySelectorAll('.choice-button, .veil-bar button, .asked-bar button'))
      .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).length""")
    assert not small, "a finger needs 44 pixels"
