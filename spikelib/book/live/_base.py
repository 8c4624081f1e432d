"""What the widgets have in common."""

import base64

import anywidget
import numpy as np
import traitlets
from IPython.display import HTML, display

from spikelib.book.live._bundle import style
from spikelib.figures import COLORS, DARK_COLORS, png


class Live(anywidget.AnyWidget):
    """A drawing in the page, its sliders, and a line that a running kernel fills in."""

    _css = style()
    _description = ""
    colors = traitlets.Dict({**COLORS, "dark": DARK_COLORS}).tag(sync=True)
    library = traitlets.Unicode("").tag(sync=True)

    def picture(self):
        """The widget as it stands as a figure of matplotlib, for readers without JavaScript.

        Returns
        -------
        matplotlib.figure.Figure
        """
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}()"

    def _ipython_display_(self):
        data = self._repr_mimebundle_()
        data, metadata = data if isinstance(data, tuple) else (data, {})
        image = base64.b64encode(png(self.picture())).decode("ascii")
        # For what shows notebooks without widgets, slides for instance; pages choose the widget.
        display({**data, "image/png": image}, metadata=metadata, raw=True)
        display(HTML(
            f'<noscript><p>This figure has sliders where JavaScript is allowed to run.</p>'
            f'<img alt="{self._description}" src="data:image/png;base64,{image}"></noscript>'
        ))


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
