"""A reader's arrays, checked and taken apart into trials."""

import warnings
from numbers import Number

import numpy as np

from spikelib import _checks

LONGEST_TRIAL = 1000.0  # seconds; more is possible, and more often a mistake in dt


def as_trials(name, values):
    """A list of arrays (T, n), from one trial, from an array of trials or from a list.

    Parameters
    ----------
    values : array_like
        (T,) or (T, n), one trial; (n_trials, T, n); or a list of arrays (T,) or (T, n).
    """
    if isinstance(values, (list, tuple)) and any(isinstance(v, np.ndarray) for v in values):
        if not all(np.ndim(v) == 0 for v in values):
            return [_channels(f"{name}[{k}]", v) for k, v in enumerate(values)]
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        if isinstance(values, (list, tuple)) and not any(
            isinstance(v, (Number, str)) for v in values
        ):
            return [_channels(f"{name}[{k}]", v) for k, v in enumerate(values)]
        raise ValueError(
            f"{name}: expected numbers, as (T,), (T, n), (n_trials, T, n) or a list of such "
            f"trials, got {values!r:.80}"
        ) from error
    if array.ndim == 3:
        return [_channels(f"{name}[{k}]", trial) for k, trial in enumerate(array)]
    return [_channels(name, array)]


def _channels(name, values):
    """One trial as (T, n); finite, and not empty."""
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected numbers, got {values!r:.80}") from error
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2:
        raise ValueError(
            f"{name}: expected shape (T,) or (T, n) for one trial, got {array.shape}; several "
            "trials of one length go in one array (n_trials, T, n), others in a list"
        )
    array = _checks.array(name, array, ("T", "n"))
    if not len(array):
        raise ValueError(f"{name}: expected at least one time step, got shape {array.shape}")
    return array


def matched(inputs, outputs, hints=None):
    """Lists of inputs, outputs and hints (T, n), one of each for every trial.

    Raises
    ------
    ValueError
        Numbers of trials, lengths or numbers of channels that do not fit together.
    """
    outputs = as_trials("outputs", outputs)
    if not outputs:
        raise ValueError("outputs: expected at least one trial, got none")
    found = {"outputs": outputs}
    for name, values in (("inputs", inputs), ("hints", hints)):
        if values is None:
            found[name] = [np.zeros((len(trial), 0)) for trial in outputs]
        else:
            found[name] = as_trials(name, values)
            _check_lengths(name, found[name], outputs)
    for name, trials in found.items():
        for k, trial in enumerate(trials):
            if trial.shape[1] != trials[0].shape[1]:
                raise ValueError(
                    f"{name}: expected every trial to have as many channels as the first, "
                    f"{trials[0].shape[1]}, got {trial.shape[1]} in trial {k}"
                )
    if outputs[0].shape[1] == 0:
        raise ValueError(f"outputs: expected at least one channel, got shape {outputs[0].shape}")
    return found["inputs"], outputs, found["hints"]


def _check_lengths(name, trials, outputs):
    if len(trials) != len(outputs):
        raise ValueError(
            f"{name}: expected as many trials as outputs have, {len(outputs)}, got "
            f"{len(trials)}; one trial is (T, n), several are (n_trials, T, n) or a list"
        )
    for k, (trial, output) in enumerate(zip(trials, outputs, strict=True)):
        if len(trial) == len(output):
            continue
        turned = _turned(name, trial.shape, output.shape)
        which = f" in trial {k}" if len(outputs) > 1 else ""
        raise ValueError(
            f"{name}: expected as many time steps as outputs have{which}, {len(output)}, "
            f"got {len(trial)} (shapes {trial.shape} and {output.shape}){turned}"
        )


def _turned(name, shape, output_shape):
    """A hint where one of two shapes, or both, seem to have channels first."""
    (n_steps, n), (n_output_steps, n_outputs) = shape, output_shape
    if n == n_outputs and n > max(n_steps, n_output_steps):
        return "; time comes first: both arrays seem to be transposed, pass .T"
    if n == n_output_steps:
        return f"; time comes first: {name} seem to be transposed, pass .T"
    if n_steps == n_outputs:
        return "; time comes first: outputs seem to be transposed, pass .T"
    return ""


def warn_of_doubts(inputs, outputs, dt):
    """Warn of arrays that can be used but are probably not what was meant."""
    longest = max(len(trial) for trial in outputs) * dt
    if longest > LONGEST_TRIAL:
        _warn(f"dt: the longest trial lasts {longest:g} s at a step of {dt:g} s; is dt in seconds?")
    for name, trials in (("inputs", inputs), ("outputs", outputs)):
        n_steps, n = trials[0].shape
        if n > n_steps:
            _warn(
                f"{name}: {n} channels and {n_steps} time steps; time comes first: where the "
                "array is transposed, pass .T; where these are trials of one channel, [:, :, None]"
            )
    seen = {}
    for k, (shown, target) in enumerate(zip(inputs, outputs, strict=True)):
        first = seen.setdefault(shown.tobytes(), k)
        if not np.array_equal(outputs[first], target):
            what = "no inputs" if shown.shape[1] == 0 else "the same inputs"
            _warn(
                f"inputs: trials {first} and {k} have {what} and different outputs; nothing "
                "tells the network which of the two is asked for"
            )
            break


def _warn(message):
    # Three frames up: past this module and Task.from_arrays, to the caller's line.
    warnings.warn(message, stacklevel=4)
