"""Find a Chromium for the page tests, or get one.

Looked for: ``$SPIKELIB_BROWSER``, a Chromium or Chrome on the path, Playwright's
own. Where there is none: Debian's package, as root on Debian; else Playwright's
download.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def starts(path: str) -> bool:
    """Whether a browser is there and answers."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def find() -> str | None:
    """A browser that this machine already has."""
    named = os.environ.get("SPIKELIB_BROWSER")
    on_path = (shutil.which(name) for name in NAMES)
    for candidate in (named, *on_path, playwright_browser()):
        if candidate and starts(candidate):
            return candidate
    return None


def playwright_browser() -> str | None:
    """The browser that Playwright downloaded earlier, if it did."""
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as play: print(play.chromium.executable_path)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    path = done.stdout.strip()
    return path if done.returncode == 0 and path and Path(path).is_file() else None


def is_root_on_debian() -> bool:
    """Whether Debian's package can be installed."""
    try:
        system = platform.freedesktop_os_release().get("ID")
    except OSError:
        return False
    return system == "debian" and hasattr(os, "geteuid") and os.geteuid() == 0


def last_line(done: subprocess.CompletedProcess) -> str:
    """The last line that a failed command left."""
    lines = (done.stderr or done.stdout or "").strip().splitlines()
    return lines[-1] if lines else f"exit status {done.returncode}"


def run(command: list[str], **environment: str) -> str:
    """Run a command; the reason where it fails, else nothing."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=600, env=os.environ | environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return last_line(done) if done.returncode else ""


def install_from_debian() -> str:
    """Install Debian's package; the reason where that fails, else nothing."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    install.append("fonts-liberation")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # An installation that was cut off earlier stops every later one until it is finished.
    for finish in (["dpkg", "--configure", "-a"], ["apt-get", "-f", "install", "-y"]):
        run(finish, **quiet)
    return run(["apt-get", "update"], **quiet) or run(install, **quiet)


def install_by_playwright() -> str:
    """Let Playwright download its browser; the reason where that fails."""
    return run([sys.executable, "-m", "playwright", "install", "chromium"])


def get() -> tuple[str | None, str]:
    """A browser's path and nothing, or None and the reason."""
    path = find()
    if path:
        return path, ""
    reasons = []
    ways = [("Playwright's download", install_by_playwright)]
    if is_root_on_debian():
        ways.insert(0, ("Debian's package", install_from_debian))
    for name, way in ways:
        print(f"no browser for the page tests; trying {name} ...", flush=True)
        reason = way()
        path = find()
        if path:
            return path, ""
        reasons.append(f"{name}: {reason or 'installed, but it does not start'}")
    return None, "; ".join(reasons)


if __name__ == "__main__":
    found, why = get()
    print(found or f"no browser: {why}")
    sys.exit(0 if found else 1)
