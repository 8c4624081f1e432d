"""Networks fitted to recordings: error, match and training time.

    python benchmarks/data.py --json

Reach EMG: a driven teacher of 400 rate units, 1,200 spiking neurons, 100 training trials with
short pauses; then 100 new trials in a row with frozen weights from a random state, with
pauses of 2 s on average. Mouse cortex: 1,824 excitatory neurons matched one to one to
recorded ones, and inhibitory ones, under Dale's law; then new trials with frozen weights.
What that match is worth is measured on the network without Dale's law of chapter 10: its
ceiling without a network, chance, neurons held out of training, and one of the two choices
held out. Between the two, the reach with fewer neurons, five seeds each: how few will do?
The recordings are fetched, or read from the folder that SPIKELIB_DATA names; without both
the numbers are those of a surrogate, and say so.
"""

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from spikelib import RateParameters, Recipe, SpikingParameters, evaluate, fit
from spikelib.least_squares import sign_violations
from spikelib.metrics import cv2, fano_factor
from spikelib.recordings import (
    MatchedDaleRecipe,
    MatchRecipe,
    alm_rates,
    compare,
    decode,
    fit_recording,
    fit_recording_dale,
    held_out_correlations,
    rate_correlations,
    reach_emg,
    reach_task,
    shuffled_correlations,
    without_network,
)
from spikelib.spiking import SpikingState, simulate

RATE = RateParameters(n_units=400)
RECIPE = Recipe(
    n_settle=2, n_factor_trials=60, n_mean_trials=30, n_training_trials=100,
    update_probability=0.3,
)
PARTS = ("reach_emg", "reach_sizes", "alm_rates", "alm_controls")
SIZES = [150, 200, 300, 450, 600, 1200]
SIZE_SEEDS = 5
GOAL = 0.05
CONTROL_SEEDS = 2
HELD_OUT = 0.1  # of the neurons
WINDOW = 0.3  # seconds: the moving average of the published rates


def reach(seed, n_neurons, n_test):
    """Train and test one network on the reach recordings."""
    emg = reach_emg()
    training_rng, test_rng = np.random.default_rng(seed).spawn(2)
    spiking = SpikingParameters(n_neurons=n_neurons, trained_fraction=0.5, encoder_gain=10.0)
    start, cpu = time.perf_counter(), time.process_time()
    result = fit(
        reach_task(emg, pause=0.8), rng=training_rng, rate=RATE, spiking=spiking, recipe=RECIPE,
        progress=False,
    )
    train_s, train_cpu_s = time.perf_counter() - start, time.process_time() - cpu
    task = reach_task(emg)
    trials = task.trials(n_test, rng=test_rng)
    found = evaluate(
        result.network, trials, rng=test_rng, n_settle=0, score=task.score, progress=False
    )
    power = np.array([np.sum(trial.outputs**2) for trial in trials])
    return {
        "test_nmse": found.median_nmse,
        "pooled_nmse": float(np.sum(found.output_nmse * power) / power.sum()),
        "worst_nmse": float(found.output_nmse.max()),
        "fraction_own_condition": float(found.scores.mean()),
        "train_s": train_s,
        "train_cpu_s": train_cpu_s,
        "n_neurons": n_neurons,
        "n_trained": spiking.n_trained,
        "n_factors": result.factors.n_factors,
        "surrogate": emg.surrogate,
        **reach_firing(result.network, task, test_rng),
    }


def reach_sizes(n_test):
    """Errors of networks of several sizes, and the smallest whose median error is good."""
    errors = []
    for n in SIZES:
        errors.append([reach(seed, n, n_test)["test_nmse"] for seed in range(SIZE_SEEDS)])
        print(f"{n} neurons: {_short(errors[-1])}", file=sys.stderr, flush=True)
    good = [n for n, found in zip(SIZES, errors, strict=True) if np.median(found) <= GOAL]
    return {
        "n_neurons": SIZES,
        "test_nmse": errors,
        "median_test_nmse": np.median(errors, axis=1).tolist(),
        "smallest_n": min(good, default=None),
        "goal": GOAL,
        "surrogate": reach_emg().surrogate,
    }


def reach_firing(network, task, rng, n_trials=12):
    """Rates, irregularity and variability over trials of one direction, during the movement."""
    trials = [t for t in task.trials(12 * n_trials, rng=rng) if t.label == 0][:n_trials]
    state, spikes = SpikingState.random(network, rng=rng), []
    for trial in trials:
        run = simulate(network, trial, state=state)
        state, start = run.state, np.flatnonzero(trial.inputs[:, 2])[0]
        spikes.append(run.spikes[start : start + 810])
    rates = np.mean(spikes, axis=(0, 1)) / task.dt
    return {
        "rate_hz_percentiles_5_50_95": percentiles(rates),
        "median_cv2": float(np.nanmedian([cv2(s) for s in spikes[:4]])),
        "median_fano": float(np.nanmedian(fano_factor(np.array(spikes), task.dt))),
    }


