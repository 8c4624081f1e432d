"""Execute every notebook and build the book: what `make book` runs.

The HTML is always built into an empty folder, with warnings as errors, so that
a build which succeeds has succeeded as a whole. Executions are reused as long as
a chapter's code, ``spikelib`` and the requirements stay as they are.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools.book_layout import ROOT, notebooks, page_names, page_source
from tools.execute import Outcome, execute

CELL_TIMEOUT = 300


class BuildError(Exception):
    """The book could not be built; the message says why."""


def explain(outcome: Outcome, root: Path) -> str:
    """A failed chapter in words: the notebook, the cell, its first line, the error."""
    name = outcome.path.relative_to(root).as_posix()
    failure = outcome.failure
    if failure is None:
        return ""
    where = f"{name}, cell {failure.cell}" if failure.cell else name
    text = f"FAILED  {where}\n    cell begins: {failure.line}\n    error:       {failure.error}"
    if failure.traceback:
        tail = failure.traceback.strip().splitlines()[-30:]
        text += "\n" + "\n".join("    | " + line for line in tail)
    return text


def check_sources(root: Path) -> None:
    """Every page of the table of contents has a source."""
    missing = [name for name in page_names(root) if page_source(name, root) is None]
    if missing:
        raise BuildError("_toc.yml names pages that do not exist: " + ", ".join(missing))


def execute_chapters(root: Path, timeout: float, also: Sequence[Path] = ()) -> list[Outcome]:
    """Execute the notebooks, and others that are no pages; raise where one fails."""
    outcomes = execute(root, [*notebooks(root), *also], timeout=timeout)
    failed = [outcome for outcome in outcomes if outcome.failure]
    if failed:
        raise BuildError("\n\n".join(explain(outcome, root) for outcome in failed))
    ran = [outcome for outcome in outcomes if not outcome.reused]
    total = sum(outcome.seconds for outcome in outcomes)
    print(f"{len(ran)} of {len(outcomes)} notebooks executed; in turn they take {total:.0f} s")
    return outcomes


def build_html(root: Path) -> Path:
    """Build the pages with Jupyter Book, into an empty folder."""
    build = root / "_build"
    for folder in ("html", ".doctrees", "jupyter_execute"):
        shutil.rmtree(build / folder, ignore_errors=True)
    jupyter_book = "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"
    command = [sys.executable, "-c", jupyter_book, "build", str(root)]
    command += ["-W", "-n", "--keep-going", "-q"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    (build / "build.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        raise BuildError(f"The pages could not be built:\n{done.stderr.strip()}")
    return build / "html"


def check_pages(root: Path, html: Path) -> None:
    """Every page of the table of contents was written."""
    missing = [name for name in page_names(root) if not (html / f"{name}.html").is_file()]
    if missing:
        raise BuildError("These pages were not built: " + ", ".join(missing))


def build(root: Path, timeout: float = CELL_TIMEOUT) -> Path:
    """Execute and build; returns the page to open."""
    check_sources(root)
    execute_chapters(root, timeout)
    began = time.perf_counter()
    print(f"building {len(page_names(root))} pages ...", end=" ", flush=True)
    html = build_html(root)
    check_pages(root, html)
    print(f"{time.perf_counter() - began:.0f} s", flush=True)
    return html / "index.html"


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the book")
    parser.add_argument("--cell-timeout", type=float, default=CELL_TIMEOUT, metavar="SECONDS")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    try:
        page = build(options.root.resolve(), options.cell_timeout)
    except BuildError as error:
        print(f"\n{error}\n\nThe book was not built.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; chapters that were through are kept.", file=sys.stderr)
        return 130
    print(f"The book was built in {time.perf_counter() - began:.0f} s. Open this page:\n{page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
