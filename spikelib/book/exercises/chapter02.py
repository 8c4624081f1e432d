"""Exercises of chapter 2: least squares, and rate networks in closed loop."""


import numpy as np

from spikelib.book.exercises import properties
from spikelib.book.exercises._checking import (
    Mistake,
    check_by,
    check_function,
    fallback_to,
    hint,
    references,
)
from spikelib.rate.force import train_force
from spikelib.rate.network import RateNetwork, RateParameters
from spikelib.tasks.trials import Trial

__all__ = [
    "check_nmse", "check_noisy_readout", "check_own_rhythm", "check_ridge_weights",
    "check_rls_with_forgetting", "hint", "reference", "stub",
]


def _nmse(output, target):
    return np.sum((output - target) ** 2) / np.sum(target**2)


def _ridge_weights(s, y, penalty):
    return np.linalg.solve(s.T @ s + penalty * np.eye(s.shape[1]), s.T @ y).T


def _rls_with_forgetting(P, weights, s, y, forgetting):
    Ps = P @ s
    k = Ps / (forgetting + s @ Ps)
    error = weights @ s - y
    return (P - np.outer(k, Ps)) / forgetting, weights - np.outer(error, k)


def _driven_rates(network, trial, n_trials, noise, rng):
    """Rates before each step of a network driven with the target output plus noise."""
    decay = np.exp(-network.parameters.dt / network.parameters.tau)
    x, rates = network.random_state(rng), []
    for _ in range(n_trials):
        for f_in, f_out in zip(trial.inputs, trial.outputs, strict=True):
            rates.append(np.tanh(x))
            drive = f_out + noise * rng.standard_normal(f_out.shape)
            x_inf = (
                network.recurrent_weights @ rates[-1]
                + network.output_weights @ drive
                + network.input_weights @ f_in
            )
            x = x_inf + (x - x_inf) * decay
    return np.array(rates), x


def _noisy_readout(network, trial, noise, rng):
    rates, _ = _driven_rates(network, trial, 10, noise, rng)
    target = np.tile(trial.outputs, (10, 1))
    settled = 2 * trial.n_steps
    return _ridge_weights(rates[settled:], target[settled:], 1e-6)


def _own_rhythm(rng):
    times = np.arange(1000) * 0.001
    wave = 2 / np.pi * np.arcsin(np.sin(2 * np.pi * 2 * times))
    trial = Trial(inputs=np.zeros((1000, 1)), outputs=wave[:, None], dt=0.001)
    network = RateNetwork.draw(RateParameters(n_units=150), n_inputs=1, n_outputs=1, rng=rng)
    return train_force(network, [trial] * 12, rng=rng, progress=False), trial


_ANSWERS = {
    "nmse": _nmse,
    "ridge_weights": _ridge_weights,
    "rls_with_forgetting": _rls_with_forgetting,
    "noisy_readout": _noisy_readout,
    "own_rhythm": _own_rhythm,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_nmse(answer):
    """Check ``nmse(output, target)``, for arrays of one shape."""
    rng = np.random.default_rng(0)
    target = 1 + rng.normal(size=(50, 1))
    return check_function(
        "nmse",
        answer,
        reference=_nmse,
        cases=[(target + 0.3, target), (0 * target, target), (rng.normal(size=(20, 2)),) * 2],
        mistakes=[
            Mistake(hint="that is the mean squared error: divide by the power of the target.",
                    made_by=lambda z, f: np.mean((z - f) ** 2)),
            Mistake(hint="that is the root of it; the nMSE is a ratio of squares.",
                    made_by=lambda z, f: np.sqrt(_nmse(z, f))),
            Mistake(hint="the power is sum of f², around zero, not the variance around the mean.",
                    made_by=lambda z, f: np.mean((z - f) ** 2) / np.var(f)),
            Mistake(hint="divide by the power of the target output, not by that of the output.",
                    made_by=lambda z, f: _nmse(f, z)),
            Mistake(hint="sum the squares, not the differences: errors of both signs cancel.",
                    made_by=lambda z, f: np.sum(z - f) ** 2 / np.sum(f**2)),
        ],
    )


def check_ridge_weights(answer):
    """Check ``ridge_weights(s, y, penalty)``: W (R, M) from s (T, M) and y (T, R)."""
    rng = np.random.default_rng(1)
    s, y = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    return check_function(
        "ridge_weights",
        answer,
        reference=_ridge_weights,
        cases=[(s, y, 1.0), (s, y, 100.0), (s[:2], y[:2], 0.1)],
        mistakes=[
            Mistake(hint="these are the weights lying on their side, (M, R): return their "
                    "transpose, so that W @ s is the output.",
                    made_by=lambda s, y, penalty: _ridge_weights(s, y, penalty).T),
            Mistake(hint="the penalty is missing: add penalty * np.eye(M) to s.T @ s.",
                    made_by=lambda s, y, penalty: np.linalg.lstsq(s, y)[0].T),
            Mistake(hint="the penalty enters as it is, not squared.",
                    made_by=lambda s, y, penalty: _ridge_weights(s, y, penalty**2)),
            Mistake(hint="the penalty was added to every entry: multiply it by np.eye(M).",
                    made_by=lambda s, y, penalty: np.linalg.solve(s.T @ s + penalty, s.T @ y).T),
            Mistake(hint="the penalty is for the sum over samples, not for the mean.",
                    made_by=lambda s, y, penalty: _ridge_weights(s, y, penalty * len(s))),
        ],
    )


def check_rls_with_forgetting(answer):
    """Check ``rls_with_forgetting(P, weights, s, y, forgetting)``: the new P and weights."""
    rng = np.random.default_rng(2)
    root = rng.normal(size=(4, 4))
    P, weights, s, y = root @ root.T, rng.normal(size=(2, 4)), rng.normal(size=4), np.ones(2)

    def variant(*, in_gain=True, after=True, late_error=False):
        def update(P, weights, s, y, forgetting):
            Ps = P @ s
            k = Ps / ((forgetting if in_gain else 1.0) + s @ Ps)
            changed = weights - np.outer(weights @ s - y, k)
            if late_error:
                changed = weights - np.outer(changed @ s - y, k)
            return (P - np.outer(k, Ps)) / (forgetting if after else 1.0), changed

        return update

    return check_function(
        "rls_with_forgetting",
        answer,
        reference=_rls_with_forgetting,
        cases=[(P, weights, s, y, forgetting) for forgetting in (1.0, 0.9, 0.5)],
        parts=("P", "weights"),
        mistakes=[
            Mistake(hint="nothing is forgotten: this is the update of the chapter.",
                    made_by=variant(in_gain=False, after=False)),
            Mistake(hint="in k the 1 becomes the forgetting factor too.",
                    made_by=variant(in_gain=False)),
            Mistake(hint="P grows where nothing new is seen: divide all of it by the factor.",
                    made_by=variant(after=False)),
            Mistake(hint="use the error made before the update, not after it.",
                    made_by=variant(late_error=True)),
            Mistake(hint="the parts come in the wrong order: P first, then the weights.",
                    made_by=lambda *args: _rls_with_forgetting(*args)[::-1]),
        ],
        hint="with A → forgetting * A + s sᵀ, replace P by P / forgetting in the chapter's update.",
    )


def check_noisy_readout(answer):
    """Check ``noisy_readout(network, trial, noise, rng)``: a readout (1, N) that holds."""
    return check_by(properties.noisy_readout, answer)


def check_own_rhythm(answer):
    """Check ``own_rhythm(rng)``: a `TrainedRate` and the `Trial` that it was trained on."""
    return check_by(properties.own_rhythm, answer)
