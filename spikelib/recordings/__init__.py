"""Real recordings: read, turned into targets, fitted neuron by neuron, and compared."""

from spikelib.recordings.comparison import (
    Comparison,
    compare,
    decode,
    rate_correlations,
)
from spikelib.recordings.controls import (
    held_out_correlations,
    shuffled_correlations,
    without_network,
)
from spikelib.recordings.currents import TargetCurrents, cued_trials, target_currents
from spikelib.recordings.datasets import DATASETS, Dataset, about, alm_rates, is_local, reach_emg
from spikelib.recordings.files import read_recording
from spikelib.recordings.matching import RecordingFit, fit_recording, fit_recording_dale
from spikelib.recordings.nwb_export import write_nwb
from spikelib.recordings.origin import Origin
from spikelib.recordings.recipe import MATCH_RECIPE, MatchedDaleRecipe, MatchRecipe
from spikelib.recordings.recording import Recording
from spikelib.recordings.session_sources import (
    read_spikes,
    session_from_neo,
    session_from_pynapple,
)
from spikelib.recordings.sessions import SpikeSession
from spikelib.recordings.smoothing import gaussian_average, moving_average
from spikelib.recordings.spike_trials import SpikeTrials, trials_from_lists
from spikelib.recordings.tasks import nearest_condition, reach_task

__all__ = [
    "Comparison",
    "DATASETS",
    "Dataset",
    "MATCH_RECIPE",
    "MatchRecipe",
    "MatchedDaleRecipe",
    "Origin",
    "Recording",
    "RecordingFit",
    "SpikeSession",
    "SpikeTrials",
    "TargetCurrents",
    "about",
    "alm_rates",
    "compare",
    "cued_trials",
    "decode",
    "fit_recording",
    "fit_recording_dale",
    "gaussian_average",
    "held_out_correlations",
    "is_local",
    "moving_average",
    "nearest_condition",
    "rate_correlations",
    "reach_emg",
    "reach_task",
    "read_recording",
    "read_spikes",
    "session_from_neo",
    "session_from_pynapple",
    "shuffled_correlations",
    "target_currents",
    "trials_from_lists",
    "without_network",
    "write_nwb",
]
