"""How fast the method runs here, beside the textbook version and beside the floor.

    python benchmarks/speed.py            a table (some minutes)
    python benchmarks/speed.py --quick    the small sizes only (under a minute)
    python benchmarks/speed.py --large    also trains N = 5,000 (up to half an hour)
    python benchmarks/speed.py --json     a JSON object on standard output

Everything runs on one thread. The floor of an RLS step is what no exact version that keeps P
can avoid: half of the M² entries of P change at each update, two operations an entry, at the
speed of a large BLAS product; and two columns of P are read for each spike, and P once read
and written for each tail of B updates, at the bandwidth of a copy of an array of that size.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numba
import numpy as np

import spikelib
from spikelib import (
    PAPER_2016,
    RateParameters,
    Recipe,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    fit,
    osc4,
)
from spikelib.spiking import Runner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import rls_step  # noqa: E402
from benchmarks.rls_step import DT, best_of, blas_speed, peak_bytes  # noqa: E402

TEACHER = RateParameters(input_range=(1.0, 3.0))  # as in the code of the demonstration


def say(text=""):
    """Tables go to standard error, so that --json leaves standard output to the object."""
    print(text, file=sys.stderr, flush=True)


def in_new_process(*arguments, **environment):
    """Run this file with other arguments; return what it prints, read as JSON."""
    done = subprocess.run(
        [sys.executable, __file__, *arguments], capture_output=True, text=True, check=True,
        env=os.environ | environment,
    )
    return json.loads(done.stdout)


# --- the whole demonstration, and frozen networks -----------------------------------------


def demonstration():
    """Settle 50, PCA 300, demean 300, train 500, test 100 trials of 1 s: seconds, error."""
    start = time.perf_counter()
    result = fit(osc4(), rng=np.random.default_rng(1), rate=TEACHER, recipe=PAPER_2016,
                 progress=False)
    tested = result.evaluate(100, rng=np.random.default_rng(2), progress=False)
    return time.perf_counter() - start, tested.median_nmse


def short(n_trials, **changes):
    """A recipe of few trials."""
    return Recipe(**({"n_training_trials": n_trials} | changes))


def realtime(n_neurons):
    """Simulated seconds per second of a frozen trained network with 30 factors."""
    result = fit(
        osc4(), rng=np.random.default_rng(0), rate=TEACHER, progress=False,
        spiking=SpikingParameters(n_neurons=n_neurons, encoder_gain=6 * np.sqrt(n_neurons / 500)),
        recipe=short(40, variance=None, n_factors=30),
    )
    trials = result.trials(1, rng=np.random.default_rng(1))
    runner = Runner(result.network)
    state = SpikingState.at_rest(result.network, rng=np.random.default_rng(2))
    run = runner.run(trials[0], state, forced=True)

    def ten():
        now = run.state
        for _ in range(10):
            now = runner.run(trials[0], now).state

    return 10 * trials[0].duration / best_of(ten), run.mean_rate


def simulation_cost(sizes):
    """Seconds a step of frozen networks of many sizes, without random synapses."""
    rng = np.random.default_rng(0)
    times = np.arange(200) * DT
    factors = 4 * np.sin(2 * np.pi * np.outer(times, rng.uniform(1, 5, 30)))
    trial = Trial(inputs=np.zeros((200, 1)), outputs=np.zeros((200, 1)), dt=DT, factors=factors)
    costs = []
    for n in sizes:
        network = SpikingNetwork.from_encoder(
            SpikingParameters(n_neurons=n, trained_fraction=1.0),
            encoder=rng.normal(scale=0.27, size=(n, 30)), input_weights=np.zeros((n, 1)),
            n_outputs=1, rng=rng,
        )
        runner = Runner(network)
        state = SpikingState.random(network, rng=rng)

        def run(runner=runner, state=state):
            return runner.run(trial, state, forced=True)

        run()
        costs.append(best_of(run) / trial.n_steps)
    return costs


def large():
    """N = 5,000 with all neurons trained, on osc4."""
    start = time.perf_counter()
    result = fit(
        osc4(), rng=np.random.default_rng(0), rate=TEACHER, recipe=short(100),
        spiking=SpikingParameters(
            n_neurons=5000, trained_fraction=1.0, encoder_gain=6 * np.sqrt(10.0)
        ),
    )
    tested = result.evaluate(50, rng=np.random.default_rng(1))
    peak = peak_bytes() / 1024**3
    return {
        "seconds": time.perf_counter() - start, "test_nmse": tested.median_nmse,
        "peak_gib": peak, "n_training_trials": 100, "mean_rate_hz": float(tested.mean_rate.mean()),
    }


def first_start():
    """Seconds of a tiny training: compiled anew, and with the compilation cached."""
    with tempfile.TemporaryDirectory() as folder:
        return [in_new_process("--tiny", NUMBA_CACHE_DIR=folder) for _ in range(2)]


def tiny():
    """A training so small that its time is that of importing and compiling."""
    start = time.perf_counter()
    result = fit(
        osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=20),
        spiking=SpikingParameters(n_neurons=20), recipe=short(1, n_settle=1), progress=False,
    )
    result.evaluate(1, rng=np.random.default_rng(0), progress=False)
    return time.perf_counter() - start


def warm_up():
    """Compile everything that is timed below."""
    tiny()
    rls_step.compile_both()


def measure(sizes, options):
    """All that was asked for, as one dictionary; prints its table on the way."""
    answer = {
        "machine": {
            "processor": processor(), "python": platform.python_version(),
            "numpy": np.__version__, "numba": numba.__version__,
            "spikelib": spikelib.__version__, "threads": 1,
        }
    }
    warm_up()
    blas = blas_speed()
    answer["blas_gflops"] = blas / 1e9
    say(f"BLAS, one thread: {blas / 1e9:.1f} GFLOP/s")
    seconds, error = demonstration()
    answer |= {"demo_2016_s": seconds, "demo_2016_test_nmse": error}
    say(f"\nThe 2016 demonstration: {seconds:.2f} s, median test nMSE {error:.4f} "
        f"(the authors' code under Octave, one thread: 349 s, 0.0048)")
    say("\none RLS step at 15 Hz\n   2n   B   textbook       here  faster    floor  over floor"
        "  memory/P")
    for key in ("rls_speedup", "rls_over_floor", "rls_memory_ratio", "rls_step"):
        answer[key] = {}
    for size in sizes:
        step = rls_step.both(size, blas)
        floor = step["floor_operations_s"] + step["floor_bytes_s"]
        memory = in_new_process("--memory", str(size))
        answer["rls_step"][str(size)] = step | {"floor_s": floor}
        answer["rls_speedup"][str(size)] = step["textbook_s"] / step["event_s"]
        answer["rls_over_floor"][str(size)] = step["event_s"] / floor
        answer["rls_memory_ratio"][str(size)] = memory
        say(f"{size:5d} {step['block']:3d} {step['textbook_s'] * 1e6:8.1f}us "
            f"{step['event_s'] * 1e6:8.1f}us {step['textbook_s'] / step['event_s']:6.1f}x "
            f"{floor * 1e6:6.1f}us {step['event_s'] / floor:10.2f}x {memory:8.2f}x")
    say("\nfrozen simulation, 30 factors")
    answer["simulation_realtime"] = {}
    for n in (500, 1000):
        speed, rate = realtime(n)
        answer["simulation_realtime"][str(n)] = speed
        say(f"N = {n:5d}: {speed:5.0f} times real time ({rate:.1f} Hz)")
    neurons = [1000, 3000, 10_000, 30_000] + ([] if options.quick else [100_000])
    costs = simulation_cost(neurons)
    exponent = float(np.polyfit(np.log(neurons), np.log(costs), 1)[0])
    answer |= {
        "simulation_exponent": exponent,
        "simulation_step_s": dict(zip(map(str, neurons), costs, strict=True)),
    }
    say("  ".join(f"N = {n}: {cost * 1e6:.1f} us" for n, cost in zip(neurons, costs, strict=True)))
    say(f"cost of a step grows as N to the power {exponent:.2f}")
    if not options.quick:
        cold, warm = first_start()
        answer["first_start_s"] = {"compiling": cold, "cached": warm}
        say(f"\nfirst start: {cold:.1f} s with compilation, {warm:.1f} s with it cached")
    if options.large:
        say("\nN = 5,000, all trained, osc4")
        answer["large"] = in_new_process("--only-large")
        say("  ".join(f"{key} {value:.4g}" for key, value in answer["large"].items()))
    return answer


def processor():
    """Name of the processor, where the system tells it."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--quick", action="store_true", help="small sizes only, under a minute")
    parser.add_argument("--large", action="store_true", help="train N = 5,000 as well")
    parser.add_argument("--sizes", help="numbers of regressors 2n, such as 400,2000,10000")
    for hidden in ("--tiny", "--only-large"):
        parser.add_argument(hidden, action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tiny:
        print(tiny())
    elif options.only_large:
        print(json.dumps(large()))
    elif options.memory:
        warm_up()
        print(rls_step.memory(options.memory))
    else:
        default = "400" if options.quick else "400,1000,2000,4000,10000"
        sizes = [int(size) for size in (options.sizes or default).split(",")]
        answer = measure(sizes, options)
        if options.json:
            print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
