"""What a network under Dale's law looks like from inside: currents, spectrum, and a control."""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.dale.projection import traces

__all__ = [
    "SignedCurrents", "Spectrum", "excitatory_inhibitory_currents", "shuffled", "spectrum",
    "synaptic_charge",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class SignedCurrents:
    """Recurrent current of every neuron, by the sign of where it comes from.

    Parameters
    ----------
    excitatory : ndarray, shape (T, N)
        Never negative.
    inhibitory : ndarray, shape (T, N)
        Never positive.
    """

    excitatory: np.ndarray
    inhibitory: np.ndarray

    @property
    def net(self):
        """The sum of both, shape (T, N)."""
        return self.excitatory + self.inhibitory

    @property
    def correlation(self):
        """Correlation over time of excitation and (positive) inhibition, shape (N,).

        1 where each rise of one is met by a rise of the other; NaN where one of them is constant.
        """
        one, other = (x - x.mean(axis=0) for x in (self.excitatory, -self.inhibitory))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sum(one * other, axis=0) / np.sqrt(
                np.sum(one**2, axis=0) * np.sum(other**2, axis=0)
            )

    @property
    def cancelled(self):
        """Share of the mean excitation that mean inhibition takes away, shape (N,)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return -self.inhibitory.mean(axis=0) / self.excitatory.mean(axis=0)


@_checks.takes(dale="DaleNetwork")
def excitatory_inhibitory_currents(dale, spikes, *, n_skip=0):
    """Excitatory and inhibitory recurrent current of every neuron, from given spikes.

    Parameters
    ----------
    dale : DaleNetwork
    spikes : array_like, shape (T, N)
        Such as `Simulation.spikes` of trials in a row.
    n_skip : int
        Steps left out at the start; before the first step there are no traces.

    Returns
    -------
    SignedCurrents
        Of T - n_skip steps.

    Raises
    ------
    ValueError
        A network with weights of the wrong sign; fewer steps than are left out.
    """
    if dale.sign_violations:
        raise ValueError(
            "dale: expected a network that keeps to its signs, got "
            f"{dale.sign_violations} weights that do not"
        )
    network = dale.network
    s = traces(spikes, network.parameters)
    n_skip = _checks.count("n_skip", n_skip, at_least=0, at_most=len(s) - 1)
    weights = np.hstack([network.slow_weights, network.fast_weights]).T
    excite = np.tile(dale.signs > 0, 2)
    parts = (s[n_skip:, who] @ weights[who] for who in (excite, ~excite))
    return SignedCurrents(**dict(zip(("excitatory", "inhibitory"), parts, strict=True)))


@_checks.takes(dale="DaleNetwork")
def synaptic_charge(dale):
    """What a spike gives in all, τ_s J^s + τ_f J^f, shape (N, N), (post, pre).

    The current times its time, in seconds: at a rate of r Hz, a synapse adds r times this to the
    mean current of the receiving neuron.
    """
    network = dale.network
    p = network.parameters
    return p.tau_slow * network.slow_weights + p.tau_fast * network.fast_weights


@dataclass(frozen=True, kw_only=True, eq=False)
class Spectrum:
    """Eigenvalues of a recurrent matrix, and what a random one would have.

    Parameters
    ----------
    eigenvalues : ndarray of complex, shape (N,)
        In order of their size, the largest first.
    radius : float
        Of the disc in which those of a random matrix with the same means and variances lie.
    mean_mode : float
        The one eigenvalue outside that the mean weights would give.
    """

    eigenvalues: np.ndarray
    radius: float
    mean_mode: float


def spectrum(weights, signs):
    """Eigenvalues of a signed matrix, beside those expected of a random one.

    For independent weights whose mean and variance are those of their column's kind (fraction
    f of the columns excitatory, with μ_E and σ_E; the others inhibitory), for large N::

        radius = sqrt(N (f σ_E² + (1 - f) σ_I²)),     mean mode = N (f μ_E + (1 - f) μ_I)

    Missing connections count as zeros, in means and in variances.

    Parameters
    ----------
    weights : array_like, shape (N, N)
        (post, pre), for instance `synaptic_charge`.
    signs : array_like, shape (N,)

    Returns
    -------
    Spectrum

    References
    ----------
    Rajan and Abbott (2006), Physical Review Letters 97, 188104.

    Examples
    --------
    >>> result = spectrum([[0.0, -1.0], [1.0, 0.0]], [1, -1])
    >>> np.abs(result.eigenvalues).round(6).tolist(), result.mean_mode
    ([1.0, 1.0], 0.0)
    """
    weights = _checks.array("weights", weights, ("post", "pre"))
    n = len(weights)
    weights = _checks.array("weights", weights, ("post", "pre"), (n, n))
    signs = _checks.array("signs", signs, ("n_neurons",), (n,))
    values = np.linalg.eigvals(weights)
    kinds = [weights[:, signs > 0], weights[:, signs < 0]]
    return Spectrum(
        eigenvalues=values[np.argsort(-np.abs(values))],
        radius=float(np.sqrt(sum(x.var() * x.shape[1] for x in kinds if x.size))),
        mean_mode=float(sum(x.mean() * x.shape[1] for x in kinds if x.size)),
    )


@_checks.takes(dale="DaleNetwork")
def shuffled(dale, *, rng):
    """The same weights in other places: a control for everything that the order matters to.

    Each neuron keeps its incoming weights, zeros included, and the number of its
    excitatory and inhibitory inputs; within each of the two kinds they are dealt anew among
    its connections, the slow and the fast weight of a synapse together.

    Parameters
    ----------
    dale : DaleNetwork
    rng : numpy.random.Generator

    Returns
    -------
    DaleNetwork
    """
    rng = _checks.generator(rng)
    slow, fast = dale.network.slow_weights.copy(), dale.network.fast_weights.copy()
    for i, row in enumerate(dale.connected):
        for sign in (1, -1):
            here = np.flatnonzero(row & (dale.signs == sign))
            dealt = rng.permutation(here)
            slow[i, here], fast[i, here] = slow[i, dealt], fast[i, dealt]
    return replace(
        dale, network=replace(dale.network, slow_weights=slow, fast_weights=fast)
    )
