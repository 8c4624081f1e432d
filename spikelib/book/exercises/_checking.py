"""What checks are made of: run an answer beside the reference, and say what differs."""

import copy
import functools
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = [
    "Mistake", "check_function", "check_value", "failed", "fallback_to", "passed", "references",
    "unfinished",
]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A mistake that readers make, and the hint that helps.

    Parameters
    ----------
    hint : str
    made_by : callable or value
        A function that makes the mistake (for `check_function`), or the wrong value
        (for `check_value`): an answer that agrees with it gets the hint.
    """

    hint: str
    made_by: object


def fallback_to(answers):
    """A decorator for stubs: a function that returns nothing gives the reference's answer.

    Parameters
    ----------
    answers : dict of str to callable
        Reference answers by the name of the function.

    Returns
    -------
    callable
        The decorator. The first time that the reference stands in, a notice says so.

    Examples
    --------
    >>> stub = fallback_to({"double": lambda x: 2 * x})
    >>> @stub
    ... def double(x):
    ...     ...
    >>> double(3)
    NOTICE double: not written yet, the reference answer stands in.
    6
    """

    def stub(function):
        name = function.__name__
        if name not in answers:
            raise ValueError(f"stub: expected one of {', '.join(sorted(answers))}, got {name}")
        told = []

        @functools.wraps(function)
        def with_fallback(*args, **kwargs):
            result = function(*args, **kwargs)
            if not unfinished(result):
                return result
            if not told:
                print(f"NOTICE {name}: not written yet, the reference answer stands in.")
                told.append(True)
            return answers[name](*args, **kwargs)

        with_fallback.written_by_reader = function
        return with_fallback

    return stub


def references(answers):
    """A function that hands out reference answers by name, with a notice."""

    def reference(name):
        if name not in answers:
            raise ValueError(f"reference: expected one of {', '.join(sorted(answers))}, got {name}")
        print(f"NOTICE {name}: the reference answer stands in.")
        return answers[name]

    return reference


def unfinished(result):
    """Whether a result is that of a stub: None or ``...``."""
    return result is None or result is Ellipsis


def passed(name, note=""):
    """Print that an answer is right; return True."""
    print(f"✓ {name}: right. {note}".rstrip())
    return True


def failed(name, problem, hint=None):
    """Print what is wrong, line by line, and a hint where there is one; return False."""
    lines = [f"✗ {name}: not yet. {problem}"]
    if hint:
        lines += textwrap.wrap(hint, 74, initial_indent="  Hint: ", subsequent_indent="        ")
    print("\n".join(lines))
    return False


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
    reference : callable
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
      Hint: is the 2 on the right side?
    False
    """
    until_then = ""
    if hasattr(answer, "written_by_reader"):
        answer = answer.written_by_reader
        until_then = " Until then the reference answer stands in."
    if not callable(answer):
        return failed(name, f"Expected a function, got {type(answer).__name__}.")
    results, problem = [], None
    for index, case in enumerate(cases):
        arguments = copy.deepcopy(case)
        try:
            with np.errstate(all="ignore"):
                result = answer(*arguments)
        except Exception as error:
            return failed(
                name, f"It stopped with {type(error).__name__}: {error}", _about_call(answer, case)
            )
        if unfinished(result):
            return failed(
                name, "It returns nothing.",
                "put your code in place of the dots, and end with a `return`." + until_then,
            )
        if not _same(arguments, case, 0, 0):
            return failed(
                name, "It changes its arguments.",
                "`x += ...` and `x[...] = ...` write into the caller's array; "
                "use `x = x + ...`, or work on `x.copy()`.",
            )
        results.append(result)
        expected = reference(*copy.deepcopy(case))
        difference = _difference(result, expected, parts, rtol, atol)
        if difference and problem is None:
            problem = f"In case {index + 1} of {len(cases)}:\n  called with  "
            problem += ", ".join(_short(value) for value in case) + "\n" + difference
    if problem is None:
        return passed(name, f"({len(cases)} of {len(cases)} cases)")
    for mistake in mistakes:
        if _makes(mistake.made_by, cases, results, rtol, atol):
            return failed(name, problem, mistake.hint)
    return failed(name, problem, hint)


