"""What a frozen network is worth: tested from unseen starts, over unseen trials, against a goal."""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.spiking.simulation import Runner
from spikelib.spiking.state import SpikingState

__all__ = ["FrozenTest", "Goal", "Verdict", "conclude", "frozen_test", "has_score"]

_AMBIGUOUS = 0.01  # above it every task that was looked at lacked a hint, and below it none
_NOISY = 0.05  # error of the factors from which a network on its own does not always recover
_LARGE = 2000  # neurons: beyond, other things help more
_FALLING_IN = 2  # trials after a random start that are not counted
_FIFTH, _MOSTLY = 5, 0.6  # a part of each trial, and a share of the error that is remarkable
_ROUNDS = 4  # tests of a network that is near its goal, before the verdict is what they say
_SURE = 1.64  # standard errors: one in twenty is further off, on one side
_ANOTHER = 300  # trials of another's test, which has luck of its own


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a frozen network has to reach.

    Parameters
    ----------
    nmse : float
        Largest error over the mean power of the target outputs; asked where the task has no
        score of its own that is 1 for the target.
    score : float
        Smallest mean of the task's own score.
    """

    nmse: float = 0.02
    score: float = 0.95

    def __post_init__(self):
        _checks.number("nmse", self.nmse, above=0)
        _checks.number("score", self.score, above=0, at_most=1)


@dataclass(frozen=True, kw_only=True)
class FrozenTest:
    """How a network with frozen weights did.

    Parameters
    ----------
    nmse : float
        Error over the mean power of all trials, of the worst of the starts.
    score : float or None
        Mean of the task's score over all trials; None where the task has none.
    n_starts, n_trials : int
        Random starts, and the trials that counted from each.
    aligned_nmse : float or None
        The same error with every trial's output moved along to where it fits best, where
        nothing that comes in during a trial marks the time; None where something does.
    score_deviation, nmse_deviation : float or None
        Standard deviation of the score, and of the error, over trials.
    early_share : float or None
        Share of the squared error that lies in the first fifth of the trials.
    """

    nmse: float
    score: float | None
    n_starts: int
    n_trials: int
    aligned_nmse: float | None = None
    score_deviation: float | None = None
    nmse_deviation: float | None = None
    early_share: float | None = None

    def reaches(self, goal, *, safely=False):
        """Whether the goal is reached.

        `safely` leaves room for luck: a score has to be above the goal by 1.64 standard errors
        of its difference to the score of another test, of 300 trials; an nMSE below it by as
        much for a start of 100 trials, and by 15 % where there were three starts, or less, the
        more there were.
        """
        if self.score is not None:
            return self.score - self._luck(goal) * safely >= goal.score
        luck = _SURE * (self.nmse_deviation or 0.0) * (1 / self.n_trials + 3 / _ANOTHER) ** 0.5
        room = max(luck, 0.15 * (3 / self.n_starts) ** 0.5 * goal.nmse)
        return self.nmse + room * safely <= goal.nmse

    def is_clear(self, goal):
        """Whether more trials would hardly change what is said about the goal."""
        if self.reaches(goal, safely=True):
            return True
        if self.score is not None:
            return self.score + self._luck(goal) < goal.score
        return self.nmse > goal.nmse

    def _luck(self, goal):
        """How far another test's score may be from this one."""
        if self.score_deviation is None:
            return 0.5 * (1 - goal.score)
        n = self.n_starts * self.n_trials
        return _SURE * self.score_deviation * (1 / n + 1 / _ANOTHER) ** 0.5

    def joined(self, other):
        """One test of both, of the same network and with as many trials from each start."""
        if other.n_trials != self.n_trials:
            raise ValueError(
                f"other: expected {self.n_trials} trials from each start, got {other.n_trials}"
            )
        n_starts = self.n_starts + other.n_starts
        worst = max((self, other), key=lambda test: test.nmse)
        fields = {"nmse": worst.nmse, "n_starts": n_starts, "early_share": worst.early_share,
                  "nmse_deviation": worst.nmse_deviation}
        if self.aligned_nmse is not None:
            fields["aligned_nmse"] = max(self.aligned_nmse, other.aligned_nmse)
        if self.score is not None:
            own, others = self.n_starts / n_starts, other.n_starts / n_starts
            score = own * self.score + others * other.score
            square = sum(
                share * (test.score_deviation**2 + test.score**2)
                for share, test in ((own, self), (others, other))
            )
            fields |= {"score": score, "score_deviation": max(square - score**2, 0.0) ** 0.5}
        return replace(self, **fields)

    def drifts(self, goal):
        """Whether only the time is wrong, which nothing tells the network."""
        judged_by_error = self.score is None and self.aligned_nmse is not None
        return judged_by_error and not self.reaches(goal) and self.aligned_nmse <= goal.nmse


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether the goal was reached, and if not, what stands in the way.

    Parameters
    ----------
    reached : bool
        By the frozen network, from several unseen random starts.
    goal : Goal
    test : FrozenTest
    limit : str
        The stage that limits: ``"none"``, ``"teacher"``, ``"spikes"``, ``"loop"``, or
        ``"phase"`` where the pattern is right and drifts, since no input marks the time.
    advice : str
        What would help, in words.
    """

    reached: bool
    goal: Goal
    test: FrozenTest
    limit: str
    advice: str


@_checks.takes(task="Task", trials=["Trial"])
def has_score(task, trials):
    """Whether a task's score is 1 for its own targets; an error in time, say, is not."""
    return task.score is not None and all(
        np.isclose(task.score(trial, trial.outputs), 1.0) for trial in trials
    )


