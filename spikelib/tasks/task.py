"""A `Task`: a source of trials, from parameters, arrays, a function or an environment.

Trials are run back to back: the network is not reset between them.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from spikelib import _checks
from spikelib.tasks import _arrays, _environments, _resampling
from spikelib.tasks._origin import lost
from spikelib.tasks.trials import Trial

__all__ = ["Task"]


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

    See Also
    --------
    Task.from_arrays : from a reader's own inputs and outputs.
    Task.from_function : from a function that draws a trial.
    Task.from_environment : from an environment with NeuroGym's interface.

    Examples
    --------
    >>> import numpy as np
    >>> from spikelib import osc4
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

    @classmethod
    def from_arrays(cls, inputs, outputs, dt, *, name="arrays", hints=None, score=None,
                    repeats=None, dt_network=0.001):
        """A task made from arrays: one trial that repeats, or trials drawn at random.

        Parameters
        ----------
        inputs : array_like or None
            One trial, (T,) for one channel or (T, n_inputs); several of one length,
            (n_trials, T, n_inputs); or a list of trials whose lengths may differ. None
            for no input.
        outputs : array_like
            The target outputs, in the same form.
        dt : float
            Time between samples in seconds.
        name : str
        hints : array_like, optional
            As for `Trial`, in the same form as the outputs.
        score : callable, optional
            ``score(trial, outputs)``, at the network's time step.
        repeats : bool, optional
            True: one and the same trial again and again. By default it is so where there
            is one trial; of several, each trial is drawn with equal chances.
        dt_network : float
            The time step of the network that the task is for, in seconds.

        Returns
        -------
        Task
            The label of a trial is its place in the arrays.

        Raises
        ------
        ValueError
            Arrays that do not fit together, values that are not finite, a `dt` of 0.5 s or
            more, `repeats` with several trials.

        Warns
        -----
        UserWarning
            Trials of more than 1,000 s; more channels than time steps; trials with the same
            inputs and different outputs.

        Notes
        -----
        Arrays are resampled to `dt_network`. To a shorter step, inputs and hints are held
        until the next sample, and outputs follow straight lines from sample to sample (the
        last sample is held); to a longer one, all are averaged over each step. A trial
        keeps its duration, rounded to whole steps.

        Examples
        --------
        >>> times = np.arange(100) * 0.01
        >>> task = Task.from_arrays(None, np.sin(2 * np.pi * times), dt=0.01)
        >>> task.repeats, task.n_inputs, task.trials(1, rng=np.random.default_rng(0))[0].n_steps
        (True, 0, 1000)
        """
        step = _resampling.time_step("dt_network", dt_network)
        arrays = _arrays.matched(inputs, outputs, hints)
        dt = _resampling.time_step("dt", dt)
        _arrays.warn_of_doubts(*arrays[:2], dt)
        if repeats is None:
            repeats = len(arrays[0]) == 1
        elif repeats and len(arrays[0]) > 1:
            raise ValueError(f"repeats: expected one trial that repeats, got {len(arrays[0])}")
        trials = [
            Trial(
                inputs=_resampling.held(shown, dt, step),
                outputs=_resampling.interpolated(target, dt, step),
                hints=_resampling.held(hint, dt, step) if hint.shape[1] else None,
                dt=step, label=k,
            )
            for k, (shown, target, hint) in enumerate(zip(*arrays, strict=True))
        ]
        return cls._like(
            trials[0], name=name, repeats=bool(repeats), score=score,
            draw=lambda rng: trials[rng.integers(len(trials)) if len(trials) > 1 else 0],
        )

    @classmethod
    def from_function(cls, draw, *, name="function", score=None, repeats=False):
        """A task made from a function that draws a trial; its first one says the rest.

        Parameters
        ----------
        draw : callable
            ``draw(rng)`` returns one new `Trial`. It is called once here, with a generator
            of its own, for the numbers of channels and the time step.
        name : str
        score, repeats
            As for `Task`.
        """
        if not callable(draw):
            raise ValueError(f"draw: expected a function of a generator, got {draw!r}")
        first = draw(np.random.default_rng(0))
        if not isinstance(first, Trial):
            raise ValueError(
                f"draw: expected draw(rng) to return a Trial, got {type(first).__name__}"
            )
        return cls._like(first, name=name, draw=draw, score=score, repeats=repeats)

    @classmethod
    def _like(cls, trial, **fields):
        sizes = {name: getattr(trial, name) for name in ("n_inputs", "n_outputs", "n_hints", "dt")}
        return cls(**sizes, **fields)

    @classmethod
    def from_environment(cls, env, *, name=None, dt_network=0.001, signed=False):
        """A task made from an environment with NeuroGym's interface.

        Parameters
        ----------
        env : object
            With ``new_trial()``, after which ``ob`` (T, n_obs) holds the observations and
            ``gt`` (T,) the right choice at each step, ``dt`` in milliseconds, and
            ``action_space``; wrappers are looked through. Each trial sets its seed, by
            ``seed(...)`` or ``reset(seed=...)``, so that trials come from the task's generator.
        name : str, optional
            By default that of the environment's class.
        dt_network : float
            The time step of the network in seconds.
        signed : bool
            For three choices: one output that is 0 for choice 0, +1 for 1 and -1 for 2.

        Returns
        -------
        Task
            Inputs are the observations, held until the next. Where the choices are n whole
            numbers there are n outputs: that of the right choice is 1, the others 0; choice 0
            is to fixate, as in NeuroGym, and due until the decision. The score is then 1 where
            the largest output is that of the right choice for over half of the time in which a
            choice other than 0 is due, and where none is, 1 where it is that of choice 0 for at
            least 95 % of the trial; 0 otherwise. Where the action space is continuous, ``gt``
            is the output, on straight lines between its samples, and there is no score.

        References
        ----------
        Molano-Mazon et al. (2022), NeuroGym: An open resource for developing and sharing
        neuroscience tasks, PsyArXiv.
        """
        dt, n_choices = _environments.step_of(env), _environments.n_choices_of(env)
        step = _resampling.time_step("dt_network", dt_network)
        if signed and n_choices != 3:
            raise ValueError(f"signed: expected an environment of three choices, got {n_choices}")
        resampled = _resampling.interpolated if n_choices is None else _resampling.held

        def draw(rng):
            observed, truth = _environments.drawn(env, rng)
            outputs = _environments.as_outputs(truth, n_choices, signed)
            return Trial(
                inputs=_resampling.held(observed, dt, step),
                outputs=resampled(outputs, dt, step), dt=step,
            )

        def score(trial, outputs):
            return _environments.right_choice(trial.outputs, outputs, signed)

        return cls.from_function(
            draw, name=name or type(getattr(env, "unwrapped", env)).__name__,
            score=None if n_choices is None else score,
        )

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
            return [self._checked(self.draw(rng))] * int(n_trials)
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
            return cls(draw=lost(fields["name"]), **fields)
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
