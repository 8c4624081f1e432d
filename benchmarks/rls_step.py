"""One step of recursive least squares, timed: here, from the textbook, and the floor of both."""

import resource
import sys
import time

import numpy as np
from numba import njit

from spikelib import EventRLS
from spikelib._kernels import rls as kernel
from spikelib.least_squares import block_size

RATE, DT, ROWS, PROBABILITY = 15.0, 0.001, 31, 0.5
DECAYS = np.exp(-DT / np.array([0.1, 0.005]))


def best_of(function, repeats=3, clock=time.perf_counter):
    """Shortest time in seconds: what else runs on the machine only ever adds."""
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    return min(times)


def blas_speed(kind=np.float64, clock=time.perf_counter):
    """Operations per second of a large matrix-matrix product on one thread."""
    a = np.random.default_rng(0).normal(size=(1200, 1200)).astype(kind)
    return 2 * 1200**3 / best_of(lambda: a @ a, 5, clock)


def bandwidth(n_bytes, clock=time.perf_counter):
    """Bytes per second, read and written, of copying an array of this size."""
    source = np.ones(min(n_bytes, 400_000_000) // 8)
    target = np.empty_like(source)
    times = max(1, 20_000_000 // source.size)

    def copy():
        for _ in range(times):
            np.copyto(target, source)

    copy()
    return 2 * source.nbytes * times / best_of(copy, 5, clock)


# --- one RLS step -------------------------------------------------------------------------


@njit
def _run_event(rls, spikes, starts, learn, targets):
    error = np.empty(targets.shape[1])
    for t in range(learn.size):
        kernel.step(rls, spikes[starts[t] : starts[t + 1]], starts[t + 1] - starts[t])
        if learn[t]:
            for r in range(error.size):
                error[r] = rls.z_slow[r] + rls.z_fast[r] - targets[t, r]
            kernel.update(rls, error)


@njit
def _run_textbook(P, weights, slow, fast, spikes, starts, learn, targets, decays):
    s, q = np.empty(P.shape[0]), np.empty(P.shape[0])
    for t in range(learn.size):
        kernel.textbook_step(
            P, weights, slow, fast, spikes[starts[t] : starts[t + 1]], learn[t], targets[t],
            decays, s, q,
        )


def spike_train(n, n_steps, seed=0):
    """Poisson spikes at 15 Hz, steps at which to learn (every other), random targets."""
    rng = np.random.default_rng(seed)
    spikes = rng.random((n_steps, n)) < RATE * DT
    starts = np.concatenate([[0], np.cumsum(spikes.sum(axis=1))])
    learn = np.arange(n_steps) % 2 == 0
    return np.nonzero(spikes)[1], starts, learn, rng.normal(size=(n_steps, ROWS))


def both(n_regressors, blas):
    """Seconds a step of both versions, and the floor."""
    n = n_regressors // 2
    block = block_size(n_regressors)
    # Whole tails, so that every step carries its share of the folding.
    n_steps = 2 * block * max(1, round(2e8 / (n_regressors**2 * 2 * block)))
    train = spike_train(n, n_steps)
    event = EventRLS(n, ROWS, slow_decay=DECAYS[0], fast_decay=DECAYS[1])

    def run_event():
        event.fold()
        _run_event(event.state, *train)

    run_event()
    event_s = best_of(run_event) / n_steps
    few = max(4, min(2000, round(4e8 / n_regressors**2) * 2))
    train = spike_train(n, few)
    P, weights = np.eye(n_regressors), np.zeros((ROWS, n_regressors))
    arrays = P, weights, np.zeros(n), np.zeros(n)
    _run_textbook(*arrays, *spike_train(n, 2), DECAYS)
    textbook_s = best_of(lambda: _run_textbook(*arrays, *train, DECAYS)) / few
    # Half of the steps learn, so a step has half of what an update costs.
    least = floor(n_regressors, blas)
    return {
        "event_s": event_s, "textbook_s": textbook_s, "block": block,
        "floor_operations_s": PROBABILITY * least["floor_operations_s"],
        "floor_bytes_s": PROBABILITY * least["floor_bytes_s"],
        "bandwidth_gb_s": least["bandwidth_gb_s"],
    }


def floor(n_regressors, blas, kind=np.float64, clock=time.perf_counter):
    """Seconds that no exact update avoids: operations on half of P; columns and folds moved.

    The columns are those of the spikes since the update before, at 15 Hz and an update every
    other step.
    """
    size = np.dtype(kind).itemsize
    between = 1 / PROBABILITY
    columns = between * n_regressors * RATE * DT * n_regressors * size
    folds = 2 * size * n_regressors**2 / block_size(n_regressors)
    speed = bandwidth(size * n_regressors**2, clock)
    return {
        "floor_operations_s": n_regressors**2 / blas,
        "floor_bytes_s": (columns + folds) / speed, "bandwidth_gb_s": speed / 1e9,
    }


def peak_bytes():
    """Largest memory that this process has held so far.

    Linux hands the peak of the parent on to a new process in `getrusage`, but not here.
    """
    try:
        with open("/proc/self/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return 1024 * int(line.split()[1])
    except (OSError, StopIteration):
        scale = 1 if sys.platform == "darwin" else 1024
        return scale * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def memory(n_regressors):
    """Peak memory of a run with several folds over that of P alone; measured in this process."""
    before = peak_bytes()
    event = EventRLS(n_regressors // 2, ROWS, slow_decay=DECAYS[0], fast_decay=DECAYS[1])
    n_steps = 4 * block_size(n_regressors)
    _run_event(event.state, *spike_train(n_regressors // 2, n_steps))
    return (peak_bytes() - before) / (8 * n_regressors**2)


def compile_both():
    """Compile both versions, so that their times are those of running."""
    small = spike_train(4, 4)
    event = EventRLS(4, ROWS, slow_decay=DECAYS[0], fast_decay=DECAYS[1])
    _run_event(event.state, *small)
    arrays = np.eye(8), np.zeros((ROWS, 8)), np.zeros(4), np.zeros(4)
    _run_textbook(*arrays, *small, DECAYS)
