"""What checks are made of: run an answer beside the reference, and say what differs."""

import copy
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spikelib.book.exercises import _score
from spikelib.book.exercises._comparing import difference, same, short, suspect
from spikelib.book.exercises._hints import explain, hint, line_of, question_of, remember
from spikelib.book.exercises._recorded import outcomes
from spikelib.book.exercises._sealed import Sealed
from spikelib.book.exercises._stubs import fallback_to, references, unfinished

__all__ = [
    "Mistake", "check_by", "check_function", "check_value", "failed", "fallback_to", "hint",
    "not_begun", "nothing_returned", "passed", "references", "stopped", "unfinished",
]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A mistake that readers make, and the hint that helps.

    Parameters
    ----------
    hint : str
    made_by : callable, Recorded or value
        A function that makes the mistake or its recorded results (for `check_function`), or the
        wrong value, open or sealed (for `check_value`): an answer that agrees gets the hint.
    """

    hint: str
    made_by: object


def passed(name, note=""):
    """Print that an answer is right; return True."""
    _score.note(name, tries=1, right=True)
    print(f"✓ {name}: right. {note}".rstrip())
    return True


def not_begun(name, until_then=""):
    """Print what an exercise asks for, where nothing was written yet; return False."""
    question = question_of(name)
    lines = [f"○ {name}: not written yet."]
    if question:
        lines += textwrap.wrap(question, 76, initial_indent="  ", subsequent_indent="  ")
    lines.append("  Put your code in place of the dots, and end with a `return`." + until_then)
    print("\n".join(lines))
    return False


def failed(name, problem, hint=None, place=None):
    """Print what is wrong, line by line; return False. Hints are kept until they are asked for.

    Parameters
    ----------
    name, problem : str
    hint : str, optional
        The nudge: what is probably wrong.
    place : str, optional
        Where to look.
    """
    where = place or f"the check says: {' '.join(problem.split())}"
    remember(name, hint, where)
    _score.note(name, tries=1, right=False)
    first, *rest = f"✗ {name}: not yet. {problem}".splitlines()
    print("\n".join([first.rstrip(), *rest, "  For a hint: exercises.hint()"]))
    return False


def stopped(name, error, answer=None, case=()):
    """Print that an answer stopped with an exception, and what it means; return False."""
    if unfinished(answer):
        return not_begun(name)
    line = line_of(error, answer)
    at = f"\n  in the line   {line}" if line else ""
    meaning = explain(error, answer, case)
    told = "".join("\n" + row for row in textwrap.wrap(
        meaning, 76, initial_indent="  ", subsequent_indent="  ")) if meaning else ""
    place = f"it stops in the line `{line}`." if line else None
    problem = f"It stopped with {type(error).__name__}: {error}{at}{told}"
    return failed(name, problem, meaning, place)


def check_function(
    name: str, answer: object, *, reference: Callable, cases, mistakes=(), parts=None,
    rtol=1e-7, atol=1e-10, hint=None,
):
    """Compare a reader's function with the reference on several inputs.

    Parameters
    ----------
    name : str
        What the exercise calls the function.
    answer : object
        The reader's function; anything else is told apart and reported.
    reference : callable or Recorded
        The right answer, or its results in these cases.
    cases : sequence of tuple
        Positional arguments of each call. Each call gets copies.
    mistakes : sequence of Mistake
        Tried in this order on an answer that is wrong: the first whose function
        gives the same results as the answer lends its hint.
    parts : sequence of str, optional
        Names of the values that the function returns, where it returns several.
    rtol, atol : float
        How close is right, as for ``numpy.allclose``.
    hint : str, optional
        For answers that are wrong in no known way.

    Returns
    -------
    bool

    Examples
    --------
    >>> half = Mistake(hint="is the 2 on the right side?", made_by=lambda x: x / 2)
    >>> def double(x):
    ...     return x / 2
    >>> check_function("double", double, reference=lambda x: 2 * x, cases=[(3.0,), (1.0,)],
    ...                mistakes=[half])
    ✗ double: not yet. In case 1 of 2:
      called with  3.0
      expected     6.0
      got          1.5
      For a hint: exercises.hint()
    False
    >>> hint()
    Hint 1 of 3 to double, a nudge: is the 2 on the right side?
    """
    until_then = ""
    if unfinished(answer):
        return not_begun(name)
    if hasattr(answer, "written_by_reader"):
        until_then = getattr(answer, "until_then", "")
        answer = answer.written_by_reader
    if not callable(answer):
        return failed(name, f"Expected a function, got {type(answer).__name__}.")
    results, problem, place = [], None, None
    for case in cases:
        arguments = copy.deepcopy(case)
        try:
            with np.errstate(all="ignore"):
                result = answer(*arguments)
        except Exception as error:
            return stopped(name, error, answer, case)
        if unfinished(result):
            return nothing_returned(name, answer, until_then)
        if not same(arguments, tuple(case), 0, 0):
            return failed(
                name, "It changes its arguments.",
                "`x += ...` and `x[...] = ...` write into the caller's array; "
                "use `x = x + ...`, or work on `x.copy()`.",
            )
        results.append(result)
    expectations = outcomes(reference, cases)
    for index, (case, result) in enumerate(zip(cases, results, strict=True)):
        differs = difference(result, expectations[index], parts, rtol, atol)
        if differs and problem is None:
            called = ", ".join(short(value) for value in case)
            problem = f"In case {index + 1} of {len(cases)}:\n  called with  {called}\n{differs}"
            place = (f"call it yourself as the check does in case {index + 1}, with {called}, and "
                     f"print what you have before the `return`. {' '.join(differs.split())}.")
    if problem is None:
        return passed(name, f"({len(cases)} of {len(cases)} cases)")
    for mistake in mistakes:
        if _makes(mistake.made_by, cases, results, rtol, atol):
            return failed(name, problem, mistake.hint, place)
    return failed(name, problem, suspect(results, expectations) or hint, place)


def check_value(name, answer, expected, *, mistakes=(), rtol=1e-7, atol=1e-10, hint=None):
    """Compare a reader's number or array with the expected one; see `check_function`.

    Examples
    --------
    >>> check_value("seconds", 250, 0.25, mistakes=[Mistake(hint="in seconds?", made_by=250)])
    ✗ seconds: not yet.
      expected     0.25
      got          250.0
      For a hint: exercises.hint()
    False
    """
    if unfinished(answer):
        return not_begun(name)
    differs = _value_differs(answer, expected, rtol, atol)
    if not differs:
        return passed(name)
    for mistake in mistakes:
        if not _value_differs(answer, mistake.made_by, rtol, atol):
            return failed(name, "\n" + differs, mistake.hint)
    sealed = isinstance(expected, Sealed)
    turned = expected.suspect(answer) if sealed else suspect([answer], [expected])
    return failed(name, "\n" + differs, turned or hint)


def _value_differs(answer, expected, rtol, atol):
    """What differs between a value and the expected one, which may be sealed; '' for nothing."""
    if not isinstance(expected, Sealed):
        return difference(answer, expected, None, rtol, atol)
    return "" if expected.agrees(answer) else f"  got          {short(answer)}"


def check_by(judge, answer, known=dict):
    """Judge an answer by its properties.

    Parameters
    ----------
    judge : callable
        Of `spikelib.book.exercises.properties`: takes the answer, prints, returns True or False.
    answer : object
    known : callable
        Returns what the judge compares with, by the names of its further arguments.

    Returns
    -------
    bool
    """
    return judge(getattr(answer, "written_by_reader", answer), **known())


def nothing_returned(name, answer, until_then=""):
    """Print that a function returns nothing: an untouched stub, or a forgotten `return`."""
    code = getattr(answer, "__code__", None)
    if code is not None and (code.co_names or _locals_of(code)):
        return failed(name, "It returns nothing.",
                      "the last line has to be `return ...`, at the level of the function's body.")
    return not_begun(name, until_then)


def _locals_of(code):
    """Names that a function sets itself, its arguments left out."""
    stars = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[code.co_argcount + code.co_kwonlyargcount + stars:]


def _makes(made_by, cases, results, rtol, atol):
    """Whether a function that makes a mistake gives these results."""
    wrong = outcomes(made_by, cases)
    return wrong is not None and all(
        same(result, other, rtol, atol) for result, other in zip(results, wrong, strict=True))
