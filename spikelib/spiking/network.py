"""Recurrent networks of leaky integrate-and-fire neurons.

Voltages are dimensionless: threshold 0, reset -10, no refractory period.  One step
of length dt, exponential Euler, with the currents of the step before::

    V∞ = u z_D + I_slow + I_fast + I_inh - I_mean + u_in f_in(t)
    V  ← V∞ + (V - V∞) exp(-dt/τ_m);      V >= 0: spike, V ← -10
    s  ← s exp(-dt/τ), +1 at a spike, for slow and fast traces
    z_D = W s,   z = w s,   s = [s_slow; s_fast]

u (N, D) spreads the factors z_D over all neurons, so that the learned recurrent matrix
is u W: of rank D, and never needed in full.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib._files import read_npz, write_npz
from spikelib.components import Factors
from spikelib.errors import SavedFileError
from spikelib.rate.network import RateNetwork
from spikelib.spiking.encoder import draw_encoder

__all__ = ["SpikingNetwork", "SpikingParameters"]

_FORMAT = "spikelib network"
_FORMAT_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class SpikingParameters:
    """Parameters of a spiking network.

    Parameters
    ----------
    n_neurons : int
        N.
    trained_fraction : float
        Fraction n/N of the neurons whose outgoing synapses are trained.
    dt : float
        Time step in seconds.
    tau_membrane, tau_slow, tau_fast : float
        τ_m, τ_s, τ_f in seconds.
    threshold, reset : float
        Dimensionless voltages.
    encoder_gain : float
        g_z.
    slow_gain, fast_gain : float
        g_s and g_f in seconds: fixed random synapses are drawn from N(0, (g/τ)²/N). Zero for
        none; the paper's successor uses 0.11 and 0.13 for irregular firing.
    inhibition : float
        μ_f in seconds: each spike adds μ_f/(τ_f N) to the current of every neuron.
    """

    n_neurons: int = 500
    trained_fraction: float = 0.4
    dt: float = 0.001
    tau_membrane: float = 0.01
    tau_slow: float = 0.1
    tau_fast: float = 0.005
    threshold: float = 0.0
    reset: float = -10.0
    encoder_gain: float = 6.0
    slow_gain: float = 0.0
    fast_gain: float = 0.0
    inhibition: float = -0.3

    def __post_init__(self):
        _checks.count("n_neurons", self.n_neurons)
        _checks.number("trained_fraction", self.trained_fraction, above=0, at_most=1)
        for name in ("dt", "tau_membrane", "tau_slow", "tau_fast", "encoder_gain"):
            _checks.number(name, getattr(self, name), above=0)
        for name in ("slow_gain", "fast_gain"):
            _checks.number(name, getattr(self, name), at_least=0)
        for name in ("threshold", "reset", "inhibition"):
            _checks.number(name, getattr(self, name))
        if self.reset >= self.threshold:
            raise ValueError(
                f"reset: expected a voltage below the threshold {self.threshold}, got {self.reset}"
            )

    @property
    def n_trained(self):
        """Number n of neurons whose outgoing synapses are trained."""
        return max(1, round(self.trained_fraction * self.n_neurons))

    @property
    def decays(self):
        """Factors by which voltage, slow and fast traces decay in one step."""
        taus = np.array([self.tau_membrane, self.tau_slow, self.tau_fast])
        return tuple(float(x) for x in np.exp(-self.dt / taus))


@dataclass(frozen=True, kw_only=True, eq=False)
class SpikingNetwork:
    """Weights of a spiking network.

    Parameters
    ----------
    parameters : SpikingParameters
    encoder : ndarray, shape (N, D)
        u, what each factor adds to the current of each neuron.
    input_weights : ndarray, shape (N, n_inputs)
        u_in.
    mean_current : ndarray, shape (N,)
        I_mean, subtracted from every neuron's current.
    trained_neurons : ndarray of int, shape (n,)
        The neurons whose outgoing synapses are trained, in increasing order.
    factor_weights : ndarray, shape (D, 2 n)
        W: slow synapses of the n neurons, then fast ones.
    output_weights : ndarray, shape (n_outputs, 2 n)
        w.
    slow_weights, fast_weights : ndarray, shape (N, N), optional
        Fixed synapses J^s and J^f, (post, pre); None for none.
    """

    parameters: SpikingParameters
    encoder: np.ndarray
    input_weights: np.ndarray
    mean_current: np.ndarray
    trained_neurons: np.ndarray
    factor_weights: np.ndarray
    output_weights: np.ndarray
    slow_weights: np.ndarray | None = None
    fast_weights: np.ndarray | None = None

    def __post_init__(self):
        _checks.instance("parameters", self.parameters, "SpikingParameters")
        n = self.parameters.n_neurons
        trained = _checks.whole("trained_neurons", self.trained_neurons)
        if not 1 <= trained.size <= n:
            raise ValueError(
                f"trained_neurons: expected 1 to {n} whole numbers, got an array of "
                f"{trained.dtype} and shape {trained.shape}"
            )
        if (np.diff(trained) <= 0).any() or trained[0] < 0 or trained[-1] >= n:
            raise ValueError(f"trained_neurons: expected increasing numbers from 0 to {n - 1}")
        object.__setattr__(self, "trained_neurons", trained.astype(np.int64))
        encoder = _checks.array("encoder", self.encoder, ("n_neurons", "n_factors"), (n, None))
        m = 2 * trained.size
        axes = {
            "encoder": (("n_neurons", "n_factors"), (n, None)),
            "input_weights": (("n_neurons", "n_inputs"), (n, None)),
            "mean_current": (("n_neurons",), (n,)),
            "factor_weights": (("n_factors", "2 n_trained"), (encoder.shape[1], m)),
            "output_weights": (("n_outputs", "2 n_trained"), (None, m)),
            "slow_weights": (("n_neurons", "n_neurons"), (n, n)),
            "fast_weights": (("n_neurons", "n_neurons"), (n, n)),
        }
        for name, (names, sizes) in axes.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _checks.array(name, value, names, sizes))

    @classmethod
    @_checks.takes(parameters="SpikingParameters", factors="Factors", teacher="RateNetwork")
    def draw(cls, parameters, factors, teacher, *, rng):
        """Draw an untrained network for the factors of a teacher.

        u = U V_D and u_in = U ũ_in with U = g_z times a random matrix with orthonormal
        columns (rows, where N < Ñ); J^s and J^f where their gains are above zero; the
        trained neurons; zero for all that is learned.

        Parameters
        ----------
        parameters : SpikingParameters
        factors : Factors
        teacher : RateNetwork
        rng : numpy.random.Generator

        Raises
        ------
        ValueError
            Teacher and factors of different size, or different time steps.
        """
        if not isinstance(factors, Factors) or not isinstance(teacher, RateNetwork):
            raise ValueError(
                "factors, teacher: expected Factors and RateNetwork, got "
                f"{type(factors).__name__} and {type(teacher).__name__}"
            )
        n_units = teacher.parameters.n_units
        if len(factors.components) != n_units:
            raise ValueError(
                f"factors: expected components of the teacher's {n_units} units, got "
                f"{len(factors.components)}"
            )
        if teacher.parameters.dt != parameters.dt:
            raise ValueError(
                f"parameters: expected the teacher's dt of {teacher.parameters.dt} s, "
                f"got {parameters.dt} s"
            )
        n = parameters.n_neurons
        for_encoder, for_wiring = _checks.generator(rng).spawn(2)
        spread = draw_encoder(n, n_units, gain=parameters.encoder_gain, rng=for_encoder)
        return cls.from_encoder(
            parameters,
            encoder=spread @ factors.components,
            input_weights=spread @ teacher.input_weights,
            n_outputs=teacher.n_outputs,
            rng=for_wiring,
        )

    @classmethod
    @_checks.takes(parameters="SpikingParameters")
    def from_encoder(cls, parameters, *, encoder, input_weights, n_outputs, rng):
        """Draw an untrained network around given encoding weights.

        Parameters
        ----------
        parameters : SpikingParameters
        encoder : array_like, shape (N, D)
            u.
        input_weights : array_like, shape (N, n_inputs)
            u_in.
        n_outputs : int
        rng : numpy.random.Generator
        """
        n, m = parameters.n_neurons, 2 * parameters.n_trained
        encoder = _checks.array("encoder", encoder, ("n_neurons", "n_factors"), (n, None))
        _checks.count("n_outputs", n_outputs)
        slow_rng, fast_rng, choice_rng = _checks.generator(rng).spawn(3)

        def fixed(gain, tau, own_rng):
            if gain == 0:
                return None
            # Stored so that the synapses of one presynaptic neuron lie side by side.
            return (own_rng.standard_normal((n, n)) * (gain / tau / np.sqrt(n))).T

        _checks.room("n_outputs", n_outputs, m)
        return cls(
            parameters=parameters,
            encoder=encoder,
            input_weights=input_weights,
            mean_current=np.zeros(n),
            trained_neurons=np.sort(choice_rng.choice(n, parameters.n_trained, replace=False)),
            factor_weights=np.zeros((encoder.shape[1], m)),
            output_weights=np.zeros((n_outputs, m)),
            slow_weights=fixed(parameters.slow_gain, parameters.tau_slow, slow_rng),
            fast_weights=fixed(parameters.fast_gain, parameters.tau_fast, fast_rng),
        )

    @property
    def n_factors(self):
        """Number of factors D."""
        return self.encoder.shape[1]

    @property
    def n_inputs(self):
        """Number of input channels."""
        return self.input_weights.shape[1]

    @property
    def n_outputs(self):
        """Number of output channels."""
        return self.output_weights.shape[0]

    def save(self, path):
        """Write the network to one ``.npz`` file, without pickle.

        The file is written beside its place and then moved there, so that an
        interrupted save leaves the old file as it was.
        """
        arrays = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "parameters" and getattr(self, field.name) is not None
        }
        header = {
            "format": _FORMAT,
            "version": _FORMAT_VERSION,
            "parameters": dataclasses.asdict(self.parameters),
        }
        write_npz(path, header, arrays)

    @classmethod
    def load(cls, path):
        """Read a network that `save` has written; it gives the same spikes.

        Raises
        ------
        SavedFileError
            Not such a file, damaged, or from a newer format.
        FileNotFoundError
        """
        header, arrays = read_npz(path, _FORMAT, _FORMAT_VERSION)
        try:
            return cls(parameters=SpikingParameters(**header["parameters"]), **arrays)
        except (KeyError, TypeError, ValueError) as error:
            raise SavedFileError(f"{path}: expected the fields of a network: {error}") from error
