"""Signs and sparsity of a weight matrix, live."""

import numpy as np
import traitlets

from spikelib import _checks, figures
from spikelib.book.live._base import Live, pack
from spikelib.book.live._bundle import bundle
from spikelib.metrics import nmse

_LEVELS = 10
_MOST_NEURONS = 400
_QUICK_NEURONS = 600  # eigenvalues of more take seconds: then they are found for every third tenth


class DaleWidget(Live):
    """A signed, sparse weight matrix, and what is left of it without its weakest synapses.

    The page draws the matrix, as it is or sorted by the signs of the sending neurons, the
    distribution of the strengths, the eigenvalues and, with `run`, what the network makes of its
    target. The slider removes the weakest synapses in steps of a tenth. Of more than 400
    neurons, the matrix and the distribution show every second (third, ...) one, rounded to a byte
    each, and the page says so; cuts, eigenvalues and outputs are those of the whole. Of more than
    600, the eigenvalues are found for every third tenth only. Where a
    kernel runs, `pruned` follows the slider, and `evaluate` is called with it.

    Parameters
    ----------
    weights : array_like, shape (N, N)
        (post, pre).
    signs : array_like, shape (N,)
        1 for neurons that excite, -1 for those that inhibit.
    evaluate : callable, optional
        ``evaluate(pruned)`` returns the error of a network with these weights.
    run : callable, optional
        ``run(kept)`` returns the output, shape (T,) or (T, 1), of a network that has only the
        synapses where `kept`, a boolean array (N, N), is true. Called once for each tenth.
    target : array_like, shape (T,) or (T, 1), optional
        Target of that output; needed with `run`.
    dt : float
        Time step of the output in seconds.

    Attributes
    ----------
    pruned : ndarray, shape (N, N)
        The weights without those that the slider removes.
    removed : float
        The slider: share of the synapses that are removed, the weakest first.

    Raises
    ------
    ValueError
        A matrix that is not square or has no synapse, signs other than 1 and -1, or a weight that
        breaks the sign of its sending neuron; `run` without `target`, or outputs of another length.

    Examples
    --------
    >>> widget = DaleWidget([[0.0, -1.0], [2.0, 0.0]], [1, -1])
    >>> widget.removed = 0.5
    >>> widget.pruned
    array([[0., 0.],
           [2., 0.]])
    """

    _esm = bundle("dale.js")
    _description = "A weight matrix with its columns sorted: first excitatory, then inhibitory ones"
    packed = traitlets.Dict().tag(sync=True)
    removed = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, weights, signs, *, evaluate=None, run=None, target=None, dt=0.001):
        self.weights = _checks.array("weights", weights, ("post", "pre"))
        n = len(self.weights)
        if self.weights.shape != (n, n) or not self.weights.any():
            raise ValueError(
                "weights: expected a square matrix with synapses, got "
                f"{np.count_nonzero(self.weights)} of shape {self.weights.shape}"
            )
        self.signs = _checks.array("signs", signs, ("n_neurons",), (n,))
        if not np.isin(self.signs, (-1, 1)).all():
            raise ValueError(f"signs: expected 1 and -1 only, got {np.unique(self.signs)}")
        if (self.weights * self.signs < 0).any():
            broken = np.flatnonzero((self.weights * self.signs < 0).any(axis=0))
            raise ValueError(
                f"weights: expected the sign of its sending neuron in each column, but "
                f"{broken.size} columns have both, the first is {broken[0]}"
            )
        self._evaluate = evaluate
        sizes = np.abs(self.weights[self.weights != 0])
        # The cut of a level is the size of the smallest synapse that stays.
        self._cuts = np.sort(sizes)[np.arange(_LEVELS) * sizes.size // _LEVELS]
        self._cuts[0] = 0.0
        pruned = [self._prune(level) for level in range(_LEVELS)]
        levels = list(range(0, _LEVELS, 1 if n <= _QUICK_NEURONS else 3))
        spectra = np.array([np.linalg.eigvals(pruned[k].astype("f4")) for k in levels])
        shown = slice(None, None, -(-n // _MOST_NEURONS))
        scale = sizes.max() / 127
        some = self.weights[shown, shown]
        # A synapse that is there stays one, however weak.
        bytes_ = np.sign(some) * np.maximum(np.rint(np.abs(some) / scale), some != 0)
        super().__init__(
            packed={
                "weights": pack(bytes_ * scale, "i1", scale),
                "excite": float(np.mean(self.signs > 0)),
                "n_neurons": n,
                "left": [np.count_nonzero(one) / max(1, n * (n - 1)) for one in pruned],
                "held": [float(np.abs(one).sum() / sizes.sum()) for one in pruned],
                "signs": pack(self.signs[shown], "f4"),
                "cuts": pack(self._cuts, "f4"),
                "spectra_levels": levels,
                "spectra": pack(np.stack([spectra.real, spectra.imag], axis=-1), "f4"),
            }
        )
        if run is not None:
            self.packed = self.packed | _outputs(run, [one != 0 for one in pruned], target, dt)
        self.pruned = self._prune(0)
        self.observe(self._run_library, names=["removed"])

    def picture(self):
        order = np.argsort(-self.signs, kind="stable")
        weights = self.pruned[np.ix_(order, order)]
        depth = np.sqrt(np.abs(weights) / np.abs(weights).max())[..., None]
        colors = np.array([_rgb(figures.COLORS[name]) for name in ("rate", "spiking")])
        figure, axes = figures.figure(height=4)
        axes.imshow(1 - depth * (1 - colors[(weights > 0).astype(int)]))
        axes.set(xlabel="sending neuron", ylabel="receiving neuron")
        return figure

    def _prune(self, level):
        return np.where(np.abs(self.weights) >= self._cuts[level], self.weights, 0.0)

    def _run_library(self, change):
        level = int(np.clip(np.floor(self.removed * _LEVELS + 0.5), 0, _LEVELS - 1))
        self.pruned = self._prune(level)
        n = len(self.weights)
        left = np.count_nonzero(self.pruned) / (n * (n - 1))
        self.library = f"Python: {left:.1%} of all possible synapses of {n} neurons are left"
        if self._evaluate is not None:
            self.library += f", with an error of {self._evaluate(self.pruned):.3g}"
        self.library += "."


def _outputs(run, kept, target, dt):
    """What the page needs to draw the output without the weakest synapses, for every tenth."""
    if target is None:
        raise ValueError("target: expected the target output beside run, got None")
    target = _checks.array("target", np.ravel(target), ("T",))
    outputs = [
        _checks.array("run(kept)", np.ravel(run(some)), ("T",), target.shape) for some in kept
    ]
    return {
        "dt": _checks.number("dt", dt, above=0),
        "target": pack(target, "f4"),
        "outputs": pack(np.array(outputs), "f4"),
        "errors": [float(nmse(output[:, None], target[:, None])) for output in outputs],
    }


def _rgb(color):
    """The three parts of a colour such as ``"#0072B2"``, from 0 to 1."""
    return [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
