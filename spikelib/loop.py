"""The loop in which every training runs: progress, log, divergence, checkpoints, Ctrl-C.

What is learned in a trial is a learner's affair, an object with four methods::

    trial(index)    do one trial and learn from it; a row of the log, names and numbers
    state()         all that the trials to come depend on, as arrays by name
    restore(state)  the reverse
    identity()      what determines the run, by names that a person understands

Training by recursive least squares, under Dale's law, on recordings, by FORCE, full-FORCE and
by gradient are learners of this kind, so all of them can be interrupted and resumed with the
result that they would have had.
"""

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from spikelib import _checkpoint, _checks
from spikelib._progress import bar
from spikelib.errors import DivergedError

__all__ = ["Learner", "TrainingLog", "run"]

_SAVE_EVERY = 60.0  # seconds
_DIVERGED = 1e6  # of an error relative to the target: beyond it nothing can be learned any more


class Learner(Protocol):
    """What `run` needs of a training; see `spikelib.loop`."""

    def trial(self, index: int) -> dict[str, float]:
        """Do trial `index`, learn from it, and return a row of the log."""

    def state(self) -> dict[str, np.ndarray]:
        """All that the trials to come depend on."""

    def restore(self, state: dict[str, np.ndarray]) -> None:
        """Go back to a state."""

    def identity(self) -> dict[str, object]:
        """What determines the run: arrays, dataclasses, generators, numbers."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingLog:
    """How a training went: columns with one entry a trial.

    Each column is an attribute, such as ``log.output_nmse``.

    Parameters
    ----------
    columns : dict of str to ndarray, shape (n_trials,)
        ``seconds``, the time that each trial took to compute, is always there. Training by
        recursive least squares has ``output_nmse`` and ``factor_nmse``, made before the
        updates of each step, and ``mean_rate`` in Hz; FORCE has ``output_nmse``; gradient
        training has ``loss``. Under Dale's law there are ``current_error`` and
        ``factor_error`` (power of own minus target currents over that of the target
        currents, each less its mean, in all directions and in those of the encoder),
        ``slack`` (fraction of the steps at which the leash did not bind) and ``mean_rate``.

    Examples
    --------
    >>> log = TrainingLog(columns={"loss": np.array([2.0, 1.0]), "seconds": np.ones(2)})
    >>> log.n_trials, log.loss[-1]
    (2, np.float64(1.0))
    """

    columns: dict[str, np.ndarray]

    def __getattr__(self, name):
        columns = self.__dict__.get("columns", {})
        if name in columns:
            return columns[name]
        raise AttributeError(
            f"{name!r}: expected one of the columns {sorted(columns)} of this log"
        )

    def __dir__(self):
        return [*super().__dir__(), *self.columns]

    @property
    def n_trials(self):
        """Number of trials that were done."""
        return len(next(iter(self.columns.values()), ()))


def run(learner, n_trials, *, checkpoint=None, progress=None, stop=None, name="training",
        unit="trial"):
    """Let a learner do its trials.

    Parameters
    ----------
    learner : Learner
    n_trials : int
    checkpoint : path, optional
        A file that is written about once a minute and when training is interrupted (Ctrl-C,
        which then takes effect at the end of the trial). Where it exists, training goes on
        from it, with the result that it would have had; afterwards it is removed. A file of
        another training is refused and kept.
    progress : bool, optional
        Show a bar; by default where a person watches.
    stop : callable, optional
        ``stop(done)``, asked after each trial: whether `done` trials are enough.
    name, unit : str
        What is counted, for the bar and for errors.

    Returns
    -------
    TrainingLog

    Raises
    ------
    DivergedError
        A number of the log is not finite, or an error beyond all bounds; it carries the log.
    SavedFileError
        A checkpoint of another training; the message says what differs.
    OSError
        A checkpoint in a place that cannot be written.
    """
    _checks.function("stop", stop)
    file = None if checkpoint is None else _checkpoint.Checkpoint(checkpoint, learner.identity())
    rows, done = [], 0
    if file is not None and file.exists:
        done, columns, state = file.load()
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        learner.restore(state)
    saved = time.monotonic()
    with _checkpoint.interrupts_held(file is not None) as interrupted:
        for index in bar(range(done, n_trials), show=progress, desc=name, unit=unit,
                         initial=done, total=n_trials):
            start = time.perf_counter()
            # Numbers beyond all bounds are found in the log.
            with np.errstate(over="ignore", invalid="ignore"):
                row = learner.trial(index)
            rows.append(row | {"seconds": time.perf_counter() - start})
            _check(row, rows, index, name, unit)
            late = time.monotonic() - saved > _SAVE_EVERY
            if file is not None and (late or interrupted()):
                file.save(index + 1, _columns(rows), learner.state())
                saved = time.monotonic()
            if interrupted():
                raise KeyboardInterrupt
            if stop is not None and stop(index + 1):
                break
    if file is not None:
        file.remove()
    return TrainingLog(columns=_columns(rows))


def _columns(rows):
    return {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def _check(row, rows, index, name, unit):
    for column, value in row.items():
        if not np.isfinite(value):
            what = f"{column} is {value}"
        elif not value <= _DIVERGED:
            what = f"{column} is {value:.3g} times the target"
        else:
            continue
        raise DivergedError(
            f"{name} diverged in {unit} {index}: {what}", trial=index,
            log=TrainingLog(columns=_columns(rows)),
        )
