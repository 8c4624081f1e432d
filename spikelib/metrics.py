"""Measures of how well a network does, and of how its neurons fire."""

import numpy as np

from spikelib import _checks

__all__ = [
    "cv2", "fano_factor", "firing_rates", "isi_cv", "nmse", "principal_angles", "smooth_spikes",
    "spike_matrix",
]


def nmse(outputs, targets):
    """Normalised mean squared error, Σ_t |z - f|² / Σ_t |f|².

    Parameters
    ----------
    outputs, targets : array_like, shape (T, n)
        z and f.

    Returns
    -------
    float
        0 for a perfect output, 1 for an output of zero.

    Raises
    ------
    ValueError
        Shapes differ, or the target is zero throughout.

    Examples
    --------
    >>> nmse([[1.0], [1.0]], [[1.0], [2.0]])
    0.2
    """
    targets = _checks.array("targets", targets, ("T", "n"))
    outputs = _checks.array("outputs", outputs, ("T", "n"), targets.shape)
    power = np.sum(targets**2)
    if power == 0:
        raise ValueError("targets: expected some value other than zero, got only zeros")
    return float(np.sum((outputs - targets) ** 2) / power)


def spike_matrix(steps, neurons, *, n_steps, n_neurons):
    """Spikes as a (n_steps, n_neurons) array of zeros and ones.

    Parameters
    ----------
    steps, neurons : array_like of int, shape (n_spikes,)
        When and by whom each spike was fired.
    """
    steps, neurons = _checks.whole("steps", steps), _checks.whole("neurons", neurons)
    n_steps, n_neurons = _checks.count("n_steps", n_steps), _checks.count("n_neurons", n_neurons)
    _checks.room("n_steps, n_neurons", n_steps, n_neurons)
    if steps.shape != neurons.shape or steps.ndim != 1:
        raise ValueError(
            f"steps, neurons: expected two lists of one length, got {steps.shape}, {neurons.shape}"
        )
    for name, values, size in (("steps", steps, n_steps), ("neurons", neurons, n_neurons)):
        if values.size and (values.min() < 0 or values.max() >= size):
            raise ValueError(f"{name}: expected values from 0 to {size - 1}, got "
                             f"{values.min()} to {values.max()}")
    spikes = np.zeros((n_steps, n_neurons))
    spikes[steps, neurons] = 1.0
    return spikes


def firing_rates(spikes, dt):
    """Mean firing rate of each neuron in Hz; `spikes` (T, N), `dt` in seconds."""
    spikes = _checks.array("spikes", spikes, ("T", "N"))
    return spikes.sum(axis=0) / (len(spikes) * _checks.number("dt", dt, above=0))


def smooth_spikes(spikes, dt, *, tau):
    """Firing rates over time in Hz: spikes convolved with a Gaussian.

    Parameters
    ----------
    spikes : array_like, shape (T, N)
    dt : float
        Time step in seconds.
    tau : float
        Standard deviation of the Gaussian in seconds.

    Returns
    -------
    ndarray, shape (T, N)
    """
    from scipy.ndimage import gaussian_filter1d

    spikes = _checks.array("spikes", spikes, ("T", "N"))
    dt = _checks.number("dt", dt, above=0)
    tau = _checks.number("tau", tau, above=0)
    if not dt / 100 <= tau <= 100 * dt * max(len(spikes), 1):
        raise ValueError(
            f"tau: expected a Gaussian between a hundredth of a step of {dt:g} s and a hundred "
            f"times the {len(spikes)} steps, got {tau:g} s"
        )
    return gaussian_filter1d(spikes, tau / dt, axis=0, mode="nearest") / dt


def _intervals(spikes):
    """Interspike intervals, in steps, of each neuron; `spikes` (T, N)."""
    spikes = _checks.array("spikes", spikes, ("T", "N"))
    return [np.diff(np.flatnonzero(column)) for column in spikes.T]


