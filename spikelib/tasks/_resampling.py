"""From one time step to another: held, interpolated, or averaged."""

import numpy as np

from spikelib import _checks

LONGEST_STEP = 0.5  # seconds; a larger time step is taken for milliseconds or a sampling rate


def time_step(name, dt):
    """Return `dt` where it can be a time step in seconds."""
    dt = _checks.number(name, dt, above=0)
    if dt >= LONGEST_STEP:
        raise ValueError(
            f"{name}: expected a time step in seconds, below {LONGEST_STEP}, got {dt}; "
            f"if these are milliseconds, pass {dt / 1000:g}, if a sampling rate in Hz, {1 / dt:g}"
        )
    return dt


def n_steps_at(n_steps, dt, new_dt):
    """How many steps of `new_dt` the same duration has, at least one."""
    _checks.steps("dt_network", n_steps * dt, new_dt)
    return max(1, round(n_steps * dt / new_dt))


def held(values, dt, new_dt):
    """Values (T, n) at the new step: each is kept until the next.

    Where the new step is longer, each new value is the mean over its step, so that a short
    pulse is weakened but never lost.
    """
    if _same(dt, new_dt):
        return values
    if new_dt > dt:
        return _averaged(values, dt, new_dt)
    # A little slack, so that a step that rounding put just below a sample belongs to it.
    at = np.floor(np.arange(n_steps_at(len(values), dt, new_dt)) * (new_dt / dt) + 1e-6)
    return values[np.minimum(at.astype(int), len(values) - 1)]


def interpolated(values, dt, new_dt):
    """Values (T, n) at the new step, on straight lines between the samples.

    After the last sample its value is kept. Where the new step is longer, each new value is
    the mean over its step.
    """
    if _same(dt, new_dt):
        return values
    if new_dt > dt:
        return _averaged(values, dt, new_dt)
    times = np.arange(n_steps_at(len(values), dt, new_dt)) * (new_dt / dt)
    samples = np.arange(len(values))
    columns = [np.interp(times, samples, column) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((len(times), 0))


def _same(dt, new_dt):
    return abs(new_dt - dt) <= 1e-9 * dt


def _averaged(values, dt, new_dt):
    """Means over steps of `new_dt` of values that each last `dt`."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    edges = np.arange(n_steps_at(len(values), dt, new_dt) + 1) * (new_dt / dt)
    edges = np.minimum(edges, len(values))
    whole = np.minimum(edges.astype(int), len(values) - 1)
    at_edges = sums[whole] + (edges - whole)[:, None] * values[whole]
    widths = np.diff(edges)
    # The last step may begin where the values end, by rounding; it then repeats the last one.
    means = np.diff(at_edges, axis=0) / np.maximum(widths, 1e-9)[:, None]
    means[widths < 1e-9] = values[-1]
    return means
