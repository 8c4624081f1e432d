"""Averages and spikes in NWB's layout, and spikes and averages in memory."""

import h5py
import numpy as np

from benchmarks.reading.truth import Case, as_found, draw
from spikelib.recordings import Recording, SpikeSession, read_recording, read_spikes
from spikelib.recordings.spike_trials import trials_from_lists


def averages(rng, path):
    """Series of averages by condition, as `read_recording` has them."""
    truth, right, must, options = draw(rng), None, True, {}
    right = truth.as_dict(conditions=tuple(f"{45 * k}" for k in range(len(truth.names))))
    unit, conversion, timing, odd = "Hz", 1.0, ("rate", "timestamps")[rng.integers(2)], None
    change = ("as written", "conversion", "kHz", "a gap", "a shorter one", "inf", "other times",
              "no times", "turned", "one neuron", "extras", "no unit", "text",
              "a broken link")[rng.integers(14)]
    rates = [array.copy() for array in truth.rates]
    if change == "conversion":
        conversion, rates = 1e-3, [array * 1e3 for array in rates]
    elif change == "kHz":
        unit, rates = "kHz", [array * 1e-3 for array in rates]
    elif change == "a gap":
        right["rates"] = truth.rates.copy()
        right["rates"][0, 3, 2] = rates[0][3, 2] = np.nan
    elif change == "a shorter one":
        rates[1] = rates[1][:-3]
        right["rates"] = truth.rates.copy()
        right["rates"][1, -3:] = np.nan
        if truth.outputs is not None:
            must = False
    elif change == "inf":
        rates[0][2, 1] = [np.inf, -1.0, -np.inf][rng.integers(3)]
        right, must = None, False
    elif change == "one neuron":
        rates = [array[:, 0] for array in rates]
        right["rates"] = truth.rates[:, :, :1]
    elif change in ("other times", "no times", "turned", "no unit", "text", "a broken link"):
        right, must, odd = right if change == "text" else None, False, change
    with h5py.File(path.with_suffix(".nwb"), "w") as file:
        for k in rng.permutation(len(rates)):
            for kind, arrays in (("rates", rates), ("outputs", truth.outputs)):
                if arrays is None:
                    continue
                data = arrays[k].T if odd == "turned" and kind == "rates" else arrays[k]
                if odd == "text" and kind == "rates":
                    data = data.astype("S")
                group = file.create_group(f"processing/averages/{kind}_{45 * k}")
                item = group.create_dataset("data", data=data)
                if kind == "rates":
                    if odd != "no unit":
                        item.attrs["unit"] = unit
                    item.attrs["conversion"] = conversion
                n, shift = len(arrays[k]), 0.5 if odd == "other times" and k == 1 else 0.0
                if odd == "no times":
                    continue
                if timing == "rate" and odd != "turned":
                    group["starting_time"] = shift
                    group["starting_time"].attrs["rate"] = 1 / truth.dt
                else:
                    group["timestamps"] = shift + np.arange(n) * truth.dt
        if change == "a broken link":
            file["processing/averages/rates_more"] = h5py.SoftLink("/nowhere")
        if change == "extras":
            file["general/subject"] = "M"
            file["processing/averages/notes"] = "none"
            file["processing/averages/broken"] = h5py.SoftLink("/nowhere")
    return Case(
        kind="nwb averages", change=change, right=right, must=must, names=(path.name,),
        read=lambda path: as_found(read_recording(path, **options)),
    ), path.with_suffix(".nwb")


def _session(rng):
    """Spike times on one clock, trials, and the counts of spikes in the trials' windows."""
    n_units, n_trials = int(rng.integers(2, 5)), int(rng.integers(4, 9))
    starts = 1.0 + 2.0 * np.arange(n_trials)
    trains = [np.sort(np.round(rng.uniform(0.5, starts[-1] + 1.9, 30 * n_trials), 4))
              for _ in range(n_units)]
    sides = np.array(["left", "right"] * n_trials)[:n_trials]
    return trains, starts, sides


def _counted(trains, events, sides):
    """Spikes of each unit in each trial within half a second of the event, and conditions."""
    counts = [[np.sum((t >= e - 0.5 - 5e-10) & (t < e + 0.5 - 5e-10)) for t in trains]
              for e in events]
    return {"counts": np.array(counts, dtype=float), "conditions": tuple(sides)}


