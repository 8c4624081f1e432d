from dataclasses import replace

import numpy as np
import pytest

from spikelib import (
    PAPER_2016,
    DivergedError,
    RateParameters,
    Recipe,
    RLSRecipe,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    evaluate,
    fit,
    mean_current,
    osc4,
    simulate,
    train,
)
from spikelib.training import textbook

SHORT = Recipe(n_settle=5, n_factor_trials=5, n_mean_trials=5, n_training_trials=30)
SMALL = {"rate": RateParameters(n_units=150), "spiking": SpikingParameters(n_neurons=150)}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def small():
    return fit(osc4(), rng=np.random.default_rng(1), recipe=SHORT, **SMALL)


@pytest.fixture(scope="module")
def full():
    """Full size, fewer trials than by default."""
    recipe = Recipe(n_training_trials=150)
    return fit(osc4(), rng=np.random.default_rng(1), recipe=recipe)


def test_training_is_the_textbook_loop():
    """The compiled loop with event-driven RLS against plain NumPy, over one trial."""
    result = fit(osc4(), rng=np.random.default_rng(3), recipe=SHORT, **SMALL)
    rng = np.random.default_rng(4)
    network = replace(
        result.network,
        factor_weights=np.zeros_like(result.network.factor_weights),
        output_weights=np.zeros_like(result.network.output_weights),
        fast_weights=np.random.default_rng(5).normal(size=(150, 150)) * 2.0,
    )
    trial = result.trials(1, rng=rng)[0]
    recipe = RLSRecipe(n_settle=0, restart_every=None, prior=1.0)
    result = train(network, [trial], rng=np.random.default_rng(6), recipe=recipe)
    trained, log = result.network, result.log
    # The same numbers drawn in the same order.
    same = np.random.default_rng(6)
    state = SpikingState.at_rest(network, rng=same)
    learn = same.random(trial.n_steps) < 0.5
    slow = textbook.untrained_fit(network)
    made = textbook.train_trial(network, trial, state, slow, learn)
    weights = np.vstack([trained.factor_weights, trained.output_weights])
    scale = np.abs(slow.weights).max()
    assert np.abs(weights - slow.weights).max() / scale < 1e-6
    errors = made[:, : network.n_factors] - trial.factors
    expected = np.sum(errors**2) / np.sum(trial.factors**2)
    assert log.factor_nmse[0] == pytest.approx(expected, rel=1e-6)


def test_a_full_network_learns_and_keeps_going(full, rng):
    tested = full.evaluate(30, rng=rng)
    assert tested.median_nmse < 0.03
    assert np.median(full.log.output_nmse[-30:]) < 0.03
    assert full.log.output_nmse.size == full.log.seconds.size == 150
    alone = full.evaluate(30, rng=rng, n_settle=0)
    assert np.median(alone.output_nmse[-10:]) < 0.1
    assert 3 < tested.mean_rate.mean() < 50


def test_the_recurrent_matrix_is_the_encoder_times_the_factor_weights(full):
    assert np.linalg.matrix_rank(full.network.encoder @ full.network.factor_weights) == (
        full.factors.n_factors
    )


def test_evaluation_starts_where_it_is_told(small, rng):
    trials = small.trials(2, rng=rng)
    state = SpikingState.random(small.network, rng=rng)
    run = simulate(small.network, trials[0], state=state)
    tested = evaluate(small.network, trials[:1], rng=rng, n_settle=0, state=state)
    assert np.array_equal(tested.last.spike_neurons, run.spike_neurons)
    scored = evaluate(small.network, trials, rng=rng, score=lambda trial, z: float(z.shape[0]))
    assert scored.scores.tolist() == [1000, 1000]