@_checks.takes(network="SpikingNetwork", trials=["Trial"])
def frozen_test(network, trials, *, rng, score=None, n_starts=3):
    """Run a frozen network from random states, each through the same trials in its own order.

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        Not seen in training; the first two after each start do not count.
    rng : numpy.random.Generator
    score : callable, optional
        ``score(trial, outputs)``.
    n_starts : int

    Returns
    -------
    FrozenTest
    """
    n_starts = _checks.count("n_starts", n_starts, at_most=1000)
    _checks.function("score", score)
    runner, order = Runner(network), list(trials)
    power = sum(np.sum(trial.outputs**2) for trial in order) / sum(t.n_steps for t in order)
    if len(order) <= _FALLING_IN:
        raise ValueError(f"trials: expected more than {_FALLING_IN}, got {len(order)}")
    unmarked = all(not np.ptp(trial.inputs, axis=0).any() for trial in order)
    errors, aligned, of_trials, scores, early, lost = [], [], [], [], 0.0, 0.0
    for _ in range(n_starts):
        state = SpikingState.random(network, rng=rng)
        error, moved, n_steps = 0.0, 0.0, 0
        for place, index in enumerate(rng.permutation(len(order))):
            trial = order[index]
            run = runner.run(trial, state)
            state = run.state
            if place < _FALLING_IN:
                continue
            squares = np.sum((run.outputs - trial.outputs) ** 2, axis=1)
            error += squares.sum()
            of_trials.append(squares.mean())
            early += squares[: -(-trial.n_steps // _FIFTH)].sum()
            n_steps += trial.n_steps
            if unmarked:
                moved += _aligned_error(run.outputs, trial.outputs)
            if score is not None:
                scores.append(score(trial, run.outputs))
        lost += error
        errors.append(error / n_steps / (power or 1.0))
        aligned.append(moved / n_steps / (power or 1.0))
    return FrozenTest(
        nmse=float(max(errors)), score=float(np.mean(scores)) if scores else None,
        n_starts=n_starts, n_trials=len(order) - _FALLING_IN,
        aligned_nmse=float(max(aligned)) if unmarked else None,
        score_deviation=float(np.std(scores)) if scores else None,
        nmse_deviation=float(np.std(of_trials) / (power or 1.0)),
        early_share=float(early / lost) if lost > 0 else None,
    )


def clear_test(network, task, goal, *, rng, score, n_trials):
    """Tests of new trials from new starts, until it is clear whether the goal is reached.

    Most networks need one; one that is near its goal gets up to four, which count together.
    """
    test = None
    for _ in range(_ROUNDS):
        more = frozen_test(network, task.trials(n_trials, rng=rng), rng=rng, score=score)
        test = more if test is None else test.joined(more)
        if test.is_clear(goal):
            break
    return test


def _aligned_error(outputs, targets):
    """Summed squares of the difference at the shift, around the trial, where they are least."""
    overlap = np.fft.irfft(
        np.sum(np.fft.rfft(outputs, axis=0) * np.conj(np.fft.rfft(targets, axis=0)), axis=1),
        n=len(targets),
    )
    least = np.sum(outputs**2) + np.sum(targets**2) - 2 * overlap.max()
    return max(float(least), 0.0)


def conclude(attempt, goal, max_neurons):
    """The verdict on an attempt: the first stage that loses more than the goal allows.

    Parameters
    ----------
    attempt : Attempt
        With a test.
    goal : Goal
    max_neurons : int
        The largest N that was allowed.

    Returns
    -------
    Verdict
    """
    test = attempt.test
    reached = test.reaches(goal, safely=True)
    if reached:
        return Verdict(reached=True, goal=goal, test=test, limit="none", advice="")
    bound = goal.nmse if test.score is None else 0.5
    if test.drifts(goal):
        limit = "phase"
        advice = f"the pattern is right (nMSE {test.aligned_nmse:.4f} where each trial is moved " \
            "along in time), but no input marks the time, and the network drifts: give it a " \
            "brief pulse at the start of each trial"
    elif attempt.teacher_nmse is not None and not (
        attempt.teacher_score is not None and attempt.teacher_score >= goal.score
        or attempt.teacher_score is None and attempt.teacher_nmse <= goal.nmse
    ):
        limit = "teacher"
        advice = "the rate network that teaches does not do the task well enough on its own: " \
            "give the task hints, or a teacher of your own (`teacher=...`)"
    elif attempt.ambiguity is not None and attempt.ambiguity > _AMBIGUOUS:
        limit = "teacher"
        advice = "moments that the teacher does not tell apart go on differently: give the task " \
            "hints that do, of what was shown or of the time since"
    elif (attempt.spikes_nmse or 0) > bound or (attempt.factors_nmse or 0) > _NOISY:
        limit = "spikes"
        what = "outputs" if (attempt.spikes_nmse or 0) > bound else "factors"
        advice = f"the spikes of so few neurons cannot make the {what} well enough, even while " \
            f"the target factors are fed back: allow more neurons (now at most {max_neurons})"
    else:
        limit = "loop"
        more = f"more neurons (now at most {max_neurons}) or " if max_neurons < _LARGE else ""
        advice = f"on its own the network leaves what it was taught: allow {more}more time " \
            "(`max_seconds=...`), or give hints that make what has to be remembered explicit"
    if limit != "phase" and (test.early_share or 0.0) > _MOSTLY:
        advice += f"; {test.early_share:.0%} of the error lies in the first fifth of the trials: " \
            "where they begin afresh, an input has to mark it, such as a brief pulse"
    return Verdict(reached=False, goal=goal, test=test, limit=limit, advice=advice)
