"""Tasks whose answer depends on input: spiking networks of stated size, over seeds.

    python benchmarks/tasks.py --seeds 10 --json

Each task, each seed: a teacher (200 driven rate units; for contextual integration 100 rate
units trained by gradient), 500 spiking neurons of which 200 are trained, the factors that
hold 99 % of the variance, 150 training trials (flip-flop: 250, temporal XOR: 400, contextual
integration: 300). Then 200 new trials in a row with frozen weights, from a random state. Score:
the fraction of trials that are right; for ready-set-go the mean timing error as a fraction of
the interval. For contextual integration also the score of its own rate network on the same
trials.
"""

import argparse
import json
import sys
import time
from dataclasses import replace

import numpy as np

from spikelib import (
    RateNetwork,
    RateParameters,
    Recipe,
    SpikingParameters,
    evaluate,
    fit,
    run_rate,
)
from spikelib.rate import train_gradient
from spikelib.tasks import (
    contextual_integration,
    flip_flop,
    pulse_integration,
    ready_set_go,
    temporal_xor,
)

TASKS = {
    "flip-flop": flip_flop,
    "pulse integration": pulse_integration,
    "temporal XOR": temporal_xor,
    "ready-set-go": ready_set_go,
    "contextual integration": contextual_integration,
}
N_TEST = 200
RATE = RateParameters(n_units=200)
SPIKING = SpikingParameters(n_neurons=500, trained_fraction=0.4, encoder_gain=10.0)
RECIPE = Recipe(
    n_settle=2, n_factor_trials=40, n_mean_trials=20, n_training_trials=150, restart_every=10
)
# With 150 (flip-flop) and 250 (temporal XOR) one seed of ten ran away or stayed at 82 %.
MORE_TRIALS = {"flip-flop": 250, "temporal XOR": 400, "contextual integration": 300}
BY_GRADIENT = RateParameters(n_units=100, dt=0.01, tau=0.05, gain=1.0)


def gradient_teacher(rng):
    """A rate network trained on contextual integration in steps of 10 ms, to run in steps of 1."""
    start = RateNetwork.draw(BY_GRADIENT, n_inputs=4, n_outputs=1, rng=rng)
    trained = train_gradient(start, contextual_integration(dt=0.01), rng=rng, progress=False)
    return replace(trained.network, parameters=replace(BY_GRADIENT, dt=RATE.dt))


def score_of_rate(teacher, task, trials, rng):
    """Mean score of a rate network over trials in a row."""
    state, scores = teacher.random_state(rng), []
    for trial in trials:
        outputs, state = run_rate(teacher, trial, state=state)
        scores.append(task.score(trial, outputs))
    return float(np.mean(scores))


def one_run(name, seed):
    """Train and test one network on one task."""
    task = TASKS[name]()
    teacher_rng, training_rng, test_rng = np.random.default_rng(seed).spawn(3)
    start = time.perf_counter()
    teacher = gradient_teacher(teacher_rng) if name == "contextual integration" else None
    n_trials = MORE_TRIALS.get(name, RECIPE.n_training_trials)
    result = fit(
        task, rng=training_rng, rate=RATE, spiking=SPIKING, teacher=teacher,
        recipe=replace(RECIPE, n_training_trials=n_trials), progress=False,
    )
    trained = time.perf_counter()
    trials = task.trials(N_TEST, rng=test_rng)
    found = evaluate(
        result.network, trials, rng=test_rng, n_settle=0, score=task.score, progress=False
    )
    row = {
        "task": name,
        "seed": seed,
        "n_units": result.teacher.parameters.n_units,
        "n_neurons": SPIKING.n_neurons,
        "n_trained": SPIKING.n_trained,
        "n_factors": result.factors.n_factors,
        "n_training_trials": n_trials,
        "score": float(found.scores.mean()),
        "test_nmse": found.median_nmse,
        "mean_rate_hz": float(found.mean_rate.mean()),
        "train_s": trained - start,
        "test_s": time.perf_counter() - trained,
    }
    if teacher is not None:
        row["rate_score"] = score_of_rate(teacher, task, trials, test_rng)
    return row


def summary(rows):
    """What the seeds of one task have in common."""
    scores = np.array([row["score"] for row in rows])
    found = {
        "mean_score": float(scores.mean()),
        "median_score": float(np.median(scores)),
        "lowest_score": float(scores.min()),
        "highest_score": float(scores.max()),
        "median_test_nmse": float(np.median([row["test_nmse"] for row in rows])),
        "median_train_s": float(np.median([row["train_s"] for row in rows])),
        "per_seed": rows,
    }
    if "rate_score" in rows[0]:
        points = 100 * (np.array([row["rate_score"] for row in rows]) - scores)
        found["mean_rate_score"] = float(np.mean([row["rate_score"] for row in rows]))
        found["mean_points_below_rate"] = float(points.mean())
        found["most_points_below_rate"] = float(points.max())
    return found


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10, help="number of seeds (10)")
    parser.add_argument("--task", choices=TASKS, action="append", help="only this one (all)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    options = parser.parse_args()
    answer = {}
    print(f"{'task':24s} seed   score   nMSE  rate/Hz  train/s  own rate network",
          file=sys.stderr)
    for name in options.task or TASKS:
        rows = []
        for seed in range(options.seeds):
            row = one_run(name, seed)
            rows.append(row)
            own = f"  {row['rate_score']:.3f}" if "rate_score" in row else ""
            print(
                f"{name:24s} {seed:4d}  {row['score']:6.3f} {row['test_nmse']:6.3f}  "
                f"{row['mean_rate_hz']:7.1f}  {row['train_s']:7.1f}{own}",
                file=sys.stderr, flush=True,
            )
        answer[name] = summary(rows)
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
