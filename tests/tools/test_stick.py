"""The memory stick: what another system needs is on it, and both editions install offline.

Its packages come from a folder of empty wheels with the names, versions and systems of the real
ones. With those, hundreds of megabytes, the tests marked ``release`` show it before a release.
"""

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


def wheel(folder: Path, name: str, *needs: str, version="1.0", tags="py3-none-any") -> None:
    """A wheel without any code, with these requirements."""
    told = f"{name.replace('-', '_')}-{version}"
    lines = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with zipfile.ZipFile(folder / f"{told}-{tags}.whl", "w") as archive:
        archive.writestr(f"{told}.dist-info/METADATA",
                         f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{lines}")
        archive.writestr(f"{told}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
                         f"Tag: {tags}\n")
        archive.writestr(f"{told}.dist-info/RECORD", "")


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


def editions(out: Path, *which: course.Edition) -> list[Path]:
    """The zip files of editions with one chapter."""
    (out / "work").mkdir()
    book = course.read_book(ROOT, [ROOT / "chapters" / "01_spikes_and_rates.ipynb"])
    return [course.write_edition(book, e, course.build_wheel(ROOT, out / "work", e), out)
            for e in which]


def run(folder: Path, *command) -> str:
    """What a command prints in a folder, without a network where the system can take it away."""
    kept = {k: os.environ[k] for k in ("PATH", "HOME") if k in os.environ}
    done = subprocess.run([*isolation.barrier(), *map(str, command)], cwd=folder, env=kept,
                          capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


EDITION = ("from importlib.metadata import version\n"
           "from spikelib.book.exercises import EDITION, chapter01 as c\n"
           "print(EDITION, hasattr(c, '_ANSWERS'), version('jupyterlab'), c.__file__)")


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A stick for three systems, from empty wheels in the place of the package index."""
    out, index = tmp_path_factory.mktemp("stick"), tmp_path_factory.mktemp("index")
    zips = editions(out, course.STUDENT)
    tag = f"cp{HERE.replace('.', '')}"
    for line in (zips[0].with_suffix("") / "requirements.txt").read_text("utf-8").split():
        name, _, version = line.partition("==")
        if name == "numpy":  # compiled: a wheel for each system
            for system in ("manylinux_2_28_x86_64", "macosx_14_0_arm64", "win_amd64"):
                wheel(index, name, version=version, tags=f"{tag}-{tag}-{system}")
        elif version:
            wheel(index, name, "traitlets>=5", version=version)
    wheel(index, "jupyterlab", "terminado>=0.8", version="4.9")
    wheel(index, "traitlets", version="5.14")
    wheel(index, "terminado", "appnope ; sys_platform == 'darwin'",
          "pywinpty>=1.1 ; os_name == 'nt'", "ptyprocess ; os_name != 'nt'")
    for name in ("appnope", "ptyprocess"):
        wheel(index, name)
    wheel(index, "pywinpty", version="2.0", tags=f"{tag}-{tag}-win_amd64")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        patch.setenv("PIP_FIND_LINKS", str(index))
        return stick.make(out, zips, (HERE,))


def test_a_stick_holds_what_each_system_needs(small):
    """Also what pip, which chooses for this machine, would leave out."""
    packages = [path.name for path in (small / "packages").iterdir()]
    for system in ("manylinux_2_28_x86_64", "macosx_14_0_arm64", "win_amd64"):
        assert sum(name.startswith("numpy-") and system in name for name in packages) == 1
    for name in ("appnope", "ptyprocess", "pywinpty", "terminado", "traitlets", "jupyterlab"):
        assert sum(package.startswith(f"{name}-") for package in packages) == 1, name
    assert not any(name.startswith("spikelib") for name in packages), "it is in the edition's zip"
    text = (small / "README.txt").read_text("utf-8")
    for step in ("-m venv .venv", "--no-index --find-links packages -r requirements.txt",
                 "-m spikelib.book.installation", f"{len(packages)} files", "Windows, with Python"):
        assert step in text


def test_the_students_edition_installs_without_a_network(small, tmp_path):
    """From zip and stick, by the README's line; numpy and the like are borrowed from here."""
    zipfile.ZipFile(small / "spikelib-course-student.zip").extractall(tmp_path)
    folder = tmp_path / "spikelib-course-student"
    run(folder, sys.executable, "-m", "venv", "--without-pip", ".venv")
    python = folder / ".venv" / "bin" / "python"
    run(folder, sys.executable, "-m", "pip", "--python", python, "install", "--quiet",
        "--no-compile", "--no-index", "--find-links", small / "packages", "-r", "requirements.txt")
    where = run(folder, python, "-c", "import sysconfig as s; print(s.get_path('purelib'))").strip()
    # At the end of the path: spikelib comes from the wheel, what the empty wheels lack from here.
    (Path(where) / "borrowed.pth").write_text(str(Path(pytest.__file__).parent.parent), "utf-8")
    edition, answers, jupyterlab, file = run(folder, python, "-c", EDITION).split()
    assert (edition, answers, jupyterlab) == ("students", "False", "4.9")
    assert Path(file).is_relative_to(folder)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A stick for this machine with both editions; needs the package index."""
    out = tmp_path_factory.mktemp("stick")
    zips = editions(out, course.STUDENT, course.INSTRUCTOR)
    system = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}[sys.platform]
    return stick.make(out, zips, (HERE,), (system,))


@pytest.mark.release
@pytest.mark.parametrize("which", ["student", "instructor"])
def test_an_edition_installs_without_a_network(real, which, tmp_path):
    """As its README says, from the zip and the stick alone, into a fresh environment."""
    zipfile.ZipFile(real / f"spikelib-course-{which}.zip").extractall(tmp_path)
    folder = tmp_path / f"spikelib-course-{which}"
    run(folder, sys.executable, "-m", "venv", ".venv")
    python = folder / ".venv" / "bin" / "python"
    run(folder, python, "-m", "pip", "install", "--quiet", "--no-index", "--find-links",
        real / "packages", "-r", "requirements.txt")
    said = run(folder, python, "-m", "spikelib.book.installation")
    assert "Everything is there" in said and "✗" not in said
    assert run(folder, python, "-c", EDITION).split()[:2] == {
        "student": ["students", "False"], "instructor": ["instructors", "True"]}[which]
    graded = subprocess.run([str(python), "-m", "spikelib.book.marks", "--help"], cwd=folder,
                            capture_output=True, text=True)
    assert (graded.returncode == 0) == (which == "instructor")
    shutil.rmtree(folder / ".venv")
