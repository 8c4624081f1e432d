"""How networks are matched to a recording: the numbers in one place."""

from dataclasses import dataclass

from spikelib import _checks
from spikelib.dale.recipe import DaleRecipe
from spikelib.training.recipe import RLSRecipe, part

__all__ = ["MATCH_RECIPE", "MatchRecipe", "MatchedDaleRecipe"]


@dataclass(frozen=True, kw_only=True)
class MatchRecipe(RLSRecipe):
    """How `spikelib.recordings.matching.fit_recording` goes about it.

    Noise lets neurons fire at the low and irregular rates of cortex, and the small prior
    keeps the weights of noisy neurons small.

    Parameters
    ----------
    n_factors : int
        D.
    n_training_trials : int
    n_settle, update_probability, prior, restart_every, noise
        As in `spikelib.training.recipe.RLSRecipe`; noise is above zero, and that of tests too.
    """

    n_factors: int = 10
    n_training_trials: int = 150
    n_settle: int = 2
    update_probability: float = 0.02
    prior: float = 3e-4
    restart_every: int | None = None
    noise: float = 1.0

    def __post_init__(self):
        super().__post_init__()
        for name in ("n_factors", "n_training_trials"):
            _checks.count(name, getattr(self, name))
        _checks.number("noise", self.noise, above=0)

    @property
    def rls(self):
        """The part that concerns recursive least squares."""
        return part(self, RLSRecipe)


#: The default `MatchRecipe`.
MATCH_RECIPE = MatchRecipe()


@dataclass(frozen=True, kw_only=True)
class MatchedDaleRecipe:
    """How a network is matched to a recording under Dale's law.

    Parameters
    ----------
    n_factors : int
        D.
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
