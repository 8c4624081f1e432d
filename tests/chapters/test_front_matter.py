"""Preface, how to use, notation, references, API pages: what they say is so."""

from __future__ import annotations

import ast
import csv
import dataclasses
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest

import spikelib
from tools.book_layout import ROOT, page_names

BOOK = ROOT / "book"
TABLES = sorted((BOOK / "notation").glob("*.csv"))
COLUMNS = ["paper", "code", "unit", "meaning"]
UNITS = {"–", "s", "Hz", "degrees"}
PARAMETERS = (
    spikelib.RateParameters, spikelib.SpikingParameters, spikelib.Recipe, spikelib.DaleRecipe
)


@cache
def notation() -> list[dict[str, str]]:
    """The rows of all tables, with the code's names bare."""
    rows = []
    for path in TABLES:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames in (COLUMNS, [*COLUMNS, "default"]), path.name
            rows += list(reader)
    for row in rows:
        assert re.fullmatch(r"`[\w.]+`", row["code"]), row
        row["code"] = row["code"].strip("`")
    return rows


def find(name: str) -> object:
    """What a dotted name in `spikelib` stands for; the owner has to be a class or a module."""
    thing: object = spikelib
    for part in name.split("."):
        if dataclasses.is_dataclass(thing) and part in {f.name for f in dataclasses.fields(thing)}:
            return part
        thing = getattr(thing, part)
    return thing


def public_modules() -> list[str]:
    """Names of the modules whose names have no underscore in front, without the package's."""
    package = ROOT / "spikelib"
    names = {path.stem for path in package.glob("*.py") if not path.stem.startswith("_")}
    names |= {path.parent.name for path in package.glob("[!_]*/__init__.py")}
    return sorted(names)


def python_blocks(page: str) -> list[str]:
    """The Python code shown on a page, block by block."""
    text = (BOOK / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)


def test_every_name_in_the_notation_exists():
    missing = []
    for row in notation():
        try:
            find(row["code"])
        except AttributeError:
            missing.append(row["code"])
    assert not missing


def test_every_parameter_is_in_the_notation_with_its_default():
    listed = {row["code"]: row.get("default", "") for row in notation()}
    for kind in PARAMETERS:
        for field in dataclasses.fields(kind):
            name = f"{kind.__name__}.{field.name}"
            assert name in listed, f"{name} is missing in book/notation/"
            assert ast.literal_eval(listed[name].strip("`")) == field.default, name


def test_every_weight_and_signal_is_in_the_notation():
    listed = {row["code"] for row in notation()}
    for kind in (spikelib.RateNetwork, spikelib.SpikingNetwork, spikelib.SpikingState):
        names = {f"{kind.__name__}.{field.name}" for field in dataclasses.fields(kind)}
        assert not names - {f"{kind.__name__}.parameters"} - listed


def test_notation_rows_are_complete_and_not_repeated():
    names = [row["code"] for row in notation()]
    assert len(names) == len(set(names)) > 50
    for row in notation():
        assert row["paper"] and row["meaning"] and row["unit"] in UNITS, row
        assert not row["meaning"].endswith("."), row


def test_every_table_is_on_the_page():
    text = (BOOK / "notation.md").read_text(encoding="utf-8")
    shown = re.findall(r":file: notation/(\S+)", text)
    assert sorted(shown) == sorted(path.name for path in TABLES)


def test_glossary_is_in_order_and_says_something():
    text = (BOOK / "notation.md").read_text(encoding="utf-8")
    glossary = re.search(r"```\{glossary\}\n(.*?)```", text, flags=re.S).group(1)
    entries = re.findall(r"^(\S.*)\n((?:  .*\n?)+)", glossary, flags=re.M)
    terms = [term for term, _ in entries]
    assert len(terms) >= 20
    assert terms == sorted(terms, key=str.lower)
    assert all(body.split()[-1].endswith((".", "}`.")) for _, body in entries)


