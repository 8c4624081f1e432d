"""The yardstick itself: what it calls the same, and where it sees the first difference."""

from __future__ import annotations

import numpy as np
import pytest

import spikelib
from spikelib import export
from tests.export.networks import KINDS, case


@pytest.mark.parametrize("kind", KINDS)
def test_textbook_and_library_make_the_same_spikes(kind):
    network, trial, state = case(kind)
    here = export.run_library(network, trial, state=state)
    there = export.run_textbook(network, trial, state=state)
    agreement = export.compare(there, here, dt=trial.dt)
    assert agreement.n_spikes > 100 and agreement.all_same
    assert agreement.same_spikes_s == trial.duration and agreement.largest_gap < 1e-10


def test_a_step_more_of_delay_is_seen_at_once():
    network, trial, state = case("learned")
    here = export.run_library(network, trial, state=state)
    late = export.run_textbook(network, trial, state=state, lag=1)
    agreement = export.compare(late, here, dt=trial.dt)
    assert not agreement.all_same and agreement.same_spikes_s < 0.05


def test_the_first_difference_is_found_whichever_run_has_the_spike():
    def run(steps, neurons):
        made = np.zeros((10, 1))
        return export.Run(spike_steps=np.array(steps), spike_neurons=np.array(neurons),
                          outputs=made, factors=made, seconds=0.0)

    reference = run([1, 4, 4, 8], [0, 2, 1, 0])
    assert export.compare(run([1, 4, 4, 8], [0, 1, 2, 0]), reference, dt=1.0).all_same
    for other, first in (
        (run([1, 4, 8], [0, 1, 0]), 4), (run([1, 4, 4], [0, 1, 2]), 8),
        (run([1, 4, 4, 8, 9], [0, 1, 2, 0, 5]), 9), (run([], []), 1),
        (run([1, 2, 4, 4, 8], [0, 0, 1, 2, 0]), 2),
        (run([1, 4, 4, 8], [0, 1, 3, 0]), 4),
    ):
        found = export.compare(other, reference, dt=1.0)
        assert (found.same_spikes_s, found.all_same) == (first, False)
        assert found.same_spikes == np.sum(reference.spike_steps < first)
    with pytest.raises(ValueError, match="expected 10 steps"):
        export.compare(export.Run(**{**vars(reference), "outputs": np.zeros((9, 1))}), reference,
                       dt=1.0)


def test_traces_of_all_neurons_are_those_of_the_state():
    network, trial, state = case("random synapses")
    start = spikelib.SpikingState.random(network, rng=np.random.default_rng(0))
    runs = [spikelib.simulate(network, trial, state=start)]
    runs.append(spikelib.simulate(network, trial, state=runs[0].state))
    slow, fast = export.all_traces(network, runs)
    last = runs[-1].state
    assert np.allclose(slow[network.trained_neurons], last.slow_trace, rtol=1e-9)
    assert np.allclose(fast[network.trained_neurons], last.fast_trace, rtol=1e-9)
    assert np.allclose(network.slow_weights @ slow, last.slow_current, rtol=1e-9)


def test_errors_are_by_trial():
    targets = np.repeat([[1.0], [2.0]], 5, axis=0)
    outputs = targets + np.repeat([[0.0], [1.0]], 5, axis=0)
    assert np.allclose(export.trial_errors(outputs, targets, n_steps=5), [0, 0.25])
