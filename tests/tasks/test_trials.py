import pickle

import numpy as np
import pytest

from spikelib import Task, Trial, osc4
from spikelib.tasks import flip_flop


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_osc4_is_the_sum_of_four_sines_divided_by_its_maximum(rng):
    trial = osc4().draw(rng)
    power = np.abs(np.fft.rfft(trial.outputs[:, 0]))
    frequencies = np.fft.rfftfreq(trial.n_steps, trial.dt)
    assert sorted(frequencies[np.argsort(power)[-4:]]) == pytest.approx([1, 2, 3, 5])
    assert trial.outputs.max() == 1.0
    assert np.allclose(trial.inputs[:50], 0.5) and not trial.inputs[50:].any()


@pytest.mark.parametrize("dt", [0.0005, 0.001, 0.002])
def test_osc4_pulse_lasts_fifty_milliseconds_at_any_step(rng, dt):
    trial = osc4(dt=dt).draw(rng)
    assert (trial.inputs > 0).sum() * dt == pytest.approx(0.05)
    assert trial.duration == pytest.approx(1.0)


def test_a_task_that_repeats_is_made_once(rng):
    trials = osc4().trials(4, rng=rng)
    assert all(trial is trials[0] for trial in trials)


def test_a_task_that_does_not_repeat_draws_anew(rng):
    def draw(rng):
        return Trial(inputs=rng.normal(size=(3, 1)), outputs=np.zeros((3, 1)), dt=0.001)

    task = Task(name="noise", n_inputs=1, n_outputs=1, dt=0.001, draw=draw)
    first, second = task.trials(2, rng=rng)
    assert not np.array_equal(first.inputs, second.inputs)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outputs": np.zeros((4, 1))}, r"outputs: expected shape .*5.*got \(4, 1\)"),
        ({"inputs": np.zeros(5)}, r"inputs: expected shape \(T, n_inputs\), got \(5,\)"),
        ({"inputs": np.full((5, 1), np.nan)}, "inputs: expected finite numbers, got 5"),
        ({"inputs": np.zeros((0, 1)), "outputs": np.zeros((0, 1))}, "at least one time step"),
        ({"factors": np.zeros((3, 2))}, r"factors: expected shape .*got \(3, 2\)"),
        ({"dt": -0.001}, "dt: expected a finite number above 0, got -0.001"),
        ({"outputs": [["a"]] * 5}, "outputs: expected numbers"),
    ],
)
def test_a_trial_that_does_not_fit_together_is_refused(change, message):
    good = {"inputs": np.zeros((5, 1)), "outputs": np.zeros((5, 1)), "dt": 0.001}
    with pytest.raises(ValueError, match=message):
        Trial(**(good | change))


def test_a_task_whose_trials_are_not_what_it_says_is_refused(rng):
    trial = Trial(inputs=np.zeros((5, 2)), outputs=np.zeros((5, 1)), dt=0.001)
    task = Task(name="odd", n_inputs=1, n_outputs=1, dt=0.001, draw=lambda rng: trial)
    with pytest.raises(ValueError, match=r"'odd': expected trials .*\(1, 1, 0.001\)"):
        task.trials(1, rng=rng)
    task = Task(name="none", n_inputs=1, n_outputs=1, dt=0.001, draw=lambda rng: 3)
    with pytest.raises(ValueError, match="got int"):
        task.trials(1, rng=rng)
    with pytest.raises(ValueError, match="n_trials: expected a whole number"):
        osc4().trials(0, rng=rng)
    with pytest.raises(TypeError, match="numpy.random.Generator"):
        osc4().trials(1, rng=3)


def test_a_task_of_the_library_is_made_again_from_a_pickle():
    task = pickle.loads(pickle.dumps(flip_flop(n_bits=2)))
    rng = np.random.default_rng(0)
    assert task.n_inputs == 2 and task.score is not None
    assert np.array_equal(
        task.trials(1, rng=rng)[0].inputs,
        flip_flop(n_bits=2).trials(1, rng=np.random.default_rng(0))[0].inputs,
    )


def test_a_task_of_ones_own_says_what_it_has_lost():
    trial = osc4().draw(None)
    own = Task(name="mine", n_inputs=1, n_outputs=1, dt=0.001, draw=lambda rng: trial)
    again = pickle.loads(pickle.dumps(own))
    assert (again.name, again.dt) == ("mine", 0.001)
    with pytest.raises(ValueError, match="task 'mine': expected the function that draws"):
        again.trials(1, rng=np.random.default_rng(0))
