"""Files as people have them, read and judged against what is in them.

    python benchmarks/readers.py --json

Files of every kind that the readers know are written with known contents, changed in ways that
programs and people change them (other locales, types, orders, units, missing values, turned axes,
extra objects, names), a third of them damaged as bytes too, and read. Objects in memory are
handed over likewise. File i comes from the seed (`seed`, i), so any one can be made again:
``--only i`` shows what becomes of it. Keys:

- `tried`;
- `accepted`: what was read is what is in the file, in every number, name and unit;
- `refused_by_name`: the package's own error, with the file or the variable in it;
- `raw_errors`: any other error, or an end of the process, or more than 10 s: should be 0;
- `silent_wrong`: something else was read than is in the file: should be 0;
- `refused_without_need`: an ordinary file was refused: should be 0;
- `warned`: something else was read, with a warning that says what was expected;
- `undetectable`: the same where bytes were changed in a format that has no checksum over them
  (text, .npy, MATLAB 5 without compression, HDF5 outside of compressed blocks), or axes
  of arrays were exchanged with nothing beside them that tells. Compressed MATLAB files and .npz
  have checksums, and so nothing is excused there.
"""

import argparse
import collections
import json
import multiprocessing
import sys
import tempfile
from multiprocessing.connection import wait
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.reading import arrays, spikes, tables  # noqa: E402
from benchmarks.reading.spoiling import spoil  # noqa: E402
from benchmarks.reading.truth import OUTCOMES, judge  # noqa: E402

MEMORY = 6 * 2**30  # bytes of address space for the process that reads
_MAKERS = (
    ("table", tables.case), ("table", tables.case),
    *((kind, lambda rng, path, kind=kind: arrays.case(kind, rng, path)) for kind in arrays.KINDS),
    ("nwb averages", spikes.averages), ("nwb units", spikes.units_and_trials),
    ("spikes in memory", spikes.in_memory), ("arrays in memory", spikes.arrays_in_memory),
)


def make(index, seed, folder):
    """Case number `index`, its file written into a folder."""
    rng = np.random.default_rng([seed, index])
    maker = _MAKERS[index % len(_MAKERS)][1]
    case, path = maker(rng, Path(folder) / f"file{index}")
    if path.suffix and rng.random() < 1 / 3:
        path = spoil(case, path, rng)
    case.path = path
    return case


def try_one(index, seed, folder):
    """Kind, change, outcome and what was said of one case; its file is removed."""
    try:
        case = make(index, seed, folder)
    except Exception as error:  # a fault of this script
        return "?", "not written", "raw_errors", f"not written: {type(error).__name__}: {error}"
    outcome, said = judge(case)
    if case.path.suffix:
        case.path.unlink(missing_ok=True)
    return case.kind, case.change, outcome, said


def _work(first, last, seed, connection):
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError):
        pass  # not on this system
    with tempfile.TemporaryDirectory() as folder:
        for index in range(first, last):
            connection.send(("at", index))
            connection.send(("done", (index, *try_one(index, seed, folder))))
    connection.send(("end", None))


def run(n_files, seed):
    """(index, kind, change, outcome, said) of each case, in a process that may die of it."""
    first, context = 0, multiprocessing.get_context("spawn")
    while first < n_files:
        mine, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(first, n_files, seed, theirs))
        process.start()
        theirs.close()
        at, ended = first, False
        while not ended:
            if mine not in wait([mine, process.sentinel]):
                break
            try:
                what, value = mine.recv()
            except EOFError:
                break
            if what == "at":
                at = value
            elif what == "done":
                yield value
            ended = what == "end"
        process.join()
        if ended:
            return
        kind = _MAKERS[at % len(_MAKERS)][0]
        yield at, kind, "?", "raw_errors", f"the process ended ({process.exitcode})"
        first = at + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--files", type=int, default=5500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", type=int, help="show one case")
    parser.add_argument("--show", type=int, default=5, help="faults of each sort to list")
    options = parser.parse_args()
    if options.only is not None:
        with tempfile.TemporaryDirectory() as folder:
            print(*try_one(options.only, options.seed, folder), sep="\n")
        return
    table, faults = collections.defaultdict(collections.Counter), collections.defaultdict(list)
    for index, kind, change, outcome, said in run(options.files, options.seed):
        table[kind][outcome] += 1
        if outcome not in ("accepted", "refused_by_name", "undetectable", "warned"):
            faults[outcome].append({"file": index, "kind": kind, "change": change, "said": said})
    totals = {name: sum(row[name] for row in table.values()) for name in OUTCOMES}
    answer = {"tried": sum(totals.values()), **totals, "seed": options.seed,
              "kinds": {kind: dict(row) for kind, row in table.items()},
              "faults": {name: found[: options.show] for name, found in faults.items()}}
    if options.json:
        print(json.dumps(answer, indent=1))
        return
    print(f"{'':18s}" + "".join(f"{name.replace('_', ' '):>21s}" for name in OUTCOMES))
    for kind, row in [*table.items(), ("all", totals)]:
        print(f"{kind:18s}" + "".join(f"{row[name]:21d}" for name in OUTCOMES))
    for name, found in answer["faults"].items():
        print(f"\n{name.replace('_', ' ')}, {len(found)} of {totals[name]}:")
        for fault in found:
            print(f"  {fault['file']} {fault['kind']}, {fault['change']}: {fault['said'][:300]}")


if __name__ == "__main__":
    main()
