"""Cases that no student has seen: a right answer passes them, a table of known cases does not.

For each exercise that is checked by cases, a function that draws the arguments of one more case.
Those that a check judges by properties need none.
"""

import numpy as np

__all__ = ["FRESH", "cases"]


def cases(name, rng, n=3):
    """Draw further cases for an exercise.

    Parameters
    ----------
    name : str
    rng : numpy.random.Generator
    n : int

    Returns
    -------
    list of tuple
        Empty for an exercise that is judged by properties.
    """
    return [FRESH[name](rng) for _ in range(n)] if name in FRESH else []


def _spikes(rng, n=60, share=0.1):
    return (rng.random(n) < share).astype(float)


def _spectrum(rng):
    return np.sort(rng.uniform(0.1, 5.0, rng.integers(5, 20)))[::-1]


def _basis(rng, n, k):
    return np.linalg.qr(rng.standard_normal((n, k)))[0]


def _pulses(rng, height):
    inputs, first = np.zeros(70), int(rng.integers(3, 15))
    second = first + int(rng.integers(15, 30))
    inputs[first : first + 5], inputs[second : second + 5] = rng.choice([-1, 1], 2) * height
    return inputs


def _flip_flop(rng):
    inputs = np.zeros((40, 2))
    for channel in range(2):
        inputs[rng.choice(np.arange(1, 40), 6, replace=False), channel] = rng.choice([-1, 0.5], 6)
    return (inputs,)


def _interval(rng):
    outputs, ready, gap = np.full(160, 0.2), int(rng.integers(0, 20)), int(rng.integers(20, 40))
    outputs[ready + gap + int(rng.integers(5, 60)) :] = 0.7
    return outputs, ready, ready + gap


def _weights(rng):
    signs = rng.choice([-1.0, 1.0], 6)
    return rng.standard_normal((6, 6)) * (rng.random((6, 6)) < 0.7), signs


def _gram(rng, m=5):
    data, target = rng.standard_normal((30, m)), rng.standard_normal(30)
    return data.T @ data, data.T @ target


def _one_weight(rng):
    gram, _ = _gram(rng)
    sign = rng.choice([-1.0, 1.0])
    weights = sign * rng.uniform(0.1, 1.0, 5)
    return gram, gram @ (weights + rng.normal(0, 0.4, 5)), weights, sign, int(rng.integers(5))


def _falling(rng):
    errors = np.sort(rng.uniform(0.001, 0.2, 4))[::-1]
    return np.array([40.0, 90.0, 150.0, 400.0]), errors, float(rng.uniform(errors[2], errors[1]))


def _signed(rng):
    signs = rng.choice([-1.0, 1.0], 5)
    return *_gram(rng), signs * np.maximum(rng.uniform(-0.5, 1.0, 5), 0), signs


def _ridge(rng):
    return rng.standard_normal((45, 5)), rng.standard_normal((45, 2)), float(rng.uniform(0.5, 20))


def _orbit(rng):
    x = rng.standard_normal((25, 2))
    return x, rng.standard_normal((25, 2)) + x


def _rls(rng):
    root = rng.standard_normal((5, 5))
    return (root @ root.T, rng.standard_normal((2, 5)), rng.standard_normal(5),
            rng.standard_normal(2), float(rng.uniform(0.6, 0.99)))


def _dimension(rng):
    from spikelib.rate.network import RateNetwork, RateParameters

    units = RateParameters(n_units=60, gain=1.0)
    teacher = RateNetwork.draw(units, n_inputs=1, n_outputs=1, rng=rng)
    phase = 2 * np.pi * np.arange(1000)[:, None] * 0.001
    wave = np.sin(phase + rng.uniform(0, 6)) + 0.5 * np.sin(int(rng.integers(2, 6)) * phase)
    return teacher, wave, 0.99


def _trials(rng):
    targets = [rng.standard_normal((n, 1)) for n in (12, 25)]
    return [f + 0.2 * rng.standard_normal(f.shape) for f in targets], targets


def _nearest(rng):
    recorded = rng.standard_normal((5, 14, 2))
    return recorded[rng.integers(5)] + 0.2 * rng.standard_normal((14, 2)), recorded


