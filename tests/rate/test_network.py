from dataclasses import replace

import numpy as np
import pytest

from spikelib import RateNetwork, RateParameters, Trial, drive, osc4
from spikelib.rate import _driving, find_cycle


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng, n_units=60, **parameters):
    return RateNetwork.draw(
        RateParameters(n_units=n_units, **parameters), n_inputs=1, n_outputs=1, rng=rng
    )


def textbook_drive(network, trials, x):
    """The equations, one line each."""
    p = network.parameters
    currents = []
    for trial in trials:
        for f_in, f_out in zip(trial.inputs, trial.outputs, strict=True):
            f_J = network.recurrent_weights @ np.tanh(x) + network.output_weights @ f_out
            x_inf = f_J + network.input_weights @ f_in
            x = x_inf + (x - x_inf) * np.exp(-p.dt / p.tau)
            currents.append(f_J)
    return np.array(currents)


def noisy_trials(rng, n):
    return [
        Trial(inputs=rng.normal(size=(T, 1)), outputs=rng.normal(size=(T, 1)), dt=0.001)
        for T in rng.integers(150, 250, n)
    ]


def test_drive_follows_the_equations(rng):
    network = small(rng)
    trial = osc4(duration=0.2).draw(rng)
    start = np.random.default_rng(5).standard_normal(60)
    expected = textbook_drive(network, [trial] * 3, start)
    currents = drive(network, [trial] * 3, rng=np.random.default_rng(5), n_settle=0)
    assert np.allclose(np.concatenate(currents), expected, atol=1e-12)


def test_a_settled_rhythm_is_what_running_on_gives(rng):
    """Repeats that are not computed are those that computing would have given."""
    network = small(rng, n_units=100)
    trial = osc4(duration=0.3).draw(rng)
    currents = drive(network, [trial] * 60, rng=np.random.default_rng(5), n_settle=0)
    assert currents[-1] is currents[-9] or currents[-1] is currents[-2], "never settled"
    expected = textbook_drive(network, [trial] * 60, np.random.default_rng(5).standard_normal(100))
    assert np.allclose(np.concatenate(currents), expected, atol=1e-6)


def test_stretches_side_by_side_are_the_sequence_in_a_row(rng):
    """A driven network forgets its start, so a run-up gives the state of the whole sequence."""
    network = small(rng, gain=0.8)
    trials = noisy_trials(rng, 150)
    currents = drive(network, trials, rng=rng)
    assert [len(c) for c in currents] == [trial.n_steps for trial in trials]
    expected = textbook_drive(network, trials, rng.standard_normal(60))
    first = sum(trial.n_steps for trial in trials[:20])  # by then the start is forgotten
    assert np.allclose(np.concatenate(currents)[first:], expected[first:], atol=1e-4)


def test_a_teacher_that_never_settles_is_still_driven(rng):
    network = small(rng, gain=4.0)
    trial = Trial(inputs=np.zeros((50, 1)), outputs=np.zeros((50, 1)), dt=0.001)
    currents = drive(network, [trial] * 40, rng=rng, n_settle=3)
    assert len(currents) == 40
    assert not np.allclose(currents[0], currents[-1])
    assert all(np.isfinite(c).all() for c in currents)


def test_weights_have_the_stated_statistics(rng):
    network = RateNetwork.draw(RateParameters(gain=1.4), n_inputs=2, n_outputs=3, rng=rng)
    assert network.recurrent_weights.std() * np.sqrt(500) == pytest.approx(1.4, rel=0.02)
    assert np.abs(network.output_weights).max() <= 1 and network.output_weights.shape == (500, 3)
    assert network.input_weights.shape == (500, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tau": -0.01}, "tau: expected a finite number above 0, got -0.01"),
        ({"dt": 0.0}, "dt: expected"),
        ({"n_units": 2.5}, "n_units: expected a whole number of at least 1, got 2.5"),
        ({"gain": np.nan}, "gain: expected a finite number"),
        ({"input_range": (1.0, -1.0)}, "input_range: expected low <= high"),
    ],
)
def test_bad_parameters_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        RateParameters(**change)


def test_bad_weights_and_trials_are_named(rng):
    network = small(rng)
    with pytest.raises(ValueError, match=r"recurrent_weights: expected shape .*\(60, 60\)"):
        replace(network, recurrent_weights=np.zeros((60, 3)))
    wrong = Trial(inputs=np.zeros((5, 2)), outputs=np.zeros((5, 1)), dt=0.001)
    with pytest.raises(ValueError, match=r"trials\[1\]: expected .*\(1, 1, 0.001\), got \(2, 1"):
        drive(network, [osc4().draw(rng), wrong], rng=rng)
    with pytest.raises(ValueError, match="non-empty sequence of Trial"):
        drive(network, [], rng=rng)


def test_parallel_stretches_never_outnumber_the_trials(rng):
    network = small(rng)
    trials = noisy_trials(rng, 3)
    assert len(drive(network, trials, rng=rng)) == 3
    assert _driving._TOGETHER > 3


def test_a_cycle_of_two_trials_is_what_running_on_gives(rng):
    """Units that flip at each step come back after two trials of an odd number of steps."""
    network = replace(small(rng), recurrent_weights=-40 * np.eye(60))
    trial = Trial(inputs=np.zeros((51, 1)), outputs=np.zeros((51, 1)), dt=0.001)
    cycle = find_cycle(network, trial, rng=np.random.default_rng(5))
    assert len(cycle) == 2
    assert np.allclose(cycle[0], -cycle[1])
    currents = drive(network, [trial] * 60, rng=np.random.default_rng(5), n_settle=0)
    assert currents[-1] is currents[-3]
    expected = textbook_drive(network, [trial] * 60, np.random.default_rng(5).standard_normal(60))
    assert np.allclose(np.concatenate(currents), expected, atol=1e-6)


def test_currents_held_at_a_time_stay_within_the_bound(rng, monkeypatch):
    """Trials that together have more currents than the bound are driven in smaller groups."""
    network = small(rng, gain=0.8)
    trials = noisy_trials(rng, 40)
    expected = drive(network, trials, rng=np.random.default_rng(1))
    longest = max(trial.n_steps for trial in trials)
    monkeypatch.setattr(_driving, "_HELD", 8 * 60 * 3 * longest)
    groups = list(_driving._groups(trials, 3 * longest))
    assert [index for group in groups for index in group] == list(range(40))
    assert all(sum(trials[i].n_steps for i in group) <= 3 * longest for group in groups)
    currents = drive(network, trials, rng=np.random.default_rng(1))
    assert [len(f_J) for f_J in currents] == [trial.n_steps for trial in trials]
    assert np.allclose(currents[-1], expected[-1], atol=1e-3)
