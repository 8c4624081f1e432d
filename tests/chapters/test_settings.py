"""Settings and key figures of the chapters: what papermill can vary, and what nbval compares."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest

from tools.book_layout import chapters
from tools.editions import COMPARED

BOOK = {path.stem: nbformat.read(path, as_version=4) for path in chapters()}
in_every_chapter = pytest.mark.parametrize("chapter", BOOK.values(), ids=BOOK)
LOCAL = ast.FunctionDef | ast.Lambda | ast.ListComp | ast.DictComp | ast.SetComp | ast.GeneratorExp
GENERATORS = {"default_rng", "RandomState", "SeedSequence", "seed"}


def code_cells(chapter: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in chapter.cells if cell.cell_type == "code"]


def tagged(cell: nbformat.NotebookNode, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def settings_cell(chapter: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The one cell that papermill looks for."""
    (cell,) = (cell for cell in chapter.cells if tagged(cell, "parameters"))
    return cell


def settings(chapter: nbformat.NotebookNode) -> dict[str, object]:
    """Names and defaults; only plain values may stand there."""
    statements = ast.parse(settings_cell(chapter).source).body
    return {each.targets[0].id: ast.literal_eval(each.value) for each in statements}


def code_below(chapter: nbformat.NotebookNode) -> list[ast.Module]:
    cells = code_cells(chapter)
    below = cells[cells.index(settings_cell(chapter)) + 1 :]
    return [ast.parse(cell.source) for cell in below]


def bound(node: ast.AST) -> set[str]:
    """Names that a cell binds for the cells after it."""
    if isinstance(node, LOCAL):
        return {node.name} if isinstance(node, ast.FunctionDef) else set()
    stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    found = {node.id} if stored else set()
    if isinstance(node, ast.alias):
        found |= {(node.asname or node.name).partition(".")[0]}
    return found.union(*map(bound, ast.iter_child_nodes(node)))


def read(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}  # fmt: skip


def generators_without_seed(module: ast.Module) -> list[str]:
    """Calls that make a generator of random numbers out of anything but the seed."""
    calls = [part for part in ast.walk(module) if isinstance(part, ast.Call)]
    return [
        ast.unparse(call)
        for call in calls
        if ast.unparse(call.func).rpartition(".")[2] in GENERATORS
        and "seed" not in set().union(*map(read, call.args))
        or any(word.arg in {"seed", "rng"} and isinstance(word.value, ast.Constant)
               for word in call.keywords)
    ]  # fmt: skip


@in_every_chapter
def test_settings_are_a_short_folded_cell_before_the_first_picture(chapter):
    cell, drawn = (
        settings_cell(chapter),
        [cell for cell in chapter.cells if "figure" in cell.metadata.get("mystnb", {})],
    )
    assert chapter.cells.index(cell) < chapter.cells.index(drawn[0])
    assert tagged(cell, "hide-input") and len(cell.source.splitlines()) <= 6
    assert settings(chapter)["seed"] == 0 and len(settings(chapter)) >= 3
    earlier = chapter.cells[: chapter.cells.index(cell)]
    assert all(tagged(each, "remove-input") for each in earlier if each.cell_type == "code")


@in_every_chapter
def test_no_cell_overrides_a_setting_and_each_is_used(chapter):
    names, below = set(settings(chapter)), code_below(chapter)
    assert not names & set().union(*map(bound, below))
    book_only = {
        ast.unparse(node)
        for module in below
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "in_book"
    }
    used = [
        read(node) for module in below for node in module.body if ast.unparse(node) not in book_only
    ]
    assert not names - set().union(*used)


@in_every_chapter
def test_all_that_is_random_follows_the_seed(chapter):
    found = [call for module in code_below(chapter) for call in generators_without_seed(module)]
    assert not found


def test_other_seeds_are_found():
    for line in ("default_rng(3)", "np.random.default_rng()", "map(f, np.random.default_rng(k))",
                 "fit(task, seed=3)", "default_rng([1, 2])"):  # fmt: skip
        assert generators_without_seed(ast.parse(line)), line
    assert not generators_without_seed(ast.parse("fit(task, rng=default_rng(seed + k), seed=seed)"))
    assert bound(ast.parse("for seed in range(3):\n    n = 1")) == {"seed", "n"}
    assert bound(ast.parse("x = [seed for seed in range(3)]")) == {"x"}


@in_every_chapter
def test_claims_are_made_for_the_defaults(chapter):
    """A chapter asserts what its text says; with other settings it says nothing."""
    (told,) = (
        node.value
        for module in code_below(chapter)
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "in_book"
    )
    names, values = told.left.elts, told.comparators[0].elts
    claimed = {n.id: ast.literal_eval(v) for n, v in zip(names, values, strict=True)}
    assert claimed == settings(chapter)


@in_every_chapter
def test_quick_settings_are_settings(chapter):
    quick, full = chapter.metadata["spikelib"]["quick"], settings(chapter)
    assert quick and set(quick) <= set(full) - {"seed"}
    assert all(quick[name] != full[name] for name in quick)


def compared(chapter: nbformat.NotebookNode) -> list[int]:
    return [
        k
        for k, cell in enumerate(chapter.cells)
        if cell.cell_type == "code" and cell.source.startswith(COMPARED)
    ]


@in_every_chapter
def test_key_figures_are_compared_and_are_those_of_the_summary(chapter):
    """Each line that is compared speaks of what the summary speaks of."""
    (place,) = compared(chapter)
    cell, before, after = chapter.cells[place], chapter.cells[place - 1], chapter.cells[place + 1]
    assert before.source.startswith("## Summary") and after.source.startswith("**What comes next.")
    assert cell.execution_count == 1 and tagged(cell, "hide-input")
    lines = "".join(output.text for output in cell.outputs).splitlines()
    assert len(lines) >= 3
    words = set(re.findall(r"\w{3,}", before.source.partition("| --")[0].lower()))
    for line in lines:
        told = set(re.findall(r"\w{3,}", line.lower()))
        assert len(told & words) >= 2, (line, sorted(told - words))


@in_every_chapter
def test_key_figures_use_no_name_that_an_exercise_takes(chapter):
    """A reader's answer is a function of some name; it must not become a key figure."""
    (place,) = compared(chapter)
    exercises = next(
        k for k, cell in enumerate(chapter.cells) if re.search(r"(?m)^## Exercises", cell.source)
    )
    code = [cell for cell in chapter.cells[exercises:place] if cell.cell_type == "code"]
    taken = set().union(*(bound(ast.parse(cell.source)) for cell in code))
    assert not taken & read(ast.parse(chapter.cells[place].source))
