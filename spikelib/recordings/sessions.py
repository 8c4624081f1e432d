"""A whole session: spike times on one clock, and a table of trials that says what happened when.

NWB files in the layout of the Neural Latents Benchmark hold one, and so do neo and pynapple
objects: see `spikelib.recordings.session_sources`. `SpikeSession.align` cuts the trials out.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from spikelib import _checks
from spikelib.recordings import _spike_lists
from spikelib.recordings.spike_trials import SpikeTrials

__all__ = ["SpikeSession"]

_SLACK = 1e-6  # seconds: rounding of times, and gaps between intervals that follow each other


@dataclass(frozen=True, kw_only=True, eq=False)
class SpikeSession:
    """Spike times of units and a table of trials, on one clock in seconds.

    Parameters
    ----------
    spike_times : sequence of array_like, shape (n_units,)
        Of each unit, in seconds.
    trials : mapping
        Columns of the table of trials, each of shape (n_trials,): ``start_time`` and
        ``stop_time`` in seconds, and whatever else is known of a trial. A pandas DataFrame
        will do.
    units, trial_names : sequence of str, optional
        Names; by default "0", "1", ...
    unit_columns : mapping, optional
        What is known of the units, each of shape (n_units,).
    observed : sequence of array_like, shape (n_units,), optional
        For each unit the intervals (k, 2) in which it was recorded. Without them recording is
        taken to have lasted from the first to the last time there is, spikes and trials.
    not_read : mapping
        Columns that a file or an object has, and why they are not here.
    source : str

    Raises
    ------
    ValueError
        Lengths that differ, columns that are missing, times that are not finite.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> session = SpikeSession(
    ...     spike_times=[rng.uniform(0, 40, 400) for _ in range(3)],
    ...     trials={"start_time": 2.0 * np.arange(20), "stop_time": 2.0 * np.arange(20) + 1.5,
    ...             "go": 2.0 * np.arange(20) + 0.5, "side": ["left", "right"] * 10},
    ... )
    >>> spikes = session.align("go", (-0.2, 0.8), condition="side")
    >>> spikes.recording(0.02, kernel=0.05).rates.shape
    (2, 50, 3)
    """

    spike_times: tuple[np.ndarray, ...]
    trials: dict
    units: tuple[str, ...] | None = None
    trial_names: tuple[str, ...] | None = None
    unit_columns: dict = field(default_factory=dict)
    observed: tuple[np.ndarray, ...] | None = None
    not_read: dict = field(default_factory=dict)
    source: str = ""
    __repr__ = _spike_lists.in_short

    def __post_init__(self):
        trains = tuple(
            _spike_lists.one_train(f"spike_times[{i}]", train)
            for i, train in enumerate(_checks.listed("spike_times", self.spike_times))
        )
        if not trains:
            raise ValueError("spike_times: expected at least one unit, got none")
        trials = _table("trials", self.trials, None)
        for name in ("start_time", "stop_time"):
            if name not in trials:
                raise ValueError(f"trials: expected a column {name!r}, got {sorted(trials)}")
            trials[name] = _checks.array(f"trials[{name!r}]", trials[name], ("n_trials",))
        n_trials = trials["start_time"].size
        if n_trials == 0:
            raise ValueError("trials: expected at least one trial, got none")
        observed = self.observed
        if observed is not None:
            observed = _checks.listed("observed", observed)
            if len(observed) != len(trains):
                raise ValueError(f"observed: expected {len(trains)} units, got {len(observed)}")
            axes = "k", "start and end"
            observed = tuple(_merged(_checks.array(f"observed[{i}]", part, axes, (None, 2)))
                             for i, part in enumerate(observed))
        _spike_lists.check_clock(trains, trials, observed)
        values = {
            "spike_times": trains, "trials": MappingProxyType(trials), "observed": observed,
            "units": _spike_lists.names("units", self.units, len(trains)),
            "trial_names": _spike_lists.names("trial_names", self.trial_names, n_trials),
            "unit_columns": MappingProxyType(
                _table("unit_columns", self.unit_columns, len(trains))
            ),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def n_trials(self):
        """Number of trials."""
        return len(self.trial_names)

    @property
    def n_units(self):
        """Number of units."""
        return len(self.units)

    def align(self, event, window, *, condition=None, units=None, trials=None, leave_out=False,
              keep_silent=False):
        """Cut out a window around an event in each trial.

        Parameters
        ----------
        event : str or array_like, shape (n_trials,)
            A column of the table of trials, or times in seconds on the clock of the session.
        window : (float, float)
            Start and end in seconds from the event.
        condition : str or sequence, shape (n_trials,), optional
            A column, or the condition of each trial. By default all are of one, "all".
        units, trials : array_like, optional
            Boolean masks or indices of those to use, such as
            ``session.unit_columns["quality"] == "good"``.
        leave_out : bool
            Leave out trials without the event or the condition, and those whose window was
            not wholly recorded; the result names them. By default they are an error.
        keep_silent : bool
            Take units without a single spike in these windows; by default they are an error.

        Returns
        -------
        SpikeTrials

        Raises
        ------
        ValueError
            What is missing is named, with the first trials that it is missing in.
        """
        start, end = _spike_lists.window(window)
        chosen = _chosen("trials", trials, self.n_trials)
        used = _chosen("units", units, self.n_units)
        times = self._event(event, chosen)
        kinds = self._conditions(condition, chosen)
        title = event if isinstance(event, str) else "event"
        no_event, no_kind = ~np.isfinite(times), np.array([kind is None for kind in kinds])
        late = ~no_event & ~self._recorded(times + start, times + end, used)
        left = no_event | no_kind | late
        reasons = {
            f"{title!r}: expected its time in every trial": no_event,
            "condition: expected one of every trial": no_kind,
            f"window: expected recording from {start:g} to {end:g} s around {title!r} in every "
            f"trial (recorded: {self._extent(used)})": late,
        }
        names = np.array([self.trial_names[i] for i in chosen])
        for expected, missing in reasons.items():
            if missing.any() and (not leave_out or left.all()):
                raise ValueError(
                    f"{expected}, got none in {missing.sum()} of {missing.size}, such as "
                    f"{names[missing][:5].tolist()}"
                    + ("" if leave_out else ": say leave_out=True to do without them")
                )
        kept = np.flatnonzero(~left)
        cut = _cut([self.spike_times[i] for i in used], times[kept], start, end)
        conditions, labels = _spike_lists.labels(
            None if condition is None else [kinds[k] for k in kept], kept.size
        )
        result = SpikeTrials(
            times=cut[0], spike_units=cut[1], spike_trials=cut[2], labels=labels,
            conditions=conditions, window=(start, end), event=title, source=self.source,
            units=tuple(self.units[i] for i in used), trials=tuple(names[kept]),
            left_out=tuple(names[left]),
        )
        _spike_lists.check_silent(result, keep_silent)
        return result

    def _column(self, what, name):
        if name not in self.trials:
            why = f"; {name!r} was not read: {self.not_read[name]}" if name in self.not_read else ""
            raise ValueError(
                f"{what}: expected a column of the trials, one of {sorted(self.trials)}, got "
                f"{name!r}{why}"
            )
        return self.trials[name]

    def _event(self, event, chosen):
        """Time of the event in the chosen trials, NaN where there is none."""
        named = isinstance(event, str)
        values = self._column("event", event) if named else event
        try:
            values = np.asarray(values).astype(float)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"event: expected times in seconds, got {values!r:.80}") from None
        if values.shape != (self.n_trials,):
            raise ValueError(f"event: expected shape ({self.n_trials},), got {values.shape}")
        times, first, last = (
            x[chosen] for x in (values, self.trials["start_time"], self.trials["stop_time"])
        )
        there = np.isfinite(times)
        outside = there & ((times < first - _SLACK) | (times > last + _SLACK))
        if named and outside.sum() > there.sum() / 2:  # the caller's own times are taken as said
            k = int(np.flatnonzero(outside)[0])
            raise ValueError(
                f"event: expected {event!r} on the clock of the session, got {times[k]:g} s in a "
                f"trial from {first[k]:g} to {last[k]:g} s, and times outside their trials in "
                f"{outside.sum()} of {times.size}. Where they count from the start of the trial, "
                f"say event=session.trials['start_time'] + session.trials[{event!r}]"
            )
        return times

    def _conditions(self, condition, chosen):
        """Condition of each chosen trial, None where it has none."""
        if condition is None:
            return ["all"] * chosen.size
        named = isinstance(condition, str)
        given = self._column("condition", condition) if named else condition
        values = _checks.listed("condition", given)
        if len(values) != self.n_trials:
            raise ValueError(
                f"condition: expected one for each of the {self.n_trials} trials, got {len(values)}"
            )
        texts = [_spike_lists.text(values[i]).strip() for i in chosen]
        return [None if text in ("", "nan", "None", "NaT") else text for text in texts]

    def _intervals(self, used):
        """The different sets of intervals in which the used units were recorded."""
        if self.observed is None:
            ends = [self.trials["start_time"], self.trials["stop_time"], *self.spike_times]
            ends = [(x.min(), x.max()) for x in ends if x.size]
            return [np.array([[min(e[0] for e in ends), max(e[1] for e in ends)]])]
        return list({part.tobytes(): part for part in (self.observed[i] for i in used)}.values())

    def _recorded(self, starts, ends, used):
        """Whether all used units were recorded from `starts` to `ends`, (n_trials,)."""
        recorded = np.ones(starts.size, dtype=bool)
        for part in self._intervals(used):
            at = np.searchsorted(part[:, 0], starts + _SLACK, side="right") - 1
            last = part[np.maximum(at, 0), 1] if len(part) else starts - 1
            recorded &= (at >= 0) & (ends <= last + _SLACK)
        return recorded

    def _extent(self, used):
        parts = self._intervals(used)
        ends = np.concatenate(parts) if parts else np.empty((0, 2))
        if not ends.size:
            return "nothing"
        text = f"{ends.min():g} to {ends.max():g} s"
        n_parts = max(map(len, parts))
        return text if n_parts == 1 else f"{text}, in up to {n_parts} intervals"


def _chosen(name, value, size):
    return np.arange(size) if value is None else _spike_lists.chosen(name, value, size)


def _table(name, columns, size):
    """Columns of one length as arrays."""
    if not (hasattr(columns, "keys") and hasattr(columns, "__getitem__")):
        raise ValueError(f"{name}: expected a mapping of names to columns, got {columns!r:.80}")
    table = {}
    for key in columns:
        table[str(key)] = value = np.asarray(columns[key])
        size = len(value) if size is None and value.ndim else size
        if value.shape != (size,):
            raise ValueError(f"{name}[{key!r}]: expected shape ({size},), got {value.shape}")
    return table


def _merged(intervals):
    """Intervals in order, joined where they overlap or follow each other."""
    merged = []
    for start, end in intervals[np.argsort(intervals[:, 0])]:
        if merged and start <= merged[-1][1] + _SLACK:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return np.array(merged).reshape(-1, 2)


def _cut(trains, events, start, end):
    """Times from the event, units and trials of the spikes in the windows."""
    times, units, trials = [], [], []
    for i, train in enumerate(trains):
        # Half a nanosecond: an event plus a window is rounded.
        first = np.searchsorted(train, events + start - 5e-10)
        n_spikes = np.searchsorted(train, events + end - 5e-10) - first
        trial = np.repeat(np.arange(events.size), n_spikes)
        within = np.arange(n_spikes.sum()) - np.repeat(np.cumsum(n_spikes) - n_spikes, n_spikes)
        times.append(np.maximum(train[first[trial] + within] - events[trial], start))
        units.append(np.full(trial.size, i))
        trials.append(trial)
    return tuple(np.concatenate(parts) for parts in (times, units, trials))
