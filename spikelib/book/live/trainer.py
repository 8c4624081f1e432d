"""A network that the reader trains, in the page."""

import numpy as np
import traitlets

from spikelib import figures
from spikelib.book.live._base import Live
from spikelib.book.live._bundle import bundle


class TrainerWidget(Live):
    """Draw a curve, train a spiking network on it in the page, freeze it, start it anywhere.

    The whole method runs in the browser, in a worker: a teacher of 150 rate units is driven by the
    curve, the principal components of its currents become the targets, and a network of up to 300
    neurons learns them by recursive least squares, with restarts from random states unless they
    are switched off. Then the weights are frozen and the network is tested from three random
    starts. No kernel is needed; nothing that the reader draws leaves the page.

    Examples
    --------
    >>> TrainerWidget()
    TrainerWidget()
    """

    _esm = bundle("trainer.js")
    _description = "A curve over one second, to be drawn and then learned by a spiking network"
    worker = traitlets.Unicode(bundle("worker.js")).tag(sync=True)

    def picture(self):
        times = np.arange(100) * 0.01
        curve = sum(np.sin(2 * np.pi * k * times) for k in (1, 2, 3, 5))
        figure, axes = figures.figure(height=2.2)
        axes.plot(times, curve / np.abs(curve).max(), color=figures.COLORS["target"], lw=3)
        axes.set(xlabel="time (s)", ylabel="your curve")
        return figure
