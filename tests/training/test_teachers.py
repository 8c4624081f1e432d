"""Teachers that are trained in coarse steps and used in fine ones."""

import numpy as np
import pytest

from spikelib import RateNetwork, RateParameters, Trial, run_rate
from spikelib.tasks import sine
from spikelib.training.teachers import _coarse, gradient_teacher, in_fine_steps


def slow_network(dt):
    """One unit that forgets slowly: its own loop nearly makes up for its decay."""
    return RateNetwork(
        parameters=RateParameters(n_units=1, dt=dt, tau=0.1), recurrent_weights=np.array([[0.8]]),
        input_weights=np.zeros((1, 1)), output_weights=np.zeros((1, 1)),
        readout=np.ones((1, 1)),
    )


def decay(network, seconds=0.5):
    n_steps = round(seconds / network.parameters.dt)
    still = Trial(
        inputs=np.zeros((n_steps, 1)), outputs=np.zeros((n_steps, 1)), dt=network.parameters.dt
    )
    _, state = run_rate(network, still, state=np.array([1e-3]))
    return state[0] / 1e-3


def test_what_was_learned_in_coarse_steps_keeps_its_time_in_fine_ones():
    coarse = slow_network(0.01)
    fine = in_fine_steps(coarse, 0.001)
    wanted = decay(coarse)
    assert decay(fine) == pytest.approx(wanted, rel=0.01)
    # With the time constant as it stands it would be too fast.
    assert decay(slow_network(0.001)) < 0.98 * wanted
    assert in_fine_steps(coarse, 0.01) is coarse


def test_a_coarse_step_asks_for_the_output_at_its_end():
    ramp = np.arange(40.0)[:, None]
    coarse = _coarse(Trial(inputs=ramp, outputs=ramp, dt=0.001), 10)
    assert coarse.outputs[:3, 0] == pytest.approx([9.5, 19.5, 29.5])
    assert coarse.inputs[:3, 0] == pytest.approx([4.5, 14.5, 24.5])


def test_a_step_that_is_coarse_already_is_not_refined():
    teacher = gradient_teacher(
        sine(dt=0.01), rng=np.random.default_rng(0), n_units=5, n_batches=2, n_trials=2,
        progress=False,
    )
    assert teacher.parameters.dt == 0.01 and teacher.readout.any()
