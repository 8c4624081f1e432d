"""Recordings: trial-averaged firing rates and outputs, from memory or from a file.

A recording holds what a set of neurons, and perhaps a muscle, did in each of several
conditions, averaged over trials: rates of shape (conditions, T, neurons) in Hz, outputs of
shape (conditions, T, channels), one value every `dt` seconds.
`spikelib.recordings.files.read_recording` reads it from a ``.npz``, ``.mat``, ``.csv`` or
``.nwb`` file. Nothing is guessed: the sampling
interval and the unit come from the file or from the caller.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.recordings import _gaps, _resampled, _spike_lists
from spikelib.recordings.origin import Origin

__all__ = ["Recording"]

LOW_RATE = 0.5  # Hz; where all are lower, they may be in another unit
LONGEST_STEP, LONGEST = 0.5, 60.0  # seconds; for more, the unit of time is asked for
_ROUNDING = 1e-9  # rates that are negative by no more than that, relative, are zero
_TURN = "numpy.moveaxis or numpy.transpose turns them"


def turned(shape, axis, size):
    """A hint for an error where another axis of an array has the size that `axis` should have."""
    other = [i for i, found in enumerate(shape) if found == size and i != axis]
    if not other:
        return ""
    return (f"; axis {other[0]} of the array of shape {tuple(shape)} has this size: are its axes "
            f"(conditions, T, neurons or channels)? {_TURN}")


def condition_names(value):
    """Names as a tuple of str."""
    return tuple(_spike_lists.text(name) for name in _checks.listed("conditions", value))


@dataclass(frozen=True, kw_only=True, eq=False)
class Recording:
    """Trial-averaged rates and outputs.

    Parameters
    ----------
    dt : float
        Sampling interval in seconds.
    rates : array_like, shape (n_conditions, T, n_neurons), optional
        Firing rates in Hz, not negative; what is negative by rounding only becomes 0. NaN, and
        what is masked in a masked array, is a gap: `gaps` says how much of it there is, and
        neither training nor correlations use it. Conditions may differ in length, as a list of
        matrices (T, n_neurons): the shorter ones have a gap at their end.
    outputs : array_like, shape (n_conditions, T, n_channels), optional
        Such as the activity of muscles, dimensionless. At least one of the two is needed.
    conditions : sequence of str, optional
        Their names, all different; by default "0", "1", ...
    source : str
        Where it comes from.
    surrogate : bool
        True where the numbers were made by this package, not recorded.
    origin : Origin, optional
        Where the rates were made from spikes: units, trials and bins.

    Raises
    ------
    ValueError
        Shapes that do not fit together, infinite values, negative rates, a neuron or a
        condition of which nothing is known.

    Examples
    --------
    >>> recording = Recording(rates=np.ones((2, 5, 3)), dt=0.02, conditions=["left", "right"])
    >>> recording.n_conditions, recording.n_neurons, recording.n_channels, recording.duration
    (2, 3, 0, 0.1)
    """

    dt: float
    rates: np.ndarray | None = None
    outputs: np.ndarray | None = None
    conditions: tuple[str, ...] = ()
    source: str = ""
    surrogate: bool = False
    origin: Origin | None = None

    def __post_init__(self):
        if not isinstance(self.source, str):
            raise ValueError(f"source: expected a text, got {self.source!r:.80}")
        if self.origin is not None:
            _checks.instance("origin", self.origin, "Origin")
        object.__setattr__(self, "dt", _checks.number("dt", self.dt, above=0))
        if self.rates is None and self.outputs is None:
            raise ValueError("rates, outputs: expected at least one of the two, got neither")
        shape = None
        for name, axis in (("rates", "neurons"), ("outputs", "channels")):
            value = getattr(self, name)
            if value is None:
                continue
            sizes = None if shape is None else (*shape, None)
            value = _checks.array(
                name, _gaps.padded(value), ("conditions", "T", axis), sizes, gaps=True
            )
            if 0 in value.shape or value.shape[1] < 2:
                raise ValueError(
                    f"{name}: expected at least 1 condition, 2 samples and 1 of the {axis}, "
                    f"got {value.shape}"
                )
            shape = value.shape[:2]
            _gaps.check(name, value, condition_names(self.conditions))
            object.__setattr__(self, name, value)
        low = 0.0 if self.rates is None else np.nanmin(self.rates)
        if low < 0 and low >= -_ROUNDING * max(np.nanmax(self.rates), 1):
            object.__setattr__(self, "rates", np.maximum(self.rates, 0.0))
        elif low < 0:
            at = tuple(int(i) for i in np.argwhere(self.rates < 0)[0])
            raise ValueError(
                f"rates: expected firing rates in Hz, not negative, got {self.rates[at]:g} "
                f"at index {at}"
            )
        # Of a recording with a source the unit was stated, or the rates counted from spikes.
        if self.rates is not None and not self.source and not self.origin:
            if 0 < np.nanmax(self.rates) < LOW_RATE:
                warnings.warn(
                    f"rates: expected Hz, got {np.nanmax(self.rates):g} at most: are they in kHz "
                    "or spikes per bin? (With a `source` named they are taken as they are.)",
                    UserWarning, stacklevel=3,
                )
        # A file's own interval was checked where it was read.
        if not self.source and not self.origin:
            duration = self.dt * shape[1]
            if self.dt > LONGEST_STEP or duration > LONGEST:
                warnings.warn(
                    f"dt: expected seconds, got {self.dt:g}, which makes {duration:g} s of each "
                    "condition: is it in ms? (With a `source` named it is taken as it is.)",
                    UserWarning, stacklevel=3,
                )
        names = condition_names(self.conditions) or tuple(map(str, range(shape[0])))
        if len(names) != shape[0]:
            raise ValueError(
                f"conditions: expected {shape[0]} names, got {len(names)}"
                + turned(self._shape, 0, len(names))
            )
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(
                f"conditions: expected different names, got {twice!r} {names.count(twice)} times"
            )
        if shape[0] > shape[1]:
            warnings.warn(
                f"expected arrays of shape (conditions, T, neurons or channels), got {self._shape}:"
                f" more conditions than samples. Are the axes in another order? {_TURN}",
                UserWarning, stacklevel=3,
            )
        object.__setattr__(self, "conditions", names)
        if self.origin is not None:
            self.origin.check((*shape, self.n_neurons))

    @property
    def gaps(self):
        """Fraction of the rates and of the outputs that is missing, as a dict."""
        return {name: _gaps.fraction(getattr(self, name)) for name in ("rates", "outputs")}

    @property
    def _shape(self):
        return (self.outputs if self.rates is None else self.rates).shape

    @property
    def n_conditions(self):
        """Number of conditions."""
        return self._shape[0]

    @property
    def n_samples(self):
        """Number of samples T."""
        return self._shape[1]

    @property
    def n_neurons(self):
        """Number of neurons, 0 where there are no rates."""
        return 0 if self.rates is None else self.rates.shape[2]

    @property
    def n_channels(self):
        """Number of output channels, 0 where there are no outputs."""
        return 0 if self.outputs is None else self.outputs.shape[2]

    @property
    def duration(self):
        """Length in seconds: T times dt."""
        return self.n_samples * self.dt

    @property
    def times(self):
        """Time of each sample in seconds, from 0; shape (T,)."""
        return np.arange(self.n_samples) * self.dt

    def titled(self, text):
        """`text` for a figure's title; with "(surrogate data)" where these are surrogate."""
        return f"{text} (surrogate data)" if self.surrogate else text

    def resampled(self, dt):
        """The same at another sampling interval, by smooth interpolation or averages.

        A shape-preserving cubic (PCHIP) runs through every sample and never leaves the range
        of its neighbours, so that no rate becomes negative. After the last sample its value
        is held. For an interval longer than the recording's, each new sample is the mean over
        the interval; what is left at the end and is shorter than half of one is dropped. Between
        a sample and a gap there is a gap; a mean needs half of its interval.

        Parameters
        ----------
        dt : float
            In seconds.

        Returns
        -------
        Recording

        Examples
        --------
        >>> slow = Recording(outputs=[[[0.0], [1.0], [2.0]]], dt=0.1)
        >>> slow.resampled(0.05).outputs[0, :, 0].round(6)
        array([0. , 0.5, 1. , 1.5, 2. , 2. ])
        >>> slow.resampled(0.15).outputs[0, :, 0].round(6)
        array([0.333333, 1.666667])
        """
        dt = _checks.number("dt", dt, above=0, at_most=self.duration)
        if abs(dt - self.dt) <= 1e-9 * dt:
            return replace(self, dt=dt)
        _checks.steps("dt", self.duration, dt)
        n_samples = round(self.duration / dt)
        change = _resampled.averaged if dt > self.dt else _resampled.interpolated
        return replace(
            self, dt=dt, rates=change(self.rates, self.dt, dt, n_samples),
            outputs=change(self.outputs, self.dt, dt, n_samples),
            origin=None,  # these are no means over its bins
        )
