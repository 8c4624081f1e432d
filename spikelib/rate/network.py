"""Rate networks, driven as a teacher.

State x, firing rate tanh(x).  One step of length dt, exponential Euler::

    f_J = J tanh(x) + u_out f_out(t)
    x∞  = f_J + u_in f_in(t)
    x   ← x∞ + (x - x∞) exp(-dt/τ)

A *driven* network is given the target output f_out; its recurrent currents f_J are
what the spiking network will be asked to generate.  Where a trial has hints, they
enter in the same way, as u_hint f_hint(t) in f_J.  (Networks that are trained to make
the output themselves are in `spikelib.rate.force` and `spikelib.rate.gradient`.)
"""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib.rate._driving import PATIENCE, drive_distinct, drive_repeated, until_settled
from spikelib.tasks.trials import Trial, whole

__all__ = ["RateNetwork", "RateParameters", "drive", "drive_each", "find_cycle"]

@dataclass(frozen=True, kw_only=True)
class RateParameters:
    """Parameters of a rate network.

    Parameters
    ----------
    n_units : int
        Ñ.
    dt : float
        Time step in seconds.
    tau : float
        τ_x, time constant in seconds.
    gain : float
        g̃: recurrent weights are drawn from N(0, g̃²/Ñ).
    input_range, output_range : pair of float
        Ranges from which the weights ũ_in, and ũ_out and ũ_hint, are drawn uniformly.
        (The code of the 2016 demonstration draws ũ_in from [1, 3]; its comments, the
        paper's successor and this library use [-1, 1].)
    """

    n_units: int = 500
    dt: float = 0.001
    tau: float = 0.01
    gain: float = 1.4
    input_range: tuple[float, float] = (-1.0, 1.0)
    output_range: tuple[float, float] = (-1.0, 1.0)

    def __post_init__(self):
        _checks.count("n_units", self.n_units)
        _checks.number("dt", self.dt, above=0)
        _checks.number("tau", self.tau, above=0)
        _checks.number("gain", self.gain, at_least=0)
        for name in ("input_range", "output_range"):
            low, high = _checks.array(name, getattr(self, name), ("low, high",), (2,))
            if not low <= high:
                raise ValueError(f"{name}: expected low <= high, got ({low}, {high})")


@dataclass(frozen=True, kw_only=True, eq=False)
class RateNetwork:
    """Weights of a rate network.

    Parameters
    ----------
    parameters : RateParameters
    recurrent_weights : ndarray, shape (Ñ, Ñ)
        J̃.
    input_weights : ndarray, shape (Ñ, n_inputs)
        ũ_in.
    output_weights : ndarray, shape (Ñ, n_outputs)
        ũ_out: how the output, expected or produced, enters the network.
    readout : ndarray, shape (n_outputs, Ñ), optional
        w, where the network has been trained.
    hint_weights : ndarray, shape (Ñ, n_hints), optional
        ũ_hint: how a trial's hints enter a driven network.
    """

    parameters: RateParameters
    recurrent_weights: np.ndarray
    input_weights: np.ndarray
    output_weights: np.ndarray
    readout: np.ndarray | None = None
    hint_weights: np.ndarray | None = None

    def __post_init__(self):
        _checks.instance("parameters", self.parameters, "RateParameters")
        n = self.parameters.n_units
        axes = {
            "recurrent_weights": (("n_units", "n_units"), (n, n)),
            "input_weights": (("n_units", "n_inputs"), (n, None)),
            "output_weights": (("n_units", "n_outputs"), (n, None)),
        }
        if self.hint_weights is not None:
            axes["hint_weights"] = (("n_units", "n_hints"), (n, None))
        for name, (names, sizes) in axes.items():
            object.__setattr__(self, name, _checks.array(name, getattr(self, name), names, sizes))
        if self.readout is not None:
            sizes = (self.n_outputs, n)
            readout = _checks.array("readout", self.readout, ("n_outputs", "n_units"), sizes)
            object.__setattr__(self, "readout", readout)

    @classmethod
    @_checks.takes(parameters="RateParameters")
    def draw(cls, parameters, *, n_inputs, n_outputs, rng, n_hints=0):
        """Draw the random weights of a network.

        Examples
        --------
        >>> rng = np.random.default_rng(0)
        >>> network = RateNetwork.draw(RateParameters(n_units=50), n_inputs=1, n_outputs=2, rng=rng)
        >>> network.recurrent_weights.shape, network.output_weights.shape
        ((50, 50), (50, 2))
        """
        _checks.generator(rng)
        n = parameters.n_units
        n_inputs = _checks.count("n_inputs", n_inputs, at_least=0)
        n_outputs = _checks.count("n_outputs", n_outputs)
        n_hints = _checks.count("n_hints", n_hints, at_least=0)
        most = max(n, n_inputs, n_outputs, n_hints)
        _checks.room("n_units, n_inputs, n_outputs, n_hints", n, most)
        return cls(
            parameters=parameters,
            recurrent_weights=rng.standard_normal((n, n)) * (parameters.gain / np.sqrt(n)),
            output_weights=rng.uniform(*parameters.output_range, (n, n_outputs)),
            input_weights=rng.uniform(*parameters.input_range, (n, n_inputs)),
            hint_weights=rng.uniform(*parameters.output_range, (n, n_hints)) if n_hints else None,
        )

    @property
    def n_inputs(self):
        """Number of input channels."""
        return self.input_weights.shape[1]

    @property
    def n_outputs(self):
        """Number of output channels."""
        return self.output_weights.shape[1]

    @property
    def n_hints(self):
        """Number of hint channels; without any, the hints of a trial are not used."""
        return 0 if self.hint_weights is None else self.hint_weights.shape[1]

    def random_state(self, rng):
        """A starting state, x ~ N(0, 1), shape (Ñ,)."""
        return _checks.generator(rng).standard_normal(self.parameters.n_units)


