"""Files of named arrays: NumPy's, MATLAB's of both formats, and HDF5."""

import numpy as np

from benchmarks.reading.truth import Case, as_found, draw
from benchmarks.reading.written import Held
from spikelib.recordings import read_recording

KINDS = {"npz": ".npz", "npy": ".npy", "mat5": ".mat", "mat73": ".mat", "hdf5": ".h5"}


def as_written(h):
    h.fortran = h.rng.random() < 0.5


def other_types(h):
    kind = h.rng.choice(["float32", "int16", "uint8", ">f8", "float16", "longdouble"])
    if kind == "longdouble" and h.kind.startswith("mat") or kind == "float16" and "mat" in h.kind:
        kind = "float32"
    h.held["rates"] = h.held["rates"].round().astype(kind)
    h.right["rates"] = h.truth.rates.round()


def unit(h):
    h.held.pop("rate_unit", None)
    h.options.pop("rate_unit", None)
    units = ["spikes/s", "kHz", "spikes/bin", "1/s", None, "mV", "spk/s", "HZ", 3.0]
    said = units[h.rng.integers(9)]
    if said in ("kHz", "spikes/bin"):
        h.held["rates"] = h.truth.rates * {"kHz": 0.001, "spikes/bin": h.truth.dt}[said]
    if said in (None, "mV", 3.0):
        h.refuse()
    if said is not None:
        where = h.options if h.kind == "npy" or h.rng.random() < 0.5 else h.held
        where["rate_unit"] = said


def time(h):
    if h.kind == "npy":
        return as_written(h)
    n = h.truth.rates.shape[1]
    times = h.rng.choice([-0.2, 0.0, 1000.0]) + np.arange(n) * h.truth.dt
    h.held.pop("dt")
    choice = h.rng.integers(8)
    if choice == 1:
        h.held["dt"] = h.truth.dt
    elif choice == 2:
        times, h.held["time_unit"] = 1000 * times, "ms"
    elif choice == 3:
        h.held["dt"] = 2 * h.truth.dt
        h.refuse()
    elif choice == 4:
        times[h.rng.integers(n)] = h.rng.choice([np.nan, np.inf, 5e4, -7.0])
        h.refuse()
    elif choice == 5:
        times = times[:-2]
        h.refuse()
    elif choice == 6:
        times = times[::-1]
        h.refuse()
    h.held["time"] = [times, times[:, None], times[None]][h.rng.integers(3)]


def interval(h):
    where = h.options if h.kind == "npy" else h.held
    bad = [0.0, -0.01, np.nan, np.inf, "soon", np.ones(3), np.empty(0), 1j, None]
    choice = h.rng.integers(11)
    if choice < 9:
        where["dt"] = bad[choice]
        if where["dt"] is None:
            del where["dt"]
        return h.refuse()
    where["dt"] = h.truth.dt * 1000
    if choice == 9:
        h.options["time_unit"] = "ms"
        return None
    return h.refuse()


def names(h):
    where = h.options if h.kind == "npy" else h.held
    n = len(h.truth.names)
    choice = h.rng.integers(7)
    if choice == 0:
        del where["conditions"]
        h.right["conditions"] = tuple(map(str, range(n)))
    elif choice == 1:
        where["conditions"] = list(h.truth.names)[:-1]
        h.refuse()
    elif choice == 2:
        where["conditions"] = [h.truth.names[0]] * n
        h.refuse()
    elif choice == 3:
        where["conditions"] = np.arange(n)[::-1] * 45.0
        h.right["conditions"] = tuple(f"{45 * i}" for i in range(n))[::-1]
    elif choice == 4 and h.kind in ("npz", "hdf5"):
        where["conditions"] = np.array([name.encode() for name in h.truth.names])
    elif choice == 5 and h.kind != "npy":
        h.held["conditions"] = [f"{name}x" for name in h.truth.names]
        h.options["conditions"] = h.truth.names
        h.refuse()


def one_value(h):
    value = h.rng.choice([np.nan, np.inf, -np.inf, -3.0, -1e-15])
    at = h.spot()
    h.held["rates"][at] = value
    if not (np.isnan(value) or value == -1e-15):
        return h.refuse()
    h.right["rates"] = h.truth.rates.copy()
    h.right["rates"][at] = 0.0 if value == -1e-15 else np.nan
    return None


