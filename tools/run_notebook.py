"""Execute one notebook in a process of its own.

Usage: ``python -m tools.run_notebook NOTEBOOK RESULT [TIMEOUT]``. A line of JSON on
standard output announces each cell; RESULT receives the executed notebook. On
failure the last line names the cell: its index as the notebook counts it (from
1, text cells included), its first line, and the error.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_TIMEOUT = 300
DRAWING = Path(__file__).resolve().parent / "slide_drawing.py"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def say(**message: object) -> None:
    """Send one message to the process that watches."""
    print(json.dumps(message), flush=True)


def first_line(source: str) -> str:
    """The first line of a cell that is not blank."""
    return next((line.strip() for line in source.splitlines() if line.strip()), "(empty)")


def describe_error(error: Exception, seconds: float) -> tuple[str, str]:
    """An error in one line, and its traceback."""
    if isinstance(error, CellTimeoutError):
        return f"still running after {seconds:g} s", ""
    if isinstance(error, DeadKernelError):
        return "the kernel died", str(error)
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {ANSI.sub('', error.evalue)}", ANSI.sub("", str(error.traceback))
    return f"{type(error).__name__}: {error}", ""


def prepare_environment() -> None:
    """Keep a reader's own settings out of the kernel."""
    os.environ.pop("MPLBACKEND", None)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")


def drawing_for_slides() -> list[str]:
    """What makes a kernel draw figures for slides too, without a name of its own there."""
    if not DRAWING.is_file():
        return []
    line = f"__import__('runpy').run_path({str(DRAWING)!r})['install'](get_ipython())"
    return [f"--IPKernelApp.exec_lines={[line]}"]


def run(path: Path, result: Path, timeout: float) -> int:
    """Execute a notebook from the folder it lies in; 0 where every cell ran."""
    notebook = nbformat.read(path, as_version=4)
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    current = {"index": code_cells[0] if code_cells else 0}

    def at_cell(cell: nbformat.NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            current["index"] = cell_index
            say(at=code_cells.index(cell_index) + 1, of=len(code_cells))

    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=at_cell,
        extra_arguments=drawing_for_slides(),
    )
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as error:
        short, long = describe_error(error, timeout)
        index = current["index"]
        line = first_line(notebook.cells[index].source) if notebook.cells else "(empty)"
        say(failed=short, cell=index + 1, line=line, traceback=long)
        return 1
    nbformat.write(notebook, result)
    return 0


if __name__ == "__main__":
    prepare_environment()
    limit = float(sys.argv[3]) if len(sys.argv) > 3 else CELL_TIMEOUT
    sys.exit(run(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), limit))
