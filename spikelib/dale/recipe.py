"""How a network is trained under Dale's law: the numbers in one place."""

from dataclasses import dataclass

from spikelib import _checks

__all__ = ["DaleRecipe"]


@dataclass(frozen=True, kw_only=True)
class DaleRecipe:
    """How a network is trained under Dale's law (see `spikelib.dale.training.train_dale`).

    Parameters
    ----------
    excitatory_fraction : float
        Of the neurons.
    connection_probability : float
        With which one neuron reaches another, drawn before training.
    n_training_trials : int
    n_forced_trials : int
        Trials at the start in which neurons get the target currents only.
    leash : tuple of float
        ε at the start and at the end of its growth, relative to the target currents.
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
        Largest share of the variance of its target current that the median neuron may miss
        at the end of the forced trials; None: not asked.
    readout_ridge : float
        Relative to the mean eigenvalue, for the output weights, where they are those of training.
    n_readout_trials : int
        Trials of the frozen network, on its own, to which output weights are fitted at the end; 0
        for those of training.
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
    n_readout_trials: int = 40

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
        _checks.count("n_readout_trials", self.n_readout_trials, at_least=0)

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
