"""Sessions: what is cut out around an event is what a loop by hand cuts out; gaps are named."""

import h5py
import numpy as np
import pytest

from spikelib.recordings import SpikeSession, read_spikes

STARTS = 2.0 * np.arange(20) + 5
SIDES = np.array(["left", "right"] * 10, dtype=object)


def trains(seed=0, n_units=4):
    rng = np.random.default_rng(seed)
    return [rng.uniform(4, 46, 500 + 100 * i) for i in range(n_units)]


def columns(**changes):
    table = {"start_time": STARTS, "stop_time": STARTS + 1.6, "go": STARTS + 0.5, "side": SIDES,
             "angle": np.tile([180.0, 45.0, 0.0, 90.0], 5)}
    return table | changes


def session(**changes):
    return SpikeSession(**{"spike_times": trains(), "trials": columns()} | changes)


def write_nwb(path, spike_times=None, obs=None, table="trials", **changes):
    """The two tables as pynwb writes them, by h5py alone."""
    spike_times = trains() if spike_times is None else spike_times
    with h5py.File(path, "w") as file:
        units = file.create_group("units")
        units["id"] = np.arange(len(spike_times)) + 100
        units["spike_times"] = np.concatenate([np.sort(t) for t in spike_times])
        ends = np.cumsum([len(t) for t in spike_times])
        units["spike_times_index"] = ends.astype(np.min_scalar_type(ends[-1]))
        units["heldout"] = np.arange(len(spike_times)) % 2 == 1
        units["waveform_mean"] = np.zeros((len(spike_times), 30))
        if obs is not None:
            units["obs_intervals"] = np.concatenate(obs)
            units["obs_intervals_index"] = np.cumsum([len(o) for o in obs]).astype(np.uint8)
        trials = file.create_group(f"intervals/{table}")
        trials["id"] = np.arange(20)
        for name, values in columns(**changes).items():
            kind = h5py.string_dtype() if values.dtype == object else None
            trials.create_dataset(name, data=values, dtype=kind)


def test_a_window_around_an_event_is_what_a_loop_cuts_out():
    spikes = session().align("go", (-0.3, 0.7), condition="side")
    assert spikes.conditions == ("left", "right") and spikes.event == "go"
    for unit, train in enumerate(trains()):
        for k, go in enumerate(STARTS + 0.5):
            by_hand = np.sort(train[(train >= go - 0.3) & (train < go + 0.7)]) - go
            np.testing.assert_allclose(spikes.spike_times(unit, k), by_hand, atol=1e-12)
    own = session().align(STARTS + 0.5, (-0.3, 0.7), condition=list(SIDES))
    np.testing.assert_array_equal(own.times, spikes.times)
    assert session().align("go", (0, 0.5), condition="angle").conditions == ("0", "45", "90", "180")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int64])
def test_an_nwb_file_is_read_without_pynwb(tmp_path, dtype):
    few = [t[:40] for t in trains()]  # 160 spikes: their index fits one byte, its sum does not
    write_nwb(tmp_path / "a.nwb", few)
    with h5py.File(tmp_path / "a.nwb", "r+") as file:
        index = file["units/spike_times_index"][()].astype(dtype)
        del file["units/spike_times_index"]
        file["units/spike_times_index"] = index
    found = read_spikes(tmp_path / "a.nwb")
    assert found.units == ("100", "101", "102", "103") and found.n_trials == 20
    for ours, theirs in zip(found.spike_times, few, strict=True):
        np.testing.assert_array_equal(ours, np.sort(theirs))
    assert list(found.trials["side"]) == list(SIDES)
    assert found.unit_columns["heldout"].tolist() == [False, True, False, True]
    assert found.not_read == {"waveform_mean": "it has shape (4, 30)"}
    part = found.align("go", (-0.5, 1), condition="side", units=~found.unit_columns["heldout"])
    assert part.units == ("100", "102") and part.source.endswith("a.nwb")


def test_what_an_nwb_file_lacks_is_named(tmp_path):
    path = tmp_path / "a.nwb"
    write_nwb(path, table="epochs")
    with pytest.raises(ValueError, match=r"a.nwb: expected a table /intervals/trials, got \['ep"):
        read_spikes(path)
    assert read_spikes(path, trials="epochs").n_trials == 20
    with h5py.File(path, "r+") as file:
        del file["units/spike_times"]
    with pytest.raises(ValueError, match=r"/units with spike_times, got \['heldout'.* in /units"):
        read_spikes(path)
    write_nwb(path)
    with h5py.File(path, "r+") as file:
        file["units/spike_times"].attrs["unit"] = "ms"
    with pytest.raises(ValueError, match="spike_times: expected the unit 'seconds', got 'ms'"):
        read_spikes(path)
    write_nwb(path)
    with h5py.File(path, "r+") as file:
        file["units/spike_times_index"][0] = 10**4 - 1
    with pytest.raises(ValueError, match="spike_times_index: expected increasing numbers"):
        read_spikes(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ValueError, match="a.nwb: expected a whole .nwb file"):
        read_spikes(path)
    with pytest.raises(FileNotFoundError):
        read_spikes(tmp_path / "b.nwb")


