import json
from dataclasses import replace

import numpy as np
import pytest

from spikelib import (
    RateNetwork,
    RateParameters,
    SavedFileError,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    evaluate,
    principal_components,
    simulate,
)
from spikelib._files import write_npz
from spikelib.training import textbook


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def lone_neurons(currents, **parameters):
    """Neurons without any synapse, each with its own constant current."""
    n = len(currents)
    parameters = SpikingParameters(n_neurons=n, inhibition=0.0, **parameters)
    return SpikingNetwork.from_encoder(
        parameters, encoder=np.zeros((n, 1)), input_weights=np.asarray(currents)[:, None],
        n_outputs=1, rng=np.random.default_rng(0),
    )


def constant_input(n_steps, dt=0.001):
    return Trial(inputs=np.ones((n_steps, 1)), outputs=np.zeros((n_steps, 1)), dt=dt)


def drawn(rng, n=60, n_factors=3, **parameters):
    """A network with random learned weights, so that it is active on its own."""
    parameters = SpikingParameters(n_neurons=n, **parameters)
    network = SpikingNetwork.from_encoder(
        parameters, encoder=rng.normal(size=(n, n_factors)), input_weights=rng.normal(size=(n, 2)),
        n_outputs=2, rng=rng,
    )
    m = 2 * parameters.n_trained
    return replace(
        network, mean_current=rng.normal(size=n) - 1.0,
        factor_weights=0.3 * rng.normal(size=(n_factors, m)),
        output_weights=rng.normal(size=(2, m)),
    )


def noise_trial(rng, n_steps=400, n_factors=3):
    return Trial(
        inputs=rng.normal(size=(n_steps, 2)), outputs=rng.normal(size=(n_steps, 2)), dt=0.001,
        factors=rng.normal(size=(n_steps, n_factors)),
    )


def test_firing_rates_follow_the_analytic_curve(rng):
    """A constant current I > 0 takes τ ln((I - reset)/I) from reset to threshold."""
    currents = np.array([-1.0, 0.5, 2.0, 5.0, 20.0])
    dt, seconds = 1e-5, 4.0
    network = lone_neurons(currents, dt=dt)
    run = simulate(network, constant_input(round(seconds / dt), dt), rng=rng)
    rates = np.bincount(run.spike_neurons, minlength=5) / seconds
    analytic = 1 / (0.01 * np.log((currents[1:] + 10) / currents[1:]))
    assert rates[0] == 0
    assert np.allclose(rates[1:], analytic, rtol=0.02, atol=0.5)


def test_voltage_relaxes_exactly(rng):
    network = lone_neurons([-3.0])
    run = simulate(network, constant_input(30), rng=rng, watch=[0])
    start = SpikingState.at_rest(network, rng=np.random.default_rng(0)).voltage[0]
    times = np.arange(1, 31) * 0.001
    assert np.allclose(run.voltages[:, 0], -3 + (start + 3) * np.exp(-times / 0.01))


@pytest.mark.parametrize("gains", [(0.0, 0.0), (0.11, 0.0), (0.0, 0.13), (0.11, 0.13)])
@pytest.mark.parametrize("forced", [False, True])
def test_the_compiled_step_is_the_textbook_step(rng, gains, forced):
    network = drawn(rng, slow_gain=gains[0], fast_gain=gains[1])
    trial = noise_trial(rng)
    state = SpikingState.random(network, rng=rng)
    run = simulate(network, trial, state=state, forced=forced)
    # The textbook loop with its weights set and no learning, fed or not with the targets.
    fit = textbook.untrained_fit(network)
    fit.weights[:] = np.vstack([network.factor_weights, network.output_weights])
    slow = state.copy()
    if forced:
        made = []
        for t in range(trial.n_steps):
            one = replace(
                trial, inputs=trial.inputs[t : t + 1], outputs=trial.outputs[t : t + 1],
                factors=trial.factors[t : t + 1],
            )
            made.append(textbook.train_trial(network, one, slow, fit, np.zeros(1, bool))[0])
            slow.feedback = trial.factors[t].copy()
        made = np.array(made)
    else:
        made = textbook.train_trial(network, trial, slow, fit, np.zeros(trial.n_steps, bool))
    assert run.spike_steps.size > 50
    assert np.allclose(run.factors, made[:, :3], atol=1e-8)
    assert np.allclose(run.outputs, made[:, 3:], atol=1e-8)
    for name in ("voltage", "slow_current", "fast_current", "slow_trace", "fast_trace", "feedback"):
        assert np.allclose(getattr(run.state, name), getattr(slow, name), atol=1e-8), name
    assert run.state.inhibition == pytest.approx(slow.inhibition)


