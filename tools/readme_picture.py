"""The picture at the top of the README: what its own ten lines make.

    .venv/bin/python -m tools.readme_picture

Runs the block of code under "Ten lines", lets the network run frozen from a random state for ten
periods, and draws the spikes and the output of the last two: `book/assets/readme.png`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "book" / "assets" / "readme.png"
N_SHOWN, N_PERIODS = 80, 10


def ten_lines(readme: str) -> str:
    """The indented block of code below the heading "Ten lines"."""
    lines = readme.split("## Ten lines", 1)[1].splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("    "))
    block = []
    for line in lines[start:]:
        if line.strip() and not line.startswith("    "):
            break
        block.append(line[4:])
    return "\n".join(block)


def made(code: str) -> dict:
    """The names that the code leaves behind, run in a folder of its own."""
    names: dict = {}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            exec(compile(code, "README.md", "exec"), names)
        finally:
            os.chdir(before)
    return names


def draw(result, path: Path) -> None:
    """Spikes above, output over target below."""
    from spikelib import figures
    from spikelib.spiking import analysis

    rng = np.random.default_rng(1)
    trials = result.task.trials(N_PERIODS, rng=rng)
    runs = analysis.run_trials(result.network, trials, rng=rng, n_settle=0)[-2:]
    spikes = np.vstack([run.spikes for run in runs])
    some = np.argsort(-spikes.sum(axis=0))[: 2 * N_SHOWN : 2]
    first = [np.flatnonzero(spikes[:, k])[0] for k in some]
    steps, neurons = np.nonzero(spikes[:, some[np.argsort(first)]])
    dt = result.task.dt
    target = np.vstack([trial.outputs for trial in trials[-2:]])
    outputs = np.vstack([run.outputs for run in runs])
    figure, (top, bottom) = figures.figure(2, sharex=True, height=1.9, height_ratios=[1.2, 1])
    figures.raster(top, steps, neurons, dt=dt, n_shown=N_SHOWN)
    top.set(xlabel="", ylabel="neuron", title="spikes of a network that runs by itself")
    figures.output_against_target(bottom, np.arange(len(outputs)) * dt, outputs, target)
    bottom.set(ylim=(-1.4, 2.2))
    figure.savefig(path, format="png", dpi=110)


def main() -> None:
    """Run the README's lines and draw."""
    names = made(ten_lines((ROOT / "README.md").read_text(encoding="utf-8")))
    draw(names["result"], PICTURE)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
