"""Strings and categories of MATLAB are read in both formats; what cannot be read is named."""

import warnings
import zlib

import numpy as np
import pytest

from spikelib.recordings import read_recording
from tests.recordings.matlab_objects import categorical, string, write_mat5, write_mat73

RATES = 5 + np.random.default_rng(3).random((3, 20, 4))
BESIDE = {"rates": RATES, "dt": 0.02}
WRITERS = {
    "5": write_mat5, "7.3": write_mat73,
    "7": lambda *args: write_mat5(*args, pack=zlib.compress),
}


@pytest.fixture(params=WRITERS)
def write(request):
    return WRITERS[request.param]


def read(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # ordinary files, of which nothing is to be said
        return read_recording(path, **options)


@pytest.mark.parametrize("names, shape", [
    (["left", "right", "up"], (3, 1)), (["left", "right", "up"], (1, 3)),
    (["gauche à l'aube", "右", "😀"], (3, 1)), (["a", "", "ab"], (1, 3)),
])
def test_strings_are_read(write, names, shape, tmp_path):
    path = tmp_path / "a.mat"
    write(path, BESIDE, {"note": string(["not used"]), "conditions": string(names, shape),
                         "rate_unit": string(["Hz"])})
    recording = read(path)
    assert recording.conditions == tuple(names)
    assert np.array_equal(recording.rates, RATES)


def test_categories_are_read(write, tmp_path):
    path = tmp_path / "a.mat"
    write(path, BESIDE, {"rate_unit": string(["Hz"]), "other": categorical("xy", [1, 2]),
                         "conditions": categorical(["left", "right", "up"], [3, 1, 2])})
    assert read(path).conditions == ("up", "left", "right")


def test_strings_in_structs_are_read(write, tmp_path):
    path = tmp_path / "a.mat"
    write(path, {"rates": RATES, "dt": 0.02}, {"about.conditions": string(["x", "y", "z"])})
    from spikelib.recordings._matlab import read_mat

    assert read_mat(path)["about.conditions"].ravel().tolist() == ["x", "y", "z"]


def test_units_are_checked_as_those_of_characters_are(write, tmp_path):
    path = tmp_path / "a.mat"
    write(path, BESIDE, {"rate_unit": string(["spikes/bin"])})
    assert np.allclose(read(path).rates, RATES / 0.02)
    write(path, BESIDE, {"rate_unit": string(["bananas"])})
    with pytest.raises(ValueError, match="expected the unit .* got 'bananas'"):
        read_recording(path)


@pytest.mark.parametrize("held, message", [
    (string(["left", None, "up"]), "class 'string', .*a string is missing"),
    (categorical(["left", "right"], [1, 0, 2]), "class 'categorical', .* undefined"),
    (categorical(["left", "right"], [1, 7, 2]), "class 'categorical', which cannot be read"),
    (("string", {"any": np.array([[9, 2, 3, 1]], "u8")}), "expected version 1 of strings, got 9"),
    (("string", {"any": np.array([[1, 2, 2**40, 2**20]], "u8")}), "longer than the file says"),
    (("string", {"any": np.array([[1, 2, 3, 1, 2**62, 4, 4, 5]], "u8")}), "longer than the"),
    (("string", {"text": np.array([[1]], "u8")}), "class 'string', which cannot be read"),
    (("datetime", {"data": np.array([[1]], "u8")}), "class 'datetime'"),
])
def test_what_cannot_be_read_is_named(write, held, message, tmp_path):
    path = tmp_path / "a.mat"
    write(path, BESIDE, {"conditions": held})
    with pytest.raises(ValueError, match=f"a.mat: conditions: expected a cell .*{message}"):
        read_recording(path, rate_unit="Hz")
