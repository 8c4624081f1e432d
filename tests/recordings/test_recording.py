"""Recordings: what is refused, and that every format gives back what was put in."""

import csv

import numpy as np
import pytest

from spikelib.recordings import Recording, read_recording

RNG = np.random.default_rng(0)
RATES = RNG.uniform(0, 20, (2, 30, 4))
OUTPUTS = RNG.standard_normal((2, 30, 3))
NAMES = ("left", "right")
DT = 0.02


def write_npz(path, **changes):
    arrays = {"rates": RATES, "outputs": OUTPUTS, "dt": DT, "rate_unit": "Hz",
              "conditions": np.array(NAMES)} | changes
    np.savez(path, **{name: value for name, value in arrays.items() if value is not None})


def write_mat(path, **changes):
    from scipy.io import savemat

    arrays = {"rates": RATES, "outputs": OUTPUTS, "dt": DT, "rate_unit": "Hz",
              "conditions": np.array(NAMES, dtype=object)} | changes
    savemat(path, {name: value for name, value in arrays.items() if value is not None})


def write_csv(path, rates=RATES, outputs=OUTPUTS, dt=DT):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        names = [f"rate{i}" for i in range(4)] + [f"output_{i}" for i in range(3)]
        table.writerow(["condition", "time", *names])
        for k, name in enumerate(NAMES):
            for t in range(30):
                table.writerow([name, 1.5 + t * dt, *rates[k, t], *outputs[k, t]])


def write_nwb(path, rates=RATES, outputs=OUTPUTS, unit="Hz", timestamps=False):
    import h5py

    with h5py.File(path, "w") as file:
        group = file.create_group("processing/averages")
        for kind, values in (("rates", rates), ("outputs", outputs)):
            for name, data in zip(NAMES, values, strict=True):
                series = group.create_group(f"{kind}_{name}")
                series["data"] = data / 2
                series["data"].attrs["conversion"] = 2.0
                if kind == "rates" and unit:
                    series["data"].attrs["unit"] = unit
                if timestamps:
                    series["timestamps"] = np.arange(30) * DT
                else:
                    series["starting_time"] = 0.0
                    series["starting_time"].attrs["rate"] = 1 / DT


WRITERS = {".npz": write_npz, ".mat": write_mat, ".csv": write_csv, ".nwb": write_nwb}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_gives_back_what_was_put_in(ending, tmp_path):
    path = tmp_path / f"mine{ending}"
    WRITERS[ending](path)
    options = {"rate_unit": "Hz"} if ending == ".csv" else {}
    found = read_recording(path, **options)
    np.testing.assert_allclose(found.rates, RATES, rtol=1e-12)
    np.testing.assert_allclose(found.outputs, OUTPUTS, rtol=1e-12)
    assert found.dt == pytest.approx(DT) and found.conditions == NAMES
    assert found.source == str(path) and not found.surrogate
    assert read_recording(path, dt=DT, **options).dt == pytest.approx(DT)
    with pytest.raises(ValueError, match="expected one sampling interval, got 0.02 s"):
        read_recording(path, dt=0.01, **options)


@pytest.mark.parametrize("unit, factor", [("Hz", 1), ("kHz", 1000), ("spikes/bin", 50)])
def test_units_are_converted(unit, factor, tmp_path):
    write_npz(tmp_path / "a.npz", rate_unit=unit)
    np.testing.assert_allclose(read_recording(tmp_path / "a.npz").rates, RATES * factor)
    write_nwb(tmp_path / "a.nwb", unit=unit, timestamps=True)
    np.testing.assert_allclose(read_recording(tmp_path / "a.nwb").rates, RATES * factor)


