"""Where rates come from: the units, trials and bins that were averaged."""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks

__all__ = ["Origin"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """Which spikes the rates of a recording were made from, and how.

    Parameters
    ----------
    units : tuple of str
        Names of the neurons, in the order of the rates.
    trials : tuple of tuple of str
        For each condition the names of the trials that were averaged.
    bins : array_like, shape (T + 1,)
        Edges of the bins in seconds from the event.
    event : str
        What time 0 is.
    kernel : float
        Standard deviation of the Gaussian that the rates were smoothed with, in seconds; 0
        where they were not.
    left_out : tuple of str
        Names of the trials that were left out, because the event, the condition or a part of
        the window was missing.

    Examples
    --------
    >>> Origin(units=("a",), trials=(("0", "1"), ("2",)), bins=[0, 0.1, 0.2]).n_trials
    (2, 1)
    """

    units: tuple[str, ...]
    trials: tuple[tuple[str, ...], ...]
    bins: np.ndarray
    event: str = ""
    kernel: float = 0.0
    left_out: tuple[str, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "bins", _checks.array("bins", self.bins, ("edges",)))
        object.__setattr__(self, "units", tuple(map(str, self.units)))
        object.__setattr__(
            self, "trials", tuple(tuple(map(str, trials)) for trials in self.trials)
        )

    @property
    def n_trials(self):
        """How many trials of each condition were averaged."""
        return tuple(map(len, self.trials))

    def check(self, shape):
        """Raise ValueError where this does not belong to rates of `shape`."""
        own = (len(self.trials), self.bins.size - 1, len(self.units))
        if own != tuple(shape):
            raise ValueError(
                f"origin: expected one of rates of shape (conditions, T, neurons) = "
                f"{tuple(shape)}, got one of {own}: where rates are changed, give the new "
                "recording origin=None, or make it anew from its spikes"
            )