def check_value(name, answer, expected, *, mistakes=(), rtol=1e-7, atol=1e-10, hint=None):
    """Compare a reader's number or array with the expected one; see `check_function`.

    Examples
    --------
    >>> check_value("seconds", 250, 0.25, mistakes=[Mistake(hint="in seconds?", made_by=250)])
    ✗ seconds: not yet.
      expected     0.25
      got          250
      Hint: in seconds?
    False
    """
    if unfinished(answer):
        return failed(name, "There is no answer yet.")
    difference = _difference(answer, expected, None, rtol, atol)
    if not difference:
        return passed(name)
    for mistake in mistakes:
        if not _difference(answer, mistake.made_by, None, rtol, atol):
            hint = mistake.hint
            break
    return failed(name, "\n" + difference, hint)


def _makes(made_by, cases, results, rtol, atol):
    """Whether a function that makes a mistake gives these results."""
    for case, result in zip(cases, results, strict=True):
        try:
            with np.errstate(all="ignore"):
                wrong = made_by(*copy.deepcopy(case))
        except Exception:
            return False
        if not _same(result, wrong, rtol, atol):
            return False
    return True


def _values(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


def _same(first, second, rtol, atol):
    """Whether two results agree, part by part, in shape and in value."""
    first, second = _values(first), _values(second)
    if len(first) != len(second):
        return False
    for a, b in zip(first, second, strict=True):
        if a is b:
            continue
        try:
            a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
        except (TypeError, ValueError):
            continue  # a generator or a network: nothing that could be compared
        if a.shape != b.shape or not np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True):
            return False
    return True


def _difference(result, expected, parts, rtol, atol):
    """What differs between a result and the expected one, in words; '' for nothing."""
    result, expected = _values(result), _values(expected)
    if len(result) != len(expected):
        names = f" ({', '.join(parts)})" if parts else ""
        return f"  expected     {len(expected)} value(s){names}\n  got          {len(result)}"
    for index, (came, reference) in enumerate(zip(result, expected, strict=True)):
        of = f", {parts[index]}" if parts else ""
        reference = np.asarray(reference, dtype=float)
        try:
            came_array = np.asarray(came, dtype=float)
        except (TypeError, ValueError):
            return f"  expected     numbers{of}\n  got          {type(came).__name__}"
        if came_array.shape != reference.shape:
            shape = f"shape {reference.shape}{of}"
            return f"  expected     {shape}\n  got          shape {came_array.shape}"
        if not np.allclose(came_array, reference, rtol=rtol, atol=atol):
            return f"  expected     {_short(reference)}{of}\n  got          {_short(came)}"
    return ""


def _short(value):
    """A value in at most a line."""
    if isinstance(value, np.ndarray) and value.ndim:
        first = np.array2string(value.ravel()[:4], precision=4, max_line_width=200)
        more = ", ..." if value.size > 4 else ""
        return f"{first[:-1]}{more}] of shape {value.shape}"
    if isinstance(value, (float, np.floating, np.ndarray)):
        return f"{float(value):.6g}" if float(value) != _whole(value) else f"{float(value)}"
    return textwrap.shorten(repr(value), 60)


def _whole(value):
    """The whole number that a value is, or None."""
    value = float(value)
    return int(value) if np.isfinite(value) and value == int(value) else None


def _about_call(answer, case):
    """A hint for a function that takes the wrong number of arguments."""
    try:
        inspect.signature(answer).bind(*case)
    except TypeError:
        return f"the check calls it with {len(case)} argument(s), in the order of the stub."
    except ValueError:
        return None
    return None
