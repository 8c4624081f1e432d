"""All stages in a row: from a task to a trained spiking network."""

import itertools
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

from spikelib import _checks
from spikelib.components import Factors, principal_components
from spikelib.errors import GoalNotReachedWarning
from spikelib.rate.network import RateNetwork, RateParameters, find_cycle
from spikelib.rate.teaching import teach, teacher_components
from spikelib.results import Trained
from spikelib.spiking.evaluation import evaluate
from spikelib.spiking.network import SpikingNetwork, SpikingParameters
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial
from spikelib.training.demeaning import mean_current
from spikelib.training.procedure import Attempt, find
from spikelib.training.recipe import Recipe
from spikelib.training.reporting import report, verdict_line
from spikelib.training.teachers import Hints
from spikelib.training.training import train
from spikelib.training.verdict import Goal, Verdict

__all__ = ["Fit", "fit"]

# About one driven teacher in six never settles, at the default values on osc4.
_MOST_TEACHERS = 20


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit(Trained):
    """Everything that `fit` made on the way from a task to a trained network.

    Parameters
    ----------
    network : SpikingNetwork
        Trained.
    log : TrainingLog
    task : Task
    teacher : RateNetwork
    factors : Factors
    recipe : Recipe
    cycle : tuple of Trial
        Where the task repeats and the teacher has settled, the trials that it goes on
        repeating, usually one; otherwise empty.
    hints : Hints
        That were added to those of the task.
    verdict : Verdict, optional
        Whether the goal was reached, where `fit` chose the settings.
    attempts : tuple of Attempt
        What it tried.
    """

    task: Task
    teacher: RateNetwork
    factors: Factors
    recipe: Recipe
    cycle: tuple[Trial, ...] = ()
    hints: Hints = Hints()
    verdict: Verdict | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def reached(self):
        """Whether the frozen network reached the goal; None where no verdict was asked for."""
        return None if self.verdict is None else self.verdict.reached

    def report(self):
        """What was tried and what came of it, in one table, and the verdict below it."""
        return report(self.verdict, self.attempts)

    @property
    def rhythm(self):
        """The old name of `cycle`."""
        warnings.warn(
            "Fit.rhythm is now Fit.cycle; the old name goes with the next version",
            DeprecationWarning, stacklevel=2,
        )
        return self.cycle

    def trials(self, n_trials, *, rng):
        """New trials of the task, with the target factors."""
        if self.cycle:
            _checks.count("n_trials", n_trials)
            return list(itertools.islice(itertools.cycle(self.cycle), n_trials))
        trials = self.hints.added(self.task.trials(n_trials, rng=rng))
        return teach(
            self.teacher, self.factors, trials, rng=rng, n_settle=self.recipe.n_settle
        )

    def evaluate(self, n_trials=100, *, rng, n_settle=None, **options):
        """`spikelib.spiking.evaluation.evaluate` on new trials of the task."""
        n_settle = self.recipe.n_settle if n_settle is None else n_settle
        trials = self.trials(n_trials, rng=rng)
        return evaluate(
            self.network, trials, rng=rng, n_settle=n_settle, score=self.task.score, **options
        )


