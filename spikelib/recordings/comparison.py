"""How the neurons of a fitted network compare with those of the recording.

Everything is measured on new trials, with frozen weights: rates averaged over trials, their
correlation with the recorded ones neuron by neuron, how variable single trials are, and
what can be decoded from the spikes of one trial.
"""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib._progress import bar
from spikelib.recordings import _variability
from spikelib.recordings.smoothing import gaussian_average, moving_average
from spikelib.recordings.spike_trials import SpikeTrials
from spikelib.spiking.simulation import Runner
from spikelib.spiking.state import SpikingState

__all__ = ["Comparison", "compare", "decode", "rate_correlations"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """What a frozen network did on new trials.

    Parameters
    ----------
    counts : ndarray of int, shape (n_trials, T, N)
        Spikes in each bin of the recording.
    labels : ndarray of int, shape (n_trials,)
        The condition of each trial.
    intervals_cv : ndarray, shape (N,)
        Coefficient of variation of the interspike intervals within trials; NaN for neurons
        with fewer than three intervals.
    dt : float
        Length of a bin in seconds.
    intervals_cv2 : ndarray, shape (N,), optional
        Local irregularity of the intervals, see `spikelib.metrics.cv2`; NaN likewise.
    spikes : SpikeTrials, optional
        The single spikes, where they were kept.
    """

    counts: np.ndarray
    labels: np.ndarray
    intervals_cv: np.ndarray
    dt: float
    intervals_cv2: np.ndarray | None = None
    spikes: SpikeTrials | None = None

    def rates(self, window=0.0, kernel=0.0):
        """Trial-averaged rates (n_conditions, T, N) in Hz, smoothed as the recording was.

        Parameters
        ----------
        window : float
            Length of a moving average in seconds; 0 for none.
        kernel : float
            Standard deviation of a Gaussian in seconds; 0 for none.
        """
        if window and kernel:
            raise ValueError("window, kernel: expected one of the two, got both")
        means = np.stack([
            self.counts[self.labels == k].mean(axis=0) / self.dt
            for k in range(self.labels.max() + 1)
        ])
        if kernel:
            return gaussian_average(means, self.dt, kernel=kernel)
        return moving_average(means, round(window / self.dt)) if window else means

    def fano(self, window=0.3):
        """Fano factor of each neuron over trials of one condition, mean over conditions.

        Parameters
        ----------
        window : float
            Length of the counting windows in seconds.

        Returns
        -------
        ndarray, shape (N,)
            NaN for neurons that never fire.
        """
        return _variability.fano(self.counts, self.labels, dt=self.dt, window=window)


@_checks.takes(fit="RecordingFit")
def compare(fit, n_trials, *, rng, forced=False, keep_spikes=False, progress=None):
    """Run a fitted network on new trials, all conditions equally often in random order.

    Parameters
    ----------
    fit : RecordingFit
    n_trials : int
        Of each condition, two or more.
    rng : numpy.random.Generator
    forced : bool
        Feed the target factors back instead of the network's own.
    keep_spikes : bool
        Keep the single spikes too, to be written to a file or counted otherwise. Their units
        and the event have the names that the recording's origin has, where it has one.
    progress : bool, optional

    Returns
    -------
    Comparison
        The cue is not part of it.
    """
    n_trials = _checks.count("n_trials", n_trials, at_least=2)
    network, dt = fit.network, fit.network.parameters.dt
    n_neurons, n_bins = fit.recording.n_neurons, fit.recording.n_samples
    n_cue, bin_steps = round(fit.cue / dt), fit.recording.dt / dt
    labels = _checks.generator(rng).permutation(np.repeat(np.arange(len(fit.trials)), n_trials))
    counts = np.zeros((labels.size, n_bins, n_neurons), dtype=np.uint8)
    intervals, kept_spikes = _variability.Intervals(n_neurons), []
    runner, state = Runner(network), SpikingState.random(network, rng=rng)
    for index, label in enumerate(bar(labels, show=progress, desc="testing", unit="trial")):
        run = runner.run(fit.trials[label], state, rng=rng, noise=fit.noise, forced=forced)
        state = run.state
        steps, neurons = run.spike_steps - n_cue, run.spike_neurons
        bins = np.floor_divide(steps + 0.5, bin_steps).astype(np.int64)
        kept = (steps >= 0) & (bins < n_bins) & (neurons < n_neurons)
        steps, neurons, bins = steps[kept], neurons[kept], bins[kept]
        np.add.at(counts[index], (bins, neurons), 1)
        intervals.add(steps, neurons)
        if keep_spikes:
            kept_spikes.append((steps, neurons))
    return Comparison(
        counts=counts, labels=labels, dt=fit.recording.dt, intervals_cv=intervals.cv(),
        intervals_cv2=intervals.cv2(),
        spikes=_spike_trials(fit, labels, kept_spikes) if keep_spikes else None,
    )


def _spike_trials(fit, labels, spikes):
    """The spikes of trials, (steps, neurons) for each, on the time axis of the recording."""
    recording, dt = fit.recording, fit.network.parameters.dt
    origin = recording.origin
    start = 0.0 if origin is None else origin.bins[0]
    lengths = [steps.size for steps, _ in spikes]
    return SpikeTrials(
        # In the middle of their steps: none lies on the edge of a bin.
        times=start + (np.concatenate([steps for steps, _ in spikes]) + 0.5) * dt,
        spike_units=np.concatenate([neurons for _, neurons in spikes]),
        spike_trials=np.repeat(np.arange(len(spikes)), lengths),
        labels=labels, conditions=recording.conditions,
        window=(start, start + recording.n_samples * recording.dt),
        units=origin.units if origin else tuple(map(str, range(recording.n_neurons))),
        trials=tuple(map(str, range(len(spikes)))),
        event=origin.event if origin else "end of the cue", source="model", surrogate=True,
    )


def rate_correlations(rates, recorded):
    """Correlation of each neuron's rate with its partner's, over conditions and time.

    Parameters
    ----------
    rates, recorded : array_like, shape (n_conditions, T, N)
        Where a value is missing in either, NaN, both are left out.

    Returns
    -------
    ndarray, shape (N,)
        0 for a neuron whose rate never changes, NaN for one without two values.

    Examples
    --------
    >>> recorded = np.arange(12.0).reshape(2, 3, 2)
    >>> rate_correlations(2 * recorded + 1, recorded).round(6)
    array([1., 1.])
    """
    recorded = _checks.array("recorded", recorded, ("conditions", "T", "N"), gaps=True)
    rates = _checks.array("rates", rates, ("conditions", "T", "N"), recorded.shape, gaps=True)
    missing = np.isnan(rates) | np.isnan(recorded)
    if missing.any():
        return np.array([
            _correlation(rates[:, :, i][known], recorded[:, :, i][known])
            for i, known in enumerate(np.moveaxis(~missing, 2, 0))
        ])
    a, b = (x.reshape(-1, x.shape[2]) for x in (rates, recorded))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    sizes = np.sqrt(np.sum(a**2, axis=0) * np.sum(b**2, axis=0))
    return np.sum(a * b, axis=0) / np.where(sizes > 0, sizes, 1.0)


def _correlation(a, b):
    if a.size < 2:
        return np.nan
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt(np.sum(a**2) * np.sum(b**2))
    return np.sum(a * b) / size if size > 0 else 0.0


def decode(counts, labels, *, rng, n_folds=5, ridge=1.0):
    """Condition of each trial, decoded from its spike counts by a linear decoder.

    Ridge regression on one target for each condition; every trial is decoded by a decoder
    that was fitted to the other folds only.

    Parameters
    ----------
    counts : array_like, shape (n_trials, N)
        Spikes of each neuron in each trial.
    labels : array_like of int, shape (n_trials,)
    rng : numpy.random.Generator
        Draws the folds.
    n_folds : int
    ridge : float
        Penalty, as a multiple of the mean variance of the counts times the trials.

    Returns
    -------
    ndarray of int, shape (n_trials,)

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> labels = rng.integers(2, size=100)
    >>> counts = rng.poisson(2 + 2 * labels[:, None], (100, 10))
    >>> bool(np.mean(decode(counts, labels, rng=rng) == labels) > 0.9)
    True
    """
    counts = _checks.array("counts", counts, ("n_trials", "N"))
    labels = _checks.whole("labels", labels)
    if labels.shape != (len(counts),):
        raise ValueError(f"labels: expected shape ({len(counts)},), got {labels.shape}")
    n_folds = _checks.count("n_folds", n_folds, at_least=2, at_most=len(counts))
    ridge = _checks.number("ridge", ridge, above=0)
    kinds = np.unique(labels)
    folds = _checks.generator(rng).permutation(len(counts)) % n_folds
    decoded = np.empty(len(counts), dtype=kinds.dtype)
    for fold in range(n_folds):
        train, test = folds != fold, folds == fold
        targets = (labels[train, None] == kinds).astype(float)
        mean, level = counts[train].mean(axis=0), targets.mean(axis=0)
        x = counts[train] - mean
        # As many unknowns as trials, whatever the number of neurons.
        kernel = x @ x.T
        penalty = ridge * max(x.var(), 1e-12) * len(x)
        weights = np.linalg.solve(kernel + penalty * np.eye(len(x)), targets - level)
        scores = (counts[test] - mean) @ (x.T @ weights) + level
        decoded[test] = kinds[scores.argmax(axis=1)]
    return decoded
