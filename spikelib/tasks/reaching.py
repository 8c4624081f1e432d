"""Reaching: a direction is shown, and a movement is made when it is allowed."""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import between, stages, to_steps
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["delayed_reach"]


@makes_task
def delayed_reach(*, dt=0.001, n_directions=8, cue=0.2, delay=(0.3, 1.2), go=0.1, movement=0.5,
                  pause=0.2, hints=True):
    """Reach in the direction that was shown, once the go signal comes.

    A cue gives one of several directions by its cosine and sine. After a random delay a go
    signal, in a third input, starts the movement: the outputs are the velocity of the hand in
    the plane, bell-shaped as those of people and monkeys are.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    n_directions : int
    cue, go, movement, pause : float
        Durations in seconds: of the cue, the go signal, the movement, which begins with the
        go signal, and of the rest after it.
    delay : pair of float
        Shortest and longest, from the end of the cue to the go signal.
    hints : bool
        Whether trials have the two hints: the direction, from the middle of the cue to the
        middle of the movement.

    Returns
    -------
    Task
        Three inputs, two outputs. The label is the number of the direction. Score: 1 where
        the hand ends up nearer to the direction that was shown than to any other, at least
        half as far out as it should; 0 otherwise.

    References
    ----------
    Georgopoulos, Kalaska, Caminiti & Massey (1982), J. Neurosci. 2, 1527; the bell shape:
    Flash & Hogan (1985), J. Neurosci. 5, 1688.

    Examples
    --------
    >>> task = delayed_reach()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)
    n_directions = _checks.count("n_directions", n_directions, at_least=2)
    n_go = to_steps("go", go, dt)

    def draw(rng):
        parts = stages(rng, dt, cue=cue, delay=delay, movement=movement, pause=pause)
        label = int(rng.integers(n_directions))
        angle = 2 * np.pi * label / n_directions
        direction = np.array([np.cos(angle), np.sin(angle)])
        inputs, outputs = np.zeros((parts.n_steps, 3)), np.zeros((parts.n_steps, 2))
        inputs[parts.cue, :2] = direction
        start = parts.movement.start
        inputs[start : min(start + n_go, parts.n_steps), 2] = 1.0
        phase = np.linspace(0, 1, parts.movement.stop - start)
        # The speed of a movement of least jerk, its peak at 1.
        outputs[parts.movement] = 16 * (phase * (1 - phase))[:, None] ** 2 * direction
        shown = np.zeros((parts.n_steps, 2))
        shown[between(parts.cue, parts.movement)] = direction
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=label, hints=shown if hints else None
        )

    def score(trial, outputs):
        target, made = trial.outputs.sum(axis=0), outputs.sum(axis=0)
        reached = target @ made / np.linalg.norm(target)
        right = reached > np.cos(np.pi / n_directions) * np.linalg.norm(made)
        return float(right and reached > 0.5 * np.linalg.norm(target))

    return Task(
        name="delayed reach", n_inputs=3, n_outputs=2, dt=dt, draw=draw, score=score,
        n_hints=2 if hints else 0,
    )
