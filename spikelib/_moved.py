"""Names and places of earlier versions: they still work, with a warning, in this version."""

import contextlib
import importlib
import importlib.abc
import importlib.util
import sys
import warnings

# Modules that stood side by side before there were wings.
MODULES = {
    "analysis": "spiking.analysis",
    "comparison": "recordings.comparison",
    "dale_analysis": "dale.analysis",
    "dale_methods": "dale.projection",
    "datasets": "recordings.datasets",
    "decision_tasks": "tasks.decision",
    "evaluation": "spiking.evaluation",
    "exercises": "book.exercises",
    "factors": "components rate.teaching spiking.encoder",
    "fi_curve": "spiking.fi_curve",
    "fitting": "training.fitting",
    "force": "rate.force",
    "gradient": "rate.gradient",
    "live": "book.live",
    "matched_dale": "recordings.matching recordings.recipe",
    "matching": "recordings.matching recordings.recipe",
    "memory_tasks": "tasks.memory",
    "perturbations": "spiking.perturbations",
    "plotting": "figures",
    "recipe": "training.recipe dale.recipe",
    "recorded_currents": "recordings.currents",
    "recording_tasks": "recordings.tasks",
    "rls": "least_squares.rls",
    "signed": "least_squares.signed",
    "simulation": "spiking.simulation spiking.state",
    "sweep": "sweeps.runs",
    "textbook": "training.textbook",
}

# Names that changed; `spikelib` and the wings hand them on too.
NAMES = {
    "DaleLog": "TrainingLog",
    "WantedCurrents": "TargetCurrents",
    "find_rhythm": "find_cycle",
    "run": "run_rate",
    "wanted_currents": "target_currents",
}


def renamed(package, **names):
    """A ``__getattr__`` for a package, by which the old names of a few things still lead there."""
    def get(name):
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        _warn(f"{package}.{name} is now {package}.{names[name]}; the old name", stacklevel=3)
        return getattr(importlib.import_module(package), names[name])

    return get


def _warn(change, *, stacklevel):
    warnings.warn(
        f"{change} goes with the next version", DeprecationWarning, stacklevel=stacklevel + 1
    )


class _OldPlaces(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports ``spikelib.<old>`` as a module that hands on what stands elsewhere now."""

    def find_spec(self, name, path=None, target=None):
        package, _, module = name.partition(".")
        if package != "spikelib" or module not in MODULES:
            return None
        return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        places = [f"spikelib.{new}" for new in MODULES[module.__name__.partition(".")[2]].split()]
        _warn(f"{module.__name__} is now {' and '.join(places)}; the old place", stacklevel=2)
        found = [importlib.import_module(place) for place in places]

        def get(name):
            name = NAMES.get(name, name)
            for new in found:
                if not hasattr(new, name) and hasattr(new, "__path__"):
                    with contextlib.suppress(ModuleNotFoundError):
                        importlib.import_module(f"{new.__name__}.{name}")
                if hasattr(new, name):
                    return getattr(new, name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

        module.__getattr__ = get


def install():
    """Let old module paths be found; once a process."""
    if not any(isinstance(finder, _OldPlaces) for finder in sys.meta_path):
        sys.meta_path.append(_OldPlaces())
