"""Checks of spike times, units, trials and windows, for everything that holds spikes."""

import warnings
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from spikelib import _checks
from spikelib.recordings._names import natural

_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_MANY = 20  # spikes, from which their spread says something
_NARROW = 0.05  # of the window: spikes of whole trials are spread wider, unless a unit is wrong


class Flat(NamedTuple):
    """Spikes of nested lists in one row."""

    times: np.ndarray
    units: np.ndarray
    trials: np.ndarray
    shape: tuple[int, int]  # units, trials


def seconds(time_unit):
    """How many seconds a unit of time has."""
    if isinstance(time_unit, str):
        if time_unit not in _UNITS:
            raise ValueError(
                f"time_unit: expected one of {', '.join(map(repr, _UNITS))} or a number of "
                f"seconds, got {time_unit!r}"
            )
        return _UNITS[time_unit]
    return _checks.number("time_unit", time_unit, above=0)


def window(value):
    """A window as two floats, the first below the second."""
    start, end = _checks.array("window", value, ("start and end",), (2,)).tolist()
    if not start < end:
        raise ValueError(f"window: expected a start before the end, got ({start:g}, {end:g}) s")
    return start, end


def indices(name, value, size, below):
    """`value` as (size,) of int from 0 to `below` - 1."""
    value = np.asarray(value)
    if value.size == 0:
        value = value.astype(np.int64)
    if value.shape != (size,) or value.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: expected {size} whole numbers, got shape {value.shape} of {value.dtype}"
        )
    if value.size and (value.min() < 0 or value.max() >= below):
        raise ValueError(
            f"{name}: expected numbers from 0 to {below - 1}, got {value.min()} to {value.max()}"
        )
    return value.astype(np.int64)


def names(name, value, size):
    """Names as strings, all different; "0", "1", ... where there are none."""
    value = range(size) if value is None else _checks.listed(name, value)
    value = tuple(map(str, value))
    if len(value) != size or len(set(value)) != size:
        raise ValueError(
            f"{name}: expected {size} different names, got {len(value)}, {len(set(value))} of "
            "them different"
        )
    return value


def text(value):
    """The name of a condition: 45 for 45.0."""
    if isinstance(value, bytes):
        return value.decode()
    number = isinstance(value, (float, np.floating)) and not isinstance(value, bool)
    return f"{value:g}" if number else str(value)


def labels(conditions, n_trials):
    """Names of the conditions in natural order, and the index of each trial's."""
    if conditions is None:
        return ("all",), np.zeros(n_trials, dtype=np.int64)
    given = [text(value) for value in _checks.listed("conditions", conditions)]
    if len(given) != n_trials:
        raise ValueError(
            f"conditions: expected one for each of the {n_trials} trials, got {len(given)}"
        )
    unique = tuple(sorted(set(given), key=natural))
    at = {name: index for index, name in enumerate(unique)}
    return unique, np.array([at[name] for name in given], dtype=np.int64)


