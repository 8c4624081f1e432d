"""Make what a course needs, from the chapters: what `make course` runs.

Into ``_build/course``: an edition for students, without solutions, and one for
instructors, with them and with the guide, each as a folder and as a zip file of
notebooks that run anywhere after one install line; and a deck of slides for each lecture in
``book/lectures``. All of it picks up the chapters that ``_toc.yml`` lists.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
import yaml

from spikelib.book.marks import students
from tools import build_book, concept_sheet, lectures, projects, slides, stick
from tools.book_layout import ROOT, chapters, notebooks, page_names
from tools.editions import Edition, make
from tools.execute import open_cache
from tools.plain_text import PlainText, Works, glued_values, title_of

EXTRAS = ("book", "data", "cluster")
# What chapters read besides spikelib: files of these kinds below ``chapters/``.
DATA_SUFFIXES = {".py", ".json", ".csv", ".npz", ".npy", ".h5", ".mat", ".ipynb", ".mplstyle",
                 ".svg"}
STUDENT = Edition(name="student", solutions=False, install="-r requirements.txt")
INSTRUCTOR = Edition(name="instructor", solutions=True, install="-r requirements.txt")
GUIDE = "book/instructors_guide.md"
FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # so that the same notebooks give the same zip file


@dataclass(frozen=True, kw_only=True)
class Book:
    """The chapters that are handed out, with what their text refers to."""

    root: Path
    sources: list[Path]
    stored: dict[str, nbformat.NotebookNode]
    executed: dict[str, nbformat.NotebookNode]

    def text(self, name: str) -> PlainText:
        """A translator of the text of a notebook, or of another page."""
        cells = self.stored[name].cells if name in self.stored else []
        return PlainText(
            works=Works(self.root / "book" / "references.bib"),
            values=self.values,
            titles={name: title_of(notebook) for name, notebook in self.stored.items()},
            here=name,
            everything="\n".join(cell.source for cell in cells),
            slides=lambda target: lectures.said_numbers(self.root, target),
        )

    @cached_property
    def values(self) -> dict[str, dict[str, object]]:
        """Glued values, by notebook."""
        return {name: glued_values(run) for name, run in self.executed.items()}


def handed_out(root: Path) -> list[Path]:
    """The chapters, and other pages whose metadata say that they belong to the course."""
    chosen = set(chapters(root))
    for path in notebooks(root):
        metadata = nbformat.read(path, as_version=4).metadata
        if metadata.get("spikelib", {}).get("course"):
            chosen.add(path)
    return [path for path in notebooks(root) if path in chosen]


def first_page(root: Path) -> str:
    """The page with which the book begins."""
    return page_names(root)[0]


def read_book(root: Path, sources: list[Path] | None = None) -> Book:
    """Read the chapters, and their results where the cache has them."""
    cache = open_cache(root)
    sources = handed_out(root) if sources is None else sources
    stored = {path.stem: nbformat.read(path, as_version=4) for path in sources}
    executed = {}
    for path in notebooks(root):
        notebook = nbformat.read(path, as_version=4)
        try:
            executed[path.stem] = cache.merge_match_into_notebook(notebook)[1]
        except KeyError:
            executed[path.stem] = notebook
    return Book(root=root, sources=sources, stored=stored, executed=executed)


def version(root: Path) -> str:
    """The version of spikelib."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def requirements(root: Path, wheel: str) -> str:
    """The lines of ``requirements.txt``: the wheel beside it, and what chapters import, pinned."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    expected = project["dependencies"] + [
        line for extra in EXTRAS for line in project["optional-dependencies"].get(extra, [])
    ]
    found = {re.match(r"[\w.-]+", line).group().lower() for line in expected}
    names = sorted(found | {"ipykernel"})
    pins = {}
    for line in (root / "requirements.txt").read_text("utf-8").splitlines():
        if "==" in line:
            pins.setdefault(line.partition("==")[0].strip().lower(), line.strip())
    return "\n".join([f"./{wheel}", "jupyterlab>=4,<5", *(pins.get(n, n) for n in names)]) + "\n"


def build_wheel(root: Path, folder: Path, edition: Edition) -> Path:
    """Build spikelib's wheel from a copy, so that nothing is left in the source.

    The students' has a version of its own, so that either replaces the other when it is installed.
    """
    copy = folder / "source"
    shutil.copytree(
        root / "spikelib", copy / "spikelib", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (root / name).is_file():
            shutil.copy2(root / name, copy / name)
    if not edition.solutions:
        students.withhold(copy / "spikelib")
        settings = (root / "pyproject.toml").read_text("utf-8")
        settings = re.sub(r'(?m)^(version = ".*)"$', r'\1+students"', settings, count=1)
        (copy / "pyproject.toml").write_text(settings, "utf-8")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise build_book.BuildError(f"spikelib's wheel could not be built:\n{done.stderr.strip()}")
    shutil.rmtree(copy)
    return next(path for path in folder.glob("*.whl") if ("+students" in path.name)
                == (not edition.solutions))


def write_notebooks(book: Book, edition: Edition, folder: Path) -> None:
    """The notebooks of an edition, and the data that they read."""
    for path in book.sources:
        made = make(book.stored[path.stem], edition, book.text(path.stem))
        nbformat.write(made, folder / path.name)
    copy_data(book, folder)


def copy_data(book: Book, folder: Path) -> None:
    """Copy what lies beside the chapters and is read by them."""
    given = {path.resolve() for path in book.sources}
    for path in sorted((book.root / "chapters").rglob("*")):
        hidden = any(part.startswith((".", "__")) for part in path.parts)
        if path.is_file() and path.suffix in DATA_SUFFIXES and path not in given and not hidden:
            target = folder / path.relative_to(book.root / "chapters")
            if path.suffix == ".ipynb" and len(target.relative_to(folder).parts) == 1:
                continue  # a chapter that is not in the table of contents
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def readme(book: Book, edition: Edition) -> str:
    """What stands beside the notebooks."""
    settings = yaml.safe_load((book.root / "_config.yml").read_text("utf-8"))
    rows = [f"- `{path.name}`: {title_of(book.stored[path.stem])}" for path in book.sources]
    told = {
        True: "This is the edition for instructors: every exercise is followed by its solution, "
        "and `instructors_guide.md` says how to teach from it.",
        False: "Exercises come with a stub that runs and a check that gives hints.",
    }[edition.solutions]
    return "\n".join([
        f"# {settings['title']}: {edition.name}s' notebooks", "", told, "",
        "Python 3.11 or newer is needed. In a terminal, in this folder, once:", "",
        "    python3 -m venv .venv", "    . .venv/bin/activate",
        "    python -m pip install -r requirements.txt", "",
        "On Windows the first two lines are `py -m venv .venv` and `.venv\\Scripts\\activate`.",
        "They make an environment of its own for this course: without one, the Python of many",
        "systems refuses to install anything (\"externally managed environment\"). Where the first",
        "line fails on Debian or Ubuntu, `sudo apt install python3-venv` adds what it needs.", "",
        "Is everything there? This says so, or says what is wrong:", "",
        "    python -m spikelib.book.installation", "",
        "Then, each time:", "", "    . .venv/bin/activate", "    python -m jupyter lab", "",
        "The first code cell of each notebook does the same installation where it was left out.",
        "Recordings that a chapter reads are fetched once and kept; without a connection it goes",
        "on with made-up ones, and says so.", "",
        "## Notebooks, in reading order", "", *rows, "",
        "Text: CC BY 4.0 (`LICENSE-text`). Code: BSD 3-Clause (`LICENSE`).", "",
    ])  # fmt: skip


def write_edition(book: Book, edition: Edition, wheel: Path, out: Path, extra=()) -> Path:
    """A folder with everything, and the zip file of it."""
    folder = out / f"spikelib-course-{edition.name}"
    folder.mkdir(parents=True)
    write_notebooks(book, edition, folder)
    shutil.copy2(wheel, folder / wheel.name)
    (folder / "requirements.txt").write_text(requirements(book.root, wheel.name), "utf-8")
    (folder / "README.md").write_text(readme(book, edition), "utf-8")
    for name in ("LICENSE", "LICENSE-text"):
        if (book.root / name).is_file():
            shutil.copy2(book.root / name, folder / name)
    for source, name in extra:
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.suffix == ".md":
            text = book.text(source.stem)
            (folder / name).write_text(text.translate(source.read_text("utf-8")) + "\n", "utf-8")
        else:
            shutil.copy2(source, folder / name)
    return zip_folder(folder)


def zip_folder(folder: Path) -> Path:
    """A zip file beside a folder, with the folder's name as its only top level."""
    target = folder.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
                info = zipfile.ZipInfo(name, FIXED_TIME)
                info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                archive.writestr(info, path.read_bytes())
    return target


