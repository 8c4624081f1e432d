"""Networks whose neurons are matched, one to one, to those of a recording.

No rate network takes part.  The factors are the principal components of the currents that
the recorded neurons would need (`spikelib.recordings.currents`); from there on it is the
method of the rest of the book: the recurrent synapses learn to make the factors out of the
network's own spikes.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checks
from spikelib.recordings.currents import TargetCurrents, cued_trials, target_currents
from spikelib.recordings.recording import Recording
from spikelib.spiking.network import SpikingNetwork, SpikingParameters
from spikelib.tasks.trials import Trial
from spikelib.training.recipe import Recipe
from spikelib.training.training import train

__all__ = ["MATCH_RECIPE", "RecordingFit", "fit_recording"]

#: Recipe of `fit_recording`: noise, and a prior that keeps the weights of noisy neurons small.
MATCH_RECIPE = Recipe(
    variance=None, n_factors=10, n_settle=2, n_training_trials=150, update_probability=0.02,
    prior=3e-4, restart_every=None, noise=1.0,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordingFit:
    """A network whose neurons were fitted to those of a recording.

    Parameters
    ----------
    recording : Recording
    target_currents : TargetCurrents
    network : SpikingNetwork
        Neuron i is matched to the recording's neuron i.
    trials : tuple of Trial
        One for each condition.
    noise : float
        Voltage noise in training, and in tests.
    cue : float
        Time in seconds before the recording begins.
    log : TrainingLog or DaleLog
    signs : ndarray, shape (N,), optional
        +1 and -1 under Dale's law.
    connected : ndarray of bool, shape (N, N), optional
        (post, pre), where not all neurons are connected.
    """

    recording: Recording
    target_currents: TargetCurrents
    network: SpikingNetwork
    trials: tuple[Trial, ...]
    noise: float
    cue: float
    log: object
    signs: np.ndarray | None = None
    connected: np.ndarray | None = None


def fit_recording(recording, *, rng, parameters=None, recipe=MATCH_RECIPE, cue=0.2, cue_gain=3.0,
                  floor=0.3, progress=None):
    """From trial-averaged rates to a spiking network whose neurons have these rates.

    Parameters
    ----------
    recording : Recording
        With rates, and with outputs where the network is to make them.
    rng : numpy.random.Generator
    parameters : SpikingParameters, optional
        By default with the recording's number of neurons, all trained, and slow synapses of
        0.2 s, which average over the few spikes that cortical neurons fire.
    recipe : Recipe
        `MATCH_RECIPE` by default; its `n_factors`, `noise` and what concerns RLS are used.
    cue : float
        Length of the cue at the start of each trial, in seconds.
    cue_gain : float
        Standard deviation of the random input weights.
    floor : float
        As for `target_currents`.
    progress : bool, optional

    Returns
    -------
    RecordingFit

    Examples
    --------
    >>> from spikelib.recordings import alm_rates
    >>> recording = alm_rates(surrogate=True)
    >>> few = Recording(rates=recording.rates[:, :, :50], dt=recording.dt)
    >>> from dataclasses import replace
    >>> result = fit_recording(few, rng=np.random.default_rng(0),
    ...                        recipe=replace(MATCH_RECIPE, n_training_trials=3))
    >>> result.network.parameters.n_neurons, result.network.n_inputs
    (50, 2)
    """
    for_input, for_network, for_order, for_stages = _checks.generator(rng).spawn(4)
    if recipe.n_factors is None or not recipe.noise:
        raise ValueError(
            "recipe: expected n_factors and noise above zero (see MATCH_RECIPE), got "
            f"n_factors={recipe.n_factors}, noise={recipe.noise}"
        )
    n_neurons = recording.n_neurons
    if parameters is None:
        parameters = SpikingParameters(
            n_neurons=max(n_neurons, 1), trained_fraction=1.0, tau_slow=0.2
        )
    target = target_currents(
        recording, n_factors=recipe.n_factors, noise=recipe.noise, parameters=parameters,
        floor=floor,
    )
    if parameters.n_neurons != n_neurons:
        raise ValueError(
            f"parameters: expected n_neurons = {n_neurons}, as in the recording, got "
            f"{parameters.n_neurons}"
        )
    trials = cued_trials(target, dt=parameters.dt, cue=cue, outputs=recording.outputs)
    network = SpikingNetwork.from_encoder(
        parameters, encoder=target.encoder, rng=for_network, n_outputs=trials[0].n_outputs,
        input_weights=cue_gain * for_input.standard_normal((n_neurons, recording.n_conditions)),
    )
    network = replace(
        network, mean_current=mean_inhibition(parameters, recording.rates.mean()) - target.constant
    )
    order = for_order.integers(recording.n_conditions, size=recipe.n_training_trials)
    network, log = train(
        network, [trials[k] for k in order], rng=for_stages, recipe=recipe, progress=progress
    )
    return RecordingFit(
        recording=recording, target_currents=target, network=network, trials=tuple(trials),
        noise=recipe.noise, cue=cue, log=log,
    )


def mean_inhibition(parameters, rate):
    """Time average of I_inh where the neurons fire at `rate` on average, in Hz."""
    decay = np.exp(-parameters.dt / parameters.tau_fast)
    return parameters.inhibition / parameters.tau_fast * rate * parameters.dt / (1 - decay)
