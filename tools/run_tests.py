"""Run every check: what `make test` runs.

Five steps, each run even where an earlier one failed: the unit tests and the
documentation's examples; the widgets' JavaScript (see `check_javascript.py`); a build of
the book from an empty folder, which executes the notebooks; nbval, which compares what they
gave with what is stored (it does not execute them again: see `replay.py`); the built pages
in a browser. The last lines say how each ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tools import get_browser, replay
from tools.book_layout import ROOT, notebooks
from tools.execute import kernel_environment

REPORTS = ROOT / "_build" / "test-reports"
NO_TESTS_COLLECTED = 5


@dataclass(kw_only=True)
class Result:
    """How one step ended."""

    name: str
    ok: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""

    def line(self) -> str:
        """The step in one line."""
        verdict = "ok" if self.ok else "FAILED"
        counts = counted(self.failed, self.passed, self.skipped)
        details = "; ".join(text for text in (counts, self.note) if text)
        return f"{self.name:<34} {verdict:<7} {self.seconds:4.0f} s  {details}"


def counted(failed: int, passed: int, skipped: int) -> str:
    """Numbers of tests in words, as pytest puts them."""
    parts = ((failed, "failed"), (passed, "passed"), (skipped, "skipped"))
    return ", ".join(f"{number} {word}" for number, word in parts if number)


def announce(name: str) -> None:
    """A heading before a step."""
    print(f"\n=== {name}", flush=True)


def read_report(path: Path) -> dict[str, int]:
    """Numbers of tests out of pytest's JUnit report."""
    suites = ElementTree.parse(path).getroot().iter("testsuite")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in suites:
        for key in totals:
            totals[key] += int(suite.get(key, 0))
    failed = totals["failures"] + totals["errors"]
    skipped = totals["skipped"]
    return {
        "failed": failed,
        "skipped": skipped,
        "passed": max(0, totals["tests"] - failed - skipped),
    }


def run_pytest(name: str, *arguments: str, environment: dict[str, str] | None = None) -> Result:
    """Run pytest with its report on the terminal, and count what it ran."""
    announce(name)
    report = REPORTS / (name.split()[0].strip(",") + ".xml")
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-q", "-rfEs", f"--junitxml={report}", *arguments]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment or os.environ)
    seconds = time.perf_counter() - began
    counts = read_report(report) if report.is_file() else {"failed": 0, "passed": 0, "skipped": 0}
    note = "" if done.returncode in (0, 1) else f"pytest ended with status {done.returncode}"
    if done.returncode == NO_TESTS_COLLECTED:
        note = "no tests were found"
    return Result(name=name, ok=done.returncode == 0, seconds=seconds, note=note, **counts)


def workers(by: str = "loadscope") -> list[str]:
    """Options that spread tests over the cores: whole files, or groups, at a time."""
    number = min(4, os.cpu_count() or 1)
    return ["-n", str(number), "--dist", by] if number > 1 else []


def unit_tests() -> Result:
    """Unit tests, the documentation's examples, tests of the tools and the book's sources."""
    side_by_side = min(4, os.cpu_count() or 1)
    return run_pytest(
        "unit tests and doctests", *workers(), environment=kernel_environment(side_by_side)
    )


def javascript() -> Result:
    """Tests, style and types of the widgets' JavaScript."""
    name = "JavaScript of the widgets"
    announce(name)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tools.check_javascript"], cwd=ROOT)
    return Result(name=name, ok=done.returncode == 0, seconds=time.perf_counter() - began)


def book_build() -> Result:
    """A build of the book from an empty folder, warnings as errors."""
    name = "book, warnings as errors"
    announce(name)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "tools.build_book"], cwd=ROOT)
    return Result(name=name, ok=done.returncode == 0, seconds=time.perf_counter() - began)


def chapter_tests() -> Result:
    """Every notebook, cell by cell, with the results of the build."""
    found = replay.install(ROOT / "_build" / "replay")
    return run_pytest(
        "chapters, cell by cell (nbval)",
        "-o",
        "addopts=",
        "--nbval-lax",
        f"--nbval-kernel-name={replay.NAME}",
        *workers(),
        *[str(path.relative_to(ROOT)) for path in notebooks()],
        environment=os.environ | found,
    )


def page_tests(book: Result) -> Result:
    """The built pages in a browser; skipped, with the reason, where there is none."""
    name = "pages in a browser"
    if not book.ok:
        return Result(name=name, ok=False, seconds=0, note="not run: the book was not built")
    began = time.perf_counter()
    browser, reason = get_browser.get()
    if browser is None:
        needed = os.environ.get("CI", "").lower() in {"true", "1"}
        note = f"SKIPPED, no browser: {reason}"
        return Result(
            name=name, ok=not needed, seconds=time.perf_counter() - began, note=note, skipped=1
        )
    return run_pytest(
        name,
        "-m",
        "pages",
        *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/pages/test_*.py")),
        *workers("loadgroup"),
        environment=os.environ | {"SPIKELIB_BROWSER": browser},
    )


def summarise(results: list[Result], seconds: float) -> bool:
    """Print the last lines; whether all is well."""
    print("\n=== summary")
    for result in results:
        print(result.line())
    ok = all(result.ok for result in results)
    counts = counted(
        sum(result.failed for result in results),
        sum(result.passed for result in results),
        sum(result.skipped for result in results),
    )
    failed = "" if ok else "FAILED, "
    print(f"===== {failed}{counts} in {seconds:.2f}s =====", flush=True)
    return ok


def main() -> int:
    """Run all steps."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    try:
        results = [unit_tests(), javascript(), book_build(), chapter_tests()]
        results.append(page_tests(results[2]))
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    return 0 if summarise(results, time.perf_counter() - began) else 1


if __name__ == "__main__":
    sys.exit(main())
