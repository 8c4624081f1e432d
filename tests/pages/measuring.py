"""What does not fit its column: formulas, code and tables that scroll or are cut off."""

from __future__ import annotations

TABLET_WIDTH = 768
# Below this width code and tables may scroll, where a shadow says that they go on.
NARROW = 600
FIND_CUT = """
narrow => {
  const cut = [];
  const note = (kind, element, how) => cut.push(
    `${kind} at ${innerWidth} px, ${how}: ${element.textContent.trim().slice(0, 60)}`);
  const style = element => getComputedStyle(element);
  const clips = element => style(element).overflowX !== 'visible';
  const scrolls = element => clips(element) && (
    element.scrollWidth > element.clientWidth + 1
    || style(element).overflowY !== 'hidden' && element.scrollHeight > element.clientHeight + 1);
  const all = selector => Array.from(document.querySelectorAll('article ' + selector))
    .filter(element => element.checkVisibility({visibilityProperty: true}));
  for (const formula of all('mjx-container')) {
    const display = formula.getAttribute('display') === 'true';
    const outer = display ? formula.closest('div.math') : formula.parentElement;
    if ([formula, outer].some(box => box && clips(box) && (!display || scrolls(box)))) {
      note('formula', formula, 'scrolls or is clipped');
      continue;
    }
    const column = formula.closest('p, td, th, li, dd, dt, figcaption, div')
      .getBoundingClientRect();
    const drawn = Array.from(formula.querySelector('mjx-math').getClientRects());
    if (!formula.closest('.table-scroll') && drawn.some(box => box.right > column.right + 2)) {
      note('formula', formula, 'wider than its column');
    }
  }
  for (const box of [...all('pre'), ...all('.table-scroll')]) {
    if (!scrolls(box)) continue;
    const says = box.classList.contains('goes-on');
    if (innerWidth > narrow || !says) note(box.tagName, box, says ? 'scrolls' : 'cut off');
  }
  for (const cell of all('table.dataframe td')) {
    if (parseFloat(style(cell).paddingLeft) < 6) { note('table', cell, 'numbers touch'); break; }
  }
  return cut;
}
"""


def find_cut(page) -> list[str]:
    """What an open page cuts off, or lets scroll without saying so, at the width it has."""
    return page.evaluate(FIND_CUT, NARROW)