def test_nothing_is_guessed(tmp_path):
    path = tmp_path / "a.npz"
    write_npz(path, dt=None)
    with pytest.raises(ValueError, match="expected a sampling interval: give dt="):
        read_recording(path)
    write_npz(path, rate_unit=None)
    with pytest.raises(ValueError, match="expected a unit of the rates, one of 'Hz'"):
        read_recording(path)
    with pytest.raises(ValueError, match="one of .* got 'mV'"):
        read_recording(path, rate_unit="mV")
    write_npz(path)
    with pytest.raises(ValueError, match="expected one unit, got 'Hz' from the file and 'kHz'"):
        read_recording(path, rate_unit="kHz")
    write_npz(path, dt=None, time=np.arange(30) * DT)
    assert read_recording(path).dt == pytest.approx(DT)
    write_npz(path, dt=None, time=np.arange(30) ** 1.2)
    with pytest.raises(ValueError, match="expected evenly spaced times, got steps from"):
        read_recording(path)
    write_npz(path, dt=None, time=np.arange(29) * DT)
    with pytest.raises(ValueError, match="time: expected 30 times, as many as rates has"):
        read_recording(path)


def spoilt(at, value):
    rates = RATES.copy()
    rates[at] = value
    return rates


@pytest.mark.parametrize("ending", [".npz", ".mat", ".nwb"])
@pytest.mark.parametrize("rates, message", [
    (spoilt((1, 2, 3), np.inf), r"rates: expected finite numbers, got 1 .* index \(1, 2, 3\)"),
    (spoilt((0, 1, 2), -3.0), r"rates: .* not negative, got -3 at index \(0, 1, 2\)"),
    (RATES[:, :20], r"rates|outputs"),
])
def test_bad_numbers_and_shapes_are_named(ending, rates, message, tmp_path):
    path = tmp_path / f"mine{ending}"
    WRITERS[ending](path, rates=rates)
    with pytest.raises(ValueError, match=f"mine{ending}.*{message}"):
        read_recording(path)


def test_what_rounding_leaves_is_mended(tmp_path):
    rates = spoilt((0, 1, 2), -2e-16)
    found = Recording(rates=rates, dt=DT)
    assert found.rates.min() == found.rates[0, 1, 2] == 0 and rates[0, 1, 2] == -2e-16
    with pytest.raises(ValueError, match="not negative, got -0.001 at"):
        Recording(rates=spoilt((0, 1, 2), -0.001), dt=DT)
    for start, dtype in ((0.0, float), (-1.3, float), (0.5, np.float32)):
        time = (start + np.arange(30) * 0.001).astype(dtype)
        write_npz(tmp_path / "a.npz", rates=rates, dt=None, time=time)
        found = read_recording(tmp_path / "a.npz")
        assert found.dt == pytest.approx(0.001, rel=1e-4)
        assert dtype is not float or found.dt == 0.001
        assert found.resampled(0.001).rates.min() == 0
    write_npz(tmp_path / "a.npz", dt=0.0009999999999999996)
    assert read_recording(tmp_path / "a.npz").resampled(0.001).rates.shape == RATES.shape


def test_missing_keys_are_named(tmp_path):
    write_npz(tmp_path / "a.npz", rates=None, outputs=None, psth=RATES)
    with pytest.raises(ValueError, match=r"expected an array 'rates' or 'outputs', got .*'psth'"):
        read_recording(tmp_path / "a.npz")
    assert read_recording(tmp_path / "a.npz", rates="psth").n_neurons == 4
    write_npz(tmp_path / "a.npz", rates=RATES[0])
    with pytest.raises(ValueError, match=r"expected shape \(conditions, T, neurons\), got"):
        read_recording(tmp_path / "a.npz")
    write_npz(tmp_path / "a.npz", conditions=np.array(["one"]))
    with pytest.raises(ValueError, match="conditions: expected 2 names, got 1"):
        read_recording(tmp_path / "a.npz")


@pytest.mark.parametrize("old, new, message", [
    ("condition,time", "trial,time", "'condition' and 'time'"),
    ("rate0,rate1,rate2,rate3,output_0,output_1,output_2", "a,b,c,d,e,f,g", "begin with 'rate'"),
    ("left,1.52,", "left,1.52,x", "line 3, column 'rate0': expected a number, got 'x"),
    ("left,1.52,", "left,1.521,", "expected (evenly spaced times|the same 30 times)"),
    ("left,1.52,", "left,nan,", "line 3, column 'time': expected a finite number"),
])
def test_a_bad_table_is_named_by_line_and_column(old, new, message, tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ValueError, match=message):
        read_recording(path, rate_unit="Hz")


