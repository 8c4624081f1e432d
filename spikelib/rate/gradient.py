"""Rate networks trained by gradient: backpropagation through time, and Adam.

The teacher of a task whose hidden signals nobody can write down. With α = exp(-dt/τ),
one step of the network of `spikelib.rate.network`, left to itself, is::

    x(t) = α x(t-1) + (1 - α) (J tanh(x(t-1)) + u_in f_in(t)),    z(t) = w tanh(x(t))

The loss is the mean of (z - f_out)² over time, outputs and sequences. Its gradient is
carried back in time by the chain rule, with δ(t) = ∂loss/∂x(t)::

    δ(t) = (1 - tanh²(x(t))) (wᵀ 2(z(t) - f_out(t))/M + (1 - α) Jᵀ δ(t+1)) + α δ(t+1)
    ∂loss/∂J = (1 - α) Σ_t δ(t) tanh(x(t-1))ᵀ,    ∂loss/∂u_in = (1 - α) Σ_t δ(t) f_in(t)ᵀ

M is the number of values of z. The output is read at the end of a step, when its input has
been taken in. `spikelib.rate.force.run_rate` reads it at the beginning; in steps of 1 ms nobody
notices, in coarse steps its outputs come one step late.
"""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from spikelib import _checkpoint, _checks, loop
from spikelib.results import Trained

__all__ = ["GradientRecipe", "GradientTrained", "loss_and_gradients", "train_gradient"]

_DECAY_FIRST, _DECAY_SECOND, _TINY = 0.9, 0.999, 1e-8  # Adam's usual constants


@dataclass(frozen=True, kw_only=True)
class GradientRecipe:
    """How `train_gradient` goes about it.

    Parameters
    ----------
    n_batches : int
        Number of steps of Adam.
    batch_size : int
        Sequences in each, all new.
    duration : float
        Length of a sequence in seconds. Each is made of trials back to back, from a
        random state, so that the network also learns to start afresh.
    learning_rate : float
        Step length of Adam at the start; it falls to zero along a cosine.
    largest_gradient : float
        A gradient longer than this is shortened to it.
    """

    n_batches: int = 500
    batch_size: int = 32
    duration: float = 2.5
    learning_rate: float = 3e-3
    largest_gradient: float = 1.0

    def __post_init__(self):
        _checks.count("n_batches", self.n_batches)
        _checks.count("batch_size", self.batch_size)
        for name in ("duration", "learning_rate", "largest_gradient"):
            _checks.number(name, getattr(self, name), above=0)


@dataclass(frozen=True, kw_only=True, eq=False)
class GradientTrained(Trained):
    """A rate network trained by gradient, and how its training went.

    Parameters
    ----------
    network : RateNetwork
        With a readout; its ũ_out is zero, nothing of the target output enters it.
    log : TrainingLog
        With the column ``loss``: mean squared error of each batch, before learning from it.
    """

    @property
    def loss(self):
        """The old place of ``log.loss``."""
        warnings.warn(
            "GradientTrained.loss is now log.loss; the old place goes with the next version",
            DeprecationWarning, stacklevel=2,
        )
        return self.log.loss


