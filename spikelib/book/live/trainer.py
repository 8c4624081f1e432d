"""A network that the reader trains, in the page."""

import dataclasses
import threading

import numpy as np
import traitlets

from spikelib import figures
from spikelib.book.live._base import Live
from spikelib.book.live._bundle import bundle
from spikelib.book.live.network import SpikingNetworkWidget
from spikelib.book.live.schooling import school


class TrainerWidget(Live):
    """Draw a pattern, train a spiking network on it in the page, freeze it, start it anywhere.

    The pattern is a curve over time or a closed line in the plane: drawn, composed with sliders,
    chosen from a shelf, or brought by a link. The whole method runs in the browser, in a worker: a
    teacher of 150 rate units is driven by the pattern, the principal components of its currents
    become the targets, and a network of up to 300 neurons learns them by recursive least squares,
    with restarts from random states unless they are switched off. Training ends as soon as the
    network keeps the pattern by itself. Then the weights are frozen and the network is tested from
    three random starts; where it fails, the stage that limits is named, and a next step offered.

    The network can be saved to a file that `spikelib.spiking.network.SpikingNetwork.load` reads,
    and files of the library can be loaded. No kernel is needed, and nothing that the reader draws
    leaves the page. Where a kernel runs, a second button trains with the library itself.

    Attributes
    ----------
    network : SpikingNetwork or None
        What the library has trained last, at the press of that button.
    trial : Trial or None
        The pattern that it was trained on.

    Examples
    --------
    >>> TrainerWidget()
    TrainerWidget()
    """

    _esm = bundle("trainer.js")
    _description = "A curve over one second, to be drawn and then learned by a spiking network"
    worker = traitlets.Unicode(bundle("worker.js")).tag(sync=True)

    def __init__(self):
        super().__init__()
        self.network = self.trial = None
        self._over = threading.Event()
        self._thread = None
        self.on_msg(self._answer)

    def _answer(self, _, content, buffers):
        """What the page asks for: whether Python is here, and training by the library."""
        asked = content.get("ask")
        if asked == "here":
            self.send({"stage": "here"})
        elif asked in ("train", "stop"):
            self._over.set()
            if self._thread is not None:
                self._thread.join()
        if asked == "train":
            self._over.clear()
            # In a thread, so that the kernel hears when it is asked to stop.
            self._thread = threading.Thread(target=self._train, args=(content["job"],))
            self._thread.start()

    def _train(self, job):
        try:
            for message in school(job):
                if self._over.is_set():
                    return
                if message["stage"] == "done":
                    message = self._finish(message)
                self.send(message)
        except Exception as error:  # whatever it is, the page has to hear of it
            self.send({"stage": "failed", "text": f"{type(error).__name__}: {error}"})

    def _finish(self, message):
        """The last message as the page takes it: a network in text."""
        network, trial, state = (message.pop(name) for name in ("network", "trial", "state"))
        self.network, self.trial = network, trial
        packed = SpikingNetworkWidget(network, trial, state=state).packed
        return {**message, "data": packed, "parameters": dataclasses.asdict(network.parameters)}

    def picture(self):
        times = np.arange(100) * 0.01
        curve = sum(np.sin(2 * np.pi * k * times) for k in (1, 2, 3, 5))
        figure, axes = figures.figure(height=2.2)
        axes.plot(times, curve / np.abs(curve).max(), color=figures.COLORS["target"], lw=3)
        axes.set(xlabel="time (s)", ylabel="your curve")
        return figure
