"""Figures drawn a second time, for a projector."""

from __future__ import annotations

import base64
import io

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from PIL import Image

from spikelib import figures
from tools import run_notebook, slide_drawing


def small_figure(rows):
    """A figure of the book with letters of every kind."""
    fig, axes = figures.figure(rows)
    for ax in np.atleast_1d(axes):
        ax.plot([0, 1], [0, 1], "o-", ms=4, label="line")
        ax.set(xlabel="time (s)", title="a title")
        ax.legend()
        ax.text(0.5, 0.5, "tiny", fontsize=5)
    return fig


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
def test_letters_grow_and_the_shape_is_that_of_a_slide(rows):
    fig = small_figure(rows)
    content, told = slide_drawing.draw(fig)
    image = Image.open(io.BytesIO(base64.b64decode(content)))
    size = slide_drawing.TALL if rows >= slide_drawing.N_ROWS_OF_TALL else slide_drawing.WIDE
    assert image.size == tuple(round(slide_drawing.DPI * length) for length in size)
    assert (told["width"], told["height"]) == size
    assert told["letters"] >= slide_drawing.SMALLEST
    plt.close(fig)


def test_the_page_keeps_its_own_figure():
    fig = small_figure(2)
    def look():
        file = io.BytesIO()
        fig.savefig(file, format="png", metadata={"Software": None})
        return file.getvalue()
    before = look()
    slide_drawing.draw(fig)
    assert look() == before
    plt.close(fig)


def test_a_notebook_that_runs_has_both_and_keeps_its_names(tmp_path):
    """What draws for slides leaves no name behind, and a notebook's own ``draw`` does no harm."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell("print(sorted(n for n in globals() if not n.startswith('_')))"),
        nbformat.v4.new_code_cell("def draw(*all):\n    raise ValueError\ninstall = draw\n"
                                  "import matplotlib.pyplot as plt\nplt.plot([0, 1]);"),
    ]
    nbformat.write(notebook, tmp_path / "a.ipynb")
    assert run_notebook.run(tmp_path / "a.ipynb", tmp_path / "b.ipynb", 120) == 0
    first, second = nbformat.read(tmp_path / "b.ipynb", as_version=4).cells
    names = first.outputs[0].text
    assert "runpy" not in names and "draw" not in names and "slide" not in names
    drawn = second.outputs[-1]
    assert {"image/png", slide_drawing.SLIDE_TYPE} <= set(drawn.data)
    assert drawn.metadata[slide_drawing.SLIDE_TYPE]["letters"] >= slide_drawing.SMALLEST
