"""Recordings from files: one reader for each format, checks for all."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from spikelib.recordings._found import Found, damaged
from spikelib.recordings._matlab import Unread, read_mat, with_channel
from spikelib.recordings.tables import read_csv, read_nwb

__all__ = ["read_recording"]


def read_recording(path, *, dt=None, rates="rates", outputs="outputs", rate_unit=None,
                   conditions=None, time_unit=None):
    """Read a recording from a file: ``.npz``, ``.mat``, ``.csv`` or ``.nwb``.

    Parameters
    ----------
    path : path
        Its ending says which format it is in.

        ``.npz``, ``.mat`` (MATLAB 5 to 7.3): arrays named as the next two parameters say,
        of shape (conditions, T, neurons) and (conditions, T, channels). Scalars ``dt`` (in
        seconds, or with a ``time_unit``) and ``rate_unit``, or a vector ``time`` (T,) in
        seconds, may lie beside them. MATLAB drops a last axis of length 1: outputs of one
        channel may have the shape (conditions, T).

        ``.csv``: one row for each condition and time, under a line of names. The columns
        ``condition`` and ``time`` (in seconds) are needed; further columns are rates where
        their name begins with ``rate``, outputs where it begins with ``output``, in small
        letters or capitals. Between columns stand commas, semicolons or tabs; with the last
        two, numbers may have decimal commas.

        ``.nwb``: HDF5 after the layout of Neurodata Without Borders. Read are the
        ``TimeSeries`` in ``/processing/averages``, one for each condition: those whose name
        begins with ``rates_`` hold rates (T, neurons), those with ``outputs_`` outputs (T,
        channels); what follows is the condition's name, and numbers in it set
        their order: 0, 45, 180. Sampling comes from
        ``starting_time`` (its attribute ``rate``) or ``timestamps``, the unit from the
        attribute ``unit`` of ``data``, and its ``conversion`` is applied.
    dt : float, optional
        Sampling interval in seconds, where the file does not hold it. Where both are there,
        they have to agree.
    rates, outputs : str
        Names of the arrays in ``.npz`` and ``.mat`` files. A dot leads into a struct: where
        ``data`` is a struct with a field ``rates``, the name is ``"data.rates"``, and what else
        is needed may lie in the same struct.
    rate_unit : {"Hz", "kHz", "spikes/bin"}, optional
        Unit of the rates, where the file does not hold it. There is no default. Other
        spellings will do, such as "spikes/s" and "1/s" for Hz.
    conditions : sequence of str, optional
        Names of the conditions, where the file does not hold them.
    time_unit : {"s", "ms", "us"} or float, optional
        Unit of `dt` and of the times in the file, by name or in seconds; ``.npz`` and ``.mat``
        files may hold it too. By default seconds; it has to be given where these would make
        more than 60 s of a condition or 0.5 s of an interval, for then milliseconds are likely.

    Returns
    -------
    Recording
        Rates in Hz.

    Raises
    ------
    ValueError
        A key or column that is missing, a wrong shape, NaN, no sampling interval, no unit,
        samples that are not evenly spaced; each is named.
    FileNotFoundError

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "mine.npz"
    >>> np.savez(path, rates=np.ones((2, 50, 7)))
    >>> recording = read_recording(path, dt=0.02, rate_unit="Hz")
    >>> recording.n_conditions, recording.duration, recording.n_neurons
    (2, 1.0, 7)
    >>> read_recording(path, dt=0.02)
    Traceback (most recent call last):
        ...
    ValueError: .../mine.npz: expected a unit of the rates, one of 'Hz', 'kHz', 'spikes/bin': \
give rate_unit=..., or store it in the file as 'rate_unit'
    """
    found = _read(path, rates=rates, outputs=outputs)
    return found.recording(path, dt=dt, rate_unit=rate_unit, conditions=conditions,
                           time_unit=time_unit)


_BESIDE = ("dt", "time", "time_unit", "rate_unit", "conditions")


def _read(path, *, rates, outputs):
    """What a file of one of the formats holds."""
    path = Path(path)
    readers = {
        ".npz": lambda path: _from_arrays(path, _npz(path), rates, outputs),
        ".mat": lambda path: _from_arrays(path, read_mat(path), rates, outputs, matlab=True),
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


def _from_arrays(path, arrays, rates, outputs, *, matlab=False):
    """Named arrays of a ``.npz`` or ``.mat`` file."""
    # What lies in the same struct as the array belongs to it: data.dt to data.rates.
    inside = (rates if rates in arrays else outputs).rpartition(".")[0]
    beside = {name.removeprefix(f"{inside}."): value for name, value in arrays.items()
              if inside and name.startswith(f"{inside}.")}
    arrays = arrays | {name: value for name, value in beside.items() if name in _BESIDE}
    if rates not in arrays and outputs not in arrays:
        raise ValueError(
            f"{path}: expected an array {rates!r} or {outputs!r}, got {sorted(arrays)}"
        )

    for name, expected in (
        (rates, "numbers"), (outputs, "numbers"), ("time", "numbers"), ("dt", "a number"),
        ("rate_unit", "characters, as from char(...)"),
        ("time_unit", "characters, as from char(...)"),
        ("conditions", "a cell array of characters, as from cellstr(...)"),
    ):
        if isinstance(arrays.get(name), Unread):
            raise ValueError(f"{path}: {name}: expected {expected}, got {arrays[name].what}")

    def single(name):
        if name not in arrays:
            return None
        value = np.asarray(arrays[name])
        if value.size != 1:
            raise ValueError(f"{path}: {name}: expected a single value, got shape {value.shape}")
        return value.reshape(-1)[0]

    dt, unit, time_unit = single("dt"), single("rate_unit"), single("time_unit")
    if dt is not None:
        try:
            dt = float(dt)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: dt: expected a number in seconds, got {dt!r}") from error
    names = arrays.get("conditions")
    found = {"rates": arrays.get(rates), "outputs": arrays.get(outputs)}
    if matlab:
        others = [np.shape(array) for array in found.values() if np.ndim(array) == 3]
        others.append((None if names is None else np.size(names),
                       np.size(arrays["time"]) if "time" in arrays else None))
        found = {kind: with_channel(kind, array, others) for kind, array in found.items()}
    return Found(
        **found, dt=dt,
        rate_unit=None if unit is None else str(unit),
        time_unit=None if time_unit is None else str(time_unit),
        time=None if "time" not in arrays else np.asarray(arrays["time"]).reshape(-1),
        conditions=None if names is None
        else tuple(str(np.asarray(name).item()).strip() for name in np.ravel(names)),
    )


def _member(file, name):
    """An array of a ``.npz`` file, or why it is none: that matters only where it is asked for."""
    try:
        return file[name]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        return Unread(f"what cannot be read ({error})")


def _npz(path):
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: _member(file, name) for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise damaged(path, ".npz", error) from error