def test_code_on_how_to_use_runs(tmp_path, monkeypatch, capsys):
    """The lines that train and save a network, and those that load it, as they stand."""
    monkeypatch.chdir(tmp_path)
    train, load = python_blocks("how_to_use.md")
    trained: dict[str, object] = {}
    exec(compile(train, "how_to_use.md", "exec"), trained)
    assert trained["test"].median_nmse < 0.02
    loaded: dict[str, object] = {}
    exec(compile(load, "how_to_use.md", "exec"), loaded)
    again = spikelib.simulate(
        trained["result"].network, loaded["trial"], rng=np.random.default_rng(2)
    )
    assert np.array_equal(again.spike_steps, loaded["run"].spike_steps)
    assert np.array_equal(again.spike_neurons, loaded["run"].spike_neurons)
    assert "median error" in capsys.readouterr().out


def test_preface_trains_in_a_few_lines():
    """The code that a reader sees first is short; what only draws is folded."""
    preface = nbformat.read(BOOK / "preface.ipynb", as_version=4)
    code = [cell for cell in preface.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if not cell.metadata.get("tags")]
    assert len(shown) == 1 and len(shown[0].source.splitlines()) <= 10
    assert "spikelib.fit(" in shown[0].source
    for cell in code:
        ast.parse(cell.source)


def test_every_citation_has_its_work():
    keys = set(re.findall(r"^@\w+\{(\w+),", (BOOK / "references.bib").read_text("utf-8"), re.M))
    sources = [*BOOK.glob("**/*.md"), *BOOK.glob("**/*.ipynb"), *ROOT.glob("chapters/*.ipynb")]
    for path in sources:
        for group in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", path.read_text("utf-8")):
            expected = {key.strip() for key in group.split(",")}
            assert expected <= keys, f"{path.name} cites {sorted(expected - keys)}"


def test_the_paper_cites_works_that_are_listed():
    paper = (ROOT / "paper.md").read_text("utf-8")
    files = (ROOT / "book" / "references.bib", ROOT / "paper.bib")
    listed = "".join(path.read_text("utf-8") for path in files)
    cited = set(re.findall(r"@(\w+)", paper.partition("# Summary")[2]))
    assert len(cited) >= 8
    assert cited <= set(re.findall(r"(?m)^@\w+\{(\w+),", listed))
    for part in ("Summary", "Statement of need", "Audience and learning objectives", "Experience"):
        assert f"\n# {part}\n" in paper, "what the journal asks for"


def test_licences_are_there_in_full():
    code, text = ((ROOT / name).read_text("utf-8") for name in ("LICENSE", "LICENSE-text"))
    assert "Redistributions of source code must retain" in code and "AS IS" in code
    for number in range(1, 9):
        assert f"\nSection {number} -- " in text
    assert "Creative Commons Attribution 4.0 International Public License" in text


def test_every_work_is_complete():
    from pybtex.database import parse_file

    needed = {
        "article": {"title", "journal", "volume", "year"},
        "book": {"title", "publisher", "year"},
        "incollection": {"title", "booktitle", "publisher", "year"},
        "inproceedings": {"title", "booktitle", "year"},
    }
    entries = parse_file(str(BOOK / "references.bib")).entries
    assert list(entries) == sorted(entries, key=str.lower)
    identifiers = [e.fields["doi"].lower() for e in entries.values() if "doi" in e.fields]
    assert len(identifiers) == len(set(identifiers))
    for key, entry in entries.items():
        assert needed[entry.type] <= set(entry.fields), key
        assert entry.persons["author"], key
        assert entry.fields["year"] in key, key
        if entry.type == "article":
            assert "doi" in entry.fields or "url" in entry.fields, key
        if "doi" in entry.fields:
            assert re.fullmatch(r"10\.\d{4,}/\S+", entry.fields["doi"]), key


