"""What looks like something else (units, milliseconds, axes in another order), or is missing."""

import sys

import numpy as np
import pytest

from spikelib.recordings import Recording, datasets, read_recording

RATES = np.random.default_rng(0).uniform(0, 20, (2, 30, 4))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.npz"


@pytest.mark.parametrize("unit", ["spikes/s", "1/s", "sp/s", "HZ", "Hertz", "spikes / sec", "s^-1",
                                  "spk/s", "spikes per second"])
def test_spellings_of_hertz(unit, path):
    np.savez(path, rates=RATES, dt=0.02, rate_unit=unit)
    np.testing.assert_array_equal(read_recording(path).rates, RATES)
    np.testing.assert_array_equal(read_recording(path, rate_unit="Hz").rates, RATES)
    with pytest.raises(ValueError, match="expected one unit"):
        read_recording(path, rate_unit="kHz")


def test_spikes_per_millisecond_are_named(path):
    np.savez(path, rates=RATES / 1000, dt=0.02, rate_unit="spikes/ms")
    with pytest.warns(UserWarning, match="expected Hz, got 'spikes/ms'; taken for kHz"):
        np.testing.assert_allclose(read_recording(path).rates, RATES)


def test_low_rates_without_a_unit_are_named(path, recwarn):
    np.savez(path, rates=RATES / 1000, dt=0.02)
    with pytest.raises(ValueError, match=r"largest is 0\.0199.*: are they in 'kHz'"):
        read_recording(path)
    assert read_recording(path, rate_unit="Hz").rates.max() < 0.02 and not recwarn.list
    with pytest.warns(UserWarning, match=r"expected Hz, got 0\.0199\d* at most: .* kHz"):
        Recording(rates=RATES / 1000, dt=0.02)


def test_milliseconds_are_not_taken_for_seconds(path):
    np.savez(path, rates=RATES, rate_unit="Hz")
    with pytest.raises(ValueError, match=r"a.npz: .* got 20 s and 600 s: is it in ms\? .*='ms'"):
        read_recording(path, dt=20)
    assert read_recording(path, dt=20, time_unit="ms").dt == pytest.approx(0.02)
    assert read_recording(path, dt=20, time_unit="s").dt == 20
    with pytest.raises(ValueError, match="time_unit: expected one of 's', 'ms'"):
        read_recording(path, dt=20, time_unit="min")
    np.savez(path, rates=np.ones((1, 700, 2)), rate_unit="Hz", time=np.arange(700) / 10)
    with pytest.raises(ValueError, match=r"got 0\.1 s and 70 s: is it in ms"):
        read_recording(path)
    assert read_recording(path, time_unit="s").duration == pytest.approx(70)
    np.savez(path, rates=RATES, rate_unit="Hz", time=np.arange(30) * 20, time_unit="ms")
    assert read_recording(path).dt == pytest.approx(0.02)
    with pytest.raises(ValueError, match="one time_unit, got 'ms' from the file and 's'"):
        read_recording(path, time_unit="s")


HINT = r"axis {} of the array of shape \({}\) has this size: are its axes \(conditions, T"


def test_arrays_that_look_transposed_get_a_hint(path):
    np.savez(path, rates=RATES.transpose(0, 2, 1), time=np.arange(30) * 0.02, rate_unit="Hz")
    with pytest.raises(ValueError, match="expected 4 times.* 30; " + HINT.format(2, "2, 4, 30")):
        read_recording(path)
    with pytest.raises(ValueError, match="expected 4 names, got 2; " + HINT.format(2, "4, 30, 2")):
        Recording(rates=RATES.transpose(2, 1, 0), dt=0.02, conditions=["left", "right"])
    with pytest.warns(UserWarning, match=r"\(30, 4, 2\): more conditions than samples. Are"):
        Recording(rates=RATES.transpose(1, 2, 0), dt=0.02)
    with pytest.raises(ValueError, match="expected 2 names, got 7$"):
        Recording(rates=RATES, dt=0.02, conditions=list("abcdefg"))


def test_series_that_look_transposed_get_a_hint(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.nwb", "w") as file:
        series = file.create_group("processing/averages/rates_left")
        series["data"], series["timestamps"] = RATES[0].T, np.arange(30) * 0.02
    with pytest.raises(ValueError, match=r"= \(30, any\), .* got \(4, 30\); are its axes turned"):
        read_recording(tmp_path / "a.nwb", rate_unit="Hz")


def test_a_missing_package_names_the_extra(tmp_path, monkeypatch):
    for name in ("h5py", "pooch"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delenv("SPIKELIB_DATA", raising=False)
    (tmp_path / "a.nwb").touch()
    (tmp_path / "a.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    for name in ("a.nwb", "a.mat"):
        with pytest.raises(ImportError, match=r"h5py: .*pip install 'spikelib\[data\]'"):
            read_recording(tmp_path / name)
    with pytest.raises(ImportError, match=r"pooch: .*pip install 'spikelib\[data\]'"):
        datasets.reach_emg()
