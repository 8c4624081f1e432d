"""Networks in which every neuron excites or inhibits, and reaches only some others.

`training` makes them; `projection` holds shorter ways, for comparison; `analysis` looks inside.
"""

from spikelib.dale.analysis import (
    SignedCurrents,
    Spectrum,
    excitatory_inhibitory_currents,
    shuffled,
    spectrum,
    synaptic_charge,
)
from spikelib.dale.projection import clip_signs, nearest_signed, traces
from spikelib.dale.recipe import DaleRecipe
from spikelib.dale.training import DaleFit, DaleNetwork, DaleTrained, fit_dale, train_dale

__all__ = [
    "DaleFit",
    "DaleNetwork",
    "DaleRecipe",
    "DaleTrained",
    "SignedCurrents",
    "Spectrum",
    "clip_signs",
    "excitatory_inhibitory_currents",
    "fit_dale",
    "nearest_signed",
    "shuffled",
    "spectrum",
    "synaptic_charge",
    "traces",
    "train_dale",
]
