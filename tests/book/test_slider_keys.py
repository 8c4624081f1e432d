"""Keys that move a slider reach nothing else: JupyterLab would select another cell with them."""

import pytest

from spikelib.book.live import _bundle
from tools import get_browser

SCRIPT = (_bundle.FOLDER / "js" / "controls.js").read_text("utf-8")
PAGE = """
const model = {get: () => 5, set() {}, on() {}, off() {}, save_changes() {}};
window.seen = [];
document.addEventListener("keydown", (event) => window.seen.push(event.key), true);
slider(document.body, model, {trait: "a", label: "a", min: 0, max: 9, step: 1, show: String});
"""


def test_a_focused_slider_keeps_the_keys_that_move_it():
    sync_api = pytest.importorskip("playwright.sync_api")
    path, reason = get_browser.get()
    if path is None:
        pytest.skip(reason)
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path)
        page = browser.new_page()
        page.set_content("<body></body>")
        page.evaluate(SCRIPT.replace("export ", "") + PAGE)
        slider = page.locator("input")
        slider.focus()
        for key in ("ArrowDown", "ArrowRight", "ArrowRight", "a"):
            page.keyboard.press(key)
        assert slider.input_value() == "6" and page.evaluate("seen") == ["a"]
        slider.blur()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("seen") == ["a", "ArrowDown"]
        browser.close()