def test_a_trial_in_two_halves_is_the_whole_trial(rng):
    network = drawn(rng, slow_gain=0.11, fast_gain=0.13)
    trial = noise_trial(rng)
    halves = [replace(trial, inputs=trial.inputs[a:b], outputs=trial.outputs[a:b], factors=None)
              for a, b in ((0, 170), (170, 400))]
    state = SpikingState.random(network, rng=rng)
    whole = simulate(network, trial, state=state)
    first = simulate(network, halves[0], state=state)
    second = simulate(network, halves[1], state=first.state)
    assert np.array_equal(
        whole.spike_neurons, np.concatenate([first.spike_neurons, second.spike_neurons])
    )
    assert np.allclose(whole.state.slow_trace, second.state.slow_trace)
    assert np.allclose(whole.outputs[170:], second.outputs)


def test_simulating_changes_neither_state_nor_network(rng):
    network = drawn(rng)
    state = SpikingState.random(network, rng=rng)
    before = state.copy()
    simulate(network, noise_trial(rng), state=state)
    assert np.array_equal(state.voltage, before.voltage)
    assert np.array_equal(state.slow_trace, before.slow_trace)


def test_noise_spreads_the_free_voltage_by_what_is_asked(rng):
    network = lone_neurons(np.full(400, -50.0))
    run = simulate(network, constant_input(300), rng=rng, noise=2.0, watch=range(400))
    assert run.voltages[200:].std() == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("name", ["fast_trace", "fast_current", "slow_trace", "slow_current"])
def test_silent_neurons_leave_no_denormal_numbers(rng, name):
    """3,600 silent steps, after which only what was set to zero is zero."""
    network = drawn(rng, slow_gain=0.11, fast_gain=0.13)
    _, slow, fast = network.parameters.decays
    start, decay = (1.0, fast) if name.startswith("fast") else (1e-300, slow)
    assert 0 < start * decay**3600 < np.finfo(float).tiny, "the test reaches denormal numbers"
    state = SpikingState.random(network, rng=rng)
    getattr(state, name)[:] = start
    quiet = replace(network, mean_current=np.full(60, 1e6))
    run = simulate(quiet, noise_trial(rng, 3600), state=state)
    assert run.spike_steps.size == 0
    assert not getattr(run.state, name).any()


def test_weights_are_drawn_as_stated(rng):
    teacher = RateNetwork.draw(RateParameters(n_units=80), n_inputs=2, n_outputs=1, rng=rng)
    factors = principal_components(rng.normal(size=(200, 80)), n_factors=6)
    parameters = SpikingParameters(n_neurons=200, slow_gain=0.11, fast_gain=0.13)
    network = SpikingNetwork.draw(parameters, factors, teacher, rng=rng)
    assert np.allclose(network.encoder.T @ network.encoder, 36 * np.eye(6))
    assert network.slow_weights.std() * np.sqrt(200) == pytest.approx(0.11 / 0.1, rel=0.02)
    assert network.fast_weights.std() * np.sqrt(200) == pytest.approx(0.13 / 0.005, rel=0.02)
    assert network.trained_neurons.size == 80
    assert network.input_weights.shape == (200, 2) and network.n_outputs == 1
    plain = SpikingNetwork.draw(SpikingParameters(n_neurons=200), factors, teacher, rng=rng)
    assert plain.slow_weights is None and plain.fast_weights is None


@pytest.mark.parametrize("gain", [1.5, 9.0])
@pytest.mark.parametrize("n_neurons", [60, 120])
def test_the_gain_of_the_encoder_scales_factors_and_inputs(rng, gain, n_neurons):
    """U has orthonormal columns, or rows where neurons are fewer than units, times the gain."""
    teacher = RateNetwork.draw(RateParameters(n_units=80), n_inputs=1, n_outputs=1, rng=rng)
    factors = principal_components(rng.normal(size=(200, 80)), variance=1.0)
    parameters = SpikingParameters(n_neurons=n_neurons, encoder_gain=gain)
    network = SpikingNetwork.draw(parameters, factors, teacher, rng=rng)
    lengths = np.linalg.svd(network.encoder, compute_uv=False)
    assert np.allclose(lengths, gain)
    # u_in = U ũ_in, and u = U V with V square and orthogonal here.
    spread = network.encoder @ factors.components.T
    assert np.allclose(network.input_weights, spread @ teacher.input_weights)


@pytest.mark.parametrize("gain", [0.0, 0.13])
def test_a_saved_network_gives_the_same_spikes(rng, tmp_path, gain):
    network = drawn(rng, fast_gain=gain)
    network.save(tmp_path / "network.npz")
    loaded = SpikingNetwork.load(tmp_path / "network.npz")
    assert loaded.parameters == network.parameters
    trial, state = noise_trial(rng), SpikingState.random(network, rng=rng)
    first, second = (simulate(n, trial, state=state) for n in (network, loaded))
    assert first.spike_steps.size > 50
    assert np.array_equal(first.spike_steps, second.spike_steps)
    assert np.array_equal(first.spike_neurons, second.spike_neurons)
    assert [p.name for p in tmp_path.iterdir()] == ["network.npz"]


