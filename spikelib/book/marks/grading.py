"""Grade one notebook: its functions are called in their own process, and judged in this one."""

import contextlib
import importlib
import io
import shutil
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np

from spikelib.book import exercises
from spikelib.book.exercises import _score
from spikelib.book.exercises._comparing import difference
from spikelib.book.exercises._recorded import decode, encode, outcomes
from spikelib.book.marks import fresh, students
from spikelib.book.marks.isolation import Gone, Worker
from spikelib.book.marks.submissions import chapter_of, code_cells, hints_shown

__all__ = ["grade"]

LEARNED = "it gives the results that the check shows, and others are wrong: no points."


class _Answer:
    """A student's function, called in the student's process."""

    def __init__(self, worker, name):
        self.worker, self.name = worker, name

    def __call__(self, *arguments):
        self.worker.send(call=self.name, arguments=[encode(each) for each in arguments])
        reply = self.worker.receive()
        while "forbidden" in reply:
            self.worker.forbidden.append(reply)
            reply = self.worker.receive()
        if "error" in reply:
            kind, text = (str(part)[:500] for part in reply["error"])
            raise type(kind if kind.isidentifier() else "Error", (Exception,), {})(text)
        for mine, theirs in zip(arguments, reply["arguments"], strict=True):
            if isinstance(mine, np.ndarray):  # so that a check sees what was written into it
                mine[...] = decode(theirs)
        return decode(reply["result"])


def grade(submission, prepared, *, seconds, total, memory, seed):
    """Run a notebook and judge its answers.

    Parameters
    ----------
    submission : Submission
    prepared : Path
        See `isolation.prepare`.
    seconds, total : float
        Time of the processor for a cell or a call; time by the clock for all cells together.
    memory : float
        In GB.
    seed : int
        Of the cases that no student has seen.

    Returns
    -------
    dict
        ``student``, ``notebook``, ``chapter``, ``exercises`` (by name: ``points``, ``said``,
        ``hints``), ``errors`` and ``forbidden``, each a list of str, and ``seconds``.
    """
    began = time.perf_counter()
    result = {"student": submission.student, "notebook": submission.notebook.name,
              "chapter": None, "exercises": {}, "errors": [], "forbidden": []}
    try:
        notebook = nbformat.read(submission.notebook, as_version=4)
        result["chapter"] = chapter_of(notebook)
    except Exception as error:  # whatever was handed in, under this name
        result["errors"].append(f"not a notebook: {type(error).__name__}: {error}"[:200])
        return result | {"seconds": time.perf_counter() - began}
    if result["chapter"] is None:
        result["errors"].append("it imports no chapter's exercises: which chapter is this?")
        return result | {"seconds": time.perf_counter() - began}
    module = importlib.import_module(f"spikelib.book.exercises.{result['chapter']}")
    names = list(module._ANSWERS)
    hints = _hints(submission, notebook)
    with tempfile.TemporaryDirectory(prefix="marks-", ignore_cleanup_errors=True) as place:
        home = Path(place) / "home"
        shutil.copytree(submission.notebook.parent, home, symlinks=True,
                        ignore=shutil.ignore_patterns(".*", "*.ipynb"))
        with Worker(prepared, home, memory=memory, seconds=seconds) as worker:
            worker.forbidden, defined = [], set()
            try:
                defined = _run(worker, notebook, names, home, seconds, total,
                               submission.root, result["errors"])
            except Gone as error:
                result["errors"].append(f"while its cells ran: {error}")
            for name in names:
                points, said = 0, "not there: no function of this name when the notebook ended."
                if name in defined:
                    points, said = _judge(module, name, _Answer(worker, name), seed)
                result["exercises"][name] = {"points": points, "said": said,
                                             "hints": hints.get(name, 0)}
            result["forbidden"] = sorted({f"it {each['forbidden']}" for each in worker.forbidden})
            result["errors"] += [f"stopped: it {each['forbidden']} ({each.get('detail', '')})"
                                 for each in worker.forbidden[:5]]
    return result | {"seconds": time.perf_counter() - began}


def _hints(submission, notebook):
    """Hints used, by exercise: what the notebook shows, and what the score file says."""
    shown = hints_shown(notebook)
    kept = _score.read(submission.notebook.parent)
    return {name: max(shown.get(name, 0), kept.get(name, {}).get("hints", 0))
            for name in shown.keys() | kept.keys()}


def _run(worker, notebook, names, home, seconds, total, root, errors):
    """Run the cells; return the names that they have defined."""
    withheld = [Path(exercises.__file__).resolve().parents[1], Path(root).resolve()]
    worker.send(cells=code_cells(notebook), names=names, home=str(home), seconds=seconds,
                withheld=[str(path) for path in withheld])
    worker.receive(300)  # it has imported what it needs
    ends = time.monotonic() + total
    while True:
        left = ends - time.monotonic()
        message = worker.receive(min(worker.patience, max(left, 0.1)))
        if "forbidden" in message:
            worker.forbidden.append(message)
        elif "error" in message:
            errors.append(f"cell {message['cell']}: {message['error']}")
        elif "ran" in message:
            return set(message["names"]) & set(names)


def _judge(module, name, answer, seed):
    """Points of one answer, and what the check says of it."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            right = getattr(module, f"check_{name}")(answer)
        except Exception as error:  # whatever came back from the student's process
            print(f"✗ {name}: its result cannot be read ({type(error).__name__}).")
            right = False
        else:
            if not right and "○" not in out.getvalue():
                exercises.hint()
    said = out.getvalue().replace("  For a hint: exercises.hint()\n", "").strip()
    if right and not _holds(module, name, answer, seed):
        return 0, f"✗ {name}: {LEARNED}"
    return int(right), said


def _holds(module, name, answer, seed):
    """Whether an answer is right in cases that no student has seen."""
    cases = fresh.cases(name, np.random.default_rng([seed, len(name), *name.encode()]))
    if not cases:
        return True
    found = students.compared(module, name)
    close = {key: found["options"].get(key, value) for key, value in (("rtol", 1e-7),
                                                                      ("atol", 1e-10))}
    expected = outcomes(found["reference"], cases)
    came = outcomes(answer, cases)
    return came is not None and all(
        not difference(a, b, None, **close) for a, b in zip(came, expected, strict=True))
