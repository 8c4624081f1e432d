"""A target current for each neuron: it is learned, and it can be resumed."""

import signal

import numpy as np
import pytest

from spikelib import SpikingParameters, Trial
from spikelib._kernels import sparse as kernel
from spikelib.spiking import SparseNetwork, SparseRunner, current_correlation
from spikelib.training import EachRecipe, train_each

N, K, PULSE, STEPS = 120, 20, 100, 400


def sinusoids(n_neurons=N):
    """A pulse, then each neuron's own phase."""
    rng = np.random.default_rng(0)
    outputs, inputs = np.zeros((PULSE + STEPS, n_neurons)), np.zeros((PULSE + STEPS, 1))
    phases = rng.uniform(0, 2 * np.pi, n_neurons)
    outputs[PULSE:] = 8 * np.sin(2 * np.pi * np.arange(STEPS)[:, None] / STEPS - phases)
    inputs[:PULSE] = 1
    counted = np.arange(PULSE + STEPS) >= PULSE
    return Trial(inputs=inputs, outputs=outputs, dt=0.001, counted=counted)


def network(n_neurons=N, seed=1):
    rng = np.random.default_rng(seed)
    return SparseNetwork.draw(
        SpikingParameters(n_neurons=n_neurons), n_presynaptic=K, rng=rng,
        input_weights=rng.normal(scale=8, size=(n_neurons, 1)),
    )


def trained(n_trials=8, **options):
    return train_each(network(), [sinusoids()] * n_trials, rng=np.random.default_rng(2),
                      progress=False, **options)


def test_every_neuron_learns_its_own_current():
    trial, result = sinusoids(), trained()
    assert result.network.weights.any(axis=1).all()
    runner, rng = SparseRunner(result.network), np.random.default_rng(3)
    for _ in range(3):
        runner.restart(rng=rng)
        frozen = current_correlation(runner.run(trial), trial)
        assert frozen.mean() > 0.94 and frozen.min() > 0.5
    # Weights of others do not do it.
    order = np.random.default_rng(0).permutation(N)
    shuffled = SparseRunner(SparseNetwork(
        parameters=result.network.parameters, presynaptic=result.network.presynaptic,
        weights=result.network.weights[order], input_weights=result.network.input_weights))
    shuffled.restart(rng=rng)
    assert current_correlation(shuffled.run(trial), trial).mean() < 0.5


def test_carried_currents_are_weights_times_traces():
    result = trained(2)
    runner = SparseRunner(result.network)
    runner.restart(rng=np.random.default_rng(0))
    currents = runner.run(sinusoids(), rng=np.random.default_rng(1), noise=2.0)
    s = runner.state.trace[result.network.presynaptic]
    assert runner.state.counts.sum() > 100
    assert np.allclose(currents[-1], (result.network.weights * s).sum(axis=1), rtol=1e-9)


def test_the_loop_is_the_one_in_python():
    """The compiled step against the same code in Python, with all that a step can be given."""
    trial, rng = sinusoids(), np.random.default_rng(0)
    runners = [SparseRunner(trained(1).network) for _ in range(2)]
    jitter = rng.normal(size=(60, N))
    outcomes = []
    for runner, function in zip(runners, (kernel.advance, kernel.advance.py_func), strict=True):
        runner.restart(rng=np.random.default_rng(4))
        currents = np.empty((60, N))
        spikes = function(runner._neurons, runner._links, runner.weights, runner.state,
                          trial.inputs[80:140], trial.outputs[80:140], jitter, currents)
        outcomes.append((spikes, currents, *(x.copy() for x in runner.state)))
    assert outcomes[0][0] > 0
    for one, other in zip(*outcomes, strict=True):
        assert np.allclose(one, other, rtol=1e-12, atol=1e-12)


def test_training_can_be_interrupted(tmp_path):
    path = tmp_path / "half"
    recipe = EachRecipe(restart_every=4, n_settle=1, noise=1.0)
    whole = trained(6, recipe=recipe)

    def interrupt(done):
        if done == 3:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        trained(6, recipe=recipe, checkpoint=path, stop=interrupt)
    assert path.exists()
    resumed = trained(6, recipe=recipe, checkpoint=path)
    assert np.array_equal(resumed.network.weights, whole.network.weights)
    assert np.array_equal(resumed.log.correlation, whole.log.correlation)


def test_results_can_be_kept(tmp_path):
    result = trained(1)
    result.save(tmp_path / "result.npz")
    again = type(result).load(tmp_path / "result.npz")
    assert np.array_equal(again.network.weights, result.network.weights)
    assert again.network.parameters == result.network.parameters


def test_trials_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"trials\[0\]: expected outputs that are the target cur"):
        train_each(network(60), [sinusoids()], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="presynaptic: expected 120 rows"):
        SparseNetwork(parameters=SpikingParameters(n_neurons=N), presynaptic=[[0], [1]],
                      weights=[[0.0], [0.0]], input_weights=np.ones((N, 1)))


def test_a_flat_current_has_no_correlation():
    trial = Trial(inputs=np.zeros((9, 1)), outputs=np.ones((9, 2)), dt=0.001)
    assert current_correlation(np.ones((9, 2)), trial).tolist() == [0, 0]
