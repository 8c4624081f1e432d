"""Projects of the course: starters in ``book/projects``, samples and their points in ``samples``.

The rubric is the table in ``book/projects.md``. For each starter there are three samples, graded
line by line in ``samples/grades.yml``. Instructors get them executed, students the starters alone.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import yaml

from tools.editions import install_cell
from tools.execute import open_cache

PAGE = Path("book") / "projects.md"
STARTERS = Path("book") / "projects"
SAMPLES = Path("samples")
LEVELS = {"excellent": 11, "good": 8, "pass": 6}  # and the fewest points of each
MOST = 3


class ProjectError(Exception):
    """Points that do not go with the rubric."""


def names(root: Path) -> list[str]:
    """The projects, in the order of their table."""
    page = root / PAGE
    if not page.is_file():
        return []
    return re.findall(r"\{doc\}`projects/project_(\w+)`", page.read_text("utf-8"))


def samples(root: Path) -> list[Path]:
    """The sample solutions: of each project, the best first."""
    return [root / SAMPLES / f"{name}_{level}.ipynb" for name in names(root) for level in LEVELS]


def rubric(root: Path) -> dict[str, list[str]]:
    """What each line asks for, for 1, 2 and 3 points."""
    text = (root / PAGE).read_text("utf-8").partition("(rubric)=")[2]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {row[0].strip(): [cell.strip() for cell in row[1:]] for row in rows[2:]}


def grades(root: Path) -> dict[str, dict[str, dict]]:
    """Points and reasons, by project and level; raises `ProjectError` where they do not add up."""
    given = yaml.safe_load((root / SAMPLES / "grades.yml").read_text("utf-8"))
    lines, faults = set(rubric(root)), []
    if list(given) != names(root):
        faults.append(f"expected the projects {names(root)}, got {list(given)}")
    for project, levels in given.items():
        if list(levels) != list(LEVELS):
            faults.append(f"{project}: expected the levels {list(LEVELS)}, got {list(levels)}")
        for level, points in levels.items():
            faults += [f"{project}, {level}: {fault}" for fault in _faults(level, points, lines)]
    if faults:
        raise ProjectError("\n".join(faults))
    return given


def _faults(level: str, points: dict, lines: set[str]) -> list[str]:
    graded = {line: entry for line, entry in points.items() if line != "total"}
    if set(graded) != lines:
        return [f"expected points for {sorted(lines)}, got {sorted(graded)}"]
    for line, entry in graded.items():
        if not (isinstance(entry, list) and list(map(type, entry)) == [int, str]):
            return [f"{line}: expected [points, \"reason\"], got {entry}"]
    found = [f"{line}: expected 1 to {MOST} points, got {number}"
             for line, (number, _) in graded.items() if number not in range(1, MOST + 1)]
    found += [f"{line}: no reason" for line, (_, why) in graded.items() if len(why.split()) < 4]
    total = sum(number for number, _ in graded.values())
    if total != points.get("total"):
        found.append(f"the points add up to {total}, and the total says {points.get('total')}")
    if verdict(total) != level:
        found.append(f"{total} points are {verdict(total)!r}")
    return found


def verdict(total: int) -> str:
    """The level of a number of points."""
    return next((level for level, least in LEVELS.items() if total >= least), "fail")


def graded_page(root: Path) -> str:
    """All samples with their points and reasons, as Markdown."""
    asked = rubric(root)
    parts = ["# Samples, marked", "", "Three solutions for each project, marked by the rubric of "
             "`projects.md`. They were written for this book and not by students. That they run "
             "with other parameters was tried, for all that have 3 points for it.", ""]
    for project, levels in grades(root).items():
        for level, points in levels.items():
            file = f"{project}_{level}.ipynb"
            heading = nbformat.read(root / SAMPLES / file, as_version=4).cells[0].source
            title = heading.splitlines()[0].lstrip("# ")
            parts += [f"## {title}", "", f"`samples/{file}`: **{points['total']} of "
                      f"{MOST * len(asked)}**, {level}", "",
                      "| criterion | points | asked for | why |", "|---|---|---|---|"]
            parts += [f"| {line} | {points[line][0]} | {wanted[points[line][0] - 1]} | "
                      f"{points[line][1]} |" for line, wanted in asked.items()]
            parts.append("")
    return "\n".join(parts)


def write(root: Path, folder: Path, install: str) -> Path:
    """``samples`` in a folder: the notebooks with their results, and the page with the points."""
    made = folder / "samples"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    cache = open_cache(root)
    for path in samples(root):
        notebook = nbformat.read(path, as_version=4)
        try:
            notebook = cache.merge_match_into_notebook(notebook)[1]
        except KeyError:
            pass  # not executed yet: as it is stored
        notebook.metadata.pop("spikelib", None)
        notebook.cells.insert(1, install_cell(install))
        nbformat.write(notebook, made / path.name)
    (made / "samples.md").write_text(graded_page(root), "utf-8")
    return made
