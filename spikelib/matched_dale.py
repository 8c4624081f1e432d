"""Networks under Dale's law whose excitatory neurons are matched to recorded ones.

Recorded pyramidal neurons only excite. To every four of them comes one inhibitory neuron that
nobody recorded, with a random mixture of the factors as its target. Every neuron then has its
own weights, of the sign of the presynaptic neuron, on the synapses that it was given::

    J_i · s(t) + b_i  ≈  encoder_i · y(t) + constant_i

The network runs in closed loop on a leash, as in `spikelib.dale`, with two differences: only
slow synapses are trained, for the signals of such recordings are slow, and every neuron has
voltage noise. Noise is what lets neurons fire at the low and irregular rates of cortex, and it
makes the network's own activity, from which it learns, visit all that it will meet later.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib._kernels.dale import run_on_leash
from spikelib._progress import bar
from spikelib.dale import DaleLog
from spikelib.errors import DivergedError
from spikelib.fi_curve import current_for_rate
from spikelib.matching import RecordingFit
from spikelib.recorded_currents import cued_trials, wanted_currents
from spikelib.signed import draw_connections, sweep
from spikelib.spiking import SpikingNetwork, SpikingParameters

__all__ = ["MatchedDaleRecipe", "fit_recording_dale"]

_KIND = np.float32


@dataclass(frozen=True, kw_only=True)
class MatchedDaleRecipe:
    """How a network is matched to a recording under Dale's law.

    Parameters
    ----------
    n_factors : int
        P.
    noise : float
        Voltage noise, in training and in tests.
    inhibitory_fraction : float
        Of all neurons; the others have recorded partners.
    inhibitory_rate : float
        Mean rate of the inhibitory neurons in Hz, were it not for the factors.
    connection_probability : float
    n_training_trials : int
    n_forced_trials : int
        Trials at the start in which neurons get the wanted currents only.
    leash : tuple of float
        How far the network may be from the wanted currents, relative to these, in the first
        trial of its own and from the fraction `growth` of the trials on.
    growth : float
    ridge : float
        Relative to the mean eigenvalue of the centred Gram matrix.
    sample_every : float
        Seconds between samples of the traces.
    floor : float
        As for `spikelib.recorded_currents.wanted_currents`.
    """

    n_factors: int = 10
    noise: float = 1.0
    inhibitory_fraction: float = 0.2
    inhibitory_rate: float = 10.0
    connection_probability: float = 0.5
    n_training_trials: int = 180
    n_forced_trials: int = 2
    leash: tuple[float, float] = (0.3, 2.0)
    growth: float = 0.6
    ridge: float = 0.1
    sample_every: float = 0.02
    floor: float = 0.3

    def __post_init__(self):
        for name in ("n_factors", "n_training_trials", "n_forced_trials"):
            _checks.count(name, getattr(self, name))
        for name in ("noise", "inhibitory_rate", "sample_every", "floor"):
            _checks.number(name, getattr(self, name), above=0)
        for name in ("connection_probability", "growth"):
            _checks.number(name, getattr(self, name), above=0, at_most=1)
        _checks.number("inhibitory_fraction", self.inhibitory_fraction, above=0, at_most=0.9)
        _checks.number("ridge", self.ridge, at_least=0)
        for name, value in zip(("leash[0]", "leash[1]"), self.leash, strict=True):
            _checks.number(name, value, at_least=0)

    def leash_at(self, index):
        """How far the network may be from the wanted currents in the trial of this index."""
        if index < self.n_forced_trials:
            return 0.0
        done = min(1.0, (index - self.n_forced_trials) / (self.growth * self.n_training_trials))
        return self.leash[0] + (self.leash[1] - self.leash[0]) * done


def fit_recording_dale(recording, *, rng, recipe=None, cue=0.2, cue_gain=3.0, tau_slow=0.2,
                       progress=None):
    """Like `spikelib.matching.fit_recording`, under Dale's law.

    Parameters
    ----------
    recording : Recording
        With rates, of excitatory neurons.
    rng : numpy.random.Generator
    recipe : MatchedDaleRecipe, optional
    cue, cue_gain : float
        As for `spikelib.matching.fit_recording`.
    tau_slow : float
        Time constant of the synapses in seconds.
    progress : bool, optional

    Returns
    -------
    RecordingFit
        The first neurons are excitatory, matched to those of the recording in order; the
        others are inhibitory. All recurrence is in `network.slow_weights`.

    Raises
    ------
    DivergedError
        The currents are no longer finite.

    Examples
    --------
    >>> from spikelib.datasets import alm_rates
    >>> from spikelib.recordings import Recording
    >>> few = Recording(rates=alm_rates(surrogate=True).rates[:, :, :80], dt=0.02)
    >>> recipe = MatchedDaleRecipe(n_training_trials=4)
    >>> fit = fit_recording_dale(few, rng=np.random.default_rng(0), recipe=recipe)
    >>> weights = fit.network.slow_weights
    >>> weights.shape, bool(np.all(weights[:, :80] >= 0)), bool(np.all(weights[:, 80:] <= 0))
    ((100, 100), True, True)
    """
    recipe = MatchedDaleRecipe() if recipe is None else recipe
    for_mixtures, for_wiring, for_input, for_trials = _checks.generator(rng).spawn(4)
    n_excitatory = recording.n_neurons
    fraction = recipe.inhibitory_fraction
    n_inhibitory = max(1, round(n_excitatory * fraction / (1 - fraction)))
    n = n_excitatory + n_inhibitory
    parameters = SpikingParameters(
        n_neurons=n, trained_fraction=1.0, tau_slow=tau_slow, inhibition=0.0
    )
    wanted = wanted_currents(
        recording, n_factors=recipe.n_factors, noise=recipe.noise, parameters=parameters,
        floor=recipe.floor,
    )
    sizes = np.sqrt(np.mean(wanted.encoder**2, axis=0))
    mixtures = sizes * for_mixtures.standard_normal((n_inhibitory, recipe.n_factors))
    level = current_for_rate(recipe.inhibitory_rate, noise=recipe.noise, parameters=parameters)
    trials = cued_trials(wanted, dt=parameters.dt, cue=cue, outputs=recording.outputs)
    network = SpikingNetwork.from_encoder(
        parameters, encoder=np.vstack([wanted.encoder, mixtures]), rng=for_wiring,
        n_outputs=trials[0].n_outputs,
        input_weights=cue_gain * for_input.standard_normal((n, recording.n_conditions)),
    )
    constant = np.concatenate([wanted.constant, np.full(n_inhibitory, level)])
    signs = np.where(np.arange(n) < n_excitatory, 1.0, -1.0)
    connected = draw_connections(n, probability=recipe.connection_probability, rng=for_wiring)
    learner = _Learner(network, constant, signs, connected, trials, recipe, for_trials)
    for index in bar(
        range(recipe.n_training_trials), show=progress, desc="training", unit="trial",
        total=recipe.n_training_trials,
    ):
        learner.one_trial(index)
    return RecordingFit(
        recording=recording, wanted=wanted, network=learner.network(), trials=tuple(trials),
        noise=recipe.noise, cue=cue, log=learner.log(), signs=signs, connected=connected,
    )


class _Learner:
    """What training carries from trial to trial."""

    def __init__(self, network, constant, signs, connected, trials, recipe, rng):
        n, n_factors = network.encoder.shape
        self.start, self.constant, self.trials = network, constant, trials
        self.recipe, self.rng = recipe, rng
        self.signs = signs.astype(_KIND)
        self.allowed = np.ascontiguousarray(connected.T)
        self.encoder = np.ascontiguousarray(network.encoder.T, dtype=_KIND)
        self.weights, self.none = np.zeros((n, n), _KIND), np.zeros((n, n), _KIND)
        self.bias = constant.copy()
        self.gram = np.zeros((n + 1, n + 1), _KIND)  # the last regressor is constant
        self.cross = np.zeros((n + 1, n_factors + network.n_outputs))
        p = network.parameters
        self.voltage, self.traces = rng.uniform(p.reset, p.threshold, n), np.zeros((2, n))
        y = np.vstack([trial.factors for trial in trials])
        second = np.cov(y, rowvar=False, bias=True).reshape(n_factors, n_factors)
        self.power = float(np.mean(np.sum((network.encoder @ second) * network.encoder, axis=1)))
        self.factor_power = float(np.trace(second))
        self.inverse = np.linalg.pinv(network.encoder)
        self.rows = []

    def one_trial(self, index):
        """Run on the leash, add to the moments, improve the weights."""
        began = time.perf_counter()
        trial = self.trials[self.rng.integers(len(self.trials))]
        p, n = self.start.parameters, self.signs.size
        stride = max(1, round(self.recipe.sample_every / p.dt))
        wanted = trial.factors @ self.start.encoder.T + self.constant
        # White noise of this current spreads the free voltage by `noise`.
        decay = p.decays[0]
        size = self.recipe.noise * np.sqrt(1 - decay**2) / (1 - decay)
        outside = trial.inputs @ self.start.input_weights.T
        outside += size * self.rng.standard_normal(outside.shape, dtype=_KIND)
        samples = np.empty((trial.n_steps // stride, 2 * n))
        own = np.empty((len(samples), n))
        slow, fast = self.traces
        n_spikes, free = run_on_leash(
            self.weights, self.none, self.bias, wanted, outside, np.sqrt(self.power),
            self.recipe.leash_at(index), self.voltage, (slow @ self.weights).astype(float),
            np.zeros(n), slow, fast, np.array(p.decays), p.threshold, p.reset, samples, own,
        )
        at = np.arange(1, len(samples) + 1) * stride - 1
        own -= wanted[at]
        if not np.isfinite(own).all():
            raise DivergedError(
                f"training diverged in trial {index}: currents are no longer finite",
                trial=index, log=self.log(),
            )
        self._add(samples[:, :n], np.hstack([trial.factors, trial.outputs])[at])
        self._improve()
        self.rows.append((
            np.mean(own**2) / self.power,
            np.mean(np.sum((own @ self.inverse.T) ** 2, axis=1)) / self.factor_power,
            free / trial.n_steps, n_spikes / (n * trial.duration), time.perf_counter() - began,
        ))

    def _add(self, samples, targets):
        narrow = np.hstack([samples, np.ones((len(samples), 1))]).astype(_KIND)
        self.gram += narrow.T @ narrow
        self.cross += narrow.T.astype(float) @ targets

    def _improve(self):
        """One pass of coordinate descent on the moments; the constant current is free."""
        total, n_factors = float(self.gram[-1, -1]), len(self.encoder)
        mean, target = self.gram[-1, :-1] / total, self.cross[-1, :n_factors] / total
        gram = self.gram[:-1, :-1] - np.outer(total * mean, mean)
        cross = self.cross[:-1, :n_factors] - np.outer(total * mean, target)
        ridge = self.recipe.ridge * float(np.trace(gram)) / len(gram)
        sweep(gram, cross.astype(_KIND), self.encoder, self.weights, self.signs, self.allowed,
              ridge)
        self.bias = self.start.encoder @ target + self.constant - (mean @ self.weights)

    def log(self):
        columns = np.array(self.rows, float).reshape(-1, 5).T
        names = ("current_error", "factor_error", "slack", "mean_rate", "seconds")
        return DaleLog(**dict(zip(names, columns, strict=True)))

    def network(self):
        """The trained network, with a readout of factors and outputs from the same moments."""
        gram = self.gram[:-1, :-1].astype(float)
        ridge = self.recipe.ridge * np.trace(gram) / len(gram)
        readout = np.linalg.solve(gram + ridge * np.eye(len(gram)), self.cross[:-1]).T
        readout = np.hstack([readout, np.zeros_like(readout)])  # slow traces only
        n, n_factors = self.start.encoder.shape
        return replace(
            self.start, encoder=np.zeros((n, n_factors)), mean_current=-self.bias,
            factor_weights=readout[:n_factors], output_weights=readout[n_factors:],
            slow_weights=self.weights.astype(float).T,
        )
