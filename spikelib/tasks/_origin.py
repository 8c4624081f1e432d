"""How a task was made, so that it can be made again: results that hold it can be saved."""

import functools
from dataclasses import replace


def lost(name):
    """A function that says, when a trial is asked for, that the real one was not saved."""
    def draw(rng):
        raise ValueError(
            f"task {name!r}: expected the function that draws its trials, which cannot be saved; "
            "give the task itself, as in dataclasses.replace(result, task=task)"
        )

    return draw


def makes_task(function):
    """Let a function that makes a `Task` note how, so that results with it can be saved.

    Examples
    --------
    >>> import pickle
    >>> import numpy as np
    >>> from spikelib import osc4
    >>> pickle.loads(pickle.dumps(osc4(duration=2.0))).trials(1, rng=np.random.default_rng(0))[0]\
.n_steps
    2000
    """

    @functools.wraps(function)
    def made(**options):
        origin = (f"{function.__module__}:{function.__qualname__}", options)
        return replace(function(**options), origin=origin)

    return made
