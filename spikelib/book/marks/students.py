"""spikelib for students: the same checks, with recorded results in place of reference answers.

Each check of `spikelib.book.exercises` is called once, and what it compares with is written down:
the arguments of its cases, the right results, and the results of each known mistake. A check that
judges by properties keeps them; a closed value is sealed. What only instructors need is left out.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from spikelib.book.exercises._recorded import encode, outcomes
from spikelib.book.exercises._sealed import seal

EXERCISES = Path("book", "exercises")
INSTRUCTORS_ONLY = ("book/marks",)  # below spikelib/
MODULE = """{doc}

from spikelib.book.exercises._student import chapter

_GIVEN = chapter("{name}")
globals().update(_GIVEN)
__all__ = sorted(_GIVEN)
"""


class _Stop(Exception):
    """A check has told what it compares with."""


@contextmanager
def _instead(module: ModuleType, **functions) -> Iterator[None]:
    """A module whose functions are others for a while."""
    before = {name: getattr(module, name) for name in functions if hasattr(module, name)}
    for name in before:
        setattr(module, name, functions[name])
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(module, name, function)


def record(module: ModuleType) -> dict[str, dict]:
    """What the checks of a chapter's module compare with, by exercise, for JSON."""
    return {
        name.removeprefix("check_"): _record(module, name.removeprefix("check_"))
        for name in module.__all__ if name.startswith("check_")
    }


def compared(module: ModuleType, name: str) -> dict:
    """What the check of one exercise compares with, as it is given to ``check_...``."""
    found = {}

    def function(name, answer, *, reference, cases, mistakes=(), **options):
        found.update(kind="function", reference=reference, cases=list(cases), mistakes=mistakes,
                     options=options)
        raise _Stop

    def value(name, answer, expected, *, mistakes=(), **options):
        found.update(kind="value", expected=expected, mistakes=mistakes, options=options)
        raise _Stop

    def by(judge, answer, known=dict):
        found.update(kind="by", judge=judge.__name__, known=known)
        raise _Stop

    check = getattr(module, f"check_{name}")
    with _instead(module, check_function=function, check_value=value, check_by=by):
        try:
            check(None)
        except _Stop:
            return found
    raise ValueError(f"check_{name}: expected a check by check_function, check_value or check_by; "
                     "only these can be recorded")


def _record(module: ModuleType, name: str) -> dict:
    """What one check compares with, for JSON."""
    found = compared(module, name)
    kind = {"kind": found["kind"], "question": inspect.getdoc(getattr(module, f"check_{name}"))}
    if found["kind"] == "by":
        return kind | {"judge": found["judge"], "known": _encoded(found["known"]())}
    kind["options"] = _encoded(found["options"])
    if found["kind"] == "function":
        cases = found["cases"]
        right = _needed(outcomes(found["reference"], cases), name)
        return kind | {
            "cases": encode(cases), "right": encode(right),
            "mistakes": [[m.hint, encode(outcomes(m.made_by, cases))] for m in found["mistakes"]]}
    close = {key: found["options"][key] for key in ("rtol", "atol") if key in found["options"]}

    def sealed(what):
        return dataclasses.asdict(seal(what, **close))

    return kind | {"right": sealed(found["expected"]),
                   "mistakes": [[m.hint, sealed(m.made_by)] for m in found["mistakes"]]}


def _encoded(values):
    return {key: encode(value) for key, value in values.items()}


def _needed(results, name):
    """Results of a reference answer, which may not raise."""
    if results is None:
        raise ValueError(f"{name}: the reference answer raises in one of its cases")
    return results


def withhold(package: Path) -> None:
    """Turn a copy of the package into that of students.

    Parameters
    ----------
    package : Path
        The folder ``spikelib`` of the copy, which is changed.
    """
    for name in INSTRUCTORS_ONLY:
        shutil.rmtree(package / name, ignore_errors=True)
    folder = package / EXERCISES
    (folder / "cases").mkdir()
    for path in sorted(folder.glob("chapter*.py")):
        module = importlib.import_module(f"spikelib.book.exercises.{path.stem}")
        stored = json.dumps(record(module), ensure_ascii=False, indent=0)
        (folder / "cases" / f"{path.stem}.json").write_text(stored, "utf-8")
        doc = f'"""{inspect.getdoc(module)}"""'
        path.write_text(MODULE.format(doc=doc, name=path.stem), "utf-8")
    door = folder / "_edition.py"
    text, found = re.subn(r'(?m)^EDITION = .*$', 'EDITION = "students"', door.read_text("utf-8"))
    if not found:
        raise ValueError(f"{door}: expected a line that sets EDITION")
    door.write_text(text, "utf-8")
