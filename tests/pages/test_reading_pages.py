"""Reading the built pages: offline search, keyboard, little motion, paper, notebooks.

Like ``test_pages.py``, these tests read ``_build/html`` and are left out unless asked for.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from tests.pages.looking import PATIENCE, is_foreign, soup
from tests.pages.test_pages import PAGES
from tools import course, sphinx_notebooks
from tools.book_layout import HTML, ROOT

pytestmark = pytest.mark.pages

CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
in_every_chapter = pytest.mark.parametrize("name", CHAPTERS)
MAX_TABS = 600

RESULTS = "() => document.querySelectorAll('#search-results ul.search > li a[href]').length > 0"
# Everything that can be operated, and is to be seen.
CONTROLS = """
() => {
  const seen = e => e.checkVisibility({visibilityProperty: true, opacityProperty: false})
    && !e.closest('[inert], [aria-hidden="true"], dialog:not([open])');
  const all = document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [role=slider], [role=button], [onclick]');
  window.controls = Array.from(all).filter(e => seen(e) && !e.disabled && e.type !== 'hidden');
  window.reached = new Set();
  return window.controls.filter(e => e.tabIndex < 0 && !e.classList.contains('headerlink'))
    .map(e => e.outerHTML.slice(0, 160));
}
"""
NOTE_FOCUS = """
() => {
  const e = document.activeElement;
  if (e && e !== document.body) window.reached.add(e);
  return e === document.body ? 'body' : '';
}
"""
MISSED = """
() => window.controls.filter(e => !window.reached.has(e) && e.tabIndex >= 0
    && e.checkVisibility({visibilityProperty: true}))
  .map(e => e.outerHTML.slice(0, 160))
"""
MOVES = """
() => Array.from(document.querySelectorAll('*')).flatMap(e => {
  const s = getComputedStyle(e), longest = t => Math.max(...t.split(',').map(parseFloat));
  const moves = (longest(s.transitionDuration) > 0.02 || longest(s.animationDuration) > 0.02
    || s.scrollBehavior === 'smooth');
  return moves ? [e.tagName + '.' + e.className] : [];
}).slice(0, 5)
"""
ON_PAPER = """
() => {
  const shown = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && e.getBoundingClientRect().height > 2;
  const page = document.documentElement.clientWidth + 1;
  const solutions = Array.from(document.querySelectorAll('.solution'));
  return {
    solutions: solutions.length,
    closed: solutions.filter(s => !Array.from(s.querySelectorAll('.admonition-title ~ *'))
      .some(shown)).length,
    wide: Array.from(document.querySelectorAll('article img, article canvas'))
      .filter(i => i.getBoundingClientRect().right > page).map(i => i.src || 'canvas'),
    cut: Array.from(document.querySelectorAll('article img'))
      .filter(i => getComputedStyle(i).breakInside !== 'avoid').length,
    controls: Array.from(document.querySelectorAll(
      '.bd-sidebar-primary, .bd-header-article, .copybtn, .toggle-button, .prev-next-footer'))
      .filter(shown).map(e => e.className),
    ground: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(document.querySelector('article p')).color,
  };
}
"""


@pytest.fixture
def page(browser):
    """A page in a window of its own; what it asks of other hosts fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    page, foreign = context.new_page(), []
    page.on("request", lambda r: is_foreign(r.url, "file:") and foreign.append(r.url))
    yield page
    context.close()
    assert not foreign


@pytest.mark.parametrize("words", ["rhythm", "least squares", "Fano"])
def test_search_from_disk_finds_pages(page, words):
    page.goto((HTML / "search.html").as_uri() + "?q=" + words.replace(" ", "+"))
    page.wait_for_function(RESULTS, timeout=PATIENCE)
    links = page.eval_on_selector_all(
        "#search-results ul.search > li a[href]", "all => all.map(a => a.getAttribute('href'))"
    )
    found = {(HTML / re.split("[?#]", link)[0]).resolve() for link in links}
    assert found and all(path.is_file() for path in found)


@in_every_chapter
def test_every_control_can_be_reached_by_keyboard(page, name):
    page.goto((HTML / f"{name}.html").as_uri())
    page.wait_for_load_state("load")
    assert not page.evaluate(CONTROLS), "cannot have the focus"


def test_tab_goes_through_a_whole_page(page):
    """From the top to the bottom, through what unfolds, and out again."""
    page.goto((HTML / f"{CHAPTERS[0]}.html").as_uri())
    page.wait_for_timeout(1500)
    page.evaluate(CONTROLS)
    for count in range(MAX_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(NOTE_FOCUS) == "body" and count > 20:
            break
    missed = page.evaluate(MISSED)
    assert not missed, missed[:10]


def test_a_solution_unfolds_by_keyboard(page):
    page.goto((HTML / f"{CHAPTERS[0]}.html").as_uri())
    page.wait_for_load_state("load")
    button = page.locator(".solution button.toggle-button").first
    button.focus()
    outline = "e => getComputedStyle(e).outlineStyle"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert button.evaluate("e => e === document.activeElement")
    assert button.evaluate(outline) == "solid", "nobody sees where the keyboard is"
    page.keyboard.press("Enter")
    assert page.locator(".solution").first.evaluate("e => !e.classList.contains('toggle-hidden')")


@pytest.mark.parametrize("name", [*CHAPTERS[:2], "book/api/least_squares"])
def test_reduced_motion_is_respected(browser, name):
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto((HTML / f"{name}.html").as_uri())
    assert not page.evaluate(MOVES)
    context.close()


@in_every_chapter
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_paper_solutions_are_open_and_nothing_is_cut(browser, name, theme):
    """As wide as A4 with margins, at 96 pixels an inch."""
    context = browser.new_context(color_scheme=theme, viewport={"width": 718, "height": 1000})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto((HTML / f"{name}.html").as_uri())
    page.emulate_media(media="print", color_scheme=theme)
    page.wait_for_timeout(300)
    seen = page.evaluate(ON_PAPER)
    context.close()
    assert seen["solutions"] >= 4 and not seen["closed"]
    assert not seen["wide"] and not seen["cut"] and not seen["controls"]
    assert seen["ground"] in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert max(int(part) for part in re.findall(r"\d+", seen["ink"])[:3]) < 80


def test_a_chapter_prints(page):
    page.goto((HTML / f"{CHAPTERS[0]}.html").as_uri())
    page.wait_for_timeout(1000)
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", paper)) >= 5


def test_chapters_can_be_downloaded_as_notebooks():
    offered = sphinx_notebooks.offered(ROOT)
    assert {path.stem for path in course.handed_out(ROOT)} <= {Path(name).name for name in offered}
    for name in offered:
        links = [a["href"] for a in soup(name).select("a.btn-download-notebook-button")]
        assert len(links) == 1, name
        path = ((HTML / f"{name}.html").parent / links[0]).resolve()
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        text = "\n".join(cell.source for cell in notebook.cells)
        assert "{glue" not in text and "…" not in text.replace("1, 2, …", ""), "a number is missing"
