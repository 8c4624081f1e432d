"""What a stage loses at least: targets that look alike and go on differently, noisy spikes."""

import numpy as np
from scipy.signal import lfilter

from spikelib import _checks
from spikelib.spiking.simulation import Runner, check_trials
from spikelib.tasks.trials import Trial

__all__ = ["ambiguity", "spike_floor"]

_RIDGES = (1e-4, 1e-3, 1e-2, 1e-1)  # relative to the mean eigenvalue of the second moments
_EVERY = 5  # steps between samples: traces change slowly
_MOST_STATES = 1500


@_checks.takes(network="SpikingNetwork", trials=["Trial"])
def spike_floor(network, trials, *, rng):
    """Error of the outputs, and of the factors, that the traces can make, nothing fed back.

    The network runs with the target factors fed back ("teacher forcing"). Weights of the traces
    are fitted to two thirds of the trials by ridge regression, and judged on the others with the
    best of a few penalties. What is lost here, training of any length loses as well; what it
    loses beside, the loop does.

    Parameters
    ----------
    network : SpikingNetwork
        With its mean current; its learned weights are not used.
    trials : sequence of Trial
        With target factors, two or more.
    rng : numpy.random.Generator

    Returns
    -------
    output_nmse, factor_nmse : float
        Over the mean power of the trials that judge.
    """
    trials = check_trials(network, trials, needs_factors=True)
    if len(trials) < 2:
        raise ValueError(f"trials: expected two or more, got {len(trials)}")
    runner = Runner(network)
    state = runner.settle(trials, 2, rng=rng)
    slots = np.full(network.parameters.n_neurons, -1)
    slots[network.trained_neurons] = np.arange(network.trained_neurons.size)
    _, slow, fast = network.parameters.decays
    memory = [np.zeros((1, network.trained_neurons.size)) for _ in range(2)]
    traces, targets = [], []
    for trial in trials:
        run = runner.run(trial, state, forced=True)
        state = run.state
        spikes = np.zeros((trial.n_steps, network.trained_neurons.size))
        places = slots[run.spike_neurons]
        spikes[run.spike_steps[places >= 0], places[places >= 0]] = 1.0
        parts = []
        for k, decay in enumerate((slow, fast)):
            part, memory[k] = lfilter([1.0], [1.0, -decay], spikes, axis=0, zi=memory[k])
            parts.append(part[::_EVERY])
        traces.append(np.hstack(parts))
        targets.append(np.hstack([trial.factors, trial.outputs])[::_EVERY])
    n_fit, n = -(-2 * len(trials) // 3), network.n_factors
    s, truth = np.vstack(traces[:n_fit]), np.vstack(targets[n_fit:])
    power = np.sum(truth**2, axis=0)
    # The eigenvectors once, for all penalties.
    eigenvalues, vectors = np.linalg.eigh(s.T @ s)
    cross = vectors.T @ (s.T @ np.vstack(targets[:n_fit]))
    rotated = np.vstack(traces[n_fit:]) @ vectors
    found = []
    for ridge in _RIDGES:
        weights = cross / (np.maximum(eigenvalues, 0) + ridge * eigenvalues.mean())[:, None]
        squares = np.sum((rotated @ weights - truth) ** 2, axis=0)
        found.append((
            float(squares[n:].sum() / (power[n:].sum() or 1.0)),
            float(squares[:n].sum() / (power[:n].sum() or 1.0)),
        ))
    return min(found)


def ambiguity(trials, *, noise=0.05, ahead=0.1):
    r"""Share of the outputs that is lost where states look alike and their futures differ.

    A network that learns a teacher's factors sees them with the noise of its spikes. With
    Gaussian noise of variance :math:`\sigma^2` in each factor, the best guess of the future
    :math:`y_i` that belongs to a state :math:`x_i` is the mean of all futures, weighted by how
    well their states would explain it, and what the guess leaves is lost whatever the training:

    .. math:: \hat y_i = \frac{y_i + \sum_j w_{ij} y_j}{1 + \sum_j w_{ij}}, \qquad
        w_{ij} = \exp(-|x_i - x_j|^2 / 4 \sigma^2),

    over moments j that are further than `ahead` away in time. A future is the target output
    from now to `ahead`; a state is the factors, and the inputs from now to `ahead`, since what
    the network is still going to be told need not be known.

    Parameters
    ----------
    trials : sequence of Trial
        With target factors, in the order in which they were run.
    noise : float
        Error of the factors that a network on its own should survive, relative to their mean
        power. Spikes alone make about 0.01; a network that recovers from 0.05 holds its own.
    ahead : float
        Seconds.

    Returns
    -------
    float
        The lost power over that of the outputs, from 0 (every state tells its future).

    Examples
    --------
    One factor that is the same at the two moments when an output goes up and when it goes down:

    >>> import numpy as np
    >>> from spikelib import Trial
    >>> phase = 2 * np.pi * np.arange(1000)[:, None] / 1000
    >>> def trial(factors):
    ...     return Trial(inputs=np.zeros((1000, 0)), outputs=np.sin(phase), dt=0.001,
    ...                  factors=factors)
    >>> circle = np.hstack([np.sin(phase), np.cos(phase)])
    >>> float(ambiguity([trial(circle)], noise=1e-3)) < 1e-6
    True
    >>> float(ambiguity([trial(circle[:, :1])], noise=1e-3)) > 0.01
    True
    """
    trials = _checks.instances("trials", _checks.listed("trials", trials), Trial)
    noise, dt = _checks.number("noise", noise, above=0), trials[0].dt
    ahead = _checks.number("ahead", ahead, above=0, at_most=max(t.duration for t in trials))
    bare = next((k for k, trial in enumerate(trials) if trial.factors is None), None)
    if bare is not None:
        raise ValueError(f"trials[{bare}]: expected a trial with target factors, got none")
    lag = max(1, round(ahead / dt))
    states, futures, times, start = [], [], [], 0
    total = sum(max(trial.n_steps - lag, 0) for trial in trials)
    every = max(1, lag // 10, -(-total // _MOST_STATES))
    # The inputs to come, at a few moments, each counted as far as all factors together: what is
    # shown there tells states apart however noisy the factors are.
    looks = np.linspace(0, lag, 5).astype(int)
    for trial in trials:
        at = np.arange(0, trial.n_steps - lag, every)
        told = np.hstack([trial.inputs[at + look] for look in looks])
        states.append((trial.factors[at], told))
        futures.append(np.hstack([trial.outputs[at + look] for look in looks]))
        times.append(start + at)
        start += trial.n_steps
    factors, told = (np.vstack(parts) for parts in zip(*states, strict=True))
    y, when = np.vstack(futures), np.concatenate(times)
    if not len(y):
        raise ValueError(f"ahead: expected less than the trials last, got {ahead} s")
    variance = noise * np.mean(np.sum(factors**2, axis=1)) / factors.shape[1]
    distance = _squared_distances(factors) / (4 * max(variance, 1e-300))
    spread = np.ptp(told, axis=0)
    if (spread > 0).any():
        distance += 50 * _squared_distances(told[:, spread > 0] / spread[spread > 0])
    weights = np.exp(-distance)
    weights[np.abs(when[:, None] - when) <= lag] = 0.0
    np.fill_diagonal(weights, 1.0)
    guess = weights @ y / weights.sum(axis=1, keepdims=True)
    return float(np.sum((guess - y) ** 2) / (np.sum(y**2) or 1.0))


def _squared_distances(x):
    squares = np.sum(x**2, axis=1)
    return np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0.0)
