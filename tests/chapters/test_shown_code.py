"""Code shown in a chapter for a step of the method is the method of the library.

A cell that shows a step carries a tag ``shown-<name>`` and defines a function of that
name. Here it is taken out of the notebook, run, and compared with `spikelib`. A new
one needs a line in ``SHOWN`` (`shown_code.py`) and a test.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib.metrics import nmse
from spikelib.training import textbook
from tests.chapters.shown_code import SHOWN, shown, tagged_cells
from tools.book_layout import chapters


def test_every_tagged_cell_is_in_the_table():
    found = {name: path.stem for path in chapters() for name in tagged_cells(path.stem)}
    assert found == SHOWN


# Chapter 1


def spiking_population(rng, n_neurons=40):
    """Neurons that share nothing: currents come in as input, nothing is fed back."""
    parameters = spikelib.SpikingParameters(n_neurons=n_neurons, trained_fraction=1, inhibition=0)
    network = spikelib.SpikingNetwork.from_encoder(
        parameters, encoder=np.zeros((n_neurons, 1)), input_weights=np.eye(n_neurons),
        n_outputs=1, rng=rng,
    )
    currents = rng.uniform(-5, 25, n_neurons) + 3 * rng.standard_normal((500, n_neurons))
    trial = spikelib.Trial(inputs=currents, outputs=np.zeros((500, 1)), dt=parameters.dt)
    return network, trial


def test_lif_and_trace_steps_give_the_spikes_and_traces_of_simulate():
    rng = np.random.default_rng(0)
    network, trial = spiking_population(rng)
    state = spikelib.SpikingState.random(network, rng=rng)
    run = spikelib.simulate(network, trial, state=state, watch=range(40))
    steps = shown("lif_step", "trace_step")
    decay_m, decay_s, decay_f = network.parameters.decays
    voltage, slow, fast = state.voltage, np.zeros(40), np.zeros(40)
    spikes, voltages = np.empty((500, 40)), np.empty((500, 40))
    for t, current in enumerate(trial.inputs):
        voltage, spikes[t] = steps["lif_step"](voltage, current, decay_m)
        slow = steps["trace_step"](slow, spikes[t], decay_s)
        fast = steps["trace_step"](fast, spikes[t], decay_f)
        voltages[t] = voltage
    assert np.array_equal(spikes, run.spikes)
    assert spikes.sum() > 100
    np.testing.assert_allclose(voltages, run.voltages, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(slow, run.state.slow_trace, rtol=1e-10)
    np.testing.assert_allclose(fast, run.state.fast_trace, rtol=1e-10)


def test_lif_step_is_the_textbook_step():
    rng = np.random.default_rng(1)
    voltage, current = rng.uniform(-10, 0, 100), rng.uniform(-20, 40, 100)
    ours = shown("lif_step")["lif_step"](voltage, current, 0.9)
    theirs = textbook.lif_step(voltage, current, decay=0.9)
    assert all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


# Chapter 2


@pytest.fixture
def rate_network():
    """A small rate network, and a short trial of osc4."""
    rng = np.random.default_rng(2)
    network = spikelib.RateNetwork.draw(
        spikelib.RateParameters(n_units=60), n_inputs=1, n_outputs=1, rng=rng
    )
    trial = spikelib.osc4().draw(rng)
    short = spikelib.Trial(inputs=trial.inputs[:300], outputs=trial.outputs[:300], dt=trial.dt)
    return network, short, np.exp(-0.001 / 0.01)


def test_rate_step_is_that_of_a_running_network(rate_network):
    network, trial, decay = rate_network
    # A readout of the identity shows the rates of all units.
    watched = replace(network, output_weights=np.zeros((60, 60)), readout=np.eye(60))
    trial = replace(trial, outputs=np.zeros((300, 60)))
    x = network.random_state(np.random.default_rng(3))
    rates, last = spikelib.run_rate(watched, trial, state=x)
    step = shown("rate_step")["rate_step"]
    for t, f_in in enumerate(trial.inputs):
        np.testing.assert_allclose(np.tanh(x), rates[t], rtol=1e-9, atol=1e-12)
        x_inf = network.recurrent_weights @ np.tanh(x) + network.input_weights @ f_in
        x = step(x, x_inf, decay)
    np.testing.assert_allclose(x, last, rtol=1e-9, atol=1e-12)


def test_drive_step_gives_the_currents_of_drive(rate_network):
    network, trial, decay = rate_network
    target, = spikelib.drive(network, [trial], rng=np.random.default_rng(4), n_settle=0)
    x = network.random_state(np.random.default_rng(4))
    step = shown("drive_step", parameters=network.parameters)["drive_step"]
    currents = []
    for f_in, f_out in zip(trial.inputs, trial.outputs, strict=True):
        x, f_J = step(network, x, f_in, f_out)
        currents.append(f_J)
    np.testing.assert_allclose(currents, target, rtol=1e-9, atol=1e-11)


def test_rls_update_is_that_of_the_library():
    rng = np.random.default_rng(5)
    update = shown("rls_update")["rls_update"]
    fit = spikelib.RecursiveLeastSquares(20, 3, prior=0.7)
    P, W = 0.7 * np.eye(20), np.zeros((3, 20))
    for _ in range(500):
        s, y = rng.standard_normal(20), rng.standard_normal(3)
        P, W = update(P, W, s, y)
        fit.update(s, y)
    np.testing.assert_allclose(W, fit.weights, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(P, fit.P, rtol=1e-9, atol=1e-12)


def test_force_step_trains_as_train_force_does(rate_network):
    network, trial, decay = rate_network
    library = spikelib.train_force(network, [trial] * 2, rng=np.random.default_rng(6))
    rng = np.random.default_rng(6)
    step = shown("rls_update", "force_step", decay=decay)["force_step"]
    x, P, w = network.random_state(rng), np.eye(60), np.zeros((1, 60))
    for k in range(2):
        learn, made = rng.random(300) < 0.5, np.empty((300, 1))
        for t, (f_in, f_out) in enumerate(zip(trial.inputs, trial.outputs, strict=True)):
            x, P, w, made[t] = step(network, x, P, w, f_in, f_out, learn[t])
        assert nmse(made, trial.outputs) == pytest.approx(library.log.output_nmse[k], rel=1e-6)
    np.testing.assert_allclose(w, library.network.readout, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(x, library.state, rtol=1e-6, atol=1e-8)


def test_full_force_step_trains_as_train_full_force_does(rate_network):
    network, trial, decay = rate_network
    library = spikelib.train_full_force(network, [trial] * 2, rng=np.random.default_rng(7))
    rng = np.random.default_rng(7)
    space = shown(
        "drive_step", "rls_update", "full_force_step", decay=decay, parameters=network.parameters
    )
    step = space["full_force_step"]
    teacher, x = network.random_state(rng), network.random_state(rng)
    P, W = np.eye(60), np.vstack([network.recurrent_weights, np.zeros((1, 60))])
    for k in range(2):
        learn, made = rng.random(300) < 0.5, np.empty((300, 1))
        for t, (f_in, f_out) in enumerate(zip(trial.inputs, trial.outputs, strict=True)):
            x, teacher, P, W, made[t] = step(network, x, teacher, P, W, f_in, f_out, learn[t])
        assert nmse(made, trial.outputs) == pytest.approx(library.log.output_nmse[k], rel=1e-6)
    np.testing.assert_allclose(W[:-1], library.network.recurrent_weights, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(W[-1:], library.network.readout, rtol=1e-6, atol=1e-8)


# Chapters 3 and 4


def test_components_and_project_are_those_of_principal_components():
    rng = np.random.default_rng(8)
    currents = [rng.normal(size=(50, 3)) @ rng.normal(size=(3, 12)) for _ in range(4)]
    V, eigenvalues = shown("components")["components"](currents, 5)
    factors = spikelib.principal_components(currents, n_factors=5)
    np.testing.assert_allclose(eigenvalues, factors.variances, atol=1e-9 * eigenvalues[0])
    np.testing.assert_allclose(V @ V.T, factors.components @ factors.components.T, atol=1e-6)
    signs = np.sign(np.sum(V * factors.components, axis=0))
    y = shown("project")["project"](currents[0], V * signs)
    scale = np.abs(y).max()
    np.testing.assert_allclose(y[:, :5], factors.project(currents[0]), atol=1e-6 * scale)


def test_encoder_is_that_of_the_library():
    V = np.linalg.qr(np.random.default_rng(9).normal(size=(20, 4)))[0]
    ours = shown("encoder")["encoder"](50, V, gain=6.0, rng=np.random.default_rng(10))
    U = spikelib.draw_encoder(50, 20, gain=6.0, rng=np.random.default_rng(10))
    np.testing.assert_allclose(ours, U @ V, atol=1e-12)


