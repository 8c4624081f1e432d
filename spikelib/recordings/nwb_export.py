"""Spikes as an NWB file, for the tools that read one: elephant, pynapple, and many others."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import numpy as np

from spikelib import _checks
from spikelib._extras import package
from spikelib.recordings.spike_trials import SpikeTrials

__all__ = ["write_nwb"]

_TAKEN = ("unit_name", "spike_times", "obs_intervals", "id")


def write_nwb(path, spikes, *, gap=0.0, session_start=None, description="", unit_columns=None):
    """Write spikes in trials as an NWB file with the tables ``units`` and ``trials``.

    The trials are laid one after another on one clock. Each has its ``start_time``,
    ``stop_time``, ``event_time``, ``condition`` and ``trial_name``. Units have their
    ``spike_times``, ``unit_name`` and ``obs_intervals``. Cut the spikes by trials before you
    look at intervals: from one trial to the next they mean nothing.

    Parameters
    ----------
    path : path
    spikes : SpikeTrials
        Such as those of ``compare(fit, 50, rng=rng, keep_spikes=True).spikes``.
    gap : float
        Pause between trials in seconds. With one, ``obs_intervals`` has an interval for each
        trial, which neo's reader of NWB files (0.14), and so elephant, does not accept.
    session_start : datetime.datetime, optional
        With a time zone; now by default. NWB files need one.
    description : str
        Of the session; by default it says where the spikes come from, and whether they were
        recorded or made.
    unit_columns : mapping, optional
        Further columns of the units: name to (n_units,) values.

    Raises
    ------
    ImportError
        pynwb is not installed.

    Notes
    -----
    `spikelib.recordings.session_sources.read_spikes` reads the file back:
    ``read_spikes(path).align("event_time", spikes.window, condition="condition")``.
    """
    pynwb = package("pynwb", "nwb")
    if not isinstance(spikes, SpikeTrials):
        raise ValueError(
            f"spikes: expected SpikeTrials, got {type(spikes).__name__}: compare(..., "
            "keep_spikes=True).spikes are a model's"
        )
    gap = _checks.number("gap", gap, at_least=0)
    start = datetime.now(UTC) if session_start is None else session_start
    if not isinstance(start, datetime) or start.tzinfo is None:
        raise ValueError(f"session_start: expected a datetime with a time zone, got {start!r}")
    made = "made by a model, not recorded" if spikes.surrogate else "recorded"
    file = pynwb.NWBFile(
        session_description=description or f"spikes {made}; source: {spikes.source or 'not known'}",
        identifier=str(uuid4()), session_start_time=start,
    )
    begins = np.arange(spikes.n_trials) * (spikes.duration + gap)
    events = begins - spikes.window[0]
    ends = begins + spikes.duration
    observed = np.column_stack([begins, ends]) if gap else np.array([[0.0, ends[-1]]])
    extra = _unit_columns(unit_columns, spikes.n_units)
    file.add_unit_column("unit_name", "name of the unit")
    for name in extra:
        file.add_unit_column(name, name)
    order = np.lexsort((spikes.times, spikes.spike_trials, spikes.spike_units))
    at = (spikes.times + events[spikes.spike_trials])[order]
    stops = np.cumsum(np.bincount(spikes.spike_units, minlength=spikes.n_units))
    for i, train in enumerate(np.split(at, stops[:-1])):
        file.add_unit(
            spike_times=train, obs_intervals=observed,
            unit_name=spikes.units[i], **{name: values[i] for name, values in extra.items()},
        )
    file.add_trial_column("event_time", f"time of the event ({spikes.event or 'not named'})")
    file.add_trial_column("condition", "the condition of the trial")
    file.add_trial_column("trial_name", "name of the trial")
    for k in range(spikes.n_trials):
        file.add_trial(
            start_time=begins[k], stop_time=ends[k], event_time=events[k],
            condition=spikes.conditions[spikes.labels[k]], trial_name=spikes.trials[k],
        )
    with pynwb.NWBHDF5IO(Path(path), "w") as stream:
        stream.write(file)


def _unit_columns(given, n_units):
    columns = {}
    for name, values in (given or {}).items():
        values = np.asarray(values)
        if values.shape != (n_units,) or name in _TAKEN:
            raise ValueError(
                f"unit_columns: expected names other than those of the file and shape ({n_units},)"
                f", got {name!r} of shape {values.shape}"
            )
        columns[str(name)] = values.tolist()
    return columns
