"""Exercises of chapter 10: tuning, classification, currents, spike times, rotations."""

import numpy as np

from spikelib.book.exercises._checking import (
    Mistake,
    check_function,
    fallback_to,
    hint,
    references,
)

__all__ = [
    "check_average_rate", "check_best_rotation", "check_current_without_noise",
    "check_nearest_direction", "check_preferred_direction", "hint", "reference", "stub",
]


def _preferred_direction(rates):
    angles = 2 * np.pi * np.arange(len(rates)) / len(rates)
    return np.degrees(np.angle(np.sum(rates * np.exp(1j * angles)))) % 360


def _nearest_direction(outputs, recorded):
    return np.argmin(np.sum((recorded - outputs) ** 2, axis=(1, 2)))


def _current_without_noise(rate, tau, reset):
    return -reset / (np.exp(1 / (rate * tau)) - 1)


def _average_rate(spike_times, duration, dt):
    edges = np.arange(round(duration / dt) + 1) * dt
    counts = sum(np.histogram(times, edges)[0] for times in spike_times)
    return counts / (len(spike_times) * dt)


def _best_rotation(x, dx):
    a, b, c = np.sum(x[:, 0] * dx[:, 1]), np.sum(x[:, 1] * dx[:, 0]), np.sum(x**2)
    return (a - b) / c