def mouse(seed, n_test, recipe):
    """Train and test one network on the mouse recordings."""
    alm = alm_rates()
    training_rng, test_rng = np.random.default_rng(seed).spawn(2)
    start, cpu = time.perf_counter(), time.process_time()
    result = fit_recording_dale(alm, rng=training_rng, recipe=recipe, progress=False)
    train_s, train_cpu_s = time.perf_counter() - start, time.process_time() - cpu
    found = compare(result, n_test, rng=test_rng, progress=False)
    match = rate_correlations(found.rates(window=WINDOW), alm.rates)
    decoded = decode(found.counts.sum(axis=1), found.labels, rng=test_rng)
    return {
        "median_correlation": float(np.median(match)),
        "correlation_percentiles_5_25_75": [float(x) for x in np.percentile(match, [5, 25, 75])],
        "choice_accuracy": float(np.mean(decoded == found.labels)),
        "train_s": train_s,
        "train_cpu_s": train_cpu_s,
        "sign_violations": sign_violations(
            result.network.slow_weights.T, result.signs, result.connected.T
        ),
        "n_excitatory": int((result.signs > 0).sum()),
        "n_inhibitory": int((result.signs < 0).sum()),
        "n_test_trials_per_side": n_test,
        "surrogate": alm.surrogate,
        "rate_hz_percentiles_5_50_95": percentiles(found.rates().mean(axis=(0, 1))),
        "recorded_rate_hz_percentiles_5_50_95": percentiles(alm.rates.mean(axis=(0, 1))),
        "median_interval_cv": float(np.nanmedian(found.intervals_cv)),
        "median_fano": float(np.nanmedian(found.fano())),
        "recorded_cv_and_fano": "not known: the public file holds averages only",
    }


def mouse_controls(n_test=60):
    """Medians over neurons for each seed: the match of chapter 10, and what it is worth."""
    alm, recipe = alm_rates(), MatchRecipe(n_training_trials=100)
    found = {}

    def note(name, correlations):
        found.setdefault(name, []).append(float(np.median(correlations)))

    for seed in range(CONTROL_SEEDS):
        rng, chosen, shuffles = np.random.default_rng(seed).spawn(3)

        def tested(fit, forced=False, rng=rng):
            found = compare(fit, n_test, rng=rng, forced=forced, progress=False)
            return found.rates(window=WINDOW)

        whole = fit_recording(alm, rng=rng, recipe=recipe, progress=False)
        rates = tested(whole)
        note("correlation", rate_correlations(rates, alm.rates))
        note("ceiling", rate_correlations(tested(without_network(whole), forced=True), alm.rates))
        chance = shuffled_correlations(rates, alm.rates, rng=shuffles)
        note("chance", chance)
        found.setdefault("chance_95", []).append(float(np.percentile(chance, 95)))
        out = chosen.random(alm.n_neurons) < HELD_OUT
        inside, outside = alm.rates[..., ~out], alm.rates[..., out]
        part = fit_recording(
            replace(alm, rates=inside), rng=rng, recipe=recipe, progress=False
        )
        note("held_out", held_out_correlations(tested(part), inside, outside))
        note("held_out_ceiling", held_out_correlations(inside, inside, outside))
        one = fit_recording(alm, rng=rng, recipe=recipe, trained_conditions=[0], progress=False)
        rates = tested(one)
        note("half_new", rate_correlations(rates, alm.rates))
        for name, k in (("half_new_trained_condition", 0), ("half_new_new_condition", 1)):
            note(name, rate_correlations(rates[k : k + 1], alm.rates[k : k + 1]))
        print(f"controls, seed {seed}: {({k: round(v[-1], 3) for k, v in found.items()})}",
              file=sys.stderr, flush=True)
    return {
        **found, "seeds": list(range(CONTROL_SEEDS)), "n_test_trials_per_side": n_test,
        "held_out_fraction": HELD_OUT, "surrogate": alm.surrogate,
    }


def percentiles(rates):
    """The 5th, 50th and 95th."""
    return [float(x) for x in np.percentile(rates, [5, 50, 95])]


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS),
                        help="these parts; of the others --output keeps what is in the file")
    parser.add_argument("--neurons", type=int, default=1200, help="for the reach (1200)")
    parser.add_argument("--test-trials", type=int, default=100, help="of the reach (100)")
    parser.add_argument("--test-trials-per-side", type=int, default=300,
                        help="of the mouse, averaged into its rates (300)")
    parser.add_argument("--training-trials", type=int, help="for the mouse (as the recipe says)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--output", type=Path, help="write the JSON object to this file")
    options = parser.parse_args()
    recipe = MatchedDaleRecipe()
    if options.training_trials:
        recipe = MatchedDaleRecipe(n_training_trials=options.training_trials)
    answer = {}
    if options.output and options.output.exists():  # keeps the parts that are not run
        answer = json.loads(options.output.read_text(encoding="utf-8"))
    if "reach_emg" in options.only:
        answer["reach_emg"] = reach(options.seed, options.neurons, options.test_trials)
    if "reach_sizes" in options.only:
        answer["reach_sizes"] = reach_sizes(options.test_trials)
    if "alm_rates" in options.only:
        answer["alm_rates"] = mouse(options.seed, options.test_trials_per_side, recipe)
    if "alm_controls" in options.only:
        answer["alm_controls"] = mouse_controls()
    for name, values in answer.items():
        for key, value in values.items():
            print(f"{name:10s} {key:38s} {_short(value)}", file=sys.stderr)
    if options.output:
        options.output.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    if options.json:
        print(json.dumps(answer, indent=2))


def _short(value):
    if isinstance(value, list) and isinstance(value[0], list):
        return "; ".join(map(_short, value))
    if isinstance(value, list):
        return ", ".join(f"{x:.3g}" for x in value)
    return f"{value:.4g}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()
