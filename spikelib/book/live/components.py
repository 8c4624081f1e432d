"""How many components rebuild a teacher's currents, live."""

import numpy as np
import traitlets

from spikelib import _checks, figures
from spikelib.book.live._base import Live, pack
from spikelib.book.live._bundle import bundle
from spikelib.components import Factors
from spikelib.metrics import nmse

_MOST_STEPS = 300


class ComponentsWidget(Live):
    """Currents of a few units, rebuilt from as many components as the slider says.

    The page draws the currents and their rebuildings, the share of the variance of all units
    against the number of components, and the last factor that is used. Long currents
    are thinned out to at most 300 points. Where a kernel runs, `lost` is computed anew from the
    full currents after each move of the slider.

    Parameters
    ----------
    factors : Factors
        As many as the slider goes up to.
    currents : array_like, shape (T, Ñ)
        One trial.
    dt : float
        Time step in seconds.
    units : sequence of int
        Which units are drawn, counted from 0; the page counts from 1.
    n_factors : int
        Where the slider stands at first.

    Attributes
    ----------
    lost : float
        Share of the power of `currents` that is missed, as Python finds it.

    Raises
    ------
    ValueError
        Sizes that do not fit; a unit or a number of factors that there is not.
    """

    _esm = bundle("components.js")
    _description = "Currents of some units, and over them what a few components make of them"
    packed = traitlets.Dict().tag(sync=True)
    n_factors = traitlets.Int(1).tag(sync=True)

    def __init__(self, factors, currents, *, dt=0.001, units=range(6), n_factors=3):
        if not isinstance(factors, Factors):
            raise ValueError(f"factors: expected Factors, got {type(factors).__name__}")
        n_units = len(factors.components)
        currents = _checks.array("currents", currents, ("T", "n_units"), (None, n_units))
        units = [_checks.count("units", int(i), at_least=0, at_most=n_units - 1) for i in units]
        dt = _checks.number("dt", dt, above=0)
        self.factors, self.currents = factors, currents
        self._projected, self._units, self._dt = factors.project(currents), units, dt
        some = slice(None, None, max(1, -(-len(currents) // _MOST_STEPS)))
        times = np.arange(len(currents))[some] * dt
        super().__init__(
            n_factors=_checks.count("n_factors", n_factors, at_most=factors.n_factors),
            packed={
                "n_all": n_units,
                "units": [i + 1 for i in units],
                "times": pack(times, "f4"),
                "currents": pack(currents[some][:, units], "f4"),
                "factors": pack(self._projected[some], "f4"),
                "components": pack(factors.components[units], "f4"),
                "explained": pack(factors.explained[: factors.n_factors], "f4"),
            },
        )
        self.lost = self._lose()
        self.observe(self._run_library, names=["n_factors"])

    def picture(self):
        p, units = self.n_factors, self._units
        target = self.currents[:, units]
        rebuilt = self._projected[:, :p] @ self.factors.components[units, :p].T
        spacing = 1.05 * np.ptp(target, axis=0).max()
        figure, axes = figures.figure(height=3.6)
        times, colors = np.arange(len(target)) * self._dt, figures.COLORS
        for signals, color, width in ((target, "target", 3.5), (rebuilt, "rate", 1.3)):
            figures.stacked(
                axes, times, signals, color=colors[color], lw=width, spacing=spacing,
                labels=[i + 1 for i in units],
            )
        axes.set(ylabel="unit", title=f"{p} components")
        return figure

    def _lose(self):
        p = self.n_factors
        rebuilt = self._projected[:, :p] @ self.factors.components[:, :p].T
        return nmse(rebuilt, self.currents)

    def _run_library(self, change):
        self.lost = self._lose()
        self.library = f"Python, from the full currents of this trial: {self.lost:.2%} is lost."
