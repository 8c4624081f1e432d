"""The house: imports run one way, from the ground up, and nothing needs the book.

The order is that of the flow of data. A wing may use what stands before it in `ORDER`, and
its own modules; within a wing, too, there is no circle. Imports inside functions count.
"""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tools.book_layout import ROOT

PACKAGE = ROOT / "spikelib"
GROUND = {
    "errors", "_checks", "_checkpoint", "_extras", "_files", "_kernels", "_moved", "_progress",
    "_threads", "_tree", "loop", "results",
}
# From the ground up: each may use the ground, and what the wings before it offer.
ORDER = [
    {"least_squares", "components", "metrics", "tasks"},
    {"rate"},
    {"spiking"},
    {"training"},
    {"dale"},
    {"recordings"},
    {"export", "testing"},
]
# These use the ground, and what is named.
APART = {"sweeps": set(), "figures": {"metrics"}}
LONGEST = 300


def modules() -> dict[str, set[str]]:
    """Each module of the package, with the modules of the package that it imports."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return {name: imported(path, set(names)) for name, path in names.items() if name}


def imported(path, names: set[str]) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: expected absolute imports"
            targets = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for target in targets:
            if target.split(".")[0] != "spikelib":
                continue
            inner = target.removeprefix("spikelib").lstrip(".")
            while inner and inner not in names:  # a name in a module, not a module
                inner = inner.rpartition(".")[0]
            found.add(inner)
    return found - {""}


MODULES = modules()


def wing(name: str) -> str:
    return name.split(".")[0]


def allowed(name: str) -> set[str]:
    """The wings that a module of this wing may import."""
    if name in GROUND:
        return GROUND
    if name in APART:
        return GROUND | APART[name] | {name}
    before = set(GROUND)
    for level in ORDER:
        if name in level:
            return before | {name}
        before |= level
    assert name == "book", f"{name}: which place has it in the house?"
    return {wing(other) for other in MODULES}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_run_one_way(name):
    up = {other for other in MODULES[name] if wing(other) not in allowed(wing(name))}
    assert not up, f"spikelib.{name} imports {sorted(up)}, which stand above it"


def test_there_is_no_circle():
    # A wing's __init__ gathers what its modules offer; they may not need it in turn.
    try:
        TopologicalSorter(MODULES).prepare()
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' -> '.join(error.args[1])}")


def test_a_circle_would_be_found():
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
    assert imported(PACKAGE / "spiking" / "encoder.py", set(MODULES)) == {"_checks"}


def test_files_stay_short():
    folders = ("spikelib", "tests", "benchmarks", "tools")
    long = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".js"} and "node_modules" not in path.parts:
                n_lines = len(path.read_text(encoding="utf-8").splitlines())
                name = path.relative_to(ROOT).as_posix()
                if n_lines > LONGEST:
                    long[name] = n_lines
    assert not long, f"expected at most {LONGEST} lines: split {long}"
