"""MATLAB files: version 7.3, cells of text, and objects that are named, not passed over."""

import struct
import zlib

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from spikelib.recordings import read_recording

RATES = np.random.default_rng(0).uniform(0, 20, (2, 30, 4))
DT = 0.02


def characters(file, name, text):
    file[name] = np.array([[ord(letter)] for letter in text], dtype=np.uint16)
    file[name].attrs["MATLAB_class"] = np.bytes_("char")
    return file[name].ref


def write_7_3(path, more=lambda file: None):
    with h5py.File(path, "w", userblock_size=512) as file:
        file["rates"] = RATES.T
        file["dt"] = np.array([[DT]])
        characters(file, "rate_unit", "Hz")
        more(file)
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    return path


def test_matlab_7_3_is_read_with_its_axes_turned(tmp_path):
    found = read_recording(write_7_3(tmp_path / "a.mat"))
    np.testing.assert_allclose(found.rates, RATES)
    assert found.conditions == ("0", "1") and found.dt == DT


def test_cells_of_text_in_7_3_are_the_names_of_conditions(tmp_path):
    def cells(file):
        refs = [characters(file, f"#refs#/{name}", name) for name in ("left", "right")]
        file.create_dataset("conditions", data=np.array([refs]).T, dtype=h5py.ref_dtype)
        file["conditions"].attrs["MATLAB_class"] = np.bytes_("cell")

    path = write_7_3(tmp_path / "a.mat", cells)
    assert read_recording(path).conditions == ("left", "right")

    def rows(file):
        file["conditions"] = np.array([list(map(ord, row)) for row in ("left ", "right")],
                                      dtype=np.uint16).T
        file["conditions"].attrs["MATLAB_class"] = np.bytes_("char")

    assert read_recording(write_7_3(path, rows)).conditions == ("left", "right")


def test_a_last_axis_that_matlab_drops_comes_back(tmp_path):
    path, emg = tmp_path / "a.mat", np.random.default_rng(1).standard_normal((8, 81))
    savemat(path, {"outputs": emg, "dt": 0.01})
    assert np.array_equal(read_recording(path).outputs, emg[..., None])
    savemat(path, {"rates": RATES[..., 0], "outputs": RATES, "dt": DT})  # one neuron
    assert read_recording(path, rate_unit="Hz").rates.shape == (2, 30, 1)
    savemat(path, {"rates": RATES[..., 0], "time": np.arange(30) * DT})
    assert read_recording(path, rate_unit="Hz").rates.shape == (2, 30, 1)
    for bad in ({"outputs": emg.T}, {"rates": RATES[..., 0]},
                {"outputs": emg, "time": np.arange(8) * DT}):
        savemat(path, {"dt": DT, **bad})
        with pytest.raises(ValueError, match=r"expected shape \(conditions, T"):
            read_recording(path, rate_unit="Hz")


MESSAGE = r"a.mat: conditions: expected a cell array .* got a MATLAB object of class 'string'"


def test_string_objects_in_7_3_are_named(tmp_path):
    def objects(file):
        file["conditions"] = np.array([[0xDD000000, 2, 1, 1, 1, 1]], dtype=np.uint32)
        file["conditions"].attrs["MATLAB_class"] = np.bytes_("string")
        file["conditions"].attrs["MATLAB_object_decode"] = np.int32(3)

    with pytest.raises(ValueError, match=MESSAGE):
        read_recording(write_7_3(tmp_path / "a.mat", objects))


def element(kind, content):
    padding = b"" if kind == 15 else b"\0" * (-len(content) % 8)
    return struct.pack("<II", kind, len(content)) + content + padding


def opaque(name, tmp_path):
    """An object as MATLAB 5 to 7.2 files hold it."""
    savemat(tmp_path / "x.mat", {"x": np.zeros((6, 1), dtype=np.uint32)})
    inner = (tmp_path / "x.mat").read_bytes()[128:]
    return element(14, element(6, struct.pack("<II", 17, 0)) + b"".join(
        element(1, text) if len(text) > 4
        else struct.pack("<HH", 1, len(text)) + text.ljust(4, b"\0")
        for text in (name, b"MCOS", b"string")
    ) + inner)


@pytest.mark.filterwarnings("ignore:Duplicate variable name")
@pytest.mark.parametrize("compressed", [False, True])
def test_string_objects_are_named_wherever_they_lie(compressed, tmp_path):
    path = tmp_path / "a.mat"
    for names, message in (([b"note"], None), ([b"conditions"], MESSAGE),
                           ([b"conditions", b"note"], MESSAGE), ([b"rate_unit"], "rate_unit: exp")):
        savemat(path, {"rates": RATES, "dt": DT}, do_compression=compressed)
        with path.open("ab") as file:
            for name in names:
                part = opaque(name, tmp_path)
                file.write(element(15, zlib.compress(part)) if compressed else part)
        if message is None:
            assert read_recording(path, rate_unit="Hz").conditions == ("0", "1")
            continue
        with pytest.raises(ValueError, match=message):
            read_recording(path, rate_unit="Hz")
