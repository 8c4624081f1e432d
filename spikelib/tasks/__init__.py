"""What a network is asked to do: trials of input and target output, and sources of them.

Trials are run back to back: a network is not reset between them.
"""

from spikelib.tasks.cued import cued_frequency, cued_pattern
from spikelib.tasks.decision import contextual_integration, produced_time, ready_set_go
from spikelib.tasks.evidence import multisensory, random_dots
from spikelib.tasks.memory import flip_flop, pulse_integration, temporal_xor
from spikelib.tasks.patterns import figure_of_eight, handwriting, lorenz, melody, star
from spikelib.tasks.reaching import delayed_reach
from spikelib.tasks.rhythms import chirp, osc4, sawtooth, sine, sparse_bump, square_wave
from spikelib.tasks.rules import go_no_go, pro_anti
from spikelib.tasks.task import Task
from spikelib.tasks.trials import Trial
from spikelib.tasks.working_memory import angle_memory, delayed_match, parametric_memory

#: Every task of this package that needs no recording: the function that makes it, by its name.
LIBRARY = {
    function.__name__: function
    for function in (
        sine,
        osc4,
        square_wave,
        sawtooth,
        sparse_bump,
        chirp,
        figure_of_eight,
        star,
        handwriting,
        melody,
        lorenz,
        cued_frequency,
        cued_pattern,
        delayed_reach,
        go_no_go,
        pro_anti,
        random_dots,
        multisensory,
        delayed_match,
        parametric_memory,
        angle_memory,
        flip_flop,
        pulse_integration,
        temporal_xor,
        ready_set_go,
        contextual_integration,
    )
}

__all__ = [
    "LIBRARY",
    "Task",
    "Trial",
    "angle_memory",
    "chirp",
    "contextual_integration",
    "cued_frequency",
    "cued_pattern",
    "delayed_match",
    "delayed_reach",
    "figure_of_eight",
    "flip_flop",
    "go_no_go",
    "handwriting",
    "lorenz",
    "melody",
    "multisensory",
    "osc4",
    "parametric_memory",
    "pro_anti",
    "produced_time",
    "pulse_integration",
    "random_dots",
    "ready_set_go",
    "sawtooth",
    "sine",
    "sparse_bump",
    "square_wave",
    "star",
    "temporal_xor",
]
