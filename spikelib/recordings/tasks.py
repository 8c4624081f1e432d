"""Tasks made from recorded outputs: a cue says which of the conditions is to be produced."""

import numpy as np

from spikelib import _checks
from spikelib.recordings import _gaps
from spikelib.recordings._names import directions
from spikelib.recordings.recording import Recording
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["nearest_condition", "reach_task"]


def nearest_condition(outputs, recorded):
    """The condition whose recorded outputs are closest, in summed squares.

    Parameters
    ----------
    outputs : array_like, shape (T, n_channels)
    recorded : array_like, shape (n_conditions, T, n_channels)
        Values that are missing (NaN) in one condition are left out of all.

    Returns
    -------
    int

    Examples
    --------
    >>> nearest_condition([[0.0], [0.8]], [[[0.0], [0.0]], [[0.0], [1.0]]])
    1
    """
    axes = ("n_conditions", "T", "n_channels")
    recorded = _checks.array("recorded", recorded, axes, gaps=True)
    known = ~np.isnan(recorded).any(axis=0)
    if not known.any():
        raise ValueError("recorded: expected a value that is there in all conditions, got none")
    outputs = _checks.array("outputs", outputs, ("T", "n_channels"), recorded.shape[1:])
    return int(np.argmin(np.sum((recorded - outputs)[:, known] ** 2, axis=1)))


def reach_task(recording, *, dt=0.001, cue=0.5, go=0.35, pause=2.0, shortest_pause=0.4,
               steady=-0.5):
    """Produce the recorded outputs of a cued direction, after a random pause.

    While the movement lasts, two inputs say which of the n conditions is meant, cue · cos φ
    and cue · sin φ, and for its first `go` seconds a third is 1. Where the conditions' names
    are angles in degrees, such as "45°" or "0", "45", "180", φ is that angle; otherwise that
    of condition k is 2πk/n. Before and
    after, all inputs and target outputs are zero, each for half of a pause that is drawn anew
    for every trial. A constant hint keeps a driven teacher from making up activity of its
    own in the pauses.

    Parameters
    ----------
    recording : Recording
        With outputs; it is resampled to `dt` by smooth interpolation. Where an output is
        missing, the trial's step does not count (`Trial.counted`).
    dt : float
        Time step in seconds.
    cue : float
        Height of the two cue inputs.
    go : float
        Length of the go pulse in seconds.
    pause, shortest_pause : float
        Pauses are drawn from an exponential distribution with the mean `pause`; those
        shorter than `shortest_pause` are made that long. In seconds.
    steady : float
        The constant hint; 0 for no hint.

    Returns
    -------
    Task
        Three inputs, as many outputs as the recording has channels. The label is the
        condition. Score: 1 where the outputs during the movement are closer to the target
        ones than to those of any other condition, 0 otherwise.

    Notes
    -----
    Cues, go pulse and pauses are those of the 2023 demonstration. There the EMG is held for
    ten steps instead of interpolated, scaled by 2, one sign flipped, and the constant is a
    third output instead of a hint.

    References
    ----------
    DePasquale, Sussillo, Abbott & Churchland (2023), Neuron 111, 631, and its code.

    Examples
    --------
    >>> from spikelib.recordings import reach_emg
    >>> task = reach_task(reach_emg(surrogate=True))
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.n_inputs, task.n_outputs, task.n_hints
    (1.0, 3, 2, 1)
    """
    if not isinstance(recording, Recording) or recording.outputs is None:
        raise ValueError("recording: expected a Recording with outputs, got one without, or "
                         f"{type(recording).__name__}")
    dt = _checks.number("dt", dt, above=0)
    cue = _checks.number("cue", cue, above=0)
    pause = _checks.number("pause", pause, above=0)
    shortest_pause = _checks.number("shortest_pause", shortest_pause, at_least=2 * dt)
    steady = _checks.number("steady", steady)
    recorded = recording.resampled(dt).outputs
    n_conditions, n_move, n_channels = recorded.shape
    known = ~np.isnan(recorded).any(axis=2)
    if not known.all(axis=0).any():
        raise ValueError(
            "recording: expected outputs at one time or more that are there in all conditions, "
            "got none: they could not be told apart"
        )
    targets = _gaps.bridged(recorded)  # what runs through a gap does not count
    n_go = round(_checks.number("go", go, above=0, at_most=recording.duration) / dt)
    angles = _cue_angles(recording.conditions)
    cues = cue * np.column_stack([np.cos(angles), np.sin(angles)])

    def draw(rng):
        condition = int(rng.integers(n_conditions))
        start = round(max(shortest_pause, rng.exponential(pause)) / 2 / dt)
        n_steps = 2 * start + n_move
        inputs, outputs = np.zeros((n_steps, 3)), np.zeros((n_steps, n_channels))
        inputs[start : start + n_move, :2] = cues[condition]
        inputs[start : start + n_go, 2] = 1.0
        outputs[start : start + n_move] = targets[condition]
        counted = np.ones(n_steps, bool)
        counted[start : start + n_move] = known[condition]
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=condition,
            hints=np.full((n_steps, 1), steady) if steady else None,
            counted=None if counted.all() else counted,
        )

    def score(trial, outputs):
        start = np.flatnonzero(trial.inputs[:, 2])[0]
        return float(nearest_condition(outputs[start : start + n_move], recorded) == trial.label)

    return Task(
        name="reach", n_inputs=3, n_outputs=n_channels, n_hints=1 if steady else 0, dt=dt,
        draw=draw, score=score,
    )


def _cue_angles(names):
    """Directions in radians, from the names or evenly spaced."""
    even = 2 * np.pi * np.arange(len(names)) / len(names)
    degrees = directions(names)
    # The same directions come out the same to the last bit, and so do networks trained on them.
    if degrees is None or np.allclose(np.deg2rad(degrees), even, atol=1e-9):
        return even
    return np.deg2rad(degrees)
