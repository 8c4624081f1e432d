"""What counts as having found the way back."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import SpikingNetwork, SpikingParameters, SpikingState, Trial
from spikelib.spiking import basin as module
from spikelib.spiking.basin import DISTURBANCES, find_basin

N_STEPS = 200


@pytest.fixture
def trial():
    return Trial(
        inputs=np.ones((N_STEPS, 1)), outputs=np.ones((N_STEPS, 1)), dt=0.001,
        factors=np.ones((N_STEPS, 1)),
    )


def follower(gain):
    """Neurons that fire regularly; the output is their mean rate times `gain`, without memory."""
    n = 40
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=n, trained_fraction=1.0, inhibition=0.0),
        encoder=np.zeros((n, 1)), input_weights=np.full((n, 1), 8.0), n_outputs=1,
        rng=np.random.default_rng(0),
    )
    slow = np.concatenate([np.ones((1, n)), np.zeros((1, n))], axis=1)
    return replace(network, output_weights=gain * slow)


def gain_for_one(trial):
    """So that the output is 1 once the traces have settled."""
    from spikelib import simulate

    network, state = follower(1.0), SpikingState.random(follower(1.0), rng=np.random.default_rng(1))
    for _ in range(10):
        run = simulate(network, trial, state=state)
        state = run.state
    return 1 / run.outputs.mean()


def test_a_network_without_memory_comes_back_from_everything(trial):
    network = follower(gain_for_one(trial))
    basin = find_basin(network, [trial], rng=np.random.default_rng(0), n_disturbances=10)
    assert basin.share == 1
    assert basin.kinds == tuple(DISTURBANCES) * 2
    assert all(basin.share_of(kind) == 1 for kind in DISTURBANCES)
    # Traces of 100 ms from nothing: the first trial of 200 ms is not good yet, nor is all lost.
    starts = basin.trials_back[np.array(basin.kinds) == "start"]
    assert (starts >= 1).all() and (basin.trials_back < 10).all()


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_network_that_is_wrong_has_not_returned(trial, share):
    """Errors of 0.25, and of 0.04: above what is good, and below what is bad."""
    network = follower(share * gain_for_one(trial))
    basin = find_basin(network, [trial], rng=np.random.default_rng(0), n_disturbances=5)
    assert basin.share == 0
    assert (basin.trials_back == 10).all()


def test_one_bad_trial_among_the_late_ones_is_enough(trial):
    """The median alone would not see it."""
    network = follower(gain_for_one(trial))
    blank = replace(trial, outputs=-trial.outputs)
    # Settling, then 13 trials a disturbance; the last of them is the bad one.
    trials = [trial] * (module._SETTLE + 12) + [blank]
    basin = find_basin(network, trials, rng=np.random.default_rng(0), n_disturbances=1)
    assert not basin.returned[0]
    spared = find_basin(
        network, trials, rng=np.random.default_rng(0), n_disturbances=1, bad=np.inf
    )
    assert spared.returned[0]


def test_every_disturbance_leaves_another_state(trial):
    """None of them is the trial as it would have been."""
    network = follower(gain_for_one(trial))
    network = replace(network, encoder=np.full((40, 1), 2.0), factor_weights=network.output_weights)
    led = replace(
        trial, inputs=np.linspace(0.5, 1.5, N_STEPS)[:, None],
        factors=np.linspace(0, 2, N_STEPS)[:, None],
    )
    runner = module.Runner(network)
    state = SpikingState.random(network, rng=np.random.default_rng(3))
    for forced in (False, True):
        plain = runner.run(led, state, forced=forced).state
        for kind, disturb in DISTURBANCES.items():
            after = disturb(runner, led, state, np.random.default_rng(4))
            assert not np.array_equal(after.voltage, plain.voltage), kind


def test_trials_without_factors_are_refused(trial):
    with pytest.raises(ValueError, match="expected a trial with target factors"):
        find_basin(follower(1.0), [replace(trial, factors=None)], rng=np.random.default_rng(0))
