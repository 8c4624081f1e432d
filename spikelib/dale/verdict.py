"""Whether a network under Dale's law holds its task on its own, and what was tried until it did."""

import textwrap
from dataclasses import dataclass

import numpy as np

from spikelib.training.reporting import verdict_line
from spikelib.training.verdict import FrozenTest, Goal, Verdict, frozen_test, has_score

__all__ = ["HOLDS", "DaleAttempt"]

#: What counts as holding a task at all; a network that has lost it errs by about 1.
HOLDS = Goal(nmse=0.1, score=0.9)

N_TRIALS = 12  # from each random start, two of which do not count
_WIDTH = 66  # characters of a line of the report, as wide as its table
_LAST = 20  # trials of training whose errors say what limits
_POOR = 0.3  # share of the target currents that no longer make a task


@dataclass(frozen=True, kw_only=True, eq=False)
class DaleAttempt:
    """One network that was trained under Dale's law, and its test.

    Parameters
    ----------
    test : FrozenTest
        From random states, over trials that training has not seen.
    current_error : float
        Median over the last 20 trials of training, on the leash.
    n_trials : int
        Of training.
    seconds : float
        Of training.
    """

    test: FrozenTest
    current_error: float
    n_trials: int
    seconds: float


def attempted(task, network, trials, log, *, rng, seconds):
    """Test a network that has just been trained."""
    score = task.score if has_score(task, trials) else None
    test = frozen_test(network, trials, rng=rng, score=score)
    return DaleAttempt(
        test=test, current_error=float(np.median(log.current_error[-_LAST:])),
        n_trials=log.n_trials, seconds=seconds,
    )


def rank(attempt):
    """The larger the better."""
    test = attempt.test
    return (test.score if test.score is not None else 0.0, -test.nmse)


def conclude(attempt, goal):
    """The verdict on an attempt."""
    test = attempt.test
    reached = test.reaches(goal)
    if reached:
        limit, advice = "none", ""
    elif test.drifts(goal):
        limit = "phase"
        advice = "the pattern is right, but no input marks the time, and the network drifts: " \
            "give it a brief pulse at the start of each trial"
    elif attempt.current_error > _POOR:
        limit = "spikes"
        advice = f"on its leash its currents still miss {attempt.current_error:.0%} of their " \
            "targets' power: allow more neurons, connections or training trials, or fewer factors"
    else:
        limit = "loop"
        advice = "on its own it leaves what it was taught: allow more training trials or more " \
            "attempts (`max_attempts=...`), or a stronger input where one marks the time"
    return Verdict(reached=reached, goal=goal, test=test, limit=limit, advice=advice)


def report(verdict, attempts):
    """One line for each attempt, and the verdict below them."""
    lines = ["attempt  trials  current error  frozen nMSE  score      s"]
    for number, one in enumerate(attempts, 1):
        score = "–" if one.test.score is None else f"{one.test.score:.3f}"
        lines.append(f"{number:7d}  {one.n_trials:6d}  {one.current_error:13.4f}  "
                     f"{one.test.nmse:11.4f}  {score:>5s}  {one.seconds:5.0f}")
    return "\n".join([*lines, "", *textwrap.wrap(verdict_line(verdict), _WIDTH)])
