"""Notebooks beside the pages, and the buttons that open them: with and without an address."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import sphinx_notebooks as notebooks
from tools.book_layout import ROOT
from tools.course import version

ADDRESS = "https://github.com/someone/some-book"
TOC = "format: jb-book\nroot: intro\nparts:\n- chapters:\n  - file: chapters/01_one\n"
SHARED = ("tools", "spikelib", "_assets", "pyproject.toml", "requirements.txt")


def write_chapter(path: Path) -> None:
    """A chapter with a number in its text and a file that it reads."""
    chapter = nbformat.v4.new_notebook()
    chapter.metadata["kernelspec"] = {"name": "python3", "display_name": "P", "language": "python"}
    hidden = {"tags": ["remove-cell"]}
    chapter.cells = [
        nbformat.v4.new_markdown_cell("# One chapter\n\nIt has {glue:text}`many:.1f` words."),
        nbformat.v4.new_code_cell(
            "from myst_nb import glue\nglue('many', 2.5, display=False)", metadata=hidden
        ),
        nbformat.v4.new_code_cell('text = open("sweeps/two.ipynb").read()\nlen(text) > 10'),
    ]
    path.parent.mkdir(parents=True)
    nbformat.write(chapter, path)
    (path.parent / "sweeps").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), path.parent / "sweeps" / "two.ipynb")


def build(folder: Path, address: str) -> Path:
    """Build a small book with this book's settings, at an address; the folder of its pages."""
    for name in SHARED:
        (folder / name).symlink_to(ROOT / name)
    for name in ("assets", "templates", "references.bib"):
        (folder / "book").mkdir(exist_ok=True)
        (folder / "book" / name).symlink_to(ROOT / "book" / name)
    settings = (ROOT / "_config.yml").read_text("utf-8")
    assert settings.count('book_repository: ""') == 1, "the address is set in one place"
    settings = settings.replace('book_repository: ""', f'book_repository: "{address}"')
    (folder / "_config.yml").write_text(settings, "utf-8")
    (folder / "_toc.yml").write_text(TOC)
    (folder / "intro.md").write_text("# Intro\n\nA page without code.\n")
    write_chapter(folder / "chapters" / "01_one.ipynb")
    command = [sys.executable, "-m", "tools.build_book", "--root", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "_build" / "html"


def setup_cells(path: Path) -> list[str]:
    """The cells of a notebook that install something."""
    cells = nbformat.read(path, as_version=4).cells
    return [c.source for c in cells if "pip install" in c.source]


@pytest.mark.slow
@pytest.mark.parametrize("address", ["", ADDRESS])
def test_buttons_and_setup_cell_come_with_the_address(tmp_path, address):
    html = build(tmp_path, address)
    page = (html / "chapters" / "01_one.html").read_text("utf-8")
    notebook = html / "notebooks" / "01_one.ipynb"
    assert 'href="../notebooks/01_one.ipynb"' in page and "Download as notebook" in page
    assert "It has 2.5 words." in notebook.read_text("utf-8")
    assert (html / "notebooks" / "sweeps" / "two.ipynb").is_file()

    everything = "\n".join(path.read_text("utf-8") for path in html.rglob("*.html"))
    cells = setup_cells(notebook)
    links = re.findall(r'href="(https://(?:colab|mybinder)[^"]+)"', page)
    if not address:
        assert not re.search(r"colab\.research|mybinder|launch-buttons|someone", everything)
        assert not cells and not links and not (html / "binder").exists()
        return
    where = "notebooks/01_one.ipynb"
    assert links == [
        f"https://colab.research.google.com/github/someone/some-book/blob/gh-pages/{where}",
        f"https://mybinder.org/v2/gh/someone/some-book/gh-pages?urlpath=lab/tree/{where}",
    ]
    expected = f"spikelib[book,data,cluster] @ git+{ADDRESS}@v{version(ROOT)}"
    assert len(cells) == 1 and f'%pip install --quiet "{expected}"' in cells[0]
    assert "raw.githubusercontent.com/someone/some-book/gh-pages/notebooks/sweeps/two" in cells[0]
    assert (html / "binder" / "requirements.txt").read_text().strip() == expected
    assert "launch-buttons" not in (html / "intro.html").read_text("utf-8"), "no code, no button"


def test_other_hosts_get_binder_only():
    made = notebooks.launch_buttons("https://gitlab.com/a/b", "pages", "01_one")
    assert [button["text"] for button in made] == ["Binder"]
    assert made[0]["url"].startswith("https://mybinder.org/v2/gl/a%2Fb/pages?")
    made = notebooks.launch_buttons("https://git.example.org/a/b", "x/y", "01_one")
    assert "/git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/x%2Fy?" in made[0]["url"]


@pytest.mark.parametrize("address", ["github.com/a/b", "https://github.com/a", "soon"])
def test_an_address_that_cannot_be_right_is_refused(address):
    class App:
        class config:
            book_repository = address

    with pytest.raises(notebooks.ConfigError, match="book_repository"):
        notebooks.address_of(App)