def isi_cv(spikes):
    """Coefficient of variation of each neuron's interspike intervals.

    0 for a clock, 1 for a Poisson process of constant rate; a rate that is
    modulated raises it even where firing is regular (see `cv2`).

    Parameters
    ----------
    spikes : array_like, shape (T, N)

    Returns
    -------
    ndarray, shape (N,)
        NaN for neurons with fewer than three spikes.

    Examples
    --------
    >>> import numpy as np
    >>> clock = np.zeros((100, 1)); clock[::10] = 1
    >>> isi_cv(clock)
    array([0.])
    """
    return np.array(
        [gaps.std() / gaps.mean() if gaps.size > 1 else np.nan for gaps in _intervals(spikes)]
    )


def cv2(spikes):
    """Local irregularity: the mean of 2 |I₂ - I₁| / (I₂ + I₁) over neighbouring intervals.

    Like `isi_cv`, but blind to slow changes of rate.

    Parameters
    ----------
    spikes : array_like, shape (T, N)

    Returns
    -------
    ndarray, shape (N,)
        NaN for neurons with fewer than three spikes.

    References
    ----------
    Holt et al. (1996), J. Neurophysiol. 75, 1806.

    Examples
    --------
    >>> import numpy as np
    >>> train = np.zeros((100, 1)); train[[0, 10, 40]] = 1
    >>> cv2(train)
    array([1.])
    """
    return np.array(
        [
            np.mean(2 * np.abs(np.diff(gaps)) / (gaps[1:] + gaps[:-1])) if gaps.size > 1 else np.nan
            for gaps in _intervals(spikes)
        ]
    )


def fano_factor(spikes, dt, *, window=0.1):
    """Variance over trials of the spike count in a window, divided by its mean.

    Parameters
    ----------
    spikes : array_like, shape (n_trials, T, N)
        Spikes of repeated trials.
    dt : float
        Time step in seconds.
    window : float
        Length of the counting windows in seconds; what is left over at the end of
        a trial is not used.

    Returns
    -------
    ndarray, shape (N,)
        For each neuron the ratio of the two sums over windows, variance over mean;
        NaN for neurons that never fire.

    Examples
    --------
    >>> import numpy as np
    >>> same = np.tile(np.eye(10)[None], (5, 1, 1))
    >>> fano_factor(same, 0.01, window=0.1).max()
    np.float64(0.0)
    """
    spikes = _checks.array("spikes", spikes, ("n_trials", "T", "N"))
    n_trials, n_steps, n_neurons = spikes.shape
    if n_trials < 2:
        raise ValueError(f"spikes: expected at least 2 trials, got {n_trials}")
    window, dt = _checks.number("window", window, above=0), _checks.number("dt", dt, above=0)
    steps = round(min(window / dt, n_steps + 1))
    n_windows = n_steps // max(steps, 1)
    if steps < 1 or n_windows < 1:
        raise ValueError(
            f"window: expected between one time step and one trial "
            f"({dt} to {n_steps * dt} s), got {window}"
        )
    used = spikes[:, : n_windows * steps].reshape(n_trials, n_windows, steps, n_neurons)
    counts = used.sum(axis=2)
    with np.errstate(invalid="ignore"):
        return counts.var(axis=0, ddof=1).sum(axis=0) / counts.mean(axis=0).sum(axis=0)


def principal_angles(first, second):
    """Angles in degrees between the spaces that two sets of columns span, smallest first.

    Parameters
    ----------
    first, second : array_like, shape (n, p), (n, q)
        Columns of equal length; they need not be orthonormal.

    Returns
    -------
    ndarray, shape (min(p, q),)

    References
    ----------
    Björck & Golub (1973), Math. Comp. 27, 579.

    Examples
    --------
    >>> principal_angles([[1.0], [0.0]], [[1.0], [1.0]]).round(6)
    array([45.])
    """
    from scipy.linalg import subspace_angles

    first = _checks.array("first", first, ("n", "p"))
    second = _checks.array("second", second, ("n", "q"), (len(first), None))
    return np.degrees(subspace_angles(first, second))[::-1]
