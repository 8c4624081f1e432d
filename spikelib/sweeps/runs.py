"""Many runs of one function, or of one notebook, over parameters and seeds.

On the cores of this machine, or on a Dask cluster. Every run is written to a file as it
ends; a sweep that was interrupted goes on from there, and a run that fails is recorded
with its error while the others go on.
"""

import itertools
import json
import os
import time
from collections.abc import Callable, Mapping
from numbers import Integral
from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib._progress import bar
from spikelib.sweeps import _workers
from spikelib.sweeps._notebooks import Notebook, plain, record

__all__ = ["Notebook", "grid", "record", "sweep"]

_VERSION = 1
_MOST_TRIES = 5  # times that a cluster may forget a run before it counts as failed
_PATIENCE = 120.0  # seconds without a scheduler


def grid(**axes):
    """Every combination of the given values, the last name changing fastest.

    Parameters
    ----------
    **axes : sequence
        The values of each parameter; a single value may stand alone.

    Returns
    -------
    list of dict

    Examples
    --------
    >>> grid(n_neurons=[100, 200], fast_gain=0.13)
    [{'n_neurons': 100, 'fast_gain': 0.13}, {'n_neurons': 200, 'fast_gain': 0.13}]
    """
    columns = [
        list(values) if isinstance(values, (list, tuple, range)) else
        list(np.atleast_1d(values)) if isinstance(values, np.ndarray) else [values]
        for values in axes.values()
    ]
    for name, values in zip(axes, columns, strict=True):
        if not values:
            raise ValueError(f"{name}: expected at least one value, got none")
    return [dict(zip(axes, values, strict=True)) for values in itertools.product(*columns)]


def sweep(function, points, *, seeds=(0,), path=None, n_workers=None, client=None,
          timeout=None, retry_failed=True, progress=None):
    """Run a function over parameters and seeds; return a tidy table.

    Parameters
    ----------
    function : callable or Notebook
        Called as ``function(seed=seed, **point)``; returns a dict of numbers, texts or
        lists of them, or a single number, which is then called ``result``.
    points : sequence of dict
        Parameters of the runs, such as `grid` makes; numbers, texts, or lists of them.
    seeds : sequence of int
        Every point is run with each of them.
    path : path, optional
        A file of JSON lines to which each run is added as it ends. Where it exists, runs
        that it holds are not done again, so that an interrupted sweep goes on.
    n_workers : int, optional
        Processes, each with one thread for linear algebra; by default one a core. With 1
        a function runs in this process.
    client : dask.distributed.Client, optional
        A cluster to run on, in place of the cores of this machine. Runs of a worker that dies
        are done by another, and what a restarted scheduler has forgotten is handed in again.
    timeout : float, optional
        Seconds after which a run counts as failed; only with processes.
    retry_failed : bool
        Whether runs that the file holds as failed are tried again.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    pandas.DataFrame
        A row for every run, in the order of `points` and then seeds: its parameters,
        `seed`, its results, `seconds`, and `error`: None, or what went wrong.

    Raises
    ------
    ValueError
        Points that repeat or hold what a file of JSON cannot; a file of another sweep.

    Examples
    --------
    >>> def area(seed, width, height):
    ...     return {"area": width * height}
    >>> table = sweep(area, grid(width=[1, 2], height=3), n_workers=1)
    >>> table[["width", "area"]].values.tolist()
    [[1, 3], [2, 6]]
    """
    if not isinstance(function, Callable):
        raise ValueError(f"function: expected something that can be called, got {function!r}")
    path = None if path is None else _checks.path("path", path)
    timeout = None if timeout is None else _checks.number("timeout", timeout, above=0)
    retry_failed = _checks.flag("retry_failed", retry_failed)
    runs = _runs(points, seeds)
    if isinstance(function, Notebook):
        unknown = {name for run in runs.values() for name in run} - function.parameters()
        if unknown:
            raise ValueError(
                f"points: expected parameters among {sorted(function.parameters())}, "
                f"got {sorted(unknown)}"
            )
    name = getattr(function, "__name__", type(function).__name__)
    done = {} if path is None else _read(path, name)
    done = {key: row for key, row in done.items() if key in runs}
    if retry_failed:
        done = {key: row for key, row in done.items() if row["error"] is None}
    todo = {key: run for key, run in runs.items() if key not in done}
    keys = list(todo)
    with bar(total=len(runs), initial=len(done), show=progress, desc=name, unit="run") as shown:
        for index, (result, error, seconds) in _outcomes(
            function, list(todo.values()), n_workers, client, timeout
        ):
            row = _row(result, error, seconds)
            done[keys[index]] = row
            if path is not None:
                _append(path, name, {"run": todo[keys[index]], **row})
            shown.update()
    return _table([runs[key] | done[key]["result"] | {
        "seconds": done[key]["seconds"], "error": done[key]["error"]} for key in runs])


