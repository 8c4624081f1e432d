"""The method: from a task to a trained spiking network, stage by stage or in one call.

`fitting` calls the stages in a row; `training` is the paper's algorithm; `textbook` the same in
plain NumPy, one line an equation.
"""

from spikelib.training.fitting import Fit, fit
from spikelib.training.recipe import PAPER_2016, Recipe
from spikelib.training.textbook import lif_step, train_trial, untrained_fit
from spikelib.training.training import TrainingLog, mean_current, train

__all__ = [
    "Fit",
    "PAPER_2016",
    "Recipe",
    "TrainingLog",
    "fit",
    "lif_step",
    "mean_current",
    "train",
    "train_trial",
    "untrained_fit",
]
