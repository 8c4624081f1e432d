"""Networks in which every neuron has a few trained synapses of its own.

The neurons are those of `spikelib.spiking.network`. Their recurrent current does not pass through
factors: neuron i listens to K others, through slow synapses with weights of its own::

    I_i = W_i s_i,   s_i = the slow traces of presynaptic[i]

So each neuron can have a current that no combination of a few signals makes.
"""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib._kernels import sparse as _kernel
from spikelib.least_squares.sparse import draw_presynaptic, links
from spikelib.spiking.simulation import membrane_noise

__all__ = ["SparseNetwork", "SparseRunner", "current_correlation"]

_BLOCK = 256  # neurons


@dataclass(frozen=True, kw_only=True, eq=False)
class SparseNetwork:
    """Weights of a network with a few trained synapses for each neuron.

    Parameters
    ----------
    parameters : SpikingParameters
        Those that speak of factors, fast and fixed synapses have no effect.
    presynaptic : array_like of int, shape (N, K)
        The neurons that each one listens to.
    weights : array_like, shape (N, K)
        W, kept in single precision.
    input_weights : array_like, shape (N, n_inputs)
        u_in.
    """

    parameters: object
    presynaptic: np.ndarray
    weights: np.ndarray
    input_weights: np.ndarray

    def __post_init__(self):
        _checks.instance("parameters", self.parameters, "SpikingParameters")
        n = self.parameters.n_neurons
        presynaptic = links("presynaptic", self.presynaptic, n)
        if len(presynaptic) != n:
            raise ValueError(f"presynaptic: expected {n} rows, got {len(presynaptic)}")
        weights = _checks.array("weights", self.weights, ("N", "K"), presynaptic.shape)
        object.__setattr__(self, "presynaptic", presynaptic)
        object.__setattr__(self, "weights", weights.astype(np.float32))
        object.__setattr__(self, "input_weights", _checks.array(
            "input_weights", self.input_weights, ("N", "n_inputs"), (n, None)))

    @classmethod
    @_checks.takes(parameters="SpikingParameters")
    def draw(cls, parameters, *, n_presynaptic, input_weights, rng):
        """Draw an untrained network: random presynaptic neurons, weights of zero.

        Parameters
        ----------
        parameters : SpikingParameters
        n_presynaptic : int
            K.
        input_weights : array_like, shape (N, n_inputs)
        rng : numpy.random.Generator
        """
        presynaptic = draw_presynaptic(parameters.n_neurons, n_presynaptic, rng=rng)
        return cls(parameters=parameters, presynaptic=presynaptic,
                   weights=np.zeros(presynaptic.shape, np.float32), input_weights=input_weights)

    @property
    def n_inputs(self):
        """Number of input channels."""
        return self.input_weights.shape[1]


class SparseRunner:
    """A network of this kind, made ready once, and the state that it is in.

    Parameters
    ----------
    network : SparseNetwork
    weights : ndarray of float32, shape (N, K), optional
        Weights that are used in place of the network's, and may change meanwhile.

    Attributes
    ----------
    state : namedtuple
        Voltages, own currents, traces; all arrays.
    """

    def __init__(self, network, weights=None):
        _checks.instance("network", network, "SparseNetwork")
        self.network, p = network, network.parameters
        self.weights = network.weights if weights is None else weights
        membrane, slow, fast = p.decays
        self._neurons = _kernel.Neurons(
            input_weights=np.ascontiguousarray(network.input_weights.T),
            inhibition_step=p.inhibition / (p.tau_fast * p.n_neurons),
            membrane_decay=membrane, trace_decay=slow, fast_decay=fast,
            threshold=p.threshold, reset=p.reset,
        )
        self._links = _listeners(network.presynaptic)
        self.state = _kernel.Activity(
            voltage=np.zeros(p.n_neurons), own=np.zeros(p.n_neurons),
            trace=np.zeros(p.n_neurons), inhibition=np.zeros(1),
            spikes=np.zeros(p.n_neurons, np.int64), counts=np.zeros(p.n_neurons, np.int64),
        )

    def restart(self, *, rng):
        """Voltages uniform between reset and threshold, everything else silent."""
        p = self.network.parameters
        for values in self.state:
            values[:] = 0
        self.state.voltage[:] = _checks.generator(rng).uniform(p.reset, p.threshold, p.n_neurons)

    def run(self, trial, *, rng=None, forced=False, noise=0.0):
        """One trial from the state that the network is in, which it changes.

        Parameters
        ----------
        trial : Trial
            Its inputs; where `forced`, its outputs (T, N) replace the neurons' own currents.
        rng : numpy.random.Generator, optional
            For noise.
        forced : bool
        noise : float
            As for `spikelib.spiking.simulation.simulate`.

        Returns
        -------
        ndarray, shape (T, N)
            The neurons' own currents.
        """
        self.check(trial, targets=_checks.flag("forced", forced))
        noise = _checks.number("noise", noise, at_least=0)
        currents = np.empty((trial.n_steps, self.network.parameters.n_neurons))
        self.advance(
            trial.inputs, trial.outputs if forced else None, currents,
            membrane_noise(self.network.parameters, noise, trial.n_steps, rng),
        )
        return currents

    def advance(self, inputs, forced=None, currents=None, jitter=None):
        """Some steps without checks; returns the number of spikes. The library's own business."""
        none = np.empty((0, 0))
        return _kernel.advance(
            self._neurons, self._links, self.weights, self.state, inputs,
            *(none if x is None else x for x in (forced, jitter, currents)),
        )

    def check(self, trial, name="trial", *, targets):
        """Raise ValueError where a trial does not fit; `targets`: whether it needs them."""
        _checks.instance(name, trial, "Trial")
        network, n = self.network, self.network.parameters.n_neurons
        expected, came = [network.n_inputs, network.parameters.dt], [trial.n_inputs, trial.dt]
        if expected != came:
            raise ValueError(f"{name}: expected [n_inputs, dt] = {expected}, got {came}")
        if targets and trial.n_outputs != n:
            raise ValueError(
                f"{name}: expected outputs that are the target current of each of the {n} neurons, "
                f"got {trial.n_outputs}"
            )


def current_correlation(currents, trial):
    """Correlation of currents (T, N) with the outputs of a trial, over the steps that count.

    Parameters
    ----------
    currents : array_like, shape (T, N)
    trial : Trial

    Returns
    -------
    ndarray, shape (N,)
        Pearson's correlation of each neuron; 0 where one of the two does not move.
    """
    _checks.instance("trial", trial, "Trial")
    targets = trial.outputs
    currents = _checks.array("currents", currents, ("T", "N"), targets.shape)
    at = slice(None) if trial.counted is None else trial.counted
    result = np.zeros(targets.shape[1])
    for first in range(0, result.size, _BLOCK):  # few at a time: many neurons make large copies
        own, target = currents[at, first : first + _BLOCK], targets[at, first : first + _BLOCK]
        x, y = own - own.mean(axis=0), target - target.mean(axis=0)
        scale = np.sqrt((x * x).sum(axis=0) * (y * y).sum(axis=0))
        np.divide((x * y).sum(axis=0), scale, out=result[first : first + _BLOCK], where=scale > 0)
    return result


def _listeners(presynaptic):
    """The reverse of `presynaptic`: for each neuron, who listens to it."""
    n, k = presynaptic.shape
    flat = presynaptic.ravel()
    order = np.argsort(flat, kind="stable").astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=n))])
    return _kernel.Links(
        presynaptic=presynaptic, starts=starts.astype(np.int64),
        listeners=(order // k).astype(np.int32), places=(order % k).astype(np.int32),
    )
