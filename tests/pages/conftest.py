"""Pages, opened once in each way and looked at by many tests."""

from __future__ import annotations

import functools

import pytest

from tests.pages.looking import PHONE_WIDTH, Visit, open_page
from tests.pages.widgets import Opened
from tools.book_layout import HTML


@pytest.fixture(scope="session")
def visits(browser, server):
    """Opens each page once in each way, when first asked for."""
    ways = {
        "disk, light": dict(
            from_disk=True, color_scheme="light", viewport={"width": 1280, "height": 900}
        ),
        "http, dark, phone": dict(
            from_disk=False,
            color_scheme="dark",
            viewport={"width": PHONE_WIDTH, "height": 844},
            reduced_motion="reduce",
        ),
    }

    @functools.cache
    def visit(name: str, way: str) -> Visit:
        return open_page(browser, server, name, **ways[way])

    return visit


@pytest.fixture(scope="session")
def opened(browser, server):
    """Opens a page once in each way: ``opened(name, width=..., motion=..., color_scheme=...)``.

    A page that waits for its next test is frozen: a browser without a window takes every page
    for visible, and networks would go on running in all of them.
    """
    pages = {}

    def open_page(name, *, width=1280, motion="reduce", **options):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, reduced_motion=motion, **options)
        context.set_default_timeout(90_000)
        address = name if "://" in name else f"{HTML.as_uri()}/{name}.html"
        return Opened(context.new_page(), server).visit(address)

    def open_or_wake(name, **options):
        key = (name, *sorted(options.items()))
        for other in pages.values():
            other.freeze()
        if key in pages:
            pages[key].wake()
        else:
            pages[key] = open_page(name, **options)
        return pages[key]

    yield open_or_wake
    for page in pages.values():
        page.wake()
        page.page.context.close()