def test_trials_without_the_event_or_the_condition_are_named_or_left_out():
    go = np.where(np.arange(20) == 3, np.nan, STARTS + 0.5)
    side = np.where(np.arange(20) == 7, "", SIDES)
    lacking = session(trials=columns(go=go, side=side))
    with pytest.raises(ValueError, match=r"'go': expected its time in every .* 1 of 20, .*'3'"):
        lacking.align("go", (0, 1))
    with pytest.raises(ValueError, match=r"condition: expected one .* 1 of 20, such as \['7'\]"):
        lacking.align("start_time", (0, 1), condition="side")
    spikes = lacking.align("go", (0, 1), condition="side", leave_out=True)
    assert spikes.left_out == ("3", "7") and spikes.n_trials == 18
    assert spikes.recording(0.1).origin.left_out == ("3", "7")
    assert spikes.trials[3] == "4"


def test_windows_beyond_the_recording_are_named():
    with pytest.raises(ValueError, match=r"window: expected recording from 0 to 9 s around 'go' "
                                         r".*\(recorded: 4.* to 45.* s\), got none in 4 of 20"):
        session().align("go", (0, 9))
    observed = [np.column_stack([STARTS, STARTS + 1.6])] * 4
    observed[2] = observed[2][5:]  # this unit was found later
    lacking = session(observed=observed)
    with pytest.raises(ValueError, match=r"up to 20 intervals\), got none in 5 of 20, .*'0', '1'"):
        lacking.align("go", (-0.5, 1.1))
    assert lacking.align("go", (-0.5, 1.1), units=[0, 1, 3]).n_trials == 20
    assert lacking.align("go", (-0.5, 1.1), leave_out=True).left_out == tuple("01234")
    with pytest.raises(ValueError, match="got none in 20 of 20"):  # trials do not touch
        lacking.align("go", (-0.5, 1.2), units=[0], leave_out=True)
    joined = session(observed=[[[5.0, 20.0], [20.0, 50.0]]] * 4)
    assert joined.align("go", (-0.5, 2)).n_trials == 20


def test_events_that_count_from_the_start_of_a_trial_are_named():
    odd = session(trials=columns(go=np.full(20, 0.5)))
    with pytest.raises(ValueError, match=r"'go' on the clock of the session, got 0.5 s in a trial "
                                         r"from 5 to 6.6 s.*trials\['start_time'\] \+ "):
        odd.align("go", (0, 1))
    spikes = odd.align(odd.trials["start_time"] + odd.trials["go"], (0, 1))
    np.testing.assert_array_equal(spikes.times, session().align("go", (0, 1)).times)


def test_columns_and_units_that_are_not_there_are_named():
    whole = session(not_read={"maze": "it has several values in a row"})
    with pytest.raises(ValueError, match=r"event: expected a column .* got 'maze'; 'maze' was not"):
        whole.align("maze", (0, 1))
    with pytest.raises(ValueError, match="condition: expected a column .*'side'.* got 'sides'"):
        whole.align("go", (0, 1), condition="sides")
    with pytest.raises(ValueError, match="event: expected times in seconds"):
        whole.align("side", (0, 1))
    silent = session(spike_times=[*trains()[:2], [4.5], []])
    with pytest.raises(ValueError, match="units: expected spikes of every unit .* none of 2 of 4"):
        silent.align("go", (0, 1))
    assert silent.align("go", (0, 1), keep_silent=True).recording(0.5).rates[..., 3].max() == 0
    with pytest.raises(ValueError, match="trials: expected a column 'stop_time'"):
        session(trials={"start_time": STARTS})
    with pytest.raises(ValueError, match=r"trials\['go'\]: expected shape \(20,\), got \(19,\)"):
        session(trials=columns(go=STARTS[:-1]))
    with pytest.raises(ValueError, match=r"trials: expected a mask of shape \(20,\), got \(3,\)"):
        whole.align("go", (0, 1), trials=np.ones(3, dtype=bool))


def test_spikes_in_samples_are_too_fast_to_be_true():
    fast = [np.arange(5, 45, 0.0002)]
    with pytest.raises(ValueError, match="at most 1000 Hz, got 5000 Hz of unit '0'"):
        session(spike_times=fast).align("go", (0, 1))
