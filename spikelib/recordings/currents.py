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
from spikelib.recordings.recording import Recording
from spikelib.spiking.fi_curve import current_for_rate, firing_rate
from spikelib.tasks.trials import Trial

__all__ = ["TargetCurrents", "cued_trials", "target_currents"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TargetCurrents:
    """The currents that a network's neurons have to receive, as few signals.

    Parameters
    ----------
    encoder : ndarray, shape (N, P)
        What each neuron takes of each factor.
    constant : ndarray, shape (N,)
        What it receives besides.
    factors : ndarray, shape (n_conditions, T, P)
        y, of mean 0 and variance 1 over conditions and time, at the recording's samples.
    variances : ndarray, shape (any,)
        Variance of the currents along each principal component, the largest first.
    dt : float
        Sampling interval of the factors in seconds.
    """

    encoder: np.ndarray
    constant: np.ndarray
    factors: np.ndarray
    variances: np.ndarray
    dt: float

    @property
    def explained(self):
        """Fraction of the currents' variance that the factors hold."""
        n_factors = self.encoder.shape[1]
        return float(self.variances[:n_factors].sum() / self.variances.sum())

    def currents(self):
        """Of each neuron, shape (n_conditions, T, N)."""
        return self.factors @ self.encoder.T + self.constant


def target_currents(recording, *, n_factors=10, noise=1.0, parameters=None, floor=0.3,
                    trained_conditions=None):
    """From recorded rates to currents of integrate-and-fire neurons, and to few factors.

    Parameters
    ----------
    recording : Recording
        With rates.
    n_factors : int
        As many as there can be, with a warning, where there are fewer neurons.
        P.
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
    n_samples = known.size * recording.n_samples
    n_factors, most = _checks.count("n_factors", n_factors), min(n_samples - 1, recording.n_neurons)
    if n_factors > most:
        warnings.warn(
            f"n_factors: expected at most {most}, of {recording.n_neurons} neurons and {n_samples} "
            f"samples, got {n_factors}; taking {most}", UserWarning, stacklevel=2,
        )
        n_factors = most
    rates = np.maximum(recording.rates, _checks.number("floor", floor, above=0))
    currents = current_for_rate(rates, noise=noise, parameters=parameters, floor=floor)
    if np.ptp(currents[known].reshape(n_samples, -1), axis=0).max() == 0:
        raise ValueError(
            f"rates: expected some that vary above the floor of {floor:g} Hz, got at most "
            f"{recording.rates[known].max():g} Hz and nothing to learn: is the unit Hz?"
        )
    mean, courses, sizes, loadings = time_courses(currents[known].reshape(n_samples, -1))
    scale = np.sqrt(n_samples)
    factors = courses[:, :n_factors] * scale
    encoder = loadings[:, :n_factors] * (sizes[:n_factors] / scale)
    goal = rates[known].reshape(n_samples, -1).mean(axis=0)
    constant = _constant_for(goal, factors @ encoder.T, mean, noise, parameters)
    every = (currents - mean) @ (loadings[:, :n_factors] * (scale / sizes[:n_factors]))
    every[known] = factors.reshape(known.size, -1, n_factors)
    return TargetCurrents(
        encoder=encoder, constant=constant, dt=recording.dt, factors=every,
        variances=sizes**2 / n_samples,
    )


def chosen_conditions(recording, chosen):
    """Indices of the conditions to train on; all where None."""
    if chosen is None:
        return np.arange(recording.n_conditions)
    indices = np.unique(np.asarray(chosen))
    if indices.size == 0 or indices.dtype.kind not in "iu" or indices.min() < 0 or (
        indices.max() >= recording.n_conditions
    ):
        raise ValueError(
            f"trained_conditions: expected one or more numbers from 0 to "
            f"{recording.n_conditions - 1}, got {chosen!r}"
        )
    return indices


def _constant_for(goal, varying, start, noise, parameters):
    """The constant with which each neuron's mean rate is `goal` (N,), by Newton's method."""
    low, high = (varying + start).min() - 4 * noise, (varying + start).max() + 4 * noise
    grid = np.linspace(low, high, 4000)
    table = np.log(np.maximum(firing_rate(grid, noise=noise, parameters=parameters), 1e-30))
    constant, small = start, 0.01 * noise
    for _ in range(20):
        now, ahead = (
            np.log(np.exp(np.interp(varying + c, grid, table)).mean(axis=0))
            for c in (constant, constant + small)
        )
        step = (np.log(goal) - now) / ((ahead - now) / small)
        constant = constant + np.clip(step, -noise, noise)
        if np.abs(step).max() < 1e-4 * noise:
            break
    return constant


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
        With target factors, one for each condition.
    """
    from scipy.interpolate import PchipInterpolator

    n_conditions, n_samples, _ = target.factors.shape
    n_cue = round(_checks.number("cue", cue, at_least=dt) / _checks.number("dt", dt, above=0))
    if outputs is not None:
        sizes = (n_conditions, n_samples, None)
        outputs = _checks.array("outputs", outputs, ("conditions", "T", "channels"), sizes)
    samples = np.arange(n_samples) * target.dt
    times = np.minimum(np.arange(round(n_samples * target.dt / dt)) * dt, samples[-1])
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
        ))
    return trials
