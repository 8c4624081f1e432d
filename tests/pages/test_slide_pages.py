"""The decks, composed from the executed chapters, in a browser: every slide is opened once.

Like ``test_pages.py``, these tests need `make book` first and are left out unless asked for.
"""

from __future__ import annotations

import pytest

from tests.pages.looking import AXE, RUN_AXE, is_foreign
from tools import course, lectures, slides
from tools.book_layout import ROOT

# One process makes the decks, once.
pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("slides")]

READY = "() => document.documentElement.dataset.ready === 'yes'"
SMALLEST = 20  # pixels of the 720 of a slide: what can be read from the last row
NAMES = lectures.names(ROOT)
# Of the slide that is shown: what runs over, and the size of the smallest letters.
LOOK = """
() => {
  const slide = Reveal.getCurrentSlide(), frame = slide.getBoundingClientRect();
  const body = slide.querySelector('.body'), footer = slide.querySelector('footer');
  const limit = footer.getBoundingClientRect().top + 2;
  const parts = Array.from(slide.querySelectorAll('h1, h2, img, svg.loop, p, li, pre, table'))
    .filter(e => !e.closest('.notes, footer, .runs'));
  const over = parts.filter(e => {
    const box = e.getBoundingClientRect();
    return box.right > frame.right + 1 || box.left < frame.left || box.top < frame.top - 1
      || box.bottom > limit;
  }).map(e => e.tagName + ' ' + e.textContent.slice(0, 40));
  if (body.scrollHeight > body.clientHeight + 2) over.push('body');
  const letters = [];
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || e.closest('.notes, script, style, .runs')
        || e.closest('mjx-container')) continue;
    const svg = e.closest('svg');
    const scale = svg ? svg.getScreenCTM().a : 1;
    letters.push(parseFloat(getComputedStyle(e).fontSize) * scale);
  }
  for (const img of slide.querySelectorAll('img[data-letters]')) {
    const box = img.getBoundingClientRect(), told = img.dataset;
    const scale = Math.min(box.width / told.width, box.height / told.height);
    letters.push(told.letters / 72 * scale);
  }
  const runs = slide.querySelector('.runs');
  return {
    name: slide.dataset.name, over, letters: Math.min(...letters),
    small: Array.from(slide.querySelectorAll('img, svg.loop'))
      .some(e => e.getBoundingClientRect().height < 250),
    drawn: Array.from(slide.querySelectorAll('img'))
      .every(i => i.complete && i.naturalWidth > 0 && i.alt.length > 14),
    cut: Boolean(runs) && runs.scrollHeight > runs.clientHeight + 2,
    picture: Boolean(slide.querySelector('img, svg.loop, .runs')),
    notes: slide.querySelector('.notes').getClientRects().length,
  };
}
"""
RUNNING = "() => Reveal.getCurrentSlide().querySelector('.runs').dataset.running === 'yes'"
AT = "() => Reveal.getIndices().h + 1"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The decks of all lectures."""
    made = slides.build(course.read_book(ROOT), tmp_path_factory.mktemp("course") / "slides")
    assert not made.missing
    return {path.stem: path for path in made.files}


@pytest.fixture(scope="module")
def visit(browser, decks):
    """Opens a deck from disk in a window of 1280 by 720; also what went wrong meanwhile."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(120_000)

    def open_deck(name, query=""):
        page, wrong = context.new_page(), []
        page.on("console", lambda m: m.type == "error" and wrong.append(m.text))
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("request", lambda r: is_foreign(r.url, "file:") and wrong.append(r.url))
        page.on("requestfailed", lambda r: wrong.append(r.url))
        page.goto(decks[name].as_uri() + query)
        page.wait_for_function(READY)
        return page, wrong

    yield open_deck
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_of_every_deck(visit, name):
    """Nothing runs over, letters can be read, figures are there, widgets run."""
    page, wrong = visit(name)
    pictured, total = 0, page.evaluate("Reveal.getTotalSlides()")
    for number in range(total):
        page.evaluate(f"Reveal.slide({number}, 0, 99)")
        if page.evaluate("Boolean(Reveal.getCurrentSlide().querySelector('.runs'))"):
            page.wait_for_function(RUNNING)
        slide = page.evaluate(LOOK)
        where = f"{name}#{number + 1} {slide['name']}"
        assert not slide["over"], f"{where} runs over: {slide['over']}"
        assert slide["letters"] >= SMALLEST - 0.1, f"{where}: letters of {slide['letters']:.1f} px"
        assert slide["drawn"] and not slide["small"] and not slide["cut"], where
        assert not slide["notes"], f"{where} shows its notes"
        pictured += slide["picture"]
    assert not page.locator("mjx-merror").count()
    assert not wrong, wrong[:3]
    if name == "ninety_minutes":
        assert pictured >= 0.7 * total
    page.close()