def loss_and_gradients(weights, inputs, targets, state, *, decay):
    """Mean squared error of a batch of sequences, and its gradient.

    Parameters
    ----------
    weights : tuple of ndarray
        J (Ñ, Ñ), u_in (Ñ, n_inputs), w (n_outputs, Ñ).
    inputs : ndarray, shape (T, B, n_inputs)
    targets : ndarray, shape (T, B, n_outputs)
    state : ndarray, shape (B, Ñ)
        x before the first step.
    decay : float
        α = exp(-dt/τ).

    Returns
    -------
    loss : float
    gradients : tuple of ndarray
        In the order and with the shapes of `weights`.
    """
    J, u_in, w = weights
    n_steps, batch, _ = inputs.shape
    gain = 1.0 - decay
    driven = inputs @ (gain * u_in.T)
    recurrent = np.ascontiguousarray(gain * J.T)
    rates = np.empty((n_steps + 1, batch, len(J)), dtype=J.dtype)
    np.tanh(state, out=rates[0])
    x = state.astype(J.dtype)
    for t in range(n_steps):
        x *= decay
        x += rates[t] @ recurrent
        x += driven[t]
        np.tanh(x, out=rates[t + 1])
    errors = rates[1:] @ w.T - targets
    loss = float(np.mean(errors**2))

    back = errors @ (2.0 / errors.size * w)  # ∂loss/∂tanh(x), as far as the readout goes
    slopes = 1.0 - rates[1:] ** 2
    deltas = np.empty_like(back)
    later, backward = np.zeros_like(x), gain * J
    for t in range(n_steps - 1, -1, -1):
        delta = later @ backward
        delta += back[t]
        delta *= slopes[t]
        later *= decay
        later += delta
        deltas[t] = later
    flat = deltas.reshape(-1, len(J)).T
    gradients = (
        gain * (flat @ rates[:-1].reshape(-1, len(J))),
        gain * (flat @ inputs.reshape(len(flat.T), -1)),
        2.0 / errors.size * (errors.reshape(len(flat.T), -1).T @ rates[1:].reshape(-1, len(J))),
    )
    return loss, gradients


@_checks.takes(network="RateNetwork", task="Task", recipe="GradientRecipe")
def train_gradient(network, task, *, rng, recipe=None, checkpoint=None, progress=None):
    """Train a rate network on a task by gradient.

    Recurrent, input and readout weights are all learned. The time step is the task's,
    and it may be coarse: the weights belong to the equations in continuous time, so that
    ``replace(network, parameters=replace(network.parameters, dt=0.001))`` runs the same
    network in finer steps.

    Parameters
    ----------
    network : RateNetwork
        Where training starts, with its readout if it has one. A gain at or below 1 and a τ of
        some ten time steps suit it.
    task : Task
    rng : numpy.random.Generator
    recipe : GradientRecipe, optional
    checkpoint : path, optional
        As for `spikelib.loop.run`.
    progress : bool, optional
        Show a bar; by default where a person watches.

    Returns
    -------
    GradientTrained

    Raises
    ------
    ValueError
        A task that does not fit the network.
    DivergedError
        The loss is no longer finite.

    References
    ----------
    Werbos (1990), Proc. IEEE 78, 1550; Kingma & Ba (2015), arXiv 1412.6980. The successor of
    the paper trains the teacher of its contextual integration in this way.

    Examples
    --------
    >>> from spikelib.rate import RateNetwork, RateParameters
    >>> from spikelib.tasks import osc4
    >>> rng = np.random.default_rng(0)
    >>> parameters = RateParameters(n_units=20, dt=0.01, tau=0.1, gain=1.0)
    >>> network = RateNetwork.draw(parameters, n_inputs=1, n_outputs=1, rng=rng)
    >>> recipe = GradientRecipe(n_batches=30, batch_size=4, duration=1.0, learning_rate=0.01)
    >>> trained = train_gradient(network, osc4(dt=0.01), rng=rng, recipe=recipe)
    >>> bool(trained.log.loss[-1] < trained.log.loss[0])
    True
    """
    recipe = GradientRecipe() if recipe is None else recipe
    _checks.generator(rng)
    p = network.parameters
    came, expected = (task.n_inputs, task.n_outputs, task.dt), (
        network.n_inputs, network.n_outputs, p.dt,
    )
    if came != expected:
        raise ValueError(
            f"task {task.name!r}: expected (n_inputs, n_outputs, dt) = {expected}, got {came}"
        )
    learner = _Adam(network, task, recipe, rng)
    log = loop.run(
        learner, recipe.n_batches, checkpoint=checkpoint, progress=progress, name="gradient",
        unit="batch",
    )
    J, u_in, w = (weight.astype(float) for weight in learner.weights)
    trained = replace(
        network, recurrent_weights=J, input_weights=u_in, readout=w, hint_weights=None,
        output_weights=np.zeros_like(network.output_weights),
    )
    return GradientTrained(network=trained, log=log)


