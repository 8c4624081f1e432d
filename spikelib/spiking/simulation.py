"""Running a spiking network with frozen weights."""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib._kernels import spiking as _kernel
from spikelib.spiking.state import SpikingState
from spikelib.tasks.trials import Trial, whole

__all__ = ["Runner", "Simulation", "simulate"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation:
    """What a network did.

    Parameters
    ----------
    outputs : ndarray, shape (T, n_outputs)
        z.
    factors : ndarray, shape (T, D)
        z_D.
    spike_steps, spike_neurons : ndarray of int, shape (n_spikes,)
        When and by whom, in order of time.
    voltages : ndarray, shape (T, n_watched)
        Voltages of the watched neurons after each step, the reset where one fired.
    state : SpikingState
        At the end.
    dt : float
        Time step in seconds.
    n_neurons : int
    """

    outputs: np.ndarray
    factors: np.ndarray
    spike_steps: np.ndarray
    spike_neurons: np.ndarray
    voltages: np.ndarray
    state: SpikingState
    dt: float
    n_neurons: int

    @property
    def times(self):
        """Time of each step in seconds, from 0."""
        return np.arange(len(self.outputs)) * self.dt

    @property
    def spikes(self):
        """Spikes as a (T, N) array of zeros and ones."""
        spikes = np.zeros((len(self.outputs), self.n_neurons))
        spikes[self.spike_steps, self.spike_neurons] = 1.0
        return spikes

    @property
    def mean_rate(self):
        """Mean firing rate over neurons and time in Hz."""
        return self.spike_steps.size / (self.n_neurons * len(self.outputs) * self.dt)


class Runner:
    """A network with frozen weights, made ready once, to be run trial by trial.

    Evaluation, analysis, perturbations and comparisons all run networks through this.

    Parameters
    ----------
    network : SpikingNetwork

    Attributes
    ----------
    wiring : namedtuple
        What the compiled step needs: weights (pre, post), decays, bounds.
    readout : ndarray, shape (2 n, D + n_outputs)
        W and w, transposed.

    Examples
    --------
    >>> from spikelib.spiking import SpikingNetwork, SpikingParameters
    >>> rng = np.random.default_rng(0)
    >>> network = SpikingNetwork.from_encoder(
    ...     SpikingParameters(n_neurons=20), encoder=np.ones((20, 2)),
    ...     input_weights=np.ones((20, 1)), n_outputs=1, rng=rng,
    ... )
    >>> trial = Trial(inputs=np.ones((50, 1)), outputs=np.zeros((50, 1)), dt=0.001)
    >>> runner, state = Runner(network), SpikingState.random(network, rng=rng)
    >>> for _ in range(3):
    ...     state = runner.run(trial, state).state
    """

    def __init__(self, network):
        self.network = network
        self.wiring = _wiring(network)
        self.readout = np.ascontiguousarray(
            np.vstack([network.factor_weights, network.output_weights]).T
        )

    def run(self, trial, state, *, rng=None, forced=False, noise=0.0, watch=()):
        """One trial from `state`, which is not changed; arguments as for `simulate`.

        The trial is not checked against the network: see `check_trials`.
        """
        p, n_factors, n_steps = self.network.parameters, self.network.n_factors, trial.n_steps
        noise = _checks.number("noise", noise, at_least=0)
        watch, forced = _checks.whole("watch", watch), _checks.flag("forced", forced)
        if watch.size and (watch.min() < 0 or watch.max() >= p.n_neurons):
            raise ValueError(f"watch: expected neurons from 0 to {p.n_neurons - 1}, got {watch}")
        dynamics = state.dynamics()
        slow, fast = state.slow_trace.copy(), state.fast_trace.copy()
        signals = _kernel.Signals(
            inputs=trial.inputs,
            targets=trial.factors if forced else np.empty((0, n_factors)),
            jitter=membrane_noise(p, noise, n_steps, rng),
        )
        record = _kernel.Record(
            outputs=np.empty((n_steps, self.readout.shape[1])),
            spike_counts=np.empty(n_steps, np.int64),
            # Without a refractory period every neuron may fire at every step.
            spike_ids=np.empty(n_steps * p.n_neurons, np.int32),
            watch=watch,
            voltages=np.empty((n_steps, watch.size)),
        )
        total = _kernel.simulate(self.wiring, self.readout, dynamics, slow, fast, signals, record)
        return Simulation(
            outputs=record.outputs[:, n_factors:],
            factors=record.outputs[:, :n_factors],
            spike_steps=np.repeat(np.arange(n_steps), record.spike_counts),
            spike_neurons=record.spike_ids[:total].astype(np.int64),
            voltages=record.voltages,
            state=SpikingState.from_dynamics(dynamics, slow, fast),
            dt=p.dt,
            n_neurons=p.n_neurons,
        )

    def settle(self, trials, n_trials, *, rng, state=None):
        """The state after `n_trials` with the target factors fed back, from `trials` in turn.

        Where no state is given, it starts at rest; and where there is nothing to settle in,
        in a random state.
        """
        if state is None:
            start = SpikingState.at_rest if n_trials else SpikingState.random
            state = start(self.network, rng=_checks.generator(rng))
        for k in range(n_trials):
            state = self.run(trials[k % len(trials)], state, rng=rng, forced=True).state
        return state


@_checks.takes(network="SpikingNetwork", trial="Trial", state="SpikingState")
def simulate(network, trial, *, rng=None, state=None, forced=False, noise=0.0, watch=()):
    """Run a network with frozen weights through one trial.

    Parameters
    ----------
    network : SpikingNetwork
    trial : Trial
        Its inputs are used; its factors too where `forced`.
    rng : numpy.random.Generator, optional
        For the starting state, where `state` is not given, and for noise.
    state : SpikingState, optional
        Where to start; `SpikingState.at_rest` otherwise. It is not changed.
    forced : bool
        Feed the target factors back instead of the network's own ("teacher forcing").
    noise : float
        Standard deviation that white noise alone would give the free voltage.
    watch : sequence of int
        Neurons whose voltages are recorded.

    Returns
    -------
    Simulation

    Raises
    ------
    ValueError
        A trial that does not fit the network, or without factors where they are needed.
    """
    forced = _checks.flag("forced", forced)
    check_trial(network, trial, "trial", needs_factors=forced)
    if state is None:
        state = SpikingState.at_rest(network, rng=_checks.generator(rng))
    return Runner(network).run(trial, state, rng=rng, forced=forced, noise=noise, watch=watch)


def check_trial(network, trial, name, *, needs_factors):
    """Raise ValueError where a trial does not fit a network."""
    if not isinstance(trial, Trial):
        raise ValueError(f"{name}: expected a Trial, got {type(trial).__name__}")
    expected = (network.n_inputs, network.n_outputs, network.parameters.dt)
    came = (trial.n_inputs, trial.n_outputs, trial.dt)
    if expected != came:
        raise ValueError(f"{name}: expected (n_inputs, n_outputs, dt) = {expected}, got {came}")
    if needs_factors and trial.factors is None:
        raise ValueError(
            f"{name}: expected a trial with target factors (see spikelib.rate.teaching.teach), "
            "got none"
        )
    if trial.factors is not None and trial.factors.shape[1] != network.n_factors:
        raise ValueError(
            f"{name}: expected {network.n_factors} factors, got {trial.factors.shape[1]}"
        )


def check_trials(network, trials, *, needs_factors, skips=False):
    """The trials as a list, each object checked once against a network.

    `skips` says that steps which do not count will be left out; else such trials are refused.
    """
    trials = _checks.listed("trials", trials)
    if not trials:
        raise ValueError("trials: expected at least one trial, got none")
    seen = set()
    for index, trial in enumerate(trials):
        if id(trial) not in seen:
            check_trial(network, trial, f"trials[{index}]", needs_factors=needs_factors)
            if not skips:
                whole(trial, f"trials[{index}]")
            seen.add(id(trial))
    return trials


def _wiring(network):
    """The arguments of the compiled step."""
    p = network.parameters
    none = np.empty((0, p.n_neurons))
    slot = np.full(p.n_neurons, -1, np.int64)
    slot[network.trained_neurons] = np.arange(network.trained_neurons.size)
    membrane, slow, fast = p.decays
    return _kernel.Wiring(
        encoder=np.ascontiguousarray(network.encoder.T),
        bias=-network.mean_current,
        input_weights=np.ascontiguousarray(network.input_weights.T),
        slow_weights=none if network.slow_weights is None
        else np.ascontiguousarray(network.slow_weights.T),
        fast_weights=none if network.fast_weights is None
        else np.ascontiguousarray(network.fast_weights.T),
        slot=slot,
        inhibition_step=p.inhibition / (p.tau_fast * p.n_neurons),
        membrane_decay=membrane,
        slow_decay=slow,
        fast_decay=fast,
        threshold=p.threshold,
        reset=p.reset,
    )


def membrane_noise(parameters, noise, n_steps, rng):
    """Voltage steps (T, N) of white noise that alone would spread V by `noise`; (0, N) for 0."""
    if noise == 0:
        return np.empty((0, parameters.n_neurons))
    step = noise * np.sqrt(1 - parameters.decays[0] ** 2)
    return step * _checks.generator(rng).standard_normal((n_steps, parameters.n_neurons))
