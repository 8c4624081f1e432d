"""Prepare everything that `make book` and `make test` need.

Creates ``.venv``, installs the pinned requirements and ``spikelib`` into it,
and fetches the JavaScript that the built pages serve from themselves.

Only the standard library is used, since nothing is installed yet. A stamp is
written when all is done, so that a second run returns at once, and a run that
was interrupted starts over where it has to. The stamp names what it was made
from: change a requirement and the next run installs it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".ready"
SOURCES = (
    "requirements.txt",
    "pyproject.toml",
    "tools/set_up.py",
    "tools/fetch_assets.py",
    "tools/requirements-node.txt",
    "tools/web/package.json",
    "tools/web/package-lock.json",
)


class SetUpError(Exception):
    """Set-up cannot go on; the message says what to do."""


def venv_python() -> Path:
    """The interpreter inside ``.venv``."""
    return VENV / "bin" / "python"


def fingerprint() -> str:
    """A hash of all that set-up depends on."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in SOURCES:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def works(*command: str | Path) -> bool:
    """Whether a command runs and exits with zero."""
    try:
        done = subprocess.run(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0


def is_ready() -> bool:
    """Whether an earlier set-up finished, with the same requirements."""
    return (
        STAMP.is_file()
        and STAMP.read_text().strip() == fingerprint()
        and venv_python().exists()
        and (ROOT / "_assets" / "ready").is_file()
    )


def create_venv() -> None:
    """Create ``.venv``, or keep a usable one."""
    same_version = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    usable = works(venv_python(), "-c", same_version) and works(venv_python(), "-m", "pip", "-V")
    if usable:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    ways = [[sys.executable, "-m", "venv", VENV]]
    if shutil.which("uv"):
        ways.append(["uv", "venv", "--clear", "--seed", "--python", sys.executable, VENV])
    ways.append([sys.executable, "-m", "virtualenv", VENV])
    for way in ways:
        if works(*way) and works(venv_python(), "-m", "pip", "-V"):
            return
        shutil.rmtree(VENV, ignore_errors=True)
    raise SetUpError(
        f"{sys.executable} cannot create a virtual environment with pip in it.\n"
        "On Debian and Ubuntu `apt install python3-venv` mends that; so does a Python "
        "from python.org, conda or uv."
    )


def pinned(package: str) -> str:
    """The line of ``requirements.txt`` that pins a package."""
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if line.startswith(f"{package}=="):
            return line.split(";")[0].strip()
    raise SetUpError(f"requirements.txt does not pin {package}")


def pip(*arguments: str) -> list[str]:
    """A pip command of the virtual environment."""
    return [str(venv_python()), "-m", "pip", "--disable-pip-version-check", *arguments]


def install_requirements() -> None:
    """Install the pinned requirements: with uv, which is quick, else with pip."""
    requirements = str(ROOT / "requirements.txt")
    uv_environment = dict(os.environ, VIRTUAL_ENV=str(VENV))
    by_uv = [str(venv_python()), "-m", "uv", "pip", "install", "--quiet", "-r", requirements]
    if works(*pip("install", "--quiet", pinned("uv"))):
        if subprocess.run(by_uv, env=uv_environment).returncode == 0:
            return
        print("uv could not install the requirements; trying pip", flush=True)
    if subprocess.run(pip("install", "--quiet", "-r", requirements)).returncode:
        raise SetUpError("The requirements could not be installed; pip says why above.")


def install_package() -> None:
    """Install ``spikelib`` in editable form, without its dependencies."""
    command = pip(
        "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)
    )
    if subprocess.run(command).returncode:
        raise SetUpError("spikelib itself could not be installed; pip says why above.")


def fetch_assets() -> None:
    """Fetch the pages' JavaScript (see ``fetch_assets.py``)."""
    command = [str(venv_python()), "-m", "tools.fetch_assets"]
    if subprocess.run(command, cwd=ROOT).returncode:
        raise SetUpError("The pages' JavaScript could not be fetched; see above.")


def set_up() -> None:
    """Do all of it, saying what is going on."""
    steps = (
        ("creating .venv", create_venv),
        ("installing the pinned requirements", install_requirements),
        ("installing spikelib", install_package),
        ("fetching the pages' JavaScript", fetch_assets),
    )
    STAMP.unlink(missing_ok=True)
    for text, step in steps:
        print(f"set-up: {text} ...", end=" ", flush=True)
        began = time.perf_counter()
        step()
        print(f"{time.perf_counter() - began:.0f} s", flush=True)
    STAMP.write_text(fingerprint() + "\n")


def main() -> int:
    """Run set-up where it is needed."""
    if is_ready():
        return 0
    try:
        set_up()
    except SetUpError as error:
        print(f"\nset-up failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nset-up was interrupted; the next run goes on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
