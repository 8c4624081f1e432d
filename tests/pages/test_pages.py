"""The built pages: read as files, and opened in a browser.

These tests read ``_build/html`` and are left out unless asked for
(``pytest -m pages``); `make test` builds the book first. Each page is opened
twice: from disk, wide, in the light theme; and over http, as wide as a phone,
in the dark theme.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tools.book_layout import HTML, ROOT, page_names

pytestmark = pytest.mark.pages

AXE = ROOT / "_assets" / "axe.min.js"
PAGES = page_names()
EXTRA_PAGES = ["search", "genindex"]

PHONE_WIDTH = 390
MAX_PAGE_BYTES = 3_000_000
MIN_WORDS = 8
PATIENCE = 120_000  # milliseconds, for a busy machine
# Markup that stays behind where a role, a reference or a value was not resolved.
LEFTOVERS = [
    r"\{(ref|numref|eq|doc|cite(:\w+)?|glue(:\w+)?|prf:ref|term|download)\}",
    r"\[\?+\]",
    r"\?\?\?",
    r"^:::",
    r"Problematic",
]
FIND_OVERFLOW = """
() => {
  const wide = [];
  const limit = document.documentElement.clientWidth + 1;
  if (document.documentElement.scrollWidth <= limit) return wide;
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.right + window.scrollX <= limit || box.width === 0) continue;
    let parent = element.parentElement, contained = false;
    while (parent && parent !== document.body) {
      if (getComputedStyle(parent).overflowX !== 'visible') { contained = true; break; }
      parent = parent.parentElement;
    }
    if (!contained) wide.push(element.outerHTML.slice(0, 160));
  }
  return wide.length ? wide : ['the page is wider than the window'];
}
"""
FIND_IMAGES = """
() => Array.from(document.images).map(image => ({
  source: image.getAttribute('src').slice(0, 100), width: image.naturalWidth,
  alt: image.getAttribute('alt'), role: image.getAttribute('role')}))
"""
RUN_AXE = """
async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], preload: false});
  return found.violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => `${v.id} (${v.impact}): ${v.help}; ` + v.nodes.slice(0, 3)
      .map(n => n.target.join(' ') + '  ' + n.html.slice(0, 140)).join(' | '));
}
"""
SETTLE = """
async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  document.querySelectorAll('details').forEach(d => { d.open = true; });
  document.querySelectorAll('.toggle-hidden > .toggle-button, button.toggle-button-hidden')
    .forEach(b => b.click());
  document.querySelectorAll('img').forEach(i => { i.loading = 'eager'; });
  await Promise.all(Array.from(document.images).filter(i => !i.complete)
    .map(i => new Promise(r => { i.onload = i.onerror = r; })));
}
"""
WIDGETS_DRAWN = """
() => {
  const target = document.querySelectorAll(
    'script[type="application/vnd.jupyter.widget-view+json"]').length;
  return document.querySelectorAll('.widget-subarea').length >= target
    && document.querySelectorAll('.widget-subarea:empty').length === 0;
}
"""


@dataclass
class Visit:
    """What was seen when a page was opened."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    images: list[dict] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    formulas: int = 0
    drawn_formulas: int = 0
    math_errors: list[str] = field(default_factory=list)
    widgets_drawn: bool = True


def is_foreign(address: str, server: str) -> bool:
    """Whether a request leaves the book."""
    parts = urlsplit(address)
    if parts.scheme in {"data", "blob", "about", "file"}:
        return False
    return not address.startswith(server + "/")


def open_page(browser, server: str, name: str, *, from_disk: bool, **options) -> Visit:
    """Open a page and write down what there is to see."""
    visit = Visit()
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("console", lambda m: m.type == "error" and visit.errors.append(m.text))
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda r: is_foreign(r.url, server) and visit.foreign.append(r.url))
    page.on("requestfailed", lambda r: visit.failed.append(r.url))
    page.on("response", lambda r: r.status >= 400 and visit.failed.append(f"{r.status} {r.url}"))
    try:
        base = HTML.as_uri() if from_disk else server
        page.goto(f"{base}/{name}.html", wait_until="load")
        page.evaluate(SETTLE)
        look(page, visit)
    finally:
        context.close()
    return visit


def look(page, visit: Visit) -> None:
    """Fill in what is seen on an open page."""
    playwright = pytest.importorskip("playwright.sync_api")
    try:
        page.wait_for_function(WIDGETS_DRAWN, timeout=15_000)
    except playwright.TimeoutError:
        visit.widgets_drawn = False
    page.wait_for_timeout(200)
    visit.images = page.evaluate(FIND_IMAGES)
    visit.overflow = page.evaluate(FIND_OVERFLOW)
    visit.formulas = page.locator("main .math").count()
    visit.drawn_formulas = page.locator("main .math mjx-container").count()
    visit.math_errors = page.locator("mjx-merror").all_inner_texts()
    page.add_script_tag(path=str(AXE))
    visit.violations = page.evaluate(RUN_AXE)
    if visit.violations:
        # On a busy machine a colour may be looked at before it is painted: what is wrong
        # with the page is still wrong a moment later.
        page.wait_for_timeout(1500)
        visit.violations = page.evaluate(RUN_AXE)


