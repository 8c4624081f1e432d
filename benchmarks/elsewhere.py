"""The trained network in Brian2, in NEST and through NIR: the same spikes, the same error?

    python benchmarks/elsewhere.py --json
    python benchmarks/elsewhere.py --seeds 2 --first 100 --output book/results/elsewhere.json

Each program gets an environment of its own in _build/elsewhere, made at the first run (a few
minutes; NEST's neuron model needs a C++ compiler). A network with the library's defaults is trained
on `osc4`, runs 20 trials from a random state, and then 100 trials here and there, from the same
state. ``same_spikes_s`` is the time until the first different spike (the worst seed),
``test_nmse`` and ``spikelib_nmse`` are medians over trials and seeds, ``slowdown`` is the time
that the run took there over the time here. ``conformance`` has every version of the method on
small networks of every kind, one trial each.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import elsewhere_cases as cases  # noqa: E402
from spikelib.export import Run, compare, run_library, run_textbook, trial_errors  # noqa: E402

WORK = ROOT / "_build" / "elsewhere"
PACKAGES = {
    "brian2": ["brian2==2.9.0", "numpy<2.4", "cython", "setuptools"],
    "nest": ["nest-simulator==3.10.0", "nestml==9.0.0", "cmeel-boost"],
    "nir": ["torch==2.13.0", "nir==1.0.8", "nirtorch==2.6", "norse==1.1.0"],
}
SHOWN = {
    "brian2": ["brian2", "numpy"], "nest": ["nest-simulator", "nestml", "numpy"],
    "nir": ["nir", "nirtorch", "norse", "torch", "numpy"],
}
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}


def environment(name):
    """The interpreter of a program's own environment, made where it is not there yet."""
    folder = WORK / f"env_{name}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"making an environment for {name}", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", *PACKAGES[name]], check=True,
            stdout=sys.stderr, env={**cases.environ(), "PYTHONPATH": ""},
        )
        (folder / "complete").touch()
    return python


