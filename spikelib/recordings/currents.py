"""From recorded rates to the currents that a network's neurons have to receive.

The recorded rate of each neuron says which current it has to receive (`spikelib.spiking.fi_curve`);
the principal components of all these currents are the factors, and what each neuron takes
of them is its row of the encoder::

    current of neuron i = Σ_p encoder[i, p] y_p(t) + constant[i]
"""

import warnings
from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib.components import time_courses
from spikelib.recordings import _gaps
from spikelib.recordings.recording import Recording
from spikelib.spiking.fi_curve import current_for_rate, firing_rate
from spikelib.tasks.trials import Trial

__all__ = ["TargetCurrents", "cued_trials", "target_currents"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetCurrents:
    """The currents that a network's neurons have to receive, as few signals.

    Parameters
    ----------
    encoder : ndarray, shape (N, D)
        What each neuron takes of each factor.
    constant : ndarray, shape (N,)
        What it receives besides.
    factors : ndarray, shape (n_conditions, T, D)
        y, of mean 0 and variance 1 over conditions and time, at the recording's samples.
    variances : ndarray, shape (any,)
        Variance of the currents along each principal component, the largest first.
    dt : float
        Sampling interval of the factors in seconds.
    recorded : ndarray of bool, shape (n_conditions, T), optional
        Samples of which half of the neurons or more were recorded; None where that is all. In
        the others the factors are straight lines from one to the next: they drive a network,
        and are neither learned nor scored.
    """

    encoder: np.ndarray
    constant: np.ndarray
    factors: np.ndarray
    variances: np.ndarray
    dt: float
    recorded: np.ndarray | None = None

    @property
    def explained(self):
        """Fraction of the currents' variance that the factors hold."""
        n_factors = self.encoder.shape[1]
        return float(self.variances[:n_factors].sum() / self.variances.sum())

    def currents(self):
        """Of each neuron, shape (n_conditions, T, N)."""
        return self.factors @ self.encoder.T + self.constant


@_checks.takes(recording="Recording", parameters="SpikingParameters")
def target_currents(recording, *, n_factors=10, noise=1.0, parameters=None, floor=0.3,
                    trained_conditions=None):
    """From recorded rates to currents of integrate-and-fire neurons, and to few factors.

    Parameters
    ----------
    recording : Recording
        With rates. Gaps in them are completed by the factors of what was recorded.
    n_factors : int
        As many as there can be, with a warning, where there are fewer neurons.
        D.
    noise : float
        Voltage noise that every neuron has besides, see `spikelib.spiking.fi_curve.firing_rate`.
    parameters : SpikingParameters, optional
        Of the neurons.
    floor : float
        Rates below are taken for this one, in Hz.
    trained_conditions : sequence of int, optional
        Conditions that components and constants are made from; by default all. Of the others
        the factors are projections.

    Returns
    -------
    TargetCurrents
        The constant is such that at the currents that the factors hold each neuron's mean
        rate is the recorded one.

    Examples
    --------
    >>> from spikelib.recordings import alm_rates
    >>> target = target_currents(alm_rates(surrogate=True), n_factors=5)
    >>> target.encoder.shape, target.factors.shape, target.explained > 0.95
    ((1824, 5), (2, 93, 5), True)
    """
    if not isinstance(recording, Recording) or recording.rates is None:
        raise ValueError(
            f"recording: expected a Recording with rates, got {type(recording).__name__}"
            + ("" if not isinstance(recording, Recording) else " without")
        )
    known = chosen_conditions(recording, trained_conditions)
    recorded = 2 * np.isfinite(recording.rates).sum(axis=2) >= recording.n_neurons
    rows = recorded[known].ravel()  # what components and constants are made from
    n_samples = np.count_nonzero(rows)
    n_factors, most = _checks.count("n_factors", n_factors), min(n_samples - 1, recording.n_neurons)
    if most < 1:
        raise ValueError(
            "rates: expected samples of which half of the neurons were recorded, got "
            f"{n_samples} in the conditions to train on"
        )
    if n_factors > most:
        warnings.warn(
            f"n_factors: expected at most {most}, of {recording.n_neurons} neurons and {n_samples} "
            f"samples, got {n_factors}; taking {most}", UserWarning, stacklevel=3,
        )
        n_factors = most
    floor = _checks.number("floor", floor, above=0)
    rates, gaps = np.maximum(recording.rates, floor), np.isnan(recording.rates)
    currents = current_for_rate(
        np.where(gaps, floor, rates), noise=noise, parameters=parameters, floor=floor
    )
    currents[gaps] = np.nan

    def samples(values):
        return values[known].reshape(-1, recording.n_neurons)[rows]

    if np.nanmax(np.nanmax(samples(currents), axis=0) - np.nanmin(samples(currents), axis=0)) == 0:
        raise ValueError(
            f"rates: expected some that vary above the floor of {floor:g} Hz, got at most "
            f"{np.nanmax(recording.rates[known]):g} Hz and nothing to learn: is the unit Hz?"
        )
    filled = _gaps.completed(samples(currents), n_factors)
    mean, courses, sizes, loadings = time_courses(filled)
    scale = np.sqrt(n_samples)
    factors = courses[:, :n_factors] * scale
    encoder = loadings[:, :n_factors] * (sizes[:n_factors] / scale)
    goal = np.nanmean(samples(rates), axis=0)
    constant = _constant_for(
        goal, factors @ encoder.T, mean, noise, parameters, samples(gaps) if gaps.any() else None
    )
    to_factors = loadings[:, :n_factors] * (scale / sizes[:n_factors])
    every = _projected(currents - mean, to_factors, encoder)
    at = np.zeros(recorded.shape, dtype=bool)
    at[known] = recorded[known]
    every[at] = factors
    every[~recorded] = np.nan
    return TargetCurrents(
        encoder=encoder, constant=constant, dt=recording.dt, factors=_gaps.bridged(every),
        variances=sizes**2 / n_samples, recorded=None if recorded.all() else recorded,
    )


def _projected(currents, to_factors, encoder):
    """Factors (conditions, T, D) of currents; where neurons are missing, by least squares."""
    gaps = np.isnan(currents)
    every = np.where(gaps, 0.0, currents) @ to_factors
    for k, t in np.argwhere(gaps.any(axis=2)):
        there = ~gaps[k, t]
        every[k, t] = np.linalg.lstsq(encoder[there], currents[k, t, there], rcond=None)[0]
    return every


def chosen_conditions(recording, chosen):
    """Indices of the conditions to train on; all where None."""
    if chosen is None:
        return np.arange(recording.n_conditions)
    indices = np.unique(_checks.whole("trained_conditions", chosen))
    if indices.size == 0 or indices.dtype.kind not in "iu" or indices.min() < 0 or (
        indices.max() >= recording.n_conditions
    ):
        raise ValueError(
            f"trained_conditions: expected one or more numbers from 0 to "
            f"{recording.n_conditions - 1}, got {chosen!r}"
        )
    return indices


def _constant_for(goal, varying, start, noise, parameters, gaps=None):
    """The constant with which each neuron's mean rate is `goal` (N,), by Newton's method.

    Where there are `gaps` (T, N), both means leave them out.
    """
    def mean(rates):
        return rates.mean(axis=0) if gaps is None else np.nanmean(
            np.where(gaps, np.nan, rates), axis=0
        )

    low, high = (varying + start).min() - 4 * noise, (varying + start).max() + 4 * noise
    grid = np.linspace(low, high, 4000)
    table = np.log(np.maximum(firing_rate(grid, noise=noise, parameters=parameters), 1e-30))
    constant, small = start, 0.01 * noise
    for _ in range(20):
        now, ahead = (
            np.log(mean(np.exp(np.interp(varying + c, grid, table))))
            for c in (constant, constant + small)
        )
        step = (np.log(goal) - now) / ((ahead - now) / small)
        constant = constant + np.clip(step, -noise, noise)
        if np.abs(step).max() < 1e-4 * noise:
            break
    return constant


@_checks.takes(target="TargetCurrents")
def cued_trials(target, *, dt=0.001, cue=0.2, outputs=None):
    """One trial for each condition: first a cue that says which, then the recording.

    Parameters
    ----------
    target : TargetCurrents
    dt : float
        Time step in seconds.
    cue : float
        Length of the cue in seconds: input k is 1 for condition k. Meanwhile the target
        factors already have the values with which the recording begins.
    outputs : array_like, shape (n_conditions, T, n_channels), optional
        Wanted outputs at the recording's samples; during the cue they are zero. By default
        there is one output for each condition, 1 in its own trials and 0 in others.

    Returns
    -------
    list of Trial
        With target factors, one for each condition. Where something was not recorded,
        `counted` leaves these steps out; a gap at the beginning leaves the cue out too.
    """
    from scipy.interpolate import PchipInterpolator

    n_conditions, n_samples, _ = target.factors.shape
    dt = _checks.number("dt", dt, above=0)
    cue = _checks.number("cue", cue, at_least=dt)
    _checks.steps("cue, dt", cue + n_samples * target.dt, dt)
    n_cue = round(cue / dt)
    if outputs is not None:
        sizes = (n_conditions, n_samples, None)
        axes = ("conditions", "T", "channels")
        outputs = _checks.array("outputs", outputs, axes, sizes, gaps=True)
    samples = np.arange(n_samples) * target.dt
    times = np.minimum(np.arange(round(n_samples * target.dt / dt)) * dt, samples[-1])
    recorded = np.ones((n_conditions, n_samples), bool)
    if target.recorded is not None:
        recorded &= target.recorded
    if outputs is not None:
        recorded &= ~np.isnan(outputs).any(axis=2)
        outputs = _gaps.bridged(outputs)
    trials = []
    for k in range(n_conditions):
        y = PchipInterpolator(samples, target.factors[k])(times)
        inputs = np.zeros((n_cue + len(y), n_conditions))
        inputs[:n_cue, k] = 1.0
        if outputs is None:
            f_out = np.zeros(inputs.shape)
            f_out[:, k] = 1.0
        else:
            f_out = np.zeros((len(inputs), outputs.shape[2]))
            f_out[n_cue:] = PchipInterpolator(samples, outputs[k])(times)
        trials.append(Trial(
            inputs=inputs, outputs=f_out, dt=dt, label=k,
            factors=np.concatenate([np.repeat(y[:1], n_cue, axis=0), y]),
            counted=None if recorded[k].all() else _counted(recorded[k], times / target.dt, n_cue),
        ))
    return trials


def _counted(recorded, at, n_cue):
    """Steps, of the cue and then at samples `at`, with recorded samples on both sides."""
    before = np.floor(at + 1e-6).astype(int)
    after = np.minimum(np.ceil(at - 1e-6).astype(int), recorded.size - 1)
    return np.concatenate([np.repeat(recorded[:1], n_cue), recorded[before] & recorded[after]])