def test_files_that_are_no_saved_network_are_refused(rng, tmp_path):
    path = tmp_path / "file.npz"
    path.write_bytes(b"not a network")
    with pytest.raises(SavedFileError, match="expected a file with a saved"):
        SpikingNetwork.load(path)
    np.savez(path, x=np.zeros(3))
    with pytest.raises(SavedFileError, match="expected a file with a saved"):
        SpikingNetwork.load(path)
    network = drawn(rng)
    network.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SavedFileError):
        SpikingNetwork.load(path)
    write_npz(path, {"format": "spikelib network", "version": 99, "parameters": {}}, {})
    with pytest.raises(SavedFileError, match="version 1 or older, got 99; a newer"):
        SpikingNetwork.load(path)
    write_npz(path, {"format": "something", "version": 1}, {})
    with pytest.raises(SavedFileError, match="got 'something'"):
        SpikingNetwork.load(path)
    write_npz(path, {"format": "spikelib network", "version": 1, "parameters": {"n_neurons": 3}},
              {"encoder": np.zeros((3, 2))})
    with pytest.raises(SavedFileError, match="expected the fields of a network"):
        SpikingNetwork.load(path)
    with pytest.raises(FileNotFoundError):
        SpikingNetwork.load(tmp_path / "missing.npz")
    assert issubclass(SavedFileError, ValueError)


def test_saved_files_hold_no_pickle(rng, tmp_path):
    drawn(rng).save(tmp_path / "network.npz")
    with np.load(tmp_path / "network.npz", allow_pickle=False) as file:
        header = json.loads(str(file["header"]))
        assert header["version"] == 1 and "tau_slow" in header["parameters"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tau_slow": -0.1}, "tau_slow: expected a finite number above 0, got -0.1"),
        ({"n_neurons": 0}, "n_neurons"),
        ({"reset": 1.0}, "reset: expected a voltage below the threshold 0.0, got 1.0"),
        ({"trained_fraction": 1.5}, "trained_fraction: .*at most 1"),
        ({"fast_gain": np.inf}, "fast_gain"),
        ({"dt": "1"}, "dt: expected a finite number above 0, got '1'"),
    ],
)
def test_bad_parameters_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        SpikingParameters(**change)


def test_bad_networks_and_trials_are_named(rng):
    network = drawn(rng)
    for change, message in (
        ({"encoder": np.zeros((3, 60))}, r"encoder: expected shape .*got \(3, 60\)"),
        ({"factor_weights": np.zeros((3, 7))}, r"factor_weights: .*\(3, 48\), got \(3, 7\)"),
        ({"trained_neurons": np.array([1, 1])}, "increasing"),
        ({"trained_neurons": np.array([0.5])}, "whole numbers"),
        ({"slow_weights": np.full((60, 60), np.nan)}, "finite"),
    ):
        with pytest.raises(ValueError, match=message):
            replace(network, **change)
    with pytest.raises(ValueError, match=r"trial: expected .*\(2, 2, 0.001\), got \(1, 1, 0.001\)"):
        simulate(network, constant_input(5), rng=rng)
    trial = noise_trial(rng)
    with pytest.raises(ValueError, match="expected a trial with target factors"):
        simulate(network, replace(trial, factors=None), rng=rng, forced=True)
    with pytest.raises(ValueError, match="expected 3 factors, got 4"):
        simulate(network, noise_trial(rng, n_factors=4), rng=rng)
    with pytest.raises(ValueError, match="watch: expected neurons from 0 to 59"):
        simulate(network, trial, rng=rng, watch=[60])
    with pytest.raises(TypeError, match="rng"):
        simulate(network, trial)
    with pytest.raises(ValueError, match="at least one trial"):
        evaluate(network, [], rng=rng)


def test_mismatched_teacher_is_named(rng):
    teacher = RateNetwork.draw(RateParameters(n_units=20), n_inputs=1, n_outputs=1, rng=rng)
    factors = principal_components(rng.normal(size=(50, 30)), n_factors=2)
    with pytest.raises(ValueError, match="teacher's 20 units, got 30"):
        SpikingNetwork.draw(SpikingParameters(n_neurons=50), factors, teacher, rng=rng)
    factors = principal_components(rng.normal(size=(50, 20)), n_factors=2)
    with pytest.raises(ValueError, match="teacher's dt of 0.001 s, got 0.002 s"):
        SpikingNetwork.draw(SpikingParameters(n_neurons=50, dt=0.002), factors, teacher, rng=rng)