def versions(name):
    """Versions of the packages that matter, as installed."""
    code = (
        "import importlib.metadata as m, json, sys;"
        "print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    )
    done = subprocess.run(
        [str(environment(name)), "-c", code, *SHOWN[name]], check=True, capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def run_there(name, *command):
    """Run a script in a program's environment."""
    python = environment(name)
    env = {**cases.environ(), **ONE_THREAD, "PYTHONPATH": ""}
    env["PATH"] = f"{python.parent}:{env['PATH']}"
    done = subprocess.run(
        [str(python), *map(str, command)], env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {' '.join(map(str, command))}\n{done.stderr[-3000:]}")


def run_everywhere(case, folder, names):
    """What each program does with a case; a `Run` by name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = cases.write(case, folder)
    runs = {}
    if "brian2" in names:
        run_there("brian2", paths["brian2"])
        runs["brian2"] = Run.load(folder / "network_brian2_run.npz")
    if "nest" in names:
        model = WORK / "nest_model"
        if not (model / "spikelib_module.so").exists():
            model.mkdir(parents=True, exist_ok=True)
            for name in ("spikelib_lif.nestml", "build_spikelib_lif.py"):
                shutil.copy(folder / name, model)
            run_there("nest", model / "build_spikelib_lif.py")
        shutil.copy(model / "spikelib_module.so", folder)
        for kind in ("nest", "nest_shipped"):
            run_there("nest", paths[kind])
            runs[kind] = Run.load(folder / f"network_{kind}_run.npz")
    if "nir" in names:
        result = folder / "network_nir_run.npz"
        run_there("nir", ROOT / "benchmarks" / "run_nir.py", paths["nir"], paths["start"], result)
        runs["nir"] = Run.load(result)
    return runs


def one_seed(seed, names, n_trials, n_training_trials):
    """A trained network over many trials, here and there."""
    case, n_steps = cases.trained(seed, n_trials, n_training_trials)
    here = run_library(case.network, case.trial, state=case.state)
    here = run_library(case.network, case.trial, state=case.state)  # compiled by now
    rows = {}
    runs = run_everywhere(case, WORK / "runs" / f"seed_{seed}", names)
    late = run_textbook(case.network, case.trial, state=case.state, lag=1)
    for name, run in runs.items():
        errors = trial_errors(run.outputs, case.trial.outputs, n_steps=n_steps)
        agreement = compare(run, here, dt=case.trial.dt)
        rows[name] = {
            "seed": seed,
            "same_spikes_s": agreement.same_spikes_s,
            "same_spikes": agreement.same_spikes,
            "all_same": agreement.all_same,
            "n_spikes": agreement.n_spikes,
            "n_spikes_there": len(run.spike_steps),
            "largest_gap": agreement.largest_gap,
            "test_nmse": float(np.median(errors)),
            "worst_trial_nmse": float(errors.max()),
            "spikelib_nmse": float(
                np.median(trial_errors(here.outputs, case.trial.outputs, n_steps=n_steps))
            ),
            "seconds": run.seconds,
            "spikelib_seconds": here.seconds,
        }
        if name == "nest_shipped":
            rows[name]["same_as_one_step_late_s"] = compare(
                run, late, dt=case.trial.dt).same_spikes_s
        print(f"seed {seed} {name}: {rows[name]}", file=sys.stderr, flush=True)
    return rows


def summary(rows):
    """What the seeds have in common."""
    def column(name):
        return np.array([row[name] for row in rows])

    return {
        "same_spikes_s": float(column("same_spikes_s").min()),
        "test_nmse": float(np.median(column("test_nmse"))),
        "spikelib_nmse": float(np.median(column("spikelib_nmse"))),
        "slowdown": float(np.median(column("seconds") / column("spikelib_seconds"))),
        "per_seed": rows,
    }


def conformance(names):
    """Every version on every case, one trial each."""
    table = []
    for case in cases.small():
        library = run_library(case.network, case.trial, state=case.state)
        runs = {"textbook": (run_textbook(case.network, case.trial, state=case.state), library)}
        page = cases.run_page(case)
        if page is not None:
            runs["page"] = page
        there = run_everywhere(case, WORK / "runs" / case.name.replace(" ", "_"), names)
        runs |= {name: (run, library) for name, run in there.items()}
        for name, (run, here) in runs.items():
            agreement = compare(run, here, dt=case.trial.dt)
            table.append({
                "case": case.name, "version": name, "n_spikes": agreement.n_spikes,
                "same_spikes": agreement.same_spikes, "all_same": agreement.all_same,
                "same_spikes_s": agreement.same_spikes_s, "duration_s": case.trial.duration,
                "largest_gap": agreement.largest_gap,
            })
            print(table[-1], file=sys.stderr, flush=True)
    return table


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=1, help="number of seeds (1)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (0)")
    parser.add_argument("--trials", type=int, default=100, help="test trials (100)")
    parser.add_argument("--training-trials", type=int, default=500, help="(500)")
    parser.add_argument("--only", nargs="+", choices=tuple(PACKAGES), default=tuple(PACKAGES))
    parser.add_argument("--no-conformance", action="store_true", help="leave out the small cases")
    parser.add_argument("--output", type=Path, help="write the results to a file")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.seeds)
    rows = [one_seed(s, options.only, options.trials, options.training_trials) for s in seeds]
    answer = {name: summary([row[name] for row in rows]) for name in options.only}
    for name in options.only:
        answer[name]["versions"] = versions(name)
    if "nest" in options.only:
        answer["nest"]["shipped"] = summary([row["nest_shipped"] for row in rows])
    if not options.no_conformance:
        answer["conformance"] = conformance(options.only)
    answer["seeds"] = list(seeds)
    answer["test_trials"] = options.trials
    answer["machine"] = {
        "python": platform.python_version(), "numpy": version("numpy"), "numba": version("numba"),
        "system": platform.system(), "architecture": platform.machine(),
    }
    if options.output:
        options.output.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
