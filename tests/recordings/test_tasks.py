"""Tasks made from recorded outputs."""

import numpy as np
import pytest

from spikelib import RateParameters, Recipe, SpikingParameters, fit
from spikelib.recordings import Recording, datasets, nearest_condition, reach_task

EMG = datasets.reach_emg(surrogate=True)


def test_trials_are_what_the_demonstration_does():
    task, rng = reach_task(EMG), np.random.default_rng(0)
    trials = task.trials(300, rng=rng)
    recorded = EMG.resampled(0.001).outputs
    assert {trial.label for trial in trials} == set(range(8))
    pauses = []
    for trial in trials:
        moving = np.flatnonzero(np.any(trial.inputs[:, :2] != 0, axis=1))
        start, end = moving[0], moving[-1] + 1
        assert end - start == moving.size == 810
        assert np.allclose(trial.outputs[start:end], recorded[trial.label])
        assert not trial.outputs[:start].any() and not trial.outputs[end:].any()
        assert np.array_equal(np.flatnonzero(trial.inputs[:, 2]), np.arange(start, start + 350))
        angle = 2 * np.pi * trial.label / 8
        assert np.allclose(trial.inputs[start, :2], [0.5 * np.cos(angle), 0.5 * np.sin(angle)])
        assert start == trial.n_steps - end and np.all(trial.hints == -0.5)
        pauses.append(2 * start * 0.001)
    assert min(pauses) == pytest.approx(0.4) and 1.6 < np.mean(pauses) < 2.6


def test_the_score_asks_for_the_nearest_condition():
    task = reach_task(EMG)
    for seed in range(8):
        trial = task.draw(np.random.default_rng(seed))
        other = next(t for t in task.trials(50, rng=np.random.default_rng(9))
                     if t.label != trial.label)
        assert task.score(trial, trial.outputs) == 1
        start = np.flatnonzero(trial.inputs[:, 2])[0]
        wrong, at = np.zeros_like(trial.outputs), np.flatnonzero(other.inputs[:, 2])[0]
        wrong[start : start + 810] = other.outputs[at : at + 810]
        assert task.score(trial, wrong) == 0
    assert nearest_condition(EMG.outputs[3] * 0.9, EMG.outputs) == 3


@pytest.mark.parametrize("names, degrees", [
    (["0", "45", "180"], [0, 45, 180]), (["dir_-90", "dir_0", "dir_90"], [-90, 0, 90]),
    (["0 deg", "5 deg", "9.5 deg"], [0, 5, 9.5]),
    ([], [0, 120, 240]), (["1", "2", "3"], [0, 120, 240]), (["0.1", "50", "80"], [0, 120, 240]),
    (["0", "90", "360"], [0, 120, 240]), (["a", "45", "90"], [0, 120, 240]),
])
def test_cues_point_where_the_conditions_names_say(names, degrees):
    few = Recording(outputs=EMG.outputs[:3], dt=EMG.dt, conditions=names)
    task = reach_task(few)
    seen = {t.label: t.inputs[np.flatnonzero(t.inputs[:, 2])[0], :2]
            for t in task.trials(30, rng=np.random.default_rng(0))}
    for k, angle in enumerate(np.deg2rad(degrees)):
        assert np.allclose(seen[k], [0.5 * np.cos(angle), 0.5 * np.sin(angle)])


def test_recordings_without_outputs_are_refused():
    with pytest.raises(ValueError, match="recording: expected a Recording with outputs"):
        reach_task(Recording(rates=np.ones((2, 5, 3)), dt=0.02))
    with pytest.raises(ValueError, match="recording: expected a Recording with outputs"):
        reach_task(EMG.outputs)


@pytest.mark.parametrize("seed", range(2))
def test_a_small_network_learns_the_directions(seed):
    rng = np.random.default_rng(seed)
    task = reach_task(EMG, pause=0.5)
    result = fit(
        task, rng=rng, rate=RateParameters(n_units=150),
        spiking=SpikingParameters(n_neurons=300, trained_fraction=0.5, encoder_gain=10.0),
        recipe=Recipe(n_settle=2, n_factor_trials=24, n_mean_trials=10, n_training_trials=40,
                      update_probability=0.2), progress=False,
    )
    found = result.evaluate(24, rng=rng, n_settle=1)
    assert found.scores.mean() > 0.8 and found.median_nmse < 0.3
