"""What a student has tried so far: a small file beside the notebook, kept by the students' edition.

Nobody grades by it: points are given for answers that are run again. It says which hints were used.
"""

import contextlib
import json
from pathlib import Path

from spikelib.book.exercises import _edition

__all__ = ["FILE", "note", "read", "score"]

FILE = "spikelib-score.json"


def read(folder="."):
    """What a score file holds; an empty dictionary for none, or one that cannot be read.

    Parameters
    ----------
    folder : path

    Returns
    -------
    dict of str to dict
        By exercise: ``tries``, ``right`` and ``hints``.
    """
    try:
        stored = json.loads((Path(folder) / FILE).read_text("utf-8"))
        return {
            str(name): {"tries": int(kept["tries"]), "right": bool(kept["right"]),
                        "hints": int(kept["hints"])}
            for name, kept in stored.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def note(name, *, tries=0, right=None, hints=0):
    """Write down that an exercise was tried, or that a hint was asked for."""
    if _edition.EDITION != "students":
        return
    kept = read()
    mine = kept.setdefault(name, {"tries": 0, "right": False, "hints": 0})
    mine["tries"] += tries
    mine["right"] = mine["right"] if right is None else right
    mine["hints"] = max(mine["hints"], hints)
    with contextlib.suppress(OSError):
        Path(FILE).write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")


def score():
    """Print what the score file says: one line for each exercise that was tried."""
    kept = read()
    if not kept:
        print("No exercise was checked in this folder yet.")
    for name, mine in sorted(kept.items()):
        print(f"{'✓' if mine['right'] else '✗'} {name}: {mine['tries']} tries, "
              f"{mine['hints']} of 3 hints")
