"""Tasks of the library, each with arguments that work: see `calls.py`."""

import functools

import numpy as np

from spikelib import tasks

DT = 0.001


def _drawn(make, **given):
    """A trial of a task: what is wrong may show only there."""
    return make(**given).trials(1, rng=np.random.default_rng(0))


def task_calls():
    """A name, a function and its arguments, for each task."""
    for name, own in (
        ("sine", {"frequency": 2.0, "duration": 0.5}), ("chirp", {"period": 2.0, "slow": 1.0}),
        ("sparse_bump", {"period": 0.2, "at": 0.1, "width": 0.03}), ("star", {"n_points": 5}),
        ("melody", {"notes": (2, 3), "duration": 0.2}), ("lorenz", {"period": 0.3}),
        ("flip_flop", {"n_bits": 1, "duration": 0.5, "pulse": 0.05, "pause": (0.15, 0.5)}),
        ("cued_frequency", {"frequencies": (1.0, 2.0), "duration": 0.2}),
        ("random_dots", {"coherences": (0.5, 1.0), "noise": 0.05, "hints": True}),
        ("delayed_reach", {"n_directions": 4, "cue": 0.1, "delay": (0.1, 0.2)}),
        ("delayed_match", {"n_stimuli": 3, "wait": (0.1, 0.2)}),
        ("ready_set_go", {"interval": (0.4, 0.8), "answer": 0.1, "tolerance": None}),
        ("pulse_integration", {"n_pulses": (3, 6), "largest": 2, "pulse": 0.05}),
        ("angle_memory", {"cue": 0.1, "delay": (0.1, 0.2), "tolerance": 22.5}),
        ("cued_pattern", {"duration": 0.5}), ("figure_of_eight", {"period": 0.5}),
        ("handwriting", {"period": 0.5}), ("sawtooth", {"period": 0.5}),
        ("square_wave", {"period": 0.5}), ("go_no_go", {"wait": (0.2, 0.3), "answer": 0.1}),
        ("multisensory", {"strength": 0.5, "wait": (0.1, 0.2), "noise": 0.08, "hints": True}),
        ("parametric_memory", {"stimulus": 0.1, "delay": (0.3, 0.4), "hints": True}),
        ("pro_anti", {"rule": 0.1, "delay": (0.2, 0.3), "hints": True}),
        ("temporal_xor", {"pulse": 0.1, "gap": (0.2, 0.3), "delay": 0.1, "hints": True}),
        ("contextual_integration", {"pause": (0.2, 0.4), "hold": 0.01, "noise": 0.04}),
    ):
        yield f"tasks.{name}", functools.partial(_drawn, getattr(tasks, name)), {"dt": DT} | own
