"""Execute the book's notebooks, a few side by side, and keep the results.

Results go to a jupyter-cache in ``_build/.jupyter_cache``, where Jupyter Book
looks for them. That cache knows a notebook by its code only; what else decides
a result (``spikelib``, the pinned requirements, files beside the chapters) goes
into a fingerprint, and another fingerprint empties the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

RUNNER = Path(__file__).resolve().parent / "run_notebook.py"
CACHE = Path("_build/.jupyter_cache")
FINGERPRINT = "spikelib_fingerprint"
MAX_SIDE_BY_SIDE = 4
CODE = {".py", ".js", ".css"}  # what a package is made of


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The cell that failed, and how."""

    cell: int
    line: str
    error: str
    traceback: str = ""


@dataclass(kw_only=True)
class Outcome:
    """What became of one notebook."""

    path: Path
    seconds: float
    reused: bool = False
    failure: Failure | None = None


@dataclass
class Progress:
    """Prints a line when a chapter starts and one when it ends.

    On a terminal a last line is kept up to date with the cell each chapter is at.
    """

    total: int
    root: Path
    stream: object = field(default_factory=lambda: sys.stdout)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, str] = {}
        self._live = self.stream.isatty()

    def _write(self, text: str) -> None:
        if self._live:
            self.stream.write("\r\x1b[K")
        self.stream.write(text + "\n")
        self._status()

    def _status(self) -> None:
        if self._live and self._running:
            state = ", ".join(f"chapter {n}: {text}" for n, text in sorted(self._running.items()))
            width = shutil.get_terminal_size().columns - 1
            self.stream.write(("\r\x1b[K  " + state)[: width + 4])
        self.stream.flush()

    def _name(self, number: int, path: Path) -> str:
        return f"chapter {number} of {self.total}  {path.relative_to(self.root).as_posix()} ..."

    def start(self, number: int, path: Path) -> None:
        """A chapter begins."""
        with self._lock:
            self._running[number] = "starting"
            self._write(f"{self._name(number, path)} running")

    def cell(self, number: int, at: int, of: int) -> None:
        """A chapter has come to its cell ``at``."""
        with self._lock:
            self._running[number] = f"cell {at} of {of}"
            if self._live:
                self._status()

    def end(self, number: int, outcome: Outcome) -> None:
        """A chapter is through."""
        with self._lock:
            self._running.pop(number, None)
            text = f"{outcome.seconds:.0f} s"
            if outcome.failure:
                text = f"FAILED after {text}"
            elif outcome.reused:
                text = f"unchanged (took {text} when it ran)"
            self._write(f"{self._name(number, outcome.path)} {text}")


def environment_fingerprint(root: Path) -> str:
    """A hash of all that decides a chapter's results besides its own code."""
    files = [root / "requirements.txt", root / "tools" / "slide_drawing.py"]
    package = (path for path in (root / "spikelib").rglob("*") if path.suffix in CODE)
    files += sorted(package)
    suffixes = {".py", ".json", ".csv", ".npz", ".mplstyle"}
    files += sorted(path for path in (root / "chapters").glob("*") if path.suffix in suffixes)
    files += sorted((root / "chapters" / "sweeps").glob("*.ipynb"))
    files += sorted((root / "book" / "results").glob("*.json"))
    digest = hashlib.sha256(sys.version.encode())
    for path in files:
        if path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def open_cache(root: Path):
    """The cache of executed notebooks, emptied where it no longer holds.

    In a preview (``BOOK_PREVIEW=1``) what was executed with an older library stays; the
    stamp then says so, and the next real build executes everything anew.
    """
    folder = root / CACHE
    expected = environment_fingerprint(root)
    stamp = folder / FINGERPRINT
    found = stamp.read_text().strip() if stamp.is_file() else ""
    if os.environ.get("BOOK_PREVIEW") and found:
        if found != expected:
            stamp.write_text("a preview\n")
    elif found != expected:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        stamp.write_text(expected + "\n")
    return get_cache(folder)


