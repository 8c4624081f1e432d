"""Rate of a noisy integrate-and-fire neuron as a function of its current, and back.

A constant current I and white noise that alone would spread the voltage by σ give the rate
(Siegert, 1951)::

    1/r = τ_m √π ∫ exp(u²) (1 + erf u) du,   u from (V_reset - I)/(√2 σ) to (V_th - I)/(√2 σ)

In steps of length dt a neuron is compared with its threshold only once a step, and misses
crossings in between. That is as if the threshold were higher by 0.5826 times the noise of
one step, σ √(1 - exp(-2 dt/τ_m)) (Broadie, Glasserman & Kou, 1997).
"""

import numpy as np

from spikelib import _checks
from spikelib.spiking.network import SpikingParameters

__all__ = ["current_for_rate", "firing_rate"]

_SHIFT = 0.5826  # -ζ(1/2)/√(2π)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


@_checks.takes(parameters="SpikingParameters")
def firing_rate(current, *, noise, parameters=None):
    """Firing rate of a leaky integrate-and-fire neuron.

    Parameters
    ----------
    current : array_like
        I, of any shape, in the unit of the voltage.
    noise : float
        σ, the standard deviation that the noise alone would give the free voltage; the same
        as in `spikelib.spiking.simulation.simulate`. Without noise,
        1/r = τ_m ln((I - V_reset)/(I - V_th)) above threshold and r = 0 below.
    parameters : SpikingParameters, optional
        For τ_m, dt, threshold and reset.

    Returns
    -------
    ndarray
        In Hz, in the shape of `current`.

    References
    ----------
    Siegert (1951), Phys. Rev. 81, 617; Broadie, Glasserman & Kou (1997), Math. Finance 7, 325.

    Examples
    --------
    >>> firing_rate([-2.0, 0.0, 2.0], noise=1.0).round(1)
    array([ 5.2, 30.4, 55.3])
    >>> firing_rate([-2.0, 2.0], noise=0.0).round(1)
    array([ 0. , 55.8])
    """
    p = SpikingParameters() if parameters is None else parameters
    noise = _checks.number("noise", noise, at_least=0)
    current = _checks.numbers("current", current)
    shape, current = current.shape, current.ravel()
    if noise == 0:
        above = current > p.threshold
        gap = np.where(above, current - p.threshold, 1.0)
        rates = 1 / (p.tau_membrane * np.log1p((p.threshold - p.reset) / gap))
        return np.where(above, rates, 0.0).reshape(shape)
    shift = _SHIFT * noise * np.sqrt(1 - np.exp(-2 * p.dt / p.tau_membrane))
    low, high = ((v - current) / (np.sqrt(2) * noise) for v in (p.reset, p.threshold + shift))
    with np.errstate(over="ignore"):
        rates = 1 / (p.tau_membrane * np.sqrt(np.pi) * _integral(low, high))
    return rates.reshape(shape)


def _integral(low, high):
    """∫ exp(u²) (1 + erf u) du, each (n,); below zero, where it falls off slowly, u = -sinh v."""
    from scipy.special import erfcx

    def over(start, end, integrand):
        half = (end - start)[:, None] / 2
        return np.sum(half * _WEIGHTS * integrand(start[:, None] + half * (_NODES + 1)), axis=1)

    negative = over(
        np.arcsinh(-np.minimum(high, 0)), np.arcsinh(-np.minimum(low, 0)),
        lambda v: erfcx(np.sinh(v)) * np.cosh(v),
    )
    return negative + over(np.maximum(low, 0), np.maximum(high, 0), lambda u: erfcx(-u))


@_checks.takes(parameters="SpikingParameters")
def current_for_rate(rates, *, noise, parameters=None, floor=0.1):
    """The constant current at which a neuron fires at a given rate: `firing_rate` reversed.

    Parameters
    ----------
    rates : array_like
        In Hz, of any shape, not negative.
    noise : float
        σ, above zero: without noise all rates below some 20 Hz belong to nearly the same
        current, just above threshold.
    parameters : SpikingParameters, optional
    floor : float
        Rates below are taken for this one, in Hz: a rate of zero belongs to no current.

    Returns
    -------
    ndarray
        In the shape of `rates`.

    Raises
    ------
    ValueError
        Negative rates; rates above half of 1/dt.

    Examples
    --------
    >>> current_for_rate([5.24, 30.4], noise=1.0).round(1)
    array([-2., 0.])
    """
    p = SpikingParameters() if parameters is None else parameters
    noise = _checks.number("noise", noise, above=0)
    floor = _checks.number("floor", floor, above=0)
    rates = _checks.numbers("rates", rates)
    shape, rates = rates.shape, rates.ravel()
    if rates.size and not 0 <= rates.min() <= rates.max() <= 0.5 / p.dt:
        raise ValueError(
            f"rates: expected firing rates from 0 to {0.5 / p.dt:g} Hz, got {rates.min():g} to "
            f"{rates.max():g}"
        )
    target = np.maximum(rates, floor)
    top = p.threshold + noise
    while rates.size and firing_rate(top, noise=noise, parameters=p) < target.max():
        top = p.threshold + 2 * (top - p.threshold)
    bottom = p.threshold - noise
    while firing_rate(bottom, noise=noise, parameters=p) > floor:
        bottom = p.threshold - 1.5 * (p.threshold - bottom)
    # Dense where the curve bends, around the threshold.
    below = np.linspace(bottom, p.threshold + noise, 2000)
    above = p.threshold + np.geomspace(noise, top - p.threshold, 500)[1:]
    currents = np.concatenate([below, above])
    known = firing_rate(currents, noise=noise, parameters=p)
    return np.interp(np.log(target), np.log(known), currents).reshape(shape)
