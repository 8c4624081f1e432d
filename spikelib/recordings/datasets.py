"""Public recordings: fetched once, checked, kept; and surrogates where nothing can be had.

Each file comes from its public address, with its checksum compared. It is read from the
folder that the environment variable ``SPIKELIB_DATA`` names; where that is not set, from the
cache, or it is fetched. Without folder and network a surrogate takes its place: signals of the same
shape, made by this package. A `spikelib.recordings.recording.Recording` says which it is, in
`surrogate`.
"""

from dataclasses import dataclass, field
from textwrap import fill

import numpy as np

from spikelib import _checks
from spikelib._extras import package
from spikelib.recordings import _surrogates
from spikelib.recordings._fetching import RemoteFile, Unavailable, is_here, locate
from spikelib.recordings.recording import Recording

__all__ = ["DATASETS", "Dataset", "about", "alm_rates", "is_local", "reach_emg"]

_COLUMNS = 78  # of what is printed
_GITHUB = "https://raw.githubusercontent.com"
_REACHING = f"{_GITHUB}/briandepasquale/factor-based-spiking-nets"
_ALM = f"{_GITHUB}/chrismkkim/TutorialCNS2025"


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What a data set holds, and whose work it is.

    Parameters
    ----------
    name : str
    holds : str
        What was recorded, in a sentence.
    licence : str
    citation : str
        The work to cite.
    source : str
        Where the files are published.
    files : tuple
        Name, address and SHA-256 of each.
    """

    name: str
    holds: str
    licence: str
    citation: str
    source: str
    files: tuple = field(repr=False)


#: The data sets by name.
DATASETS = {
    data.name: data
    for data in (
        Dataset(
            name="reach_emg",
            holds="normalised EMG of 2 arm muscles of a monkey, 8 directions of reach, "
            "trial-averaged, every 10 ms",
            licence="Apache-2.0",
            citation="DePasquale, Sussillo, Abbott & Churchland (2023), The centrality of "
            "population-level factors to network computation is demonstrated by a versatile "
            "approach for training spiking networks, Neuron 111, 631-649",
            source="https://github.com/briandepasquale/factor-based-spiking-nets",
            files=(
                RemoteFile(
                    name="reach_emg.mat",
                    url=f"{_REACHING}/fac6eae9c5bb2ffdb883c4ef45a6f282dcc9aa8a/reaching/"
                    "reaching_data.mat",
                    sha256="f6d06840961019a047d3995efd0460f316b878e3dd0fca0a4558b1af210b604a",
                ),
            ),
        ),
        Dataset(
            name="alm_rates",
            holds="firing rates in Hz of 1,824 pyramidal neurons in mouse anterior lateral motor "
            "cortex, lick-left and lick-right trials, trial-averaged, every 20 ms",
            licence="MIT",
            citation="Finkelstein, Fontolan, Economo, Li, Romani & Svoboda (2021), Attractor "
            "dynamics gate cortical information flow during decision-making, Nature Neuroscience "
            "24, 843-850",
            source="https://github.com/chrismkkim/TutorialCNS2025",
            files=tuple(
                RemoteFile(
                    name=f"alm_rates_{side}.jld",
                    url=f"{_ALM}/90395f431cd6c364123a073fab1047d7b09b61ae/src_part3/data_alm/"
                    f"movingrate_Pyr1Hz_{side}.jld",
                    sha256=digest,
                )
                for side, digest in (
                    ("lickleft",
                     "236779d8765f6fed56848496a5c529e09cdb67523f19f7886a23ff6a5721b462"),
                    ("lickright",
                     "08005b8e50a9fb229ee29824c9c1b54ac1850b9d35f150ab3501216f5b15f9a4"),
                )
            ),
        ),
    )
}


def about(name, *, surrogate=False):
    """What a data set holds, its licence, its source and the work to cite, as a text.

    Parameters
    ----------
    name : str
        One of `DATASETS`.
    surrogate : bool
        Whether surrogate signals stand in for it (`Recording.surrogate`): then the text says
        so, and names the data set as what they stand for, without a licence or a source that
        they do not have.

    Examples
    --------
    >>> print(about("reach_emg"))
    reach_emg: normalised EMG of 2 arm muscles of a monkey, ...
    Licence: Apache-2.0
    Source: https://github.com/briandepasquale/factor-based-spiking-nets
    Cite: DePasquale, Sussillo, Abbott & Churchland (2023), ...
    """
    data = _dataset(name)
    lines = (
        f"{data.name}: surrogate signals, made up by formula; nothing here was recorded",
        f"They stand for: {data.holds} ({data.citation})",
    ) if surrogate else (
        f"{data.name}: {data.holds}", f"Licence: {data.licence}", f"Source: {data.source}",
        f"Cite: {data.citation}",
    )
    return "\n".join(
        fill(line, _COLUMNS, subsequent_indent="  ", break_long_words=False,
             break_on_hyphens=False)
        for line in lines
    )


def is_local(name):
    """Whether a data set is in the folder or in the cache, so that no network is needed."""
    return all(is_here(file) for file in _dataset(name).files)


def reach_emg(*, folder=None, surrogate=None, progress=None):
    """Activity of two arm muscles during reaches in eight directions.

    Parameters
    ----------
    folder : path, optional
        Where the file is; by default the folder that ``SPIKELIB_DATA`` names, else the
        cache, which it is fetched into.
    surrogate : bool, optional
        True for the surrogate; False for an error where the file cannot be had. By default
        the surrogate takes its place then.
    progress : bool, optional
        Show a bar while it is fetched; by default where a person watches.

    Returns
    -------
    Recording
        Outputs (8, 81, 2), normalised, every 10 ms. Direction k is k · 45°.

    Raises
    ------
    ConnectionError
        The file cannot be had, and `surrogate` is False.
    FileNotFoundError
        The folder is not there or does not hold the file.
    ValueError
        A file that is damaged.

    References
    ----------
    DePasquale, Sussillo, Abbott & Churchland (2023), Neuron 111, 631.

    Examples
    --------
    >>> recording = reach_emg(surrogate=True)
    >>> recording.outputs.shape, recording.surrogate
    ((8, 81, 2), True)
    """
    paths = _paths("reach_emg", folder, surrogate, progress)
    outputs = _surrogates.reach_emg() if paths is None else _read_emg(paths[0])
    return Recording(
        outputs=outputs, dt=0.01, conditions=[f"{45 * k}°" for k in range(8)],
        source="surrogate" if paths is None else DATASETS["reach_emg"].source,
        surrogate=paths is None,
    )


def alm_rates(*, folder=None, surrogate=None, progress=None):
    """Rates of 1,824 neurons of mouse motor cortex before a lick to the left or right.

    Parameters
    ----------
    folder, surrogate, progress
        As for `reach_emg`.

    Returns
    -------
    Recording
        Rates (2, 93, 1824) in Hz, every 20 ms; conditions "lick left" and "lick right".

    Raises
    ------
    ConnectionError, FileNotFoundError, ValueError
        As for `reach_emg`.

    Notes
    -----
    The file holds 101 samples, each the mean over a window of 15 bins (0.3 s) around it. The
    windows of the last eight take in a bin without any spikes of any neuron: there the mean
    over all neurons jumps down by a fifteenth. These eight samples are left out.

    References
    ----------
    Finkelstein et al. (2021), Nat. Neurosci. 24, 843; Kim et al. (2023), Nat. Commun. 14,
    2851, for networks trained on such rates.

    Examples
    --------
    >>> recording = alm_rates(surrogate=True)
    >>> recording.rates.shape, recording.conditions
    ((2, 93, 1824), ('lick left', 'lick right'))
    """
    paths = _paths("alm_rates", folder, surrogate, progress)
    if paths is None:
        rates = _surrogates.alm_rates()
    else:
        rates = np.stack([_read_rates(path) for path in paths])
    return Recording(
        rates=rates[:, :93], dt=0.02, conditions=["lick left", "lick right"],
        source="surrogate" if paths is None else DATASETS["alm_rates"].source,
        surrogate=paths is None,
    )


def _dataset(name):
    if not isinstance(name, str) or name not in DATASETS:
        raise ValueError(f"name: expected one of {', '.join(DATASETS)}, got {name!r}")
    return DATASETS[name]


def _paths(name, folder, surrogate, progress):
    """Where the files of a data set are, or None for the surrogate."""
    surrogate = None if surrogate is None else _checks.flag("surrogate", surrogate)
    folder = None if folder is None else _checks.path("folder", folder)
    if surrogate:
        return None
    try:
        return [locate(file, folder=folder, progress=progress) for file in DATASETS[name].files]
    except Unavailable:
        if surrogate is False:
            raise
        return None


def _read_emg(path):
    from scipy.io import loadmat

    return _checks.array(f"{path}: emg", loadmat(path)["emg"], ("k", "T", "muscles"), (8, 81, 2))


def _read_rates(path):
    h5py = package("h5py", "data")
    with h5py.File(path) as file:
        return _checks.array(f"{path}: Pyr", file["Pyr"][()], ("T", "neurons"), (101, 1824))
