"""Networks under Dale's law: how good, how often, how fast, and what the law costs.

    python benchmarks/dale.py --seeds 10 --json

osc4 with N = 1,000 neurons, 80 % of them excitatory, at connection probabilities 0.5 and 0.1.
Every weight has its neuron's sign, learned ones and fixed ones alike: there are no others. The
pulse is as strong as in the code of the 2016 demonstration. `fit_dale` tests each network, and
where it misses the goal trains another, up to three; ``attempts`` counts them, and ``train_s`` is
the time of all. After training, 100 trials with frozen weights from a random state that training
has not seen; a seed is a success where their median nMSE is at most 0.02 (0.05 at 0.1).

``floor_nmse`` is the error of the outputs that the currents hold with the best weights of these
signs and connections on the network's own traces, ``free_floor_nmse`` with any weights,
``trained_floor_nmse`` with those of the network (`spikelib.dale.sign_floor`). For comparison
the same number of neurons trained by recursive least squares, without the law. Then pulse
integration (chapter 8) under the law, 200 new trials.

Seeds 100, 101 and so on: settings were chosen on seeds 0 to 9. With --output, seeds that the same
code has made before are not run again.
"""

import argparse
import json
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from spikelib import (
    DaleRecipe,
    Goal,
    RateParameters,
    Recipe,
    SpikingParameters,
    fit,
    fit_dale,
    osc4,
)
from spikelib.dale import sign_floor
from spikelib.errors import GoalNotReachedWarning
from spikelib.tasks import pulse_integration

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.provenance import made_by  # noqa: E402

FIRST_SEED = 100
N_TEST = 100
N_FLOOR = 50
FLOOR_SWEEPS = 40
ATTEMPTS = 3
PARTS = ("osc4", "unconstrained", "integration")
GOALS = {0.5: 0.02, 0.1: 0.05}
TEACHER = RateParameters(input_range=(1.0, 3.0))
# Fast synapses of 20 ms, not 5, and more spikes: these lowered the error most (on seed 0). A spike
# that comes early or late then matters less to the currents, and so to the loop.
SPIKING = SpikingParameters(n_neurons=1000, encoder_gain=16.0, tau_fast=0.02)
SETTINGS = {
    probability: {
        "spiking": SPIKING,
        "dale": DaleRecipe(
            connection_probability=probability, n_training_trials=200,
            constant_current=constant_current,
        ),
        "mean_drive": 3.0,
        "recipe": Recipe(variance=None, n_factors=12),
    }
    for probability, constant_current in ((0.5, 2.0), (0.1, 0.0))
}
# Trials differ, so that many of them have to be remembered at a time.
INTEGRATION = {
    "rate": RateParameters(n_units=200),
    "spiking": SpikingParameters(n_neurons=1000, encoder_gain=16.0),
    "dale": DaleRecipe(
        n_training_trials=400, leash=(0.2, 1.4), memory=300.0, ridge=0.003, constant_current=0.0
    ),
    "mean_drive": -1.0,
    "recipe": Recipe(variance=None, n_factors=6, n_settle=2, n_factor_trials=40),
}


def one_seed(seed, probability):
    """Train and test one network on osc4."""
    settings = SETTINGS[probability]
    training_rng, test_rng = np.random.default_rng(seed).spawn(2)
    start, start_cpu = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():  # the table says it
        warnings.simplefilter("ignore", GoalNotReachedWarning)
        result = fit_dale(
            osc4(), rng=training_rng, progress=False, rate=TEACHER,
            goal=Goal(nmse=GOALS[probability]), max_attempts=ATTEMPTS, **settings,
        )
    trained, trained_cpu = time.perf_counter(), time.process_time()
    floor = sign_floor(
        result.dale, result.encoder, result.trials(N_FLOOR, rng=np.random.default_rng([seed, 1])),
        rng=np.random.default_rng([seed, 2]), max_sweeps=FLOOR_SWEEPS,
    )
    test = result.evaluate(N_TEST, rng=test_rng, progress=False)
    return {
        "seed": seed,
        "connection_probability": probability,
        "n_neurons": result.network.parameters.n_neurons,
        "n_factors": result.factors.n_factors,
        "test_nmse": test.median_nmse,
        "worst_late_trial_nmse": float(test.output_nmse[5:].max()),
        "mean_rate_hz": float(test.mean_rate.mean()),
        "sign_violations": result.dale.sign_violations,
        "silent_fraction": result.dale.silent_fraction,
        "attempts": len(result.attempts),
        "reached": result.reached,
        "floor_nmse": floor.nmse,
        "free_floor_nmse": floor.free_nmse,
        "trained_floor_nmse": floor.trained_nmse,
        "floor_gap": floor.gap,
        "train_s": trained - start,
        "train_cpu_s": trained_cpu - start_cpu,
    }


def without_the_law(seed):
    """The same number of neurons, trained by recursive least squares."""
    settings = SETTINGS[0.5]
    training_rng, test_rng = np.random.default_rng(seed).spawn(2)
    result = fit(
        osc4(), rng=training_rng, progress=False, rate=TEACHER,
        spiking=replace(settings["spiking"], trained_fraction=1.0),
        recipe=replace(
            settings["recipe"], n_training_trials=settings["dale"].n_training_trials
        ),
    )
    return result.evaluate(N_TEST, rng=test_rng, n_settle=0, progress=False).median_nmse


