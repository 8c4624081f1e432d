"""The command that tests an installation: what it says where all is well, and where not."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

from spikelib.book import installation


def test_this_installation_trains_and_draws(capsys):
    assert installation.check((installation._python, installation._trains, installation._draws))
    out = capsys.readouterr().out
    assert out.count("✓") == 3 and "✗" not in out and "Everything is there" in out


def test_a_missing_package_is_named_with_what_helps(capsys, monkeypatch):
    def version(name):
        if name == "jupyterlab":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert not installation.check((installation._packages,))
    out = capsys.readouterr().out
    assert "not installed: jupyterlab" in out and "pip install -r requirements.txt" in out


def test_an_old_python_is_told_which_one_is_needed(capsys, monkeypatch):
    monkeypatch.setattr(installation, "LOWEST_PYTHON", (99, 0))
    assert not installation.check((installation._python,))
    assert "Python 99.0 or newer is needed" in capsys.readouterr().out


def test_what_breaks_is_reported_and_the_rest_goes_on(capsys):
    def broken():
        raise OSError("no such library")

    assert not installation.check((broken, lambda: "the next step"))
    out = capsys.readouterr().out
    assert "OSError: no such library" in out and "✓ the next step" in out


@pytest.mark.slow
def test_it_is_one_command():
    done = subprocess.run([sys.executable, "-m", "spikelib.book.installation"],
                          capture_output=True, text=True)
    assert "a small network was compiled and trained" in done.stdout, done.stderr
    assert done.returncode == ("✗" in done.stdout)