_ANSWERS = {
    "preferred_direction": _preferred_direction,
    "nearest_direction": _nearest_direction,
    "current_without_noise": _current_without_noise,
    "average_rate": _average_rate,
    "best_rotation": _best_rotation,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_preferred_direction(answer):
    """Check ``preferred_direction(rates)``: in degrees from 0 to 360, from rates (n,)."""
    angles = 2 * np.pi * np.arange(8) / 8
    cosine = 10 + 8 * np.cos(angles - 1.1)
    late = 5 + 4 * np.cos(angles - 5.4)
    uneven = np.array([3.0, 9.0, 2.0, 0.0, 1.0, 0.0])

    def not_positive(rates):
        turned = 2 * np.pi * np.arange(len(rates)) / len(rates)
        return np.degrees(np.angle(np.sum(rates * np.exp(1j * turned))))

    return check_function(
        "preferred_direction",
        answer,
        reference=_preferred_direction,
        cases=[(cosine,), (late,), (uneven,)],
        mistakes=[
            Mistake(
                hint="that is the direction with the largest rate. The preferred direction uses "
                "all of them, and may lie between two.",
                made_by=lambda rates: 360 * np.argmax(rates) / len(rates),
            ),
            Mistake(hint="in degrees, please: np.degrees.",
                    made_by=lambda rates: np.radians(_preferred_direction(rates))),
            Mistake(
                hint="np.angle and np.arctan2 give -180 to 180 degrees; `% 360` brings them to "
                "0 to 360.",
                made_by=not_positive,
            ),
            Mistake(
                hint="an average of the angles themselves: 350 and 10 degrees would have the mean "
                "180. Add up arrows, cosines and sines.",
                made_by=lambda rates: np.sum(rates * 360 * np.arange(len(rates)) / len(rates))
                / np.sum(rates),
            ),
        ],
        hint="add up arrows, one for each direction, as long as the rate: the sum over k of "
        "rates[k] * exp(2πik/n); its angle is the answer.",
    )


def check_nearest_direction(answer):
    """Check ``nearest_direction(outputs, recorded)``: the index of the closest condition."""
    rng = np.random.default_rng(0)
    recorded = rng.standard_normal((5, 12, 2)) * np.array([1.0, 3.0, 0.3, 2.0, 1.0])[:, None, None]
    cases = [(recorded[k] + 0.4 * rng.standard_normal((12, 2)), recorded) for k in (3, 0, 2)]
    cases.append((np.zeros((12, 2)), recorded))
    alike = recorded.copy()
    alike[1, :, 0] = alike[0, :, 0]
    cases.append((alike[1] + 0.01, alike))
    cases.append((1.5 * recorded[2] + 0.2, recorded))
    return check_function(
        "nearest_direction",
        answer,
        reference=_nearest_direction,
        cases=cases,
        mistakes=[
            Mistake(
                hint="square the differences before you add them up: positive and negative ones "
                "cancel otherwise.",
                made_by=lambda outputs, recorded: np.argmin(
                    np.abs(np.sum(recorded - outputs, axis=(1, 2)))
                ),
            ),
            Mistake(
                hint="the *smallest* distance: np.argmin.",
                made_by=lambda outputs, recorded: np.argmax(
                    np.sum((recorded - outputs) ** 2, axis=(1, 2))
                ),
            ),
            Mistake(
                hint="the largest overlap is not the smallest distance: it favours the condition "
                "with the largest signals.",
                made_by=lambda outputs, recorded: np.argmax(
                    np.sum(recorded * outputs, axis=(1, 2))
                ),
            ),
            Mistake(
                hint="both channels count: sum over time and channels.",
                made_by=lambda outputs, recorded: np.argmin(
                    np.sum((recorded - outputs)[:, :, 0] ** 2, axis=1)
                ),
            ),
        ],
        hint="recorded - outputs has the shape (n_conditions, T, n_channels): sum its squares over "
        "the last two axes.",
    )


def check_current_without_noise(answer):
    """Check ``current_without_noise(rate, tau, reset)``: threshold 0, no noise."""
    cases = [(20.0, 0.01, -10.0), (100.0, 0.01, -10.0), (40.0, 0.02, -5.0)]
    return check_function(
        "current_without_noise",
        answer,
        reference=_current_without_noise,
        cases=cases,
        mistakes=[
            Mistake(
                hint="a sign: the reset is negative, the current has to be above threshold, so "
                "positive.",
                made_by=lambda r, tau, reset: reset / (np.exp(1 / (r * tau)) - 1),
            ),
            Mistake(
                hint="the interval is 1/rate, in units of tau: exp(1 / (rate * tau)).",
                made_by=lambda r, tau, reset: -reset / (np.exp(r * tau) - 1),
            ),
            Mistake(
                hint="the - 1 is missing: solve the equation for I once more.",
                made_by=lambda r, tau, reset: -reset / np.exp(1 / (r * tau)),
            ),
            Mistake(
                hint="the voltage decays towards I: exp(-T/tau) = I / (I - reset), with a minus "
                "sign.",
                made_by=lambda r, tau, reset: -reset / (np.exp(-1 / (r * tau)) - 1),
            ),
        ],
        hint="from reset to threshold in T = 1/rate: 0 = I + (reset - I) exp(-T/tau).",
    )


def check_average_rate(answer):
    """Check ``average_rate(spike_times, duration, dt)``: Hz in bins, over trials."""
    cases = [
        ([np.array([0.01, 0.03, 0.11]), np.array([0.02]), np.array([])], 0.2, 0.05),
        ([np.array([0.15, 0.35]), np.array([0.05, 0.95, 1.4])], 1.0, 0.1),
    ]

    def binned(spike_times, duration, dt):
        edges = np.arange(round(duration / dt) + 1) * dt
        return np.array([np.histogram(times, edges)[0] for times in spike_times])

    return check_function(
        "average_rate",
        answer,
        reference=_average_rate,
        cases=cases,
        mistakes=[
            Mistake(hint="that is the number of spikes. Divide by the trials and by dt.",
                    made_by=lambda times, duration, dt: binned(times, duration, dt).sum(axis=0)),
            Mistake(hint="spikes per bin are not Hz: divide by dt.",
                    made_by=lambda times, duration, dt: binned(times, duration, dt).mean(axis=0)),
            Mistake(
                hint="divide by the number of trials, too.",
                made_by=lambda times, duration, dt: binned(times, duration, dt).sum(axis=0) / dt,
            ),
            Mistake(
                hint="trials without a spike count as well: divide by len(spike_times).",
                made_by=lambda times, duration, dt: binned(times, duration, dt).sum(axis=0)
                / dt / sum(len(t) > 0 for t in times),
            ),
        ],
        hint="np.histogram(times, edges)[0] counts the spikes of one trial in bins with the edges "
        "0, dt, 2 dt, ..., duration.",
    )


def check_best_rotation(answer):
    """Check ``best_rotation(x, dx)``: the speed of the rotation that fits a trajectory best."""
    rng = np.random.default_rng(1)
    times = np.linspace(0, 3, 40)
    circle = np.column_stack([np.cos(2 * times), np.sin(2 * times)])
    turning = 2 * np.column_stack([-circle[:, 1], circle[:, 0]])
    ellipse = circle * np.array([3.0, 1.0])
    cases = [
        (circle, turning),
        (ellipse, turning * np.array([3.0, 1.0])),
        (rng.standard_normal((30, 2)), rng.standard_normal((30, 2))),
    ]

    def parts(x, dx):
        return np.sum(x[:, 0] * dx[:, 1]), np.sum(x[:, 1] * dx[:, 0]), np.sum(x**2)

    return check_function(
        "best_rotation",
        answer,
        reference=_best_rotation,
        cases=cases,
        mistakes=[
            Mistake(
                hint="a sign: with dx = ω (-x₂, x₁), counterclockwise is positive.",
                made_by=lambda x, dx: -_best_rotation(x, dx),
            ),
            Mistake(
                hint="both coordinates move: the sum of squares in the denominator has both.",
                made_by=lambda x, dx: (parts(x, dx)[0] - parts(x, dx)[1]) / np.sum(x[:, 0] ** 2),
            ),
            Mistake(
                hint="only the second coordinate of dx was used. Least squares over both: "
                "sum(x₁ dx₂ - x₂ dx₁) / sum(x₁² + x₂²).",
                made_by=lambda x, dx: parts(x, dx)[0] / np.sum(x[:, 0] ** 2),
            ),
            Mistake(
                hint="the mean of single speeds gives points near the origin, where the angle is "
                "uncertain, as much weight as others. Use one fit for all.",
                made_by=lambda x, dx: np.mean(
                    (x[:, 0] * dx[:, 1] - x[:, 1] * dx[:, 0]) / np.sum(x**2, axis=1)
                ),
            ),
        ],
        hint="it is a regression of dx on one regressor, (-x₂, x₁): the sum of products over the "
        "sum of squares.",
    )