def integration(seed):
    """Pulse integration under the law: fraction of 200 new trials that are right."""
    training_rng, test_rng = np.random.default_rng(seed).spawn(2)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GoalNotReachedWarning)
        result = fit_dale(
            pulse_integration(), rng=training_rng, progress=False, max_attempts=1, **INTEGRATION
        )
    trained = time.perf_counter()
    test = result.evaluate(200, rng=test_rng, progress=False)
    return {"seed": seed, "fraction_correct": float(test.scores.mean()),
            "test_nmse": test.median_nmse, "sign_violations": result.dale.sign_violations,
            "train_s": trained - start}


def summary(rows):
    """What the seeds of one connection probability have in common."""
    errors = np.array([row["test_nmse"] for row in rows])
    probability = rows[0]["connection_probability"]
    return {
        "connection_probability": probability,
        "n_neurons": rows[0]["n_neurons"],
        "median_test_nmse": float(np.median(errors)),
        "floor_nmse": float(np.median([row.get("floor_nmse", np.nan) for row in rows])),
        "success_rate": float(np.mean(errors <= GOALS[probability])),
        "goal": GOALS[probability],
        "sign_violations": sum(row["sign_violations"] for row in rows),
        "train_s": float(np.median([row["train_s"] for row in rows])),
        "per_seed": rows,
    }


def make_quick():
    """Small networks and few trials in the place of the real ones, and one attempt."""
    global ATTEMPTS, N_FLOOR
    ATTEMPTS, N_FLOOR = 1, 10
    for settings in (*SETTINGS.values(), INTEGRATION):
        settings["spiking"] = replace(settings["spiking"], n_neurons=400)
        settings["dale"] = replace(settings["dale"], n_training_trials=20)


def say(text):
    """One line on the way."""
    print(text, file=sys.stderr, flush=True)


def known(answer, key):
    """Rows of osc4 that this code has made before, by connection probability and seed."""
    if answer.get("made_by") != key:
        return {}
    return {(row["connection_probability"], row["seed"]): row
            for result in answer.get("results", []) for row in result["per_seed"]}


def all_of_osc4(seeds, probabilities, keep, rows):
    """Every seed at every connection probability, but for those of which there are `rows`.

    Both probabilities before the next seed. `keep` gets all that there is after each row.
    """
    def results():
        return [summary([row for (one, _), row in sorted(rows.items()) if one == probability])
                for probability in GOALS if any(one == probability for one, _ in rows)]

    say("probability  seed    nMSE   floor  worst late  rate/Hz  silent  wrong signs  attempts  "
        "train/s")
    for seed in seeds:
        for probability in probabilities:
            if (probability, seed) in rows:
                continue
            row = rows[probability, seed] = one_seed(seed, probability)
            keep(results())
            say(f"{probability:11g}  {seed:4d}  {row['test_nmse']:6.4f}  {row['floor_nmse']:6.4f}  "
                f"{row['worst_late_trial_nmse']:10.3f}  {row['mean_rate_hz']:7.1f}  "
                f"{row['silent_fraction']:6.2f}  {row['sign_violations']:11d}  "
                f"{row['attempts']:8d}  {row['train_s']:7.1f}")
    for result in results():
        say(f"probability {result['connection_probability']:g}: median "
            f"{result['median_test_nmse']:.4f}, success {result['success_rate']:.0%}")


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10, help="number of seeds (10)")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED, help=f"({FIRST_SEED})")
    parser.add_argument("--probability", type=float, choices=list(GOALS), action="append",
                        help="only this one (both)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS),
                        help="these parts; of the others --output keeps what is in the file")
    parser.add_argument("--quick", action="store_true",
                        help="small networks, few trials: to see that it runs")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--output", type=Path, help="write the JSON object to this file")
    options = parser.parse_args()
    if options.quick:
        make_quick()
    answer = {}
    if options.output and options.output.exists():
        answer = json.loads(options.output.read_text(encoding="utf-8"))

    def write():
        if options.output:
            options.output.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")

    seeds = range(options.first_seed, options.first_seed + options.seeds)
    if "osc4" in options.only:
        key = f"{made_by(__file__)}{' quick' if options.quick else ''}"
        before = known(answer, key)

        def keep(results):
            answer["made_by"], answer["results"] = key, results
            write()

        all_of_osc4(seeds, options.probability or list(GOALS), keep, before)
    if "unconstrained" in options.only:
        free = [without_the_law(seed) for seed in seeds]
        answer["unconstrained_test_nmse"] = float(np.median(free))
        answer["unconstrained_per_seed"] = free
        say(f"without the law: {', '.join(f'{error:.5f}' for error in free)}")
    if "integration" in options.only:
        rows = []
        for seed in seeds:
            rows.append(integration(seed))
            say(f"integration  {seed:4d}  correct {rows[-1]['fraction_correct']:.3f}  "
                f"nMSE {rows[-1]['test_nmse']:.3f}  train/s {rows[-1]['train_s']:.1f}")
        answer["integration_fraction_correct"] = float(
            np.median([row["fraction_correct"] for row in rows])
        )
        answer["integration_per_seed"] = rows
    write()
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
