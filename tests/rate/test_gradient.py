"""Backpropagation through time against finite differences; training; steps coarse and fine."""

from dataclasses import replace

import numpy as np
import pytest

from spikelib import DivergedError, RateNetwork, RateParameters, Trial, osc4
from spikelib.metrics import nmse
from spikelib.rate import GradientRecipe, loss_and_gradients, run_rate, train_gradient
from spikelib.tasks import contextual_integration


def problem(seed=0, n=7, n_in=2, n_out=3, n_steps=9, batch=4):
    rng = np.random.default_rng(seed)
    weights = [
        rng.standard_normal((n, n)), rng.standard_normal((n, n_in)),
        rng.standard_normal((n_out, n)),
    ]
    inputs = rng.standard_normal((n_steps, batch, n_in))
    targets = rng.standard_normal((n_steps, batch, n_out))
    return weights, inputs, targets, rng.standard_normal((batch, n))


@pytest.mark.parametrize("which", [0, 1, 2], ids=["recurrent", "input", "readout"])
def test_gradients_are_those_of_finite_differences(which):
    weights, inputs, targets, state = problem()

    def loss(w):
        return loss_and_gradients(w, inputs, targets, state, decay=0.8)[0]

    _, gradients = loss_and_gradients(weights, inputs, targets, state, decay=0.8)
    numeric, step = np.zeros_like(weights[which]), 1e-6
    for index in np.ndindex(numeric.shape):
        values = []
        for sign in (1, -1):
            moved = [w.copy() for w in weights]
            moved[which][index] += sign * step
            values.append(loss(moved))
        numeric[index] = (values[0] - values[1]) / (2 * step)
    assert np.allclose(gradients[which], numeric, rtol=1e-5, atol=1e-8)


def test_the_forward_pass_is_that_of_run():
    """The loss is that of the network of `spikelib.rate.force.run_rate`, its output fed nowhere."""
    weights, inputs, targets, state = problem(batch=1)
    parameters = RateParameters(n_units=7, dt=0.002, tau=0.01)
    network = RateNetwork(
        parameters=parameters, recurrent_weights=weights[0], input_weights=weights[1],
        output_weights=np.zeros((7, 3)), readout=weights[2],
    )
    # One step more: `run` reads out before a step, the loss after it.
    longer = np.concatenate([inputs[:, 0], np.zeros((1, 2))])
    trial = Trial(inputs=longer, outputs=np.zeros((len(longer), 3)), dt=0.002)
    outputs, _ = run_rate(network, trial, state=state[0])
    loss, _ = loss_and_gradients(weights, inputs, targets, state, decay=np.exp(-0.2))
    assert np.isclose(loss, np.mean((outputs[1:] - targets[:, 0]) ** 2))


def small(rng, dt=0.01, **options):
    parameters = RateParameters(n_units=50, dt=dt, tau=0.05, gain=1.0)
    return RateNetwork.draw(parameters, rng=rng, **options)


def test_training_learns_and_a_finer_step_runs_the_same_network():
    rng = np.random.default_rng(0)
    network = small(rng, n_inputs=4, n_outputs=1)
    recipe = GradientRecipe(n_batches=100, batch_size=16, duration=1.4, learning_rate=0.01)
    trained = train_gradient(
        network, contextual_integration(dt=0.01), rng=rng, recipe=recipe, progress=False
    )
    assert np.mean(trained.log.loss[-10:]) < 0.6 * np.mean(trained.log.loss[:3])
    assert not trained.network.output_weights.any()
    outputs = {}
    for dt in (0.001, 0.01):
        at_dt = replace(trained.network, parameters=replace(trained.network.parameters, dt=dt))
        (trial,) = contextual_integration(dt=dt, noise=0.0).trials(1, rng=np.random.default_rng(3))
        outputs[dt] = run_rate(at_dt, trial, state=np.zeros(50))[0]
    late = slice(-100, None)
    assert nmse(outputs[0.001][9::10][late], outputs[0.01][late]) < 0.05


def test_training_goes_on_from_the_readout_there_is():
    """Its first loss is that of the network as it came."""
    rng = np.random.default_rng(0)
    network = small(rng, n_inputs=1, n_outputs=1)
    recipe = GradientRecipe(n_batches=40, batch_size=8, duration=1.4, learning_rate=0.01)
    first = train_gradient(network, osc4(dt=0.01), rng=rng, recipe=recipe)
    again = train_gradient(first.network, osc4(dt=0.01), rng=rng, recipe=recipe)
    assert again.log.loss[0] < 0.6 * first.log.loss[0]


def test_the_same_generator_gives_the_same_network():
    def losses():
        rng = np.random.default_rng(0)
        network = small(rng, n_inputs=1, n_outputs=1)
        recipe = GradientRecipe(n_batches=3, batch_size=2, duration=0.5)
        return train_gradient(network, osc4(dt=0.01), rng=rng, recipe=recipe).log.loss

    assert np.array_equal(losses(), losses())


def test_wrong_arguments_are_refused():
    rng = np.random.default_rng(0)
    network = small(rng, n_inputs=1, n_outputs=1)
    with pytest.raises(ValueError, match="expected .n_inputs, n_outputs, dt"):
        train_gradient(network, osc4(), rng=rng)
    with pytest.raises(ValueError, match="learning_rate"):
        GradientRecipe(learning_rate=0.0)
    with pytest.raises(TypeError, match="rng"):
        train_gradient(network, osc4(dt=0.01), rng=0)


def test_a_loss_that_is_not_finite_is_an_error():
    rng = np.random.default_rng(0)
    network = small(rng, n_inputs=1, n_outputs=1)
    wild = GradientRecipe(n_batches=50, duration=0.5, batch_size=2, learning_rate=1e37)
    with np.errstate(all="ignore"), pytest.raises(DivergedError, match="loss is"):
        train_gradient(network, osc4(dt=0.01), rng=rng, recipe=wild)
