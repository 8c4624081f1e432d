"""Currents by sign, and spectra: against networks and matrices whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import DaleNetwork, SpikingNetwork, SpikingParameters
from spikelib.dale import (
    SignedCurrents,
    excitatory_inhibitory_currents,
    shuffled,
    spectrum,
    synaptic_charge,
    traces,
)
from spikelib.least_squares import draw_connections, draw_signs


def signed_network(n=30, seed=0, probability=0.5):
    """Weights at random, of the right signs."""
    rng = np.random.default_rng(seed)
    signs = draw_signs(n, rng=rng)
    connected = draw_connections(n, probability=probability, rng=rng)
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=n, trained_fraction=1.0, inhibition=0.0),
        encoder=np.zeros((n, 1)), input_weights=np.zeros((n, 1)), n_outputs=1, rng=rng,
    )
    slow, fast = connected * signs * rng.exponential(size=(2, n, n))
    return DaleNetwork(
        network=replace(network, slow_weights=slow, fast_weights=fast), signs=signs,
        connected=connected,
    )


def test_currents_add_up_and_keep_their_signs():
    dale = signed_network()
    spikes = (np.random.default_rng(1).random((300, 30)) < 0.02).astype(float)
    currents = excitatory_inhibitory_currents(dale, spikes, n_skip=50)
    s = traces(spikes, dale.network.parameters)[50:]
    weights = np.hstack([dale.network.slow_weights, dale.network.fast_weights])
    assert np.allclose(currents.net, s @ weights.T)
    assert (currents.excitatory >= 0).all() and (currents.inhibitory <= 0).all()
    assert currents.net.shape == (250, 30)


def test_a_single_spike_leaves_its_weight():
    dale = signed_network()
    spikes = np.zeros((2, 30))
    spikes[0, 7] = 1
    currents = excitatory_inhibitory_currents(dale, spikes)
    part = currents.excitatory if dale.signs[7] > 0 else currents.inhibitory
    network = dale.network
    assert np.allclose(part[0], network.slow_weights[:, 7] + network.fast_weights[:, 7])
    assert np.allclose(part[1], network.slow_weights[:, 7] * np.exp(-0.01)
                       + network.fast_weights[:, 7] * np.exp(-0.2))


def test_balance_of_known_currents():
    time = np.linspace(0, 2 * np.pi, 200, endpoint=False)[:, None]
    wave = 3 + np.sin(time) * [1, 1, 1, 0]
    other = -2 - np.column_stack([np.sin(time), -np.sin(time), np.cos(time), np.sin(time)])
    currents = SignedCurrents(excitatory=wave, inhibitory=other)
    assert np.allclose(currents.correlation[:3], [1, -1, 0])
    assert np.isnan(currents.correlation[3])
    assert np.allclose(currents.cancelled, 2 / 3)


def test_currents_of_wrong_input_are_refused():
    dale = signed_network()
    with pytest.raises(ValueError, match="n_skip"):
        excitatory_inhibitory_currents(dale, np.zeros((5, 30)), n_skip=5)
    with pytest.raises(ValueError, match="spikes: expected shape"):
        excitatory_inhibitory_currents(dale, np.zeros((5, 29)))
    broken = replace(dale, network=replace(dale.network, slow_weights=-dale.network.slow_weights))
    with pytest.raises(ValueError, match="keeps to its signs"):
        excitatory_inhibitory_currents(broken, np.zeros((5, 30)))


def test_charge_is_the_mean_current_that_a_steady_rate_makes():
    dale = signed_network()
    spikes = np.zeros((3000, 30))
    spikes[::20, 3] = 1  # 50 Hz
    currents = excitatory_inhibitory_currents(dale, spikes, n_skip=1000)
    expected = 50 * synaptic_charge(dale)[:, 3]
    # A trace that steps by 1 and decays in steps of dt lasts tau, up to dt/tau/2.
    assert np.allclose(currents.net.mean(axis=0), expected, rtol=0.12)


@pytest.mark.parametrize("seed", range(3))
def test_the_spectrum_of_a_random_signed_matrix_is_as_predicted(seed):
    """80 % excitatory, inhibition that does not quite cancel: a disc, and one outside."""
    rng = np.random.default_rng(seed)
    n, signs = 400, draw_signs(400, rng=rng)
    weights = rng.exponential(size=(n, n)) * np.where(signs > 0, 1.0, -2.0)
    result = spectrum(weights, signs)
    assert result.radius == pytest.approx(np.sqrt(n * (0.8 + 0.2 * 2.0**2)), rel=0.03)
    assert result.mean_mode == pytest.approx(n * (0.8 - 0.2 * 2.0), rel=0.1)
    first, *others = result.eigenvalues
    assert first.real == pytest.approx(result.mean_mode, rel=0.15)
    sizes = np.abs(others)
    assert 0.8 * result.radius < np.quantile(sizes, 0.97) < 1.1 * result.radius


def test_one_kind_alone_and_bad_shapes():
    assert spectrum(np.ones((3, 3)), np.ones(3)).mean_mode == pytest.approx(3)
    with pytest.raises(ValueError, match="weights"):
        spectrum(np.ones((3, 2)), np.ones(3))
    with pytest.raises(ValueError, match="signs"):
        spectrum(np.ones((3, 3)), np.ones(2))


def test_shuffling_moves_weights_and_keeps_everything_else():
    dale = signed_network(n=60)
    other = shuffled(dale, rng=np.random.default_rng(0))
    assert other.sign_violations == 0
    assert np.array_equal(other.connected, dale.connected)
    before, after = (x.network.slow_weights + 1j * x.network.fast_weights for x in (dale, other))
    assert not np.allclose(before, after)
    for excite in (True, False):
        columns = (dale.signs > 0) == excite
        assert np.allclose(np.sort(before[:, columns]), np.sort(after[:, columns]))
