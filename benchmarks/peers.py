"""The same task beside what people would use instead, each in an environment of its own.

    python benchmarks/peers.py                  a table
    python benchmarks/peers.py --seconds 20     each peer is trained for this long
    python benchmarks/peers.py --only snntorch  one of them (what else is in --output stays)
    python benchmarks/peers.py --json           a JSON object on standard output

The task is `osc4`: trials of 1 s back to back, started by a pulse. Every peer runs on one thread
with the settings that its own examples recommend, in an environment that is made from the package
index by pip (`--folder` keeps them). `spikelib` is trained as its defaults have it; a peer trains
until it has used `--seconds` of processor time, and is then tested frozen, over trials of which
the first five of each start are not counted where it can be started at random. Times are those of
the processor, which other programs on the machine change little. What cannot be installed or does
not run is in the table too, with what was said.

Surrogate gradients need PyTorch. Its builds for Linux on PyPI come with CUDA and take gigabytes;
`--torch` names another requirement, and pip's own settings another index.

The authors' own code (2016) is run where `octave` is on the path and `--authors` names its
folder; their demonstration draws figures, for which it gets empty functions.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
for _name in THREADS:
    os.environ[_name] = "1"

import numpy as np

import spikelib
from spikelib import Recipe, SpikingState, fit, osc4
from spikelib.metrics import nmse
from spikelib.spiking import Runner

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "book" / "results" / "peers.json"
TASK = "osc4"
UNCOUNTED, COUNTED, STARTS = 5, 20, 3


def say(text=""):
    """Tables go to standard error, so that --json leaves standard output to the object."""
    print(text, file=sys.stderr, flush=True)


def requirements(options):
    """What each peer's environment holds, and the script that runs in it."""
    return {
        "snntorch": ("surrogate gradients, snnTorch", "snntorch_osc4.py",
                     ["snntorch==1.0.0", "numpy", options.torch]),
        # Written for Keras 2: with the Keras 3 of today's TensorFlow it does not import.
        "tension": ("FORCE, tension", "tension_osc4.py",
                    ["tension==0.2", "tensorflow==2.21.*", "tf_keras==2.21.*"]),
        "brian2": ("FORCE, Brian2", "brian2_osc4.py", ["brian2==2.9.0", "numpy<2.4"]),
    }


def ours(seed=1):
    """The defaults, trained and tested in this process."""
    spikelib.fit(osc4(), rng=np.random.default_rng(0), progress=False,  # compiled
                 spiking=spikelib.SpikingParameters(n_neurons=20),
                 rate=spikelib.RateParameters(n_units=20),
                 recipe=Recipe(n_settle=1, n_training_trials=1))
    begin = time.process_time()
    result = fit(osc4(), rng=np.random.default_rng(seed), recipe=Recipe(), progress=False)
    train_s = time.process_time() - begin
    rng, runner, errors = np.random.default_rng(2), Runner(result.network), []
    (trial,) = result.trials(1, rng=rng)
    for _ in range(STARTS):
        state = SpikingState.random(result.network, rng=rng)
        for k in range(UNCOUNTED + COUNTED):
            run = runner.run(trial, state)
            state = run.state
            if k >= UNCOUNTED:
                errors.append(nmse(run.outputs, trial.outputs))
    p = result.network.parameters
    return {
        "version": spikelib.__version__, "beside": f"NumPy {np.__version__}", "train_s": train_s,
        "per_trial": errors, "n_neurons": p.n_neurons, "starts": STARTS, "dt": p.dt,
        "trained": f"{result.log.n_trials} trials, teacher and components included",
    }


def call(command, **options):
    """Run a command; its output, or a RuntimeError with the last line that it said."""
    done = subprocess.run([str(x) for x in command], capture_output=True, text=True, **options)
    if done.returncode:
        lines = [x for x in (done.stderr or done.stdout).splitlines() if x.strip()]
        raise RuntimeError(lines[-1][:300] if lines else f"exit status {done.returncode}")
    return done.stdout


def peer(script, needs, folder, task, seconds):
    """Make the environment, unless it is there, and run the script in it."""
    python = folder / "bin" / "python"
    if not python.exists():
        call([sys.executable, "-m", "venv", folder])
    call([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *needs])
    return json.loads(call([python, HERE / "peers_run" / script, task, seconds])
                      .splitlines()[-1])


