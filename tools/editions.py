"""Notebooks to hand out, made from the chapters: with or without solutions.

They run outside the book. The text is plain Markdown with the numbers filled in, one
visible cell at the top installs what is needed, and what the chapters do for the book
alone (gluing numbers, tests of themselves) is left out, unless a later cell needs it.
"""

from __future__ import annotations

import ast
import copy
import re
from dataclasses import dataclass, field

import nbformat

from tools.plain_text import PlainText

SOLUTION_MARK = re.compile(r"\{solution-(start|end)\}")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
BOOK_ONLY = "remove-cell"
HIDDEN = {"hide-input", "hide-cell", "remove-input"}
COMPARED = "# NBVAL_CHECK_OUTPUT"  # first line of a cell whose output the tests compare


@dataclass(frozen=True, kw_only=True)
class Edition:
    """What a set of notebooks is like.

    Parameters
    ----------
    name : str
    solutions : bool
    install : str
        The line of the cell that installs, or "" for no such cell.
    """

    name: str
    solutions: bool
    install: str = ""


@dataclass
class _Needed:
    """Names that later cells use, going backwards through a notebook."""

    names: set[str] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)  # functions that glue

    def add(self, source: str) -> None:
        """A cell that stays: what it reads is needed before it."""
        self.names |= _names(ast.parse(_without_magics(source)), ast.Load)

    def strip(self, source: str) -> str:
        """What has to stay of a cell that serves the book only."""
        kept = []
        for statement in reversed(ast.parse(source).body):
            if _is_for_the_book(statement, self.helpers):
                continue
            binds = _names(statement, ast.Store)
            draws = isinstance(statement, ast.Assign | ast.Expr) and "rng" in _names(
                statement, ast.Load
            )
            if binds & self.names or draws:
                self.names |= _names(statement, ast.Load)
                kept.append(_without_glue(statement, source, self.helpers))
        return "\n".join(reversed(kept))


def _without_magics(source: str) -> str:
    return "\n".join(
        re.match(r"\s*", line).group() + "pass" if re.match(r"\s*[%!]", line) else line
        for line in source.splitlines()
    )


def _names(node: ast.AST, context: type) -> set[str]:
    """Names that a piece of code reads (``ast.Load``) or binds (``ast.Store``)."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, context):
            found.add(part.id)
        elif context is ast.Store:
            if isinstance(part, ast.FunctionDef | ast.ClassDef):
                found.add(part.name)
            elif isinstance(part, ast.Import | ast.ImportFrom):
                found |= {(n.asname or n.name).partition(".")[0] for n in part.names}
    return found


def glue_helpers(notebook: nbformat.NotebookNode) -> set[str]:
    """``glue``, and the functions of a notebook that call it, by whatever name."""
    found = {"glue"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and BOOK_ONLY in cell.metadata.get("tags", []):
            for statement in ast.parse(cell.source).body:
                if isinstance(statement, ast.FunctionDef):
                    if found & _names(statement, ast.Load):
                        found.add(statement.name)
    return found


def _is_for_the_book(statement: ast.stmt, helpers: set[str]) -> bool:
    """Whether a statement glues a number, prepares that, or tests the chapter."""
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "myst_nb"
    if isinstance(statement, ast.FunctionDef):
        return statement.name in helpers
    if isinstance(statement, ast.For | ast.If | ast.With):
        return all(_is_for_the_book(inner, helpers) for inner in statement.body)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func
        return isinstance(called, ast.Name) and called.id in helpers
    return False


class _DropGlue(ast.NodeTransformer):
    """Takes what only the book needs out of loops and conditions."""

    def __init__(self, helpers: set[str]) -> None:
        self.helpers = helpers

    def visit(self, node):
        """Drop a statement, or look inside it."""
        if isinstance(node, ast.stmt) and _is_for_the_book(node, self.helpers):
            return None
        return self.generic_visit(node)


def _without_glue(statement: ast.stmt, source: str, helpers: set[str]) -> str:
    """The code of a statement as it was written, or without the glue in it."""
    if helpers & _names(statement, ast.Load):
        return ast.unparse(_DropGlue(helpers).visit(statement))
    return ast.get_source_segment(source, statement)


def solution_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells between the marks of solutions, without the marks."""
    return [cell for cell, inside in _with_place(notebook) if inside]


def _with_place(notebook):
    """Every cell that is no mark, with whether it belongs to a solution."""
    inside = False
    for cell in notebook.cells:
        marks = SOLUTION_MARK.findall(cell.source) if cell.cell_type == "markdown" else []
        if marks:
            inside = marks[-1] == "start"
            yield cell, True
        else:
            yield cell, inside


def figure_captions(notebook: nbformat.NotebookNode, name: str) -> dict[str, str]:
    """What stands under the figures of a notebook, by the cell; in chapters with their numbers.

    Figures of solutions count, so that a number means the same in every edition and on the page.
    """
    chapter = re.match(r"(\d+)_", name)
    told = {
        cell.id: cell.metadata[key]["figure"]["caption"]
        for cell in notebook.cells
        for key in ("mystnb", "spikelib")  # a picture's, or a widget's
        if cell.metadata.get(key, {}).get("figure")
    }
    return {
        cell: f"**Figure{f' {int(chapter[1])}.{k}' if chapter else ''}.** {caption}"
        for k, (cell, caption) in enumerate(told.items(), start=1)
    }


def install_cell(line: str) -> nbformat.NotebookNode:
    """The one visible cell that installs, where spikelib is not there yet."""
    cell = nbformat.v4.new_code_cell(
        "# Once: installs what this notebook needs. Does nothing where it is there already.\n"
        "import importlib.util\n\n"
        'if importlib.util.find_spec("spikelib") is None:\n'
        f"    %pip install --quiet {line}"
    )
    cell.metadata["tags"] = ["setup"]
    return cell


def make(
    notebook: nbformat.NotebookNode, edition: Edition, text: PlainText
) -> nbformat.NotebookNode:
    """A notebook of an edition, from a chapter as it is stored."""
    made = nbformat.v4.new_notebook()
    made.metadata = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    cells = [
        copy.deepcopy(cell)
        for cell, inside in _with_place(notebook)
        if edition.solutions or not inside
    ]
    needed = _Needed(helpers=glue_helpers(notebook))
    for cell in reversed(cells):
        if cell.cell_type != "code":
            continue
        if BOOK_ONLY in cell.metadata.get("tags", []):
            cell.source = needed.strip(cell.source)
        else:
            needed.add(cell.source)
    captions = figure_captions(notebook, text.here)
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = text.translate(cell.source)
        if not cell.source.strip():
            continue
        made.cells.append(_plain_cell(cell))
        if cell.get("id") in captions:
            made.cells.append(nbformat.v4.new_markdown_cell(captions[cell.id]))
    if edition.install:
        made.cells.insert(1, install_cell(edition.install))
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    return made


def without_mark(source: str) -> str:
    """The code of a cell, without the mark that the tests look for."""
    return source.removeprefix(COMPARED).removeprefix("\n")


def _plain_cell(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A cell without results, and with the metadata that JupyterLab knows."""
    if cell.cell_type == "markdown":
        return nbformat.v4.new_markdown_cell(cell.source)
    made = nbformat.v4.new_code_cell(without_mark(cell.source))
    tags = set(cell.metadata.get("tags", []))
    if tags & (HIDDEN | {BOOK_ONLY}) and "parameters" not in tags:
        made.metadata["jupyter"] = {"source_hidden": True}
    kept = sorted(tags & {"raises-exception", "parameters"})
    if kept:
        made.metadata["tags"] = kept
    return made
