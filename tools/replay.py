"""A Jupyter kernel that runs nothing: it answers with what a cell gave when the book was built.

nbval starts a kernel for each notebook, sends it the cells one by one, and compares what comes
back with what is stored. Started on this kernel it does all of that with the results in the
execution cache, so that `make test` executes no notebook twice. A cell is answered only where
it, and every cell before it, is what was executed; any other fails.

``install`` writes the kernel's description; ``python -m tools.replay`` is the kernel.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import nbformat
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
from jupyter_cache import get_cache

from tools.book_layout import ROOT, notebooks
from tools.execute import CACHE

NAME = "spikelib-replay"
NOT_EXECUTED = "NotExecuted"


def install(folder: Path, root: Path = ROOT) -> dict[str, str]:
    """Describe the kernel below a folder; the variables under which Jupyter finds it."""
    place = folder / "kernels" / NAME
    place.mkdir(parents=True, exist_ok=True)
    description = {
        "argv": [sys.executable, "-m", "tools.replay", "-f", "{connection_file}"],
        "display_name": "Results of the last build",
        "language": "python",
        "env": {"PYTHONPATH": str(ROOT), "SPIKELIB_BOOK": str(root)},
    }
    (place / "kernel.json").write_text(json.dumps(description))
    return {"JUPYTER_PATH": str(folder)}


def executed(root: Path, folder: Path) -> list[list[nbformat.NotebookNode]]:
    """The executed code cells of every notebook of a folder that the cache holds."""
    cache = get_cache(root / CACHE)
    runs = []
    for path in notebooks(root):
        if path.parent != folder:
            continue
        try:
            run = cache.merge_match_into_notebook(nbformat.read(path, as_version=4))[1]
        except KeyError:
            continue
        runs.append([cell for cell in run.cells if cell.cell_type == "code"])
    return runs


def answer(
    runs: list[list[nbformat.NotebookNode]], at: int, code: str
) -> tuple[list[nbformat.NotebookNode], list[list[nbformat.NotebookNode]]]:
    """The outputs of the cell at a place, and the runs that have this code there."""
    left = [run for run in runs if at < len(run) and run[at].source == code]
    return (left[0][at].outputs if left else [not_executed()]), left


class ReplayKernel(Kernel):
    """Gives back recorded outputs, in the order of the notebook."""

    implementation = "spikelib-replay"
    implementation_version = "1"
    banner = "Results of the last build"
    language_info = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
    runs: list[list[nbformat.NotebookNode]] = []

    def __init__(self, **options) -> None:
        super().__init__(**options)
        self.at = 0

    async def do_execute(self, code, silent, store_history=True, *others, **options):
        """Answer one cell."""
        outputs, self.runs = answer(self.runs, self.at, code)
        self.at += 1
        for output in outputs:
            content = {name: value for name, value in output.items() if name != "output_type"}
            self.send_response(self.iopub_socket, output.output_type, content)
        failed = [output for output in outputs if output.output_type == "error"]
        if failed:
            error = {name: failed[0][name] for name in ("ename", "evalue", "traceback")}
            return {"status": "error", "execution_count": self.at, **error}
        return {
            "status": "ok", "execution_count": self.at, "payload": [], "user_expressions": {},
        }


def not_executed() -> nbformat.NotebookNode:
    """The error of a cell for which there is no result."""
    message = "the last build has no result of this cell, or one before it has changed since"
    return nbformat.v4.new_output(
        "error", ename=NOT_EXECUTED, evalue=message, traceback=[f"{NOT_EXECUTED}: {message}"]
    )


def main() -> None:
    """Run the kernel; nbval starts it in the notebook's folder."""
    root = Path(os.environ.get("SPIKELIB_BOOK", ROOT))
    ReplayKernel.runs = executed(root, Path.cwd())
    IPKernelApp.launch_instance(kernel_class=ReplayKernel)


if __name__ == "__main__":
    main()
