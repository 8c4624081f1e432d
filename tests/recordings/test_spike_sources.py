"""Objects of neo and pynapple, and NWB files that pynwb writes and reads: the same spikes."""

from datetime import UTC, datetime

import numpy as np
import pytest

from spikelib.recordings import (
    read_spikes,
    session_from_neo,
    session_from_pynapple,
    trials_from_lists,
    write_nwb,
)

N_TRIALS = 12
STARTS = 3.0 * np.arange(N_TRIALS) + 1
GO = STARTS + 0.4
SIDES = np.array(["left", "right"] * (N_TRIALS // 2))
TRAINS = [np.sort(np.random.default_rng(i).uniform(0, 40, 300 + 50 * i)) for i in range(3)]
WINDOW = (-0.3, 1.2)


def expected():
    times = [
        [t[(t >= go + WINDOW[0]) & (t < go + WINDOW[1])] - go for go in GO] for t in TRAINS
    ]
    return trials_from_lists(times, time_unit="s", window=WINDOW, conditions=SIDES)


def assert_same(spikes, atol=1e-9):
    want = expected()
    np.testing.assert_allclose(spikes.times, want.times, atol=atol)
    for name in ("spike_units", "spike_trials", "labels"):
        np.testing.assert_array_equal(getattr(spikes, name), getattr(want, name))
    assert spikes.conditions == want.conditions


def neo_segment(neo, pq, trains, start, stop, **annotations):
    segment = neo.Segment(**annotations)
    for i, train in enumerate(trains):
        segment.spiketrains.append(neo.SpikeTrain(
            train * 1000 * pq.ms, t_start=start * pq.s, t_stop=stop * pq.s, name=f"unit {i}",
        ))
    return segment


def test_epochs_of_a_neo_segment_are_trials():
    neo, pq = pytest.importorskip("neo"), pytest.importorskip("quantities")
    segment = neo_segment(neo, pq, TRAINS, 0, 40)
    segment.epochs.append(neo.Epoch(
        times=STARTS * pq.s, durations=np.full(N_TRIALS, 1800) * pq.ms, name="trials",
        array_annotations={"side": SIDES},
    ))
    segment.epochs.append(neo.Epoch(times=[3] * pq.s, durations=[1] * pq.s, name="rest"))
    segment.events.append(neo.Event(
        times=np.concatenate([GO, GO[2:] + 0.3]) * pq.s,
        labels=np.array(["go"] * N_TRIALS + ["reward"] * (N_TRIALS - 2)),
    ))
    segment.events.append(neo.Event(times=np.sort(np.r_[GO, GO + 0.1]) * pq.s, name="licks"))
    block = neo.Block()
    block.segments.append(segment)
    with pytest.raises(ValueError, match=r"name of an epoch, one of \['rest', 'trials'\], got Non"):
        session_from_neo(block)
    session = session_from_neo(block, trials="trials")
    assert session.units == ("unit 0", "unit 1", "unit 2")
    assert_same(session.align("go", WINDOW, condition="side"))
    with pytest.raises(ValueError, match=r"'reward': expected its time in every trial, got none"):
        session.align("reward", WINDOW)
    with pytest.raises(ValueError, match="'licks' was not read: it happens up to 2 times in a tr"):
        session.align("licks", WINDOW)


def test_segments_of_a_neo_block_are_trials():
    neo, pq = pytest.importorskip("neo"), pytest.importorskip("quantities")
    block = neo.Block()
    for start, go, side in zip(STARTS, GO, SIDES, strict=True):
        cut = [t[(t >= start) & (t < start + 2)] - start for t in TRAINS]  # a clock of its own
        segment = neo_segment(neo, pq, cut, 0, 2, side=str(side), block=int(start))
        segment.events.append(neo.Event(times=[(go - start) * 1000] * pq.ms, name="go"))
        block.segments.append(segment)
    session = session_from_neo(block)
    assert session.trials["block"].dtype.kind == "i"
    assert_same(session.align("go", WINDOW, condition="side"))
    with pytest.raises(ValueError, match="window: expected recording from -0.3 to 1.7 s"):
        session.align("go", (-0.3, 1.7))
    block.segments[4].spiketrains.pop()
    with pytest.raises(ValueError, match=r"segments\[4\]: expected spike trains of the same"):
        session_from_neo(block)


def test_pynapple_objects_are_read():
    nap = pytest.importorskip("pynapple")
    group = nap.TsGroup(
        {i + 5: nap.Ts(t) for i, t in enumerate(TRAINS)},
        time_support=nap.IntervalSet(0, 40), metadata={"area": ["M1", "M1", "PMd"]},
    )
    trials = nap.IntervalSet(STARTS, STARTS + 1.8, metadata={"side": SIDES})
    session = session_from_pynapple(group, trials, columns={"go": GO})
    assert session.units == ("5", "6", "7")
    assert list(session.unit_columns["area"]) == ["M1", "M1", "PMd"]
    assert_same(session.align("go", WINDOW, condition="side"))
    with pytest.raises(ValueError, match="window: expected recording from -2 to 1 s"):
        session.align("go", (-2, 1))


def test_other_objects_are_refused():
    with pytest.raises(ValueError, match="units: expected a pynapple.TsGroup, got dict"):
        session_from_pynapple({0: [1.0]}, None)
    with pytest.raises(ValueError, match="data: expected a neo.Block .*, got int"):
        session_from_neo([1])


def test_what_pynwb_writes_is_read(tmp_path):
    pynwb = pytest.importorskip("pynwb")
    file = pynwb.NWBFile(
        session_description="x", identifier="x", session_start_time=datetime.now(UTC)
    )
    file.add_unit_column("quality", "from sorting")
    for train in TRAINS:
        file.add_unit(spike_times=train, obs_intervals=[[0.0, 40.0]], quality="good")
    for name in ("go", "side", "correct"):
        file.add_trial_column(name, name)
    file.add_trial_column("licks", "any number", index=True)
    for k, start in enumerate(STARTS):
        file.add_trial(start_time=start, stop_time=start + 1.8, go=GO[k], side=str(SIDES[k]),
                       correct=bool(k % 3), licks=np.arange(k % 3, dtype=float))
    with pynwb.NWBHDF5IO(tmp_path / "a.nwb", "w") as stream:
        stream.write(file)
    session = read_spikes(tmp_path / "a.nwb")
    assert_same(session.align("go", WINDOW, condition="side"))
    assert session.not_read["licks"] == "it has several values in a row"
    assert session.trials["correct"].dtype == bool
    assert set(session.unit_columns["quality"]) == {"good"}


def test_what_is_written_comes_back(tmp_path):
    pynwb = pytest.importorskip("pynwb")
    spikes = expected()
    write_nwb(tmp_path / "a.nwb", spikes, gap=1.0)
    apart = read_spikes(tmp_path / "a.nwb")
    assert_same(apart.align("event_time", WINDOW, condition="condition"))
    with pytest.raises(ValueError, match="window: expected recording .* up to 12 intervals"):
        apart.align("event_time", (-0.3, 1.3))
    write_nwb(tmp_path / "a.nwb", spikes, unit_columns={"partner": ["a", "b", "c"]})
    session = read_spikes(tmp_path / "a.nwb")
    assert_same(session.align("event_time", WINDOW, condition="condition"))
    assert list(session.unit_columns["partner"]) == ["a", "b", "c"]
    with pynwb.NWBHDF5IO(tmp_path / "a.nwb", "r") as stream:
        trials = stream.read().trials.to_dataframe()
    assert list(trials["condition"]) == list(SIDES)
    assert pynwb.validate(path=str(tmp_path / "a.nwb")) in ([], ([], 0))
    with pytest.raises(ValueError, match="session_start: expected a datetime with a time zone"):
        write_nwb(tmp_path / "b.nwb", spikes, session_start=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="spikes: expected SpikeTrials, got list"):
        write_nwb(tmp_path / "b.nwb", [])


def test_pynapple_reads_what_is_written(tmp_path):
    pytest.importorskip("pynwb")
    nap = pytest.importorskip("pynapple")
    spikes = expected()
    write_nwb(tmp_path / "a.nwb", spikes)
    file = nap.load_file(str(tmp_path / "a.nwb"))
    session = session_from_pynapple(file["units"], file["trials"])
    assert_same(session.align("event_time", WINDOW, condition="condition"))


def test_neo_and_elephant_read_what_is_written(tmp_path):
    pynwb = pytest.importorskip("pynwb")
    neo = pytest.importorskip("neo")
    spikes = expected()
    write_nwb(tmp_path / "a.nwb", spikes)
    block = neo.NWBIO(str(tmp_path / "a.nwb"), "r").read_block()
    with pynwb.NWBHDF5IO(tmp_path / "a.nwb", "r") as stream:
        table = stream.read().trials.to_dataframe()  # neo leaves it in the file
    session = session_from_neo(block, trials=table)
    assert_same(session.align("event_time", WINDOW, condition="condition"))
    statistics = pytest.importorskip("elephant.statistics")
    within = neo.SpikeTrain(
        spikes.spike_times(2, 0), units="s", t_start=WINDOW[0], t_stop=WINDOW[1]
    )
    _, local = spikes.select(units=[2], trials=[0]).intervals()
    assert float(statistics.cv2(statistics.isi(within))) == pytest.approx(local[0])


def test_without_pynwb_its_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pynwb", None)
    with pytest.raises(ImportError, match=r"pynwb: expected .*pip install 'spikelib\[nwb\]'"):
        write_nwb(tmp_path / "a.nwb", expected())