def test_mean_current_is_the_time_average(small, rng):
    """By brute force: with the mean subtracted, what is left averages to zero."""
    trials = small.trials(8, rng=rng)
    plain = mean_current(small.network, trials, rng=rng)
    targets = np.concatenate([trial.factors for trial in trials])
    assert np.allclose(plain.mean_current, plain.encoder @ targets.mean(axis=0))
    wired = replace(
        small.network,
        slow_weights=rng.normal(size=(150, 150)) * 0.1, fast_weights=rng.normal(size=(150, 150)),
    )
    found = mean_current(wired, trials, rng=np.random.default_rng(2), n_settle=2)
    silent = replace(wired, mean_current=np.zeros(150))
    state = SpikingState.at_rest(silent, rng=np.random.default_rng(2))
    for k in range(2):
        state = simulate(silent, trials[k], state=state, forced=True).state
    fixed = []
    for trial in trials:
        for t in range(trial.n_steps):
            step = Trial(
                inputs=trial.inputs[t : t + 1], outputs=trial.outputs[t : t + 1], dt=trial.dt,
                factors=trial.factors[t : t + 1],
            )
            state = simulate(silent, step, state=state, forced=True).state
            fixed.append(state.slow_current + state.fast_current)
    expected = plain.mean_current + np.mean(fixed, axis=0)
    assert np.allclose(found.mean_current, expected, atol=1e-8)


def test_the_papers_recipe_is_one_argument_away():
    assert PAPER_2016.variance == 0.999 and PAPER_2016.restart_every is None
    assert PAPER_2016.rls.prior_for(10_000) == 1
    assert (PAPER_2016.n_settle, PAPER_2016.n_training_trials) == (50, 500)
    assert (PAPER_2016.n_factor_trials, PAPER_2016.n_mean_trials) == (300, 300)


def test_a_diverging_run_stops_with_its_log(small, rng):
    """Targets whose squares are beyond all numbers, after trials that go well."""
    trial = small.trials(1, rng=rng)[0]
    wild = replace(trial, factors=trial.factors * 1e200)
    message = "training diverged in trial 3: factor_nmse is nan"
    with np.errstate(over="ignore"), pytest.raises(DivergedError, match=message) as caught:
        train(small.network, [trial] * 3 + [wild] * 3, rng=rng, recipe=RLSRecipe(n_settle=2))
    assert caught.value.trial == 3
    assert caught.value.log.output_nmse.size == 4


def test_errors_are_judged_by_the_power_of_all_trials(small, rng):
    """A trial that asks for nothing has an error on the scale of the others."""
    trial = small.trials(1, rng=rng)[0]
    empty = replace(trial, factors=0 * trial.factors, outputs=0 * trial.outputs)
    sequence = [trial, empty] * 4
    log = train(small.network, sequence, rng=rng, recipe=RLSRecipe(n_settle=2)).log
    assert np.all(log.output_nmse < 10) and log.output_nmse[1] > 0
    alone = train(small.network, [trial] * 8, rng=np.random.default_rng(3)).log
    twice = train(
        small.network, [trial, replace(trial)] * 4, rng=np.random.default_rng(3)
    ).log
    assert np.allclose(alone.output_nmse, twice.output_nmse)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_factors": 12}, "expected exactly one of the two"),
        ({"variance": None}, "expected exactly one of the two"),
        ({"variance": 1.5}, "variance: .*at most 1"),
        ({"restart_every": 0}, "restart_every"),
        ({"update_probability": 0}, "update_probability"),
        ({"prior": -1.0}, "prior"),
        ({"n_training_trials": 2.0}, "n_training_trials"),
    ],
)
def test_bad_recipes_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**change)


def test_more_components_than_units_are_refused(rng):
    recipe = replace(SHORT, variance=None, n_factors=151)
    with pytest.raises(ValueError, match="n_factors: .*at most 150, got 151"):
        fit(osc4(), rng=rng, recipe=recipe, **SMALL)


def test_trials_that_do_not_fit_are_named(small, rng):
    trials = osc4().trials(2, rng=rng)
    with pytest.raises(ValueError, match=r"trials\[0\]: expected a trial with target factors"):
        train(small.network, trials, rng=rng)
    with pytest.raises(ValueError, match="at least one trial"):
        mean_current(small.network, [], rng=rng)
    with pytest.raises(TypeError, match="rng"):
        train(small.network, small.trials(1, rng=rng), rng=0)


def test_the_same_seed_gives_the_same_network():
    first, second = (
        fit(osc4(), rng=np.random.default_rng(8), recipe=SHORT, **SMALL).network for _ in range(2)
    )
    assert isinstance(first, SpikingNetwork)
    assert np.array_equal(first.encoder, second.encoder)
    assert np.array_equal(first.factor_weights, second.factor_weights)
