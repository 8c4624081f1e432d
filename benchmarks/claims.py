"""The claims of the paper, measured over seeds; writes book/results/claims.json.

    python benchmarks/claims.py --seeds 20

Seeds 100, 101 and so on: settings were chosen on seeds 0 to 9. Shows a bar, uses all cores, and
goes on after an interruption: every run is kept in _build/claims, under a digest of the code that
made it. ``--only components irregular`` makes only these runs: the other claims keep their entries
of the results file, with the seeds that they rest on. `make report` runs everything.
"""

import argparse
import importlib.util
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

import spikelib
from spikelib import metrics
from spikelib.spiking import analysis
from spikelib.sweeps import grid, sweep

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import provenance, rules, verdicts  # noqa: E402
from benchmarks.verdicts import CORTEX, RATE_SIZES, SPIKING_SIZES, TASKS  # noqa: E402

FIRST_SEED = 100
KEPT = ROOT / "_build" / "claims"
RESULT = ROOT / "book" / "results" / "claims.json"
WIDTHS = {"": 0.020, "_15": 0.015}  # seconds, of the Gaussian that makes rates of spikes


def sizes(seed, kind):
    """Test errors of one kind of network over sizes (as in chapter 5)."""
    task, rng = spikelib.osc4(), np.random.default_rng(seed)
    errors = []
    if kind != "spiking":
        train = {"FORCE": spikelib.train_force, "full-FORCE": spikelib.train_full_force}[kind]
        for n in RATE_SIZES:
            net = spikelib.RateNetwork.draw(
                spikelib.RateParameters(n_units=n), n_inputs=1, n_outputs=1, rng=rng)
            done = train(net, task.trials(25, rng=rng), rng=rng)
            state, found = done.state, []
            for trial in task.trials(20, rng=rng):
                outputs, state = spikelib.run_rate(done.network, trial, state=state)
                found.append(metrics.nmse(outputs, trial.outputs))
            errors.append(float(np.median(found)))
        return {"size": RATE_SIZES, "nmse": errors}
    for n in SPIKING_SIZES:
        result = spikelib.fit(
            task, rng=np.random.default_rng([seed, n]),
            spiking=spikelib.SpikingParameters(
                n_neurons=n, trained_fraction=1.0, encoder_gain=10.0),
            recipe=spikelib.Recipe(
                variance=None, n_factors=12, n_training_trials=300, n_factor_trials=20,
                n_mean_trials=20, prior=0.1),
        )
        errors.append(result.evaluate(40, rng=rng, n_settle=20).median_nmse)
    return {"size": SPIKING_SIZES, "nmse": errors}


def irregular(seed, strength, n_factors, cortex=None):
    """Error and variability of a network with random synapses, frozen.

    `cortex`: the encoder gain of a larger network with few spikes; None for the usual one. Its
    pulse is as strong as in the code of the 2016 demonstration: with noise like this, the phase
    of the rhythm would wander too far from one pulse to the next.
    """
    few = {} if cortex is None else CORTEX | {"encoder_gain": cortex}
    rate = spikelib.RateParameters(**({} if cortex is None else {"input_range": (1.0, 3.0)}))
    spiking = spikelib.SpikingParameters(
        slow_gain=0.11 * strength, fast_gain=0.13 * strength, **few)
    recipe = spikelib.Recipe(
        variance=None if n_factors else 0.999, n_factors=n_factors,
        n_training_trials=250 if cortex else 300, n_factor_trials=100, n_mean_trials=100,
        prior=0.01 if cortex else 1.0, update_probability=0.3 if cortex else 0.5)
    result = spikelib.fit(
        spikelib.osc4(), rng=np.random.default_rng(seed), rate=rate, spiking=spiking,
        recipe=recipe)
    rng = np.random.default_rng([seed, 1])
    trials = result.trials(40, rng=rng)
    runs = analysis.run_trials(result.network, trials, rng=rng)
    some = np.random.default_rng(0).choice(spiking.n_neurons, 200, replace=False)
    spikes = analysis.stack_spikes(runs, some)
    in_a_row = spikes.reshape(-1, some.size)
    return {
        "nmse": float(np.median([metrics.nmse(r.outputs, trials[0].outputs) for r in runs])),
        "fano": float(np.nanmedian(metrics.fano_factor(spikes, 0.001, window=0.1))),
        "cv2": float(np.nanmedian(metrics.cv2(in_a_row))),
        "isi_cv": float(np.nanmedian(metrics.isi_cv(in_a_row))),
        "rate_hz": float(np.mean([run.mean_rate for run in runs])),
        "n_factors_used": result.factors.n_factors,
    }


