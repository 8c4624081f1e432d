"""One public file: found in a folder, in the cache, or fetched from its address."""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from spikelib._extras import package
from spikelib._progress import bar

FOLDER_VARIABLE = "SPIKELIB_DATA"
_TIMEOUT = 20  # seconds without an answer


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A public file and how to tell that it is whole.

    Parameters
    ----------
    name : str
        What it is called in the folder and in the cache.
    url : str
    sha256 : str
    """

    name: str
    url: str
    sha256: str


class Unavailable(ConnectionError):
    """A file is neither here nor can it be fetched."""


def cache_folder():
    """Where the platform expects cached files, with a folder of our own."""
    return Path(package("pooch", "data").os_cache("spikelib"))


def given_folder():
    """The folder that `SPIKELIB_DATA` names, or None where it is not set."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else None


def checksum(path):
    """SHA-256 of a file, in hexadecimal digits."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def locate(file, *, folder=None, cache=None, progress=None):
    """The path of a whole copy of a file.

    Parameters
    ----------
    file : RemoteFile
    folder : path, optional
        A folder of files that were fetched before; it is only read, and has to hold the
        file. By default the one that `SPIKELIB_DATA` names, if it names one.
    cache : path, optional
        Where fetched files are kept; by default the platform's place for it.
    progress : bool, optional

    Raises
    ------
    FileNotFoundError
        A folder is named that is not there, or that does not hold the file.
    ValueError
        A file in `folder`, or one that was just fetched, that is not what it should be.
    Unavailable
        The file is neither here nor can it be fetched.
    """
    said = "folder" if folder is not None else FOLDER_VARIABLE
    folder = given_folder() if folder is None else Path(folder)
    if folder is not None:
        # Not fetched, nor replaced by a surrogate: whoever names a folder means its files.
        if not (folder / file.name).is_file():
            came = "a folder without it" if folder.is_dir() else "no such folder"
            raise FileNotFoundError(
                f"{said}: expected a folder that holds {file.name}, got {folder}, {came}; leave "
                f"{said} out to have the file fetched from {file.url}"
            )
        came = checksum(folder / file.name)
        if came != file.sha256:
            raise ValueError(
                f"{folder / file.name}: expected a file with SHA-256 {file.sha256}, got {came}; "
                f"it is damaged or another version. Fetch it again from {file.url}"
            )
        return folder / file.name
    cache = cache_folder() if cache is None else Path(cache)
    # A whole file is used as it is, so that a cache that cannot be written will do.
    if (cache / file.name).is_file() and checksum(cache / file.name) == file.sha256:
        return cache / file.name
    return _fetch(file, cache, progress)


def is_here(file, *, cache=None):
    """Whether `locate` would need no network."""
    folder = given_folder()
    if folder is not None:
        return (folder / file.name).is_file()
    path = (cache_folder() if cache is None else Path(cache)) / file.name
    return path.is_file() and checksum(path) == file.sha256


def _fetch(file, cache, progress):
    """Fetch a file into the cache; one that is there is damaged, and is replaced."""
    pooch = package("pooch", "data")
    import requests

    meter = bar(show=progress, desc=file.name, unit="B", unit_scale=True, total=0)
    log = pooch.get_logger()
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        path = pooch.retrieve(
            file.url, known_hash=f"sha256:{file.sha256}", fname=file.name, path=cache,
            downloader=pooch.HTTPDownloader(progressbar=meter, timeout=_TIMEOUT),
        )
    except (requests.exceptions.RequestException, OSError) as error:
        raise Unavailable(
            f"{file.name}: neither in {cache}, nor could it be fetched from {file.url}; "
            f"{FOLDER_VARIABLE} names no folder ({type(error).__name__}: {error})"
        ) from error
    except ValueError as error:
        raise ValueError(
            f"{file.url}: expected a file with SHA-256 {file.sha256}, got something else; "
            f"nothing was kept ({error})"
        ) from error
    finally:
        meter.close()
        log.setLevel(level)
    return Path(path)