def authors(folder, work):
    """The authors' demonstration under Octave, its figures left out; seconds and error."""
    script = next(Path(folder).rglob("DEMO*.m"), None)
    if script is None:
        raise RuntimeError(f"--authors: expected a DEMO*.m in {folder}, found none")
    for name in ("figure", "plot", "drawnow", "subplot", "line", "axis", "title", "xlabel",
                 "ylabel", "legend", "set", "clf", "hold", "imagesc", "colorbar", "pause"):
        (work / f"{name}.m").write_text(
            f"function varargout = {name}(varargin)\nvarargout = cell(1, nargout);\nend\n")
    begin = os.times()
    call(["octave", "--no-gui", "--quiet", "--path", work, "--eval",
          f"addpath('{script.parent}'); warning('off'); {script.stem}; save('-v6', "
          f"'{work}/done.mat');"], cwd=work)
    end = os.times()
    return {"version": "2016", "beside": "GNU Octave", "per_trial": [], "n_neurons": None,
            "starts": 1, "dt": 0.001, "trained": "the whole demonstration",
            "train_s": end.children_user + end.children_system
            - begin.children_user - begin.children_system}


def row(name, tool, measure):
    """A line of the table: what was measured, or what went wrong."""
    say(f"{tool} ...")
    made = {"name": name, "tool": tool, "task": TASK, "version": None, "train_s": None,
            "test_nmse": None, "over_ours": None}
    try:
        made |= measure()
    except (RuntimeError, OSError, ValueError) as error:
        return made | {"error": f"{error}"}
    errors = made["per_trial"]
    finite = [x if np.isfinite(x) else float("inf") for x in errors]
    if errors:
        made |= {"test_nmse": float(np.median(finite)), "worst_nmse": max(finite),
                 "lost": float(np.mean(np.array(finite) > 0.5))}
    return made | {"per_trial": [float(f"{x:.4g}") for x in finite]}


def octave_row(options):
    """The authors' code, or why it was not run."""
    def measure():
        if options.authors is None:
            raise RuntimeError("not run: the folder of the authors' code was not given")
        with tempfile.TemporaryDirectory() as work:
            return authors(options.authors, Path(work))

    return row("authors", "the authors' code, Octave", measure)


def measure(options, folder):
    """All lines that were asked for, those of before for the others."""
    folder.mkdir(parents=True, exist_ok=True)
    task = folder / "task.npz"
    (trial,) = osc4().trials(1, rng=np.random.default_rng(0))
    np.savez(task, inputs=trial.inputs, outputs=trial.outputs, dt=trial.dt)
    peers = requirements(options)
    names = ["spikelib", *peers, "authors"]
    chosen = names if options.only is None else options.only.split(",")
    unknown = set(chosen) - set(names)
    if unknown:
        raise SystemExit(f"--only: expected some of {names}, got {sorted(unknown)}")
    rows = {}
    if options.output.exists():
        rows = {row["name"]: row
                for row in json.loads(options.output.read_text(encoding="utf-8"))["peers"]}
    for name in chosen:
        if name == "spikelib":
            rows[name] = row(name, "spikelib", ours)
        elif name == "authors":
            rows[name] = octave_row(options)
        else:
            tool, script, needs = peers[name]
            run = partial(peer, script, needs, folder / name, task, options.seconds)
            rows[name] = row(name, tool, run) | {"seconds": options.seconds}
        table = [rows[name] for name in names if name in rows]
        own = rows.get("spikelib", {}).get("train_s")
        for line in table:
            line["over_ours"] = line["train_s"] / own if own and line["train_s"] else None
        options.output.write_text(json.dumps({"threads": 1, "peers": table}, indent=1) + "\n",
                                  encoding="utf-8")
    return {"threads": 1, "peers": table}


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--seconds", type=float, default=120.0, help="of training, for each peer")
    parser.add_argument("--only", help="names, with commas between")
    parser.add_argument("--folder", type=Path, help="where the environments are kept")
    parser.add_argument("--torch", default="torch", help="requirement for PyTorch")
    parser.add_argument("--authors", type=Path, help="folder of the authors' code of 2016")
    parser.add_argument("--output", type=Path, default=RESULTS, help="file that is kept up to date")
    options = parser.parse_args()
    if options.folder is not None:
        answer = measure(options, options.folder.resolve())
    else:
        with tempfile.TemporaryDirectory() as name:
            answer = measure(options, Path(name))
    say("\ntool                            neurons  training  over ours  median nMSE     worst")
    for line in answer["peers"]:
        if line.get("error"):
            say(f"{line['tool']:30s}  {line['error']}")
        else:
            error, worst = line["test_nmse"], line.get("worst_nmse")
            say(f"{line['tool']:30s} {line['n_neurons'] or '-':>8} {line['train_s']:8.1f}s "
                f"{line['over_ours'] or 0:9.1f}x "
                + (f"{error:12.4f} {worst:9.3f}" if error is not None else ""))
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
