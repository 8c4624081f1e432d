"""What every training returns: a network and the log of how it was trained."""

import warnings
from dataclasses import dataclass

from spikelib import _tree
from spikelib.loop import TrainingLog

__all__ = ["Trained"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A trained network and the log of its training.

    All results of this package are of this kind, some with more fields. They can be saved,
    loaded and pickled.

    Parameters
    ----------
    network : SpikingNetwork or RateNetwork
    log : TrainingLog
    """

    network: object
    log: TrainingLog

    def save(self, path):
        """Write everything to one ``.npz`` file, without pickle."""
        _tree.save(path, self)

    @classmethod
    def load(cls, path):
        """Read what `save` has written.

        Raises
        ------
        SavedFileError
            Not such a file, damaged, from a newer version, or another kind of result.
        FileNotFoundError
        """
        return _tree.load(path, cls)

    def __iter__(self):
        """The pair that trainings returned in earlier versions."""
        warnings.warn(
            "a training returns one result with `network` and `log`; unpacking it as a pair goes "
            "with the next version", DeprecationWarning, stacklevel=2,
        )
        return iter((self.network, self.log))
