"""Tables of an NWB file, read as HDF5: units with their spike times, and trials."""

import numpy as np

from spikelib.recordings import _hdf5
from spikelib.recordings.sessions import SpikeSession


def session(path, file, name):
    """The session of an open file; `name` is that of the table of trials."""
    import h5py

    if not isinstance(file.get("units"), h5py.Group) or "spike_times" not in file["units"]:
        there = sorted(file["units"]) if "units" in file else sorted(file)
        raise ValueError(
            f"{path}: expected a table /units with spike_times, got {there}"
            + (" in /units" if "units" in file else "")
        )
    tables = sorted(file["intervals"]) if "intervals" in file else []
    if name not in tables:
        raise ValueError(
            f"{path}: expected a table /intervals/{name}, got {tables or 'no /intervals'}: say "
            "trials=... for another one"
        )
    units, trials = file["units"], file["intervals"][name]
    unit = units["spike_times"].attrs.get("unit", "seconds")
    unit = unit.decode() if isinstance(unit, bytes) else str(unit)
    if unit not in ("seconds", "second", "s"):
        raise ValueError(f"{path}: /units/spike_times: expected the unit 'seconds', got {unit!r}")
    trains = ragged(path, units, "spike_times")
    observed = None
    if "obs_intervals" in units:
        observed = [part.reshape(-1, 2) for part in ragged(path, units, "obs_intervals")]
    not_read = {}
    unit_columns = columns(file, units, not_read, skip=("spike_times", "obs_intervals"))
    rows = columns(file, trials, not_read)
    ids = {
        "units": unit_columns.pop("id", None), "trial_names": rows.pop("id", None)
    }
    try:
        return SpikeSession(
            spike_times=trains, trials=rows, unit_columns=unit_columns, observed=observed,
            not_read=not_read, source=str(path), **ids,
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def ragged(path, table, name):
    """A column with any number of values in each row, as a list of arrays."""
    index = f"{name}_index"
    if index not in table:
        raise ValueError(f"{path}: {table.name}: expected {index!r} beside {name!r}, got none")
    try:
        values = _hdf5.array(table[name]).astype(float)
    except (TypeError, ValueError):
        raise ValueError(
            f"{path}: {table.name}/{name}: expected numbers, got {table[name].dtype}"
        ) from None
    # Stored in as few bytes as hold the last one: differences of those would wrap around.
    ends = np.asarray(_hdf5.array(table[index]))
    if ends.ndim != 1 or ends.dtype.kind not in "iu":
        raise ValueError(
            f"{path}: {table.name}/{index}: expected whole numbers, got shape {ends.shape} of "
            f"{ends.dtype}"
        )
    ends = ends.astype(np.int64)
    if np.any(np.diff(ends) < 0) or (ends.size and (ends[0] < 0 or ends[-1] != len(values))):
        raise ValueError(
            f"{path}: {table.name}/{index}: expected increasing numbers up to the {len(values)} "
            f"entries of {name!r}, got {ends[:4].tolist()} ... {ends[-1:].tolist()}"
        )
    return np.split(values, ends[:-1]) if ends.size else []


def columns(file, table, not_read, skip=()):
    """Columns with one value in each row; of others `not_read` says why."""
    found = {}
    n_rows = len(table["id"]) if "id" in table else None
    for name in table:
        item = table.get(name)
        if item is None:
            not_read[name] = "it is a link to nothing"
            continue
        column = name.removesuffix("_index")
        is_index = column != name and column in table
        if name in skip or is_index or not hasattr(item, "shape"):
            continue
        if f"{name}_index" in table:
            not_read[name] = "it has several values in a row"
        elif len(item.shape) != 1 or (n_rows is not None and item.shape[0] != n_rows):
            not_read[name] = f"it has shape {item.shape}"
        elif item.dtype.kind == "O" and item.attrs.get("neurodata_type") in (
            "DynamicTableRegion", b"DynamicTableRegion"
        ):
            not_read[name] = "it refers to another table"
        else:
            found[name] = _values(file, item)
    return found


def _values(file, item):
    """Values of a column: text decoded, codes of an enumeration replaced by what they mean."""
    values = _hdf5.array(item)
    if "elements" in item.attrs:
        elements = _values(file, file[item.attrs["elements"]])
        codes = values.astype(np.int64)
        if codes.size and not 0 <= codes.min() <= codes.max() < len(elements):
            raise _hdf5.Damaged(
                f"{item.name}: expected numbers from 0 to {len(elements) - 1}, got {codes.min()} "
                f"to {codes.max()}"
            )
        return elements[codes]
    if values.dtype.kind in "OS":
        return np.array(
            [v.decode() if isinstance(v, bytes) else str(v) for v in values], dtype=object
        )
    return values
