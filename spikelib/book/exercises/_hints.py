"""Hints in three steps, asked for one at a time, and exceptions in plain words."""

import inspect
import linecache
import sys
import textwrap
import traceback

from spikelib.book.exercises import _score
from spikelib.book.exercises._formulas import FORMULAS

_KINDS = ("a nudge", "the place", "the formula")
_NO_NUDGE = "work out one small case by hand, and compare it with what your code gives."


class _Asked:
    """What the last check that failed has to say, and how much of it was said."""

    name, steps, said = "", (), 0


def remember(name, nudge, place):
    """Keep the hints of an answer that failed; what was said of the same answer stays said."""
    steps = (nudge or _NO_NUDGE, place, FORMULAS.get(name, "see the equation of the section."))
    if (name, steps) != (_Asked.name, _Asked.steps):
        _Asked.name, _Asked.steps, _Asked.said = name, steps, 0


def hint():
    """Print the next hint to the answer that was last found wrong: nudge, place, formula.

    Examples
    --------
    >>> from spikelib.book.exercises import check_value
    >>> check_value("seconds", 250, 0.25)
    ✗ seconds: not yet.
      expected     0.25
      got          250.0
      For a hint: exercises.hint()
    False
    >>> hint()
    Hint 1 of 3 to seconds, a nudge: a factor of 1000: seconds or milliseconds?
    """
    if not _Asked.steps:
        print("No answer was found wrong yet: run a check first.")
        return
    number = min(_Asked.said, len(_Asked.steps) - 1)
    _Asked.said = number + 1
    _score.note(_Asked.name, hints=number + 1)
    text = (f"Hint {number + 1} of {len(_Asked.steps)} to {_Asked.name}, {_KINDS[number]}: "
            f"{_Asked.steps[number]}")
    print("\n".join(textwrap.wrap(text, 78, subsequent_indent="  ")))


def question_of(name):
    """What an exercise asks for, in the words of its check; '' where the book has no such one."""
    for key, module in list(sys.modules.items()):
        check = getattr(module, f"check_{name}", None)
        if key.startswith("spikelib.book.exercises.chapter") and check is not None:
            first = inspect.getdoc(check).split("\n\n")[0]
            return " ".join(first.split()).removeprefix("Check ").replace("``", "")
    return ""


def explain(error, answer=None, case=()):
    """An exception of the reader's code in plain words: what it means, and what helps."""
    said, kind = str(error), type(error).__name__
    for part, meaning in _MEANINGS:
        if part in said or part == kind:
            return meaning
    if isinstance(error, TypeError) and "argument" in said and answer is not None:
        try:
            inspect.signature(answer).bind(*case)
        except TypeError:
            return f"the check calls it with {len(case)} argument(s), in the order of the stub."
        except ValueError:
            return None
    return None


def line_of(error, answer):
    """Where the reader's own code stopped: its line, or ''."""
    code = getattr(inspect.unwrap(answer), "__code__", None) if callable(answer) else None
    if code is None:
        return ""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == code.co_filename:
            line = linecache.getline(frame.filename, frame.lineno).strip() or frame.line
            return line or ""
    return ""


# Part of an exception's text, or its kind, and what that means.
_MEANINGS = (
    ("truth value of an array",
     "`if`, `and`, `or` and `while` need one True or False, and here they got an array of them. "
     "Use a mask, `x[current > 0] = ...`, or `np.where(current > 0, a, b)`, and `&` in place of "
     "`and`."),
    ("only length-1 arrays",
     "a function of `math` takes one number, and here it got an array: take NumPy's, such as "
     "`np.exp` in place of `math.exp`."),
    ("only 0-dimensional arrays",
     "a function of `math` or `float` takes one number, and here it got an array: take NumPy's, "
     "such as `np.exp`."),
    ("could not be broadcast",
     "two arrays were added or multiplied whose shapes do not fit. Print both shapes; `x[:, "
     "None]` makes a column of a row."),
    ("mismatch in its core dimension",
     "in `A @ B` the last axis of A has to be as long as the first of B. Print both shapes; one "
     "of the two may have to be transposed."),
    ("not aligned",
     "in `A @ B` the last axis of A has to be as long as the first of B. Print both shapes; one "
     "of the two may have to be transposed."),
    ("Singular matrix",
     "the matrix has no inverse: is the penalty added to its diagonal?"),
    ("out of bounds",
     "an index is larger than the array is long: places go from 0 to len(x) - 1."),
    ("index out of range",
     "an index is larger than the list or tuple is long."),
    ("can't multiply sequence",
     "a Python list cannot be multiplied by a number like an array: use `np.asarray(x)`, or "
     "`np.zeros(n)` in place of `[]`."),
    ("Cannot interpret",
     "shapes are given as one tuple: np.zeros((n, k)), with two pairs of brackets."),
    ("can only concatenate",
     "lists and tuples are joined by `+`, not added: make arrays of them with `np.asarray`."),
    ("unsupported operand",
     "the two things that are combined here are of kinds that do not go together; one may be a "
     "list, a text or None. Print their types."),
    ("'NoneType'",
     "something is None here: a function that was called has no `return`."),
    ("has no attribute",
     "this kind of thing has no such part. Look at its type, `print(type(x))`."),
    ("only integers, slices",
     "a place in an array has to be a whole number: `int(...)`, or `//` for a division."),
    ("cannot be interpreted as an integer",
     "a whole number is needed here: `int(...)`, or `//` for a division."),
    ("ZeroDivisionError",
     "it divides by zero for these arguments: which case needs its own line?"),
    ("UnboundLocalError",
     "a variable is used before it got a value: set it before the loop."),
    ("NameError",
     "a name is used that nobody defined: a spelling, or a cell above that was not run?"),
    ("RecursionError",
     "the function calls itself without end: is its own name used where another was meant?"),
    ("KeyError",
     "this key is not in the dictionary: print its keys."),
)
