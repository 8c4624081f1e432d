"""Averages in NWB files: a TimeSeries for each condition."""

import numpy as np

from spikelib._extras import package
from spikelib.recordings import _hdf5
from spikelib.recordings._found import Found
from spikelib.recordings._names import natural

_NWB_GROUP = "processing/averages"


def read_nwb(path):
    h5py, series = package("h5py", "data"), {}
    with _hdf5.opened(path, ".nwb") as file:
        group = file.get(_NWB_GROUP)
        if not isinstance(group, h5py.Group):
            there = sorted(file)
        else:
            there = None
            for name in group:
                item = group.get(name)  # None where a link leads nowhere
                if isinstance(item, h5py.Group) and isinstance(item.get("data"), h5py.Dataset):
                    series[name] = _series(path, item)
                elif name.startswith(("rates_", "outputs_")):
                    raise ValueError(
                        f"{path}: {name}: expected a TimeSeries with data, got "
                        + ("a link to nothing" if item is None else type(item).__name__)
                    )
    if there is not None:
        raise ValueError(f"{path}: expected a group /{_NWB_GROUP}, got {there} at the top")
    arrays, names, units, sampling = {}, {}, set(), []
    for kind in ("rates", "outputs"):
        found = [n.removeprefix(f"{kind}_") for n in series if n.startswith(f"{kind}_")]
        chosen = {name: series[f"{kind}_{name}"] for name in sorted(found, key=natural)}
        shapes = {s["data"].shape[1:] for s in chosen.values()}
        if len(shapes) > 1:
            raise ValueError(f"{path}: {kind}: expected one width for all, got {sorted(shapes)}")
        arrays[kind] = [s["data"] for s in chosen.values()] if chosen else None
        names[kind] = tuple(chosen)
        sampling += list(chosen.values())
        if kind == "rates":
            units = {s["unit"] for s in chosen.values()}
    if not sampling:
        raise ValueError(
            f"{path}: expected TimeSeries in /{_NWB_GROUP} whose names begin with 'rates_' or "
            f"'outputs_', got {sorted(series)}"
        )
    if names["rates"] and names["outputs"] and names["rates"] != names["outputs"]:
        raise ValueError(f"{path}: expected the same conditions, got {names}")
    if len(units) > 1:
        raise ValueError(f"{path}: rates: expected one unit, got {sorted(map(str, units))}")
    time = max((s["time"] for s in sampling), key=len)
    for one in sampling:
        own = one["time"]
        if own.ndim != 1 or not np.allclose(own, time[: len(own)], atol=1e-9):
            raise ValueError(
                f"{path}: expected the same times in every series, or only the first of them"
            )
    unit = units.pop() if units else None
    return Found(
        rates=arrays["rates"], outputs=arrays["outputs"], time=time, rate_unit=unit,
        conditions=names["rates"] or names["outputs"],
    )


def _series(path, item):
    """Data, times and unit of one TimeSeries."""
    def numbers(name, value):
        try:
            return np.asarray(value).astype(float)
        except (TypeError, ValueError):
            raise ValueError(f"{path}: {item.name}/{name}: expected numbers") from None

    data, attributes = numbers("data", _hdf5.array(item["data"])), item["data"].attrs
    for name, neutral in (("conversion", 1.0), ("offset", 0.0)):
        factor = numbers(name, attributes.get(name, neutral))
        if factor.size != 1 or not np.isfinite(factor).all():
            raise ValueError(f"{path}: {item.name}: {name}: expected a number, got {factor}")
        data = data * factor.item() if name == "conversion" else data + factor.item()
    if data.ndim == 1:  # how NWB holds a single channel
        data = data[:, None]
    if data.ndim != 2:
        raise ValueError(f"{path}: {item.name}: expected data of shape (T, n), got {data.shape}")
    start = item.get("starting_time")
    if "timestamps" in item:
        time = numbers("timestamps", _hdf5.array(item["timestamps"]))
        if not np.all(np.isfinite(time)):
            raise ValueError(f"{path}: {item.name}/timestamps: expected finite times")
    elif start is not None and "rate" in start.attrs:
        first, rate = numbers("starting_time", start[()]), numbers("rate", start.attrs["rate"])
        if first.size != 1 or rate.size != 1 or not (np.isfinite(first) and 0 < rate < np.inf):
            raise ValueError(
                f"{path}: {item.name}/starting_time: expected a time and a rate above 0 Hz, got "
                f"{first} and {rate}"
            )
        time = first.item() + np.arange(len(data)) / rate.item()
    else:
        raise ValueError(
            f"{path}: {item.name}: expected 'timestamps', or 'starting_time' with an attribute "
            "'rate' in Hz"
        )
    if time.ndim == 1 and len(time) != len(data):
        hint = "; are its axes turned?" if len(time) == data.shape[1] else ""
        raise ValueError(
            f"{path}: {item.name}: expected data of shape (T, n) = ({len(time)}, any), as there "
            f"are timestamps, got {data.shape}{hint}"
        )
    unit = _hdf5.text(attributes.get("unit"))
    return {"data": data, "time": time, "unit": unit}
