"""Files as spreadsheets, MATLAB and people write them: read, or refused with the reason."""

import warnings

import h5py
import numpy as np
import pytest
import scipy.io

from spikelib.recordings import MatchRecipe, Recording, fit_recording, read_recording
from spikelib.recordings.currents import target_currents

TIMES = np.arange(6) * 0.02
RATES = np.array([5.5, 6.25, 7.0, 8.0, 3.0, 0.5])


def lines(between, decimal=".", header=("condition", "time", "rate")):
    rows = [between.join(header)]
    for name in ("left", "right"):
        rows += [
            between.join([name, f"{t:.2f}".replace(".", decimal), f"{r}".replace(".", decimal)])
            for t, r in zip(TIMES, RATES, strict=True)
        ]
    return rows


@pytest.mark.parametrize(("between", "decimal", "encoding"), [
    (",", ".", "utf-8"), (";", ",", "utf-8"), (";", ".", "utf-8-sig"), ("\t", ",", "utf-16"),
    (", ", ".", "utf-8"), (" ; ", ",", "utf-8"),
])
@pytest.mark.parametrize("header", [("condition", "time", "rate"), ("Condition", "TIME", "Rate")])
def test_tables_of_any_locale_are_read(tmp_path, between, decimal, encoding, header):
    path = tmp_path / "table.csv"
    text = "\r\n".join(lines(between, decimal, header)[:4]) + "\r\n\r\n" + "\n".join(
        lines(between, decimal, header)[4:]
    )
    path.write_text("\n" + text + "\n" if encoding == "utf-8" else text, encoding=encoding)
    found = read_recording(path, rate_unit="Hz")
    assert found.conditions == ("left", "right") and found.dt == 0.02
    np.testing.assert_allclose(found.rates[:, :, 0], [RATES, RATES])


def test_decimal_commas_between_commas_are_not_guessed(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines(",", ",")))
    with pytest.raises(ValueError, match="line 2: expected 3 cells.*decimal comma"):
        read_recording(path, rate_unit="Hz")


def test_the_line_that_is_named_is_the_file_s_own(tmp_path):
    path = tmp_path / "table.csv"
    rows = lines(",")
    path.write_text("\n".join([rows[0], "", *rows[1:4], "", "left,0.06,much"]))
    with pytest.raises(ValueError, match="line 7, column 'rate': expected a number, got 'much'"):
        read_recording(path, rate_unit="Hz")


def test_objects_beside_the_data_do_no_harm_and_in_its_place_are_named(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, rates=np.ones((2, 9, 3)), notes=np.array([{"a": 1}], dtype=object), dt=0.02)
    assert read_recording(path, rate_unit="Hz").n_neurons == 3
    np.savez(path, rates=np.array([{"a": 1}], dtype=object), dt=0.02)
    with pytest.raises(ValueError, match="rates: expected numbers, got what cannot be read"):
        read_recording(path, rate_unit="Hz")


@pytest.mark.parametrize("version", ["5", "7.3"])
def test_fields_of_a_struct_are_reached_by_a_dotted_name(tmp_path, version):
    path, rates = tmp_path / "mine.mat", np.random.default_rng(0).random((2, 9, 3))
    if version == "5":
        scipy.io.savemat(path, {"data": {"rates": rates, "dt": 0.02}, "dt": 99.0})
    else:
        with h5py.File(path, "w", userblock_size=512) as file:
            file["data/rates"], file["data/dt"], file["dt"] = rates.T, [[0.02]], [[99.0]]
        with path.open("r+b") as file:
            file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    found = read_recording(path, rates="data.rates", rate_unit="Hz")
    np.testing.assert_array_equal(found.rates, rates)
    assert found.dt == 0.02, "the one beside the rates"
    with pytest.raises(ValueError, match=r"got \['data.dt', 'data.rates', 'dt'\]"):
        read_recording(path, rate_unit="Hz")


def test_few_neurons_get_few_factors_and_are_told_so():
    rates = 5 + 10 * np.random.default_rng(0).random((2, 60, 4))
    few = Recording(rates=rates, dt=0.02)
    recipe = MatchRecipe(n_training_trials=3)
    with pytest.warns(UserWarning, match="at most 4, of 4 neurons.*got 10; taking 4"):
        fit = fit_recording(few, rng=np.random.default_rng(0), recipe=recipe)
    assert fit.network.n_factors == 4


def test_rates_that_nothing_can_be_learned_from_are_refused():
    low = Recording(rates=np.full((2, 60, 20), 0.01), dt=0.02, source="a test")
    with pytest.raises(ValueError, match="vary above the floor of 0.3 Hz.*is the unit Hz"):
        target_currents(low)


def test_an_interval_in_milliseconds_is_asked_about():
    with pytest.warns(UserWarning, match="expected seconds, got 20.*is it in ms"):
        Recording(rates=np.full((2, 60, 5), 5.0), dt=20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Recording(rates=np.full((2, 60, 5), 5.0), dt=0.02)
        Recording(rates=np.full((2, 60, 5), 5.0), dt=20, source="a slow one")
