"""Signals of the shape of the public recordings, for when these cannot be had.

They are made up: no claim about muscles or cortex can rest on them.
"""

import numpy as np


def reach_emg():
    """Bursts of two muscles, tuned to the direction of reach; (8, 81, 2), every 10 ms."""
    times = np.arange(81) * 0.01
    directions = np.arange(8) * np.pi / 4
    emg = np.empty((8, 81, 2))

    def bump(centre, width):
        return np.exp(-0.5 * ((times - centre) / width) ** 2)

    for muscle, preferred in enumerate((0.4, 2.2)):
        with_it = np.maximum(np.cos(directions - preferred), -0.1)
        against = np.maximum(-np.cos(directions - preferred - 0.3), 0.0)
        late = 0.3 + 0.25 * np.cos(directions - preferred + 0.8)
        hold = (times > 0.45) * (1 - np.exp(-(times - 0.45) / 0.1))
        emg[:, :, muscle] = (
            np.outer(with_it, bump(0.24 + 0.02 * muscle, 0.07))
            + np.outer(0.7 * against, bump(0.42, 0.06))
            + np.outer(late, bump(0.62, 0.05)) * 0.5
            + np.outer(0.6 * late, hold)
        )
    return emg / emg.max()


def alm_rates():
    """Rates with a choice that lasts and grows, and a ramp; (2, 101, 1824), in Hz."""
    rng = np.random.default_rng(2021)
    times = np.linspace(0, 1, 101)
    sides = np.array([-1.0, 1.0])[:, None]
    courses = np.stack([
        sides * (0.7 + 0.5 * times),
        np.broadcast_to(2 * times - 1, (2, 101)),
        sides * (2 * times - 1) ** 2,
        np.broadcast_to(np.sin(np.pi * times) - 0.64, (2, 101)),
        sides * np.sin(2 * np.pi * times),
    ], axis=-1)
    loadings = rng.standard_normal((5, 1824)) * np.array([0.35, 0.35, 0.15, 0.2, 0.1])[:, None]
    means = np.exp(np.log(4.2) + 0.75 * rng.standard_normal(1824))
    return np.clip(means, 1.0, 40.0) * np.exp(courses @ loadings - 0.5 * np.sum(loadings**2, 0))
