"""Public recordings: found, fetched from a server on this machine, refused where damaged."""

import functools
import hashlib
import http.server
import os
import threading

import numpy as np
import pytest
import requests

from spikelib.recordings import _fetching, datasets
from spikelib.recordings._fetching import RemoteFile, Unavailable, locate

CONTENT = b"some rates " * 500
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(tmp_path):
    """A web server over a folder, and the list of what it was asked for."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "rates.bin").write_bytes(CONTENT)
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
    ) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        running.folder, running.asked = folder, asked
        running.address = f"http://127.0.0.1:{running.server_port}"
        yield running
        running.shutdown()


@pytest.fixture
def remote(server, monkeypatch):
    monkeypatch.delenv(_fetching.FOLDER_VARIABLE, raising=False)
    return RemoteFile(name="rates.bin", url=f"{server.address}/rates.bin", sha256=DIGEST)


def test_a_file_is_fetched_once_and_kept(server, remote, tmp_path, capsys):
    cache = tmp_path / "cache"
    path = locate(remote, cache=cache)
    assert path == cache / "rates.bin" and path.read_bytes() == CONTENT
    assert locate(remote, cache=cache) == path
    assert server.asked == ["/rates.bin"]
    assert _fetching.is_here(remote, cache=cache)
    said = capsys.readouterr()
    assert said.out == said.err == ""


def test_a_bar_shows_how_far_it_is(remote, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("spikelib._progress._PATIENCE", 0.0)
    locate(remote, cache=tmp_path / "cache", progress=True)
    assert "rates.bin" in capsys.readouterr().err


@pytest.mark.parametrize("damage", [b"", CONTENT[:100], CONTENT + b"x"])
def test_a_damaged_file_in_the_cache_is_fetched_again(server, remote, tmp_path, damage):
    (tmp_path / "rates.bin").write_bytes(damage)
    assert not _fetching.is_here(remote, cache=tmp_path)
    assert locate(remote, cache=tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == 1


def test_a_damaged_answer_is_refused_and_not_kept(server, remote, tmp_path):
    (server.folder / "rates.bin").write_bytes(CONTENT[:50])
    cache = tmp_path / "cache"
    with pytest.raises(ValueError, match=f"rates.bin: expected a file with SHA-256 {DIGEST}"):
        locate(remote, cache=cache)
    assert not (cache / "rates.bin").exists()


def test_the_named_folder_is_read_and_left_alone(server, remote, tmp_path, monkeypatch):
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "rates.bin").write_bytes(CONTENT)
    monkeypatch.setenv(_fetching.FOLDER_VARIABLE, str(folder))
    assert locate(remote, cache=tmp_path / "cache") == folder / "rates.bin"
    assert not server.asked and not (tmp_path / "cache").exists()
    (folder / "rates.bin").write_bytes(CONTENT[:-1])
    with pytest.raises(ValueError, match=r"given.rates\.bin: expected .* damaged"):
        locate(remote, cache=tmp_path / "cache")
    assert (folder / "rates.bin").read_bytes() == CONTENT[:-1] and not server.asked


@pytest.mark.parametrize("name, what", [("nowhere", "no such folder"), (".", "without it")])
def test_a_mistyped_folder_is_an_error(name, what, server, remote, tmp_path, monkeypatch):
    folder = tmp_path / name
    with pytest.raises(FileNotFoundError, match=f"^folder: expected .*rates.bin.*{what}"):
        locate(remote, cache=tmp_path / "cache", folder=folder)
    monkeypatch.setenv(_fetching.FOLDER_VARIABLE, str(folder))
    with pytest.raises(FileNotFoundError, match=f"^SPIKELIB_DATA: .*{folder}, .*{what}"):
        locate(remote, cache=tmp_path / "cache")
    assert not server.asked and not _fetching.is_here(remote, cache=tmp_path)
    for data in datasets.DATASETS:  # and no surrogate in its place, unless it is asked for
        with pytest.raises(FileNotFoundError, match="SPIKELIB_DATA"):
            getattr(datasets, data)()
        assert getattr(datasets, data)(surrogate=True).surrogate


def test_an_answer_that_is_no_file_says_what_was_tried(server, tmp_path, monkeypatch):
    monkeypatch.delenv(_fetching.FOLDER_VARIABLE, raising=False)
    lost = RemoteFile(name="lost.bin", url=f"{server.address}/lost.bin", sha256=DIGEST)
    with pytest.raises(Unavailable, match=r"lost\.bin: neither .* nor could it be fetched"):
        locate(lost, cache=tmp_path)


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """Neither folder nor cache, and every connection fails."""
    monkeypatch.delenv(_fetching.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(_fetching, "cache_folder", lambda: tmp_path / "empty")

    def fail(*arguments, **options):
        raise requests.exceptions.ConnectionError("no network")

    monkeypatch.setattr(requests.Session, "request", fail)


@pytest.mark.parametrize("name", list(datasets.DATASETS))
def test_without_network_a_surrogate_says_so(name, no_network):
    read = getattr(datasets, name)
    assert not datasets.is_local(name)
    recording = read()
    assert recording.surrogate and recording.source == "surrogate"
    assert recording.titled("Rates") == "Rates (surrogate data)"
    with pytest.raises(ConnectionError, match="no network"):
        read(surrogate=False)
    again = read(surrogate=True)
    for kind in ("rates", "outputs"):
        first, second = getattr(recording, kind), getattr(again, kind)
        assert first is None or np.array_equal(first, second)


@pytest.mark.parametrize("name", list(datasets.DATASETS))
def test_the_real_files_where_they_are(name):
    if not datasets.is_local(name):
        pytest.skip("the recording is neither in a folder nor in the cache")
    recording = getattr(datasets, name)(surrogate=False)
    made = getattr(datasets, name)(surrogate=True)
    assert not recording.surrogate and recording.titled("Rates") == "Rates"
    for kind in ("rates", "outputs"):
        real, own = getattr(recording, kind), getattr(made, kind)
        assert (real is None) == (own is None)
        if real is not None:
            assert real.shape == own.shape
            assert 0.3 < own.std() / real.std() < 3


def test_about_names_licence_and_work():
    for name, data in datasets.DATASETS.items():
        text = " ".join(datasets.about(name).split())
        assert data.licence in text and data.citation in text and data.source in text
        assert all(file.url.startswith("https://") for file in data.files)
        assert all(len(file.sha256) == 64 for file in data.files)
        made_up = " ".join(datasets.about(name, surrogate=True).split())
        assert "surrogate" in made_up and data.source not in made_up
    with pytest.raises(ValueError, match="expected one of reach_emg, alm_rates, got 'x'"):
        datasets.about("x")


def test_the_cache_is_where_the_platform_expects_it():
    assert _fetching.cache_folder().name == "spikelib"
    assert os.path.isabs(_fetching.cache_folder())
