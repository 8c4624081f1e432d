"""Signs put into a trained network afterwards: clipped, and nearest in the metric of RLS."""

from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib.dale import clip_signs, nearest_signed, traces
from spikelib.least_squares import draw_connections, draw_signs, optimality_gap
from spikelib.spiking import run_trials


@pytest.fixture(scope="module")
def free():
    """A small network without signs, barely trained."""
    return spikelib.fit(
        spikelib.osc4(), rng=np.random.default_rng(0), rate=spikelib.RateParameters(n_units=80),
        spiking=spikelib.SpikingParameters(n_neurons=50, trained_fraction=1.0, inhibition=0.0),
        recipe=spikelib.Recipe(variance=None, n_factors=4, n_settle=5, n_factor_trials=3,
                               n_mean_trials=3, n_training_trials=5),
    )


@pytest.fixture(scope="module")
def wiring():
    rng = np.random.default_rng(1)
    return draw_signs(50, rng=rng), draw_connections(50, probability=0.5, rng=rng)


@pytest.fixture(scope="module")
def trials(free):
    return free.trials(2, rng=np.random.default_rng(2))


def test_traces_are_those_of_the_simulation(free, trials):
    run = run_trials(free.network, trials[:1], rng=np.random.default_rng(3), n_settle=0)[0]
    s = traces(run.spikes, free.network.parameters)
    np.testing.assert_allclose(s[-1, :50], run.state.slow_trace, rtol=1e-9)
    np.testing.assert_allclose(s[-1, 50:], run.state.fast_trace, rtol=1e-9, atol=1e-25)


def test_clipping_keeps_what_is_allowed_and_nothing_else(free, wiring):
    signs, connected = wiring
    dale = clip_signs(free.network, signs, connected)
    assert dale.sign_violations == 0
    slow, fast = np.hsplit(free.network.encoder @ free.network.factor_weights, 2)
    for whole, part in ((slow, dale.network.slow_weights), (fast, dale.network.fast_weights)):
        kept = part != 0
        assert np.array_equal(part[kept], whole[kept])
        assert ((whole * signs < 0) | ~connected)[~kept].all()


def test_with_signs_that_u_w_has_anyway_nothing_changes(trials):
    """One factor, a positive encoder and readout weights of the neurons' signs."""
    n, rng = 20, np.random.default_rng(4)
    signs = draw_signs(n, rng=rng)
    parameters = spikelib.SpikingParameters(n_neurons=n, trained_fraction=1.0, inhibition=0.0)
    network = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=rng.uniform(0.5, 1, (n, 1)), input_weights=np.ones((n, 1)),
        n_outputs=1, rng=rng,
    )
    sizes = rng.uniform(0, 0.1, (1, 2 * n))
    network = replace(network, factor_weights=sizes * np.tile(signs, 2))
    connected = ~np.eye(n, dtype=bool)
    clipped = clip_signs(network, signs, connected).network
    everything = network.encoder @ network.factor_weights[:, :n]
    np.fill_diagonal(everything, 0)
    assert np.allclose(clipped.slow_weights, everything)
    assert np.array_equal(clipped.mean_current, network.mean_current)


def test_the_nearest_meets_the_conditions_of_its_problem(free, wiring, trials):
    signs, connected = wiring
    dale = nearest_signed(
        free.network, trials, signs, connected, rng=np.random.default_rng(5), ridge=0.01,
        n_sweeps=300,
    )
    network = free.network
    assert dale.sign_violations == 0
    runs = run_trials(network, trials, rng=np.random.default_rng(5), n_settle=5)
    s = traces(np.vstack([run.spikes for run in runs]), network.parameters)
    centred = s - s.mean(axis=0)
    gram = centred.T @ centred
    gap = optimality_gap(
        gram, gram @ (network.encoder @ network.factor_weights).T, np.tile(signs, 2),
        np.hstack([dale.network.slow_weights, dale.network.fast_weights]).T,
        allowed=np.tile(connected.T, (2, 1)), ridge=0.01 * np.trace(gram) / len(gram),
    )
    assert gap < 1e-4


def test_the_nearest_is_nearer_than_the_clipped(free, wiring, trials):
    signs, connected = wiring
    network = free.network
    runs = run_trials(network, trials, rng=np.random.default_rng(6), n_settle=5)
    s = traces(np.vstack([run.spikes for run in runs]), network.parameters)
    target = s @ (network.encoder @ network.factor_weights).T - network.mean_current

    def distance(dale):
        own = s @ np.hstack([dale.network.slow_weights, dale.network.fast_weights]).T
        return np.mean(np.var(own - target, axis=0)) / np.mean(np.var(target, axis=0))

    near = nearest_signed(network, trials, signs, connected, rng=np.random.default_rng(6))
    assert distance(near) < 0.5 * distance(clip_signs(network, signs, connected))
    own = s @ np.hstack([near.network.slow_weights, near.network.fast_weights]).T
    assert np.allclose((own - near.network.mean_current).mean(axis=0), target.mean(axis=0))


def test_networks_that_do_not_fit_are_refused(free, wiring):
    network, n = free.network, 50
    few = replace(
        network, trained_neurons=np.arange(10), factor_weights=np.zeros((4, 20)),
        output_weights=np.zeros((1, 20)),
    )
    with pytest.raises(ValueError, match="all 50 neurons to be trained, got 10"):
        clip_signs(few, *wiring)
    common = replace(network, parameters=replace(network.parameters, inhibition=-0.3))
    with pytest.raises(ValueError, match="no common inhibition"):
        clip_signs(common, *wiring)
    with pytest.raises(ValueError, match="no fixed random synapses"):
        clip_signs(replace(network, slow_weights=np.zeros((n, n))), *wiring)
    with pytest.raises(ValueError, match="only \\+1 and -1"):
        clip_signs(network, np.zeros(n), wiring[1])
