"""Compile a loop, and keep the machine code on disk where a place for it can be written."""

import warnings

from numba import njit

_NO_PLACE = "no locator available"  # how Numba says that it found no such place
_ADVICE = (
    "The compiled loops of spikelib cannot be kept: neither its own folder nor the user's cache "
    "can be written. They are compiled anew in every process, which takes some seconds. Set the "
    "environment variable NUMBA_CACHE_DIR to a folder that can be written, and they are kept there."
)
_told = []  # not empty once this process has been told


def compiled(**options):
    """A decorator like ``numba.njit(cache=True, **options)`` that also works without a cache.

    Numba refuses to cache where it can write neither beside the source nor in the user's cache:
    packages installed for all users and no home, as in containers and on clusters. Then the
    loop is compiled without a cache, and the first one says, once, what to set.
    """

    def decorate(function):
        try:
            return njit(cache=True, **options)(function)
        except RuntimeError as error:
            if _NO_PLACE not in str(error):
                raise
            if not _told:
                _told.append(True)
                warnings.warn(_ADVICE, RuntimeWarning, stacklevel=2)
            return njit(**options)(function)

    return decorate
