"""What a case is, how it is judged, and the recordings that files are made of."""

import dataclasses
import os
import signal
import warnings

import numpy as np

OUTCOMES = ("accepted", "refused_by_name", "raw_errors", "silent_wrong", "undetectable",
            "refused_without_need", "warned")
SECONDS = 10  # for one file


@dataclasses.dataclass
class Case:
    """One file or object, and what may come of reading it.

    Parameters
    ----------
    kind, change : str
        Format, and what was done to it.
    read : callable
        Reads it; returns a dict of arrays, texts and numbers.
    right : dict or None
        What has to come out; None where any answer would be wrong.
    must : bool
        It is an ordinary file: to refuse it is a fault too.
    names : tuple of str
        What the message of an error has to hold, one of them: the path or a variable.
    unchecked : bool
        Numbers were changed where the format has no checksum, or no reader could know.
    covered : bool
        A checksum covers every variable of the file.
    path : path
        Where the file lies.
    """

    kind: str
    change: str
    read: object
    right: dict | None
    must: bool = False
    names: tuple = ()
    unchecked: bool = False
    covered: bool = False
    path: object = None


@dataclasses.dataclass
class Truth:
    """A recording as it should be read."""

    rates: np.ndarray
    outputs: np.ndarray | None
    dt: float
    names: tuple

    def as_dict(self, **changed):
        found = {"rates": self.rates, "outputs": self.outputs, "dt": self.dt,
                 "conditions": self.names}
        return found | changed


_NAMES = (("left", "right", "up", "down"), ("0", "45", "180", "270"),
          ("née", "größer", "å", "日本"),
          ("cond 1", "cond 2", "cond 10", "cond 11"), ("7.5", "15", "30", "60"))


def draw(rng):
    """A recording whose three first sizes differ, with numbers that text holds exactly."""
    n_conditions, n_samples = int(rng.integers(2, 5)), int(rng.integers(9, 30))
    n_neurons = int(rng.integers(5, 8))
    rates = np.round(rng.uniform(0, 40, (n_conditions, n_samples, n_neurons)), 3)
    rates[0, 0, 0] = 39.125
    outputs = None
    if rng.random() < 0.5:
        outputs = np.round(rng.standard_normal((n_conditions, n_samples, 2)), 3)
    names = _NAMES[rng.integers(len(_NAMES))][:n_conditions]
    return Truth(rates, outputs, float(rng.choice([0.001, 0.005, 0.01, 0.02, 0.05])), names)


def as_found(recording):
    """What a `Recording` holds."""
    return {"rates": recording.rates, "outputs": recording.outputs, "dt": recording.dt,
            "conditions": recording.conditions}


def _same(right, got):
    if right is None or got is None:
        return right is got
    if isinstance(right, tuple):
        return tuple(right) == tuple(got)
    right, got = np.asarray(right, dtype=float), np.asarray(got, dtype=float)
    return right.shape == got.shape and np.allclose(right, got, rtol=1e-5, atol=1e-6,
                                                    equal_nan=True)


class _TooLong(BaseException):
    """A reader took longer than a file may take."""


def _stop(*_):
    raise _TooLong


def judge(case):
    """The outcome of a case, and what was said."""
    if os.name == "posix":
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(SECONDS)
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            got = case.read(case.path)
    except (ValueError, TypeError, FileNotFoundError) as error:
        said = f"{type(error).__name__}: {error}"
        own = isinstance(error, ValueError) and any(name in said for name in case.names)
        if own and not isinstance(error, UnicodeError):
            return ("refused_without_need" if case.must else "refused_by_name"), said
        return "raw_errors", said
    except (Exception, _TooLong) as error:
        return "raw_errors", f"{type(error).__name__}: {error}"
    finally:
        if os.name == "posix":
            signal.alarm(0)
    wrong = [name for name in case.right or {} if not _same(case.right[name], got[name])]
    if case.right is not None and not wrong:
        return "accepted", ""
    said = "read, though nothing could be right" if case.right is None else (
        f"{wrong[0]}: expected {case.right[wrong[0]]!r:.80}, got {got[wrong[0]]!r:.80}"
    )
    if any("expected" in str(warning.message) for warning in heard):
        return "warned", said
    return ("undetectable" if case.unchecked else "silent_wrong"), said
