"""Recordings from files: one reader for each format, checks for all."""

from functools import partial
from pathlib import Path

from spikelib.recordings._hdf5 import read_hdf5
from spikelib.recordings._matlab import read_mat
from spikelib.recordings._named_arrays import recording_of
from spikelib.recordings._numpy_files import read_npy, read_npz
from spikelib.recordings._nwb_averages import read_nwb
from spikelib.recordings._tables import read_table

__all__ = ["read_recording"]


def read_recording(path, *, dt=None, rates="rates", outputs="outputs", rate_unit=None,
                   conditions=None, time_unit=None, encoding=None):
    """Read a recording from a file of arrays, a table of text, or an NWB file.

    Parameters
    ----------
    path : path
        Its ending says which format it is in.

        ``.npz``, ``.mat`` (MATLAB 5 to 7.3), ``.h5`` and ``.hdf5``: arrays named as the next
        two parameters say, of shape (conditions, T, neurons) and (conditions, T, channels).
        Scalars ``dt`` (in seconds, or with a ``time_unit``) and ``rate_unit``, or a vector
        ``time`` (T,) in seconds, may lie beside them. MATLAB drops a last axis of length 1:
        outputs of one channel may have the shape (conditions, T). In place of one array there
        may be a matrix (T, n) for each condition, named ``rates_0``, ``rates_45`` and so on, in
        a group or struct ``rates``, or in the cells of a cell array; these may differ in
        length. What follows the name is the condition's, and numbers in it set their order.
        Texts of MATLAB may be characters, cells of them, strings, or categories. In HDF5,
        scalars may be attributes of the file, and units attributes ``unit`` of the arrays.

        ``.npy``: one array, the rates.

        ``.csv``, ``.tsv``, ``.txt``: one row for each condition and time, under a line of
        names. The columns ``condition`` and ``time`` (in seconds) are needed; further columns
        are rates where their name begins with ``rate``, outputs where it begins with
        ``output``, in small letters or capitals. Between columns stand commas, semicolons,
        tabs, bars or blanks. Numbers have decimal points or, where no comma stands between
        columns or cells are quoted, decimal commas. A unit in the name counts, as in ``time
        (ms)`` and ``rate0 (Hz)``. Rows may come in any order; the last times of a condition may
        be missing. Empty cells, ``NA``, ``n/a``, ``NaN`` and the like are gaps.

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
    encoding : str, optional
        Of a table that is not in UTF-8 or UTF-16, such as "latin-1".

    Returns
    -------
    Recording
        Rates in Hz. NaN in a file is a gap: see `Recording.gaps`.

    Raises
    ------
    ValueError
        A key or column that is missing, a wrong shape, infinite values, no sampling interval, no
        unit, samples that are not evenly spaced, a damaged file; each is named.
    FileNotFoundError

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import numpy as np
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
    found = _read(path, rates=rates, outputs=outputs, encoding=encoding)
    return found.recording(path, dt=dt, rate_unit=rate_unit, conditions=conditions,
                           time_unit=time_unit)


def _read(path, *, rates, outputs, encoding):
    """What a file of one of the formats holds."""
    for name, value in (("rates", rates), ("outputs", outputs)):
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name}: expected the name of an array, got {value!r:.60}")
    try:
        path = Path(path)
    except TypeError:
        raise ValueError(f"path: expected the path of a file, got {path!r:.80}") from None

    def named(read, **options):
        return lambda path: recording_of(path, read(path), rates, outputs, **options)

    def by_path(path):
        names = (name.strip("/").replace("/", ".") for name in (rates, outputs))
        return recording_of(path, read_hdf5(path), *names)

    table = partial(read_table, encoding=encoding)
    readers = {
        ".npz": named(read_npz), ".mat": named(read_mat, matlab=True),
        ".npy": lambda path: recording_of(path, read_npy(path), "rates", "outputs"),
        ".h5": by_path, ".hdf5": by_path,
        # These have names of their own for what they hold.
        ".csv": table, ".tsv": table, ".txt": table, ".nwb": read_nwb,
    }
    if path.suffix.lower() not in readers:
        raise ValueError(
            f"{path}: expected a file that ends in {', '.join(readers)}, got {path.suffix!r}"
        )
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    return readers[path.suffix.lower()](path)
