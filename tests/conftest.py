"""One browser and one server for all page tests of a process.

They are fixtures of the folder, not of a module: a fixture that modules import
from one another is made anew for each of them, and Playwright refuses to be
started twice in one process.
"""

from __future__ import annotations

import functools
import http.server
import os
import threading

import pytest

from tools import get_browser
from tools.book_layout import HTML

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine can be looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, or a skip that says why not."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = os.environ.get("SPIKELIB_BROWSER") or get_browser.find()
    if path is None:
        message = "no browser was found; `make test` gets one"
        if os.environ.get("CI", "").lower() in {"true", "1"}:
            pytest.fail(message)
        pytest.skip(message)
    with playwright.sync_playwright() as play:
        # Playwright hides scrollbars; readers see them, and so do the tests.
        running = play.chromium.launch(
            executable_path=path, args=FLAGS, ignore_default_args=["--hide-scrollbars"]
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def server():
    """The address at which the built pages are served."""
    handler = functools.partial(QuietHandler, directory=str(HTML))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without writing a line for each."""

    def log_message(self, *args) -> None:
        """Stay silent."""
