"""Many runs of a function or a notebook over parameters and seeds, here or on a cluster."""

from spikelib.sweeps.runs import Notebook, grid, record, sweep

__all__ = [
    "Notebook",
    "grid",
    "record",
    "sweep",
]
