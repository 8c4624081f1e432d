"""JupyterLab with the chapters' widgets in it: a server, notebooks cut down to a widget."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import subprocess
import sys
import time
import urllib.request

import nbformat

from tools.book_layout import ROOT

# Smaller than the quick settings: what the widget shows need not be any good.
SMALL = {
    "01": {},
    "03": {"n_units": 100, "n_trials": 3},
    "04": {"n_trials": 12, "n_runs": 4, "n_short": 4, "n_seeds": 1},
    "07": {"n_trials": 12, "n_tests": 4},
    "09": {"n_neurons": 120, "n_trials": 12},
}
OPTIONS = [
    "--no-browser", "--allow-root", "--port=0", "--expose-app-in-browser",
    "--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True",
    "--LabApp.extension_manager=readonly",
]  # fmt: skip
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+/")


def names(module: ast.AST, context: type) -> set[str]:
    """Names that a cell reads (``ast.Load``) or binds (``ast.Store``)."""
    found = {node.id for node in ast.walk(module)
             if isinstance(node, ast.Name) and isinstance(node.ctx, context)}  # fmt: skip
    if context is ast.Store:
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
    return found


def cut(number: str, widget: str) -> nbformat.NotebookNode:
    """The cells of a chapter that its widget needs, with small settings, and a text after it."""
    (path,) = ROOT.glob(f"chapters/{number}_*.ipynb")
    code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    place = next(k for k, cell in enumerate(code) if f"{widget}(" in cell.source)
    needed, kept = set(), []
    for cell in reversed(code[: place + 1]):
        module = ast.parse(cell.source)
        if not kept or needed & names(module, ast.Store):
            needed |= names(module, ast.Load)
            kept.insert(0, cell.source)
            if "parameters" in cell.metadata.get("tags", []):
                lines = [f"{name} = {value!r}" for name, value in SMALL[number].items()]
                kept.insert(1, "\n".join(lines))
    new = nbformat.v4
    cells = [new.new_code_cell("\n\n".join(kept[:-1])), new.new_code_cell(kept[-1])]
    return new.new_notebook(
        cells=[new.new_markdown_cell("Above."), *cells, new.new_markdown_cell("Below.")],
        metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
    )


@contextlib.contextmanager
def running(folder):
    """JupyterLab's address while it serves a folder; nobody's own settings are read."""
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython",
           "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
           "JUPYTER_RUNTIME_DIR": "runtime"}  # fmt: skip
    environment = os.environ | {name: str(folder / ".own" / part) for name, part in own.items()}
    environment |= {"OMP_NUM_THREADS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    book = folder / "book"
    book.mkdir()
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={book}"]
    log = folder / "log"
    with (
        log.open("wb") as file,
        subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, cwd=folder, env=environment
        ) as process,
    ):
        try:
            yield book, answer(process, log)
        finally:
            process.terminate()
            process.wait(30)


def answer(process: subprocess.Popen, log) -> str:
    """The address once the server answers; RuntimeError with its log where it ends instead."""
    while process.poll() is None:
        found = ADDRESS.search(log.read_bytes())
        if found:
            address = found[0].decode()
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}api", timeout=60):
                return address
        time.sleep(0.2)
    raise RuntimeError(log.read_text(errors="replace"))
