"""Tasks: what goes into a network, and what should come out.

A `Trial` holds one stretch of input and target output.  A `Task` makes trials.
Trials are run back to back: the network is not reset between them.
"""

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from spikelib import _checks

__all__ = ["Task", "Trial", "osc4"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One trial: input, target output and, once a teacher has run, target factors.

    Parameters
    ----------
    inputs : array_like, shape (T, n_inputs)
        f_in, dimensionless.
    outputs : array_like, shape (T, n_outputs)
        f_out, dimensionless.
    dt : float
        Time step in seconds.
    factors : array_like, shape (T, n_factors), optional
        y, the target factor signals (see `spikelib.rate.teaching.teach`).
    label : int, optional
        Which condition the trial belongs to.
    hints : array_like, shape (T, n_hints), optional
        f_hint: signals that are fed to a driven teacher beside f_out, and that no
        output has to make (a memory, a clock).

    Raises
    ------
    ValueError
        Shapes that do not fit together, values that are not finite, dt <= 0.

    Examples
    --------
    >>> import numpy as np
    >>> trial = Trial(inputs=np.zeros((5, 1)), outputs=np.ones((5, 2)), dt=0.001)
    >>> trial.n_steps, trial.n_inputs, trial.n_outputs
    (5, 1, 2)
    """

    inputs: np.ndarray
    outputs: np.ndarray
    dt: float
    factors: np.ndarray | None = None
    label: int | None = None
    hints: np.ndarray | None = None

    def __post_init__(self):
        inputs = _checks.array("inputs", self.inputs, ("T", "n_inputs"))
        n_steps = len(inputs)
        if n_steps == 0:
            raise ValueError("inputs: expected at least one time step, got none")
        outputs = _checks.array("outputs", self.outputs, ("T", "n_outputs"), (n_steps, None))
        object.__setattr__(self, "inputs", np.ascontiguousarray(inputs))
        object.__setattr__(self, "outputs", np.ascontiguousarray(outputs))
        object.__setattr__(self, "dt", _checks.number("dt", self.dt, above=0))
        if self.factors is not None:
            factors = _checks.array("factors", self.factors, ("T", "n_factors"), (n_steps, None))
            object.__setattr__(self, "factors", np.ascontiguousarray(factors))
        if self.hints is not None:
            hints = _checks.array("hints", self.hints, ("T", "n_hints"), (n_steps, None))
            object.__setattr__(self, "hints", np.ascontiguousarray(hints))

    @property
    def n_steps(self):
        """Number of time steps T."""
        return len(self.inputs)

    @property
    def n_inputs(self):
        """Number of input channels."""
        return self.inputs.shape[1]

    @property
    def n_outputs(self):
        """Number of output channels."""
        return self.outputs.shape[1]

    @property
    def n_hints(self):
        """Number of hint channels, 0 where there are none."""
        return 0 if self.hints is None else self.hints.shape[1]

    @property
    def duration(self):
        """Length in seconds."""
        return self.n_steps * self.dt

    @property
    def times(self):
        """Time of each step in seconds, from 0; shape (T,)."""
        return np.arange(self.n_steps) * self.dt


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """A source of trials.

    Parameters
    ----------
    name : str
    n_inputs, n_outputs : int
    dt : float
        Time step in seconds.
    draw : callable
        ``draw(rng)`` returns one new `Trial`.
    repeats : bool
        True where every trial is the same; it is then made once, and a teacher
        that has settled into its cycle is not run again.
    score : callable, optional
        ``score(trial, outputs)`` returns a number that a person understands
        (1 for a correct trial, 0 for a wrong one, or an error in seconds).
    n_hints : int
        Channels of hints in each trial.
    origin : tuple of str and dict, optional
        The function of this package that made the task, and its arguments: how a task is
        made again when a result that holds it is loaded or unpickled.

    Examples
    --------
    >>> import numpy as np
    >>> task = osc4()
    >>> trials = task.trials(3, rng=np.random.default_rng(0))
    >>> len(trials), trials[0] is trials[2]
    (3, True)
    """

    name: str
    n_inputs: int
    n_outputs: int
    dt: float
    draw: Callable[[np.random.Generator], Trial] = field(repr=False)
    repeats: bool = False
    score: Callable[[Trial, np.ndarray], float] | None = field(default=None, repr=False)
    n_hints: int = 0
    origin: tuple[str, dict] | None = field(default=None, repr=False)

    def __post_init__(self):
        _checks.count("n_inputs", self.n_inputs, at_least=0)
        _checks.count("n_outputs", self.n_outputs)
        _checks.count("n_hints", self.n_hints, at_least=0)
        _checks.number("dt", self.dt, above=0)
        if not callable(self.draw):
            raise ValueError(f"draw: expected a function of a generator, got {self.draw!r}")

    def trials(self, n_trials, *, rng):
        """Return a list of `n_trials` trials, each checked against the task.

        Raises
        ------
        ValueError
            A trial whose channels or time step are not those of the task.
        """
        _checks.count("n_trials", n_trials)
        _checks.generator(rng)
        if self.repeats:
            return [self._checked(self.draw(rng))] * n_trials
        return [self._checked(self.draw(rng)) for _ in range(n_trials)]

    def plain_fields(self):
        """What can be saved of a task: how to make it again, or else what it is called."""
        if self.origin is not None:
            return {"origin": self.origin}
        names = ("name", "n_inputs", "n_outputs", "dt", "repeats", "n_hints")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_plain_fields(cls, *, origin=None, **fields):
        """The reverse of `plain_fields`.

        A task whose functions are the caller's own comes back without them: it knows its name
        and sizes, and says so when a trial is asked for.
        """
        if origin is None:
            return cls(draw=_lost(fields["name"]), **fields)
        module, _, function = origin[0].partition(":")
        if module.split(".")[0] != "spikelib":
            raise ValueError(f"origin: expected a function of spikelib, got {origin[0]}")
        return getattr(importlib.import_module(module), function)(**origin[1])

    def __reduce__(self):
        return _remake, (self.plain_fields(),)

    def _checked(self, trial):
        if not isinstance(trial, Trial):
            raise ValueError(
                f"task {self.name!r}: expected draw(rng) to return a Trial, "
                f"got {type(trial).__name__}"
            )
        came = (trial.n_inputs, trial.n_outputs, trial.dt)
        expected = (self.n_inputs, self.n_outputs, self.dt)
        if came != expected:
            raise ValueError(
                f"task {self.name!r}: expected trials with (n_inputs, n_outputs, dt) = "
                f"{expected}, got {came}"
            )
        if trial.n_hints != self.n_hints:
            raise ValueError(
                f"task {self.name!r}: expected trials with {self.n_hints} hints, "
                f"got {trial.n_hints}"
            )
        return trial


def _remake(fields):
    return Task.from_plain_fields(**fields)


def _lost(name):
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
    >>> pickle.loads(pickle.dumps(osc4(duration=2.0))).trials(1, rng=np.random.default_rng(0))[0]\
.n_steps
    2000
    """

    @functools.wraps(function)
    def made(**options):
        origin = (f"{function.__module__}:{function.__qualname__}", options)
        return replace(function(**options), origin=origin)

    return made


@makes_task
def osc4(*, dt=0.001, duration=1.0):
    """Four sine waves at once: the task of the 2016 demonstration.

    ``f_in`` is 0.5 for the first 50 ms, then 0; ``f_out`` is the sum of sines of
    1, 2, 3 and 5 Hz, divided by its maximum.  Every trial is the same, and the
    network has to keep going on its own between the pulses.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    duration : float
        Length of a trial in seconds; whole seconds keep the output smooth from
        one trial to the next.

    Returns
    -------
    Task
        One input, one output.

    References
    ----------
    DePasquale, Churchland & Abbott (2016), arXiv 1601.07620, and its code.

    Examples
    --------
    >>> import numpy as np
    >>> trial = osc4().draw(np.random.default_rng(0))
    >>> trial.n_steps, float(trial.outputs.max()), int((trial.inputs > 0).sum())
    (1000, 1.0, 50)
    """
    dt = _checks.number("dt", dt, above=0)
    duration = _checks.number("duration", duration, at_least=dt)
    times = np.arange(round(duration / dt)) * dt
    wave = sum(np.sin(2 * np.pi * frequency * times) for frequency in (1, 2, 3, 5))
    # Half a step of slack, so that a time of 0.05 that rounding put just below counts as after.
    pulse = np.where(times < 0.05 - dt / 2, 0.5, 0.0)
    trial = Trial(inputs=pulse[:, None], outputs=(wave / wave.max())[:, None], dt=dt)
    return Task(
        name="osc4", n_inputs=1, n_outputs=1, dt=dt, draw=lambda rng: trial, repeats=True
    )
