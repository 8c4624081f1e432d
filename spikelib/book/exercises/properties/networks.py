"""Judges of trained rate networks: they are run with frozen weights."""

from dataclasses import replace

import numpy as np

from spikelib.book.exercises._checking import failed, nothing_returned, passed, stopped, unfinished
from spikelib.metrics import nmse
from spikelib.rate.force import TrainedRate, run_rate
from spikelib.rate.network import RateNetwork, RateParameters
from spikelib.tasks.rhythms import osc4
from spikelib.tasks.trials import Trial


def _try(name, answer, *arguments):
    """What a reader's function returns, or False where that was reported as wrong."""
    try:
        result = answer(*arguments)
    except Exception as error:
        return stopped(name, error, answer)
    if unfinished(result):
        return nothing_returned(name, answer)
    return result


def _driven(network, trial, n_trials, rng):
    """Rates before each step of a network that is driven as in the chapter, and its last state."""
    keep = np.exp(-network.parameters.dt / network.parameters.tau)
    x, rates = network.random_state(rng), []
    for f_in, f_out in list(zip(trial.inputs, trial.outputs, strict=True)) * n_trials:
        rates.append(np.tanh(x))
        received = network.recurrent_weights @ rates[-1] + network.output_weights @ f_out
        received = received + network.input_weights @ f_in
        x = received + (x - received) * keep
    return np.array(rates), x


def noisy_readout(answer):
    """A readout that holds in closed loop, judged by running the network with it."""
    name = "noisy_readout"
    trial = osc4().draw(np.random.default_rng(0))
    rng = np.random.default_rng(3)
    units = RateParameters(n_units=150)
    network = RateNetwork.draw(units, n_inputs=1, n_outputs=1, rng=rng)
    readout = _try(name, answer, network, trial, 0.02, np.random.default_rng(4))
    if readout is False:
        return False
    if np.shape(readout) != (1, 150) or not np.isfinite(readout).all():
        return failed(name, f"Expected 150 finite weights of shape (1, 150), got {readout!r:.80}",
                      "ridge_weights returns the right shape.")
    rates, state = _driven(network, trial, 4, rng)
    rates, target = rates[-2 * trial.n_steps :], np.tile(trial.outputs, (2, 1))
    driven = nmse(rates @ np.transpose(readout), target)
    if driven > 0.01:
        return failed(
            name, f"On the driven network the readout misses {driven:.2g} of the output.",
            "leave out the first trials, and do not make the penalty too large.",
        )
    trained, errors = replace(network, readout=readout), []
    for _ in range(5):
        output, state = run_rate(trained, trial, state=state)
        errors.append(nmse(output, trial.outputs))
    if max(errors) < 0.01:
        return passed(name, f"(nMSE in closed loop: at most {max(errors):.1g} in five trials)")
    made = f"The fit is good ({driven:.1g}), but in closed loop nMSE reaches {max(errors):.2g}."
    late = nmse(rates[1:] @ np.transpose(readout), target[:-1])
    if late < 0.5 * driven:
        return failed(name, made, "it fits the rates after each step: take those before it, "
                      "since the output is made from what the network has at that moment.")
    return failed(name, made, "is the noise added to the drive at every step, and is the penalty "
                  "small (1e-6), so that the weights can use what the noise reveals?")


def own_rhythm(answer):
    """A trained rate network and its trial, judged by running it with frozen weights."""
    name = "own_rhythm"
    result = _try(name, answer, np.random.default_rng(5))
    if result is False:
        return False
    try:
        trained, trial = result
        good = isinstance(trained, TrainedRate) and isinstance(trial, Trial)
    except (TypeError, ValueError):
        good = False
    if not good:
        return failed(name, "Expected (trained, trial): what train_force returns, and a Trial.")
    state, errors = trained.state, []
    for _ in range(5):
        output, state = run_rate(trained.network, trial, state=state)
        errors.append(nmse(output, trial.outputs))
    if max(errors) < 0.05:
        return passed(name, f"(nMSE, frozen: at most {max(errors):.1g} in five trials)")
    made = f"Frozen, its nMSE reaches {max(errors):.2g}; below 0.05 is asked for."
    target = trial.outputs
    steps = np.abs(np.diff(target, axis=0)).max(axis=0)
    if (np.abs(target[0] - target[-1]) > 5 * steps + 1e-9).any():
        return failed(name, made, "the target output jumps from the end of one trial to the start "
                      "of the next: choose whole periods.")
    if np.abs(target).max() > 3 or np.abs(target).max() < 0.3:
        return failed(name, made, "scale the target output to about -1 ... 1: it is fed back, and "
                      "has to be neither too weak nor too strong for the network.")
    if trained.log.output_nmse[-1] > 0.01:
        return failed(name, made, "the error was still high when training ended: give it more "
                      "trials, or a gain near 1.4.")
    return failed(name, made, "it went well while learning: train for longer, or try another draw.")
