"""Units: how files spell them, and numbers that look like another unit."""

import numpy as np
import pytest

from spikelib.recordings import Recording, read_recording

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
