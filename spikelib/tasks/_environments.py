"""What an environment with NeuroGym's interface shows and asks for, as arrays."""

import numpy as np

from spikelib import _checks

HELD_STILL = 0.95  # the share of a trial without a choice that has to be right
MISSING = object()


def find(env, name, default=MISSING):
    """An attribute of an environment, or of the one that it wraps, the outermost first.

    Wrappers of gymnasium 1 hide what is not part of its own interface, and earlier ones warn.
    """
    layer, seen = env, []
    while layer is not None and not any(layer is other for other in seen):
        seen.append(layer)
        if name in getattr(layer, "__dict__", {}) or hasattr(type(layer), name):
            return getattr(layer, name)
        layer = getattr(layer, "__dict__", {}).get("env")
    if default is MISSING:
        raise ValueError(
            f"env: expected an environment with new_trial(), ob, gt and dt (NeuroGym's "
            f"interface), got {type(env).__name__} without {name!r}"
        )
    return default


def step_of(env):
    """The environment's time step in seconds; its own unit is milliseconds."""
    return _checks.number("env.dt", find(env, "dt"), above=0) / 1000


def drawn(env, rng):
    """Observations (T, n_obs) and ground truth of one new trial, whose seed comes from `rng`."""
    seed = int(rng.integers(2**31 - 1))
    reseed = find(env, "seed", None)
    if reseed is not None:
        reseed(seed)
    elif (reset := find(env, "reset", None)) is not None:
        reset(seed=seed)
    find(env, "new_trial")()
    observed = np.asarray(find(env, "ob"), dtype=float)
    truth = np.asarray(find(env, "gt"))
    observed = observed.reshape(len(observed), -1)
    if len(truth) != len(observed):
        raise ValueError(
            f"env: expected gt to have as many steps as ob, {len(observed)}, got {len(truth)}"
        )
    return observed, truth


def n_choices_of(env):
    """How many choices the action space has, or None where it is continuous."""
    space = find(env, "action_space", None)
    n = getattr(space, "n", None)
    return None if n is None else int(n)


def as_outputs(truth, n_choices, signed):
    """Ground truth as outputs: one-hot, signed, or continuous, as they are.

    Parameters
    ----------
    truth : ndarray, shape (T,) of int or (T, n) of float
    n_choices : int or None
        None for continuous outputs.
    signed : bool
        One output: 0 for choice 0, +1 for 1, -1 for 2.
    """
    if n_choices is None:
        return np.asarray(truth, dtype=float).reshape(len(truth), -1)
    choices = np.asarray(truth).reshape(len(truth), -1)
    if choices.shape[1] != 1 or not np.array_equal(choices, np.round(choices)):
        raise ValueError(f"env.gt: expected one whole number a step, got shape {truth.shape}")
    choices = choices[:, 0].astype(int)
    if choices.min() < 0 or choices.max() >= n_choices:
        raise ValueError(
            f"env.gt: expected choices from 0 to {n_choices - 1}, "
            f"got {choices.min()} to {choices.max()}"
        )
    return np.array([[0.0], [1.0], [-1.0]])[choices] if signed else np.eye(n_choices)[choices]


def choices_of(outputs, signed):
    """Which choice the outputs (T, n) make at each step."""
    if signed:
        z = outputs[:, 0]
        return np.where(z > 0.5, 1, np.where(z < -0.5, 2, 0))
    return np.argmax(outputs, axis=1)


def right_choice(target, outputs, signed):
    """1 where the choice due is made for over half of the time in which it is due, else 0."""
    due, made = choices_of(target, signed), choices_of(outputs, signed)
    deciding = due != 0
    if deciding.any():
        return float(np.mean(made[deciding] == due[deciding]) > 0.5)
    return float(np.mean(made == 0) >= HELD_STILL)
