"""The f-I curve against simulated neurons, against the analytic limit, and reversed."""

import numpy as np
import pytest

import spikelib
from spikelib.spiking import current_for_rate, firing_rate

CURRENTS = np.array([-2.5, -1.0, 0.0, 1.0, 3.0])


def simulated(noise, currents, rng, seconds=20):
    """Rates of 200 neurons for each current, in the network's own simulation."""
    n = 200 * currents.size
    p = spikelib.SpikingParameters(n_neurons=n, inhibition=0.0)
    network = spikelib.SpikingNetwork.from_encoder(
        p, encoder=np.zeros((n, 1)), input_weights=np.repeat(currents, 200)[:, None],
        n_outputs=1, rng=rng,
    )
    trial = spikelib.Trial(inputs=np.ones((1000 * seconds, 1)),
                           outputs=np.zeros((1000 * seconds, 1)), dt=0.001)
    run = spikelib.simulate(network, trial, rng=rng, noise=noise)
    counts = np.bincount(run.spike_neurons, minlength=n).reshape(-1, 200)
    return counts.mean(axis=1) / seconds


@pytest.mark.parametrize("noise", [0.5, 1.0, 3.0])
def test_it_is_what_simulated_neurons_do(noise):
    currents = CURRENTS * noise
    rates = simulated(noise, currents, np.random.default_rng(0), seconds=2)
    np.testing.assert_allclose(firing_rate(currents, noise=noise), rates, rtol=0.06, atol=0.15)


def test_little_noise_is_no_noise():
    currents = np.array([0.5, 2.0, 10.0])
    np.testing.assert_allclose(
        firing_rate(currents, noise=1e-3), firing_rate(currents, noise=0.0), rtol=1e-3
    )
    assert np.all(firing_rate([-1.0, -100.0], noise=0.0) == 0)
    assert firing_rate(-50.0, noise=1.0) == 0.0


@pytest.mark.parametrize("noise", [0.2, 1.0, 4.0])
def test_the_reverse_leads_back(noise):
    rates = np.array([[0.2, 1.0, 5.0], [20.0, 60.0, 150.0]])
    currents = current_for_rate(rates, noise=noise)
    assert currents.shape == rates.shape
    np.testing.assert_allclose(firing_rate(currents, noise=noise), rates, rtol=2e-3)
    low, same = (current_for_rate(rate, noise=noise, floor=1.0) for rate in (0.0, 1.0))
    assert low == same


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="rates: expected firing rates from 0 to 500 Hz"):
        current_for_rate([-1.0, 2.0], noise=1.0)
    with pytest.raises(ValueError, match="noise: expected a finite number above 0"):
        current_for_rate([1.0], noise=0.0)
