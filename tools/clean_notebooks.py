"""Store notebooks without results: ``python -m tools.clean_notebooks [--accept] [NOTEBOOK ...]``.

Outputs go, except those of cells marked ``# NBVAL_CHECK_OUTPUT``, which the
tests compare; so do execution counts and what editors leave in the metadata.
With ``--accept`` the outputs of those cells are taken from the last build: read the
difference before you commit it, since the tests hold later builds to it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from jupyter_cache import get_cache

from tools.book_layout import ROOT, notebooks
from tools.editions import COMPARED
from tools.execute import CACHE

KEEP_CELL_METADATA = {"tags", "mystnb", "spikelib", "jp-MarkdownHeadingCollapsed"}
KEEP_METADATA = {"kernelspec", "spikelib", "mystnb"}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def clean(path: Path) -> bool:
    """Clean one notebook; whether anything had to change."""
    notebook = nbformat.read(path, as_version=4)
    before = nbformat.writes(notebook)
    notebook.metadata = {k: v for k, v in notebook.metadata.items() if k in KEEP_METADATA}
    notebook.metadata["kernelspec"] = KERNEL
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEEP_CELL_METADATA}
        if cell.cell_type == "code":
            checked = COMPARED in cell.source and cell.outputs
            if not checked:
                cell.outputs = []
            # nbval compares only what has a count: without one, the cell was not run.
            cell.execution_count = 1 if checked else None
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = 1
    after = nbformat.writes(nbformat.from_dict(notebook))
    if after != before:
        path.write_text(after + "\n", encoding="utf-8")
    return after != before


def accept(path: Path, root: Path = ROOT) -> None:
    """Store what the compared cells gave in the last build; KeyError where it has no such run."""
    notebook = nbformat.read(path, as_version=4)
    run = get_cache(root / CACHE).merge_match_into_notebook(notebook)[1]
    for stored, executed in zip(notebook.cells, run.cells, strict=True):
        if stored.cell_type == "code" and COMPARED in stored.source:
            stored.outputs = executed.outputs
    nbformat.write(notebook, path)


def main(arguments: list[str]) -> int:
    """Clean the notebooks that were named, or all of the book's."""
    taking = "--accept" in arguments
    for path in [Path(name) for name in arguments if name != "--accept"] or notebooks():
        if taking:
            accept(path)
        if clean(path):
            print(f"cleaned {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
