"""Rate networks, the teachers: driven by the target output, or trained to make it.

`network` holds the driven network, `teaching` writes its factor signals into trials; `force`
and `gradient` train a rate network to make the output itself.
"""

from spikelib import _moved
from spikelib.rate.force import TrainedRate, run_rate, train_force, train_full_force
from spikelib.rate.gradient import (
    GradientRecipe,
    GradientTrained,
    loss_and_gradients,
    train_gradient,
)
from spikelib.rate.network import RateNetwork, RateParameters, drive, drive_each, find_cycle
from spikelib.rate.teaching import teach, teacher_components

__all__ = [
    "GradientRecipe",
    "GradientTrained",
    "RateNetwork",
    "RateParameters",
    "TrainedRate",
    "drive",
    "drive_each",
    "find_cycle",
    "loss_and_gradients",
    "run_rate",
    "teach",
    "teacher_components",
    "train_force",
    "train_full_force",
    "train_gradient",
]

__getattr__ = _moved.renamed(__name__, find_rhythm="find_cycle")
