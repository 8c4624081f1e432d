"""Time courses and inputs: against signals whose answer is known."""

import numpy as np
import pytest

import spikelib
from spikelib import metrics
from spikelib.spiking import SpikingParameters, analysis


@pytest.fixture(scope="module")
def fitted():
    """A small network with every kind of synapse, barely trained."""
    return spikelib.fit(
        spikelib.osc4(), rng=np.random.default_rng(0), rate=spikelib.RateParameters(n_units=80),
        spiking=SpikingParameters(n_neurons=60, slow_gain=0.11, fast_gain=0.13),
        recipe=spikelib.Recipe(variance=None, n_factors=5, n_settle=5, n_factor_trials=3,
                               n_mean_trials=3, n_training_trials=5),
    )


@pytest.fixture(scope="module")
def trials(fitted):
    return fitted.trials(4, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def runs(fitted, trials):
    return analysis.run_trials(fitted.network, trials, rng=np.random.default_rng(2), n_settle=2)


def test_temporal_components_are_those_that_the_signals_were_made_of():
    rng = np.random.default_rng(0)
    courses = np.linalg.qr(rng.standard_normal((200, 3)))[0]
    courses -= courses.mean(axis=0)
    courses = np.linalg.qr(courses)[0]
    weights = np.linalg.qr(rng.standard_normal((50, 3)))[0] * [3.0, 2.0, 1.0]
    found = analysis.temporal_components(courses @ weights.T + rng.random(50), n_components=3)
    assert np.allclose(found.variances[:3], np.array([9, 4, 1]) / 14)
    assert np.allclose(np.abs(found.components.T @ courses), np.eye(3), atol=1e-9)
    assert metrics.principal_angles(found.components, courses).max() < 1e-5
    assert found.explained[2] == pytest.approx(1)


def test_temporal_components_do_not_depend_on_who_carries_them():
    rng = np.random.default_rng(1)
    signals = rng.standard_normal((100, 6)) @ rng.standard_normal((6, 30))
    turned = signals @ np.linalg.qr(rng.standard_normal((30, 30)))[0]
    first, second = (analysis.temporal_components(x, n_components=4) for x in (signals, turned))
    assert np.allclose(first.variances, second.variances)
    assert metrics.principal_angles(first.components, second.components).max() < 1e-5


def test_signals_that_stand_still_are_refused():
    with pytest.raises(ValueError, match="only constant ones"):
        analysis.temporal_components(np.ones((10, 3)), n_components=1)
    with pytest.raises(ValueError, match="n_components"):
        analysis.temporal_components(np.eye(4), n_components=5)


def test_teacher_rates_make_the_teachers_currents(fitted):
    """f_J(t) = J tanh(x(t-1)) + u_out f_out(t), and the rates are the tanh(x)."""
    trials = fitted.task.trials(3, rng=np.random.default_rng(0))
    rng = np.random.default_rng(5)
    rates = analysis.teacher_rates(fitted.teacher, trials, rng=rng, n_settle=5)
    currents = spikelib.drive(
        fitted.teacher, [trials[-1], *trials], rng=np.random.default_rng(5), n_settle=5
    )[1:]
    net = fitted.teacher
    for r, f_J, trial in zip(rates, currents, trials, strict=True):
        made = r[:-1] @ net.recurrent_weights.T + trial.outputs[1:] @ net.output_weights.T
        assert np.allclose(made, f_J[1:], atol=1e-6)


def test_run_trials_is_evaluate_with_everything_kept(fitted, trials, runs):
    result = spikelib.evaluate(fitted.network, trials, rng=np.random.default_rng(2), n_settle=2)
    errors = [metrics.nmse(r.outputs, t.outputs) for r, t in zip(runs, trials, strict=True)]
    assert np.allclose(errors, result.output_nmse)
    spikes = analysis.stack_spikes(runs, [3, 1])
    assert spikes.shape == (4, 1000, 2)
    assert np.array_equal(spikes[2, :, 1], runs[2].spikes[:, 1])
    with pytest.raises(ValueError, match="non-empty sequence of Simulation"):
        analysis.stack_spikes([])


def test_the_two_parts_of_the_input_drive_the_neuron(fitted, trials, runs):
    """Integrating factor + non-factor gives the voltage that the network had."""
    neurons = [0, 7, 30]
    state = runs[0].state
    run = spikelib.simulate(fitted.network, trials[1], state=state, watch=neurons)
    parts = analysis.split_input(fitted.network, runs[:2], trials[:2], neurons)
    current = (parts.factor + parts.non_factor)[0]
    p = fitted.network.parameters
    voltage = state.voltage[neurons].copy()
    # What was left in the synapses at the start of the first trial is not known, but it
    # has decayed by exp(-10) before the second.
    for t in range(trials[1].n_steps):
        voltage = current[t] + (voltage - current[t]) * p.decays[0]
        voltage[voltage >= p.threshold] = p.reset
        assert np.allclose(voltage, run.voltages[t], atol=0.02), t
        voltage = run.voltages[t].copy()


def test_the_non_factor_part_has_nothing_of_the_factors(fitted, trials, runs):
    parts = analysis.split_input(fitted.network, runs, trials)
    assert parts.factor.shape == parts.non_factor.shape == (3, 1000, 60)
    factors = np.concatenate([run.factors for run in runs])[999:-1]
    rest = parts.non_factor.reshape(-1, 60)
    assert np.abs(rest.mean(axis=0)).max() < 1e-8
    scale = np.linalg.norm(factors, axis=0)[:, None] * np.linalg.norm(rest, axis=0)
    assert np.abs(factors.T @ rest / scale).max() < 1e-8
    with pytest.raises(ValueError, match="two or more"):
        analysis.split_input(fitted.network, runs[:1], trials[:1])


def test_factor_based_rate_finds_the_rate_of_a_poisson_neuron():
    rng = np.random.default_rng(3)
    current = rng.normal(size=(40, 1000))
    rate = np.exp(2.5 + 0.8 * current)
    spikes = rng.poisson(rate * 0.001)
    found = analysis.factor_based_rate(current, spikes, 0.001)
    assert found.shape == rate.shape
    assert np.abs(np.log(found / rate)).max() < 0.5
    assert np.median(np.abs(np.log(found / rate))) < 0.1
    # At the maximum of the likelihood the mean rate is that of the spikes, exactly.
    assert found.mean() == pytest.approx(spikes.mean() / 0.001, rel=1e-6)
    assert not analysis.factor_based_rate(current, np.zeros_like(current), 0.001).any()
    with pytest.raises(ValueError, match="shape of factor_input"):
        analysis.factor_based_rate(current, spikes[:5], 0.001)
