"""What the widgets have in common."""

import base64

import anywidget
import numpy as np
import traitlets

from spikelib.live._bundle import style
from spikelib.plotting import COLORS


class Live(anywidget.AnyWidget):
    """A drawing in the page, its sliders, and a line that a running kernel fills in."""

    _css = style()
    colors = traitlets.Dict(dict(COLORS)).tag(sync=True)
    library = traitlets.Unicode("").tag(sync=True)


def pack(array, kind="f8", scale=None):
    """An array as the browser half unpacks it: base64 of little-endian numbers, and their kind.

    Parameters
    ----------
    array : array_like
        Where `scale` is given, it is stored as whole numbers times that scale.
    kind : str
        NumPy's name of the type without its byte order: ``f8``, ``f4``, ``i4``, ``i2``, ``i1``.
    scale : float, optional

    Returns
    -------
    dict
    """
    array = np.asarray(array)
    whole = array if scale is None else np.rint(array / scale)
    stored = np.ascontiguousarray(whole, dtype="<" + kind)
    packed = {
        "shape": list(array.shape), "kind": kind,
        "data": base64.b64encode(stored.tobytes()).decode("ascii"),
    }
    return packed if scale is None else {**packed, "scale": float(scale)}
