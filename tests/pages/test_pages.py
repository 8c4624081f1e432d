"""The built pages: read as files, and opened in a browser.

These tests read ``_build/html`` and are left out unless asked for
(``pytest -m pages``); `make test` builds the book first. Each page is opened
twice: from disk, wide, in the light theme; and over http, as wide as a phone,
in the dark theme.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.pages.looking import soup
from tools.book_layout import HTML, page_names

pytestmark = pytest.mark.pages

PAGES = page_names()
EXTRA_PAGES = ["search", "genindex"]

MAX_PAGE_BYTES = 3_000_000
MIN_WORDS = 8
# Markup that stays behind where a role, a reference or a value was not resolved.
LEFTOVERS = [
    r"\{(ref|numref|eq|doc|cite(:\w+)?|glue(:\w+)?|prf:ref|term|download)\}",
    r"\[\?+\]",
    r"\?\?\?",
    r"^:::",
    r"Problematic",
]
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
@on_every_page
def test_formulas_code_and_tables_fit_their_column(visits, name, way):
    """At 390, 768 and 1280 pixels, with the scrollbars that readers see."""
    cut = visits(name, way).cut
    assert not cut, "\n".join(cut)


@in_every_way
@on_extra_pages_too
def test_page_is_accessible(visits, name, way):
    violations = visits(name, way).violations
    assert not violations, "\n".join(violations)
