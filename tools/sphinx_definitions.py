"""A Sphinx extension: terms and symbols say what they mean where they are used.

In each section of a page the first use of a term of the glossary, and of a symbol of the tables
of notation, becomes a button; its definition lies at the end of the page, for
``definitions.js`` to show and for screen readers to read. A chapter has a box of its symbols.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from tools import definitions

LEFT_OUT = ("book/api", "book/notation", "book/references")
# What is text already, has a meaning of its own, or may not hold a button; questions, whose
# choices are buttons themselves, are left out by the name of their node.
NO_PLACE = (nodes.reference, nodes.literal, nodes.title, nodes.raw, nodes.math, nodes.term,
            nodes.image, nodes.citation, nodes.rubric, nodes.caption)  # fmt: skip


@cache
def known(root: Path) -> tuple[dict, dict]:
    """Terms and symbols of the book; a book without a page of notation has none."""
    if not (root / "book/notation.md").is_file():
        return {}, {}
    return definitions.terms(root), definitions.symbols(root)


def button(key: str, content: str, label: str = "") -> str:
    """A word, or a formula with a label in words, that has a definition."""
    named = f' aria-label="{escape(label)}"' if label else ""
    start = f'<button type="button" class="defined" aria-describedby="{key}"{named}>'
    return f"{start}{content}</button>"


def places(section: nodes.Node, kind: type):
    """Text, or formulas, of a section where a button may stand."""
    for node in list(section.findall(kind)):
        parent, fits = node.parent, False
        while parent is not None and parent is not section:
            if isinstance(parent, NO_PLACE) or parent.__class__.__name__ == "asked":
                break
            fits = fits or isinstance(parent, nodes.paragraph)
            parent = parent.parent
        else:
            if fits:
                yield node


def mark_terms(section: nodes.Node, terms: dict) -> set[str]:
    """Make buttons of the first use of each term; returns the terms."""
    by_name = {term.lower(): term for term in terms}
    search, seen = definitions.pattern(terms), set()
    for node in places(section, nodes.Text):
        text, made, end = node.astext(), [], 0
        for match in search.finditer(text):
            term = by_name[match.group(1).lower()]
            if term in seen:
                continue
            seen.add(term)
            html = button(terms[term].key, match.group(0))
            made += [nodes.Text(text[end : match.start()]), nodes.raw("", html, format="html")]
            end = match.end()
        if made:
            node.parent.replace(node, [*made, nodes.Text(text[end:])])
    return seen


def mark_symbols(section: nodes.Node, symbols: dict) -> set[str]:
    """Make buttons of the first use of each symbol that stands alone; returns the symbols."""
    seen = set()
    for node in places(section, nodes.math):
        symbol = definitions.normal(node.astext())
        if symbol in symbols and symbol not in seen:
            seen.add(symbol)
            content = definitions.formula(node.astext())
            html = button(symbols[symbol].key, content, definitions.spoken(symbol))
            node.parent.replace(node, nodes.raw("", html, format="html"))
    return seen


def box_of_symbols(doctree: nodes.document, symbols: dict) -> None:
    """Put a chapter's symbols below the drawing of the method."""
    formulas = [node.astext() for kind in (nodes.math, nodes.math_block)
                for node in doctree.findall(kind)]  # fmt: skip
    found = {symbol for tex in formulas for symbol in definitions.used(tex, symbols)}
    drawing = next(
        (n for n in doctree.findall(nodes.raw) if 'data-drawing="method-' in n.astext()), None
    )
    if drawing is None or not found:
        return
    rows = "".join(
        f"<dt>{symbols[symbol].name}</dt><dd>{symbols[symbol].text}</dd>"
        for symbol in symbols if symbol in found
    )  # fmt: skip
    summary = "<summary>Symbols of this chapter</summary>"
    html = f'<details class="symbols">{summary}<dl>{rows}</dl></details>'
    drawing.parent.insert(drawing.parent.index(drawing) + 1, nodes.raw("", html, format="html"))


def define(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Mark a page's terms and symbols, and add their definitions."""
    if app.builder.format != "html" or docname.startswith(LEFT_OUT):
        return
    terms, symbols = known(Path(app.srcdir))
    box_of_symbols(doctree, symbols)
    page = next(iter(doctree.findall(nodes.section)), None)
    if page is None or not terms:
        return
    inner = [child for child in page.children if isinstance(child, nodes.section)]
    used_terms, used_symbols = set(), set()
    for section in inner or [page]:
        used_symbols |= mark_symbols(section, symbols)
        used_terms |= mark_terms(section, terms)
    made = [terms[term].html() for term in terms if term in used_terms]
    made += [symbols[symbol].html() for symbol in symbols if symbol in used_symbols]
    if made:
        html = f'<div class="definitions" hidden>{"".join(made)}</div>'
        page.append(nodes.raw("", html, format="html"))


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("doctree-resolved", define, priority=900)
    app.add_css_file("definitions.css")
    app.add_js_file("definitions.js")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
