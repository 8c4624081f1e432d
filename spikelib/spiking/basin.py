"""From how many disturbances a trained network finds its way back, and how fast."""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib.spiking.evaluation import error_over_power
from spikelib.spiking.perturbations import change_speed, kick, shift_input, silence_for
from spikelib.spiking.simulation import Runner, check_trials
from spikelib.spiking.state import SpikingState

__all__ = ["DISTURBANCES", "Basin", "find_basin"]

_SETTLE = 20  # trials with the target factors fed back, before the first disturbance
_MOMENT = 0.1  # seconds that a kick or a silence lasts
_KICK = 5.0  # standard deviation of its current over neurons
_SILENT = (0.1, 0.5)  # fraction of the neurons
_SPEEDS = ((0.7, 0.95), (1.05, 1.3))


@dataclass(frozen=True, kw_only=True, eq=False)
class Basin:
    """What became of a network after each disturbance.

    Parameters
    ----------
    kinds : tuple of str
        Which of `DISTURBANCES` each was.
    returned : ndarray of bool, shape (n_disturbances,)
    trials_back : ndarray of int, shape (n_disturbances,)
        Trials until the first that is good again; where there is none, all that were run.
    """

    kinds: tuple[str, ...]
    returned: np.ndarray
    trials_back: np.ndarray

    @property
    def share(self):
        """Share of the disturbances from which the network returned."""
        return float(self.returned.mean())

    def share_of(self, kind):
        """The same for one kind of disturbance."""
        return float(self.returned[np.array(self.kinds) == kind].mean())


@_checks.takes(network="SpikingNetwork")
def find_basin(network, trials, *, rng, n_disturbances=200, n_after=10, good=0.02, bad=0.1):
    """Disturb a network again and again, and see from what it finds its way back.

    Each disturbance meets a network on its path: after a trial with the target factors fed
    back and one on its own. It has returned where the second half of the `n_after` trials that
    follow, on its own, has a median error of at most `good` and none above `bad`. The kinds
    take turns:

    ``start``
        A random state, as of `spikelib.spiking.state.SpikingState.random`.
    ``kick``
        A random current into every neuron, for 100 ms, of standard deviation 5 over neurons.
    ``silence``
        10 to 50 % of the neurons do not fire for 100 ms.
    ``input``
        The input of one trial comes at another time.
    ``speed``
        For one trial the network is led through the target factors at 0.7 to 0.95 or 1.05
        to 1.3 times their speed, and let go at the wrong place.

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        With target factors; run back to back, from the first again after the last.
    rng : numpy.random.Generator
    n_disturbances, n_after : int
    good, bad : float
        Errors of a trial, over the power of its target.

    Returns
    -------
    Basin
    """
    _checks.generator(rng)
    trials = check_trials(network, trials, needs_factors=True)
    n_disturbances = _checks.count("n_disturbances", n_disturbances)
    n_after = _checks.count("n_after", n_after, at_least=2)
    good, bad = _checks.number("good", good), _checks.limit("bad", bad)
    shortest = min(trial.duration for trial in trials)
    if shortest <= _MOMENT:
        raise ValueError(
            f"trials: expected trials longer than {_MOMENT} s, which the "
            f"disturbances take, got {shortest:g} s"
        )
    runner = Runner(network)
    state = SpikingState.at_rest(network, rng=rng)
    turn = 0

    def following():
        nonlocal turn
        turn += 1
        return trials[(turn - 1) % len(trials)]

    for _ in range(_SETTLE):
        state = runner.run(following(), state, forced=True).state
    kinds, returned, back = [], [], []
    for index in range(n_disturbances):
        state = runner.run(following(), state, forced=True).state
        state = runner.run(following(), state).state
        kind = list(DISTURBANCES)[index % len(DISTURBANCES)]
        away = DISTURBANCES[kind](runner, following(), state, rng)
        errors = np.empty(n_after)
        for k in range(n_after):
            trial = following()
            run = runner.run(trial, away)
            away = run.state
            errors[k] = error_over_power(
                np.sum((run.outputs - trial.outputs) ** 2), np.sum(trial.outputs**2)
            )
        late = errors[n_after // 2 :]
        kinds.append(kind)
        returned.append(np.median(late) <= good and late.max() <= bad)
        back.append(int(np.argmax(errors <= good)) if (errors <= good).any() else n_after)
    return Basin(kinds=tuple(kinds), returned=np.array(returned), trials_back=np.array(back))


# Each takes the runner of a network on its path, the trial that comes next, the state at its
# start and a generator, and returns the state at its end.


def _random_start(runner, trial, state, rng):
    return SpikingState.random(runner.network, rng=rng)


def _kick(runner, trial, state, rng):
    current = _KICK * rng.standard_normal(runner.network.parameters.n_neurons)
    when = rng.uniform(0, trial.duration - _MOMENT)
    return kick(
        runner.network, trial, state=state, current=current, start=when, duration=_MOMENT
    ).state


def _silence(runner, trial, state, rng):
    share = rng.uniform(*_SILENT)
    neurons = np.flatnonzero(rng.random(runner.network.parameters.n_neurons) < share)
    when = rng.uniform(0, trial.duration - _MOMENT)
    return silence_for(
        runner.network, trial, state=state, neurons=neurons, start=when, duration=_MOMENT
    ).state


def _input_at_another_time(runner, trial, state, rng):
    by = rng.uniform(0.05, 0.95) * trial.duration
    return runner.run(shift_input(trial, by), state).state


def _another_speed(runner, trial, state, rng):
    speed = rng.uniform(*_SPEEDS[rng.integers(2)])
    return runner.run(change_speed(trial, speed), state, forced=True).state


#: The disturbances of `find_basin`, in their turn.
DISTURBANCES = {
    "start": _random_start,
    "kick": _kick,
    "silence": _silence,
    "input": _input_at_another_time,
    "speed": _another_speed,
}
