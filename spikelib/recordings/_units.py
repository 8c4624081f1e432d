"""Units as files spell them."""

import warnings

_HZ = ("hz", "hertz", "1/s", "1/sec", "s-1", "s^-1", "s^{-1}", "s⁻¹", "/s")
_KHZ = ("khz", "kilohertz")
_SPELLINGS = (
    {name: "Hz" for name in _HZ}
    | {f"{what}/{time}": "Hz"
       for what in ("spikes", "spike", "spks", "spk", "sp", "imp", "impulses")
       for time in ("s", "sec", "second")}
    | {name: "Hz" for name in ("spikespersecond", "spikespersec")}
    | {name: "kHz" for name in _KHZ} | {"spikes/bin": "spikes/bin"}
)
_PER_MS = ("spikes/ms", "spike/ms", "spk/ms", "sp/ms", "1/ms", "ms-1", "ms^-1",
           "spikespermillisecond")


def unit_of_rates(unit):
    """One of "Hz", "kHz" and "spikes/bin" where `unit` is a spelling of it; else `unit`."""
    if not isinstance(unit, str):
        return unit
    plain = "".join(unit.lower().split())
    if plain in _PER_MS:
        warnings.warn(
            f"rates: expected Hz, got {unit!r}; taken for kHz, so that 0.01 is 10 Hz",
            UserWarning, stacklevel=4,
        )
        return "kHz"
    return _SPELLINGS.get(plain, unit)
