"""Opening a built page in a browser, and writing down what there is to see."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests.pages.measuring import TABLET_WIDTH, find_cut
from tools.book_layout import HTML, ROOT

AXE = ROOT / "_assets" / "axe.min.js"
PHONE_WIDTH = 390
PATIENCE = 120_000  # milliseconds, for a busy machine
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
FIND_FIGURES = """
() => {
  // A colour that no style sheet writes as numbers is painted, and looked at.
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return Array.from(canvas.getImageData(0, 0, 1, 1).data).slice(0, 3);
  };
  const light = (color) => {
    const [r, g, b] = rgb(color).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.querySelector('.bd-main') || document.body)
    .getPropertyValue('--pst-color-background').trim());
  const contrast = (color) => {
    const other = light(color);
    return (Math.max(ground, other) + 0.05) / (Math.min(ground, other) + 0.05);
  };
  return Array.from(document.querySelectorAll('.drawn')).map(box => {
    const shown = Array.from(box.querySelectorAll('svg'))
      .filter(drawing => getComputedStyle(drawing).display !== 'none');
    const drawing = shown[0], figure = box.closest('figure');
    const scale = drawing.getScreenCTM().a;
    const texts = Array.from(drawing.querySelectorAll('text, tspan'));
    const lines = new Set(Array.from(drawing.querySelectorAll('path'))
      .map(path => getComputedStyle(path).stroke).filter(color => color !== 'none'));
    const place = drawing.getBoundingClientRect();
    return {
      number_shown: shown.length, role: drawing.getAttribute('role'),
      kind: drawing.getAttribute('class'), alt: drawing.getAttribute('aria-label') || '',
      number: figure && figure.querySelector('.caption-number')?.textContent.trim() || '',
      caption: figure && figure.querySelector('.caption-text')?.textContent.trim() || '',
      smallest: Math.min(...texts.map(t => parseFloat(getComputedStyle(t).fontSize) * scale)),
      text_contrast: Math.min(...texts.map(t => contrast(getComputedStyle(t).fill))),
      line_contrast: Math.min(...[...lines].map(contrast)),
      right: place.right, width: place.width, window: document.documentElement.clientWidth,
      button: box.querySelector('button')?.getAttribute('aria-label') || '',
    };
  });
}
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
    figures: list[dict] = field(default_factory=list)
    overflow: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
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
    visit.figures = page.evaluate(FIND_FIGURES)
    visit.overflow = page.evaluate(FIND_OVERFLOW)
    visit.formulas = page.locator("main .math").count()
    visit.drawn_formulas = page.locator("main .math mjx-container").count()
    visit.math_errors = page.locator("mjx-merror").all_inner_texts()
    page.add_script_tag(path=str(AXE))
    visit.violations = page.evaluate(RUN_AXE)
    visit.cut = find_cut(page)
    if visit.violations:
        # On a busy machine a colour may be looked at before it is painted: what is wrong
        # with the page is still wrong a moment later.
        page.wait_for_timeout(1500)
        visit.violations = page.evaluate(RUN_AXE)
    if page.viewport_size["width"] > TABLET_WIDTH:
        page.set_viewport_size({"width": TABLET_WIDTH, "height": 900})
        page.wait_for_timeout(400)  # formulas are broken into lines anew
        visit.cut += find_cut(page)


@functools.cache
def soup(name: str):
    """A built page, parsed."""
    from bs4 import BeautifulSoup

    return BeautifulSoup((HTML / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
