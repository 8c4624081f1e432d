"""Test first what a change can reach: what `make check` runs.

A change is what git sees: files that differ from the last commit, or from the one that is
named. A test file is reached through what it imports and what that imports in turn; the fewer
steps away, the earlier it runs, and those of the change's own wing run first. After two minutes
no further file is begun, and those that were left are named: `make test` has them all.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

from tools.book_layout import ROOT

SECONDS = 120
TESTS = "tests/**/test_*.py"


def changed_files(since: str, root: Path = ROOT) -> set[str]:
    """Paths that differ from a commit, those included that git does not know yet."""
    commands = (
        ["git", "diff", "--name-only", since, "--"],
        ["git", "ls-files", "--others", "--exclude-standard"],
    )
    found = set()
    for command in commands:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        found |= set(done.stdout.splitlines())
    return found


def sources(root: Path = ROOT) -> dict[str, Path]:
    """Importable modules of the project by their dotted names."""
    found = {}
    for folder in ("spikelib", "tools", "tests", "benchmarks"):
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def offered(root: Path = ROOT) -> dict[str, str]:
    """Where each name that the package offers at its top comes from."""
    tree = ast.parse((root / "spikelib" / "__init__.py").read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def needs(path: Path, names: set[str], offers: dict[str, str]) -> set[str]:
    """The project's modules that a file imports, or names as ``spikelib.name``."""
    text = path.read_text(encoding="utf-8")
    wanted = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            wanted |= {f"{node.module}.{alias.name}" for alias in node.names}
    wanted |= {f"spikelib.{name}" for name in re.findall(r"\bspikelib\.(\w+)", text)}
    found = set()
    for name in wanted:
        top = name.removeprefix("spikelib.")
        target = offers.get(top, name) if name.startswith("spikelib.") else name
        while target and target not in names:
            target = target.rpartition(".")[0]
        found.add(target)
    # The package's own top gathers everything: to name it is not to need everything.
    return found - {"", "spikelib"}


def reached(changed: set[str], root: Path = ROOT) -> list[tuple[int, str]]:
    """Test files that a change can reach, with their distance: its own wing's, then the nearest."""
    modules, offers = sources(root), offered(root)
    used_by: dict[str, set[str]] = {name: set() for name in modules}
    for name, path in modules.items():
        for other in needs(path, set(modules), offers):
            used_by[other].add(name)
    steps = {
        name: 0 for name, path in modules.items() if path.relative_to(root).as_posix() in changed
    }
    queue = deque(steps)
    while queue:
        name = queue.popleft()
        for other in used_by[name] - set(steps):
            steps[other] = steps[name] + 1
            queue.append(other)
    files = {path.relative_to(root).as_posix(): name for name, path in modules.items()}
    found = [
        (steps[name], file) for file, name in files.items()
        if name in steps and Path(file).match("test_*.py") and not file.startswith("tests/pages/")
    ]
    # Text, settings and pages are read by the tests of the book's sources.
    if any(not file.endswith(".py") for file in changed):
        near = {file for _, file in found}
        found += [
            (1, file) for file in files
            if file.startswith("tests/chapters/test_") and file not in near
        ]
    own = {f"tests/{Path(file).parts[1]}/" for file in changed if file.startswith("spikelib/")}
    return sorted(found, key=lambda pair: (not pair[1].startswith(tuple(own)), *pair))


def main() -> int:
    """Run the tests, file by file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--since", default="HEAD", help="a commit (default: the last one)")
    options = parser.parse_args()
    changed = changed_files(options.since)
    files = reached(changed)
    if not files:
        print(f"nothing to test: {len(changed)} changed files, which no test reaches")
        return 0
    print(f"{len(changed)} changed files reach {len(files)} files of tests")
    began, left, failed = time.monotonic(), [], []
    for steps, file in files:
        if time.monotonic() - began > SECONDS:
            left.append(file)
            continue
        print(f"{steps} steps away: {file}", flush=True)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", file]
        if subprocess.run(command, cwd=ROOT).returncode not in (0, 5):
            failed.append(file)
    if left:
        print(f"not begun, for lack of time: {', '.join(left)}")
    verdict = f"FAILED: {', '.join(failed)}" if failed else "passed"
    print(f"===== {verdict}; {time.monotonic() - began:.0f} s; `make test` runs everything =====")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
