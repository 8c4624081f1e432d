"""The trained network elsewhere: in Brian2, NEST and NIR, and back.

Each program is an optional dependency (``pip install 'spikelib[brian2]'`` and so on) that is
imported when it is used. Scripts can be written without any of them.
"""

from spikelib.export.brian2 import (
    Brian2Network,
    brian2_script,
    from_brian2,
    to_brian2,
    write_brian2,
)
from spikelib.export.conformance import (
    Agreement,
    all_traces,
    compare,
    run_library,
    run_textbook,
    trial_errors,
)
from spikelib.export.nest import (
    NESTML_MODEL,
    NestNetwork,
    build_nest_model,
    from_nest,
    nest_script,
    to_nest,
    write_nest,
)
from spikelib.export.nir import from_nir, to_nir
from spikelib.export.runs import Run, read_start

__all__ = [
    "NESTML_MODEL",
    "Agreement",
    "Brian2Network",
    "NestNetwork",
    "Run",
    "all_traces",
    "brian2_script",
    "build_nest_model",
    "compare",
    "from_brian2",
    "from_nest",
    "from_nir",
    "nest_script",
    "read_start",
    "run_library",
    "run_textbook",
    "to_brian2",
    "to_nest",
    "to_nir",
    "trial_errors",
    "write_brian2",
    "write_nest",
]
