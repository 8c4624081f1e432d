"""How far it goes: networks of 500 to 20,000 neurons, trained and tested, each in its own process.

    python benchmarks/large.py --output book/results/large.json     (half an hour)
    python benchmarks/large.py --quick    500 and 1,000 neurons only
    python benchmarks/large.py --json     a JSON object on standard output

`osc4`, a quarter of the neurons trained; then 10,000 neurons, all of them trained, with P in
single precision. 100 training trials of a second, fewer than a network is given by default,
then 50 test trials from a random state with frozen weights. One thread. Times are those of the
processor for the whole fit, teacher included, and of training alone by the clock; peak memory is
that of the process. With ``--output`` rows are kept as they are measured, and what the same code
has put into the file is not measured again.

``model_s`` is what that training should take: the operations and bytes of an update that no exact
recursion avoids (see `speed.py`), at the rates of this machine, and the steps of the network, at
what a step took when its weights were frozen.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np

from spikelib import Recipe, SpikingParameters, fit, osc4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rls_step import blas_speed, floor, peak_bytes  # noqa: E402
from benchmarks.rows import measure  # noqa: E402

N_TRAINING, N_TEST, SEED = 100, 50, 0
SIZES = (500, 1000, 2000, 5000, 10_000, 20_000)
CASES = [(n, 0.25, False) for n in SIZES] + [(10_000, 1.0, True)]


def say(text=""):
    """Tables go to standard error, so that --json leaves standard output to the object."""
    print(text, file=sys.stderr, flush=True)


def train_one(n_neurons, fraction, single, n_trials):
    """`fit` with an explicit recipe: one training, no procedure around it."""
    return fit(
        osc4(), rng=np.random.default_rng(SEED), progress=False,
        recipe=Recipe(n_training_trials=n_trials, single_precision=single),
        spiking=SpikingParameters(
            n_neurons=n_neurons, trained_fraction=fraction,
            encoder_gain=6 * np.sqrt(n_neurons / 500),
        ),
    )


def case(n_neurons, fraction, single):
    """One training and its frozen test, in this process."""
    train_one(100, 1.0, single, 1).evaluate(1, rng=np.random.default_rng(1), progress=False)
    cpu = time.process_time()
    result = train_one(n_neurons, fraction, single, N_TRAINING)
    cpu = time.process_time() - cpu
    start = time.process_time()
    tested = result.evaluate(N_TEST, rng=np.random.default_rng(1), progress=False)
    steps = N_TEST * result.trials(1, rng=np.random.default_rng(2))[0].n_steps
    frozen = (time.process_time() - start) / steps
    peak = peak_bytes() / 1024**3  # before the rates are measured, which takes arrays too
    n_regressors = 2 * result.network.trained_neurons.size
    kind = np.float32 if single else np.float64
    blas = blas_speed(kind, time.process_time)
    update = floor(n_regressors, blas, kind, time.process_time)
    learned = Recipe().update_probability * N_TRAINING * steps / N_TEST
    model = {
        "operations": learned * update["floor_operations_s"],
        "bytes": learned * update["floor_bytes_s"],
        "network": N_TRAINING * steps / N_TEST * frozen,
    }
    return {
        "n_neurons": n_neurons, "n_trained": n_regressors // 2, "n_regressors": n_regressors,
        "n_factors": int(result.network.n_factors), "single_precision": single,
        "n_training_trials": N_TRAINING, "train_s": float(np.sum(result.log.seconds)),
        "fit_processor_s": cpu, "peak_gib": peak, "test_nmse": float(tested.median_nmse),
        "mean_rate_hz": float(np.mean(tested.mean_rate)), "frozen_step_s": frozen,
        "gflops": blas / 1e9, "bandwidth_gb_s": update["bandwidth_gb_s"], "model": model,
        "model_s": sum(model.values()),
    }


def show(row):
    """A row as a line of the table."""
    say(f"{row['n_neurons']:7d} {row['n_trained']:8d} {row['n_factors']:8d} "
        f"{row['train_s']:7.1f} s {row['model_s']:6.1f} s {row['fit_processor_s']:8.1f} s "
        f"{row['peak_gib']:5.2f} GiB  {row['test_nmse']:.5f}"
        f"{'  (P in single precision)' if row['single_precision'] else ''}")


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--sizes", help="numbers of neurons, such as 500,20000, a quarter trained")
    parser.add_argument("--output", type=Path, help="file that rows are kept in")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(case(*json.loads(options.case))))
        return
    say("neurons  trained  factors  training    model  processor    memory  test nMSE")
    cases = CASES[:2] if options.quick else CASES
    if options.sizes:
        cases = [(int(size), 0.25, False) for size in options.sizes.split(",")]
    answer = measure(__file__, cases, output=options.output, show=show, threads=1)
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
