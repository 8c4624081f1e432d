"""Ready-set-go and contextual integration: their logic; and one spiking network end to end."""

import numpy as np
import pytest

from spikelib import RateParameters, Recipe, SpikingParameters, evaluate, fit
from spikelib.tasks import contextual_integration, produced_time, ready_set_go, temporal_xor


def drawn(task, n=20, seed=0):
    return task.trials(n, rng=np.random.default_rng(seed))


def test_the_answer_comes_one_interval_after_set():
    task = ready_set_go()
    intervals = []
    for trial in drawn(task):
        ready, set_ = (np.flatnonzero(channel)[0] for channel in trial.inputs.T)
        go = np.flatnonzero(trial.outputs[:, 0])[0]
        assert go - set_ == set_ - ready
        intervals.append((set_ - ready) * trial.dt)
        clock, phase = trial.hints.T
        assert np.all(phase[ready:set_] == 1) and np.all(phase[set_:go] == -1)
        assert np.allclose(np.diff(clock[ready:set_]), trial.dt / 0.8)
        assert not clock[go:].any() and not clock[:ready].any()
    assert 0.4 <= min(intervals) < 0.5 and 0.7 < max(intervals) <= 0.8


def test_the_timing_error_is_a_fraction_of_the_interval():
    task = ready_set_go()
    for trial in drawn(task):
        ready, set_ = (np.flatnonzero(channel)[0] for channel in trial.inputs.T)
        late = round(0.1 * (set_ - ready))
        assert task.score(trial, trial.outputs) == 0.0
        assert np.isclose(
            task.score(trial, np.roll(trial.outputs, late, axis=0)), late / (set_ - ready)
        )
        assert task.score(trial, np.zeros_like(trial.outputs)) == 1.0
        assert 0 < task.score(trial, np.ones_like(trial.outputs)) <= 1.0


def test_produced_time_is_that_of_the_first_rise():
    ramp = np.linspace(0, 1, 101)[:, None]
    assert np.isclose(produced_time(ramp, 0.01, level=0.499), 0.5)
    assert np.isclose(produced_time(ramp, 0.01, start=80), 0.8)
    assert np.isnan(produced_time(ramp, 0.01, level=2.0))


def test_the_output_is_the_integral_of_the_stream_that_counts():
    task = contextual_integration()
    contexts = set()
    for trial in drawn(task):
        streams, context = trial.inputs[:, :2], trial.inputs[:, 2:]
        contexts.add(trial.label)
        on = context[:, trial.label] == 1
        assert not context[:, 1 - trial.label].any() and on[-1] and not on[0]
        integral = 10 * trial.dt * np.cumsum(streams[:, trial.label])
        assert np.allclose(trial.outputs[:, 0], integral)
        # Nothing is to be seen in the streams before the context has been there for 50 ms.
        assert np.flatnonzero(on)[0] + 50 == np.flatnonzero(streams[:, 0])[0]
    assert contexts == {0, 1}


def test_noise_and_bias_have_their_stated_strength():
    task = contextual_integration(bias=0.0, noise=0.04)
    ends = np.array([trial.outputs[-1, 0] for trial in drawn(task, 300)])
    assert np.isclose(ends.std(), 10 * 0.04, rtol=0.15)
    task = contextual_integration(bias=0.1, noise=0.0)
    ends = np.array([trial.outputs[-1, 0] for trial in drawn(task, 300)])
    assert np.abs(ends).max() <= 1.0 and np.isclose(ends.std(), 1 / np.sqrt(3), rtol=0.15)


def test_coarse_and_fine_steps_show_the_same_task():
    """A teacher trained in steps of 10 ms sees what it will see in steps of 1 ms."""
    fine, coarse = (drawn(contextual_integration(dt=dt), 1)[0] for dt in (0.001, 0.01))
    kept = round(1.05 / 0.01)
    assert np.allclose(fine.inputs[::-1][5::10][:kept], coarse.inputs[::-1][:kept])
    assert np.allclose(fine.outputs[-1], coarse.outputs[-1])


@pytest.mark.parametrize(
    "make, options, message",
    [
        (ready_set_go, {"interval": (0.01, 0.8)}, "interval: expected more than the pulse"),
        (ready_set_go, {"wait": (0.3, 0.2)}, "wait"),
        (contextual_integration, {"hold": 0.0105}, "hold: expected a multiple of dt"),
        (contextual_integration, {"noise": -1.0}, "noise"),
    ],
)
def test_wrong_parameters_are_refused(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)


@pytest.mark.slow
@pytest.mark.parametrize("make", [temporal_xor, ready_set_go])
def test_a_frozen_spiking_network_solves_it_with_hints(make):
    """Loose bounds, one seed; the reproduction report has the figures over many."""
    task, test_rng = make(), np.random.default_rng(1)
    recipe = Recipe(
        n_settle=2, n_factor_trials=40, n_mean_trials=20, n_training_trials=150, restart_every=10
    )
    result = fit(
        task, rng=np.random.default_rng(0), rate=RateParameters(n_units=200),
        spiking=SpikingParameters(n_neurons=500, encoder_gain=10.0), recipe=recipe, progress=False,
    )
    found = evaluate(
        result.network, task.trials(50, rng=test_rng), rng=test_rng, n_settle=0,
        score=task.score, progress=False,
    )
    if make is temporal_xor:
        assert found.scores.mean() >= 0.8
    else:
        assert found.scores.mean() <= 0.15