@pytest.fixture(scope="session")
def visits(browser, server):
    """Opens each page once in each way, when first asked for."""
    ways = {
        "disk, light": dict(
            from_disk=True, color_scheme="light", viewport={"width": 1280, "height": 900}
        ),
        "http, dark, phone": dict(
            from_disk=False,
            color_scheme="dark",
            viewport={"width": PHONE_WIDTH, "height": 844},
            reduced_motion="reduce",
        ),
    }

    @functools.cache
    def visit(name: str, way: str) -> Visit:
        return open_page(browser, server, name, **ways[way])

    return visit


@functools.cache
def soup(name: str):
    """A built page, parsed."""
    from bs4 import BeautifulSoup

    return BeautifulSoup((HTML / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def prose(name: str) -> str:
    """The text of a page's article, without code and formulas."""
    article = soup(name).find("article") or soup(name).find("main")
    copy = type(soup(name))(str(article), "html.parser")
    for element in copy.select("pre, code, script, style, .math"):
        element.decompose()
    return copy.get_text("\n")


# The tests of one page run in one process, which opens it once in each way.
ALL_PAGES = [
    pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in [*PAGES, *EXTRA_PAGES]
]
on_every_page = pytest.mark.parametrize("name", ALL_PAGES[: len(PAGES)])
on_extra_pages_too = pytest.mark.parametrize("name", ALL_PAGES)
in_every_way = pytest.mark.parametrize("way", ["disk, light", "http, dark, phone"])


@on_every_page
def test_page_exists_and_has_content(name):
    path = HTML / f"{name}.html"
    assert path.is_file(), f"{name} is in _toc.yml but was not built"
    assert len(soup(name).find("article").get_text().split()) >= MIN_WORDS


@on_every_page
def test_page_shows_no_error_and_no_warning(name):
    bad = ".system-message, .output.traceback, .output.stderr, .cell_output .stderr, .problematic"
    found = [element.get_text()[:300] for element in soup(name).select(bad)]
    allowed = soup(name).select(".tag_raises-exception .output.traceback")
    assert len(found) == len(allowed), found


@on_every_page
def test_page_has_no_unresolved_reference(name):
    text = prose(name)
    found = [m.group(0) for pattern in LEFTOVERS for m in re.finditer(pattern, text, re.M)]
    assert not found, found


@on_every_page
def test_links_within_the_book_lead_somewhere(name):
    dead = []
    for link in soup(name).select("a[href], link[href], script[src], img[src]"):
        address = link.get("href") or link.get("src")
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or address.startswith("data:"):
            continue
        path = (HTML / name).parent / unquote(parts.path) if parts.path else HTML / f"{name}.html"
        if not path.exists():
            dead.append(address)
        elif parts.fragment and path.suffix == ".html" and not has_anchor(path, parts.fragment):
            dead.append(address)
    assert not dead, dead


@functools.cache
def anchors(path: Path) -> frozenset[str]:
    """Every place of a page that a link can point to."""
    return frozenset(re.findall(r'\bid="([^"]+)"', path.read_text(encoding="utf-8")))


def has_anchor(path: Path, fragment: str) -> bool:
    """Whether a page has a place of that name."""
    return unquote(fragment) in anchors(path.resolve())


@on_every_page
def test_page_is_not_too_large(name):
    path = HTML / f"{name}.html"
    # Images inside the page itself are counted with it.
    sources = {i["src"] for i in soup(name).select("img[src]") if not i["src"].startswith("data:")}
    images = {(path.parent / unquote(source)).resolve() for source in sources}
    size = path.stat().st_size + sum(i.stat().st_size for i in images if i.is_file())
    assert size <= MAX_PAGE_BYTES, f"{size / 1e6:.1f} MB"


@on_every_page
def test_figures_have_alternative_text(name):
    without = []
    for image in soup(name).select("article img"):
        alt, source = (image.get("alt") or "").strip(), Path(image["src"]).name[:80]
        if len(alt) < 15 or source in alt or alt.endswith((".png", ".svg")):
            without.append(f"{source}: {alt!r}")
    assert not without, without


@in_every_way
@on_extra_pages_too
def test_page_is_quiet_and_self_contained(visits, name, way):
    visit = visits(name, way)
    assert not visit.foreign, f"asks other hosts: {visit.foreign}"
    assert not visit.failed, f"could not load: {visit.failed}"
    assert not visit.errors, f"console: {visit.errors}"


@in_every_way
@on_every_page
def test_images_and_formulas_and_widgets_are_drawn(visits, name, way):
    visit = visits(name, way)
    assert not [image for image in visit.images if image["width"] == 0]
    assert visit.drawn_formulas >= visit.formulas
    assert not visit.math_errors
    assert visit.widgets_drawn, "a widget was not drawn"


@on_extra_pages_too
def test_page_fits_a_phone(visits, name):
    assert not visits(name, "http, dark, phone").overflow


@in_every_way
@on_extra_pages_too
def test_page_is_accessible(visits, name, way):
    violations = visits(name, way).violations
    assert not violations, "\n".join(violations)
