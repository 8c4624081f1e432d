"""What the files of recordings hold: one reader for each format, checks for all."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikelib import _checks
from spikelib.recordings import Recording

_UNITS = ("Hz", "kHz", "spikes/bin")
_EVEN = 1e-3  # largest jitter of the sampling, as a fraction of the interval


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a file holds, before it is checked and completed."""

    rates: np.ndarray | None
    outputs: np.ndarray | None
    dt: float | None = None
    time: np.ndarray | None = None
    rate_unit: str | None = None
    conditions: tuple[str, ...] | None = None

    def recording(self, path, *, dt, rate_unit, conditions):
        """Complete it by what the caller says, and check it."""
        dt = self._interval(path, dt)
        rates = self.rates
        if rates is not None:
            unit = self._unit(path, rate_unit)
            try:
                rates = np.asarray(rates, dtype=float)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{path}: rates: expected numbers ({error})") from error
            rates = rates * {"Hz": 1.0, "kHz": 1000.0, "spikes/bin": 1 / dt}[unit]
        if conditions is not None and self.conditions is not None:
            if tuple(conditions) != tuple(self.conditions):
                raise ValueError(
                    f"{path}: expected the conditions {tuple(conditions)} that were given, got "
                    f"{self.conditions} from the file"
                )
        try:
            return Recording(
                rates=rates, outputs=self.outputs, dt=dt, source=str(path),
                conditions=tuple(conditions or self.conditions or ()),
            )
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    def _interval(self, path, given):
        stored = None if self.dt is None else _checks.number(f"{path}: dt", self.dt, above=0)
        if self.time is not None:
            time = _checks.array(f"{path}: time", self.time, ("T",))
            steps = np.diff(time)
            if steps.size == 0 or steps.min() <= 0:
                raise ValueError(f"{path}: time: expected two or more increasing times in seconds")
            if np.ptp(steps) > 2 * _EVEN * steps.mean():
                raise ValueError(
                    f"{path}: time: expected evenly spaced times, got steps from "
                    f"{steps.min():g} to {steps.max():g} s"
                )
            for name in ("rates", "outputs"):
                array = getattr(self, name)
                if array is not None and np.ndim(array) == 3 and np.shape(array)[1] != time.size:
                    raise ValueError(
                        f"{path}: time: expected {np.shape(array)[1]} times, as many as {name} "
                        f"has samples, got {time.size}"
                    )
            stored = self._agreed(path, float(steps.mean()), stored, "time", "dt")
        given = None if given is None else _checks.number("dt", given, above=0)
        dt = self._agreed(path, stored, given, "the file", "the argument dt")
        if dt is None:
            raise ValueError(
                f"{path}: expected a sampling interval: give dt=... in seconds, or store 'dt' or "
                "'time' in the file"
            )
        return dt

    @staticmethod
    def _agreed(path, first, second, first_name, second_name):
        if first is None or second is None:
            return second if first is None else first
        if abs(first - second) > _EVEN * second:
            raise ValueError(
                f"{path}: expected one sampling interval, got {first:g} s from {first_name} and "
                f"{second:g} s from {second_name}"
            )
        return second

    def _unit(self, path, given):
        for unit in (given, self.rate_unit):
            if unit is not None and unit not in _UNITS:
                raise ValueError(
                    f"{path}: expected the unit of the rates to be one of "
                    f"{', '.join(map(repr, _UNITS))}, got {unit!r}"
                )
        if given is not None and self.rate_unit is not None and given != self.rate_unit:
            raise ValueError(
                f"{path}: expected one unit, got {self.rate_unit!r} from the file and {given!r}"
            )
        unit = given or self.rate_unit
        if unit is None:
            raise ValueError(
                f"{path}: expected a unit of the rates, one of {', '.join(map(repr, _UNITS))}: "
                "give rate_unit=..., or store it in the file as 'rate_unit'"
            )
        return unit


def read(path, *, rates, outputs):
    """What a file of one of the formats holds."""
    from spikelib._recording_tables import read_csv, read_nwb

    path = Path(path)
    readers = {
        ".npz": lambda path: _from_arrays(path, _npz(path), rates, outputs),
        ".mat": lambda path: _from_arrays(path, _mat(path), rates, outputs),
        ".csv": read_csv,  # these two have names of their own for what they hold
        ".nwb": read_nwb,
    }
    if path.suffix.lower() not in readers:
        raise ValueError(
            f"{path}: expected a file that ends in {', '.join(readers)}, got {path.suffix!r}"
        )
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    return readers[path.suffix.lower()](path)


def damaged(path, kind, error):
    """The error for a file that its format's own library cannot read."""
    return ValueError(
        f"{path}: expected a whole {kind} file, got something else or a damaged one "
        f"({type(error).__name__}: {error})"
    )


def _from_arrays(path, arrays, rates, outputs):
    """Named arrays of a ``.npz`` or ``.mat`` file."""
    if rates not in arrays and outputs not in arrays:
        raise ValueError(
            f"{path}: expected an array {rates!r} or {outputs!r}, got {sorted(arrays)}"
        )

    def single(name):
        if name not in arrays:
            return None
        value = np.asarray(arrays[name])
        if value.size != 1:
            raise ValueError(f"{path}: {name}: expected a single value, got shape {value.shape}")
        return value.reshape(-1)[0]

    dt, unit = single("dt"), single("rate_unit")
    if dt is not None:
        try:
            dt = float(dt)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: dt: expected a number in seconds, got {dt!r}") from error
    names = arrays.get("conditions")
    return Found(
        rates=arrays.get(rates), outputs=arrays.get(outputs), dt=dt,
        rate_unit=None if unit is None else str(unit),
        time=None if "time" not in arrays else np.asarray(arrays["time"]).reshape(-1),
        conditions=None if names is None
        else tuple(str(np.asarray(name).item()).strip() for name in np.ravel(names)),
    )


def _npz(path):
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise damaged(path, ".npz", error) from error


def _mat(path):
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        arrays = loadmat(path)
    except NotImplementedError:  # MATLAB 7.3 writes HDF5, with the axes in reverse
        arrays = _mat73(path)
    except (OSError, ValueError, TypeError, EOFError, MatReadError) as error:
        raise damaged(path, ".mat", error) from error
    return {name: value for name, value in arrays.items() if not name.startswith("__")}


def _mat73(path):
    import h5py

    try:
        with h5py.File(path) as file:
            arrays = {}
            for name, item in file.items():
                if not isinstance(item, h5py.Dataset):
                    continue
                value = item[()].T
                if item.attrs.get("MATLAB_class") == b"char":
                    value = np.array("".join(map(chr, value.ravel())))
                arrays[name] = value
    except OSError as error:
        raise damaged(path, ".mat", error) from error
    return {name: value for name, value in arrays.items() if value.dtype.kind in "fiubU"}
