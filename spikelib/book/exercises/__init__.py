"""Exercises of the book: stubs that run, and checks that say what is probably wrong.

One module a chapter. Each has `stub`, a decorator for a function that is still to be
written; `reference`, the reference answers; and one ``check_<name>`` an exercise, which
prints what it found and returns True or False::

    from spikelib.book.exercises import chapter01 as exercises

    @exercises.stub
    def decay_factor(dt, tau):
        ...                                    # your line here

    exercises.check_decay_factor(decay_factor)

A check raises nothing, whatever the answer does. This is the only part of the library
that prints. A new chapter lists its answers in a dictionary and builds its checks from
`check_function`, `check_value` and `check_by`. `EDITION` says whose installation this
is: in that of students the references are replaced by recorded results, and no answer can be
printed (`spikelib.book.marks.students`).
"""

from spikelib.book.exercises._checking import (
    Mistake,
    check_by,
    check_function,
    check_value,
    failed,
    fallback_to,
    hint,
    passed,
    references,
    unfinished,
)
from spikelib.book.exercises._edition import EDITION as EDITION
from spikelib.book.exercises._score import score

__all__ = [
    "Mistake",
    "check_by",
    "check_function",
    "check_value",
    "failed",
    "fallback_to",
    "hint",
    "passed",
    "references",
    "score",
    "unfinished",
]
