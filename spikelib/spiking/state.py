"""What a spiking network carries from one step to the next."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib._kernels import spiking as _kernel

__all__ = ["SpikingState"]


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
    feedback : ndarray, shape (D,)
        z_D of the last step.
    """

    voltage: np.ndarray
    slow_current: np.ndarray
    fast_current: np.ndarray
    inhibition: float
    slow_trace: np.ndarray
    fast_trace: np.ndarray
    feedback: np.ndarray

    @classmethod
    @_checks.takes(network="SpikingNetwork")
    def at_rest(cls, network, *, rng):
        """The start of the 2016 demonstration: V ~ N(0, 10⁻⁶), all currents zero."""
        voltage = 1e-3 * _checks.generator(rng).standard_normal(network.parameters.n_neurons)
        return cls._silent(network, voltage)

    @classmethod
    @_checks.takes(network="SpikingNetwork")
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