def test_columns_of_one_name_are_refused_not_merged(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("condition,time,rate,rate,rate,time\n0,0.0,1,2,3,0\n0,0.1,1,2,3,0\n")
    with pytest.raises(ValueError, match="own .*3 columns named 'rate', 2 columns named 'time'"):
        read_recording(path, rate_unit="Hz")
    path.write_text("condition,time,rate,n,n,,\n0,0.0,1,,,,\n0,0.1,1,,,,\n")
    assert read_recording(path, rate_unit="Hz").n_neurons == 1


def test_numbers_in_the_names_of_conditions_set_their_order(tmp_path):
    import h5py

    with h5py.File(tmp_path / "a.nwb", "w") as file:
        for degrees in (0, 45, 180):
            series = file.create_group(f"processing/averages/outputs_{degrees}")
            # NWB holds a single channel without an axis for it.
            series["data"], series["timestamps"] = np.full(9, degrees), np.arange(9) * DT
    found = read_recording(tmp_path / "a.nwb")
    assert found.conditions == ("0", "45", "180")
    assert found.outputs.shape == (3, 9, 1) and found.outputs[:, 0, 0].tolist() == [0, 45, 180]


@pytest.mark.parametrize("ending", WRITERS)
def test_damaged_files_are_refused(ending, tmp_path):
    path = tmp_path / f"a{ending}"
    WRITERS[ending](path)
    path.write_bytes(path.read_bytes()[:300] + b"\xff\xfe")
    with pytest.raises(ValueError, match=f"a{ending}"):
        read_recording(path, rate_unit="Hz")


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.xls").write_text("rates")
    with pytest.raises(ValueError, match=r"ends in .npz, .mat, .*.nwb, got '.xls'"):
        read_recording(tmp_path / "a.xls")
    with pytest.raises(FileNotFoundError, match="nothing.npz"):
        read_recording(tmp_path / "nothing.npz")
    import h5py

    with h5py.File(tmp_path / "a.nwb", "w") as file:
        file.create_group("acquisition")
    with pytest.raises(ValueError, match=r"/processing/averages, got \['acquisition'\]"):
        read_recording(tmp_path / "a.nwb")


def test_resampling_keeps_the_samples_and_the_range():
    slow = Recording(rates=RATES, outputs=OUTPUTS, dt=DT)
    fast = slow.resampled(0.001)
    assert fast.rates.shape == (2, 600, 4) and fast.duration == pytest.approx(slow.duration)
    np.testing.assert_allclose(fast.rates[:, ::20], RATES, atol=1e-12)
    assert fast.rates.min() >= RATES.min() - 1e-12 and fast.rates.max() <= RATES.max() + 1e-12
    assert np.allclose(fast.rates[:, 581:], RATES[:, -1:])


def test_longer_steps_take_means_over_the_recorded_bins():
    fine = Recording(rates=RATES, outputs=OUTPUTS, dt=0.0002)
    steps = fine.resampled(0.001)
    assert steps.dt == 0.001 and steps.rates.shape == (2, 6, 4)
    np.testing.assert_allclose(steps.rates, RATES.reshape(2, 6, 5, 4).mean(axis=2))
    np.testing.assert_allclose(steps.outputs, OUTPUTS.reshape(2, 6, 5, 3).mean(axis=2))
    uneven = fine.resampled(0.0005)  # two bins and a half
    expected = (RATES[:, :2].sum(axis=1) + RATES[:, 2] / 2) / 2.5
    np.testing.assert_allclose(uneven.rates[:, 0], expected)
    assert np.all(Recording(rates=RATES * 0, dt=0.0003).resampled(0.001).rates == 0)
    same = Recording(rates=RATES, dt=0.0009999999999999996).resampled(0.001)
    assert same.dt == 0.001 and np.array_equal(same.rates, RATES)
    with pytest.raises(ValueError, match="dt: expected .* at most 0.006"):
        fine.resampled(0.1)
