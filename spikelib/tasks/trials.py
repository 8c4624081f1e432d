"""A `Trial`: one stretch of what goes into a network and of what should come out."""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks

__all__ = ["Trial"]


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
    counted : array_like of bool, shape (T,), optional
        Steps whose targets are to be learned and scored; by default all. In the others, such as
        gaps of a recording, targets may only drive. What cannot leave steps out refuses
        such trials.

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
    counted: np.ndarray | None = None

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
        if self.counted is not None:
            try:
                counted = np.asarray(self.counted)
            except ValueError:  # rows of different length
                counted = np.asarray(None)
            if counted.shape != (n_steps,) or counted.dtype != bool or not counted.any():
                raise ValueError(
                    f"counted: expected a mask of shape ({n_steps},) with one True or more, got "
                    f"shape {counted.shape} of {counted.dtype}"
                )
            object.__setattr__(self, "counted", None if counted.all() else counted)

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


def whole(trial, name="trial"):
    """Raise ValueError where a trial has steps that do not count."""
    if trial.counted is not None:
        raise ValueError(
            f"{name}: expected a trial of which every step counts, got {np.sum(~trial.counted)} "
            f"of {trial.n_steps} that do not: they cannot be left out here"
        )
