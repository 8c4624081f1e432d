"""How a spiking network is trained: the numbers of every stage in one place."""

from dataclasses import dataclass

from spikelib import _checks

__all__ = ["PAPER_2016", "DaleRecipe", "Recipe"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a spiking network is trained.

    The default differs from the paper in three points, all found to make the frozen
    network safer (chapter 4 shows it): where a task repeats, a teacher that does not settle
    into repeating itself is replaced by another draw; it takes the components that hold 99 %, not
    99.9 %, of the variance, and from time to time it restarts the spiking network from
    a random state in the middle of training, so that it learns to find its way back.
    `PAPER_2016` is the paper's own recipe.

    Parameters
    ----------
    variance : float or None
        Fraction of the variance that the factors hold.
    n_factors : int or None
        Number of factors P; where given, `variance` must be None.
    n_settle : int
        Trials before each stage in which the start is forgotten.
    n_factor_trials, n_mean_trials, n_training_trials : int
        Trials for the components, the mean current, and RLS.
    update_probability : float
        Probability of an RLS update at each step.
    prior : float
        P at the start is this times the identity.
    restart_every : int or None
        Trials between restarts from a random state; None for never.
    settled_teacher : bool
        Draw another teacher (up to 20) where a repeating task leaves one unsettled.
    noise : float
        Voltage noise in training (see `spikelib.simulation.simulate`).
    """

    variance: float | None = 0.99
    n_factors: int | None = None
    n_settle: int = 50
    n_factor_trials: int = 300
    n_mean_trials: int = 300
    n_training_trials: int = 500
    update_probability: float = 0.5
    prior: float = 1.0
    restart_every: int | None = 25
    settled_teacher: bool = True
    noise: float = 0.0

    def __post_init__(self):
        if (self.variance is None) == (self.n_factors is None):
            raise ValueError(
                "variance, n_factors: expected exactly one of the two, got "
                f"variance={self.variance!r}, n_factors={self.n_factors!r}"
            )
        if self.variance is not None:
            _checks.number("variance", self.variance, above=0, at_most=1)
        else:
            _checks.count("n_factors", self.n_factors)
        _checks.count("n_settle", self.n_settle, at_least=0)
        for name in ("n_factor_trials", "n_mean_trials", "n_training_trials"):
            _checks.count(name, getattr(self, name))
        _checks.number("update_probability", self.update_probability, above=0, at_most=1)
        _checks.number("prior", self.prior, above=0)
        if self.restart_every is not None:
            _checks.count("restart_every", self.restart_every)
        _checks.number("noise", self.noise, at_least=0)


#: The recipe of the 2016 paper: 99.9 % of the variance, and no restarts.
PAPER_2016 = Recipe(variance=0.999, restart_every=None, settled_teacher=False)


@dataclass(frozen=True, kw_only=True)
class DaleRecipe:
    """How a network is trained under Dale's law (see `spikelib.dale.train_dale`).

    Parameters
    ----------
    excitatory_fraction : float
        Of the neurons.
    connection_probability : float
        With which one neuron reaches another, drawn before training.
    n_training_trials : int
    n_forced_trials : int
        Trials at the start in which neurons get the wanted currents only.
    leash : tuple of float
        ε at the start and at the end of its growth, relative to the wanted currents.
    growth : float
        Fraction of the trials at which ε reaches its end.
    restart_every : int or None
        Trials between restarts from a random state, once ε has grown; None for never.
    ridge : float
        Relative to the mean eigenvalue of the centred Gram matrix.
    memory : float or None
        Seconds after which a trial counts 1/e in the moments; None: no trial fades.
    sample_every : float
        Seconds between samples of the traces.
    n_sweeps : int
        Passes over all weights after each trial.
    constant_current, constant_weight : float
        b_i are free, but drawn towards this value with this weight, relative to that of the
        data: a network in which b_i were far below threshold could fall silent for ever.
    max_residual : float or None
        Largest share of the variance of its wanted current that the median neuron may miss
        at the end of the forced trials; None: not asked.
    readout_ridge : float
        Relative to the mean eigenvalue, for the output weights.
    """

    excitatory_fraction: float = 0.8
    connection_probability: float = 0.5
    n_training_trials: int = 330
    n_forced_trials: int = 3
    leash: tuple[float, float] = (0.2, 2.0)
    growth: float = 0.6
    restart_every: int | None = 7
    ridge: float = 0.005
    memory: float | None = 50.0
    sample_every: float = 0.005
    n_sweeps: int = 1
    constant_current: float = 2.0
    constant_weight: float = 0.1
    max_residual: float | None = 0.5
    readout_ridge: float = 1e-3

    def __post_init__(self):
        _checks.number("excitatory_fraction", self.excitatory_fraction, at_least=0, at_most=1)
        _checks.number("connection_probability", self.connection_probability, above=0, at_most=1)
        for name in ("n_training_trials", "n_forced_trials", "n_sweeps"):
            _checks.count(name, getattr(self, name))
        if self.n_forced_trials > self.n_training_trials:
            raise ValueError(
                f"n_forced_trials: expected at most n_training_trials = "
                f"{self.n_training_trials}, got {self.n_forced_trials}"
            )
        if not isinstance(self.leash, tuple) or len(self.leash) != 2:
            raise ValueError(f"leash: expected a pair (start, end), got {self.leash!r}")
        for name, value in zip(("leash[0]", "leash[1]"), self.leash, strict=True):
            _checks.number(name, value, at_least=0)
        _checks.number("growth", self.growth, above=0, at_most=1)
        if self.restart_every is not None:
            _checks.count("restart_every", self.restart_every)
        for name in ("sample_every", "readout_ridge"):
            _checks.number(name, getattr(self, name), above=0)
        for name in ("memory", "max_residual"):
            if getattr(self, name) is not None:
                _checks.number(name, getattr(self, name), above=0)
        for name in ("ridge", "constant_weight"):
            _checks.number(name, getattr(self, name), at_least=0)
        _checks.number("constant_current", self.constant_current)

    @property
    def n_growth_trials(self):
        """Trials after which ε has grown."""
        return round(self.growth * self.n_training_trials)

    def leash_at(self, index):
        """ε in the trial of this index."""
        if index < self.n_forced_trials:
            return 0.0
        done = min(1.0, index / max(1, self.n_growth_trials))
        return self.leash[0] + (self.leash[1] - self.leash[0]) * done