def for_projects(root: Path, work: Path, edition: Edition) -> list[tuple[Path, str]]:
    """What an edition holds of the projects besides their notebooks; samples for instructors."""
    if not projects.names(root):
        return []
    rubric = [(root / projects.PAGE, "projects.md")]
    if edition.solutions:
        rubric.append((projects.write(root, work, edition.install), "samples"))
    return rubric


def build(root: Path, out: Path) -> list[Path]:
    """Everything, into an empty folder; returns what was made."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    book = read_book(root)
    decks = slides.build(book, out / "slides")
    if decks.missing:
        raise build_book.BuildError("slides show what no result has:\n" + "\n".join(decks.missing))
    made = list(decks.files)
    work = out / "work"
    work.mkdir()
    extra = [(out / "slides", "slides")]
    extra += [(root / GUIDE, "instructors_guide.md")] if (root / GUIDE).is_file() else []
    sheet, key = concept_sheet.write(root, work)
    extra += [(path, path.name) for path in (sheet, key)]
    for edition, added in ((STUDENT, [(sheet, sheet.name)]), (INSTRUCTOR, extra)):
        added = added + for_projects(root, work, edition)
        wheel = build_wheel(root, work, edition)
        made.append(write_edition(book, edition, wheel, out, added))
    shutil.rmtree(work)
    return made


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the book")
    parser.add_argument("--cell-timeout", type=float, default=build_book.CELL_TIMEOUT)
    parser.add_argument("--stick", nargs="*", metavar="PYTHON", default=None, help=(
        f"also a memory stick with all packages, for these Pythons ({' '.join(stick.PYTHONS)})"))
    options = parser.parse_args(arguments)
    root, began = options.root.resolve(), time.perf_counter()
    try:
        build_book.execute_chapters(root, options.cell_timeout, projects.samples(root))
        made = build(root, root / "_build" / "course")
        if options.stick is not None:
            editions = [path for path in made if path.suffix == ".zip"]
            folder = stick.make(root / "_build" / "course", editions,
                                options.stick or stick.PYTHONS)
            print((folder / "README.txt").read_text("utf-8").splitlines()[-2])
    except (build_book.BuildError, stick.StickError) as error:
        print(f"\n{error}\n\nThe course was not made.", file=sys.stderr)
        return 1
    print(f"The course was made in {time.perf_counter() - began:.0f} s:")
    print("\n".join(f"{path}  ({path.stat().st_size / 1e6:.1f} MB)" for path in made))
    return 0


if __name__ == "__main__":
    sys.exit(main())
