"""Processes that run one call after another, each call's fate known for certain.

The standard library's pool gives up altogether when one of its processes dies, and
does not say which call it died of. Here every process has a line of its own.
"""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import time

try:  # also takes functions that were typed into a notebook
    from cloudpickle import dumps
except ImportError:
    from pickle import dumps

_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def available_cores():
    """Cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


@contextlib.contextmanager
def _one_thread_each():
    """What is started inside uses one thread for its linear algebra."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def attempt(function, arguments):
    """Call a function; return result, error text (None where it went well) and seconds."""
    start = time.perf_counter()
    result, error = None, None
    try:
        result = function(**arguments)
    except Exception as caught:
        error = f"{type(caught).__name__}: {caught}"
    return result, error, time.perf_counter() - start


def _serve(line, function):
    """What a process does: calls, one after another, until nothing more comes."""
    import sys

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    # Progress bars of the calls, and what kernels have to say, would get into that of the sweep.
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    os.dup2(sys.stderr.fileno(), 2)
    function = pickle.loads(function)
    line.send(None)  # ready: what a process takes to start is not counted
    while True:
        try:
            arguments = line.recv()
        except EOFError:
            return
        outcome = attempt(function, arguments)
        try:
            line.send(outcome)
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            line.send((None, f"the result cannot be sent: {error}", outcome[2]))


class _Worker:
    """One process and the line to it."""

    def __init__(self, context, function):
        self.line, end = context.Pipe()
        self.process = context.Process(target=_serve, args=(end, function), daemon=False)
        with _one_thread_each():
            self.process.start()
        end.close()
        self.call, self.started, self.sound = None, None, True

    def begin(self, index, arguments):
        self.call = index
        self.line.send(arguments)

    def end(self):
        """Close the line; a process that is in the middle of a call is ended."""
        busy = self.call is not None
        self.line.close()
        if busy:
            self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def run_calls(function, calls, *, n_workers, timeout=None):
    """Yield ``index, (result, error, seconds)`` of each call, as they end.

    Parameters
    ----------
    function : callable
    calls : list of dict
        Keyword arguments.
    n_workers : int
    timeout : float or None
        Seconds after which a call is given up and its process ended.
    """
    context = multiprocessing.get_context("spawn")
    packed = dumps(function)
    waiting = list(enumerate(calls))[::-1]
    workers = []
    try:
        while waiting or workers:
            while waiting and len(workers) < n_workers:
                workers.append(_Worker(context, packed))
                workers[-1].begin(*waiting.pop())
            lines = [worker.line for worker in workers]
            ready = multiprocessing.connection.wait(lines, _patience(workers, timeout))
            for worker in list(workers):
                outcome = _outcome(worker, worker.line in ready, timeout)
                if outcome is None:
                    continue
                index, worker.call, worker.started = worker.call, None, time.perf_counter()
                if waiting and worker.sound:
                    worker.begin(*waiting.pop())
                else:
                    workers.remove(worker)
                    worker.end()
                yield index, outcome
    finally:
        for worker in workers:
            worker.end()


def _patience(workers, timeout):
    """Seconds until the next call has to be given up; None where there is no hurry."""
    started = [worker.started for worker in workers if worker.started is not None]
    if timeout is None or not started:
        return None
    return max(0.0, min(started) + timeout - time.perf_counter()) + 0.01


def _outcome(worker, speaks, timeout):
    """What became of the call of a process; None while it goes on."""
    if speaks:
        try:
            outcome = worker.line.recv()
        except (EOFError, ConnectionResetError):
            worker.process.join(5)
            worker.sound = False
            code = worker.process.exitcode
            outcome = None, f"the process died, with exit code {code}", float("nan")
        if outcome is None:
            worker.started = time.perf_counter()
        return outcome
    took = 0.0 if worker.started is None else time.perf_counter() - worker.started
    if timeout is not None and took > timeout:
        worker.process.terminate()
        worker.sound = False
        return None, f"TimeoutError: not done after {timeout:g} s", took
    return None
