"""Compiled loops against their own Python, and against the textbook."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from spikelib import EventRLS, SpikingNetwork, SpikingParameters, SpikingState
from spikelib._kernels import rls, spiking
from spikelib.spiking import Runner

ROOT = Path(__file__).resolve().parents[1]
SLOW, FAST = np.exp(-0.01), np.exp(-0.2)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_compiled_textbook_step_is_event_driven_rls(rng):
    """What the benchmark compares with computes the same thing."""
    n, rows = 30, 2
    event = EventRLS(n, rows, slow_decay=SLOW, fast_decay=FAST)
    P, weights = np.eye(2 * n), np.zeros((rows, 2 * n))
    slow, fast, s, q = np.zeros(n), np.zeros(n), np.zeros(2 * n), np.zeros(2 * n)
    for t in range(400):
        spikes, target = np.flatnonzero(rng.random(n) < 0.05), rng.normal(size=rows)
        event.step(spikes)
        if t % 2:
            event.update(target)
        rls.textbook_step(
            P, weights, slow, fast, spikes, t % 2 == 1, target, np.array([SLOW, FAST]), s, q
        )
    assert np.allclose(event.P, P, rtol=1e-9, atol=1e-12)
    assert np.allclose(event.weights, weights, rtol=1e-9, atol=1e-12)


def test_spikes_may_wait_for_as_long_as_there_is_no_update(rng):
    """Longer than the table of powers, and more of them than the list holds."""
    n = 5
    event = EventRLS(n, 1, slow_decay=0.999, fast_decay=0.99)
    s = np.zeros(2 * n)
    for t in range(3000):
        spikes = np.flatnonzero(rng.random(n) < (0.9 if t > 2800 else 0.01))
        event.step(spikes)
        s *= np.repeat([0.999, 0.99], n)
        s[spikes] += 1
        s[spikes + n] += 1
    assert np.allclose(event.traces, s)
    assert np.allclose(event.state.p_slow + event.state.p_fast, s)  # P is still the identity


@pytest.mark.parametrize("size", [4, 193, 400])
def test_folding_subtracts_the_tail_and_keeps_symmetry(rng, size):
    event = EventRLS(size // 2, 3, slow_decay=SLOW, fast_decay=FAST)
    m, state = event.state.base.shape[0], event.state
    tail, errors = rng.normal(size=state.tail.shape), rng.normal(size=state.errors.shape)
    state.tail[:], state.errors[:] = tail, errors
    state.pending[0] = 5  # an early fold: the other rows hold what must not count
    event.fold()
    assert np.allclose(state.base, np.eye(m) - tail[:5].T @ tail[:5])
    assert np.allclose(state.weights, -tail[:5].T @ errors[:5])
    assert np.array_equal(state.base, state.base.T)


def test_the_compiled_step_is_its_python(rng):
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=40, slow_gain=0.1, fast_gain=0.1),
        encoder=rng.normal(size=(40, 6)), input_weights=rng.normal(size=(40, 2)), n_outputs=1,
        rng=rng,
    )
    wires = Runner(network).wiring
    start = SpikingState.random(network, rng=rng)
    compiled, python = start.dynamics(), start.dynamics()
    for _ in range(50):
        inputs, jitter = 3 * rng.normal(size=2), rng.normal(size=40)
        factors = 3 * rng.normal(size=6)
        compiled.feedback[:] = factors
        python.feedback[:] = factors
        n_spikes = spiking._step(wires, compiled, inputs, jitter)
        assert n_spikes == spiking._step.py_func(wires, python, inputs, jitter)
        # The compiled step promises the order of every sum: the same digits.
        assert np.array_equal(compiled.voltage, python.voltage)
        assert np.array_equal(compiled.slow_current, python.slow_current)
        assert compiled.inhibition[0] == python.inhibition[0]


def test_denormal_numbers_become_zero():
    x = np.array([1.0, -1e-90, 1e-310, -1e-120, 0.0])
    rls.flush_denormals(x, 1e-100)
    assert x.tolist() == [1.0, -1e-90, 0.0, 0.0, 0.0]


def test_training_leaves_no_denormal_numbers(rng):
    """3,600 silent steps: from 1, fast traces and the P s of theirs would be denormal then."""
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=20), encoder=np.zeros((20, 2)),
        input_weights=np.zeros((20, 1)), n_outputs=1, rng=rng,
    )
    wires = Runner(dataclasses.replace(network, mean_current=np.full(20, 1e6))).wiring
    decays = network.parameters.decays[1:]
    event = EventRLS(network.trained_neurons.size, 3, slow_decay=decays[0], fast_decay=decays[1])
    event.step(np.arange(network.trained_neurons.size))
    n_steps = 3600
    assert 0 < decays[1] ** n_steps < np.finfo(float).tiny, "the test reaches denormal numbers"
    dynamics = SpikingState.at_rest(network, rng=rng).dynamics()
    n_spikes = spiking.train(
        wires, dynamics, event.state,
        spiking.Signals(
            inputs=np.zeros((n_steps, 1)), targets=np.zeros((n_steps, 3)),
            jitter=np.empty((0, 20)),
        ),
        np.zeros(n_steps, bool), False, np.empty((n_steps, 3)),
    )
    assert n_spikes == 0
    assert not event.state.fast.any() and not event.state.p_fast.any()
    assert event.state.slow.any() and event.state.p_slow.any()


def test_without_a_place_for_a_cache_loops_are_compiled_all_the_same(tmp_path):
    """As in a container without a home: Numba finds no place, and says so once."""
    script = (
        "import warnings, numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    from spikelib._kernels import dale, rls, spiking\n"
        "told = [str(w.message) for w in caught if 'NUMBA_CACHE_DIR' in str(w.message)]\n"
        "print(len(told))\n"
        "import numpy as np\n"
        "one, s, q, w = np.zeros(1), np.zeros(2), np.zeros(2), np.zeros((1, 2))\n"
        "spikes, goal, decays = np.array([0]), np.ones(1), np.ones(2)\n"
        "rls.textbook_step(np.eye(2), w, one, one, spikes, True, goal, decays, s, q)\n"
        "print(w.any())\n"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1", "True"]
