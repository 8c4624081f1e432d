"""The method: from a task to a trained spiking network, stage by stage or in one call.

`fitting` calls the stages in a row, and `procedure` finds settings for it; `training` is the
paper's algorithm; `textbook` the same in plain NumPy, one line an equation.
"""

from spikelib.training.demeaning import mean_current
from spikelib.training.each import EachRecipe, train_each
from spikelib.training.fitting import Fit, fit
from spikelib.training.floors import ambiguity, spike_floor
from spikelib.training.hints import clock, last_inputs, with_clock
from spikelib.training.plans import Plan
from spikelib.training.procedure import Attempt, find
from spikelib.training.recipe import PAPER_2016, FactorRecipe, Recipe, RLSRecipe
from spikelib.training.reporting import report, verdict_line
from spikelib.training.teachers import Hints, driven_teacher, gradient_teacher, rate_test
from spikelib.training.textbook import lif_step, train_trial, untrained_fit
from spikelib.training.training import RLSLearner, train
from spikelib.training.verdict import FrozenTest, Goal, Verdict, conclude, frozen_test, has_score

__all__ = [
    "Attempt",
    "EachRecipe",
    "FactorRecipe",
    "Fit",
    "FrozenTest",
    "Goal",
    "Hints",
    "PAPER_2016",
    "Plan",
    "RLSLearner",
    "RLSRecipe",
    "Recipe",
    "Verdict",
    "ambiguity",
    "clock",
    "conclude",
    "driven_teacher",
    "find",
    "fit",
    "frozen_test",
    "gradient_teacher",
    "has_score",
    "last_inputs",
    "lif_step",
    "mean_current",
    "rate_test",
    "report",
    "spike_floor",
    "train",
    "train_each",
    "train_trial",
    "untrained_fit",
    "verdict_line",
    "with_clock",
]
