"""A progress bar where a person watches, nothing otherwise."""

import os
import sys

from tqdm.auto import tqdm


def person_watches():
    """True at a terminal and in a notebook that somebody has opened.

    A notebook server tells its kernels the name of the session; a notebook that
    is executed by a program (a build, a test) has no session.
    """
    if "ipykernel" in sys.modules:
        opened = ("JPY_SESSION_NAME", "VSCODE_PID", "COLAB_RELEASE_TAG")
        return any(name in os.environ for name in opened)
    return sys.stderr is not None and sys.stderr.isatty()


_PATIENCE = 3.0  # seconds without a bar: what is quicker needs none


def bar(iterable=None, *, show=None, **options):
    """A tqdm bar. `show`: None decides by itself, True and False force it.

    It appears after three seconds. In a notebook each bar that was ever shown keeps its place below
    the cell, so that sixty quick trainings would leave sixty.
    """
    return tqdm(
        iterable, disable=not (person_watches() if show is None else show), leave=False,
        delay=_PATIENCE, **options
    )
