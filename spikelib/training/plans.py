"""What `fit` tries: a teacher, hints and a size, the cheapest that has a chance first."""

from dataclasses import dataclass, replace

import numpy as np

from spikelib.training.hints import last_inputs, longest_pause
from spikelib.training.teachers import Hints

__all__ = ["Plan"]

_NEAR = 3.0  # times the error that is allowed: more neurons can make up for that
_SURE = 100  # trials that are all the same, after which a task counts as one that repeats


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an attempt is made of.

    Parameters
    ----------
    kind : str
        How the teacher is made, in words: ``"given"``, ``"driven"`` or ``"gradient"``.
    hints : Hints
    n_neurons : int
    n_batches : int
        Of gradient training.
    """

    kind: str
    hints: Hints = Hints()
    n_neurons: int = 500
    n_batches: int = 400


def recognised(task, probe, *, rng):
    """The task, as one that repeats where all trials are the same though it does not say so.

    Parameters
    ----------
    task : Task
    probe : sequence of Trial
        That were drawn already; where two of them differ, no others are drawn.
    rng : numpy.random.Generator
    """
    if task.repeats or not _all_same(probe):
        return task
    if not _all_same([probe[0], *task.trials(_SURE, rng=rng)]):
        return task
    return replace(task, repeats=True, draw=lambda rng: probe[0])


def _all_same(trials):
    first = trials[0]
    return all(
        np.array_equal(getattr(first, name), getattr(trial, name))
        for trial in trials for name in ("inputs", "outputs", "hints", "counted")
    )


def plans_for(task, probe, teacher, spiking, max_neurons):
    """What to try, the cheapest that has a chance first."""
    sizes = [500, 1000, 2000]
    if spiking is not None:
        sizes = [spiking.n_neurons] * 3
    sizes = [min(size, max_neurons) for size in sizes]
    if teacher is not None:
        return [Plan(kind="given", n_neurons=n) for n in dict.fromkeys(sizes)]
    small, middle, large = sizes
    if task.repeats:
        return [
            Plan(kind="driven", hints=Hints(clock_bumps=8), n_neurons=small),
            Plan(kind="driven", hints=Hints(clock_bumps=16), n_neurons=middle),
            Plan(kind="driven", hints=Hints(clock_bumps=8), n_neurons=large),
        ]
    by_gradient = [
        Plan(kind="gradient", n_neurons=small),
        Plan(kind="gradient", n_neurons=middle, n_batches=1200),
    ]
    driven = []
    if task.n_hints:
        driven.append(Plan(kind="driven", n_neurons=small))
        driven.append(Plan(kind="driven", n_neurons=middle))
    events = Hints(event_bumps=8)
    if last_inputs(probe) is not None:
        found = Plan(kind="driven", hints=_with_length(events, probe), n_neurons=middle)
        driven += [found, replace(found, n_neurons=large)]
    by_gradient.append(Plan(kind="gradient", n_neurons=large, n_batches=3000))
    first, *others = driven or [None]
    order = [by_gradient[0], first, by_gradient[1], *others[:1], by_gradient[2], *others[1:]]
    return [plan for plan in order if plan is not None]


def following(plans, attempts, goal):
    """The plan to carry out next: the first, or the one that grows what nearly did it.

    Parameters
    ----------
    plans : sequence of Plan
        Not yet carried out, the cheapest first.
    attempts : sequence of Attempt
    goal : Goal

    Returns
    -------
    Plan
    """
    near = [attempt.plan for attempt in attempts if attempt.test and _is_near(attempt.test, goal)]
    for plan in near[::-1]:
        for other in plans:
            same = (other.kind, other.hints) == (plan.kind, plan.hints)
            if same and other.n_neurons > plan.n_neurons:
                return other
    return plans[0]


def _is_near(test, goal):
    """Whether what was learned is right, and only not exact or not dependable enough."""
    if test.score is not None:
        return 1 - test.score <= _NEAR * (1 - goal.score)
    return test.nmse <= _NEAR * goal.nmse


def _with_length(hints, probe):
    """The time that the bumps cover: the longest stretch between onsets that was seen."""
    inputs = np.concatenate([trial.inputs for trial in probe])
    return replace(hints, longest=longest_pause(inputs, probe[0].dt))
