"""FORCE, which the reader tries in the page."""

import traitlets

from spikelib.book.live._bundle import bundle
from spikelib.book.live.trainer import TrainerWidget


class ForceWidget(TrainerWidget):
    """Draw a curve, and train a rate network on it by FORCE in the page.

    The network has up to 300 units, and its own output is fed back from the start. After training
    it is frozen, and runs by itself from where training ended and from three random states. The
    sums are those of `spikelib.rate.force.train_force`.

    Examples
    --------
    >>> ForceWidget()
    ForceWidget()
    """

    _esm = bundle("force_trainer.js")
    _description = "A curve over one second, to be drawn and then learned by a rate network"
    worker = traitlets.Unicode(bundle("worker.js")).tag(sync=True)
