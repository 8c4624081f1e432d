"""Rules: respond or do not, look there or away.

Stimuli and pauses are random, drawn anew for every trial. Hints never run ahead of the inputs.
"""

import numpy as np

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import (
    answer_shape,
    answered,
    between,
    blank,
    stages,
    to_steps,
)
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial

__all__ = ["go_no_go", "pro_anti"]


@makes_task
def go_no_go(*, dt=0.001, wait=(0.2, 0.6), stimulus=0.2, pause=0.1, answer=0.3):
    """Respond to one stimulus, and keep still after the other.

    After a random wait one of two stimuli is shown, each in an input of its own. A `pause`
    after the end of the first (go) the output rises to 1 for as long as `answer`; after the
    second (no-go) nothing is asked for: the target of such a trial is zero throughout.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    wait : pair of float
        Shortest and longest in seconds.
    stimulus, pause, answer : float
        Durations in seconds.

    Returns
    -------
    Task
        Two inputs, one output. The label is 1 for go, 0 for no-go. Score: 1 where the mean
        output over the time of an answer is above 0.5 after go, and where the output never
        rises above 0.5 for 50 ms on average after no-go; 0 otherwise.

    References
    ----------
    Donders (1868), translated in Acta Psychol. 30, 412 (1969).

    Examples
    --------
    >>> task = go_no_go()
    >>> trials = task.trials(20, rng=np.random.default_rng(0))
    >>> {task.score(trial, trial.outputs) for trial in trials}
    {1.0}
    >>> {trial.label: task.score(trial, 0 * trial.outputs) for trial in trials}
    {1: 0.0, 0: 1.0}
    """
    dt = _checks.number("dt", dt, above=0)
    n_pause, n_answer = to_steps("pause", pause, dt), to_steps("answer", answer, dt)
    n_mean = to_steps("mean", 0.05, dt)

    def draw(rng):
        at = stages(rng, dt, wait=wait, stimulus=stimulus, pause=pause, answer=answer, rest=0.2)
        go = bool(rng.integers(2))
        inputs, outputs, _ = blank(at.n_steps, 2, 1)
        inputs[at.stimulus, 0 if go else 1] = 1.0
        if go:
            outputs[at.answer, 0] = answer_shape(at.answer)
        return Trial(inputs=inputs, outputs=outputs, dt=dt, label=int(go))

    def score(trial, outputs):
        shown = np.flatnonzero(trial.inputs.any(axis=1))
        start = shown[-1] + 1 + n_pause
        if trial.label:
            return float(outputs[start : start + n_answer, 0].mean() > 0.5)
        since = outputs[shown[0] :, 0]
        means = np.convolve(since, np.full(n_mean, 1 / n_mean), mode="valid")
        return float(means.max() <= 0.5)

    return Task(name="go/no-go", n_inputs=2, n_outputs=1, dt=dt, draw=draw, score=score)


@makes_task
def pro_anti(*, dt=0.001, wait=(0.1, 0.4), rule=0.2, delay=(0.2, 0.6), stimulus=0.2, pause=0.1,
             answer=0.3, hints=True):
    """Look toward a stimulus or away from it, as a rule said before.

    After a random wait one of the first two inputs is on: pro or anti. After a random delay
    the third input shows a stimulus, +1 on the right or -1 on the left, and a `pause` after
    its end the output is to look: the same way under the rule pro, the other way under anti.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    wait, delay : pair of float
        Shortest and longest in seconds.
    rule, stimulus, pause, answer : float
        Durations in seconds.
    hints : bool
        Whether trials have the two hints: the rule (+1 or -1), from its middle to that of the
        stimulus, and the direction of the answer, from then to its own middle.

    Returns
    -------
    Task
        Three inputs, one output. The label is 1 for pro, 0 for anti. Score: 1 where the mean
        output over the time of the answer has the right sign and at least half the right size;
        0 otherwise.

    References
    ----------
    Munoz & Everling (2004), Nat. Rev. Neurosci. 5, 218.

    Examples
    --------
    >>> task = pro_anti()
    >>> trial = task.draw(np.random.default_rng(0))
    >>> task.score(trial, trial.outputs), task.score(trial, -trial.outputs)
    (1.0, 0.0)
    """
    dt, hints = _checks.number("dt", dt, above=0), _checks.flag("hints", hints)

    def draw(rng):
        at = stages(rng, dt, wait=wait, rule=rule, delay=delay, stimulus=stimulus, pause=pause,
                    answer=answer, rest=0.2)
        pro, side = bool(rng.integers(2)), rng.choice([-1.0, 1.0])
        way = 1.0 if pro else -1.0
        inputs, outputs, shown = blank(at.n_steps, 3, 1, 2)
        inputs[at.rule, 0 if pro else 1] = 1.0
        inputs[at.stimulus, 2] = side
        outputs[at.answer, 0] = way * side * answer_shape(at.answer)
        shown[between(at.rule, at.stimulus), 0] = way
        shown[between(at.stimulus, at.answer), 1] = way * side
        return Trial(
            inputs=inputs, outputs=outputs, dt=dt, label=int(pro), hints=shown if hints else None
        )

    return Task(
        name="pro/anti", n_inputs=3, n_outputs=1, n_hints=2 if hints else 0, dt=dt, draw=draw,
        score=answered,
    )
