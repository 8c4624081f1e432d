"""Try the package where it may be installed: run by hand, some minutes for each Python.

    python -m tools.surroundings 3.11 3.12     # needs uv: pip install uv

1. Wheel and source distribution are built in a folder with spaces and accents.
2. Each is installed alone, in such a folder too, and runs the README's ten lines.
3. An environment with the lowest versions that pyproject.toml allows runs the quick tests, and
   so does one with the newest for each Python that is named.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK = ["tests/recordings/test_spike_trials.py", "tests/recordings/test_sessions.py",
         "tests/recordings/test_recording.py", "tests/test_kernels.py", "tests/test_metrics.py",
         "tests/least_squares"]
LEFT_BEHIND = ("_build", "_assets", ".venv", ".git", "__pycache__")


def call(*command, **options):
    """Run a command; it must succeed."""
    print("+", *(str(part) for part in command), flush=True)
    subprocess.run([str(part) for part in command], check=True, **options)


def ten_lines() -> str:
    """The lines that the README shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"## Ten lines\n\n((?:    .*\n|\n)+)", text).group(1)
    return re.sub(r"^    ", "", block, flags=re.M)


def environment(folder, python, *what):
    """An environment with something installed, and its interpreter."""
    call("uv", "venv", "-q", "-p", python, folder)
    interpreter = folder / "bin" / "python"
    call("uv", "pip", "install", "-q", "--python", interpreter, *what)
    return interpreter


def tests(interpreter):
    """The quick tests, against this checkout."""
    call("uv", "pip", "install", "-q", "--python", interpreter, "pytest>=8", "pyyaml")
    call(interpreter, "-m", "pytest", *QUICK, "-q", "-p", "no:cacheprovider", cwd=ROOT)


def main(pythons) -> None:
    """Everything, for these Pythons."""
    if shutil.which("uv") is None:
        sys.exit("expected uv on the path: pip install uv")
    with tempfile.TemporaryDirectory(prefix="with spaces é ü ") as name:
        place = Path(name)
        shutil.copytree(ROOT, place / "source é", ignore=shutil.ignore_patterns(*LEFT_BEHIND))
        call("uv", "build", "-q", "-o", place / "dist", place / "source é")
        (place / "ten.py").write_text(ten_lines(), encoding="utf-8")
        for file in sorted((place / "dist").glob("spikelib-*")):
            if file.suffix in {".whl", ".gz"}:
                alone = environment(place / f"alone ü {file.suffix}", pythons[0], file)
                call(alone, "ten.py", cwd=place, env=os.environ | {"OMP_NUM_THREADS": "1"})
        tests(environment(place / "lowest", pythons[0], "--resolution", "lowest-direct",
                          "-r", ROOT / "pyproject.toml", "--extra", "data"))
        for python in pythons:
            tests(environment(place / python, python, "-r", ROOT / "pyproject.toml",
                              "--extra", "data"))


if __name__ == "__main__":
    main(sys.argv[1:] or [f"{sys.version_info.major}.{sys.version_info.minor}"])
