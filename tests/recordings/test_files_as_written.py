"""Files as scipy, h5py and people write them: cells of structs, attributes, paths with slashes."""

import warnings

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from spikelib.recordings import SpikeSession, read_recording, trials_from_lists

RATES = 5 + np.random.default_rng(4).random((3, 40, 6))


def cells(*values):
    cell = np.empty((1, len(values)), dtype=object)
    for i, value in enumerate(values):
        cell[0, i] = value
    return cell


def test_cells_of_conditions_that_differ_in_length_are_read(tmp_path):
    path = tmp_path / "a.mat"
    savemat(path, {"rates": cells(RATES[0], RATES[1, :30]), "dt": 0.01})
    recording = read_recording(path, rate_unit="Hz")
    assert recording.rates.shape == (2, 40, 6) and np.isnan(recording.rates[1, 30:]).all()
    assert np.array_equal(recording.rates[1, :30], RATES[1, :30])


@pytest.mark.parametrize("length", [40, 30])
def test_fields_of_cells_of_structs_are_reached_by_a_dotted_name(length, tmp_path):
    path = tmp_path / "a.mat"
    trials = cells({"rates": RATES[0], "side": "l"}, {"rates": RATES[1, :length], "side": "r"})
    savemat(path, {"session": {"trial": trials}, "dt": 0.01})
    recording = read_recording(path, rates="session.trial.rates", rate_unit="Hz")
    assert np.array_equal(recording.rates[0], RATES[0])
    assert np.array_equal(recording.rates[1, :length], RATES[1, :length])
    trials[0, 1] = {"other": RATES[1]}
    savemat(path, {"session": {"trial": trials}, "dt": 0.01})
    with pytest.raises(ValueError, match="a.mat: expected an array 'session.trial.rates'"):
        read_recording(path, rates="session.trial.rates", rate_unit="Hz")


def with_attributes(path, key="unit", unit="spikes/s", time_unit="ms"):
    with h5py.File(path, "w") as file:
        file.attrs["conditions"] = ["a", "b", "c"]
        file["psth/rates"] = RATES
        file["psth/rates"].attrs[key] = unit
        file["psth/time"] = 0.5 * np.arange(40)  # plausible in seconds, too
        file["psth/time"].attrs[key] = time_unit
    return path


@pytest.mark.parametrize("key", ["unit", "units"])
@pytest.mark.parametrize("name", ["psth.rates", "psth/rates", "/psth/rates"])
def test_attributes_of_hdf5_say_units(key, name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        recording = read_recording(with_attributes(tmp_path / "a.h5", key), rates=name)
    assert recording.dt == pytest.approx(0.0005) and np.array_equal(recording.rates, RATES)
    assert recording.conditions == ("a", "b", "c")


def test_attributes_are_checked_as_other_values_are(tmp_path):
    path = tmp_path / "a.h5"
    for changes, message in (({"unit": "furlong"}, "got 'furlong'"),
                             ({"unit": ["a", "b"]}, "expected a single value"),
                             ({"time_unit": "fortnight"}, "expected .* got 'fortnight'")):
        with_attributes(path, **changes)
        with pytest.raises(ValueError, match=message):
            read_recording(path, rates="psth.rates")
    with_attributes(path)
    with pytest.raises(ValueError, match="expected one time_unit, got 'ms' from the file and 's'"):
        read_recording(path, rates="psth.rates", time_unit="s")


def test_units_of_each_condition_have_to_agree(tmp_path):
    path = tmp_path / "a.h5"
    for last, fine in (("Hz", True), ("kHz", False)):
        with h5py.File(path, "w") as file:
            for i, (name, unit) in enumerate((("180", "Hz"), ("45", "Hz"), ("0", last))):
                file[f"rates/{name}"] = RATES[i]
                file[f"rates/{name}"].attrs["unit"] = unit
        if fine:
            recording = read_recording(path, dt=0.01)
            assert recording.conditions == ("0", "45", "180")
            assert np.array_equal(recording.rates, RATES[::-1])
        else:
            with pytest.raises(ValueError, match="expected one unit of the rates"):
                read_recording(path, dt=0.01)


def test_spikes_are_shown_in_a_line():
    spikes = trials_from_lists([[[0.1, 0.2], [0.3]], [[0.4], []]], time_unit="s", window=(0, 0.5))
    assert repr(spikes) == (
        "<SpikeTrials: 2 units, 2 trials; 4 spikes; 0 to 0.5 s; conditions 'all'>")
    session = SpikeSession(spike_times=[np.arange(500.0)] * 3,
                           trials={"start_time": [0.0], "stop_time": [9.0]})
    assert repr(session) == (
        "<SpikeSession: 3 units, 1 trials; 1500 spikes; columns 'start_time', 'stop_time'>")
