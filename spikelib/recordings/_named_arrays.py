"""Named arrays of a file, of whatever format, as a recording."""

import numpy as np

from spikelib.recordings._found import BESIDE, Found, Unread
from spikelib.recordings._names import natural


def recording_of(path, arrays, rates, outputs, *, matlab=False):
    """What the arrays say, where `rates` and `outputs` are the names of two of them."""
    by_condition = {}
    for name in (rates, outputs):
        if name not in arrays:
            arrays = arrays | _one_for_each(path, name, arrays, by_condition)
    # What lies in the same struct as the array belongs to it: data.dt to data.rates.
    inside = (rates if rates in arrays else outputs).rpartition(".")[0]
    beside = {name.removeprefix(f"{inside}."): value for name, value in arrays.items()
              if inside and name.startswith(f"{inside}.")}
    arrays = arrays | {name: value for name, value in beside.items() if name in BESIDE}
    if rates not in arrays and outputs not in arrays:
        raise ValueError(
            f"{path}: expected an array {rates!r} or {outputs!r}, got {sorted(arrays)}"
        )
    arrays = _unit_of_attributes(path, arrays, rates) | arrays
    _check_read(path, arrays, rates, outputs)
    dt = _single(path, arrays, "dt")
    if dt is not None:
        try:
            dt = float(dt)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: dt: expected a number in seconds, got {dt!r}") from error
    names, by_name = _texts(path, arrays.get("conditions")), set(by_condition.values())
    found = {"rates": arrays.get(rates), "outputs": arrays.get(outputs)}
    if len(by_name) > 1:
        raise ValueError(f"{path}: expected the same conditions, got {by_condition}")
    for own in by_name:
        names = own if names is None else names
        if sorted(names) != sorted(own):
            raise ValueError(f"{path}: conditions: expected {own}, as arrays have it, got {names}")
        order = [own.index(name) for name in names]
        found = {name: array if array is None else [array[i] for i in order]
                 for name, array in found.items()}
    if matlab:
        others = [(len(array), max(map(len, array))) if isinstance(array, list) else array.shape
                  for array in found.values() if _axes(array) == 3]
        others.append((None if names is None else len(names),
                       np.size(arrays["time"]) if "time" in arrays else None))
        found = {kind: with_channel(kind, array, others) for kind, array in found.items()}
    return Found(
        **found, dt=dt, conditions=names, rate_unit=_text(_single(path, arrays, "rate_unit")),
        time_unit=_text(_single(path, arrays, "time_unit")), time=_times(path, arrays.get("time")),
    )


def _unit_of_attributes(path, arrays, rates):
    """The one unit that the rates, or those of each condition, have beside them."""
    parts = (f"{rates}.", f"{rates}_")
    units = {name: value for name, value in arrays.items()
             if name.endswith(".unit") and name.startswith(parts)}
    if len({str(value) for value in units.values()}) > 1:
        raise ValueError(f"{path}: expected one unit of the rates, got {units}")
    return {"rate_unit": next(iter(units.values()))} if units else {}


def _one_for_each(path, name, arrays, by_condition):
    """Arrays named ``rates_45`` or ``rates.45``, stacked in natural order of what follows."""
    found = {}
    for other, array in arrays.items():
        for prefix in (f"{name}_", f"{name}."):
            if other.startswith(prefix) and isinstance(array, Unread):
                raise ValueError(f"{path}: {other}: expected numbers, got {array.what}")
            if other.startswith(prefix) and isinstance(array, np.ndarray) and (
                array.dtype.kind in "fiu" and array.ndim in (1, 2) and array.size > 1
            ):
                found[other.removeprefix(prefix)] = array
    if not found:
        return {}
    conditions = sorted(found, key=natural)
    parts = [_column(found[key]) for key in conditions]
    by_condition[name] = tuple(conditions)
    return {name: parts}


def _column(array):
    """One channel as a matrix; MATLAB has it as one, or as a row."""
    if array.ndim == 1:
        return array[:, None]
    return array.T if len(array) == 1 else array


def _axes(array):
    try:
        return np.ndim(array)
    except ValueError:  # conditions of different length
        return 3


def _check_read(path, arrays, rates, outputs):
    for name, expected in (
        (rates, "numbers"), (outputs, "numbers"), ("time", "numbers"), ("dt", "a number"),
        ("rate_unit", "characters, as from char(...)"),
        ("time_unit", "characters, as from char(...)"),
        ("conditions", "a cell array of characters, as from cellstr(...)"),
    ):
        if isinstance(arrays.get(name), Unread):
            raise ValueError(f"{path}: {name}: expected {expected}, got {arrays[name].what}")


def _single(path, arrays, name):
    if name not in arrays:
        return None
    value = np.asarray(arrays[name])
    if value.size != 1:
        raise ValueError(f"{path}: {name}: expected a single value, got shape {value.shape}")
    value = value.reshape(-1)[0]
    if isinstance(value, (complex, np.complexfloating, np.datetime64, np.timedelta64)):
        raise ValueError(f"{path}: {name}: expected a real number or a text, got {value!r}")
    return value


def _text(value):
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _texts(path, names):
    """Names of conditions, of texts or of numbers: 45 for 45.0."""
    if names is None:
        return None
    found = []
    for name in np.ravel(np.asarray(names)):
        name = np.asarray(name)
        if name.size != 1 or name.dtype.kind not in "fiuUSO":
            raise ValueError(f"{path}: conditions: expected texts or numbers, got {name!r:.60}")
        name = name.item()
        found.append(f"{name:.15g}" if isinstance(name, float) else _text(name).strip())
    return tuple(found)


def _times(path, time):
    """Times along one axis."""
    if time is None:
        return None
    time = np.asarray(time)
    if np.sum(np.asarray(time.shape) > 1) > 1:
        raise ValueError(
            f"{path}: time: expected times along one axis, the same for all conditions, got shape "
            f"{time.shape}"
        )
    return time.reshape(-1)


def with_channel(name, array, others):
    """A matrix with its last axis of length 1 back, which MATLAB drops.

    Rates of one neuron are rare: they need `others` that tell the axes apart, arrays of three
    axes or the numbers of conditions and times, (n, T), None where not known.
    """
    if array is None or _axes(array) != 2:
        return array
    shape = np.shape(array)
    known = [tuple(other[:2]) for other in others if any(size is not None for size in other[:2])]
    fits = all(size in (None, got) for other in known
               for size, got in zip(other, shape, strict=True))
    likely = name == "outputs" and shape[0] < shape[1]
    return np.asarray(array)[:, :, None] if fits and (known or likely) else array
