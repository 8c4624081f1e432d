"""Training recurrent networks of spiking neurons with firing-rate dynamics.

The method of DePasquale, Churchland & Abbott (2016), arXiv 1601.07620: drive a rate
network with the target output, take the principal components of its currents, and give
them as targets to a recurrent network of integrate-and-fire neurons that is trained by
recursive least squares.

>>> import numpy as np, spikelib
>>> task = spikelib.osc4()
>>> task.trials(1, rng=np.random.default_rng(0))[0].duration
1.0
"""

from spikelib import _moved
from spikelib.components import Factors, principal_components
from spikelib.dale.fitting import DaleFit, fit_dale
from spikelib.dale.recipe import DaleRecipe
from spikelib.dale.training import DaleNetwork, DaleTrained, train_dale
from spikelib.errors import DivergedError, GoalNotReachedWarning, InfeasibleError, SavedFileError
from spikelib.least_squares.rls import EventRLS, RecursiveLeastSquares
from spikelib.loop import TrainingLog
from spikelib.rate.force import TrainedRate, run_rate, train_force, train_full_force
from spikelib.rate.network import RateNetwork, RateParameters, drive
from spikelib.rate.teaching import teach
from spikelib.results import Trained
from spikelib.spiking.encoder import draw_encoder
from spikelib.spiking.evaluation import Evaluation, evaluate
from spikelib.spiking.network import SpikingNetwork, SpikingParameters
from spikelib.spiking.simulation import Simulation, simulate
from spikelib.spiking.state import SpikingState
from spikelib.tasks.rhythms import osc4
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial
from spikelib.training.demeaning import mean_current
from spikelib.training.fitting import Fit, fit
from spikelib.training.recipe import PAPER_2016, FactorRecipe, Recipe, RLSRecipe
from spikelib.training.training import train
from spikelib.training.verdict import Goal

__version__ = "0.1.0"

_moved.install()
__getattr__ = _moved.renamed(__name__, run="run_rate", DaleLog="TrainingLog")

__all__ = [
    "PAPER_2016",
    "DaleFit",
    "DaleNetwork",
    "DaleRecipe",
    "DaleTrained",
    "DivergedError",
    "Evaluation",
    "EventRLS",
    "FactorRecipe",
    "Factors",
    "Fit",
    "Goal",
    "GoalNotReachedWarning",
    "InfeasibleError",
    "RLSRecipe",
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
    "Trained",
    "TrainedRate",
    "TrainingLog",
    "Trial",
    "draw_encoder",
    "drive",
    "evaluate",
    "fit",
    "fit_dale",
    "mean_current",
    "osc4",
    "principal_components",
    "run_rate",
    "simulate",
    "teach",
    "train",
    "train_dale",
    "train_force",
    "train_full_force",
]