def test_slides_are_moved_by_keyboard(visit):
    page, _ = visit("ninety_minutes")
    last = page.evaluate("Reveal.getTotalSlides()")
    for key, expected in (("Home", 1), ("ArrowRight", 2), (" ", 3), ("PageDown", 4),
                          ("ArrowLeft", 3), ("End", last)):
        page.keyboard.press(key)
        page.wait_for_function(f"() => Reveal.getIndices().h + 1 === {expected}")
    page.keyboard.press("g")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.wait_for_function("() => Reveal.getIndices().h + 1 === 5")
    page.keyboard.press("o")
    page.wait_for_function("() => Reveal.isOverview()")
    page.keyboard.press("o")
    page.wait_for_function("() => !Reveal.isOverview()")
    page.close()


def test_the_loop_is_built_up_step_by_step(visit):
    page, _ = visit("ninety_minutes")
    loop = page.evaluate(
        "Reveal.getSlides().findIndex(s => s.dataset.name === '04/loop')"
    )
    page.evaluate(f"Reveal.slide({loop}, 0, -1)")
    shown = "() => Reveal.getCurrentSlide().querySelectorAll('.fragment.visible').length"
    counts = [page.evaluate(shown)]
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        counts.append(page.evaluate(shown))
    assert counts[0] == 0 and counts == sorted(set(counts))
    assert page.evaluate(AT) == loop + 1
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => Reveal.getIndices().h === {loop + 1}")
    page.close()


def test_the_presenters_window_follows_and_leads_from_disk(visit):
    """It opens from a file, shows notes, next slide and plan, and moves the deck."""
    page, wrong = visit("ninety_minutes")
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    window = opening.value
    place = "text => document.getElementById('place').textContent.startsWith(text)"
    window.wait_for_function(place, arg="Slide 1 of")
    page.keyboard.press("ArrowRight")
    window.wait_for_function(place, arg="Slide 2 of")
    assert "panels from below" in window.locator("#notes").text_content()
    assert "planned 0:30 to 2:30" in window.locator("#clock").text_content()
    assert "Where is the wave kept" in window.locator("#next-title").text_content()
    for frame, expected in (("#now", 2), ("#next", 3)):
        inside = window.locator(frame).element_handle().content_frame()
        inside.wait_for_function(READY)
        inside.wait_for_function(f"() => Reveal.getIndices().h + 1 === {expected}")
    window.locator("#on").click()
    page.wait_for_function("() => Reveal.getIndices().h + 1 === 3")
    window.locator("#to").fill("12")
    window.locator("#to").press("Enter")
    page.wait_for_function("() => Reveal.getIndices().h + 1 === 12")
    window.close()
    assert not wrong, wrong[:3]
    page.close()


def test_a_widget_answers_on_its_slide_and_keys_stay_with_its_slider(visit):
    page, _ = visit("ninety_minutes")
    number = page.evaluate("Reveal.getSlides().findIndex(s => s.dataset.name === '01/noise')")
    page.evaluate(f"Reveal.slide({number})")
    page.wait_for_function(RUNNING)
    slider = page.locator("section.present .runs input[type=range]").first
    before = page.locator("section.present .live-status").text_content()
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "before => document.querySelector('section.present .live-status').textContent !== before",
        arg=before,
    )
    assert page.evaluate(AT) == number + 1
    page.close()


def test_printed_each_slide_is_a_page(visit):
    page, _ = visit("week_1_exercises", "?print-pdf")
    total = page.evaluate("Reveal.getTotalSlides()")
    pages = page.locator(".pdf-page")
    assert pages.count() == total
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") in (0, total)
    page.close()


def test_slides_are_accessible_and_fill_any_window(visit):
    page, _ = visit("ninety_minutes")
    page.add_script_tag(path=str(AXE))
    kinds = page.evaluate("Reveal.getSlides().map((s, k) => [s.className.split(' ')[0], k])")
    for number in dict(reversed(kinds)).values():
        page.evaluate(f"Reveal.slide({number}, 0, 99)")
        page.wait_for_timeout(100)
        assert not page.evaluate(RUN_AXE), number
    for width, height in ((390, 844), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        # The deck hears of its new size at some later frame, on a busy machine much later.
        page.wait_for_function(
            "target => Math.abs(Reveal.getCurrentSlide().getBoundingClientRect().width - target)"
            " < 0.05 * target",
            arg=min(width, height * 1280 / 720),
        )
    page.close()
