"""A sweep on a Dask cluster that loses its workers and its scheduler on the way.

    python benchmarks/sweeps.py              1,000 short runs (a minute or two)
    python benchmarks/sweeps.py --runs 60    fewer
    python benchmarks/sweeps.py --json       a JSON object on standard output

A scheduler and workers are started as processes of this one. Every so often one worker is
killed and another started; half way the scheduler is killed as well, and started again at the
same address. Each run leaves a line in a file when it begins, so that what is done twice shows.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from spikelib.sweeps import grid, sweep

SECONDS = 0.05  # of a run


def short_run(seed, x, begun, seconds):
    """Leaves a line where it began, and takes a while."""
    with open(begun, "a", encoding="utf-8") as file:
        file.write(f"{x}\n")
    time.sleep(seconds)
    return {"square": x * x}


class Cluster:
    """A scheduler and workers, each a process that can be killed."""

    def __init__(self, n_workers, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address, self.folder = f"tcp://127.0.0.1:{self.port}", folder
        self.workers = []
        self.start_scheduler()
        for _ in range(n_workers):
            self.start_worker()

    def _start(self, *arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
        )

    def start_scheduler(self):
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")

    def start_worker(self):
        self.workers.append(self._start(
            "dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--death-timeout", "300"))

    def kill_worker(self):
        """The oldest one is killed, and another started."""
        oldest = self.workers.pop(0)
        oldest.kill()
        oldest.wait()
        self.start_worker()

    def restart_scheduler(self):
        """Killed with all that it knew; its workers go with it, and others come."""
        self.scheduler.kill()
        self.scheduler.wait()
        for worker in self.workers:
            worker.kill()
            worker.wait()
        n, self.workers = len(self.workers), []
        self.start_scheduler()
        for _ in range(n):
            self.start_worker()

    def close(self):
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGKILL)
            process.wait()


def trouble(cluster, path, n_runs, n_kills, stop):
    """Kill workers as the file of results grows, and the scheduler half way; what was done."""
    done = {"workers_killed": 0, "schedulers_killed": 0}
    marks = [n_runs * (k + 1) // (n_kills + 2) for k in range(n_kills)]
    half = n_runs // 2
    while not stop.is_set() and (marks or half):
        lines = path.read_bytes().count(b"\n") if path.exists() else 0
        if marks and lines > marks[0]:
            marks.pop(0)
            cluster.kill_worker()
            done["workers_killed"] += 1
        elif half and lines > half:
            half = 0
            cluster.restart_scheduler()
            done["schedulers_killed"] += 1
        stop.wait(0.05)
    return done


def under_load(n_runs, n_workers, n_kills, seconds=SECONDS):
    """The sweep, and what became of its runs."""
    from dask.distributed import Client

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, begun = folder / "runs.jsonl", folder / "begun"
        cluster, stop, happened = Cluster(n_workers, folder), threading.Event(), {}
        try:
            with Client(cluster.address, timeout=300) as client:
                client.wait_for_workers(n_workers, timeout=300)
                thread = threading.Thread(target=lambda: happened.update(
                    trouble(cluster, path, n_runs, n_kills, stop)))
                thread.start()
                start = time.perf_counter()
                table = sweep(
                    short_run, grid(x=list(range(n_runs)), begun=str(begun), seconds=seconds),
                    client=client, path=path, progress=False)
                took = time.perf_counter() - start
                stop.set()
                thread.join()
        finally:
            stop.set()
            cluster.close()
        times = [int(line) for line in begun.read_text(encoding="utf-8").split()]
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return happened | {
        "runs": n_runs, "workers": n_workers, "seconds": took, "run_s": seconds,
        "rows": len(table), "failed": int(table["error"].notna().sum()),
        "wrong": int((table["square"] != table["x"] ** 2).sum()),
        "lines": len(lines), "begun": len(times), "begun_again": len(times) - len(set(times)),
        # One in each worker that was killed, and with a scheduler also what it had not told.
        "in_flight_at_most": happened["workers_killed"] + 2 * n_workers,
    }


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=5, help="workers that are killed")
    options = parser.parse_args()
    answer = under_load(options.runs, options.workers, options.kills)
    for key, value in answer.items():
        print(f"{key:20s} {value}", file=sys.stderr)
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
