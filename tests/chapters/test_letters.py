"""Formulas are written in one hand, from page to page."""

from __future__ import annotations

import re

import nbformat
import pytest

from tools.book_layout import ROOT

PAGES = sorted(
    [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("book/*.ipynb"), *ROOT.glob("book/*.md"),
     *ROOT.glob("book/questions/*.yml"), *ROOT.glob("book/lectures/slides/*.yml"),
     *ROOT.glob("book/notation/*.csv")]
)  # fmt: skip
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$\n]+?)\$", re.S)
# T is the number of time steps, so that a transpose is no T; P is the matrix of recursive least
# squares, so that a number of factors, and what there is one of for each, has a D.
OTHER_HANDS = {
    "a transpose is \\top": r"\^\s*\{?\s*(T\b(?!\s*/)|\\mathsf|\\mathrm T|\\sf|\\intercal)",
    "words in an index stand upright": r"[_^]\{(in|out|inh|mean|slow|fast|own|want)\b|\\rm\b",
    "vectors are not bold": r"\\(mathbf|boldsymbol|bm|vec)\b",
    "factors are counted by D": r"_\{?P\b|\blambda_P|>\s*P\b|rank \$P|\(N, P\)",
}


def formulas(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return ["".join(match.groups(default="")) for match in FORMULA.finditer(text)]


@pytest.mark.parametrize("rule", OTHER_HANDS)
def test_formulas_are_written_in_one_hand(rule):
    found = [(path.name, tex) for path in PAGES for tex in formulas(path)
             if re.search(OTHER_HANDS[rule], tex)]  # fmt: skip
    assert not found, f"{rule}: {found}"


def test_the_pages_have_formulas():
    assert sum(len(formulas(path)) for path in PAGES) > 500
