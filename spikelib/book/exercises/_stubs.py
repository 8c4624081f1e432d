"""Stubs: functions that are still to be written, and what stands in for them until then."""

import functools

__all__ = ["fallback_to", "references", "unfinished", "withheld", "without_fallback"]

WHERE = "the reference answers are in the instructors' edition, and not in this one."


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
        with_fallback.until_then = " Until then the reference answer stands in."
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


def without_fallback(names):
    """The decorator for stubs of the students' edition: nothing stands in for what is not written.

    Parameters
    ----------
    names : collection of str
        The functions that a chapter asks for.

    Returns
    -------
    callable
        The decorator. A function that returns nothing raises NotImplementedError when it is used;
        its check shows the question.

    Examples
    --------
    >>> stub = without_fallback({"double"})
    >>> @stub
    ... def double(x):
    ...     ...
    >>> double(3)
    Traceback (most recent call last):
    NotImplementedError: double is not written yet: put your code in place of the dots.
    """

    def stub(function):
        name = function.__name__
        if name not in names:
            raise ValueError(f"stub: expected one of {', '.join(sorted(names))}, got {name}")

        @functools.wraps(function)
        def as_written(*args, **kwargs):
            result = function(*args, **kwargs)
            if unfinished(result):
                raise NotImplementedError(
                    f"{name} is not written yet: put your code in place of the dots.")
            return result

        as_written.written_by_reader = function
        return as_written

    return stub


def withheld(name):
    """What stands in the place of `references` for students: it says where the answers are."""
    raise LookupError(f"{name}: {WHERE}")
