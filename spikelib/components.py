"""Principal components of a teacher's currents: the targets of the spiking network."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spikelib import _checks

__all__ = ["Factors", "principal_components"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Factors:
    """Leading principal components of a set of currents.

    Parameters
    ----------
    components : ndarray, shape (Ñ, D)
        V_D, orthonormal columns, the largest first.
    variances : ndarray, shape (Ñ,)
        Eigenvalues of the second-moment matrix, the largest first, all of them.
    """

    components: np.ndarray
    variances: np.ndarray

    def __post_init__(self):
        components = _checks.array("components", self.components, ("n_units", "n_factors"))
        n_units, n_factors = components.shape
        if n_factors > n_units:
            raise ValueError(f"components: expected at most {n_units} factors, got {n_factors}")
        variances = _checks.array("variances", self.variances, ("n_units",), (n_units,))
        object.__setattr__(self, "components", components)
        object.__setattr__(self, "variances", variances)

    @property
    def n_factors(self):
        """Number of factors D."""
        return self.components.shape[1]

    @property
    def explained(self):
        """Fraction of the variance that the first 1, 2, ... components hold, shape (Ñ,)."""
        return np.cumsum(self.variances) / self.variances.sum()

    def project(self, currents):
        """Factor signals y = V_Dᵀ f_J of currents (T, Ñ); shape (T, D)."""
        n_units = len(self.components)
        currents = _checks.array("currents", currents, ("T", "n_units"), (None, n_units))
        return currents @ self.components

    def rebuild(self, factors):
        """Currents (T, Ñ) that factor signals (T, D) stand for."""
        factors = _checks.array("factors", factors, ("T", "n_factors"), (None, self.n_factors))
        return factors @ self.components.T


def principal_components(currents, *, variance=None, n_factors=None):
    """Principal components of currents, uncentred.

    C = Σ_t f_J f_Jᵀ over all trials; V_D holds its D leading eigenvectors. D is given
    or the fewest that hold the stated fraction of the trace of C.

    Parameters
    ----------
    currents : ndarray, shape (T, Ñ), or an iterable of them
    variance : float, optional
        Fraction of the variance to hold, between 0 and 1 (the paper: 0.999).
    n_factors : int, optional
        P. Exactly one of the two is given.

    Returns
    -------
    Factors

    Raises
    ------
    ValueError
        Both or none of the two given; more factors than units; currents that are all
        zero or not finite.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> currents = rng.normal(size=(100, 2)) @ rng.normal(size=(2, 10))
    >>> principal_components(currents, variance=0.999).n_factors
    2
    """
    if (variance is None) == (n_factors is None):
        raise ValueError(
            "variance, n_factors: expected exactly one of the two, got "
            f"variance={variance!r}, n_factors={n_factors!r}"
        )
    if isinstance(currents, np.ndarray) and currents.ndim == 2:
        currents = [currents]
    second_moment = None
    for trial, times in _with_counts(currents):
        n_units = None if second_moment is None else len(second_moment)
        f_J = _checks.array("currents", trial, ("T", "n_units"), (None, n_units))
        square = times * (f_J.T @ f_J)
        second_moment = square if second_moment is None else second_moment + square
    if second_moment is None:
        raise ValueError("currents: expected at least one trial, got none")
    if not second_moment.size:
        raise ValueError("currents: expected at least one unit, got none")
    return components_of_moment(second_moment, variance=variance, n_factors=n_factors)


def components_of_moment(second_moment, *, variance=None, n_factors=None):
    """As `principal_components`, from C = Σ_t f_J f_Jᵀ (Ñ, Ñ) itself."""
    if (variance is None) == (n_factors is None):
        raise ValueError(
            "variance, n_factors: expected exactly one of the two, got "
            f"variance={variance!r}, n_factors={n_factors!r}"
        )
    n_units = len(second_moment)
    eigenvalues, eigenvectors = np.linalg.eigh(second_moment)
    eigenvalues = np.maximum(eigenvalues[::-1], 0)
    if eigenvalues[0] == 0:
        raise ValueError("currents: expected some value other than zero, got only zeros")
    if n_factors is None:
        variance = _checks.number("variance", variance, above=0, at_most=1)
        held = np.cumsum(eigenvalues) / eigenvalues.sum()
        n_factors = min(int(np.searchsorted(held, variance)) + 1, n_units)
    else:
        n_factors = _checks.count("n_factors", n_factors, at_most=n_units)
    components = eigenvectors[:, ::-1][:, :n_factors]
    return Factors(components=components * signs_of(components), variances=eigenvalues)


def time_courses(signals):
    """Principal components of signals around their means, as time courses and loadings.

    signals - mean = courses @ diag(sizes) @ loadings.T, the largest first.

    Parameters
    ----------
    signals : ndarray, shape (T, N)

    Returns
    -------
    mean : ndarray, shape (N,)
    courses : ndarray, shape (T, K)
        Orthonormal columns; K = min(T, N).
    sizes : ndarray, shape (K,)
        Singular values; sizes²/Σ sizes² are the shares of the variance.
    loadings : ndarray, shape (N, K)
        Orthonormal columns.
    """
    mean = signals.mean(axis=0)
    courses, sizes, loadings = np.linalg.svd(signals - mean, full_matrices=False)
    signs = signs_of(loadings.T)
    return mean, courses * signs, sizes, loadings.T * signs


def signs_of(loadings):
    """The sign of a component is arbitrary: make the largest entry of each column positive."""
    largest = loadings[np.abs(loadings).argmax(axis=0), np.arange(loadings.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)


def _with_counts(trials):
    """Pairs of an item and how often it occurs, for items that repeat within a few."""
    trials = _checks.listed("currents", trials) if not isinstance(trials, Iterator) else trials
    recent = {}  # holds the items themselves, so that no id is used twice
    for trial in trials:
        recent.setdefault(id(trial), [trial, 0])[1] += 1
        if len(recent) > 8:
            yield recent.pop(next(iter(recent)))
    yield from recent.values()
