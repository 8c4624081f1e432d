"""Training under Dale's law: every neuron excites or inhibits, and reaches only some others.

The recurrent matrix is no longer u W, of rank D, for that cannot keep signs. Every neuron i
has its own weights J_i on the slow and fast traces s of its presynaptic partners, all of the
partner's sign, and a constant current b_i; together they have to be the current that the
factors would have given it::

    J_i · s(t) + b_i  ≈  u_i · y(t) - I_mean,i

Signs and connections are drawn before training and kept exactly at every moment of it. No
neuron feeds back through a common inhibition: the balance comes from inhibitory neurons.

Least squares on spikes of a network that is held on its targets does not give a network that
runs on its own: the small errors of its currents change its spikes, and nothing in the data
says how to come back. The network has to learn from what it does itself, but left alone at
first it would run away. So it is kept *on a leash*: the current that neurons get is ::

    target + (own - target) min(1, ε / r),     r = |own - target| / |target|

with ε growing from trial to trial until it no longer binds. After each trial one pass of
exact coordinate descent on the moments of the traces (all neurons share one Gram matrix,
older trials fade) moves all weights towards their optimum (see `spikelib.least_squares.signed`).
Output weights are learned last, on what the frozen network does alone.
"""

import importlib
import warnings
from dataclasses import dataclass

import numpy as np

from spikelib import _checks, loop
from spikelib.dale._readout import refitted
from spikelib.dale.learner import DaleLearner
from spikelib.dale.recipe import DaleRecipe
from spikelib.errors import InfeasibleError
from spikelib.least_squares.signed import (
    check_wiring,
    draw_connections,
    draw_signs,
    sign_violations,
)
from spikelib.results import Trained
from spikelib.spiking.network import SpikingNetwork
from spikelib.spiking.simulation import check_trials

__all__ = ["DaleNetwork", "DaleTrained", "mean_factors", "train_dale"]

_SETTLE = 5  # trials of the frozen network before those that its output weights are made from


@dataclass(frozen=True, kw_only=True, eq=False)
class DaleNetwork:
    """A network under Dale's law.

    Parameters
    ----------
    network : SpikingNetwork
        Ready to be simulated, evaluated and saved. All its recurrence is in `slow_weights`
        and `fast_weights`; its encoder is zero, so that its factors z_D are read, not fed back.
    signs : ndarray, shape (N,)
        +1 excitatory, -1 inhibitory.
    connected : ndarray of bool, shape (N, N)
        (post, pre).
    """

    network: SpikingNetwork
    signs: np.ndarray
    connected: np.ndarray

    @property
    def sign_violations(self):
        """Recurrent weights of the wrong sign or where there is no connection."""
        return sum(
            sign_violations(weights.T, self.signs, self.connected.T)
            for weights in (self.network.slow_weights, self.network.fast_weights)
        )

    @property
    def silent_fraction(self):
        """Fraction of the connections whose slow and fast weight are both zero."""
        n = self.network
        used = (n.slow_weights != 0) | (n.fast_weights != 0)
        return float(1 - used[self.connected].mean())


@dataclass(frozen=True, kw_only=True, eq=False)
class DaleTrained(Trained):
    """What `train_dale` made: a `spikelib.results.Trained` that knows signs and connections.

    Parameters
    ----------
    dale : DaleNetwork
        `network` is its network.
    """

    dale: DaleNetwork

    def __iter__(self):
        warnings.warn(
            "train_dale returns one result with `network`, `dale` and `log`; unpacking it as a "
            "pair goes with the next version", DeprecationWarning, stacklevel=2,
        )
        return iter((self.dale, self.log))


@_checks.takes(network="SpikingNetwork")
def train_dale(network, trials, *, rng, recipe=None, signs=None, connected=None, checkpoint=None,
               progress=None):
    """Train a network whose neurons keep to one sign each and to given connections.

    Parameters
    ----------
    network : SpikingNetwork
        Untrained, without fixed synapses: its encoder u, input weights and mean current say
        which recurrent current, u y - I_mean, each neuron should get. Its inhibition is not
        used.
    trials : sequence of Trial
        With target factors. Run back to back, from the first again after the last.
    rng : numpy.random.Generator
        For signs, connections and the starting state.
    recipe : DaleRecipe, optional
    signs : array_like, shape (N,), optional
        +1 and -1; drawn where not given.
    connected : array_like of bool, shape (N, N), optional
        (post, pre); drawn where not given.
    checkpoint : path, optional
        As for `spikelib.loop.run`.
    progress : bool, optional

    Returns
    -------
    DaleTrained
        The log has the columns ``current_error``, ``factor_error``, ``slack``, ``mean_rate``
        and ``seconds`` (see `spikelib.loop.TrainingLog`).

    Raises
    ------
    ValueError
        Trials, signs or connections that do not fit.
    InfeasibleError
        Neurons without input, or target currents that weights of these signs cannot make.
    DivergedError
        The currents are no longer finite.
    """
    recipe = DaleRecipe() if recipe is None else recipe
    _checks.instance("recipe", recipe, "DaleRecipe")
    for_signs, for_connections, for_state = _checks.generator(rng).spawn(3)
    trials = check_trials(network, trials, needs_factors=True)
    if network.slow_weights is not None or network.fast_weights is not None:
        raise ValueError(
            "network: expected no fixed random synapses, got some; draw it with slow_gain and "
            "fast_gain zero"
        )
    n = network.parameters.n_neurons
    if signs is None:
        signs = draw_signs(n, excitatory_fraction=recipe.excitatory_fraction, rng=for_signs)
    if connected is None:
        connected = draw_connections(
            n, probability=recipe.connection_probability, rng=for_connections
        )
    signs, connected = check_wiring(signs, connected, n)
    _check_balance(network, trials, signs, connected, recipe.constant_current)
    learner = DaleLearner(network, trials, signs, connected, recipe, for_state)
    log = loop.run(learner, recipe.n_training_trials, checkpoint=checkpoint, progress=progress)
    trained = learner.trained_network()
    if recipe.n_readout_trials:
        trained = refitted(trained, trials, n_trials=recipe.n_readout_trials,
                           n_settle=_SETTLE, rng=for_state)
    dale = DaleNetwork(network=trained, signs=signs, connected=connected)
    return DaleTrained(network=trained, log=log, dale=dale)


def _check_balance(network, trials, signs, connected, constant):
    """A neuron that has to be held below its constant current needs an inhibitory input."""
    target = network.encoder @ mean_factors(trials) - network.mean_current
    for sign, name, other, side in (
        (-1, "inhibitory", "excitatory", target < constant),
        (1, "excitatory", "inhibitory", target > constant),
    ):
        stuck = np.flatnonzero(side & ~(connected & (signs == sign)).any(axis=1))
        if stuck.size:
            first = stuck[0]
            raise InfeasibleError(
                f"signs, connected: expected an {name} input for every neuron that needs one, "
                f"got {stuck.size} of {signs.size} neurons with {other} inputs only (there are "
                f"{np.count_nonzero(signs == sign)} {name} neurons); neuron {first}, for one, "
                f"should get a mean recurrent current of {target[first]:.2f}, and its constant "
                f"current should be near {constant:g}"
            )


def mean_factors(trials):
    """Mean of the target factors (D,) over all steps of all trials."""
    n_steps = sum(trial.n_steps for trial in trials)
    return sum(trial.factors.sum(axis=0) for trial in trials) / n_steps


def __getattr__(name):
    """`fit_dale` and its result stood here once, and saved results say so."""
    if name in ("DaleFit", "fit_dale"):
        return getattr(importlib.import_module("spikelib.dale.fitting"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
