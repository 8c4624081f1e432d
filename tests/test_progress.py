"""Progress bars: none for what is quick, one for what is not."""

import io

from spikelib import _progress


def shown(n, monkeypatch, seconds_each):
    now = [0.0]
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])  # tqdm's own clock
    file = io.StringIO()
    for _ in _progress.bar(range(n), show=True, file=file, desc="training", mininterval=0):
        now[0] += seconds_each
    return file.getvalue()


def test_what_is_quick_leaves_no_bar_behind(monkeypatch):
    assert shown(20, monkeypatch, 0.1) == ""


def test_what_takes_its_time_has_a_bar(monkeypatch):
    text = shown(20, monkeypatch, 1.0)
    assert "training" in text and "15/20" in text
    assert text.rsplit("\r", 1)[-1].strip() == ""  # and none is left at the end
