"""Networks whose neurons are matched, one to one, to those of a recording.

No rate network takes part.  The factors are the principal components of the currents that
the recorded neurons would need (`spikelib.recordings.currents`); from there on it is the
method of the rest of the book: the recurrent synapses learn to make the factors out of the
network's own spikes, freely or under Dale's law.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks, loop
from spikelib.dale.learner import DaleLearner
from spikelib.dale.training import DaleNetwork
from spikelib.least_squares.signed import draw_connections
from spikelib.recordings.currents import (
    TargetCurrents,
    chosen_conditions,
    cued_trials,
    target_currents,
)
from spikelib.recordings.recipe import MatchedDaleRecipe, MatchRecipe
from spikelib.recordings.recording import Recording
from spikelib.results import Trained
from spikelib.spiking.fi_curve import current_for_rate
from spikelib.spiking.network import SpikingNetwork, SpikingParameters
from spikelib.tasks.trials import Trial
from spikelib.training.recipe import for_stage
from spikelib.training.training import train

__all__ = ["RecordingFit", "fit_recording", "fit_recording_dale"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordingFit(Trained):
    """A network whose neurons were fitted to those of a recording.

    Parameters
    ----------
    network : SpikingNetwork
        Neuron i is matched to the recording's neuron i.
    log : TrainingLog
    recording : Recording
    target_currents : TargetCurrents
    trials : tuple of Trial
        One for each condition.
    noise : float
        Voltage noise in training, and in tests.
    cue : float
        Time in seconds before the recording begins.
    dale : DaleNetwork, optional
        The same network with its signs and connections, under Dale's law.
    """

    recording: Recording
    target_currents: TargetCurrents
    trials: tuple[Trial, ...]
    noise: float
    cue: float
    dale: DaleNetwork | None = None

    @property
    def signs(self):
        """+1 and -1 under Dale's law, shape (N,); otherwise None."""
        return None if self.dale is None else self.dale.signs

    @property
    def connected(self):
        """Connections (post, pre) under Dale's law, shape (N, N); otherwise None."""
        return None if self.dale is None else self.dale.connected


@_checks.takes(recording="Recording", parameters="SpikingParameters")
def fit_recording(recording, *, rng, parameters=None, recipe=None, cue=0.2, cue_gain=3.0,
                  floor=0.3, trained_conditions=None, checkpoint=None, progress=None):
    """From trial-averaged rates to a spiking network whose neurons have these rates.

    Parameters
    ----------
    recording : Recording
        With rates, and with outputs where the network is to make them. Where its bins are
        shorter than the network's step, it is averaged over each step.
    rng : numpy.random.Generator
    parameters : SpikingParameters, optional
        By default with the recording's number of neurons, all trained, and slow synapses of
        0.2 s, which average over the few spikes that cortical neurons fire.
    recipe : MatchRecipe, optional
    cue : float
        Length of the cue at the start of each trial, in seconds.
    cue_gain : float
        Standard deviation of the random input weights.
    floor : float
        As for `target_currents`.
    trained_conditions : sequence of int, optional
        Train on these only; the others have cues of their own, that no training has seen.
    checkpoint : path, optional
        As for `spikelib.loop.run`.
    progress : bool, optional

    Returns
    -------
    RecordingFit

    Examples
    --------
    >>> from spikelib.recordings import alm_rates
    >>> recording = alm_rates(surrogate=True)
    >>> few = Recording(rates=recording.rates[:, :, :50], dt=recording.dt)
    >>> result = fit_recording(few, rng=np.random.default_rng(0),
    ...                        recipe=MatchRecipe(n_training_trials=3))
    >>> result.network.parameters.n_neurons, result.network.n_inputs
    (50, 2)
    """
    for_input, for_network, for_order, for_stages = _checks.generator(rng).spawn(4)
    recipe = for_stage(recipe, MatchRecipe)
    n_neurons = recording.n_neurons
    if parameters is None:
        parameters = SpikingParameters(
            n_neurons=max(n_neurons, 1), trained_fraction=1.0, tau_slow=0.2
        )
    recording = _no_finer(recording, parameters.dt)
    target = target_currents(
        recording, n_factors=recipe.n_factors, noise=recipe.noise, parameters=parameters,
        floor=floor, trained_conditions=trained_conditions,
    )
    if parameters.n_neurons != n_neurons:
        raise ValueError(
            f"parameters: expected n_neurons = {n_neurons}, as in the recording, got "
            f"{parameters.n_neurons}"
        )
    known = chosen_conditions(recording, trained_conditions)
    trials = cued_trials(target, dt=parameters.dt, cue=cue, outputs=recording.outputs)
    network = SpikingNetwork.from_encoder(
        parameters, encoder=target.encoder, rng=for_network, n_outputs=trials[0].n_outputs,
        input_weights=cue_gain * for_input.standard_normal((n_neurons, recording.n_conditions)),
    )
    network = replace(
        network, mean_current=mean_inhibition(parameters, np.nanmean(recording.rates[known]))
        - target.constant
    )
    order = known[for_order.integers(known.size, size=recipe.n_training_trials)]
    trained = train(
        network, [trials[k] for k in order], rng=for_stages, recipe=recipe.rls,
        checkpoint=checkpoint, progress=progress,
    )
    return RecordingFit(
        network=trained.network, log=trained.log, recording=recording, target_currents=target,
        trials=tuple(trials), noise=recipe.noise, cue=cue,
    )