def axes(h):
    order = [(1, 0, 2), (2, 1, 0), (0, 2, 1), (1, 2, 0), (2, 0, 1)][h.rng.integers(5)]
    h.held["rates"] = h.held["rates"].transpose(order)
    h.held.pop("outputs", None)
    if order == (0, 2, 1):  # neurons and samples can be told apart by times only
        if h.kind == "npy":
            h.unchecked = True
        else:
            del h.held["dt"]
            h.held["time"] = np.arange(h.truth.rates.shape[1]) * h.truth.dt
    h.refuse()
    # As many neurons as conditions, or the like: no reader could know.
    h.unchecked |= len(set(h.truth.rates.shape)) < 3


def other_shapes(h):
    rates = h.held["rates"]
    choice = h.rng.integers(8)
    wrong = [rates[0], rates[0, 0], rates[..., None, None] * np.ones(2), rates[:0], rates[:, :0],
             rates[:, :, :0], np.float64(3.0), rates[:, :1]]
    h.held["rates"] = wrong[choice]
    h.refuse()
    if choice == 0 and h.kind.startswith("mat") and "outputs" not in h.held:
        return
    h.held.pop("outputs", None)


def no_numbers(h):
    rates = h.held["rates"]
    wrong = [rates + 1j, rates.astype(str), (rates * 1e9).astype("m8[ns]"), "none",
             rates.astype("M8[s]")]
    choice = h.rng.integers(5)
    if h.kind in ("mat5", "mat73", "hdf5") and choice in (1, 2, 4):
        choice = 0 if h.kind != "mat5" else 3
    h.held["rates"] = wrong[choice]
    if choice == 1:  # numbers as text: what they say is plain
        h.must = False
        return
    h.refuse()


def other_names(h):
    if h.kind == "npy":
        return as_written(h)
    h.held["firing"] = h.held.pop("rates")
    h.options["rates"] = "firing"
    if h.rng.random() < 0.5 and "outputs" not in h.held:
        del h.options["rates"]
        h.refuse()
    return None


def nested(h):
    if h.kind in ("npy", "npz"):
        return as_written(h)
    inner = {name: h.held.pop(name) for name in list(h.held)}
    deep = h.rng.random() < 0.5
    h.held = {"session": {"data": inner}} if deep else {"data": inner}
    prefix = "session.data" if deep else "data"
    h.options |= {"rates": f"{prefix}.rates", "outputs": f"{prefix}.outputs"}
    return None


def extras(h):
    if h.kind == "npy":
        return as_written(h)
    h.held["notes"] = "a note"
    h.held["info"] = {"animal": "M", "day": 3.0, "empty": np.empty((0, 0))}
    h.held["spikes"] = np.arange(7)
    h.held["none"] = np.empty((0, 3))
    return None


def by_condition(h):
    """A variable for each condition, in an order that says nothing."""
    if h.kind == "npy":
        return as_written(h)
    for name in ("rates", "outputs"):
        if name in h.held:
            array = h.held.pop(name)
            order = h.rng.permutation(len(array))
            h.held |= {f"{name}_{45 * k}": array[k] for k in order}
    del h.held["conditions"]
    h.right["conditions"] = tuple(f"{45 * k}" for k in range(len(h.truth.names)))
    return None


def single_neuron(h):
    h.held["rates"] = h.held["rates"][:, :, :1]
    h.right["rates"] = h.truth.rates[:, :, :1]
    if h.kind.startswith("mat") or h.rng.random() < 0.3:
        h.held["rates"] = h.held["rates"][:, :, 0]
        h.must = h.kind.startswith("mat")


CHANGES = (as_written, other_types, unit, time, interval, names, one_value, axes, other_shapes,
           no_numbers, other_names, nested, extras, by_condition, single_neuron)


def case(kind, rng, path):
    """A file of a kind with one of these changes."""
    held = Held(kind, draw(rng), rng)
    change = CHANGES[rng.integers(len(CHANGES))]
    change(held)
    path = path.with_suffix(KINDS[kind])
    held.write(path)
    return Case(
        kind=kind, change=change.__name__, right=held.right, must=held.must,
        unchecked=held.unchecked, names=(path.name, "dt: expected"),
        covered=kind == "npz" or (kind == "mat5" and bool(held.compressed)),
        read=lambda path: as_found(read_recording(path, **held.options)),
    ), path