def _outcomes(function, calls, n_workers, client, timeout):
    """``index, (result, error, seconds)`` of each call, as they end."""
    if client is not None:
        return _on_cluster(function, calls, client)
    if n_workers is None:
        n_workers = _workers.available_cores()
    n_workers = min(_checks.count("n_workers", n_workers), max(1, len(calls)))
    # The kernel of a notebook writes to its parent's standard error: not to this one's.
    if n_workers == 1 and timeout is None and not isinstance(function, Notebook):
        return ((k, _workers.attempt(function, call)) for k, call in enumerate(calls))
    return _workers.run_calls(function, calls, n_workers=n_workers, timeout=timeout)


def _on_cluster(function, calls, client):
    """As calls end. What a scheduler has forgotten, having been restarted, is handed in again.

    A cluster keeps results until they are fetched, and loses them with the worker that has
    them. So only a few calls are handed in at a time, and the next ones as these are written.
    """
    from dask.distributed import CancelledError, as_completed

    waiting, tries, futures = list(enumerate(calls))[::-1], {}, {}
    while waiting or futures:
        if client.status != "running":
            _until_connected(client)
        ended = as_completed()
        ahead = 2 * max(1, sum(client.nthreads().values()))
        while waiting and len(futures) < ahead:
            index, call = waiting.pop()
            futures[client.submit(_workers.attempt, function, call, pure=False)] = index, call
        ended.update(list(futures))
        for future in ended:
            index, call = futures.pop(future)
            try:
                yield index, future.result()
            except (CancelledError, OSError) as error:  # of the scheduler, or the way to it
                tries[index] = tries.get(index, 0) + 1
                if tries[index] > _MOST_TRIES:
                    yield index, (None, f"{type(error).__name__}: {error}", float("nan"))
                else:
                    waiting.append((index, call))
                    if client.status != "running":
                        _until_connected(client)
            except Exception as error:  # of the cluster: those of the function are caught there
                yield index, (None, f"{type(error).__name__}: {error}", float("nan"))
            if waiting:
                index, call = waiting.pop()
                next_one = client.submit(_workers.attempt, function, call, pure=False)
                futures[next_one] = index, call
                ended.add(next_one)


def _until_connected(client):
    """Wait until a client has a scheduler again, for a while."""
    give_up = time.monotonic() + _PATIENCE
    while client.status != "running" and time.monotonic() < give_up:
        time.sleep(0.1)


def _runs(points, seeds):
    """The arguments of every run, by their JSON text."""
    if isinstance(points, Mapping):
        raise ValueError("points: expected a list of dicts, got one; see spikelib.sweeps.runs.grid")
    points, seeds = _checks.listed("points", points), _checks.listed("seeds", seeds)
    odd = [point for point in points if not isinstance(point, Mapping)]
    odd += [seed for seed in seeds if not isinstance(seed, Integral)]
    if odd:
        raise ValueError(f"points, seeds: expected dicts and whole numbers, got {odd[0]!r:.80}")
    runs = {}
    for point, seed in itertools.product(points, seeds):
        if "seed" in point:
            raise ValueError("points: expected no parameter called seed; it has its own argument")
        run = plain({**point, "seed": seed})
        key = json.dumps(run, sort_keys=True)
        if key in runs:
            raise ValueError(f"points, seeds: expected every run once, got {key} twice")
        runs[key] = run
    if not runs:
        raise ValueError("points, seeds: expected at least one of each, got none")
    return runs


def _row(result, error, seconds):
    if error is None:
        try:
            result = plain(result if isinstance(result, Mapping) else {"result": result})
        except ValueError as caught:
            error = f"the result: {caught}"
    return {"result": {} if error else result, "seconds": round(seconds, 3), "error": error}


def _read(path, name):
    """The last outcome of every run that a file holds."""
    if not os.path.exists(path):
        return {}
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            if number < len(lines):  # only the last line can be torn by an interruption
                message = f"{path}, line {number}: expected JSON, got {line!r:.60}"
                raise ValueError(message) from None
    if rows and rows[0] != _header(name):
        raise ValueError(f"{path}: expected a sweep of {name!r}, got {rows[0]!r:.80}")
    return {json.dumps(row["run"], sort_keys=True): row for row in rows[1:]}


def _header(name):
    return {"sweep": name, "version": _VERSION}


def _append(path, name, row):
    """Add a line, after the header where the file is new; what was torn is cut off."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab+") as file:
        file.seek(0)
        held = file.read()
        whole = held[: held.rfind(b"\n") + 1]
        if len(whole) < len(held):
            file.truncate(len(whole))
        if not whole:
            file.write(json.dumps(_header(name)).encode() + b"\n")
        file.write(json.dumps(row).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _table(rows):
    try:
        import pandas
    except ImportError as error:
        raise ImportError(
            "a table of runs needs pandas: pip install 'spikelib[cluster]'"
        ) from error
    return pandas.DataFrame(rows)
