"""Lines of text with formulas in them, and what cells print that show an error."""

from __future__ import annotations

import nbformat
import pytest

from tools.book_layout import ROOT

pytestmark = pytest.mark.pages
EXECUTED = ROOT / "_build" / "executed"
LINES = """
() => {
  const found = {broken: [], spread: [], short: 0};
  document.querySelectorAll('article p span.math mjx-container').forEach(formula => {
    const text = formula.closest('p'), line = parseFloat(getComputedStyle(text).lineHeight);
    const said = formula.querySelector('mjx-math').dataset.latex;
    if (parseFloat(getComputedStyle(formula).lineHeight) > line) found.spread.push(said);
    if (!formula.closest('.math-short')) return;
    found.short += 1;
    const tops = [...formula.querySelectorAll('mjx-c')].map(c => c.getBoundingClientRect())
      .filter(box => box.width > 0).map(box => box.top);
    if (Math.max(...tops) - Math.min(...tops) > line) found.broken.push(said);
  });
  return found;
}
"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["chapters/01_spikes_and_rates", "chapters/07_irregular_firing"])
def test_short_formulas_stay_whole_and_lines_as_far_apart_as_others(opened, name, width):
    page = opened(name, width=width).page
    page.evaluate("async () => { await MathJax.startup.promise; }")
    found = page.evaluate(LINES)
    assert found["short"] > 10
    assert not found["broken"] and not found["spread"], found


def test_works_are_listed_by_author_without_a_second_name(opened):
    """Citations are by author and year; numbers beside the list would belong to nothing."""
    page = opened("chapters/07_irregular_firing", width=1280).page
    shown = page.eval_on_selector_all(
        "article div.citation > span.label", "all => all.map(e => getComputedStyle(e).display)"
    )
    assert len(shown) > 2 and set(shown) == {"none"}


def test_a_cell_that_shows_an_error_has_one_to_show():
    """Where a cell catches an error to print it and prints nothing, the text is wrong."""
    looked_at = 0
    for path in sorted(EXECUTED.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            source = cell.source.replace(" ", "")
            if cell.cell_type == "code" and "except" in source and "aserror:\n" in source:
                looked_at += 1
                assert cell.outputs, f"{path.name}: nothing printed by\n{cell.source}"
    assert looked_at >= 2
