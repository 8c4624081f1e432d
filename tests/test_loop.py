"""The loop of all trainings: what it records, when it stops, and how it is interrupted."""

import pickle
import signal
from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib import DivergedError, RLSRecipe, SavedFileError, TrainingLog, loop
from spikelib._checkpoint import digest, pack_generator, unpack_generator
from spikelib.dale import DaleRecipe
from spikelib.dale.learner import DaleLearner
from spikelib.rate import GradientRecipe, force, gradient, train_gradient
from spikelib.recordings import (
    MatchedDaleRecipe,
    MatchRecipe,
    Recording,
    alm_rates,
    fit_recording,
    fit_recording_dale,
)
from spikelib.training.training import RLSLearner


class Counter:
    """A learner that adds up numbers drawn at random."""

    def __init__(self, seed=0, step=1.0):
        self.rng, self.step, self.total, self.done = np.random.default_rng(seed), step, 0.0, []
        self._start = pack_generator(self.rng)

    def trial(self, index):
        self.total += self.step * self.rng.random()
        self.done.append(index)
        return {"total": self.total}

    def state(self):
        return {"total": np.array(self.total), "generator": pack_generator(self.rng)}

    def restore(self, state):
        self.total = float(state["total"])
        unpack_generator(self.rng, state["generator"])

    def identity(self):
        return {"step": self.step, "starting generator": self._start}


def interrupted(monkeypatch, kind, method, n_trials):
    """Ctrl-C while a learner is in its trial number `n_trials`."""
    original, calls = getattr(kind, method), []

    def trial(self, index):
        calls.append(index)
        if len(calls) == n_trials:
            signal.raise_signal(signal.SIGINT)
        return original(self, index)

    monkeypatch.setattr(kind, method, trial)


def test_the_log_has_a_column_for_every_number_and_the_time():
    log = loop.run(Counter(), 5)
    assert log.n_trials == 5 and (np.diff(log.total) > 0).all() and (log.seconds >= 0).all()
    with pytest.raises(AttributeError, match="expected one of the columns.*total"):
        log.nothing  # noqa: B018
    again = pickle.loads(pickle.dumps(log))
    assert np.array_equal(again.total, log.total)


def test_it_stops_when_told():
    asked = []
    log = loop.run(Counter(), 50, stop=lambda done: asked.append(done) or done == 3)
    assert log.n_trials == 3 and asked == [1, 2, 3]


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e7])
def test_a_number_beyond_all_bounds_ends_it(bad):
    class Wild(Counter):
        def trial(self, index):
            return {"error": bad if index == 2 else 0.1}

    with pytest.raises(DivergedError, match="training diverged in trial 2: error is") as caught:
        loop.run(Wild(), 5)
    assert caught.value.trial == 2 and caught.value.log.n_trials == 3


def test_resumed_it_is_as_if_never_interrupted(tmp_path, monkeypatch):
    path = tmp_path / "half.npz"
    whole = loop.run(Counter(), 8)
    with monkeypatch.context() as patch:
        interrupted(patch, Counter, "trial", 3)
        with pytest.raises(KeyboardInterrupt):
            loop.run(Counter(), 8, checkpoint=path)
    second = Counter()
    resumed = loop.run(second, 8, checkpoint=path)
    assert second.done == [3, 4, 5, 6, 7]
    assert np.array_equal(resumed.total, whole.total)
    assert not path.exists(), "a finished training leaves no checkpoint"


def test_a_checkpoint_of_another_run_is_refused_and_kept(tmp_path, monkeypatch):
    path = tmp_path / "half.npz"
    with monkeypatch.context() as patch:
        interrupted(patch, Counter, "trial", 3)
        with pytest.raises(KeyboardInterrupt):
            loop.run(Counter(), 8, checkpoint=path)
    for other, what in ((Counter(step=2.0), "step differs"),
                        (Counter(seed=1), "starting generator differs"),
                        (Counter(1, 2.0), "step, starting generator differ;")):
        with pytest.raises(SavedFileError, match=f"checkpoint of this training.*{what}"):
            loop.run(other, 8, checkpoint=path)
        assert path.exists()
    path.write_bytes(b"half a file")
    with pytest.raises(SavedFileError, match="expected a file with a saved spikelib checkpoint"):
        loop.run(Counter(), 8, checkpoint=path)
    assert path.read_bytes() == b"half a file"


def test_a_place_that_cannot_be_written_is_named_at_the_start(tmp_path):
    counter = Counter()
    with pytest.raises(OSError, match="checkpoint: expected a place that can be written"):
        loop.run(counter, 8, checkpoint=tmp_path / "nowhere" / "half.npz")
    assert not counter.done


def test_digests_tell_apart_what_differs():
    trial = spikelib.osc4().draw(None)
    same = replace(trial)
    assert digest([trial, trial]) == digest([trial, same])
    inputs = trial.inputs.copy()
    inputs[3] += 1e-12
    others = [
        [trial], [trial, replace(trial, inputs=inputs)], [replace(trial, inputs=inputs), trial],
    ]
    found = {digest(x) for x in ([trial, trial], *others)}
    assert len(found) == 4
    assert digest(np.zeros(4)) != digest(np.zeros((2, 2))) != digest(np.zeros((2, 2), np.float32))
    assert digest({"a": 1}) != digest({"a": 1.0}) != digest({"b": 1.0})


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_every_generator_can_be_kept(kind):
    rng = np.random.Generator(kind(5))
    rng.random(3)
    packed = pack_generator(rng)
    expected = rng.random(4)
    other = np.random.Generator(kind(0))
    unpack_generator(other, packed)
    assert np.array_equal(other.random(4), expected)