def _aligned(session, event="go", condition="side"):
    spikes = session.align(event, (-0.5, 0.5), condition=condition, keep_silent=True)
    counts = spikes.counts(1.0)[:, 0].astype(float)
    return {"counts": counts, "conditions": tuple(spikes.conditions[k] for k in spikes.labels)}


def units_and_trials(rng, path):
    """Spikes and trials as the Neural Latents Benchmark has them."""
    trains, starts, sides = _session(rng)
    right, must = _counted(trains, starts + 0.7, sides), True
    change = ("as written", "float32", "few bytes", "codes", "no observed", "extras", "nan event",
              "ms", "bad index", "no index", "no stop", "nan spike", "unsorted", "text times",
              "short column", "bytes", "events from start",
              "ms, no observed")[rng.integers(18)]
    if change == "unsorted":
        trains = [rng.permutation(train) for train in trains]
    if change == "float32":
        right = None  # set below, of what is stored
        trains = [train.astype("f4").astype(float) for train in trains]
        right = _counted(trains, starts + 0.7, sides)
    with h5py.File(path.with_suffix(".nwb"), "w") as file:
        units, trials = file.create_group("units"), file.create_group("intervals/trials")
        values = np.concatenate(trains)
        if change == "nan spike":
            values[rng.integers(values.size)] = np.nan
        if change.startswith("ms"):
            values = values * 1000
        ends = np.cumsum([len(train) for train in trains])
        if change == "bad index":
            ends[rng.integers(len(ends))] += [-2000, 2000][rng.integers(2)]
        units["id"] = np.arange(len(trains))
        units["spike_times"] = values.astype(str).astype("S") if change == "text times" else (
            values.astype("f4") if change == "float32" else values)
        if change != "no index":
            units["spike_times_index"] = ends.astype("u2" if change == "few bytes" else "i8")
        if "no observed" not in change:
            units["obs_intervals"] = np.array([[0.0, starts[-1] + 2.0]] * len(trains))
            units["obs_intervals_index"] = np.arange(1, len(trains) + 1)
        trials["id"] = np.arange(len(starts))
        trials["start_time"] = starts
        if change != "no stop":
            trials["stop_time"] = starts + 1.5
        events = starts + 0.7
        if change == "nan event":
            events[rng.integers(len(events))] = np.nan
        trials["go"] = events - starts if change == "events from start" else events
        if change == "codes":
            file["intervals/trials/kinds"] = np.array([b"left", b"right"])
            trials["side"] = (sides == "right").astype("u1")
            trials["side"].attrs["elements"] = trials["kinds"].ref
        else:
            trials["side"] = [s.encode() for s in sides] if change == "bytes" else sides.tolist()
        if change == "short column":
            del trials["go"]
            trials["go"] = events[:-1]
        if change == "extras":
            units["waveforms"] = np.zeros((len(trains), 4, 3))
            units["electrodes"] = np.arange(7)
            units["electrodes_index"] = np.full(len(trains), 7)
            trials["broken"] = h5py.SoftLink("/nowhere")
            trials["inside"] = h5py.ExternalLink("elsewhere.nwb", "/units")
    if change in ("nan event", "ms", "bad index", "no index", "no stop", "nan spike",
                  "text times", "short column", "events from start", "ms, no observed"):
        right, must = right if change == "text times" else None, False
    return Case(
        kind="nwb units", change=change, right=right, must=must, names=(path.name, "expected"),
        read=lambda path: _aligned(read_spikes(path)),
    ), path.with_suffix(".nwb")


