"""Terms and symbols: read from the notation, found in text and in formulas."""

from __future__ import annotations

import pytest
from docutils import nodes

from tools import definitions
from tools.book_layout import ROOT
from tools.sphinx_definitions import mark_symbols, mark_terms

TERMS, SYMBOLS = definitions.terms(ROOT), definitions.symbols(ROOT)


def section(*parts):
    paragraph = nodes.paragraph("", "", *parts)
    return nodes.section("", nodes.title("", "factor"), paragraph), paragraph


def test_the_whole_glossary_and_the_tables_are_read():
    assert len(TERMS) > 20 and len(SYMBOLS) > 40
    for item in [*TERMS.values(), *SYMBOLS.values()]:
        assert len(item.text) > 10 and "{" not in item.text.replace(r"\(", "").split("<span")[0]
        assert "$" not in item.text and "`" not in item.text


def test_a_letter_of_several_arrays_names_them_all():
    assert "RateNetwork.readout" in SYMBOLS["w"].text
    assert "SpikingNetwork.output_weights" in SYMBOLS["w"].text


def test_the_number_of_factors_and_the_matrix_of_rls_have_letters_of_their_own():
    assert "number of factors" in SYMBOLS["D"].text and "second moments" in SYMBOLS["P"].text
    assert "Or:" not in SYMBOLS["P"].text


@pytest.mark.parametrize(("tex", "symbol"), [
    (r"f_{\rm out}(t)", "f_out"), (r"f_\mathrm{out}(t)", "f_out"), ("f_{out}", "f_out"),
    (r"\tilde u_{in}", r"\tildeu_in"), ("z_D", "z_D"),
])  # fmt: skip
def test_ways_to_write_a_symbol_are_one(tex, symbol):
    assert definitions.normal(tex) == symbol and symbol in SYMBOLS


def test_symbols_of_a_formula_are_found_and_no_parts_of_them():
    found = definitions.used(r"V_\infty = u\,z_D + I_{inh} + u_{in} f_{in}(t) - k^\top", SYMBOLS)
    assert {"u", "z_D", "I_inh", "u_in", "f_in"} <= set(found)
    assert not {"T", "D", "V", "n", "z"} & set(found)


def test_the_first_use_of_a_term_becomes_a_button():
    part, paragraph = section(nodes.Text("Each factor, each other factor, FORCE and force."))
    assert mark_terms(part, TERMS) == {"factor", "FORCE"}
    raw = [node.astext() for node in paragraph.findall(nodes.raw)]
    assert len(raw) == 2 and all("aria-describedby=" in html for html in raw)
    left = "".join(n.astext() for n in paragraph.children if isinstance(n, nodes.Text))
    assert left == "Each , each other factor,  and force."


def test_a_word_in_another_sense_is_no_term():
    text = "By a factor of two, by the same factor, a decay factor, Fano factors; "
    part, _ = section(nodes.Text(text + "by which factor?"))
    assert "factor" not in mark_terms(part, TERMS)
    part, _ = section(nodes.Text(text + "and the factors of the teacher."))
    assert "factor" in mark_terms(part, TERMS)


def test_the_longest_term_wins_and_links_code_and_headings_are_left():
    link = nodes.reference("", "", nodes.Text("a spike"), refuri="x")
    part, paragraph = section(nodes.Text("The Fano factor. "), link, nodes.literal("", "teacher"))
    assert mark_terms(part, TERMS) == {"Fano factor"}


def test_a_symbol_that_stands_alone_becomes_a_button_once():
    part, paragraph = section(nodes.math("", "z_D"), nodes.Text(" and "), nodes.math("", "z_D"))
    assert mark_symbols(part, SYMBOLS) == {"z_D"}
    assert len(list(paragraph.findall(nodes.math))) == 1
