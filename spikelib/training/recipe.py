"""How a spiking network is trained: the numbers of each stage, and of all in one place."""

import warnings
from dataclasses import dataclass, fields

from spikelib import _checks

__all__ = ["PAPER_2016", "FactorRecipe", "RLSRecipe", "Recipe"]

# Found on osc4 with 500, 1,000 and 2,000 neurons. With ten times as large a prior, networks
# of 1,000 do not come back from every random start; with a tenth of it the error is several
# times as large.
_PRIOR_TIMES_NEURONS = 10.0


@dataclass(frozen=True, kw_only=True)
class FactorRecipe:
    """From a task to a teacher and its factors.

    Parameters
    ----------
    variance : float or None
        Fraction of the variance that the factors hold.
    n_factors : int or None
        Number of factors D; where given, `variance` must be None.
    n_settle : int
        Trials before each stage in which the start is forgotten.
    n_factor_trials : int
        Trials for the components.
    settled_teacher : bool
        Draw another teacher (up to 20) where a repeating task leaves one unsettled.
    """

    variance: float | None = 0.99
    n_factors: int | None = None
    n_settle: int = 50
    n_factor_trials: int = 300
    settled_teacher: bool = True

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
        _checks.count("n_factor_trials", self.n_factor_trials)


@dataclass(frozen=True, kw_only=True)
class RLSRecipe:
    """Recursive least squares in closed loop.

    Parameters
    ----------
    n_settle : int
        Trials with the target factors fed back, before the first that is learned from.
    update_probability : float
        Probability of an RLS update at each step.
    prior : float or None
        P at the start is this times the identity; None: as `prior_for` has it.
    restart_every : int or None
        Trials between restarts from a random state; None for never.
    noise : float
        Voltage noise in training (see `spikelib.spiking.simulation.simulate`).
    single_precision : bool
        Keep P in single precision (see `spikelib.least_squares.rls.EventRLS`). Pays with
        thousands of trained neurons.
    """

    n_settle: int = 50
    update_probability: float = 0.5
    prior: float | None = None
    restart_every: int | None = 10
    noise: float = 0.0
    single_precision: bool = False

    def __post_init__(self):
        _checks.count("n_settle", self.n_settle, at_least=0)
        _checks.number("update_probability", self.update_probability, above=0, at_most=1)
        if self.prior is not None:
            _checks.number("prior", self.prior, above=0)
        if self.restart_every is not None:
            _checks.count("restart_every", self.restart_every)
        _checks.number("noise", self.noise, at_least=0)
        _checks.flag("single_precision", self.single_precision)

    def prior_for(self, n_neurons):
        """`prior`, or the rule where it is None: 10/N for N neurons, at most 1.

        The larger a network, the more exactly it repeats one and the same path, and the less
        its weights are told about anything beside it. There they stay as the prior left them,
        and it has to be the stronger for the network to find its way back.
        """
        return min(1.0, _PRIOR_TIMES_NEURONS / n_neurons) if self.prior is None else self.prior


@dataclass(frozen=True, kw_only=True)
class Recipe(FactorRecipe, RLSRecipe):
    """All stages from a task to a trained network: `FactorRecipe`, the mean current, `RLSRecipe`.

    The default differs from the paper in four points, all found to make the frozen
    network safer (chapter 4 shows it): where a task repeats, a teacher that does not settle
    into repeating itself is replaced by another draw; it takes the components that hold 99 %, not
    99.9 %, of the variance; every ten trials it restarts the spiking network from
    a random state in the middle of training, so that it learns to find its way back; and
    its prior is the stronger, the larger the network (`RLSRecipe.prior_for`).
    `PAPER_2016` is the paper's own recipe.

    Parameters
    ----------
    n_mean_trials, n_training_trials : int
        Trials for the mean current, and for RLS.
    variance, n_factors, n_settle, n_factor_trials, settled_teacher
        As in `FactorRecipe`.
    update_probability, prior, restart_every, noise, single_precision
        As in `RLSRecipe`.
    """

    n_mean_trials: int = 300
    n_training_trials: int = 500

    def __post_init__(self):
        FactorRecipe.__post_init__(self)
        RLSRecipe.__post_init__(self)
        for name in ("n_mean_trials", "n_training_trials"):
            _checks.count(name, getattr(self, name))

    @property
    def rls(self):
        """The part that concerns recursive least squares."""
        return part(self, RLSRecipe)


#: The recipe of the 2016 paper: 99.9 % of the variance, P = I at the start, and no restarts.
PAPER_2016 = Recipe(variance=0.999, prior=1.0, restart_every=None, settled_teacher=False)


def part(recipe, kind):
    """The fields of a recipe that another one of the class `kind` has."""
    return kind(**{field.name: getattr(recipe, field.name) for field in fields(kind)})


def for_stage(recipe, kind):
    """The recipe that a stage uses: `kind`, its default, or the part of a larger one."""
    if recipe is None:
        return kind()
    if not isinstance(recipe, kind):
        raise ValueError(f"recipe: expected a {kind.__name__}, got {type(recipe).__name__}")
    if type(recipe) is kind:
        return recipe
    warnings.warn(
        f"recipe: a {type(recipe).__name__} has fields that this stage does not use; give a "
        f"{kind.__name__}", DeprecationWarning, stacklevel=3,
    )
    return part(recipe, kind)
