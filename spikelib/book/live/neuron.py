"""One leaky integrate-and-fire neuron, live."""

import numpy as np
import traitlets

from spikelib import _checks, figures
from spikelib.book.live._base import Live
from spikelib.book.live._bundle import bundle
from spikelib.training.textbook import lif_step

_DT = 0.001


class NeuronWidget(Live):
    """f–I curve, voltage and traces of one neuron, with sliders.

    The page draws 0.4 seconds at a constant current and the f–I curve, counted over eight
    seconds with noise in the voltage, over the analytic one without noise. Where a
    kernel runs, `rate` is counted again in Python after each move of a slider.

    Parameters
    ----------
    current : float
        From -5 to 10, dimensionless.
    tau_membrane : float
        τ_m in seconds, from 0.005 to 0.03.
    noise : float
        Standard deviation that the noise alone would give the voltage, from 0 to 4.

    Attributes
    ----------
    rate : float
        Spikes per second that Python counts in eight seconds.

    Raises
    ------
    ValueError
        A value outside its range.

    Examples
    --------
    >>> widget = NeuronWidget(current=5.0)
    >>> widget.rate
    90.875
    >>> widget.current = -1.0
    >>> widget.rate
    0.0
    """

    _esm = bundle("neuron.js")
    _description = "Firing rate of one neuron against its current, with a mark at the chosen one"
    current = traitlets.Float(2.0).tag(sync=True)
    tau_membrane = traitlets.Float(0.01).tag(sync=True)
    noise = traitlets.Float(0.0).tag(sync=True)
    tau_slow = traitlets.Float(0.1).tag(sync=True)
    tau_fast = traitlets.Float(0.005).tag(sync=True)

    def __init__(self, *, current=2.0, tau_membrane=0.01, noise=0.0):
        super().__init__(
            current=_checks.number("current", current, at_least=-5, at_most=10),
            tau_membrane=_checks.number("tau_membrane", tau_membrane, at_least=0.005, at_most=0.03),
            noise=_checks.number("noise", noise, at_least=0, at_most=4),
        )
        self.rate = self._count()
        self.observe(self._run_library, names=["current", "tau_membrane", "noise"])

    def picture(self):
        currents = np.linspace(-5, 10, 301)
        rates = np.zeros(currents.size)
        above = currents > 0
        rates[above] = 1 / (self.tau_membrane * np.log((currents[above] + 10) / currents[above]))
        figure, axes = figures.figure()
        axes.plot(currents, rates, color=figures.COLORS["neutral"])
        axes.plot(self.current, self.rate, "o", color=figures.COLORS["spiking"])
        axes.set(xlabel="current", ylabel="rate (Hz)")
        return figure

    def _count(self, seconds=8):
        decay = np.exp(-_DT / self.tau_membrane)
        step = self.noise * np.sqrt(1 - decay**2)
        kicks = step * np.random.default_rng(0).standard_normal((round(seconds / _DT), 1))
        voltage, count = np.full(1, -10.0), 0
        for kick in kicks:
            # The kick is added to V after the leak: the threshold is moved against it.
            voltage, spikes = lif_step(voltage, self.current, decay=decay, threshold=-kick)
            voltage = np.where(spikes, voltage, voltage + kick)
            count += int(spikes[0])
        return count / seconds

    def _run_library(self, change):
        self.rate = self._count()
        self.library = f"Python, with spikelib.training.textbook.lif_step: {self.rate:.0f} Hz."