def components(seed):
    """Temporal components of the teacher and of the spiking network (as in chapter 6)."""
    result = spikelib.fit(
        spikelib.osc4(), rng=np.random.default_rng(seed),
        recipe=spikelib.Recipe(n_training_trials=300, n_factor_trials=100, n_mean_trials=100))
    rng = np.random.default_rng([seed, 1])
    trials = result.trials(22, rng=rng)
    runs = analysis.run_trials(result.network, trials, rng=rng)
    teacher = np.stack(analysis.teacher_rates(result.teacher, trials[:4], rng=rng))

    def found(signals, width):
        binned = signals.reshape(-1, 4, signals.shape[-1]).mean(axis=1)
        smooth = metrics.smooth_spikes(binned, 0.004, tau=width)
        rates = smooth.reshape(-1, 250, signals.shape[-1])[1:-1].mean(axis=0)
        return analysis.temporal_components(rates)

    def between(first, second):
        return float(np.median(metrics.principal_angles(first.components, second.components)))

    noise_signals = np.random.default_rng([seed, 2]).standard_normal((4, 1000, 500))
    own = np.random.default_rng([seed, 3])
    foreign = spikelib.RateNetwork.draw(
        result.teacher.parameters, n_inputs=1, n_outputs=1, rng=own)
    stranger = np.stack(analysis.teacher_rates(foreign, trials[:4], rng=own))
    # No network at all: sines and cosines of one to five periods in a trial.
    phase = 2 * np.pi * np.outer(np.arange(250) / 250, np.arange(1, 6))
    waves = analysis.temporal_components(np.hstack([np.sin(phase), np.cos(phase)]))
    spikes = analysis.stack_spikes(runs)
    row = {
        "nmse": float(np.median([metrics.nmse(r.outputs, trials[0].outputs) for r in runs])),
    }
    for name, width in WIDTHS.items():
        spiking, rate, noise = (found(x, width) for x in (spikes, teacher, noise_signals))
        row["held_rate" + name] = float(rate.explained[9])
        row["held_spiking" + name] = float(spiking.explained[9])
        row["angle" + name] = between(rate, spiking)
        row["angle_noise" + name] = between(rate, noise)
        row["angle_foreign" + name] = between(found(stranger, width), spiking)
        row["angle_waves" + name] = between(waves, spiking)
    return row


def tasks(seed, task):
    """Score of one network on a task whose answer depends on input (as in chapter 8)."""
    from benchmarks.tasks import one_run

    return one_run(task, seed)


SWEEPS = {
    "sizes": (sizes, grid(kind=["FORCE", "full-FORCE", "spiking"])),
    "components": (components, [{}]),
    "irregular": (irregular, [
        {"strength": 1.0, "n_factors": 12}, {"strength": 1.0, "n_factors": None},
        {"strength": 0.0, "n_factors": 12},
    ]),
    "cortex": (irregular, grid(strength=2.0, n_factors=12, cortex=[12.0, 9.5])),
    "tasks": (tasks, grid(task=list(TASKS))),
}


def environment():
    """Versions and machine, for the results file."""
    names = ("numpy", "scipy", "numba", "pandas")
    return {"python": platform.python_version(), "spikelib": spikelib.__version__,
            **{name: version(name) for name in names}, "system": platform.system(),
            "processor": platform.machine(), "cores": os.cpu_count()}


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=20, help="number of seeds (20)")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED, help="the first (100)")
    parser.add_argument("--only", nargs="+", choices=SWEEPS, default=list(SWEEPS))
    parser.add_argument("--workers", type=int, help="processes (one a core)")
    options = parser.parse_args()
    tables = dict.fromkeys(SWEEPS)
    kept = KEPT / provenance.made_by(__file__, ROOT / "benchmarks" / "tasks.py")
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    for name in options.only:
        if name == "tasks" and importlib.util.find_spec("benchmarks.tasks") is None:
            continue
        function, points = SWEEPS[name]
        table = sweep(function, points, seeds=seeds, progress=True,
                      path=kept / f"{name}.jsonl", n_workers=options.workers)
        for error in table.error.dropna():
            print(f"{name}: {error}", file=sys.stderr)
        if table.error.isna().any():
            tables[name] = table[table.error.isna()]
    found = {path.stem: json.loads(path.read_text(encoding="utf-8"))
             for path in (RESULT.with_name("dale.json"), RESULT.with_name("data.json"))
             if path.exists()}
    before = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else []
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    claims = verdicts.all_claims(tables, found)
    for entry in claims:
        entry["environment"] = environment()
        if entry["command"] == rules.COMMAND and entry["seeds"]:
            entry["first_seed"] = options.first_seed
    claims = rules.with_kept(claims, before)
    RESULT.write_text(json.dumps(claims, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for entry in claims:
        print(f"{entry['verdict']:22s} {entry['claim']}\n{'':22s} {entry['measured']}")


if __name__ == "__main__":
    main()
