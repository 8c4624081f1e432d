"""Spike times of units in trials: rates by condition, and how variable single trials are.

`trials_from_lists` makes them of plain lists, `spikelib.recordings.sessions` of whole sessions
with a table of trials, such as NWB files, neo and pynapple objects hold, and
`spikelib.recordings.comparison.compare` of a model. What follows is the same for all.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.recordings import _spike_lists, _variability
from spikelib.recordings.origin import Origin
from spikelib.recordings.recording import Recording
from spikelib.recordings.smoothing import gaussian_average

__all__ = ["SpikeTrials", "trials_from_lists"]

_TOLERANCE = 1e-6  # of a bin: times such as 0.30000000000000004 belong to the bin they meant
_FASTEST = 1000.0  # Hz: no neuron fires faster on average


@dataclass(frozen=True, kw_only=True, eq=False)
class SpikeTrials:
    """Spikes of units in trials, aligned to an event at time 0.

    Parameters
    ----------
    times : array_like, shape (n_spikes,)
        In seconds from the event, within `window`.
    spike_units, spike_trials : array_like of int, shape (n_spikes,)
        Which unit fired, and in which trial. Kept in order of trial, unit and time.
    labels : array_like of int, shape (n_trials,)
        The condition of each trial.
    conditions : tuple of str
    window : (float, float)
        Start and end of every trial in seconds from the event; the end does not belong to it.
    units, trials : tuple of str
        Their names.
    event : str
        What time 0 is.
    left_out : tuple of str
        Trials that were left out.
    source : str
        Where the spikes come from.
    surrogate : bool
        True where the spikes were made, not recorded.

    Raises
    ------
    ValueError
        Spikes outside the window, of units or trials that are not there, conditions without
        a trial, or a unit that fires above 1000 Hz on average: its times have another unit.
    """

    times: np.ndarray
    spike_units: np.ndarray
    spike_trials: np.ndarray
    labels: np.ndarray
    conditions: tuple[str, ...]
    window: tuple[float, float]
    units: tuple[str, ...]
    trials: tuple[str, ...]
    event: str = ""
    left_out: tuple[str, ...] = ()
    source: str = ""
    surrogate: bool = False
    __repr__ = _spike_lists.in_short

    def __post_init__(self):
        window = _spike_lists.window(self.window)
        for name in ("conditions", "units", "trials", "left_out"):
            object.__setattr__(self, name, tuple(map(str, getattr(self, name))))
        times = _checks.array("times", self.times, ("n_spikes",))
        sizes = {"spike_units": self.n_units, "spike_trials": self.n_trials}
        if not all(sizes.values()):
            raise ValueError(
                f"units, trials: expected at least one of each, got {self.n_units} units and "
                f"{self.n_trials} trials"
            )
        indices = {
            name: _spike_lists.indices(name, getattr(self, name), times.size, size)
            for name, size in sizes.items()
        }
        labels = _spike_lists.indices("labels", self.labels, self.n_trials, len(self.conditions))
        empty = np.flatnonzero(np.bincount(labels, minlength=len(self.conditions)) == 0)
        if empty.size:
            raise ValueError(
                f"labels: expected a trial of every condition, got none of "
                f"{self.conditions[empty[0]]!r}"
            )
        _spike_lists.check_inside(times, window)
        order = np.lexsort((times, indices["spike_units"], indices["spike_trials"]))
        values = {"times": times, **indices}
        for name, value in values.items():
            object.__setattr__(self, name, value[order])
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "window", window)
        fastest = self.mean_rates().max()
        if fastest > _FASTEST:
            raise ValueError(
                f"times: expected mean rates of at most {_FASTEST:g} Hz, got {fastest:.4g} Hz of "
                f"unit {self.units[int(self.mean_rates().argmax())]!r}: are the times in seconds?"
            )

    @property
    def n_units(self):
        """Number of units N."""
        return len(self.units)

    @property
    def n_trials(self):
        """Number of trials."""
        return len(self.trials)

    @property
    def duration(self):
        """Length of the window in seconds."""
        return self.window[1] - self.window[0]

    def spike_times(self, unit, trial):
        """Times of one unit (by its index) in one trial, in seconds from the event."""
        _checks.count("unit", unit, at_least=0, at_most=self.n_units - 1)
        _checks.count("trial", trial, at_least=0, at_most=self.n_trials - 1)
        return self.times[(self.spike_units == unit) & (self.spike_trials == trial)]

    def mean_rates(self):
        """Mean rate of each unit over all trials in Hz, shape (N,)."""
        counts = np.bincount(self.spike_units, minlength=self.n_units)
        return counts / (self.n_trials * self.duration)

    def edges(self, dt):
        """Edges (T + 1,) of bins of `dt` seconds, of which the window is a whole number."""
        dt = _checks.number("dt", dt, above=0, at_most=self.duration)
        _checks.steps("dt", self.duration, dt)
        n_bins = round(self.duration / dt)
        if abs(n_bins * dt - self.duration) > _TOLERANCE * dt * n_bins:
            raise ValueError(
                f"dt: expected a bin of which the window of {self.duration:g} s is a whole "
                f"number, such as {self.duration / n_bins:g}, got {dt:g} s"
            )
        return self.window[0] + dt * np.arange(n_bins + 1)

    def counts(self, dt):
        """Spikes in bins of `dt` seconds, shape (n_trials, T, N), of unsigned integers."""
        n_bins = self.edges(dt).size - 1
        counts = np.zeros((self.n_trials, n_bins, self.n_units), dtype=np.uint16)
        bins = np.floor((self.times - self.window[0]) / dt + _TOLERANCE).astype(np.int64)
        # A time within the tolerance of the end is still inside the window.
        bins = np.clip(bins, 0, n_bins - 1)
        np.add.at(counts, (self.spike_trials, bins, self.spike_units), 1)
        return counts

    def recording(self, dt, *, kernel=0.0):
        """Rates by condition: counts in bins, averaged over trials, smoothed with a Gaussian.

        Parameters
        ----------
        dt : float
            Length of a bin in seconds.
        kernel : float
            Standard deviation of the Gaussian in seconds, half a bin or more; 0 for none. See
            `spikelib.recordings.smoothing.gaussian_average`.

        Returns
        -------
        Recording
            Its `origin` has units, trials, bins and kernel. Smooth a model's rates with the
            same kernel before you compare.
        """
        edges, counts = self.edges(dt), self.counts(dt)
        kernel = _checks.number("kernel", kernel, at_least=0)
        kinds = range(len(self.conditions))
        rates = np.stack([counts[self.labels == k].mean(axis=0, dtype=float) / dt for k in kinds])
        if kernel:
            rates = gaussian_average(rates, dt, kernel=kernel)
        origin = Origin(
            units=self.units, bins=edges, event=self.event, kernel=kernel, left_out=self.left_out,
            trials=tuple(
                tuple(self.trials[i] for i in np.flatnonzero(self.labels == k)) for k in kinds
            ),
        )
        return Recording(
            rates=rates, dt=dt, conditions=self.conditions, source=self.source,
            surrogate=self.surrogate, origin=origin,
        )

    def fano(self, window=0.3):
        """Fano factor of each unit over trials of one condition; shape (N,).

        The same formula as `spikelib.recordings.comparison.Comparison.fano`: variance of the
        counts in windows of `window` seconds over mean, each summed over windows and
        conditions. Every condition needs two trials; NaN for units that never fire.
        """
        few = [c for k, c in enumerate(self.conditions) if np.sum(self.labels == k) < 2]
        if few:
            raise ValueError(f"fano: expected two or more trials of each condition, got 1 of {few}")
        window = _checks.number("window", window, above=0, at_most=self.duration)
        n_windows = int(self.duration / window + _TOLERANCE)
        end = self.window[0] + n_windows * window  # what is left over is not used
        inside = self.times < end
        part = replace(
            self, times=self.times[inside], spike_units=self.spike_units[inside],
            spike_trials=self.spike_trials[inside], window=(self.window[0], end),
        )
        return _variability.fano(part.counts(window), self.labels, dt=window, window=window)

    def intervals(self):
        """Statistics of the interspike intervals within trials.

        Returns
        -------
        cv, cv2 : ndarray, shape (N,)
            Coefficient of variation, and the local measure of `spikelib.metrics.cv2`, that
            slow changes of the rate hardly touch. NaN for units with fewer than three
            intervals, or pairs of neighbouring ones.
        """
        sums = _variability.Intervals(self.n_units)
        sums.add(self.times, self.spike_units, self.spike_trials)
        return sums.cv(), sums.cv2()

    def select(self, *, units=None, trials=None):
        """Some units, some trials, or both, by boolean masks or indices; in the order given.

        Conditions without a trial left are no longer among `conditions`.
        """
        return _spike_lists.select(self, units, trials)


def trials_from_lists(times, *, time_unit, window, conditions=None, units=None, trials=None,
                      event="", keep_silent=False, source="lists"):
    """Spike times in plain lists: an array for each unit and trial.

    Parameters
    ----------
    times : nested sequence, shape (n_units, n_trials)
        ``times[unit][trial]`` is an array of spike times from the event on which the trials
        are aligned.
    time_unit : {"s", "ms", "us"} or float
        Unit of the times; a number is how many seconds it has, such as 1 / 30000 for samples.
        There is no default.
    window : (float, float)
        When recording began and ended in every trial, in seconds from the event.
    conditions : sequence, shape (n_trials,), optional
        The condition of each trial; by default all are of one, "all". Conditions come in
        natural order: 0, 45, 180.
    units, trials : sequence of str, optional
        Names; by default "0", "1", ...
    event : str
        What time 0 is.
    keep_silent : bool
        Take units without a single spike too; by default they are named in an error.
    source : str

    Returns
    -------
    SpikeTrials

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> times = [[rng.uniform(0, 500, 9) for _ in range(20)] for _ in range(3)]
    >>> spikes = trials_from_lists(
    ...     times, time_unit="ms", window=(0, 0.5), conditions=["left", "right"] * 10,
    ... )
    >>> recording = spikes.recording(0.02, kernel=0.04)
    >>> recording.rates.shape, recording.conditions, recording.origin.n_trials
    ((2, 25, 3), ('left', 'right'), (10, 10))
    """
    flat = _spike_lists.flat(times, _spike_lists.seconds(time_unit), conditions)
    n_units, n_trials = flat.shape
    names, labels = _spike_lists.labels(conditions, n_trials)
    result = SpikeTrials(
        times=flat.times, spike_units=flat.units, spike_trials=flat.trials, labels=labels,
        conditions=names, window=window, event=event, source=source,
        units=_spike_lists.names("units", units, n_units),
        trials=_spike_lists.names("trials", trials, n_trials),
    )
    _spike_lists.check_spread(result.times, result.window)
    _spike_lists.check_silent(result, keep_silent)
    return result
