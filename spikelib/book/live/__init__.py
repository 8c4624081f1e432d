"""Widgets that stay alive in a page: sliders and simulations in the reader's browser.

They work in a static page without a kernel and without a connection, and in JupyterLab,
where each move of a slider also runs the library itself. They need the package anywidget.
"""

from spikelib.book.live.components import ComponentsWidget
from spikelib.book.live.dale import DaleWidget
from spikelib.book.live.exercise import PageExercise
from spikelib.book.live.force import ForceWidget
from spikelib.book.live.network import DrawingWidget, SpikingNetworkWidget
from spikelib.book.live.neuron import NeuronWidget
from spikelib.book.live.trainer import TrainerWidget

__all__ = [
    "ComponentsWidget", "DaleWidget", "DrawingWidget", "ForceWidget", "NeuronWidget",
    "PageExercise", "SpikingNetworkWidget", "TrainerWidget",
]
