"""Figures of the book: one palette, one style. The only module that imports matplotlib.

Functions draw on axes that they are given and return them. The palette is that of
Okabe and Ito, told apart by colour-blind readers too.
"""

import io

import matplotlib.pyplot as plt
import numpy as np

__all__ = [
    "COLORS",
    "errors_over_trials",
    "figure",
    "output_against_target",
    "png",
    "raster",
    "stacked", "staircase",
]

#: What each colour stands for: the target output, the rate and the spiking network, input,
#: and more where more is needed.
COLORS = {
    "target": "#595959",
    "rate": "#0072B2",
    "spiking": "#D55E00",
    "third": "#009E73",
    "fourth": "#CC79A7",
    "input": "#B07D00",
    "light": "#56B4E9",
}

STYLE = {
    "figure.dpi": 120,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.labelsize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": plt.cycler(color=[
        COLORS[name] for name in ("rate", "spiking", "third", "fourth", "input", "light")
    ]),
    "lines.linewidth": 1.6,
}


def figure(n_rows=1, n_cols=1, *, height=2.5, width=6.4, **options):
    """A figure of the book and its axes, as ``plt.subplots`` gives them.

    Parameters
    ----------
    n_rows, n_cols : int
    height : float
        Height of a row in inches.
    width : float
        Width of the whole figure in inches; at 6.4 its text can be read on a phone.
    **options
        Passed on to ``plt.subplots`` (``sharex=True``, ``height_ratios=...``).

    Returns
    -------
    figure, axes
    """
    plt.rcParams.update(STYLE)
    return plt.subplots(
        n_rows, n_cols, figsize=(width, height * n_rows), layout="constrained", **options
    )


def png(figure, *, dpi=90):
    """The figure as the bytes of a PNG file; it is closed, so that no notebook shows it again."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=dpi)
    plt.close(figure)
    return file.getvalue()


def output_against_target(axes, times, outputs, targets, *, color=COLORS["spiking"],
                          label="network"):
    """Outputs (T, n) over the targets (T, n), against time in seconds."""
    axes.plot(times, targets, color=COLORS["target"], lw=3.5, alpha=0.45, label="target")
    axes.plot(times, outputs, color=color, label=label)
    axes.set(xlabel="time (s)", ylabel="output")
    handles, labels = axes.get_legend_handles_labels()
    first = dict(zip(reversed(labels), reversed(handles), strict=True))
    axes.legend(first.values(), first.keys(), loc="upper right", ncols=2)
    return axes


def raster(axes, steps, neurons, *, dt, n_shown=None, color="black"):
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
        axes.axhline(result.verdict.goal.nmse, color=COLORS["target"], lw=1, ls=":", label="goal")
    axes.set(yscale="log", ylabel="error (nMSE)", xlim=(-0.3, 2.3))
    axes.set_xticks(range(len(stages)), stages)
    axes.legend()
    return axes
