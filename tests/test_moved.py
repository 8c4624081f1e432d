"""Old module paths still lead to what stood there, and say so."""

import importlib
import sys

import pytest

from spikelib import _moved

# One name that each old module offered.
OFFERED = {
    "factors": ("Factors", "draw_encoder", "principal_components", "teach"),
    "recipe": ("Recipe", "DaleRecipe", "PAPER_2016"),
    "memory_tasks": ("flip_flop", "pulse_integration", "temporal_xor"),
    "sweep": ("Notebook", "grid", "record", "sweep"),
    "simulation": ("Simulation", "SpikingState", "simulate"),
}


@pytest.mark.parametrize("old", sorted(_moved.MODULES))
def test_old_place_warns_and_leads_to_the_new_one(old):
    sys.modules.pop(f"spikelib.{old}", None)
    with pytest.warns(DeprecationWarning, match=rf"spikelib\.{old} is now spikelib\."):
        module = importlib.import_module(f"spikelib.{old}")
    for name in OFFERED.get(old, ()):
        assert getattr(module, name).__module__.startswith("spikelib.") or name == "PAPER_2016"
    with pytest.raises(AttributeError, match=old):
        getattr(module, "nothing_of_this_name")  # noqa: B009


def test_warning_points_at_the_line_that_imports():
    sys.modules.pop("spikelib.factors", None)
    with pytest.warns(DeprecationWarning) as caught:
        from spikelib.factors import teach  # noqa: F401
    assert caught[0].filename == __file__


def test_modules_of_an_old_package_are_found():
    sys.modules.pop("spikelib.exercises", None)
    with pytest.warns(DeprecationWarning):
        from spikelib.exercises import chapter01
    assert chapter01.__name__ == "spikelib.book.exercises.chapter01"


def test_old_names_warn_and_lead_to_the_new_ones():
    import spikelib

    with pytest.warns(DeprecationWarning, match="spikelib.run is now spikelib.run_rate"):
        assert spikelib.run is spikelib.run_rate
    with pytest.warns(DeprecationWarning, match="find_cycle"):
        assert spikelib.rate.find_rhythm is spikelib.rate.find_cycle
    with pytest.raises(AttributeError, match="no_such_name"):
        getattr(spikelib, "no_such_name")  # noqa: B009
