"""Is everything installed that the notebooks need? ``python -m spikelib.book.installation`` says.

It looks for the packages, compiles the fast code as the first cell of a notebook would, trains a
small network, and says what to do where something is wrong.
"""

import importlib.metadata
import os
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["check", "main"]

LOWEST_PYTHON = (3, 11)
PACKAGES = ("numpy", "scipy", "numba", "matplotlib", "tqdm", "anywidget", "ipykernel", "jupyterlab")
INSTALL = "python -m pip install -r requirements.txt"


def _python():
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < LOWEST_PYTHON:
        wanted = ".".join(map(str, LOWEST_PYTHON))
        raise RuntimeError(f"Python {wanted} or newer is needed, and this is {version}: make the "
                           "environment with a newer one, such as python3.12 -m venv .venv")
    where = "in an environment of its own" if sys.prefix != sys.base_prefix else "of the system"
    return f"Python {version}, {where}"


def _packages():
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise RuntimeError(f"not installed: {', '.join(missing)}. In the folder of the notebooks: "
                           f"{INSTALL}")
    return ", ".join(found)


def _writable():
    # Where numba keeps what it compiles: beside the package, or where the variable says.
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(__file__).parent)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return "compiled code is kept for the next time"
    except OSError:
        return "compiled code cannot be kept here and is made anew each time; that takes seconds"


def _trains():
    import numpy as np

    import spikelib

    began = time.perf_counter()
    recipe = spikelib.Recipe(n_training_trials=2)
    result = spikelib.fit(
        spikelib.osc4(), recipe=recipe, rng=np.random.default_rng(0),
        rate=spikelib.RateParameters(n_units=50), spiking=spikelib.SpikingParameters(n_neurons=50),
    )
    error = float(result.log.output_nmse[-1])
    if not np.isfinite(error):
        raise RuntimeError(f"a small network was trained and its error is {error}: install again, "
                           f"with the versions of requirements.txt: {INSTALL}")
    return f"a small network was compiled and trained in {time.perf_counter() - began:.0f} s"


def _draws():
    from spikelib import figures

    fig, axes = figures.figure()
    axes.plot([0, 1])
    return f"a figure was drawn ({len(figures.png(fig)) // 1000} kB)"


STEPS = (_python, _packages, _writable, _trains, _draws)


def check(steps=STEPS):
    """Run the steps in turn and print a line for each.

    Parameters
    ----------
    steps : sequence of callable
        Each returns what it found, or raises.

    Returns
    -------
    bool
        Whether all went well.
    """
    good = True
    for step in steps:
        try:
            print(f"✓ {step()}", flush=True)
        except Exception as error:
            good = False
            if isinstance(error, RuntimeError):
                print(f"✗ {error}")
            else:
                print(f"✗ {type(error).__name__}: {error}\n"
                      f"  Install once more, in the folder of the notebooks: {INSTALL}")
    print("Everything is there: python -m jupyter lab" if good else
          "Something is missing; the line with ✗ says what, and what helps.")
    return good


def main():
    """The command: 0 where everything is there."""
    return 0 if check() else 1


if __name__ == "__main__":
    sys.exit(main())
