"""Sessions of spikes from NWB files, and from objects of neo and pynapple.

An NWB file is read with h5py alone: pynwb is not needed. Neither neo nor pynapple is imported:
who has an object of theirs has them.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from spikelib.recordings import _hdf5, _spike_tables
from spikelib.recordings.sessions import SpikeSession

__all__ = ["read_spikes", "session_from_neo", "session_from_pynapple"]


def read_spikes(path, *, trials="trials"):
    """Spike times and the table of trials of an NWB file.

    Read are ``/units`` with ``spike_times``, their ``obs_intervals`` and further columns, and
    the table of trials in ``/intervals``, as the Neural Latents Benchmark and the DANDI archive
    have them. Columns with several values for a unit or a trial are not read; the session's
    `not_read` names them.

    Parameters
    ----------
    path : path
    trials : str
        Name of the table in ``/intervals``.

    Returns
    -------
    SpikeSession

    Raises
    ------
    ValueError
        No units, no spike times, no such table; what there is instead is named.
    FileNotFoundError
    """
    try:
        path = Path(path)
    except TypeError:
        raise ValueError(f"path: expected the path of a file, got {path!r:.80}") from None
    if not isinstance(trials, str):
        raise ValueError(f"trials: expected the name of a table, got {trials!r:.80}")
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    with _hdf5.opened(path, ".nwb") as file:
        return _spike_tables.session(path, file, trials)


def session_from_neo(data, *, trials=None):
    """A session from neo: trials are segments, or the epochs of one segment.

    Parameters
    ----------
    data : neo.Block, neo.Segment or sequence of neo.Segment
        With one segment, its epochs are trials, and their array annotations columns. With
        several, each is a trial, its annotations are columns, and its spike trains those of
        the same units in the same order; segments are laid one after another on one clock.
        Events become columns too, under their name and under each of their labels.
    trials : str or mapping, optional
        For one segment: the name of the `neo.Epoch`, where there are several; or a table of
        trials such as a pandas DataFrame, with ``start_time`` and ``stop_time`` in seconds.

    Returns
    -------
    SpikeSession
        Times in seconds, whatever unit the object has. The extent of the spike trains is what
        was recorded.
    """
    segments = getattr(data, "segments", None)
    if segments is None:
        several = isinstance(data, Sequence) and not isinstance(data, (str, bytes))
        segments = data if several and not hasattr(data, "spiketrains") else [data]
    segments = list(segments)
    odd = [type(s).__name__ for s in segments if not hasattr(s, "spiketrains")]
    if not segments or odd:
        raise ValueError(
            "data: expected a neo.Block with segments, a neo.Segment or several, got "
            f"{odd[0] if odd else 'none'}"
        )
    names = _neo_units(segments)
    if len(segments) == 1:
        return _of_epochs(segments[0], names, trials)
    return _of_segments(segments, names)


def _seconds(quantity):
    return np.atleast_1d(np.asarray(quantity.rescale("s").magnitude, dtype=float))


def _neo_units(segments):
    """Names of the units, the same in every segment."""
    found = [
        [str(train.name or train.annotations.get("id", i)) for i, train in enumerate(s.spiketrains)]
        for s in segments
    ]
    for k, names in enumerate(found):
        if names != found[0]:
            raise ValueError(
                f"segments[{k}]: expected spike trains of the same units as in the first segment, "
                f"{found[0][:8]} ({len(found[0])}), got {names[:8]} ({len(names)})"
            )
    if not found[0]:
        raise ValueError("data: expected spike trains, got none")
    return found[0] if len(set(found[0])) == len(found[0]) else None


def _events(segment):
    """Times in seconds of the segment's events, under their names and labels."""
    found = {}
    for event in segment.events:
        times, labels = _seconds(event.times), np.asarray(event.labels, dtype=str)
        if event.name:
            found.setdefault(str(event.name), []).extend(times)
        for label in set(labels) - {"", event.name}:
            found.setdefault(str(label), []).extend(times[labels == label])
    return found


def _one_for_each(columns, not_read, found, starts, stops):
    """Add columns of events that happen at most once in each trial."""
    for name, times in found.items():
        times = np.sort(np.asarray(times, dtype=float))
        first = np.searchsorted(times, starts - 1e-9)
        number = np.searchsorted(times, stops + 1e-9) - first
        if name in columns:
            not_read[name] = "trials have another column of this name"
        elif number.max(initial=0) > 1:
            not_read[name] = f"it happens up to {number.max()} times in a trial"
        else:
            padded = np.append(times, np.nan)
            columns[name] = np.where(number == 1, padded[np.minimum(first, times.size)], np.nan)


