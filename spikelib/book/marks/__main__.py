"""The command ``python -m spikelib.book.marks``."""

import argparse
import concurrent.futures
import functools
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from spikelib.book import exercises
from spikelib.book.marks import isolation, nbgrader, output
from spikelib.book.marks.grading import grade
from spikelib.book.marks.submissions import find


def main(arguments=None):
    """Grade a folder: 0, or 1 where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m spikelib.book.marks", description=(
        "Run the notebooks that a class has handed in, each on its own, and write the marks."))
    parser.add_argument("folder", type=Path, help="a folder for each student, or a file for each")
    parser.add_argument("--out", type=Path, default=Path("marks"), help="where results go")
    parser.add_argument("--seconds", type=float, default=300,
                        help="time of the processor for a cell, or for a call")
    parser.add_argument("--total", type=float, default=1800, help="seconds for all cells together")
    parser.add_argument("--memory", type=float, default=8, help="GB of address space")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="notebooks at a time")
    parser.add_argument("--seed", type=int, default=None, help="of the cases nobody has seen")
    parser.add_argument("--nbgrader", type=Path, help="also write nbgrader's layout, here")
    options = parser.parse_args(arguments)
    if exercises.EDITION != "instructors":
        print("This is the students' edition: install spikelib from the instructors' folder.",
              file=sys.stderr)
        return 1
    if not isolation.available():
        print("Marking needs Linux or macOS: a cell that does not end is stopped by the timers of "
              "POSIX, which this system lacks. On Windows, mark in WSL (Windows Subsystem for "
              "Linux) or on another machine.", file=sys.stderr)
        return 1
    try:
        submissions = find(options.folder)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    seed = int.from_bytes(os.urandom(4)) if options.seed is None else options.seed
    began = time.perf_counter()
    results = grade_all(submissions, jobs=options.jobs, seconds=options.seconds,
                        total=options.total, memory=options.memory, seed=seed)
    table = output.write(results, options.out)
    for row in table:
        wrong = f", {len(row['errors'])} errors" if row["errors"] else ""
        print(f"{row['student']}: {row['points']} of {row['of']}, {row['hints']} hints{wrong}")
    if options.nbgrader:
        chapters = nbgrader.write(submissions, options.nbgrader)
        print(f"For nbgrader: {', '.join(chapters)} in {options.nbgrader}")
    print(f"{len(submissions)} notebooks in {time.perf_counter() - began:.0f} s, seed {seed}; "
          f"{barrier_in_words()}. Results: {options.out}")
    return 0


def barrier_in_words():
    """How notebooks are kept from the network and from leaving processes behind, here."""
    command = isolation.barrier()
    if "--pid" in command:
        return "no network and no process outlives a notebook (unshare)"
    if command:
        return "no network (unshare), the process group is killed"
    return "Python's calls to the network are refused, the process group is killed"


def grade_all(submissions, *, jobs, **limits):
    """Grade notebooks, several at a time; the results in their order.

    Parameters
    ----------
    submissions : list of Submission
    jobs : int
    **limits
        See `spikelib.book.marks.grading.grade`.

    Returns
    -------
    list of dict
    """
    prepared = Path(tempfile.mkdtemp(prefix="students-"))
    try:
        isolation.prepare(prepared)
        one = functools.partial(grade, prepared=prepared, **limits)
        spawn = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(max(1, jobs), mp_context=spawn) as pool:
            return list(pool.map(one, submissions))
    finally:
        shutil.rmtree(prepared, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
