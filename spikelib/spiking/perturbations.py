"""Disturbing a trained network: silent neurons, a kick, a shifted input, another speed."""

import dataclasses

import numpy as np

from spikelib import _checks
from spikelib.spiking.simulation import Runner, check_trial

__all__ = ["change_speed", "kick", "shift_input", "silence", "silence_for"]

# Far below threshold: no current that a network can make reaches up from there.
_DEEP = 1e9


@_checks.takes(network="SpikingNetwork")
def silence(network, neurons):
    """A copy of a network in which some neurons never fire.

    Parameters
    ----------
    network : SpikingNetwork
    neurons : array_like of int
        The neurons to silence.

    Returns
    -------
    SpikingNetwork
        Of the same size; the weights of the others are as they were.

    Raises
    ------
    ValueError
        A neuron that the network does not have.
    """
    n = network.parameters.n_neurons
    neurons = _checks.whole("neurons", neurons, below=n)
    mean_current = network.mean_current.copy()
    mean_current[neurons.astype(np.int64)] = _DEEP
    return dataclasses.replace(network, mean_current=mean_current)


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def kick(network, trial, *, state, current, start, duration):
    """Run a trial on its own with an extra current for a moment.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState
        Where the trial starts.
    current : array_like, shape (N,)
        What each neuron gets in addition.
    start, duration : float
        When, in seconds from the start of the trial, and for how long.

    Returns
    -------
    Simulation
        Of the whole trial.
    """
    current = _checks.array("current", current, ("n_neurons",), (network.parameters.n_neurons,))
    kicked = dataclasses.replace(network, mean_current=network.mean_current - current)
    return _for_a_moment(network, kicked, trial, state, start, duration)


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def silence_for(network, trial, *, state, neurons, start, duration):
    """Run a trial on its own while some neurons do not fire for a moment.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
    state : SpikingState
        Where the trial starts.
    neurons : array_like of int
        Who is silent. Afterwards they start from the reset.
    start, duration : float
        When, in seconds from the start of the trial, and for how long.

    Returns
    -------
    Simulation
        Of the whole trial.
    """
    neurons = _checks.whole("neurons", neurons)
    return _for_a_moment(
        network, silence(network, neurons), trial, state, start, duration, released=neurons
    )


@_checks.takes(trial="Trial")
def shift_input(trial, by):
    """A trial whose input comes `by` seconds later; what leaves it at the end enters at its start.

    Examples
    --------
    >>> from spikelib.tasks.trials import Trial
    >>> trial = Trial(inputs=[[1.0], [0.0], [0.0]], outputs=np.zeros((3, 1)), dt=0.001)
    >>> shift_input(trial, 0.002).inputs.ravel().tolist()
    [0.0, 0.0, 1.0]
    """
    steps = round(_checks.number("by", by) / trial.dt)
    return dataclasses.replace(trial, inputs=np.roll(trial.inputs, steps, axis=0))


@_checks.takes(trial="Trial")
def change_speed(trial, speed):
    """A trial of the same length that runs through its course at another speed.

    Faster than 1 it starts again before its end; slower, it does not reach its end.

    Parameters
    ----------
    trial : Trial
    speed : float
        Above 0.

    Examples
    --------
    >>> from spikelib.tasks.trials import Trial
    >>> trial = Trial(inputs=np.zeros((4, 1)), outputs=np.arange(4.0)[:, None], dt=0.001)
    >>> change_speed(trial, 2).outputs.ravel().tolist()
    [0.0, 2.0, 0.0, 2.0]
    """
    speed = _checks.number("speed", speed, above=0)
    at = np.floor(np.arange(trial.n_steps) * speed).astype(int) % trial.n_steps
    names = ("inputs", "outputs", "factors", "hints")
    changed = {name: getattr(trial, name) for name in names if getattr(trial, name) is not None}
    return dataclasses.replace(trial, **{name: values[at] for name, values in changed.items()})


def _for_a_moment(network, other, trial, state, start, duration, *, released=()):
    """A trial in which another network of the same size takes over for a while.

    The voltages of the neurons in `released` are at the reset afterwards.
    """
    check_trial(network, trial, "trial", needs_factors=False)
    first = round(_checks.number("start", start, at_least=0) / trial.dt)
    last = first + round(_checks.number("duration", duration, above=0) / trial.dt)
    if not first < last <= trial.n_steps:
        raise ValueError(
            f"start, duration: expected a stretch within the trial of {trial.duration:g} s, "
            f"got {start:g} s and {duration:g} s"
        )
    parts = []
    for low, high, used in ((0, first, network), (first, last, other),
                            (last, trial.n_steps, network)):
        if low == high:
            continue
        stretch = dataclasses.replace(
            trial, inputs=trial.inputs[low:high], outputs=trial.outputs[low:high], factors=None
        )
        part = Runner(used).run(stretch, state)
        state = part.state
        if used is other:
            state.voltage[np.asarray(released, dtype=np.int64)] = network.parameters.reset
        parts.append(dataclasses.replace(part, spike_steps=part.spike_steps + low))
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("outputs", "factors", "spike_steps", "spike_neurons", "voltages")
    }
    return dataclasses.replace(parts[-1], **joined)