@_checks.takes(recording="Recording")
def fit_recording_dale(recording, *, rng, recipe=None, cue=0.2, cue_gain=3.0, tau_slow=0.2,
                       trained_conditions=None, checkpoint=None, progress=None):
    """Like `fit_recording`, under Dale's law.

    Recorded pyramidal neurons only excite. To every four of them comes one inhibitory neuron
    that nobody recorded, with a random mixture of the factors as its target. Every neuron then
    has its own weights, of the sign of the presynaptic neuron, on the synapses that it was
    given::

        J_i · s(t) + b_i  ≈  encoder_i · y(t) + constant_i

    The network runs in closed loop on a leash, as in `spikelib.dale.training`, with two
    differences: only slow synapses are trained, for the signals of such recordings are slow,
    and every neuron has voltage noise. Noise is what lets neurons fire at the low and irregular
    rates of cortex, and it makes the network's own activity, from which it learns, visit all
    that it will meet later.

    Parameters
    ----------
    recording : Recording
        With rates, of excitatory neurons; as for `fit_recording`.
    rng : numpy.random.Generator
    recipe : MatchedDaleRecipe, optional
    cue, cue_gain : float
        As for `fit_recording`.
    tau_slow : float
        Time constant of the synapses in seconds.
    trained_conditions : sequence of int, optional
        As for `fit_recording`.
    checkpoint : path, optional
        As for `spikelib.loop.run`.
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
    _checks.instance("recipe", recipe, "MatchedDaleRecipe")
    for_mixtures, for_wiring, for_input, for_trials, for_state = _checks.generator(rng).spawn(5)
    n_excitatory = recording.n_neurons
    fraction = recipe.inhibitory_fraction
    n_inhibitory = max(1, round(n_excitatory * fraction / (1 - fraction)))
    n = n_excitatory + n_inhibitory
    parameters = SpikingParameters(
        n_neurons=n, trained_fraction=1.0, tau_slow=tau_slow, inhibition=0.0
    )
    recording = _no_finer(recording, parameters.dt)
    target = target_currents(
        recording, n_factors=recipe.n_factors, noise=recipe.noise, parameters=parameters,
        floor=recipe.floor, trained_conditions=trained_conditions,
    )
    known = chosen_conditions(recording, trained_conditions)
    sizes = np.sqrt(np.mean(target.encoder**2, axis=0))
    mixtures = sizes * for_mixtures.standard_normal((n_inhibitory, sizes.size))
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
    order = [trials[known[for_trials.integers(known.size)]]
             for _ in range(recipe.n_training_trials)]
    learner = DaleLearner(
        network, order, signs, connected, recipe.training(), for_state, noise=recipe.noise,
        fast_synapses=False, keep_best=False,
    )
    log = loop.run(learner, len(order), checkpoint=checkpoint, progress=progress)
    network = learner.trained_network()
    return RecordingFit(
        network=network, log=log, recording=recording, target_currents=target,
        trials=tuple(trials), noise=recipe.noise, cue=cue,
        dale=DaleNetwork(network=network, signs=signs, connected=connected),
    )


def _no_finer(recording, dt):
    """The recording, averaged over the network's steps where its own bins are shorter."""
    fine = isinstance(recording, Recording) and recording.dt < dt * (1 - 1e-9)
    return recording.resampled(dt) if fine else recording


def mean_inhibition(parameters, rate):
    """Time average of I_inh where the neurons fire at `rate` on average, in Hz."""
    decay = np.exp(-parameters.dt / parameters.tau_fast)
    return parameters.inhibition / parameters.tau_fast * rate * parameters.dt / (1 - decay)
