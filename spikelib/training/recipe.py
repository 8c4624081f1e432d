"""How a spiking network is trained: the numbers of every stage in one place."""

from dataclasses import dataclass

from spikelib import _checks

__all__ = ["PAPER_2016", "Recipe"]


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
        Voltage noise in training (see `spikelib.spiking.simulation.simulate`).
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