def modules_of(wing: str) -> list[str]:
    """The public modules that a page documents: those of a wing, or the one module itself."""
    folder = ROOT / "spikelib" / wing
    if not folder.is_dir():
        return [wing]
    parts = [path.stem for path in folder.glob("[!_]*.py")]
    parts += [path.parent.name for path in folder.glob("[!_]*/__init__.py")]
    return [f"{wing}.{part}" for part in sorted(parts)]


@pytest.mark.parametrize("wing", public_modules())
def test_wing_has_a_page_with_all_its_modules(wing):
    assert f"book/api/{wing}" in page_names(), f"add book/api/{wing} to _toc.yml"
    page = (BOOK / "api" / f"{wing}.md").read_text(encoding="utf-8")
    for name in modules_of(wing):
        if hasattr(importlib.import_module(f"spikelib.{name}"), "__all__"):
            assert f"automodule:: spikelib.{name}\n" in page, name


@pytest.mark.parametrize("name", [name for wing in public_modules() for name in modules_of(wing)])
def test_every_public_name_has_a_text_of_its_own(name):
    """Each name in `__all__` has one, so that the page shows it."""
    module = importlib.import_module(f"spikelib.{name}")
    assert module.__doc__
    names = getattr(module, "__all__", [])
    assert list(names) == sorted(names, key=_ruff_order)
    for public in names:
        thing = getattr(module, public)
        if isinstance(thing, type) or callable(thing):
            text = thing.__doc__ or ""
            assert text.strip() and not text.startswith(f"{public}("), f"{public}: no docstring"
        else:
            source = Path(module.__file__).read_text(encoding="utf-8")
            assert re.search(rf"^#: .+\n(?:#:.*\n)*{public}\b", source, re.M), (
                f"{public}: a constant needs a comment that begins with #:"
            )


def test_wing_offers_what_its_modules_offer():
    for wing in public_modules():
        offered = importlib.import_module(f"spikelib.{wing}")
        if wing == "book" or not (ROOT / "spikelib" / wing).is_dir():
            continue
        names = {
            name
            for part in modules_of(wing)
            for name in getattr(importlib.import_module(f"spikelib.{part}"), "__all__", [])
        }
        # A wing may add a list of what it holds.
        assert set(offered.__all__) - {"LIBRARY"} == names, wing


def test_overview_of_the_interface_lists_every_module():
    listed = re.findall(r"^   spikelib\.(\w+)$", (BOOK / "api.md").read_text("utf-8"), re.M)
    pages = [name for name in page_names() if name.startswith("book/api/")]
    expected = [name.removeprefix("book/api/") for name in pages]
    expected.remove("spikelib")
    assert listed == expected, "book/api.md and _toc.yml list different modules"


def test_page_of_the_package_lists_what_it_offers():
    listed = re.findall(r"^   ~([\w.]+)$", (BOOK / "api" / "spikelib.md").read_text("utf-8"), re.M)
    assert sorted(name.rpartition(".")[2] for name in listed) == sorted(spikelib.__all__)
    for name in listed:
        assert find(name.removeprefix("spikelib.")) is getattr(spikelib, name.rpartition(".")[2])


def test_references_in_docstrings_lead_somewhere():
    """`spikelib.module.name` in a docstring names something that exists."""
    lost = []
    for path in sorted((ROOT / "spikelib").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"(?<!`)`~?spikelib\.([\w.]+)`(?!`)", text):
            try:
                pkgutil.resolve_name(f"spikelib.{name}")
            except (ImportError, AttributeError):
                lost.append(f"{path.name}: spikelib.{name}")
    assert not lost


def _ruff_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as the linter sorts `__all__`."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name


def test_package_offers_only_what_modules_offer():
    offered = set()
    for name in public_modules():
        offered |= set(getattr(importlib.import_module(f"spikelib.{name}"), "__all__", []))
    assert set(spikelib.__all__) <= offered
