"""P in single precision: how much faster a step is, and what it does to the error.

    python benchmarks/precision.py            a table (a minute or two)
    python benchmarks/precision.py --json     a JSON object on standard output

Steps of both kinds take turns in one run; given are the medians of the ratios, of the processor's
time on one thread. Errors are those of frozen networks after training on `osc4`.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np

from spikelib import EventRLS, Recipe, SpikingParameters, fit, osc4
from spikelib.least_squares import block_size

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rls_step import DECAYS, ROWS, _run_event, spike_train  # noqa: E402


def step(n_regressors, repeats=6):
    """Seconds a step, double and single, their ratio, and the difference of the weights."""
    n, block = n_regressors // 2, block_size(n_regressors)
    n_steps = 2 * block * max(1, round(5e7 / (n_regressors**2 * 2 * block)))
    train = spike_train(n, n_steps)
    both = {single: EventRLS(n, ROWS, slow_decay=DECAYS[0], fast_decay=DECAYS[1], single=single)
            for single in (False, True)}
    times = {False: [], True: []}
    for _ in range(repeats):
        for single, rls in both.items():
            start = time.process_time()
            _run_event(rls.state, *train)
            rls.fold()
            times[single].append((time.process_time() - start) / n_steps)
    double, single = (np.array(times[key][1:]) for key in (False, True))  # the first compiles
    weights = both[False].weights
    return {
        "n_regressors": n_regressors, "double_s": float(np.median(double)),
        "single_s": float(np.median(single)), "faster": float(np.median(double / single)),
        "weights_off": float(np.abs(both[True].weights - weights).max() / np.abs(weights).max()),
        "updates": int(repeats * train[2].sum()),
        "P_bytes": {"double": both[False].P.nbytes, "single": both[True].P.nbytes},
    }


def errors(seeds, **parameters):
    """Median test nMSE of each seed, double and single, from the same teacher and draws."""
    rows = []
    for seed in seeds:
        row = {"seed": seed}
        for name, single in (("double", False), ("single", True)):
            recipe = replace(Recipe(n_training_trials=200), single_precision=single)
            result = fit(osc4(), rng=np.random.default_rng(seed), recipe=recipe, progress=False,
                         spiking=SpikingParameters(**parameters))
            tested = result.evaluate(50, rng=np.random.default_rng(seed + 1), progress=False)
            row[name] = tested.median_nmse
        rows.append(row)
    return rows


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--sizes", default="400,2000,4000", help="numbers of regressors 2n")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    steps = [step(int(size)) for size in options.sizes.split(",")]
    for row in steps:
        print(f"2n = {row['n_regressors']:5d}: {row['double_s'] * 1e6:8.1f} us, single "
              f"{row['single_s'] * 1e6:8.1f} us, {row['faster']:.2f} times faster, weights off by "
              f"{row['weights_off']:.1e}", file=sys.stderr, flush=True)
    rows = errors(range(100, 100 + options.seeds))
    for row in rows:
        print(f"seed {row['seed']}: nMSE {row['double']:.5f}, single {row['single']:.5f}",
              file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"steps": steps, "errors": rows}, indent=1))


if __name__ == "__main__":
    main()
