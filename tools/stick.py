"""A memory stick for a class without a network: both editions, and all packages that they install.

``python -m tools.course --stick 3.12 3.13`` makes ``_build/course/stick`` for these Pythons, on
Linux, macOS and Windows. pip chooses for the machine that it runs on; what another system needs
besides (its own packages for the console, say) is read from the packages' metadata.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

LINUX = {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux",
         "platform_machine": "x86_64"}
MACOS = {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin",
         "platform_machine": "arm64"}
WINDOWS = {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows",
           "platform_machine": "AMD64"}
SYSTEMS = {
    "Linux": (LINUX, [f"manylinux_2_{n}_x86_64" for n in (34, 28, 27, 26, 24, 17, 12, 5)]
              + ["manylinux2014_x86_64", "linux_x86_64"]),
    "macOS": (MACOS, [f"macosx_{n}_0_arm64" for n in (14, 13, 12, 11)]
              + [f"macosx_{n}_0_universal2" for n in (14, 13, 12, 11)]
              + [f"macosx_10_{n}_universal2" for n in range(15, 8, -1)]),
    "Windows": (WINDOWS, ["win_amd64"]),
}
PYTHONS = ("3.12", "3.13")
README = """spikelib: everything for a class without a network
==================================================

Unpack spikelib-course-student.zip (instructors: spikelib-course-instructor.zip) anywhere on your
disk. In a terminal, in the folder that this makes:

    python3 -m venv .venv                     (Windows: py -m venv .venv)
    . .venv/bin/activate                      (Windows: .venv\\Scripts\\activate)
    python -m pip install --no-index --find-links {packages} -r requirements.txt
    python -m spikelib.book.installation
    python -m jupyter lab

In the third line write, in place of {packages}, where this stick's folder of that name is, such as
/media/stick/{packages} or E:\\{packages}.

It holds packages for {systems}, with Python {pythons}: {files} files, {size:.0f} MB.
On macOS: processors of Apple (arm64). Other systems and other versions of Python need a network.
"""


class StickError(Exception):
    """Packages for a system could not be had."""


def download(folder: Path, edition: Path, system: str, python: str) -> None:
    """Download all wheels that an edition installs, for a system and a Python.

    Parameters
    ----------
    folder : Path
        Where the wheels go; those that are there stay.
    edition : Path
        A folder with ``requirements.txt`` and spikelib's wheel.
    system : str
        One of `SYSTEMS`.
    python : str
        Such as ``3.12``.
    """
    environment, platforms = SYSTEMS[system]
    _pip(folder, edition, platforms, python, ["-r", "requirements.txt"])
    asked: set[str] = set()
    while missing := _missing(folder, environment, python) - asked:
        asked |= missing
        _pip(folder, edition, platforms, python, ["--no-deps", *sorted(missing)])


def _pip(folder: Path, edition: Path, platforms: list[str], python: str, what: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet",
               "--only-binary=:all:", "--implementation", "cp", "--python-version", python,
               "--dest", str(folder.resolve()), "--find-links", str(folder.resolve())]
    for platform in platforms:
        command += ["--platform", platform]
    done = subprocess.run([*command, *what], cwd=edition, capture_output=True, text=True)
    if done.returncode:
        told = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise StickError(f"Python {python}, {platforms[0]}: " + "\n".join(told or [done.stderr]))


def _missing(folder: Path, environment: dict[str, str], python: str) -> set[str]:
    """What the wheels of a folder need on a system, and none of them is."""
    wheels = {}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, tags = parse_wheel_filename(path.name)
        wheels.setdefault(name, path)
    full = environment | {
        "python_version": python, "python_full_version": f"{python}.0",
        "implementation_name": "cpython", "platform_python_implementation": "CPython"}
    needed = {}
    for path in wheels.values():
        for line in _metadata(path).get_all("Requires-Dist") or []:
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or marker.evaluate(full | {"extra": ""}):
                name = canonicalize_name(requirement.name)
                needed.setdefault(name, f"{requirement.name}{requirement.specifier}")
    return {text for name, text in needed.items() if name not in wheels}


def _metadata(path: Path):
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        return Parser().parsestr(archive.read(name).decode("utf-8"))


def make(out: Path, editions: list[Path], pythons=PYTHONS, systems=tuple(SYSTEMS)) -> Path:
    """Fill ``stick`` in a folder; return it.

    Parameters
    ----------
    out : Path
    editions : list of Path
        Zip files, with the folder of the same name beside each.
    pythons, systems : sequence of str
    """
    stick = out / "stick"
    packages = stick / "packages"
    packages.mkdir(parents=True)
    for path in editions:
        shutil.copy2(path, stick / path.name)
        for system in systems:
            for python in pythons:
                download(packages, path.with_suffix(""), system, python)
    for path in packages.glob("spikelib-*.whl"):
        path.unlink()  # it is in each edition's folder
    files = list(packages.iterdir())
    size = sum(path.stat().st_size for path in files) / 1e6
    (stick / "README.txt").write_text(README.format(
        packages="packages", systems=", ".join(systems), pythons=" and ".join(pythons),
        files=len(files), size=size), "utf-8")
    return stick
