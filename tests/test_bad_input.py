"""Whatever one argument of a public function is: it works, or the error says what was expected."""

import importlib
import inspect
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import spikelib
from spikelib import errors
from tests.calls import CALLS, rng, things
from tests.more_calls import LEFT_OUT

OWN = tuple(getattr(errors, name) for name in errors.__all__
            if issubclass(getattr(errors, name), Exception))
OBJECTS = [things()[name] for name in ("task", "trials", "rate", "factors", "network", "recording")]
ODD = [None, True, "text", b"x", [], (), {}, {1, 2}, range(3), object(), len, 1j, 10**400, -10**12,
       10**12, 1e300, 1e-300, np.array(5.0), np.array(["a", "b"]), np.array([object()]),
       np.array([1, 2], dtype="m8[s]"), np.ma.masked_array([1.0, 2.0], [0, 1]), [[1, 2], [3]],
       [None, None], ["a", 3], (1.0, 0.0), (0.0, np.inf), (-1.0, 2.0), (1e-9, 2e-9), (0.1, 1e9),
       np.array([-1, 5]), np.array([10**9])]
# What takes long because it does what it was asked for: whole trainings, and parts of a task.
DOES_IT = {("fit", "task"), ("fit_dale", "task"), ("train_dale", "network"),
           ("evaluate", "network")}
# Whole trainings take too long: the object that they are about is missing from the start.
WITHOUT = {"fit", "fit_dale", "fit_recording", "fit_recording_dale", "compare", "without_network",
           "session_from_neo", "session_from_pynapple"}
NAMES = sorted((name, parameter) for name, (_, given) in CALLS.items() for parameter in given)


def values():
    """Numbers, arrays of any shape and type, and objects that belong elsewhere."""
    numbers = st.one_of(
        st.integers(-3, 60), st.floats(width=32), st.sampled_from([np.nan, np.inf, -np.inf]))
    shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
    kinds = st.sampled_from([np.float64, np.float32, np.int16, np.bool_, np.complex128, object])
    of_kind = st.tuples(shapes, kinds, st.sampled_from([0, 1, -1, 0.5]),
                        st.sampled_from([0, np.nan, np.inf])).map(_array)
    return st.one_of(st.sampled_from(ODD), numbers, of_kind, st.sampled_from(OBJECTS))


def _array(parts):
    shape, kind, value, spoiled = parts
    array = np.full(shape, value, dtype=kind)
    if array.size and np.issubdtype(array.dtype, np.inexact):
        array.flat[-1] += spoiled
    return array


def call(name, parameter, value):
    """Call with one argument changed; what is drawn at random starts anew."""
    function, valid = CALLS[name]
    options = {key: rng() if isinstance(v, np.random.Generator) else v for key, v in valid.items()}
    return function(**{**options, parameter: value})


@pytest.fixture(autouse=True, scope="module")
def elsewhere(tmp_path_factory):
    """What writes files, writes them there."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("written"))
    yield
    os.chdir(before)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=2500, derandomize=True, deadline=None, database=None,
          suppress_health_check=list(HealthCheck))
@given(st.sampled_from(NAMES), values())
def test_errors_say_what_was_expected(which, value):
    if which in DOES_IT and any(value is item for item in OBJECTS):
        return
    if value is len and which[1] in ("score", "stop"):
        return  # a user's own function may fail in its own way
    try:
        call(*which, value)
    except (*OWN, FileNotFoundError, ConnectionError):  # or nothing to fetch from
        pass
    except ImportError as error:
        assert "spikelib[" in str(error)
    except (ValueError, TypeError, RuntimeError) as error:
        assert "expected" in str(error) and "unexpected" not in str(error), (which, value, error)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(CALLS))
def test_the_calls_that_are_spoiled_are_valid(name):
    function, valid = CALLS[name]
    try:
        function(**{k: rng() if isinstance(v, np.random.Generator) else v
                    for k, v in valid.items()})
    except FileNotFoundError as error:
        assert "nowhere" in str(error)
    except ImportError as error:  # of an extra that is not installed, by name
        assert "spikelib[" in str(error)
    except ValueError:
        assert name in WITHOUT


WINGS = ["spikelib", *(f"spikelib.{name}" for name in (
    "components", "dale", "export", "figures", "least_squares", "loop", "metrics", "rate",
    "recordings", "results", "spiking", "sweeps", "tasks", "testing", "training"))]


@pytest.mark.parametrize("wing", WINGS)
def test_every_public_function_is_tried_or_left_out_for_a_reason(wing):
    module = importlib.import_module(wing)
    public = {name for name in module.__all__ if callable(getattr(module, name))
              and not (inspect.isclass(getattr(module, name))
                       and issubclass(getattr(module, name), Exception))}
    tried = {name.removeprefix("tasks.").partition(".")[0] for name in CALLS}
    assert public - set(LEFT_OUT) - tried == set()


def test_what_is_left_out_is_there_and_is_not_tried():
    public = {name for wing in WINGS for name in importlib.import_module(wing).__all__}
    assert set(LEFT_OUT) <= public
    assert set(LEFT_OUT) & {name for name in CALLS if name in LEFT_OUT} <= {"SpikingState"}


def test_every_wing_with_public_names_is_looked_at():
    folder = Path(spikelib.__file__).parent
    modules = [path.stem for path in folder.glob("[a-z]*.py")]
    modules += [path.parent.name for path in folder.glob("[a-z]*/__init__.py")]
    assert {f"spikelib.{name}" for name in modules} - set(WINGS) == {
        "spikelib.book", "spikelib.errors"}  # only what the book needs, and nothing to call