def check_trials(network, trials):
    """Raise ValueError where a trial does not fit a network; return a list."""
    trials = _checks.instances("trials", trials, Trial)
    expected = (network.n_inputs, network.n_outputs, network.parameters.dt)
    for index, trial in enumerate(trials):
        whole(trial, f"trials[{index}]")
        came = (trial.n_inputs, trial.n_outputs, trial.dt)
        if came != expected:
            raise ValueError(
                f"trials[{index}]: expected (n_inputs, n_outputs, dt) = {expected}, got {came}"
            )
        if network.n_hints not in (0, trial.n_hints):
            raise ValueError(
                f"trials[{index}]: expected {network.n_hints} hints, got {trial.n_hints}"
            )
    return trials


@_checks.takes(network="RateNetwork", trial="Trial")
def find_cycle(network, trial, *, rng):
    """Drive a network with one trial, again and again, until it repeats itself.

    Parameters
    ----------
    network : RateNetwork
    trial : Trial
    rng : numpy.random.Generator
        For the starting state.

    Returns
    -------
    tuple of ndarray, shape (T, Ñ)
        The currents f_J of the trials after which the state comes back (to 1e-9): usually
        one; empty for a network that does not come back within 30 trials.

    Examples
    --------
    >>> from spikelib.tasks import osc4
    >>> rng = np.random.default_rng(0)
    >>> network = RateNetwork.draw(RateParameters(n_units=50), n_inputs=1, n_outputs=1, rng=rng)
    >>> len(find_cycle(network, osc4().draw(rng), rng=rng))
    1
    """
    check_trials(network, [trial])
    passes = until_settled(network, trial, PATIENCE, _checks.generator(rng))
    while True:
        try:
            next(passes)
        except StopIteration as end:
            return end.value


@_checks.takes(network="RateNetwork")
def drive_each(network, trials, *, rng, n_settle=50):
    """Like `drive`, but trial by trial: a generator that holds only a few in memory."""
    trials = check_trials(network, trials)
    _checks.generator(rng)
    _checks.count("n_settle", n_settle, at_least=0)
    if all(trial is trials[0] for trial in trials):
        return drive_repeated(network, trials[0], len(trials), n_settle, rng)
    return drive_distinct(network, trials, rng)


@_checks.takes(network="RateNetwork")
def drive(network, trials, *, rng, n_settle=50):
    """Drive a network with the target output; return its recurrent currents.

    Parameters
    ----------
    network : RateNetwork
    trials : sequence of Trial
        Run back to back, without reset. Where all are one and the same object, the
        network is run until it comes back to an earlier state (to 1e-9), and the rest
        is repeated; where they differ, up to 32 stretches of the sequence run side by
        side, each after the two trials that precede it, in which a driven network
        forgets its start.
    rng : numpy.random.Generator
        For the starting state.
    n_settle : int
        Trials before the first where the trials repeat.

    Returns
    -------
    list of ndarray, shape (T, Ñ)
        f_J = J̃ tanh(x) + ũ_out f_out of each trial. Repeated trials share one array.

    Raises
    ------
    ValueError
        Trials that do not fit the network.

    References
    ----------
    DePasquale, Churchland & Abbott (2016), arXiv 1601.07620.

    Examples
    --------
    >>> from spikelib.tasks import osc4
    >>> rng = np.random.default_rng(0)
    >>> network = RateNetwork.draw(RateParameters(n_units=50), n_inputs=1, n_outputs=1, rng=rng)
    >>> currents = drive(network, osc4().trials(2, rng=rng), rng=rng, n_settle=5)
    >>> len(currents), currents[0].shape
    (2, (1000, 50))
    """
    return list(drive_each(network, trials, rng=rng, n_settle=n_settle))