class _Adam:
    """Weights that go down the gradient, batch by batch (see `spikelib.loop`)."""

    def __init__(self, network, task, recipe, rng):
        p = network.parameters
        self._start = _checkpoint.pack_generator(rng)
        self.network, self.task, self.recipe, self.rng = network, task, recipe, rng
        self.n_steps = max(1, round(recipe.duration / p.dt))
        self.decay = float(np.exp(-p.dt / p.tau))
        readout = network.readout
        if readout is None:
            readout = np.zeros((network.n_outputs, p.n_units))
        start = (network.recurrent_weights, network.input_weights, readout)
        # Single precision halves the time, and a noisy gradient needs no more.
        self.weights = [np.array(w, dtype=np.float32) for w in start]
        self.first = [np.zeros_like(w) for w in self.weights]
        self.second = [np.zeros_like(w) for w in self.weights]

    def trial(self, index):
        """One batch, and one step of Adam."""
        recipe, rng = self.recipe, self.rng
        inputs, targets = _batch(self.task, self.n_steps, recipe.batch_size, rng)
        n_units = self.network.parameters.n_units
        state = rng.standard_normal((recipe.batch_size, n_units)).astype(np.float32)
        loss, gradients = loss_and_gradients(
            self.weights, inputs, targets, state, decay=self.decay
        )
        length = np.sqrt(sum(np.sum(g**2) for g in gradients))
        if not np.isfinite(length):
            return {"loss": np.nan}
        shorten = min(1.0, recipe.largest_gradient / max(length, _TINY))
        rate = recipe.learning_rate * 0.5 * (1 + np.cos(np.pi * index / recipe.n_batches))
        rate *= np.sqrt(1 - _DECAY_SECOND ** (index + 1)) / (1 - _DECAY_FIRST ** (index + 1))
        for w, g, m, v in zip(self.weights, gradients, self.first, self.second, strict=True):
            g = g * np.float32(shorten)
            m += (1 - _DECAY_FIRST) * (g - m)
            v += (1 - _DECAY_SECOND) * (g**2 - v)
            w -= np.float32(rate) * m / (np.sqrt(v) + np.float32(_TINY))
        return {"loss": loss}

    def _arrays(self):
        parts = (("weights", self.weights), ("first", self.first), ("second", self.second))
        return {f"{name}_{k}": x for name, arrays in parts for k, x in enumerate(arrays)}

    def state(self):
        return self._arrays() | {"generator": _checkpoint.pack_generator(self.rng)}

    def restore(self, state):
        mine = self._arrays()
        _checkpoint.fill(mine, state, mine)
        _checkpoint.unpack_generator(self.rng, state["generator"])

    def identity(self):
        # Of a task nothing is known but what it draws, and that is in the generator's hands.
        task = self.task
        return {
            "network": self.network,
            "task": [task.name, task.n_inputs, task.n_outputs, task.dt, self._first_trial()],
            "recipe": self.recipe, "starting generator": self._start,
        }

    def _first_trial(self):
        rng = np.random.default_rng(0)
        return self.task.trials(1, rng=rng)[0]


def _batch(task, n_steps, batch_size, rng):
    """Inputs (T, B, n_inputs) and outputs (T, B, n_outputs) of trials back to back."""
    inputs = np.empty((n_steps, batch_size, task.n_inputs), dtype=np.float32)
    outputs = np.empty((n_steps, batch_size, task.n_outputs), dtype=np.float32)
    for column in range(batch_size):
        at = 0
        while at < n_steps:
            (trial,) = task.trials(1, rng=rng)
            end = min(at + trial.n_steps, n_steps)
            inputs[at:end, column] = trial.inputs[: end - at]
            outputs[at:end, column] = trial.outputs[: end - at]
            at = end
    return inputs, outputs
