"""What learns: least squares on the traces of spikes, sample by sample or under sign constraints.

`rls` holds recursive least squares, as in textbooks and event by event; `arrays` keeps its matrix
in another array library; `sparse` holds one for each of many neurons; `signed` holds least squares
whose weights keep given signs.
"""

from spikelib.least_squares.arrays import ArrayRLS
from spikelib.least_squares.rls import EventRLS, RecursiveLeastSquares, block_size
from spikelib.least_squares.signed import (
    draw_connections,
    draw_signs,
    optimality_gap,
    sign_violations,
    signed_least_squares,
)
from spikelib.least_squares.sparse import SparseRLS, draw_presynaptic

__all__ = [
    "ArrayRLS",
    "EventRLS",
    "RecursiveLeastSquares",
    "SparseRLS",
    "block_size",
    "draw_connections",
    "draw_presynaptic",
    "draw_signs",
    "optimality_gap",
    "sign_violations",
    "signed_least_squares",
]
