"""Judges of answers that are right by what they do: no reference answer is needed.

Each takes the reader's function, and what it compares with where that is recorded; it prints what
it found and returns True or False.
"""

from spikelib.book.exercises.properties.networks import noisy_readout, own_rhythm
from spikelib.book.exercises.properties.signals import (
    NOISY_CURRENTS,
    draw_delayed_response,
    kicked,
    noisy_rates,
    poisson_trials,
)

__all__ = ["NOISY_CURRENTS", "draw_delayed_response", "kicked", "noisy_rates", "noisy_readout",
           "own_rhythm", "poisson_trials"]
