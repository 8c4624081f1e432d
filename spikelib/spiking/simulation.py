"""Running a spiking network with frozen weights."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib._kernels import spiking as _kernel
from spikelib.tasks.trials import Trial

__all__ = ["Simulation", "SpikingState", "simulate"]


@dataclass(kw_only=True, eq=False)
class SpikingState:
    """What a network carries from one step to the next.

    Parameters
    ----------
    voltage : ndarray, shape (N,)
    slow_current, fast_current : ndarray, shape (N,)
        Currents of the fixed synapses.
    inhibition : float
        I_inh, the same for all neurons.
    slow_trace, fast_trace : ndarray, shape (n,)
        s of the trained neurons.
    feedback : ndarray, shape (P,)
        z_P of the last step.
    """

    voltage: np.ndarray
    slow_current: np.ndarray
    fast_current: np.ndarray
    inhibition: float
    slow_trace: np.ndarray
    fast_trace: np.ndarray
    feedback: np.ndarray

    @classmethod
    def at_rest(cls, network, *, rng):
        """The start of the 2016 demonstration: V ~ N(0, 10⁻⁶), all currents zero."""
        voltage = 1e-3 * _checks.generator(rng).standard_normal(network.parameters.n_neurons)
        return cls._silent(network, voltage)

    @classmethod
    def random(cls, network, *, rng):
        """Voltages uniform between reset and threshold, all currents zero."""
        p = network.parameters
        voltage = _checks.generator(rng).uniform(p.reset, p.threshold, p.n_neurons)
        return cls._silent(network, voltage)

    @classmethod
    def _silent(cls, network, voltage):
        n = network.trained_neurons.size
        return cls(
            voltage=voltage,
            slow_current=np.zeros(voltage.size),
            fast_current=np.zeros(voltage.size),
            inhibition=0.0,
            slow_trace=np.zeros(n),
            fast_trace=np.zeros(n),
            feedback=np.zeros(network.n_factors),
        )

    def copy(self):
        """An independent copy."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return SpikingState(**{k: v if np.isscalar(v) else v.copy() for k, v in values.items()})

    def dynamics(self):
        """The arrays that the compiled step changes; the library's own business."""
        n = self.voltage.size
        return _kernel.Dynamics(
            voltage=self.voltage.copy(),
            slow_current=self.slow_current.copy(),
            fast_current=self.fast_current.copy(),
            inhibition=np.array([self.inhibition]),
            feedback=self.feedback.copy(),
            current=np.empty(n),
            spikes=np.empty(n, np.int64),
        )

    @classmethod
    def from_dynamics(cls, dynamics, slow_trace, fast_trace):
        """The reverse of `dynamics`."""
        return cls(
            voltage=dynamics.voltage.copy(),
            slow_current=dynamics.slow_current.copy(),
            fast_current=dynamics.fast_current.copy(),
            inhibition=float(dynamics.inhibition[0]),
            slow_trace=slow_trace.copy(),
            fast_trace=fast_trace.copy(),
            feedback=dynamics.feedback.copy(),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulation:
    """What a network did.

    Parameters
    ----------
    outputs : ndarray, shape (T, n_outputs)
        z.
    factors : ndarray, shape (T, P)
        z_P.
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
    check_trial(network, trial, "trial", needs_factors=forced)
    if state is None:
        state = SpikingState.at_rest(network, rng=_checks.generator(rng))
    return simulate_prepared(
        network, prepare(network), trial, state, rng=rng, forced=forced, noise=noise, watch=watch
    )


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


def wiring(network):
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


def prepare(network):
    """What every trial of a frozen network needs: wiring, and readout (2 n, P + n_outputs)."""
    readout = np.vstack([network.factor_weights, network.output_weights]).T
    return wiring(network), np.ascontiguousarray(readout)


def simulate_prepared(network, prepared, trial, state, *, rng, forced=False, noise=0.0, watch=()):
    """`simulate` for many trials of one network: no checks of the trial, nothing made twice."""
    p = network.parameters
    wiring, readout = prepared
    n_steps = trial.n_steps
    noise = _checks.number("noise", noise, at_least=0)
    watch = np.asarray(watch, dtype=np.int64).reshape(-1)
    if watch.size and (watch.min() < 0 or watch.max() >= p.n_neurons):
        raise ValueError(f"watch: expected neurons from 0 to {p.n_neurons - 1}, got {watch}")
    dynamics = state.dynamics()
    slow, fast = state.slow_trace.copy(), state.fast_trace.copy()
    outputs = np.empty((n_steps, readout.shape[1]))
    counts = np.empty(n_steps, np.int64)
    voltages = np.empty((n_steps, watch.size))
    # Without a refractory period every neuron may fire at every step.
    ids = np.empty(n_steps * p.n_neurons, np.int32)
    total = _kernel.simulate(
        wiring, dynamics, readout, slow, fast, trial.inputs,
        trial.factors if forced else np.empty((0, network.n_factors)),
        membrane_noise(p, noise, n_steps, rng), watch, outputs, counts, ids, voltages,
    )
    return Simulation(
        outputs=outputs[:, network.n_factors :],
        factors=outputs[:, : network.n_factors],
        spike_steps=np.repeat(np.arange(n_steps), counts),
        spike_neurons=ids[:total].astype(np.int64),
        voltages=voltages,
        state=SpikingState.from_dynamics(dynamics, slow, fast),
        dt=p.dt,
        n_neurons=p.n_neurons,
    )


def membrane_noise(parameters, noise, n_steps, rng):
    """Voltage steps (T, N) of white noise that alone would spread V by `noise`; (0, N) for 0."""
    if noise == 0:
        return np.empty((0, parameters.n_neurons))
    step = noise * np.sqrt(1 - parameters.decays[0] ** 2)
    return step * _checks.generator(rng).standard_normal((n_steps, parameters.n_neurons))
