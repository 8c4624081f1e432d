"""What papermill sets in a chapter is what the chapter runs with."""

from __future__ import annotations

import copy
import os
import re

import nbformat
import papermill
import pytest

from tools import course, editions
from tools.book_layout import ROOT, chapters
from tools.editions import COMPARED
from tools.plain_text import PlainText

CHAPTERS = {path.stem[:2]: path for path in chapters()}


def run(notebook: nbformat.NotebookNode, folder, **values) -> nbformat.NotebookNode:
    """A notebook after papermill has run it."""
    source = folder / "source.ipynb"
    nbformat.write(notebook, source)
    return papermill.execute_notebook(
        str(source), None, parameters=values, cwd=str(ROOT / "chapters"), kernel_name="python3",
        progress_bar=False, execution_timeout=120,
    )  # fmt: skip


def read(number: str) -> nbformat.NotebookNode:
    return nbformat.read(CHAPTERS[number], as_version=4)


def glued(notebook: nbformat.NotebookNode) -> dict[str, object]:
    """Numbers of the text, by name."""
    return {
        output.metadata.scrapbook.name: next(iter(output.data.values()))
        for cell in notebook.cells if cell.cell_type == "code"
        for output in cell.outputs if "scrapbook" in output.get("metadata", {})
    }  # fmt: skip


def key_figures(notebook: nbformat.NotebookNode) -> str:
    """What the compared cell printed."""
    (cell,) = (cell for cell in notebook.cells if cell.source.startswith(COMPARED))
    return "".join(output.text for output in cell.outputs)


def test_the_seed_decides_all_that_is_random(tmp_path):
    """Chapter 1 up to its first picture: the same seed gives the same, another one another."""
    notebook = read("01")
    first = next(k for k, cell in enumerate(notebook.cells) if "glue(" in cell.source)
    notebook.cells = notebook.cells[: first + 1]
    numbers = [glued(run(copy.deepcopy(notebook), tmp_path, seed=seed)) for seed in (0, 0, 3)]
    assert numbers[0] == numbers[1] and set(numbers[0]) == {"first_nmse", "first_rate"}
    assert all(numbers[0][name] != numbers[2][name] for name in numbers[0])


@pytest.mark.parametrize("number, said", [
    ("01", {"n_steps": 3000, "sizes": [4, 16]}),
    ("03", {"n_units": 90, "n_trials": 3, "survey_sizes": [40, 60]}),
])  # fmt: skip
def test_sizes_and_seed_are_obeyed_to_the_end(number, said, tmp_path):
    """The whole chapter, small: its exercises too."""
    notebook = read(number)
    told = key_figures(run(copy.deepcopy(notebook), tmp_path, seed=7, **said))
    assert told != key_figures(notebook)
    words = {"01": ["4 rate units beat 16 spiking neurons"], "03": ["40 units,", "60 units,"]}
    assert all(word in told for word in words[number]), told
    assert "500 units" not in told and "400 spiking" not in told


@pytest.mark.skipif("SPIKELIB_QUICK" not in os.environ, reason="minutes: set SPIKELIB_QUICK=1")
@pytest.mark.parametrize("number", CHAPTERS)
def test_every_chapter_runs_with_its_quick_settings_and_another_seed(number, tmp_path):
    notebook = read(number)
    run(notebook, tmp_path, seed=1, **notebook.metadata["spikelib"]["quick"])


class Untranslated(PlainText):
    """Text as it is stored: what it says does not matter here."""

    def __init__(self) -> None:
        self.here = "03_how_many_signals"

    def translate(self, source: str) -> str:
        return source


def test_the_guide_makes_twenty_variants_of_a_homework(tmp_path, monkeypatch):
    guide = (ROOT / "book" / "instructors_guide.md").read_text(encoding="utf-8")
    section = guide.partition("(variants)=")[2].partition("\n(marks)=")[0]
    (code,) = re.findall(r"^```python\n(.*?)^```", section, flags=re.M | re.S)
    monkeypatch.chdir(tmp_path)
    handed_out = editions.make(read("03"), course.STUDENT, Untranslated())
    nbformat.write(handed_out, "03_how_many_signals.ipynb")
    exec(compile(code, "instructors_guide.md", "exec"), {})
    seeds = set()
    for path in sorted(tmp_path.glob("variants/*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        place = next(k for k, cell in enumerate(cells) if "parameters" in cell.metadata.tags)
        assert cells[place + 1].metadata.tags == ["injected-parameters"]
        seeds.add(re.search(r"seed = (\d+)", cells[place + 1].source)[1])
        rest = [cell.source for k, cell in enumerate(cells) if k != place + 1]
        assert rest == [cell.source for cell in handed_out.cells]
    assert len(seeds) == 20


@pytest.mark.parametrize("number", CHAPTERS)
@pytest.mark.parametrize("which", [course.STUDENT, course.INSTRUCTOR], ids=lambda each: each.name)
def test_editions_show_the_settings_and_nothing_that_only_the_book_needs(number, which):
    cells = editions.make(read(number), which, Untranslated()).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    (settings,) = (cell for cell in code if "parameters" in cell.metadata.get("tags", []))
    assert not settings.metadata.get("jupyter", {}).get("source_hidden")
    source = "\n".join(cell.source for cell in code)
    assert not re.search(r"\bglue|in_book|NBVAL|myst_nb", source)
