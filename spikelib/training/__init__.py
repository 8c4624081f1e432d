"""The method: from a task to a trained spiking network, stage by stage or in one call.

`fitting` calls the stages in a row; `training` is the paper's algorithm; `textbook` the same in
plain NumPy, one line an equation.
"""

from spikelib.training.demeaning import mean_current
from spikelib.training.fitting import Fit, fit
from spikelib.training.hints import clock, last_inputs, with_clock
from spikelib.training.recipe import PAPER_2016, FactorRecipe, Recipe, RLSRecipe
from spikelib.training.textbook import lif_step, train_trial, untrained_fit
from spikelib.training.training import RLSLearner, train

__all__ = [
    "FactorRecipe",
    "Fit",
    "PAPER_2016",
    "RLSLearner",
    "RLSRecipe",
    "Recipe",
    "clock",
    "fit",
    "last_inputs",
    "lif_step",
    "mean_current",
    "train",
    "train_trial",
    "untrained_fit",
    "with_clock",
]
