"""Networks under Dale's law whose excitatory neurons are matched to recorded ones.

Recorded pyramidal neurons only excite. To every four of them comes one inhibitory neuron that
nobody recorded, with a random mixture of the factors as its target. Every neuron then has its
own weights, of the sign of the presynaptic neuron, on the synapses that it was given::

    J_i · s(t) + b_i  ≈  encoder_i · y(t) + constant_i

The network runs in closed loop on a leash, as in `spikelib.dale.training`, with two differences:
only slow synapses are trained, for the signals of such recordings are slow, and every neuron has
voltage noise. Noise is what lets neurons fire at the low and irregular rates of cortex, and it
makes the network's own activity, from which it learns, visit all that it will meet later.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib._progress import bar
from spikelib.dale.learner import Learner
from spikelib.dale.recipe import DaleRecipe
from spikelib.least_squares.signed import draw_connections
from spikelib.recordings.currents import cued_trials, target_currents
from spikelib.recordings.matching import RecordingFit
from spikelib.spiking.fi_curve import current_for_rate
from spikelib.spiking.network import SpikingNetwork, SpikingParameters

__all__ = ["MatchedDaleRecipe", "fit_recording_dale"]


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
        Trials at the start in which neurons get the target currents only.
    leash : tuple of float
        How far the network may be from the target currents, relative to these, in the first
        trial of its own and from the fraction `growth` of the trials on.
    growth : float
    ridge : float
        Relative to the mean eigenvalue of the centred Gram matrix.
    sample_every : float
        Seconds between samples of the traces.
    floor : float
        As for `spikelib.recordings.currents.target_currents`.
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
        _checks.count("n_factors", self.n_factors)
        for name in ("noise", "inhibitory_rate", "floor", "ridge"):
            _checks.number(name, getattr(self, name), above=0)
        _checks.number("inhibitory_fraction", self.inhibitory_fraction, above=0, at_most=0.9)
        self.training()

    def training(self):
        """The same as a `spikelib.dale.recipe.DaleRecipe`.

        No trial fades, nothing restarts the network, and constant currents are free: with
        noise no neuron is silent for ever.
        """
        return DaleRecipe(
            excitatory_fraction=1 - self.inhibitory_fraction,
            connection_probability=self.connection_probability,
            n_training_trials=self.n_training_trials, n_forced_trials=self.n_forced_trials,
            leash=self.leash, growth=self.growth, restart_every=None, ridge=self.ridge,
            memory=None, sample_every=self.sample_every, constant_weight=0.0,
            max_residual=None, readout_ridge=self.ridge,
        )


def fit_recording_dale(recording, *, rng, recipe=None, cue=0.2, cue_gain=3.0, tau_slow=0.2,
                       progress=None):
    """Like `spikelib.recordings.matching.fit_recording`, under Dale's law.

    Parameters
    ----------
    recording : Recording
        With rates, of excitatory neurons.
    rng : numpy.random.Generator
    recipe : MatchedDaleRecipe, optional
    cue, cue_gain : float
        As for `spikelib.recordings.matching.fit_recording`.
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
    >>> from spikelib.recordings import alm_rates
    >>> from spikelib.recordings import Recording
    >>> few = Recording(rates=alm_rates(surrogate=True).rates[:, :, :80], dt=0.02)
    >>> recipe = MatchedDaleRecipe(n_training_trials=4)
    >>> fit = fit_recording_dale(few, rng=np.random.default_rng(0), recipe=recipe)
    >>> weights = fit.network.slow_weights
    >>> weights.shape, bool(np.all(weights[:, :80] >= 0)), bool(np.all(weights[:, 80:] <= 0))
    ((100, 100), True, True)
    """
    recipe = MatchedDaleRecipe() if recipe is None else recipe
    for_mixtures, for_wiring, for_input, for_trials, for_state = _checks.generator(rng).spawn(5)
    n_excitatory = recording.n_neurons
    fraction = recipe.inhibitory_fraction
    n_inhibitory = max(1, round(n_excitatory * fraction / (1 - fraction)))
    n = n_excitatory + n_inhibitory
    parameters = SpikingParameters(
        n_neurons=n, trained_fraction=1.0, tau_slow=tau_slow, inhibition=0.0
    )
    target = target_currents(
        recording, n_factors=recipe.n_factors, noise=recipe.noise, parameters=parameters,
        floor=recipe.floor,
    )
    sizes = np.sqrt(np.mean(target.encoder**2, axis=0))
    mixtures = sizes * for_mixtures.standard_normal((n_inhibitory, recipe.n_factors))
    level = current_for_rate(recipe.inhibitory_rate, noise=recipe.noise, parameters=parameters)
    trials = cued_trials(target, dt=parameters.dt, cue=cue, outputs=recording.outputs)
    network = SpikingNetwork.from_encoder(
        parameters, encoder=np.vstack([target.encoder, mixtures]), rng=for_wiring,
        n_outputs=trials[0].n_outputs,
        input_weights=cue_gain * for_input.standard_normal((n, recording.n_conditions)),
    )
    constant = np.concatenate([target.constant, np.full(n_inhibitory, level)])
    network = replace(network, mean_current=-constant)
    signs = np.where(np.arange(n) < n_excitatory, 1.0, -1.0)
    connected = draw_connections(n, probability=recipe.connection_probability, rng=for_wiring)
    learner = Learner(
        network, trials, signs, connected, recipe.training(), for_state, noise=recipe.noise,
        fast_synapses=False, keep_best=False,
    )
    for index in bar(
        range(recipe.n_training_trials), show=progress, desc="training", unit="trial",
        total=recipe.n_training_trials,
    ):
        learner.one_trial(index, trials[for_trials.integers(len(trials))])
    return RecordingFit(
        recording=recording, target_currents=target, network=learner.trained_network(),
        trials=tuple(trials), noise=recipe.noise, cue=cue, log=learner.log(), signs=signs,
        connected=connected,
    )
