"""Give it any task: `fit` with nothing but a task and a generator, judged by a test of its own.

    python benchmarks/any_task.py --json
    python benchmarks/any_task.py --tasks melody delayed_reach --seeds 2 --output rows.json

All tasks of `spikelib.tasks.LIBRARY`, seeds from 100 on, no setting per task anywhere. The goal
is an nMSE of at most 0.02, or a score of at least 0.95 where the task has one that is 1 for
its target. The test: 100 unseen trials from each of 3 random starts, a generator that `fit`
never had; the first two trials after a start do not count. Rows that are in the file of
`--output`, made by the same code, are not made again.
"""

import argparse
import json
import multiprocessing
import resource
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

import spikelib
from spikelib.tasks import LIBRARY
from spikelib.training.verdict import frozen_test, has_score

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.provenance import made_by  # noqa: E402

GOAL = spikelib.Goal()
FIRST_SEED = 100
N_TRIALS, N_STARTS = 102, 3  # two trials after each start do not count


def one(name, seed):
    """A row of the table."""
    task, start, warned = LIBRARY[name](), time.perf_counter(), False
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = spikelib.fit(task, rng=np.random.default_rng(seed), progress=False)
        warned = any(issubclass(w.category, spikelib.GoalNotReachedWarning) for w in caught)
    fit_s = time.perf_counter() - start
    rng = np.random.default_rng([seed, 1])
    score = task.score if has_score(task, task.trials(10, rng=rng)) else None
    test = frozen_test(
        result.network, task.trials(N_TRIALS, rng=rng), rng=rng, score=score, n_starts=N_STARTS
    )
    return {
        "task": name, "seed": seed, "reached": bool(test.reaches(GOAL)),
        "verdict": bool(result.reached), "silent": bool(not result.reached and not warned),
        "limit": result.verdict.limit, "n_neurons": result.network.parameters.n_neurons,
        "n_factors": result.factors.n_factors,
        "teacher": result.attempts[-1].plan.kind, "fit_s": fit_s,
        "test_nmse": test.nmse, "score": test.score,
        "memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def summary(rows):
    """The figures over all tasks and seeds."""
    said = [row for row in rows if row["verdict"]]
    seconds = [row["fit_s"] for row in rows]
    return {
        "success_rate": float(np.mean([row["reached"] for row in rows])),
        "verdict_precision": float(np.mean([row["reached"] for row in said])) if said else None,
        "silent_failures": sum(row["silent"] for row in rows),
        "median_fit_s": float(np.median(seconds)), "slowest_fit_s": float(max(seconds)),
        "peak_memory_gb": float(max(row["memory_gb"] for row in rows)),
        "seeds": sorted({row["seed"] for row in rows}),
        "per_task": rows,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", nargs="+", choices=list(LIBRARY), default=list(LIBRARY))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--output", type=Path, help="rows are kept here and not made twice")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    code, rows = made_by(__file__), []
    if options.output and options.output.exists():
        kept = json.loads(options.output.read_text(encoding="utf-8"))
        rows = kept["per_task"] if kept.get("made_by") == code else []
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    known = {(row["task"], row["seed"]) for row in rows}
    jobs = [(n, s) for s in seeds for n in options.tasks if (n, s) not in known]
    # A process for each fit: its peak of memory is its own.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=spawn, max_tasks_per_child=1) as pool:
        for row in pool.map(_one, jobs):
            rows.append(row)
            print("{task:22s} seed {seed}: reached {reached}, verdict {verdict} ({limit}), nMSE "
                  "{test_nmse:.4f}, score {score}, {fit_s:.0f} s".format(**row), file=sys.stderr)
            if options.output:
                answer = {"made_by": code, **summary(rows)}
                options.output.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    answer = summary(rows)
    if options.json:
        print(json.dumps(answer, indent=1))
    else:
        for name, value in answer.items():
            if name != "per_task":
                print(f"{name:20s} {value}")


def _one(job):
    return one(*job)


if __name__ == "__main__":
    main()
