"""What the book draws again and again: functions that draw on axes and return them."""

import numpy as np
from matplotlib.colors import ListedColormap

from spikelib.figures.palette import COLORS

__all__ = [
    "TWO_SIDED",
    "errors_over_trials",
    "output_against_target",
    "raster",
    "stacked",
    "staircase",
]

#: For pictures of numbers of either sign: ochre below zero, blue above, and clear at zero, so that
#: it serves on a light ground and on a dark one.
TWO_SIDED = ListedColormap(
    [(0.75, 0.45, 0.1, -v) if v < 0 else (0.1, 0.52, 0.85, v) for v in np.linspace(-1, 1, 255)],
    name="two-sided",
)

def output_against_target(axes, times, outputs, targets, *, color=COLORS["spiking"],
                          label="network"):
    """Outputs (T, n) over the targets (T, n), against time in seconds."""
    axes.plot(times, targets, color=COLORS["target"], lw=3.2, label="target")
    axes.plot(times, outputs, color=color, label=label)
    axes.set(xlabel="time (s)", ylabel="output")
    handles, labels = axes.get_legend_handles_labels()
    first = dict(zip(reversed(labels), reversed(handles), strict=True))
    axes.legend(first.values(), first.keys(), loc="upper right", ncols=2)
    return axes


def raster(axes, steps, neurons, *, dt, n_shown=None, color=COLORS["ink"]):
    """A dot, drawn as a short line, for every spike of the first `n_shown` neurons.

    Parameters
    ----------
    steps, neurons : ndarray of int, shape (n_spikes,)
    dt : float
        Time step in seconds.
    n_shown : int, optional
        Neurons from this number on are left out.
    """
    steps, neurons = np.asarray(steps), np.asarray(neurons)
    if n_shown is not None:
        steps, neurons = steps[neurons < n_shown], neurons[neurons < n_shown]
    axes.scatter(steps * dt, neurons, s=9, marker="|", color=color, linewidths=0.8)
    axes.set(xlabel="time (s)", ylabel="neuron")
    if n_shown is not None:
        axes.set_ylim(-1, n_shown)
    return axes


def stacked(axes, times, signals, *, labels=None, color=None, spacing=None, **options):
    """Signals (T, n) drawn one above the other, the first at the top.

    Parameters
    ----------
    labels : sequence of str, optional
        Names at the left of each signal.
    spacing : float, optional
        Distance between neighbours; by default the largest range of a signal.
    """
    signals = np.asarray(signals)
    if spacing is None:
        spacing = 1.05 * np.ptp(signals, axis=0).max()
    places = -spacing * np.arange(signals.shape[1])
    axes.plot(times, signals + places, color=color, **options)
    axes.set(xlabel="time (s)", yticks=places)
    axes.set_yticklabels(labels if labels is not None else range(1, signals.shape[1] + 1))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    return axes


def errors_over_trials(axes, nmse, *, label=None, color=None, window=25):
    """Error of every trial (n_trials,) as dots, and its running median, on a log scale."""
    nmse = np.asarray(nmse)
    trials = np.arange(1, nmse.size + 1)
    color = COLORS["spiking"] if color is None else color
    axes.plot(trials, nmse, ".", ms=3, alpha=0.35, color=color)
    medians = [np.median(nmse[max(0, k - window + 1) : k + 1]) for k in range(nmse.size)]
    axes.plot(trials, medians, color=color, label=label)
    axes.set(xlabel="trial", ylabel="nMSE", yscale="log")
    return axes


def staircase(axes, result):
    """What each stage of `spikelib.fit` loses, from the teacher to the frozen network.

    A line for each attempt: error of the teacher on its own where it was trained by gradient,
    and otherwise what is ambiguous in what it asks for (shown from 1e-5 on); of the spikes, where
    the target factors are fed back; of the frozen network on its own. The goal is a dotted line.

    Parameters
    ----------
    axes : Axes
    result : Fit
        With attempts.

    Returns
    -------
    Axes
    """
    stages = ("teacher", "spikes", "frozen")
    for number, attempt in enumerate(result.attempts, start=1):
        teacher = attempt.teacher_nmse
        if teacher is None and attempt.ambiguity is not None:
            teacher = max(attempt.ambiguity, 1e-5)
        errors = (teacher, attempt.spikes_nmse, attempt.test and attempt.test.nmse)
        known = [(k, error) for k, error in enumerate(errors) if error is not None]
        last = number == len(result.attempts)
        axes.plot(
            [k for k, _ in known], [error for _, error in known], "o-",
            color=COLORS["spiking"], alpha=1.0 if last else 0.4,
            label=f"{number}: {attempt.plan.kind}, {attempt.plan.n_neurons} neurons",
        )
    if result.verdict is not None:
        axes.axhline(result.verdict.goal.nmse, color=COLORS["neutral"], lw=1, ls=":", label="goal")
    axes.set(yscale="log", ylabel="error (nMSE)", xlim=(-0.3, 2.3))
    axes.set_xticks(range(len(stages)), stages)
    axes.legend()
    return axes
