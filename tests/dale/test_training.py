"""Training under Dale's law."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import (
    DaleRecipe,
    Goal,
    InfeasibleError,
    RateParameters,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    fit_dale,
    osc4,
    simulate,
    train_dale,
)
from spikelib._kernels.dale import (
    Activity,
    Leash,
    Membrane,
    Synapses,
    descend,
    run_on_leash,
)

SMALL = SpikingParameters(n_neurons=60, encoder_gain=9.0)


def small_problem(seed=0, n=60, n_factors=3):
    """An untrained network and one trial, with slow sines as target factors."""
    rng = np.random.default_rng(seed)
    times = np.arange(400) * 1e-3
    factors = np.sin(2 * np.pi * np.outer(times, [2.5, 5, 7.5]))[:, :n_factors]
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=n), encoder=5 * rng.normal(size=(n, n_factors)),
        input_weights=np.zeros((n, 1)), n_outputs=1, rng=rng,
    )
    network = replace(network, mean_current=np.full(n, 1.0))
    return network, Trial(
        inputs=np.zeros((400, 1)), outputs=factors[:, :1], dt=1e-3, factors=factors
    )


@pytest.fixture(scope="module")
def trained():
    """One network on osc4, N = 300, and how it was made."""
    return fit_dale(
        osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=200),
        spiking=SpikingParameters(n_neurons=300, encoder_gain=7.0),
        dale=DaleRecipe(n_training_trials=150), progress=False, goal=Goal(nmse=1.0),
    )


def test_every_weight_keeps_its_sign_and_its_place(trained):
    dale = trained.dale
    network = dale.network
    assert dale.sign_violations == 0
    assert np.count_nonzero(dale.signs > 0) == 240
    for weights in (network.slow_weights, network.fast_weights):
        assert not weights[~dale.connected].any()
        assert not weights.diagonal().any()
        assert (weights[:, dale.signs > 0] >= 0).all()
        assert (weights[:, dale.signs < 0] <= 0).all()
        assert (weights != 0).any()
    assert network.parameters.inhibition == 0 and not network.encoder.any()
    assert 0 < dale.silent_fraction < 1
    broken = replace(dale, network=replace(network, slow_weights=-network.slow_weights))
    assert broken.sign_violations > 0


def test_the_log_has_one_entry_a_trial_and_the_error_falls(trained):
    log = trained.log
    assert all(len(getattr(log, name)) == 150 for name in ("slack", "mean_rate", "seconds"))
    assert log.slack[0] == 0  # held on the target currents
    assert np.median(log.slack[-20:]) > 0.8
    assert log.current_error[0] > 1 > np.median(log.current_error[-20:])


def test_a_saved_network_gives_the_same_spikes(trained, tmp_path):
    network = trained.network
    network.save(tmp_path / "dale.npz")
    again = SpikingNetwork.load(tmp_path / "dale.npz")
    trial = trained.trials(1, rng=np.random.default_rng(0))[0]
    state = SpikingState.random(network, rng=np.random.default_rng(1))
    one, other = (simulate(net, trial, state=state.copy(), rng=np.random.default_rng(2))
                  for net in (network, again))
    assert np.array_equal(one.spike_neurons, other.spike_neurons)
    assert one.spike_neurons.size > 50


def test_signs_and_connections_can_be_given():
    network, trial = small_problem()
    rng = np.random.default_rng(0)
    signs = np.where(np.arange(60) < 40, 1, -1)
    connected = rng.random((60, 60)) < 0.6
    np.fill_diagonal(connected, False)
    recipe = DaleRecipe(n_training_trials=4, max_residual=2.0)
    trained = train_dale(
        network, [trial], rng=rng, recipe=recipe, signs=signs, connected=connected
    )
    dale = trained.dale
    assert np.array_equal(dale.signs, signs) and np.array_equal(dale.connected, connected)
    assert dale.sign_violations == 0


def test_training_repeats_with_the_same_generator():
    network, trial = small_problem()
    recipe = DaleRecipe(n_training_trials=4, max_residual=2.0)
    one, other = (
        train_dale(network, [trial], rng=np.random.default_rng(5), recipe=recipe).dale
        for _ in range(2)
    )
    assert np.array_equal(one.network.slow_weights, other.network.slow_weights)


def test_forced_trials_give_the_target_currents():
    """At ε = 0 the spikes are those of neurons with the target currents as input."""
    network, trial = small_problem()
    n = 60
    target = trial.factors @ network.encoder.T - network.mean_current
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(2, n, n)).astype(np.float32)
    decays = np.array(network.parameters.decays)
    start = rng.uniform(-10, 0, n)
    voltage, counts = start.copy(), 0
    for t in range(trial.n_steps):
        voltage = target[t] + (voltage - target[t]) * decays[0]
        counts += np.count_nonzero(voltage >= 0)
        voltage[voltage >= 0] = -10
    zeros = [np.zeros(n) for _ in range(4)]
    ended = start.copy()
    total, free = run_on_leash(
        Membrane(*decays, 0.0, -10.0), Synapses(weights[0], weights[1], np.zeros(n)),
        Leash(target, np.zeros_like(target), 1.0, 0.0), Activity(ended, *zeros),
        5, np.empty((80, 2 * n)), np.empty((80, n)),
    )
    assert (total, free) == (counts, 0)
    assert np.allclose(ended, voltage)


def test_on_an_endless_leash_it_is_the_frozen_network():
    """Currents are those of the weights alone: the spikes are those of `simulate`, one by one."""
    network, trial = small_problem()
    recipe = DaleRecipe(n_training_trials=6, max_residual=2.0)
    dale = train_dale(network, [trial], rng=np.random.default_rng(1), recipe=recipe).dale
    frozen, n = dale.network, 60
    state = SpikingState.random(frozen, rng=np.random.default_rng(2))
    run = simulate(frozen, trial, state=state.copy(), rng=np.random.default_rng(3))
    target = trial.factors @ network.encoder.T - network.mean_current
    zeros = [np.zeros(n) for _ in range(4)]
    traces = np.empty((trial.n_steps, 2 * n))
    total, free = run_on_leash(
        Membrane(*frozen.parameters.decays, 0.0, -10.0),
        Synapses(
            np.ascontiguousarray(frozen.slow_weights.T),
            np.ascontiguousarray(frozen.fast_weights.T), -frozen.mean_current,
        ),
        Leash(target, np.zeros_like(target), 1.0, np.inf),
        Activity(state.voltage.copy(), *zeros), 1, traces, np.empty((trial.n_steps, n)),
    )
    assert free == trial.n_steps
    # A slow trace rises where its neuron spikes. Rounding differs, and after a while spikes too.
    spikes = np.diff(traces[:, :n], axis=0, prepend=0) > 0
    assert spikes[:150].sum() > 50
    assert np.array_equal(spikes[:150], run.spikes[:150] > 0)
    assert total == np.count_nonzero(spikes)


@pytest.mark.parametrize("with_fast", [True, False])
def test_samples_are_those_of_every_stride_th_step(with_fast):
    """A trial of 19 steps, a sample every 5: three of them, four steps left over."""
    n, rng = 7, np.random.default_rng(4)
    decays = np.array([0.9, 0.99, 0.8])
    none = np.zeros((n, n)), np.zeros((n if with_fast else 0, n if with_fast else 0))
    slow, fast = rng.random((2, n))
    expected = np.stack([slow * 0.99**t for t in (5, 10, 15)])
    if with_fast:
        expected = np.hstack([expected, np.stack([fast * 0.8**t for t in (5, 10, 15)])])
    samples, own = np.full_like(expected, np.nan), np.full((3, n), np.nan)
    zeros = np.zeros((19, n))
    run_on_leash(
        Membrane(*decays, 0.0, -10.0), Synapses(*none, np.arange(7.0)),
        Leash(zeros, zeros - 5, 1.0, 0.0),
        Activity(np.full(n, -5.0), np.zeros(n), np.zeros(n), slow, fast), 5, samples, own,
    )
    assert np.allclose(samples, expected)
    assert np.array_equal(own, np.tile(np.arange(7.0), (3, 1)))


def test_a_trial_shorter_than_the_time_between_samples_is_refused():
    network, trial = small_problem()
    recipe = DaleRecipe(n_training_trials=5, sample_every=0.5)
    with pytest.raises(ValueError, match="sample_every: expected at most the shortest trial, 0.4"):
        train_dale(network, [trial], rng=np.random.default_rng(1), recipe=recipe)


def test_the_readout_is_the_ridge_solution():
    network, trial = small_problem()
    recipe = DaleRecipe(n_training_trials=5, max_residual=2.0)
    dale = train_dale(network, [trial], rng=np.random.default_rng(1), recipe=recipe).dale
    assert dale.network.output_weights.shape == (1, 120)
    assert dale.network.factor_weights.shape == (3, 120)
    # The first factor is the output: one regression, twice.
    assert np.allclose(dale.network.output_weights[0], dale.network.factor_weights[0])


def test_compiled_and_plain_python_agree():
    rng = np.random.default_rng(0)
    data = rng.normal(size=(30, 6))
    gram, cross = data.T @ data, rng.normal(size=(6, 4))
    arguments = (np.array([1.0, 1, -1, 1, -1, 1]), rng.random((6, 4)) < 0.8, 0.1)
    results = []
    for function in (descend, descend.py_func):
        weights, gradient = np.zeros((6, 4)), -cross.copy()
        function(gram, gradient, weights, *arguments)
        results.append(weights)
    assert np.allclose(*results)


def test_excitation_alone_is_refused_where_a_target_needs_inhibition():
    with pytest.raises(InfeasibleError, match="there are 0 inhibitory neurons"):
        fit_dale(
            osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=100),
            spiking=SMALL, dale=DaleRecipe(n_training_trials=5, excitatory_fraction=1.0),
        )


def test_currents_that_no_such_weights_make_are_refused():
    """One inhibitory neuron, two inputs a neuron: noise in the place of a target."""
    network, trial = small_problem()
    noise = replace(trial, factors=np.random.default_rng(0).normal(size=(400, 3)))
    with pytest.raises(InfeasibleError, match="variance of the median neuron's current out of"):
        train_dale(network, [noise], rng=np.random.default_rng(0),
                   recipe=DaleRecipe(n_training_trials=5))


def test_too_few_connections_are_refused():
    with pytest.raises(InfeasibleError, match="without any at probability 0.01"):
        fit_dale(
            osc4(), rng=np.random.default_rng(0), rate=RateParameters(n_units=100),
            spiking=SMALL, dale=DaleRecipe(n_training_trials=5, connection_probability=0.01),
        )


def test_bad_input_is_named():
    network, trial = small_problem()
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="expected at least one trial"):
        train_dale(network, [], rng=rng)
    with pytest.raises(ValueError, match="factors"):
        train_dale(network, [replace(trial, factors=None)], rng=rng)
    with pytest.raises(ValueError, match="no fixed random synapses"):
        train_dale(replace(network, slow_weights=np.zeros((60, 60))), [trial], rng=rng)
    with pytest.raises(ValueError, match="only \\+1 and -1"):
        train_dale(network, [trial], rng=rng, signs=np.zeros(60))
    with pytest.raises(ValueError, match="connected: expected booleans"):
        train_dale(network, [trial], rng=rng, connected=np.ones((60, 60)))
    with pytest.raises(ValueError, match="change in time"):
        train_dale(network, [replace(trial, factors=np.ones((400, 3)))], rng=rng)
    with pytest.raises(TypeError, match="rng"):
        train_dale(network, [trial], rng=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"excitatory_fraction": 1.2}, "excitatory_fraction"),
        ({"connection_probability": 0}, "connection_probability"),
        ({"n_forced_trials": 400}, "n_forced_trials: expected at most"),
        ({"leash": 0.3}, "leash: expected a pair"),
        ({"leash": (0.1, -1.0)}, "leash\\[1\\]"),
        ({"growth": 0}, "growth"),
        ({"memory": -1}, "memory"),
        ({"ridge": -1}, "ridge"),
        ({"constant_current": np.inf}, "constant_current"),
    ],
)
def test_a_recipe_is_checked(change, message):
    with pytest.raises(ValueError, match=message):
        DaleRecipe(**change)


def test_the_leash_grows_from_its_start_to_its_end():
    recipe = DaleRecipe(n_training_trials=100, n_forced_trials=2, leash=(0.2, 1.2), growth=0.5)
    assert recipe.leash_at(0) == recipe.leash_at(1) == 0
    lengths = [recipe.leash_at(k) for k in range(2, 100)]
    assert np.all(np.diff(lengths) >= 0)
    assert lengths[0] < 0.25 and lengths[48] == lengths[-1] == pytest.approx(1.2)