# Each kind of training, in little: a function of a checkpoint, and what runs its trials.
def _rng(seed):
    return np.random.default_rng(seed)


RATE = spikelib.RateParameters(n_units=30)


def _network(n=30):
    rng = _rng(0)
    teacher = spikelib.RateNetwork.draw(RATE, n_inputs=1, n_outputs=1, rng=rng)
    trial = spikelib.osc4(duration=0.2).draw(rng)
    currents = spikelib.drive(teacher, [trial], rng=rng, n_settle=2)
    factors = spikelib.principal_components(currents, n_factors=4)
    trial = spikelib.teach(teacher, factors, [trial], rng=rng, n_settle=2)[0]
    network = spikelib.SpikingNetwork.draw(
        spikelib.SpikingParameters(n_neurons=n, encoder_gain=8.0), factors, teacher, rng=rng)
    return network, [trial] * 6


def rls(checkpoint):
    network, trials = _network()
    recipe = RLSRecipe(n_settle=2, restart_every=2, noise=0.2)
    return spikelib.train(network, trials, rng=_rng(1), recipe=recipe, checkpoint=checkpoint)


def dale(checkpoint):
    network, trials = _network(60)
    recipe = DaleRecipe(n_training_trials=24, restart_every=2, growth=0.3, max_residual=None)
    return spikelib.train_dale(
        replace(network, mean_current=network.mean_current + 3), trials, rng=_rng(1),
        recipe=recipe, checkpoint=checkpoint)


def rate_network():
    return spikelib.RateNetwork.draw(RATE, n_inputs=1, n_outputs=1, rng=_rng(2))


def force_(checkpoint):
    trials = spikelib.osc4(duration=0.2).trials(6, rng=_rng(0))
    return spikelib.train_force(rate_network(), trials, rng=_rng(3), checkpoint=checkpoint)


def full_force(checkpoint):
    trials = spikelib.osc4(duration=0.2).trials(6, rng=_rng(0))
    return spikelib.train_full_force(rate_network(), trials, rng=_rng(3), checkpoint=checkpoint)


def by_gradient(checkpoint):
    parameters = spikelib.RateParameters(n_units=20, dt=0.01, tau=0.1, gain=1.0)
    network = spikelib.RateNetwork.draw(parameters, n_inputs=1, n_outputs=1, rng=_rng(4))
    recipe = GradientRecipe(n_batches=6, batch_size=3, duration=0.5)
    return train_gradient(
        network, spikelib.osc4(dt=0.01), rng=_rng(5), recipe=recipe, checkpoint=checkpoint)


def _few():
    recording = alm_rates(surrogate=True)
    return Recording(rates=recording.rates[:, :, :40], dt=recording.dt)


def matched(checkpoint):
    return fit_recording(
        _few(), rng=_rng(6), recipe=MatchRecipe(n_training_trials=6), checkpoint=checkpoint)


def matched_dale(checkpoint):
    recipe = MatchedDaleRecipe(n_training_trials=6)
    return fit_recording_dale(_few(), rng=_rng(7), recipe=recipe, checkpoint=checkpoint)


KINDS = {
    rls: RLSLearner, dale: DaleLearner, force_: force._FORCE, full_force: force._FORCE,
    by_gradient: gradient._Adam, matched: RLSLearner, matched_dale: DaleLearner,
}


def arrays(network):
    return {name: x for name, x in vars(network).items() if isinstance(x, np.ndarray)}


@pytest.mark.parametrize("training", KINDS, ids=lambda training: training.__name__)
def test_each_training_resumes_with_the_result_it_would_have_had(training, tmp_path, monkeypatch):
    path = tmp_path / "half.npz"
    whole = training(None)
    n_trials = whole.log.n_trials
    with monkeypatch.context() as patch:
        # Dale's learner has good weights to remember only late.
        interrupted(patch, KINDS[training], "trial", 2 * n_trials // 3)
        with pytest.raises(KeyboardInterrupt):
            training(path)
    assert path.exists()
    resumed = training(path)
    for name, columns in whole.log.columns.items():
        if name != "seconds":
            assert np.array_equal(resumed.log.columns[name], columns), name
    for name, expected in arrays(whole.network).items():
        assert np.array_equal(arrays(resumed.network)[name], expected), name
    assert not path.exists()


@pytest.mark.parametrize("training", KINDS, ids=lambda training: training.__name__)
def test_each_result_can_be_saved_and_pickled(training, tmp_path):
    result = training(None)
    assert isinstance(result, spikelib.Trained) and isinstance(result.log, TrainingLog)
    result.save(tmp_path / "result.npz")
    for again in (type(result).load(tmp_path / "result.npz"), pickle.loads(pickle.dumps(result))):
        assert type(again) is type(result)
        for name, expected in arrays(result.network).items():
            assert np.array_equal(arrays(again.network)[name], expected), name
        assert np.array_equal(again.log.seconds, result.log.seconds)
