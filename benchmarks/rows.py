"""Rows of a benchmark, each measured in a process of its own, and kept as soon as it is there."""

import json
import subprocess
import sys

from benchmarks.provenance import made_by


def in_new_process(file, case):
    """What ``python FILE --case CASE`` prints, as JSON; it begins with an empty memory."""
    done = subprocess.run(
        [sys.executable, file, "--case", json.dumps(case)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{case}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def measure(file, cases, *, output=None, show=lambda row: None, **settings):
    """Rows of all cases, and what was set.

    Parameters
    ----------
    file : str
        The benchmark.
    cases : sequence of tuple
        What each row is asked for with.
    output : Path, optional
        A file that rows are kept in. What the same code has put there, with the same settings,
        is not measured again.
    show : callable
        Gets each row.
    **settings
        Stand in the answer as they are.

    Returns
    -------
    dict
        ``settings``, ``made_by``, and ``results``, a list of rows, each with its ``case``.
    """
    answer = {**settings, "made_by": made_by(file)}
    held = {}
    if output is not None and output.exists():
        before = json.loads(output.read_text(encoding="utf-8"))
        rows = before.pop("results")
        if before == answer:
            held = {json.dumps(row["case"]): row for row in rows}
    answer["results"] = []
    for case in cases:
        row = held.get(json.dumps(case)) or in_new_process(file, case)
        answer["results"].append(row | {"case": case})
        if output is not None:
            output.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
        show(row)
    return answer
