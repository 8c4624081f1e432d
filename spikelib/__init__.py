"""Training recurrent networks of spiking neurons with firing-rate dynamics.

The method of DePasquale, Churchland & Abbott (2016), arXiv 1601.07620: drive a rate
network with the wanted output, take the principal components of its currents, and give
them as targets to a recurrent network of integrate-and-fire neurons that is trained by
recursive least squares.

>>> import numpy as np, spikelib
>>> task = spikelib.osc4()
>>> task.trials(1, rng=np.random.default_rng(0))[0].duration
1.0
"""

from spikelib.dale import DaleFit, DaleLog, DaleNetwork, fit_dale, train_dale
from spikelib.errors import DivergedError, InfeasibleError, SavedFileError
from spikelib.evaluation import Evaluation, evaluate
from spikelib.factors import Factors, draw_encoder, principal_components, teach
from spikelib.fitting import Fit, fit
from spikelib.force import TrainedRate, run, train_force, train_full_force
from spikelib.rate import RateNetwork, RateParameters, drive
from spikelib.recipe import PAPER_2016, DaleRecipe, Recipe
from spikelib.rls import EventRLS, RecursiveLeastSquares
from spikelib.simulation import Simulation, SpikingState, simulate
from spikelib.spiking import SpikingNetwork, SpikingParameters
from spikelib.tasks import Task, Trial, osc4
from spikelib.training import TrainingLog, mean_current, train

__version__ = "0.1.0"

__all__ = [
    "PAPER_2016",
    "DaleFit",
    "DaleLog",
    "DaleNetwork",
    "DaleRecipe",
    "DivergedError",
    "Evaluation",
    "EventRLS",
    "Factors",
    "Fit",
    "InfeasibleError",
    "RateNetwork",
    "RateParameters",
    "Recipe",
    "RecursiveLeastSquares",
    "SavedFileError",
    "Simulation",
    "SpikingNetwork",
    "SpikingParameters",
    "SpikingState",
    "Task",
    "TrainingLog",
    "TrainedRate",
    "Trial",
    "draw_encoder",
    "drive",
    "evaluate",
    "fit",
    "fit_dale",
    "mean_current",
    "osc4",
    "principal_components",
    "run",
    "simulate",
    "teach",
    "train",
    "train_dale",
    "train_force",
    "train_full_force",
]
