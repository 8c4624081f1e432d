"""Checks of the students' edition, made of recorded cases: no reference answer is needed."""

import json
from pathlib import Path

from spikelib.book.exercises import properties
from spikelib.book.exercises._checking import Mistake, check_by, check_function, check_value, hint
from spikelib.book.exercises._recorded import Recorded, decode
from spikelib.book.exercises._sealed import Sealed
from spikelib.book.exercises._stubs import withheld, without_fallback

__all__ = ["chapter", "checks"]

FOLDER = Path(__file__).parent / "cases"


def chapter(name):
    """What a chapter's module offers: its checks, `stub`, `reference` and `hint`.

    Parameters
    ----------
    name : str
        Such as ``chapter01``: of a file in the folder ``cases``.

    Returns
    -------
    dict of str to callable
    """
    stored = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    made = {"hint": hint, "reference": withheld, "stub": without_fallback(set(stored))}
    return made | checks(stored)


def checks(stored):
    """Checks by the names of their functions, from what was recorded of them.

    Parameters
    ----------
    stored : dict
        By the names of exercises: the question, and the arguments of `check_function`,
        `check_value` or `check_by`, encoded.

    Returns
    -------
    dict of str to callable
    """
    made = {}
    for name, exercise in stored.items():
        check = _KINDS[exercise["kind"]](name, exercise)
        check.__doc__ = exercise["question"]
        check.__name__ = check.__qualname__ = f"check_{name}"
        made[check.__name__] = check
    return made


def _function(name, stored):
    cases = decode(stored["cases"])
    mistakes = [Mistake(hint=text, made_by=Recorded(decode(results)))
                for text, results in stored["mistakes"]]
    right, options = Recorded(decode(stored["right"])), _decoded(stored["options"])

    def check(answer):
        return check_function(
            name, answer, reference=right, cases=cases, mistakes=mistakes, **options)

    return check


def _value(name, stored):
    mistakes = [Mistake(hint=text, made_by=_sealed(value)) for text, value in stored["mistakes"]]
    right, options = _sealed(stored["right"]), _decoded(stored["options"])

    def check(answer):
        return check_value(name, answer, right, mistakes=mistakes, **options)

    return check


def _decoded(stored):
    return {key: decode(value) for key, value in stored.items()}


def _sealed(stored):
    return Sealed(**stored | {"shape": tuple(stored["shape"]), "digests": tuple(stored["digests"])})


def _by(name, stored):
    judge = getattr(properties, stored["judge"])

    def check(answer):
        return check_by(judge, answer, lambda: _decoded(stored["known"]))

    return check


_KINDS = {"function": _function, "value": _value, "by": _by}
