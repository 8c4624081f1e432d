"""Takes the steps of the method that a chapter shows out of its notebook, and runs them."""

from __future__ import annotations

import ast
from functools import cache

import nbformat
import numpy as np

import spikelib
from tools.book_layout import ROOT

# Step -> the chapter that shows it.
SHOWN = {
    "lif_step": "01_spikes_and_rates",
    "trace_step": "01_spikes_and_rates",
    "rate_step": "01_spikes_and_rates",
    "drive_step": "02_training_rate_networks",
    "rls_update": "02_training_rate_networks",
    "force_step": "02_training_rate_networks",
    "full_force_step": "02_training_rate_networks",
    "components": "03_how_many_signals",
    "project": "03_how_many_signals",
    "encoder": "03_how_many_signals",
    "mean_current": "04_training_spiking_networks",
    "spiking_step": "04_training_spiking_networks",
    "run_trial": "04_training_spiking_networks",
    "train_trial": "04_training_spiking_networks",
    # These are compared in test_chapter08.py.
    "draw_flip_flop": "08_using_its_input",
    "score_flip_flop": "08_using_its_input",
    "forward": "08_using_its_input",
    "backward": "08_using_its_input",
    "coordinate_update": "09_dales_law",
    "on_leash": "09_dales_law",
    # These are compared in test_chapter10.py.
    "draw_reach": "10_fitting_recordings",
    "to_factors": "10_fitting_recordings",
}


@cache
def tagged_cells(chapter):
    """The sources of a chapter's cells by what they show."""
    notebook = nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4)
    return {
        tag.removeprefix("shown-"): cell.source
        for cell in notebook.cells
        for tag in cell.metadata.get("tags", [])
        if tag.startswith("shown-")
    }


def definitions(name):
    """A cell without the lines that use what it defines; constants stay."""
    tree = ast.parse(tagged_cells(SHOWN[name])[name])
    first = next(k for k, node in enumerate(tree.body) if isinstance(node, ast.FunctionDef))
    tree.body = tree.body[: first + 1]
    return tree


def shown(*names, **given):
    """What the cells that show these steps define, run with the names in `given`."""
    space = {"np": np, "spikelib": spikelib, **given}
    for name in names:
        exec(compile(definitions(name), f"<shown-{name}>", "exec"), space)
    return space
