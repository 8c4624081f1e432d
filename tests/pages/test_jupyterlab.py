"""The chapters' widgets in JupyterLab: sliders move by mouse and keys, and nothing else does."""

from __future__ import annotations

import nbformat
import pytest

from tests.pages.laboratory import cut, running
from tests.pages.widgets import PIXELS

pytestmark = [pytest.mark.pages, pytest.mark.xdist_group("jupyterlab")]
WIDGETS = {"01": "NeuronWidget", "03": "ComponentsWidget", "04": "SpikingNetworkWidget",
           "07": "SpikingNetworkWidget", "09": "DaleWidget"}  # fmt: skip
PATIENCE = 240_000  # ms; a busy machine starts kernels slowly


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with running(tmp_path_factory.mktemp("lab")) as (folder, address):
        for number, widget in WIDGETS.items():
            nbformat.write(cut(number, widget), folder / f"{number}.ipynb")
        yield address


class Notebook:
    """A notebook in JupyterLab, run to its widget."""

    def __init__(self, browser, address):
        context = browser.new_context(viewport={"width": 1280, "height": 1000},
                                      reduced_motion="reduce")  # fmt: skip
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()
        self.page.goto(address)
        self.page.wait_for_selector(".jp-NotebookPanel .jp-Notebook-cell")
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.isReady"
        )
        self.command("notebook:run-all-cells")
        error = ".jp-OutputArea-output[data-mime-type*=error]"
        self.page.wait_for_selector(f".spikelib-live canvas, {error}")
        self.live = self.page.locator(".spikelib-live").first
        context.set_default_timeout(30_000)
        assert self.live.count(), self.page.locator(".jp-OutputArea").all_inner_texts()

    def command(self, name):
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name); }", name)

    def active(self):
        """Which cell is selected, and whether JupyterLab is in command mode."""
        return self.page.evaluate(
            "() => { const book = window.jupyterapp.shell.currentWidget.content;"
            " return [book.activeCellIndex, book.mode]; }"
        )

    def picture(self):
        return self.live.evaluate(PIXELS)

    def sliders(self):
        found = self.live.locator("input[type=range]").all()
        return [slider for slider in found if slider.get_attribute("data-trait") != "speed"]


@pytest.fixture(params=WIDGETS)
def notebook(browser, lab, request):
    opened = Notebook(browser, f"{lab}doc/tree/{request.param}.ipynb")
    yield opened
    opened.page.context.close()


def test_sliders_move_by_keys_and_by_mouse_and_no_other_cell_is_selected(notebook):
    cell = notebook.page.locator(".jp-Notebook-cell", has=notebook.live)
    cell.locator(".jp-InputArea-prompt").click()
    selected = notebook.active()
    for slider in notebook.sliders():
        trait = slider.get_attribute("data-trait")
        before, value = notebook.picture(), slider.input_value()
        slider.focus()
        for key in ("ArrowUp", "ArrowRight", "ArrowRight", "ArrowUp"):
            notebook.page.keyboard.press(key)
        assert slider.input_value() != value, trait
        assert notebook.picture() != before, trait
        assert notebook.active() == selected, trait

        before, value = notebook.picture(), slider.input_value()
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        notebook.page.mouse.move(box["x"] + 0.3 * box["width"], middle)
        notebook.page.mouse.down()
        notebook.page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=3)
        notebook.page.mouse.up()
        assert slider.input_value() != value, trait
        assert notebook.picture() != before, trait
    slider.evaluate("slider => slider.blur()")
