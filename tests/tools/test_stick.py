"""The memory stick: what another system needs is on it, and both editions install offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from spikelib.book.marks import isolation
from tools import course, stick
from tools.book_layout import ROOT

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def wheel(folder: Path, name: str, *needs: str) -> None:
    """An empty wheel with these requirements."""
    lines = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA",
                         f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{lines}")


def test_what_another_system_needs_is_missing_here(tmp_path):
    wheel(tmp_path, "console", "winpty>=2 ; os_name == 'nt'", "appnope ; sys_platform == 'darwin'",
          "There", "extra_only ; extra == 'test'", "backport ; python_version < '3.12'")
    wheel(tmp_path, "there")
    missing = {system: stick._missing(tmp_path, stick.SYSTEMS[system][0], "3.12")
               for system in stick.SYSTEMS}
    assert missing == {"Linux": set(), "macOS": {"appnope"}, "Windows": {"winpty>=2"}}
    assert stick._missing(tmp_path, stick.LINUX, "3.11") == {"backport"}


def test_what_cannot_be_had_is_named(tmp_path):
    (tmp_path / "requirements.txt").write_text("./none-1.0-py3-none-any.whl\n")
    with pytest.raises(stick.StickError, match="Python 3.12, win_amd64: ERROR"):
        stick.download(tmp_path / "packages", tmp_path, "Windows", "3.12")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A stick for this machine, with both editions; it needs the package index once."""
    out = tmp_path_factory.mktemp("stick")
    (out / "work").mkdir()
    book = course.read_book(ROOT, [ROOT / "chapters" / "01_spikes_and_rates.ipynb"])
    zips = [course.write_edition(book, which, course.build_wheel(ROOT, out / "work", which), out)
            for which in (course.STUDENT, course.INSTRUCTOR)]
    system = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}[sys.platform]
    try:
        return stick.make(out, zips, (HERE,), (system,))
    except stick.StickError as error:
        pytest.skip(f"no packages to be had: {error}")


@pytest.mark.slow
@pytest.mark.parametrize("which", ["student", "instructor"])
def test_an_edition_installs_without_a_network(made, which, tmp_path):
    """As its README says, from the zip and the stick alone, into a fresh environment."""
    zipfile.ZipFile(made / f"spikelib-course-{which}.zip").extractall(tmp_path)
    folder = tmp_path / f"spikelib-course-{which}"
    text = (made / "README.txt").read_text("utf-8")
    for step in ("-m venv .venv", "--no-index --find-links packages -r requirements.txt",
                 "-m spikelib.book.installation"):
        assert step in text
    kept = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}

    def run(*command):
        done = subprocess.run([*isolation.barrier(), *map(str, command)], cwd=folder, env=kept,
                              capture_output=True, text=True, timeout=1500)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", ".venv")
    python = folder / ".venv" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-index", "--find-links",
        made / "packages", "-r", "requirements.txt")
    said = run(python, "-m", "spikelib.book.installation")
    assert "Everything is there" in said and "✗" not in said
    code = ("from spikelib.book.exercises import EDITION, chapter01 as c\n"
            "print(EDITION, hasattr(c, '_ANSWERS'))")
    assert run(python, "-c", code).split() == {
        "student": ["students", "False"], "instructor": ["instructors", "True"]}[which]
    graded = subprocess.run([str(python), "-m", "spikelib.book.marks", "--help"], cwd=folder,
                            capture_output=True, text=True)
    assert (graded.returncode == 0) == (which == "instructor")
    shutil.rmtree(folder / ".venv")
