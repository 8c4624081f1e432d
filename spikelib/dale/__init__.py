"""Networks in which every neuron excites or inhibits, and reaches only some others.

`fitting` and `training` make them; `projection` holds shorter ways, for comparison; `floor` says
what signs cost at least; `analysis` looks inside.
"""

from spikelib.dale.analysis import (
    SignedCurrents,
    Spectrum,
    excitatory_inhibitory_currents,
    shuffled,
    spectrum,
    synaptic_charge,
)
from spikelib.dale.fitting import DaleFit, fit_dale
from spikelib.dale.floor import SignFloor, sign_floor
from spikelib.dale.projection import clip_signs, nearest_signed, traces
from spikelib.dale.recipe import DaleRecipe
from spikelib.dale.training import DaleNetwork, DaleTrained, mean_factors, train_dale
from spikelib.dale.verdict import HOLDS, DaleAttempt

__all__ = [
    "HOLDS",
    "DaleAttempt",
    "DaleFit",
    "DaleNetwork",
    "DaleRecipe",
    "DaleTrained",
    "SignFloor",
    "SignedCurrents",
    "Spectrum",
    "clip_signs",
    "excitatory_inhibitory_currents",
    "fit_dale",
    "mean_factors",
    "nearest_signed",
    "shuffled",
    "sign_floor",
    "spectrum",
    "synaptic_charge",
    "traces",
    "train_dale",
]
