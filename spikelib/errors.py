"""The errors that spikelib raises beside ``ValueError`` and ``TypeError``."""

__all__ = [
    "CannotExpressError", "DivergedError", "GoalNotReachedWarning", "InfeasibleError",
    "SavedFileError",
]


class DivergedError(RuntimeError):
    """A run left the range in which its numbers mean anything.

    Attributes
    ----------
    trial : int
        The trial, counted from 0, in which it happened.
    log : TrainingLog or None
        What was recorded up to and including that trial.
    """

    def __init__(self, message, *, trial, log=None):
        super().__init__(message)
        self.trial = trial
        self.log = log


class SavedFileError(ValueError):
    """A file is not what this version of spikelib saves, or is damaged."""


class InfeasibleError(ValueError):
    """What is asked for cannot be made with the signs and connections at hand."""


class CannotExpressError(ValueError):
    """A network has something that the program it is exported to has no words for."""


class GoalNotReachedWarning(UserWarning):
    """The network that `spikelib.fit` hands over does not reach the goal; the verdict says why."""