@_checks.takes(task="Task", goal="Goal")
def fit(task, *, rng, recipe=None, goal=None, max_neurons=2000, max_seconds=600.0, rate=None,
        spiking=None, teacher=None, checkpoint=None, progress=None):
    """From a task to a trained spiking network, by all stages of the method.

    Teacher → currents → factors → mean current → RLS.

    With a recipe, these stages are run once, with its numbers. Without one, settings are
    found: teachers of several kinds, hints and sizes are tried, the cheapest first, until the
    frozen network reaches the goal from random starts that it has not seen, over trials that it
    has not seen. The result's `verdict` says whether it did; where not, a
    `GoalNotReachedWarning` names the stage that limits and what would help.

    Parameters
    ----------
    task : Task
    rng : numpy.random.Generator
    recipe : Recipe, optional
        `PAPER_2016` for the paper's own.
    goal : Goal, optional
        Without a recipe: what the frozen network has to reach.
    max_neurons : int
        Without a recipe: the largest N to try.
    max_seconds : float
        Without a recipe: no attempt begins that would end later, and training is cut short.
    rate : RateParameters, optional
        Kept where given, as `spiking` and `teacher` are.
    spiking : SpikingParameters, optional
    teacher : RateNetwork, optional
        One that is ready, trained by gradient for instance; otherwise it is drawn, with
        the parameters `rate`.
    checkpoint : path, optional
        As for `spikelib.training.training.train`; needs a recipe.
    progress : bool, optional

    Returns
    -------
    Fit

    Warns
    -----
    GoalNotReachedWarning

    Examples
    --------
    >>> import numpy as np
    >>> from spikelib.tasks import osc4
    >>> result = fit(
    ...     osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=100),
    ...     spiking=SpikingParameters(n_neurons=100),
    ...     recipe=Recipe(n_settle=10, n_training_trials=10),
    ... )
    >>> result.network.factor_weights.shape == (result.factors.n_factors, 80)
    True
    """
    if recipe is None:
        if checkpoint is not None:
            raise ValueError("checkpoint: expected a recipe beside it, got none")
        return _find(
            task, rng=_checks.generator(rng), goal=Goal() if goal is None else goal, rate=rate,
            spiking=spiking, teacher=teacher, progress=progress,
            max_neurons=_checks.count("max_neurons", max_neurons),
            max_seconds=_checks.number("max_seconds", max_seconds, above=0),
        )
    if goal is not None:
        raise ValueError("goal: expected no recipe beside it, which is carried out as it stands")
    rate = RateParameters(dt=task.dt) if rate is None else rate
    spiking = SpikingParameters(dt=task.dt) if spiking is None else spiking
    *for_preparing, for_stages = _checks.generator(rng).spawn(4)
    stages = prepare_stages(
        task, rngs=for_preparing, rate=rate, spiking=spiking, recipe=recipe, teacher=teacher
    )
    network = mean_current(
        stages.network, stages.training_trials(recipe.n_mean_trials), rng=for_stages,
        n_settle=recipe.n_settle, progress=progress,
    )
    trained = train(
        network, stages.training_trials(recipe.n_training_trials), rng=for_stages,
        recipe=recipe.rls, checkpoint=checkpoint, progress=progress,
    )
    return Fit(
        task=task, teacher=stages.teacher, factors=stages.factors, network=trained.network,
        log=trained.log, recipe=recipe, cycle=stages.cycle,
    )


def _find(task, **options):
    """The search for settings, its result, and a warning where it fell short."""
    found, attempts, verdict = find(task, **options)
    result = Fit(
        task=task, teacher=found.teacher, factors=found.factors, network=found.network,
        log=found.log, cycle=found.cycle, hints=found.hints, verdict=verdict,
        attempts=tuple(attempts),
        recipe=Recipe(variance=0.999, n_settle=5, n_training_trials=found.log.n_trials),
    )
    if not verdict.reached:
        warnings.warn(
            f"{task.name}: the goal was not reached; {verdict_line(verdict)}",
            GoalNotReachedWarning, stacklevel=4,
        )
    return result


@dataclass(frozen=True, kw_only=True, eq=False)
class Stages:
    """A teacher, its factors, an untrained network, and what makes training trials for it."""

    teacher: RateNetwork
    factors: Factors
    network: SpikingNetwork
    cycle: tuple[Trial, ...]
    training_trials: Callable[[int], list[Trial]]


def prepare_stages(task, *, rngs, rate, spiking, recipe, teacher):
    """All stages before the spiking network is run; three generators, parameters all given."""
    for_trials, for_teacher, for_network = rngs
    draws = 0 if teacher is not None else _MOST_TEACHERS if recipe.settled_teacher else 1
    trials = task.trials(1, rng=for_trials)
    cycle = find_cycle(teacher, trials[0], rng=for_teacher) if teacher and task.repeats else ()
    while draws and not cycle:
        teacher = RateNetwork.draw(
            rate, n_inputs=task.n_inputs, n_outputs=task.n_outputs, n_hints=task.n_hints,
            rng=for_teacher,
        )
        draws -= 1
        if not task.repeats:
            break
        cycle = find_cycle(teacher, trials[0], rng=for_teacher)

    held = {"variance": recipe.variance, "n_factors": recipe.n_factors}
    if cycle:
        currents = itertools.islice(itertools.cycle(cycle), recipe.n_factor_trials)
        factors = principal_components(currents, **held)
    else:
        factors = teacher_components(
            teacher, task.trials(recipe.n_factor_trials, rng=for_trials), rng=for_teacher,
            n_settle=recipe.n_settle, **held,
        )
    network = SpikingNetwork.draw(spiking, factors, teacher, rng=for_network)
    taught = tuple(replace(trials[0], factors=factors.project(f_J)) for f_J in cycle)

    def training_trials(n_trials):
        if taught:
            return list(itertools.islice(itertools.cycle(taught), n_trials))
        trials = task.trials(n_trials, rng=for_trials)
        return teach(teacher, factors, trials, rng=for_teacher, n_settle=recipe.n_settle)

    return Stages(
        teacher=teacher, factors=factors, network=network, cycle=taught,
        training_trials=training_trials,
    )
