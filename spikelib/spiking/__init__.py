"""The spiking network with frozen weights: run, judged, disturbed and looked into.

Nothing here learns; see `spikelib.training` for that.
"""

from spikelib.spiking.analysis import (
    NeuronInput,
    TemporalComponents,
    factor_based_rate,
    run_trials,
    split_input,
    stack_spikes,
    teacher_rates,
    temporal_components,
)
from spikelib.spiking.basin import DISTURBANCES, Basin, find_basin
from spikelib.spiking.encoder import draw_encoder
from spikelib.spiking.evaluation import Evaluation, evaluate
from spikelib.spiking.fi_curve import current_for_rate, firing_rate
from spikelib.spiking.network import SpikingNetwork, SpikingParameters
from spikelib.spiking.perturbations import (
    change_speed,
    kick,
    shift_input,
    silence,
    silence_for,
)
from spikelib.spiking.simulation import Runner, Simulation, simulate
from spikelib.spiking.sparse import SparseNetwork, SparseRunner, current_correlation
from spikelib.spiking.state import SpikingState

__all__ = [
    "DISTURBANCES",
    "Basin",
    "Evaluation",
    "NeuronInput",
    "Runner",
    "Simulation",
    "SparseNetwork",
    "SparseRunner",
    "SpikingNetwork",
    "SpikingParameters",
    "SpikingState",
    "TemporalComponents",
    "change_speed",
    "current_correlation",
    "current_for_rate",
    "draw_encoder",
    "evaluate",
    "factor_based_rate",
    "find_basin",
    "firing_rate",
    "kick",
    "run_trials",
    "shift_input",
    "silence",
    "silence_for",
    "simulate",
    "split_input",
    "stack_spikes",
    "teacher_rates",
    "temporal_components",
]
