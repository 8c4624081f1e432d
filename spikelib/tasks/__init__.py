"""What a network is asked to do: trials of input and target output, and sources of them.

Trials are run back to back: a network is not reset between them.
"""

from spikelib.tasks.decision import contextual_integration, produced_time, ready_set_go
from spikelib.tasks.memory import flip_flop, pulse_integration, temporal_xor
from spikelib.tasks.trials import Task, Trial, osc4

__all__ = [
    "Task",
    "Trial",
    "contextual_integration",
    "flip_flop",
    "osc4",
    "produced_time",
    "pulse_integration",
    "ready_set_go",
    "temporal_xor",
]
