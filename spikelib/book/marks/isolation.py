"""A submitted notebook's process: its own group and folder, limits, and no network.

Where the system can (``unshare`` of Linux), the process has an empty network and a process table
of its own, in which nothing outlives it. Elsewhere Python's own calls to the network are refused,
and the process group is killed.
"""

import contextlib
import functools
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

__all__ = ["Gone", "Worker", "available", "barrier", "prepare"]

LONGEST_LINE = 64_000_000
_TRIED = (
    ("unshare", "--net", "--pid", "--fork", "--kill-child"),
    ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child"),
    ("unshare", "--user", "--map-root-user", "--net"),
)


class Gone(Exception):
    """A submitted notebook's process ended, or was ended, before it answered."""


def available():
    """Whether a cell that does not end can be stopped here: Linux and macOS can, Windows cannot."""
    return hasattr(signal, "setitimer")


@functools.cache
def barrier():
    """The command before the command that takes the network away, or () where there is none."""
    for command in _TRIED:
        if shutil.which(command[0]):
            done = subprocess.run([*command, "true"], capture_output=True, timeout=20)
            if done.returncode == 0:
                return command
    return ()


def prepare(folder):
    """Put a students' copy of this installation, and the script that runs notebooks, into a folder.

    Parameters
    ----------
    folder : Path
        Empty.
    """
    from spikelib.book.marks import students

    package = Path(__file__).resolve().parents[2]
    shutil.copytree(package, folder / "spikelib", ignore=shutil.ignore_patterns("__pycache__"))
    students.withhold(folder / "spikelib")
    shutil.copy2(Path(__file__).with_name("worker.py"), folder / "worker.py")
    (folder / "settings").mkdir()
    command = [sys.executable, "-c", "import spikelib.figures, matplotlib.font_manager"]
    compiling = _environment(folder, folder)
    del compiling["PYTHONDONTWRITEBYTECODE"]
    subprocess.run(command, cwd=folder, env=compiling, check=True, capture_output=True)


def _environment(prepared, home):
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    return kept | {
        "HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home / ".cache"),
        "IPYTHONDIR": str(home / ".ipython"), "NUMBA_CACHE_DIR": str(home / ".numba"),
        "MPLCONFIGDIR": str(prepared / "settings"), "MPLBACKEND": "Agg",
        "PYTHONPATH": str(prepared), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1",
    }


class Worker:
    """One notebook's process, to be used as a context.

    Parameters
    ----------
    prepared : Path
        What `prepare` filled.
    home : Path
        The folder in which the notebook may write.
    memory : float
        Largest address space, in GB.
    seconds : float
        Of the processor, for one cell or one call. After eight times that by the clock, where
        nothing else has stopped it, the process is killed.
    """

    def __init__(self, prepared, home, *, memory, seconds):
        def limits():
            if resource is not None:
                size = int(memory * 1e9)
                with contextlib.suppress(ValueError, OSError):  # macOS knows no address space
                    resource.setrlimit(resource.RLIMIT_AS, (size, size))
                resource.setrlimit(resource.RLIMIT_FSIZE, (500_000_000,) * 2)
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        self.patience = 8 * seconds + 5
        self.home = home
        self.process = subprocess.Popen(
            [*barrier(), sys.executable, str(prepared / "worker.py")], cwd=home, text=True,
            encoding="utf-8", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=_environment(prepared, home), start_new_session=True,
            preexec_fn=limits if os.name == "posix" else None,
        )
        self.lines = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with contextlib.suppress(ValueError, OSError):
            while line := self.process.stdout.readline(LONGEST_LINE):
                self.lines.put(line)
        self.lines.put(None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def send(self, **message):
        """Send a request."""
        try:
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Gone("its process has ended") from None

    def receive(self, patience=None):
        """The next message; raises `Gone` where none comes in time, or ever."""
        try:
            line = self.lines.get(timeout=self.patience if patience is None else patience)
        except queue.Empty:
            self.end()
            raise Gone("it did not come back in time, and was ended") from None
        try:
            if line is None:
                raise ValueError
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError
            return message
        except (ValueError, RecursionError):
            self.end()
            raise Gone("its process ended (a crash, or more memory than is allowed)") from None

    def end(self):
        """Kill the process and all that it has started."""
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()