def _epoch(segment, trials):
    """Columns of the trials: of an epoch, or as they were given."""
    if trials is not None and not isinstance(trials, str):
        return {str(name): np.asarray(trials[name]) for name in trials}
    epochs = {str(epoch.name): epoch for epoch in segment.epochs}
    if trials is None and len(epochs) == 1:
        trials = next(iter(epochs))
    if trials not in epochs:
        raise ValueError(
            f"trials: expected the name of an epoch, one of {sorted(epochs)}, got {trials!r}: "
            "the trials of a single segment are its epochs; or give a table"
        )
    epoch = epochs[trials]
    starts = _seconds(epoch.times)
    columns = {"start_time": starts, "stop_time": starts + _seconds(epoch.durations)}
    if len(epoch.labels) == starts.size:
        columns["label"] = np.asarray(epoch.labels, dtype=str)
    return columns | {str(key): np.asarray(v) for key, v in epoch.array_annotations.items()}


def _of_epochs(segment, names, trials):
    columns, not_read = _epoch(segment, trials), {}
    if not {"start_time", "stop_time"} <= set(columns):
        raise ValueError(
            f"trials: expected columns 'start_time' and 'stop_time', got {sorted(columns)}"
        )
    starts, stops = (np.asarray(columns[n], dtype=float) for n in ("start_time", "stop_time"))
    _one_for_each(columns, not_read, _events(segment), starts, stops)
    return SpikeSession(
        spike_times=[_seconds(train.times) for train in segment.spiketrains], units=names,
        trials=columns, not_read=not_read, source="neo",
        observed=[
            np.array([[_seconds(train.t_start)[0], _seconds(train.t_stop)[0]]])
            for train in segment.spiketrains
        ],
    )


def _of_segments(segments, names):
    n_units = len(segments[0].spiketrains)
    trains, observed, events, rows = [[] for _ in range(n_units)], [], {}, []
    observed = [[] for _ in range(n_units)]
    clock = 0.0
    for segment in segments:
        starts = [_seconds(train.t_start)[0] for train in segment.spiketrains]
        stops = [_seconds(train.t_stop)[0] for train in segment.spiketrains]
        shift = clock - min(starts)
        for i, train in enumerate(segment.spiketrains):
            trains[i].append(_seconds(train.times) + shift)
            observed[i].append([starts[i] + shift, stops[i] + shift])
        for name, times in _events(segment).items():
            events.setdefault(name, []).extend(np.asarray(times) + shift)
        rows.append({
            **segment.annotations, "start_time": clock, "stop_time": max(stops) + shift,
        })
        clock = max(stops) + shift + 1.0  # a second without recording: trials stay apart
    columns, not_read = {}, {}
    for name in dict.fromkeys(key for row in rows for key in row):
        values = [row.get(name) for row in rows]
        if any(np.ndim(value) for value in values):
            not_read[str(name)] = "it has several values for a trial"
        else:
            number = all(isinstance(value, (int, float, np.number)) for value in values)
            columns[str(name)] = np.array(values, dtype=None if number else object)
    _one_for_each(columns, not_read, events, columns["start_time"], columns["stop_time"])
    return SpikeSession(
        spike_times=[np.concatenate(parts) for parts in trains], observed=observed, units=names,
        trials=columns, not_read=not_read, source="neo",
    )


def session_from_pynapple(units, trials, *, columns=None):
    """A session from pynapple.

    Parameters
    ----------
    units : pynapple.TsGroup
        Its metadata become columns of the units. Its time support is what was recorded, unless
        it was made up from the first and the last spike, as pynapple does where it is given
        none.
    trials : pynapple.IntervalSet
        Its metadata become columns of the trials.
    columns : mapping, optional
        Further columns of the trials, or a pandas DataFrame, such as times of events in
        seconds.

    Returns
    -------
    SpikeSession
    """
    for name, value, needed in (
        ("units", units, ("keys", "time_support", "metadata_columns")),
        ("trials", trials, ("start", "end")),
    ):
        if not all(hasattr(value, part) for part in needed):
            kind = "TsGroup" if name == "units" else "IntervalSet"
            raise ValueError(f"{name}: expected a pynapple.{kind}, got {type(value).__name__}")
    keys = list(units.keys())
    support = np.column_stack([units.time_support.start, units.time_support.end])
    trains = [np.asarray(units[key].t) for key in keys]
    ends = [end for train in trains if train.size for end in (train.min(), train.max())]
    made_up = len(support) == 1 and ends and np.allclose(support[0], [min(ends), max(ends)])
    table = {"start_time": np.asarray(trials.start), "stop_time": np.asarray(trials.end)}
    for name in getattr(trials, "metadata_columns", ()):
        table[str(name)] = np.asarray(trials.get_info(name))
    if columns is not None:
        table |= {str(name): np.asarray(columns[name]) for name in columns}
    return SpikeSession(
        spike_times=trains, units=keys, trials=table, source="pynapple",
        observed=None if made_up else [support] * len(keys),
        unit_columns={
            str(name): np.asarray(units.get_info(name)) for name in units.metadata_columns
        },
    )