def in_memory(rng, path):
    """Lists, sessions and recordings of what programs hand over."""
    import pandas

    trains, starts, sides = _session(rng)
    right, must, events = _counted(trains, starts + 0.7, sides), True, starts + 0.7
    columns = {"start_time": starts, "stop_time": starts + 1.5, "go": events, "side": sides}
    change = ("as arrays", "data frame", "columns", "lists", "nan event", "masked", "empty",
              "object", "complex", "short", "no unit", "timedelta", "inf", "text", "codes",
              "transposed", "integers")[rng.integers(17)]
    listed = rng.random() < 0.4
    one = int(rng.integers(len(trains)))
    if change == "data frame":
        columns = pandas.DataFrame(columns)
    elif change == "columns":
        trains = [train[:, None] for train in trains]
    elif change == "lists":
        trains = [train.tolist() for train in trains]
    elif change == "object":
        columns["side"] = np.array(sides, dtype=object)
        trains = [train.astype(object) for train in trains]
    elif change == "codes":
        columns["side"] = pandas.Categorical(sides)
    elif change == "empty":
        trains = [[] if i == one else train for i, train in enumerate(trains)]
        right = _counted([np.asarray(t) for t in trains], events, sides)
    elif change == "integers":
        trains = [np.unique(train.astype(int)) for train in trains]
        right, must = _counted(trains, events, sides), False  # all spikes at one time look odd
    elif change != "as arrays":
        right, must = None, False
        wrong = {
            "masked": lambda t: np.ma.masked_array(t, np.arange(t.size) == 3),
            "complex": lambda t: t + 0.5j, "timedelta": lambda t: (t * 1e9).astype("m8[ns]"),
            "inf": lambda t: np.append(t, np.inf), "text": lambda t: ["a", "b"],
            "transposed": lambda t: np.outer(t, t), "short": lambda t: 3.0, "no unit": lambda t: {},
        }
        if change in wrong:
            trains = [wrong[change](t) if i == one else t for i, t in enumerate(trains)]
        else:
            events[1] = np.nan
    if not listed:
        def read(path):
            return _aligned(SpikeSession(spike_times=trains, trials=columns))
    else:
        def cut(train, event):
            if change in ("as arrays", "integers", "columns", "object", "lists", "empty", "codes",
                          "data frame"):
                train = np.asarray(train, dtype=float).reshape(-1) - event
                return train[(train >= -0.5 - 5e-10) & (train < 0.5 - 5e-10)]
            return train

        def read(path):
            given = [[cut(train, event) for event in events] for train in trains]
            spikes = trials_from_lists(
                given, time_unit="s", window=(-0.5, 0.5), conditions=columns["side"],
                keep_silent=True,
            )
            return {"counts": spikes.counts(1.0)[:, 0].astype(float),
                    "conditions": tuple(spikes.conditions[k] for k in spikes.labels)}
    return Case(kind="spikes in memory", change=change, right=right, must=must, read=read,
                names=("expected",)), path


def arrays_in_memory(rng, path):
    """Arrays of every sort, for `Recording`."""
    truth = draw(rng)
    rates, right, must = truth.rates, truth.as_dict(outputs=None), True
    change = ("lists", "float32", "integers", "masked", "masked nowhere", "complex", "text", "inf",
              "negative", "object", "timedelta", "two axes", "ragged", "nan", "none", "bool",
              "same names", "frame")[rng.integers(18)]
    names = truth.names
    where = rng.random(rates.shape) < 0.05
    where[0, 0, 1] = True
    changed = {
        "lists": rates.tolist(), "float32": rates.astype("f4"), "object": rates.astype(object),
        "integers": rates.round().astype(int), "masked nowhere": np.ma.masked_array(rates),
        "masked": np.ma.masked_array(np.where(where, 1e20, rates), where), "complex": rates + 1j,
        "text": "rates", "inf": np.where(where, np.inf, rates), "none": [None],
        "negative": np.where(where, -1.0, rates), "timedelta": rates.astype("m8[ms]"),
        "two axes": rates[0], "nan": np.where(where, np.nan, rates), "bool": rates > 20,
        "ragged": [rates[0], rates[1][:-2], *rates[2:]], "same names": rates, "frame": {"a": rates},
    }[change]
    if change in ("integers", "bool"):
        right["rates"] = rates.round() if change == "integers" else (rates > 20).astype(float)
    elif change in ("masked", "nan"):
        right["rates"] = np.where(where, np.nan, rates)
    elif change == "ragged":
        right["rates"] = rates.copy()
        right["rates"][1, -2:] = np.nan
    elif change == "same names":
        names, right, must = (names[0],) * len(names), None, False
    elif change not in ("lists", "float32", "object", "masked nowhere"):
        right, must = None, False
    return Case(
        kind="arrays in memory", change=change, right=right, must=must, names=("expected",),
        read=lambda path: as_found(Recording(rates=changed, dt=truth.dt, conditions=names)),
    ), path
