"""Flip-flop, pulse integration and temporal XOR: their logic, checked against plain Python."""

import numpy as np
import pytest

from spikelib import Task
from spikelib.tasks.memory import flip_flop, plateau, pulse_integration, temporal_xor

MAKERS = [flip_flop, pulse_integration, temporal_xor]


def drawn(task, n=20, seed=0):
    return task.trials(n, rng=np.random.default_rng(seed))


def onsets(signal):
    """Steps at which a signal leaves zero."""
    on = np.concatenate([[False], np.asarray(signal) != 0])
    return np.flatnonzero(~on[:-1] & on[1:])


@pytest.mark.parametrize("make", MAKERS)
def test_the_target_output_is_right_and_silence_is_not(make):
    task = make()
    assert isinstance(task, Task)
    for trial in drawn(task):
        assert task.score(trial, trial.outputs) == 1.0
    silent = [task.score(trial, np.zeros_like(trial.outputs)) for trial in drawn(task)]
    # A sum of zero is right by chance.
    assert np.mean(silent) <= (0.5 if make is pulse_integration else 0.0)


@pytest.mark.parametrize("make", MAKERS)
def test_trials_differ_and_are_the_generators(make):
    first, second, again = drawn(make(), 2), drawn(make(), 2, seed=1), drawn(make(), 2)
    assert np.array_equal(first[0].inputs, again[0].inputs)
    for other in (first[1], second[0]):
        same_length = len(other.inputs) == len(first[0].inputs)
        assert not (same_length and np.array_equal(first[0].inputs, other.inputs))


@pytest.mark.parametrize("make", MAKERS)
def test_a_coarse_step_gives_the_same_kind_of_trial(make):
    task = make(dt=0.01)
    assert task.dt == 0.01
    for trial in drawn(task):
        assert 0.9 < trial.duration < 5 and task.score(trial, trial.outputs) == 1.0


@pytest.mark.parametrize("n_bits", [1, 3])
def test_flip_flop_holds_the_sign_of_the_last_pulse(n_bits):
    task = flip_flop(n_bits=n_bits)
    for trial in drawn(task):
        state = np.zeros(n_bits)
        for f_in, f_out in zip(trial.inputs, trial.outputs, strict=True):
            state = np.where(f_in != 0, f_in, state)
            assert np.array_equal(f_out, state)
        assert all(channel[0] != 0 for channel in trial.inputs.T)


def test_flip_flop_is_wrong_when_a_single_bit_is():
    task = flip_flop(n_bits=3)
    (trial,) = drawn(task, 1)
    outputs = trial.outputs.copy()
    outputs[:, 1] *= -1
    assert task.score(trial, outputs) == 0.0
    late = trial.outputs.copy()
    late[-1] = 0.4 * late[-1]
    assert task.score(trial, late) == 0.0


def test_pulse_integration_adds_up_and_stays_in_bounds():
    task = pulse_integration(n_pulses=(4, 8), largest=2)
    for trial in drawn(task):
        starts = onsets(trial.inputs[:, 0])
        total = sum(trial.inputs[k, 0] for k in starts)
        assert 4 <= starts.size <= 8 and total == trial.label
        assert trial.outputs[-1, 0] == trial.label / 2
        assert np.abs(trial.outputs).max() <= 1 and trial.outputs[0, 0] == 0
        assert np.array_equal(onsets(trial.inputs[:, 1]), [0])


def test_temporal_xor_answers_whether_the_signs_differ():
    task = temporal_xor()
    seen = set()
    for trial in drawn(task, 40):
        first, second = (trial.inputs[k, 0] for k in onsets(trial.inputs[:, 0]))
        answer = trial.outputs[np.abs(trial.outputs).argmax(), 0]
        assert (answer > 0) == (first != second) == bool(trial.label)
        seen.add((first, second))
        # The hints hold what the output does not show, and only after it was to be seen.
        memory, held_answer = trial.hints.T
        assert set(np.unique(memory)) == {0.0, first} or set(np.unique(memory)) == {first, 0.0}
        assert np.sign(answer) in held_answer
        assert not memory[: onsets(trial.inputs[:, 0])[0]].any()
    assert len(seen) == 4
    assert temporal_xor(hints=False).n_hints == 0


def test_a_plateau_rises_stays_and_falls():
    shape = plateau(50, 10)
    assert np.allclose(shape, shape[::-1])
    assert np.all(shape[10:40] == 1) and 0 < shape[0] < 0.05 and np.all(np.diff(shape[:11]) > 0)


@pytest.mark.parametrize(
    "make, options, message",
    [
        (flip_flop, {"n_bits": 0}, "n_bits"),
        (flip_flop, {"pause": (0.5, 0.1)}, "pause: expected 0 < low <= high"),
        (flip_flop, {"duration": 0.1}, "duration: expected room"),
        (pulse_integration, {"n_pulses": (5, 2)}, "n_pulses: expected fewest <= most"),
        (pulse_integration, {"largest": 0}, "largest"),
        (temporal_xor, {"dt": 0.0}, "dt"),
        (temporal_xor, {"gap": (0.0, 0.1)}, "gap"),
    ],
)
def test_wrong_parameters_are_refused(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)