def reuse(cache, path: Path) -> float | None:
    """Seconds that a cached run took, or None where there is no such run.

    The cache knows a run by code and metadata together, so a changed tag or
    alternative text would make it run again. Such a run is stored anew, with the
    metadata of today.
    """
    notebook = nbformat.read(path, as_version=4)
    try:
        return cache.match_cache_notebook(notebook).data["execution_seconds"]
    except KeyError:
        pass
    expected = _what_runs(notebook)
    for record in cache.list_cache_records():
        if Path(record.uri).parts[-2:] != path.parts[-2:]:
            continue
        run = cache.get_cache_bundle(record.pk).nb
        if _what_runs(run) == expected:
            for ran, written in zip(_code_cells(run), _code_cells(notebook), strict=True):
                ran.metadata = written.metadata
            run.metadata["kernelspec"] = notebook.metadata.get("kernelspec", {})
            store(cache, path, run, record.data["execution_seconds"])
            return record.data["execution_seconds"]
    return None


def _code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _what_runs(notebook: nbformat.NotebookNode) -> list[tuple[str, set[str]]]:
    """The code of a notebook, with those tags that change how it is executed."""
    decisive = {"raises-exception", "skip-execution"}
    return [
        (cell.source, decisive & set(cell.metadata.get("tags", [])))
        for cell in _code_cells(notebook)
    ]


def store(cache, path: Path, executed: nbformat.NotebookNode, seconds: float) -> None:
    """Put an executed notebook into the cache, without the times of its cells."""
    for cell in executed.cells:
        cell.metadata.pop("execution", None)
    bundle = CacheBundleIn(executed, str(path), data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def kernel_environment(side_by_side: int) -> dict[str, str]:
    """The environment of a run: the cores are shared out between the chapters."""
    threads = str(max(1, (os.cpu_count() or 1) // side_by_side))
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {name: threads for name in names} | dict(os.environ)


def run_one(
    path: Path,
    result: Path,
    *,
    timeout: float,
    environment: dict[str, str],
    on_cell=lambda at, of: None,
) -> Outcome:
    """Execute one notebook in another process and wait for it."""
    began = time.perf_counter()
    command = [sys.executable, str(RUNNER), str(path), str(result), str(timeout)]
    failure = None
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.extend(process.stderr), daemon=True)
        reader.start()
        for line in process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if "at" in message:
                on_cell(message["at"], message["of"])
            elif "failed" in message:
                failure = Failure(
                    cell=message["cell"],
                    line=message["line"],
                    error=message["failed"],
                    traceback=message["traceback"],
                )
        process.wait()
        reader.join()
    if failure is None and (process.returncode or not result.is_file()):
        failure = Failure(cell=0, line="", error="".join(errors)[-2000:] or "the run ended early")
    return Outcome(path=path, seconds=time.perf_counter() - began, failure=failure)


def execute(
    root: Path, notebooks: list[Path], *, timeout: float, side_by_side: int | None = None
) -> list[Outcome]:
    """Execute the notebooks that need it; outcomes come in the order asked for."""
    cache = open_cache(root)
    side_by_side = side_by_side or max(1, min(MAX_SIDE_BY_SIDE, os.cpu_count() or 1))
    results = root / "_build" / "executed"
    results.mkdir(parents=True, exist_ok=True)
    progress = Progress(len(notebooks), root)
    environment = kernel_environment(side_by_side)
    storing = threading.Lock()

    def one(number: int, path: Path) -> Outcome:
        with storing:
            seconds = reuse(cache, path)
        if seconds is not None:
            outcome = Outcome(path=path, seconds=seconds, reused=True)
        else:
            progress.start(number, path)
            result = results / path.name
            result.unlink(missing_ok=True)
            outcome = run_one(
                path,
                result,
                timeout=timeout,
                environment=environment,
                on_cell=lambda at, of: progress.cell(number, at, of),
            )
            if outcome.failure is None:
                with storing:
                    executed = nbformat.read(result, as_version=4)
                    store(cache, path, executed, outcome.seconds)
        progress.end(number, outcome)
        return outcome

    with ThreadPoolExecutor(side_by_side) as pool:
        return list(pool.map(one, range(1, len(notebooks) + 1), notebooks))
