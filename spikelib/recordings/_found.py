"""What a file of a recording holds, before it is checked and completed."""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib.recordings import _gaps
from spikelib.recordings._spike_lists import seconds
from spikelib.recordings._units import unit_of_rates
from spikelib.recordings.recording import (
    LONGEST,
    LONGEST_STEP,
    LOW_RATE,
    Recording,
    condition_names,
    turned,
)

BESIDE = ("dt", "time", "time_unit", "rate_unit", "conditions")  # what may lie beside the arrays
_UNITS = ("Hz", "kHz", "spikes/bin")
_EVEN = 1e-3  # largest jitter of the sampling, as a fraction of the interval


@dataclass(frozen=True)
class Unread:
    """A variable that is there, but not as numbers or text."""

    what: str


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a file holds, before it is checked and completed."""

    rates: np.ndarray | None
    outputs: np.ndarray | None
    dt: float | None = None
    time: np.ndarray | None = None
    time_unit: str | None = None
    rate_unit: str | None = None
    conditions: tuple[str, ...] | None = None

    def recording(self, path, *, dt, rate_unit, conditions, time_unit=None):
        """Complete it by what the caller says, and check it."""
        for name in ("rates", "outputs"):
            _check_regular(path, name, _gaps.padded(getattr(self, name)))
        if None not in (time_unit, self.time_unit) and time_unit != self.time_unit:
            raise ValueError(
                f"{path}: expected one time_unit, got {self.time_unit!r} from the file and "
                f"{time_unit!r}"
            )
        time_unit = self.time_unit if time_unit is None else time_unit
        dt = self._interval(path, dt)
        if time_unit is not None:
            dt *= seconds(time_unit)
        else:
            self._check_seconds(path, dt)
        rates = self.rates
        if rates is not None:
            axes = ("conditions", "T", "neurons")
            rates = _checks.array(f"{path}: rates", _gaps.padded(rates), axes, gaps=True)
            unit = self._unit(path, rate_unit, rates)
            rates = rates * {"Hz": 1.0, "kHz": 1000.0, "spikes/bin": 1 / dt}[unit]
        if conditions is not None:
            conditions = condition_names(conditions)
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
                array = _gaps.padded(getattr(self, name))
                if array is not None and np.ndim(array) == 3 and np.shape(array)[1] != time.size:
                    raise ValueError(
                        f"{path}: time: expected {np.shape(array)[1]} times, as many as {name} "
                        f"has samples, got {time.size}" + turned(np.shape(array), 1, time.size)
                    )
            stored = self._agreed(path, _mean_step(self.time), stored, "time", "dt")
        given = None if given is None else _checks.number("dt", given, above=0)
        dt = self._agreed(path, stored, given, "the file", "the argument dt")
        if dt is None:
            raise ValueError(
                f"{path}: expected a sampling interval: give dt=... in seconds, or store 'dt' or "
                "'time' in the file"
            )
        return dt

    def _check_seconds(self, path, dt):
        """Milliseconds, taken for seconds, make recordings far too slow."""
        shape = np.shape(_gaps.padded(self.outputs if self.rates is None else self.rates))
        duration = dt * shape[1] if len(shape) == 3 else 0.0
        if dt > LONGEST_STEP or duration > LONGEST:
            raise ValueError(
                f"{path}: expected a sampling interval of at most {LONGEST_STEP} s and at most "
                f"{LONGEST:g} s for each condition, got {dt:g} s and {duration:g} s: is it in ms? "
                "Then give time_unit='ms'; if it is in seconds, time_unit='s'"
            )

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

    def _unit(self, path, given, rates):
        known = unit_of_rates(given), unit_of_rates(self.rate_unit)
        for unit in known:
            if unit is not None and (not isinstance(unit, str) or unit not in _UNITS):
                raise ValueError(
                    f"{path}: expected the unit of the rates to be one of "
                    f"{', '.join(map(repr, _UNITS))}, got {unit!r}"
                )
        if None not in known and known[0] != known[1]:
            raise ValueError(
                f"{path}: expected one unit, got {self.rate_unit!r} from the file and {given!r}"
            )
        unit = known[0] or known[1]
        if unit is None:
            # Rates of neurons in Hz hardly ever stay as low as that.
            low = 0 < np.nanmax(rates, initial=0.0) < LOW_RATE
            raise ValueError(
                f"{path}: expected a unit of the rates, one of {', '.join(map(repr, _UNITS))}: "
                "give rate_unit=..., or store it in the file as 'rate_unit'"
                + (f". The largest is {np.nanmax(rates):g}: are they in 'kHz' or 'spikes/bin'?"
                   if low else "")
            )
        return unit


def _check_regular(path, name, array):
    """Raise ValueError where conditions do not fit together, before anyone takes their shape."""
    try:
        np.shape(array)
    except ValueError:
        shapes = [np.shape(part) for part in array]
        raise ValueError(
            f"{path}: {name}: expected matrices (T, n) of the same n for all conditions, got "
            f"{shapes[:8]}"
        ) from None


def _mean_step(time):
    """The mean step, such as 0.001 where differences of times come to 0.0009999999999999996."""
    time = np.asarray(time)
    span = float(time[-1]) - float(time[0])
    step, precision = span / (time.size - 1), np.finfo(np.result_type(time, np.float16)).eps
    error = np.clip(2 * precision * float(np.abs(time).max()) / span, 1e-7, _EVEN / 10)
    short = (float(f"{step:.{digits}g}") for digits in range(1, 7))
    return next((near for near in short if abs(near - step) <= error * near), step)


def damaged(path, kind, error):
    """The error for a file that its format's own library cannot read."""
    return ValueError(
        f"{path}: expected a whole {kind} file, got something else or a damaged one "
        f"({type(error).__name__}: {error})"
    )