FRESH = {
    "decay_factor": lambda rng: (rng.uniform(1e-4, 0.02), rng.uniform(0.004, 0.2)),
    "trace": lambda rng: (_spikes(rng), 0.001, rng.uniform(0.005, 0.2)),
    "firing_rate": lambda rng: (rng.uniform(-5, 40, 9), rng.uniform(0.001, 0.01)),
    "current_for_rate": lambda rng: (rng.uniform(1, 250, 6),),
    "nmse": lambda rng: (rng.standard_normal((30, 2)), 1 + rng.standard_normal((30, 2))),
    "ridge_weights": _ridge,
    "rls_with_forgetting": _rls,
    "explained": lambda rng: (_spectrum(rng),),
    "n_factors_for": lambda rng: (_spectrum(rng), rng.uniform(0.2, 0.98)),
    "participation_ratio": lambda rng: (_spectrum(rng),),
    "lost_share": lambda rng: (rng.standard_normal((40, 7)) + 1, _basis(rng, 7, 3)),
    "dimension": _dimension,
    "mean_current": lambda rng: (rng.standard_normal((6, 3)), rng.standard_normal((20, 3))),
    "next_traces": lambda rng: (rng.uniform(0, 3, 14), _spikes(rng, 7, 0.4),
                                rng.uniform(0.95, 0.999), rng.uniform(0.7, 0.9)),
    "slow_matrix": lambda rng: (rng.standard_normal((7, 2)), rng.standard_normal((2, 6)),
                                np.sort(rng.choice(7, 3, replace=False))),
    "lost_from": lambda rng: (rng.choice([0.01, 1.5], 9), 0.1),
    "all_pairs": lambda rng: (rng.integers(20, 200, 3).tolist(), rng.integers(0, 90, 4).tolist()),
    "middle": lambda rng: (rng.exponential(1.0, (4, 7)),),
    "needed_size": _falling,
    "power": lambda rng: (np.array([30.0, 80.0, 200.0, 500.0]), rng.uniform(0.01, 1.0, 4)),
    "still_to_do": lambda rng: (12, rng.permutation(12)[:7], np.array([], int)),
    "share_held": lambda rng: (_spectrum(rng), int(rng.integers(1, 5))),
    "angles": lambda rng: (_basis(rng, 15, 3), _basis(rng, 15, 3)),
    "leftover": lambda rng: (rng.standard_normal((40, 2)),
                             np.column_stack([rng.standard_normal((40, 3)), np.ones(40)])),
    "log_likelihood": lambda rng: (rng.uniform(5, 80, 90), _spikes(rng, 90), 0.002),
    "chance_angle": lambda rng: (int(rng.integers(600, 900)), 8, rng),
    "fano": lambda rng: (rng.poisson([2.0, 5.0, 1.0], (15, 3)).astype(float),),
    "local_variation": lambda rng: (rng.exponential(15.0, 60),),
    "spread": lambda rng: (rng.uniform(0.05, 0.3), rng.uniform(0.004, 0.1), rng.uniform(5, 60)),
    "most_important": lambda rng: (rng.standard_normal((3, 14)), 4),
    "last_sign": _flip_flop,
    "timing_error": _interval,
    "memory_hint": lambda rng: (_pulses(rng, rng.uniform(0.4, 1.5)),),
    "readout_gradient": lambda rng: (rng.standard_normal((11, 5)), rng.standard_normal((11, 2))),
    "count_violations": _weights,
    "best_weight": _one_weight,
    "distance_from_optimum": _signed,
    "balance": lambda rng: (rng.normal(20, 2, (80, 3)), rng.normal(-30, 3, (80, 3))),
    "prune": lambda rng: (rng.standard_normal((7, 7)) * (rng.random((7, 7)) < 0.7),
                          rng.uniform(0.1, 0.8)),
    "preferred_direction": lambda rng: (rng.uniform(0, 20, 8),),
    "nearest_direction": _nearest,
    "current_without_noise": lambda rng: (rng.uniform(5, 90), rng.uniform(0.005, 0.02), -10.0),
    "average_rate": lambda rng: ([np.sort(rng.uniform(0, 1, n)) for n in (3, 6)], 1.0, 0.1),
    "best_rotation": _orbit,
    "error_over_trials": _trials,
    "clock": lambda rng: (int(rng.integers(5, 12)) * 6, int(rng.integers(3, 7))),
    "resampled": lambda rng: (rng.standard_normal(8), 0.02, 0.004),
    "readout_floor": _ridge,
    "is_reached": lambda rng: (rng.uniform(0.005, 0.03, (3, 8)), 0.018),
}