def one_train(name, value, scale=1.0):
    """Spike times (n,) in seconds; a row or a column of a matrix will do."""
    try:
        shape = np.shape(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected spike times, got {value!r:.60}") from error
    if shape == ():
        raise ValueError(f"{name}: expected an array of spike times, got {value!r:.60}")
    if 0 in shape:
        return np.empty(0)
    if len(shape) == 2 and 1 in shape:
        value = np.ma.reshape(value, -1) if np.ma.isMaskedArray(value) else np.reshape(value, -1)
    return np.sort(_checks.array(name, value, ("n_spikes",))) * scale


def flat(times, scale, conditions):
    """Nested lists ``times[unit][trial]`` as `Flat`, in seconds."""
    times, units = _checks.listed("times", times), []
    conditions = None if conditions is None else _checks.listed("conditions", conditions)
    for i, unit in enumerate(times):
        try:
            units.append(list(unit))
        except TypeError:
            raise ValueError(
                f"times[{i}]: expected a list with an array for each trial, got "
                f"{type(unit).__name__}"
            ) from None
    sizes = [len(unit) for unit in units]
    if not sizes or min(sizes) == 0:
        raise ValueError("times: expected at least one unit and one trial, got none")
    odd = next((i for i, size in enumerate(sizes) if size != sizes[0]), None)
    if odd is not None:
        raise ValueError(
            f"times[{odd}]: expected {sizes[0]} trials, as times[0] has, got {sizes[odd]}"
        )
    if conditions is not None and len(conditions) == len(units) != sizes[0]:
        raise ValueError(
            f"times: expected {len(conditions)} trials, as many as conditions, got {len(units)} "
            f"units with {sizes[0]} trials each: are units and trials exchanged? "
            "times[unit][trial] is expected"
        )
    trains = [
        [one_train(f"times[{i}][{k}]", train, scale) for k, train in enumerate(unit)]
        for i, unit in enumerate(units)
    ]
    lengths = np.array([[train.size for train in unit] for unit in trains])
    unit, trial = np.indices(lengths.shape)
    return Flat(
        times=np.concatenate([train for unit in trains for train in unit]),
        units=np.repeat(unit.ravel(), lengths.ravel()),
        trials=np.repeat(trial.ravel(), lengths.ravel()),
        shape=lengths.shape,
    )


def check_inside(times, window):
    """Raise ValueError where spikes lie outside the window."""
    outside = (times < window[0]) | (times >= window[1] + 1e-9)
    if outside.any():
        raise ValueError(
            f"times: expected spikes within the window from {window[0]:g} to {window[1]:g} s, "
            f"got {outside.sum()} of {times.size} outside; all lie between {times.min():g} and "
            f"{times.max():g} s. Is the window what was recorded, and the unit of time right?"
        )


def check_spread(times, window):
    """Raise ValueError where all of many spikes share a small part of the window."""
    if times.size < _MANY:
        return
    spread, length = np.ptp(times), window[1] - window[0]
    if spread < _NARROW * length:
        raise ValueError(
            f"times: expected spikes all over the window of {length:g} s, got all "
            f"{times.size} between {times.min():g} and {times.max():g} s. Is the window what was "
            "recorded, and the unit of time right?"
        )


def check_clock(trains, trials, observed):
    """Spikes and trials on different clocks: an error where it is certain, else a warning."""
    n_spikes = sum(train.size for train in trains)
    if n_spikes < _MANY:
        return
    hint = "are spikes and trials in the same unit, seconds, and on the same clock?"
    if observed is not None:
        outside = 0
        for train, part in zip(trains, observed, strict=True):
            at = np.searchsorted(part[:, 0] - 1e-3, train, side="right") - 1
            ends = part[np.maximum(at, 0), 1] if len(part) else np.full(train.size, -np.inf)
            outside += np.count_nonzero((at < 0) | (train > ends + 1e-3))
        if outside > n_spikes / 2:
            raise ValueError(
                f"spike_times: expected spikes in the intervals that were observed, got {outside} "
                f"of {n_spikes} outside of them: {hint}"
            )
        return
    first, last = trials["start_time"].min(), trials["stop_time"].max()
    near = max(last - first, 1e-3)
    outside = sum(
        np.count_nonzero((train < first - 2 * near) | (train > last + 2 * near)) for train in trains
    )
    if outside > 0.9 * n_spikes:
        warnings.warn(
            f"spike_times: expected spikes around the trials, from {first:g} to {last:g} s, got "
            f"{outside} of {n_spikes} far from them: {hint}", UserWarning, stacklevel=4,
        )


def check_silent(spikes, keep):
    """Raise ValueError where a unit has no spike, unless they are to be kept."""
    silent = np.flatnonzero(spikes.mean_rates() == 0)
    if silent.size and not keep:
        shown = [spikes.units[i] for i in silent[:8]]
        raise ValueError(
            f"units: expected spikes of every unit in the trials, got none of {silent.size} of "
            f"{spikes.n_units}, such as {shown}: leave them out, say keep_silent=True, or look "
            "whether the times have another unit"
        )


def chosen(name, value, size):
    """A boolean mask or indices as indices, each once."""
    try:
        value = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected a mask or indices, got {value!r:.80}") from None
    if value.dtype == bool:
        if value.shape != (size,):
            raise ValueError(f"{name}: expected a mask of shape ({size},), got {value.shape}")
        value = np.flatnonzero(value)
    value = indices(name, value, value.size, size)
    if not value.size or np.unique(value).size != value.size:
        raise ValueError(f"{name}: expected one or more, each once, got {value.tolist()[:8]}")
    return value


def select(spikes, units, trials):
    """Some units and trials of SpikeTrials."""
    units = np.arange(spikes.n_units) if units is None else chosen("units", units, spikes.n_units)
    trials = (
        np.arange(spikes.n_trials) if trials is None
        else chosen("trials", trials, spikes.n_trials)
    )
    new_unit = np.full(spikes.n_units, -1)
    new_unit[units] = np.arange(units.size)
    new_trial = np.full(spikes.n_trials, -1)
    new_trial[trials] = np.arange(trials.size)
    unit, trial = new_unit[spikes.spike_units], new_trial[spikes.spike_trials]
    kept = (unit >= 0) & (trial >= 0)
    kinds, labels = np.unique(spikes.labels[trials], return_inverse=True)
    return replace(
        spikes, times=spikes.times[kept], spike_units=unit[kept], spike_trials=trial[kept],
        labels=labels, conditions=tuple(spikes.conditions[k] for k in kinds),
        units=tuple(spikes.units[i] for i in units),
        trials=tuple(spikes.trials[i] for i in trials),
    )


def in_short(spikes):
    """What spikes in trials are, in a line, where their numbers would fill a page."""
    parts = [f"{spikes.n_units} units, {spikes.n_trials} trials"]
    if isinstance(spikes.trials, tuple):
        named = ", ".join(map(repr, spikes.conditions[:8])) + ", ..." * (len(spikes.conditions) > 8)
        start, end = spikes.window
        about = f" around {spikes.event!r}" * bool(spikes.event)
        parts += [f"{spikes.times.size} spikes", f"{start:g} to {end:g} s{about}",
                  f"conditions {named}"]
    else:
        parts.append(f"{sum(map(len, spikes.spike_times))} spikes")
        parts.append(f"columns {', '.join(map(repr, spikes.trials))}")
    return f"<{type(spikes).__name__}: {'; '.join(parts)}>"
