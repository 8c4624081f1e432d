"""What signs and connections alone cost: least squares on a network's own traces, to its optimum.

Where a network under Dale's law errs, either no weights of these signs could do better on what
the network goes through, or its training has not found them. `sign_floor` tells the two apart.
"""

from dataclasses import dataclass

import numpy as np

from spikelib import _checks
from spikelib.dale._traces import sampled_traces
from spikelib.least_squares.signed import optimality_gap, sweep
from spikelib.spiking.analysis import run_trials
from spikelib.spiking.simulation import check_trials

__all__ = ["SignFloor", "sign_floor"]

_EVERY = 5  # steps between samples: traces change slowly
_KIND = np.float32


@dataclass(frozen=True, kw_only=True)
class SignFloor:
    """Errors of the currents on trials that the fit has not seen, in units of their targets.

    Parameters
    ----------
    nmse : float
        Of the outputs, read from the neurons' currents with the best weights of these signs.
    free_nmse : float
        The same with weights of any sign from any neuron.
    trained_nmse : float
        The same with the weights of the network.
    current_error, free_current_error, trained_current_error : float
        Power of what the mean neuron's current misses, over that of its target, each less its
        mean.
    gap : float
        How far the signed weights are from the conditions of their optimum (see
        `spikelib.least_squares.signed.optimality_gap`).
    """

    nmse: float
    free_nmse: float
    trained_nmse: float
    current_error: float
    free_current_error: float
    trained_current_error: float
    gap: float


@_checks.takes(dale="DaleNetwork")
def sign_floor(dale, encoder, trials, *, rng, n_settle=5, ridge=0.005, tolerance=0.005,
               max_sweeps=100):
    r"""Solve least squares with and without signs on the traces that a network makes on its own.

    The network runs through the trials from a random state, its weights frozen. For all neurons,
    over the traces s of the first two thirds of the trials, with means taken off::

        minimise  Σ_t (J_i · s - u_i · y)² + ridge |J_i|²

    once with the signs and connections of the network, by coordinate descent from its own
    weights until the conditions of Karush, Kuhn and Tucker hold, and once without. The last third
    judges. An output is read from the factors that the currents hold, :math:`U^+ J^T s`, by linear
    regression. (Output weights of the network itself read all traces, and may do better.) The
    target goes by the clock, so a network that runs ahead or behind pays for it here too; this is
    part of what its loop costs, not of what signs cost.

    Parameters
    ----------
    dale : DaleNetwork
    encoder : array_like, shape (N, D)
        U, from factors to target currents: of the network before training.
    trials : sequence of Trial
        With target factors.
    rng : numpy.random.Generator
        For the starting state.
    n_settle : int
        Trials at the start that are left out.
    ridge : float
        Relative to the mean eigenvalue of the centred Gram matrix.
    tolerance : float
        Optimality gap at which to stop.
    max_sweeps : int
        Passes over all weights, after which the gap is what it is.

    Returns
    -------
    SignFloor

    Raises
    ------
    ValueError
        Fewer than three trials after those left out, trials without target factors, an
        encoder of another shape.
    """
    network = dale.network
    n = network.parameters.n_neurons
    encoder = _checks.array("encoder", encoder, ("n_neurons", "n_factors"), (n, None))
    _checks.generator(rng)
    trials = check_trials(network, trials, needs_factors=True)
    n_settle = _checks.count("n_settle", n_settle, at_least=0)
    ridge = _checks.number("ridge", ridge, above=0)
    tolerance = _checks.number("tolerance", tolerance, above=0)
    max_sweeps = _checks.count("max_sweeps", max_sweeps)
    if len(trials) - n_settle < 3:
        raise ValueError(
            f"trials: expected at least three beside the {n_settle} left out, got {len(trials)}"
        )
    if trials[0].factors.shape[1] != encoder.shape[1]:
        raise ValueError(
            f"encoder: expected a column for each of {trials[0].factors.shape[1]} factors, got "
            f"{encoder.shape[1]}"
        )
    runs = run_trials(network, trials, rng=rng, n_settle=0)
    s = sampled_traces(runs, network.parameters, _EVERY)
    factors, outputs = (np.vstack([getattr(trial, name)[::_EVERY] for trial in trials])
                        for name in ("factors", "outputs"))
    ends = np.cumsum([-(-trial.n_steps // _EVERY) for trial in trials])
    first = ends[n_settle - 1] if n_settle else 0
    last = ends[n_settle + 2 * (len(trials) - n_settle) // 3 - 1]
    fit, judge = slice(first, last), slice(last, None)
    mean, target_mean = s[fit].mean(axis=0), factors[fit].mean(axis=0)
    s -= mean
    gram, cross = s[fit].T @ s[fit], s[fit].T @ (factors[fit] - target_mean)
    scale = np.trace(gram) / len(gram)
    penalty = ridge * (scale if scale > 0 else 1.0)

    weights = np.hstack([network.slow_weights, _fast(network)]).T
    problem = [np.ascontiguousarray(x, _KIND) for x in (gram, cross, encoder.T)]
    signs = np.tile(dale.signs, 2)
    allowed = np.tile(np.ascontiguousarray(dale.connected.T), (2, 1))
    signed, gap = weights.astype(_KIND), np.inf
    for count in range(1, max_sweeps + 1):
        sweep(*problem, signed, signs.astype(_KIND), allowed, _KIND(penalty))
        if count % 10 == 0 or count == max_sweeps:
            gap = optimality_gap(gram, cross @ encoder.T, signs, signed.astype(float),
                                 allowed=allowed, ridge=penalty)
            if gap <= tolerance:
                break
    free = np.linalg.solve(gram + penalty * np.eye(len(gram)), cross) @ encoder.T
    target = (factors[judge] - target_mean) @ encoder.T
    to_factors, power = np.linalg.pinv(encoder).T, np.sum(outputs[judge] ** 2)

    def errors(J):
        held = [np.hstack([s[part] @ (J @ to_factors), np.ones((len(s[part]), 1))])
                for part in (fit, judge)]
        decoder = np.linalg.lstsq(held[0], outputs[fit], rcond=None)[0]
        return (float(np.sum((held[1] @ decoder - outputs[judge]) ** 2) / (power or 1.0)),
                float(np.sum((s[judge] @ J - target) ** 2) / (np.sum(target**2) or 1.0)))

    (nmse, current), (free_nmse, free_current), (own_nmse, own_current) = (
        errors(J) for J in (signed.astype(float), free, weights)
    )
    return SignFloor(
        nmse=nmse, free_nmse=free_nmse, trained_nmse=own_nmse, current_error=current,
        free_current_error=free_current, trained_current_error=own_current, gap=gap,
    )


def _fast(network):
    """Fast weights (N, N), zeros where there are none."""
    fast = network.fast_weights
    return np.zeros_like(network.slow_weights) if fast is None else fast
