"""Hints found from a task alone."""

import numpy as np
import pytest

from spikelib import Trial
from spikelib.tasks import flip_flop, melody
from spikelib.training.hints import clock, last_inputs, longest_pause, with_clock


def test_two_bumps_tell_every_moment_of_the_period():
    hints = clock(1000, 8)
    assert np.allclose(hints.sum(axis=1), 1.0) and ((hints > 0).sum(axis=1) <= 2).all()
    distances = np.linalg.norm(hints[::25, None] - hints[None, ::25], axis=2)
    assert distances[~np.eye(40, dtype=bool)].min() > 0.1
    assert np.allclose(hints, np.roll(hints, 125, axis=0)[:, [7, 0, 1, 2, 3, 4, 5, 6]])


def test_a_clock_stands_beside_the_hints_there_are():
    trial = melody().draw(None)
    first, second = with_clock([trial, trial], 8)
    assert first is second and first.n_hints == 8
    assert with_clock([first], 4)[0].n_hints == 12


def trial(*pulses, n_steps=1000):
    inputs = np.zeros((n_steps, 2))
    for start, channel, height in pulses:
        inputs[start : start + 50, channel] = height
    return Trial(inputs=inputs, outputs=np.zeros((n_steps, 1)), dt=0.001)


def test_the_last_event_is_remembered_across_trials():
    taught = last_inputs([trial((100, 0, 1.0), (600, 1, -0.5)), trial((300, 0, 0.7))])
    held = np.vstack([t.hints for t in taught])[:, :2]
    assert not held[:100].any()
    assert (held[100:600] == [1.0, 0.0]).all()
    assert (held[600:1300] == [0.0, -0.5]).all(), "until the next event, also of a later trial"
    assert (held[1300:] == [0.7, 0.0]).all()
    bumps = np.vstack([t.hints for t in taught])[:, 2:]
    assert bumps[[100, 600, 1300], 0] == pytest.approx(1.0)
    assert longest_pause(np.vstack([t.inputs for t in taught]), 0.001) == pytest.approx(0.7)


def test_hints_do_not_know_what_comes():
    early, late = trial((100, 0, 1.0), (600, 1, 1.0)), trial((100, 0, 1.0), (700, 0, 1.0))
    a, b = (last_inputs([t], longest=0.7)[0].hints for t in (early, late))
    assert np.array_equal(a[:600], b[:600]) and not np.array_equal(a[600:], b[600:])


def test_noise_is_not_taken_for_events():
    rng = np.random.default_rng(0)
    noise = Trial(inputs=rng.normal(size=(1000, 1)), outputs=np.zeros((1000, 1)), dt=0.001)
    silence = Trial(inputs=np.zeros((1000, 1)), outputs=np.zeros((1000, 1)), dt=0.001)
    assert last_inputs([noise]) is None and last_inputs([silence]) is None
    assert last_inputs(flip_flop().trials(5, rng=rng)) is not None


def test_inputs_that_move_all_the_time_are_no_cues():
    """Each trial of smooth noise begins with a jump, which is not what has to be remembered."""
    rng = np.random.default_rng(0)
    smooth = [
        Trial(
            inputs=np.convolve(rng.standard_normal(1500), np.ones(200) / 14, "valid")[:1000, None],
            outputs=np.zeros((1000, 1)), dt=0.001,
        )
        for _ in range(5)
    ]
    assert last_inputs(smooth) is None
    noisy = trial((100, 0, 1.0), (600, 1, -0.5))
    inputs = noisy.inputs + 0.01 * rng.standard_normal(noisy.inputs.shape)
    assert last_inputs([Trial(inputs=inputs, outputs=noisy.outputs, dt=0.001)]) is not None
