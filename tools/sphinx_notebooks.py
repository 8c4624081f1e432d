"""A Sphinx extension: pages as notebooks, to download, and to open in Colab or on Binder.

Every chapter is put beside the pages as a notebook that runs outside the book (see
``editions.py``), and the page's download button leads to it. Where ``_config.yml`` says
at which address the book lives (``book_repository``), the notebook has a cell that
installs this version of spikelib, and the page has buttons that open it in Colab and
on Binder. Those take it from the branch that holds the built pages. Without an address there
are no such buttons and no such cell.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from urllib.parse import quote

import nbformat
from sphinx.application import Sphinx
from sphinx.errors import ConfigError

from tools import course
from tools.book_layout import page_source
from tools.editions import Edition, make

FOLDER = "notebooks"
ADDRESS = re.compile(r"https://[\w.-]+/[\w.-]+/[\w.-]+/?")
PYTHON = "3.11"


def address_of(app: Sphinx) -> str:
    """Where the book lives, or "" where that is not set."""
    address = app.config.book_repository.strip()
    if address and not ADDRESS.fullmatch(address):
        raise ConfigError(
            "book_repository: expected an address such as https://github.com/owner/name, "
            f"got {address!r}"
        )
    return address.rstrip("/").removesuffix(".git")


def install_line(root: Path, address: str) -> str:
    """What pip is asked for: this version of spikelib, from the book's repository."""
    if not address:
        return ""
    extras = ",".join(course.EXTRAS)
    return f'"spikelib[{extras}] @ git+{address}@v{course.version(root)}"'


@cache
def offered(root: Path) -> dict[str, Path]:
    """Pages that are offered as notebooks: the course's, and the first page."""
    paths = course.handed_out(root)
    first = page_source(course.first_page(root), root)
    if first is not None and first.suffix == ".ipynb" and first not in paths:
        paths.insert(0, first)
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in paths}


def launch_buttons(address: str, branch: str, name: str) -> list[dict[str, str]]:
    """Buttons that open a notebook somewhere, as the theme wants them."""
    host, owner, repository = address.removeprefix("https://").split("/")
    path = quote(f"{FOLDER}/{name}.ipynb")
    where = {"github.com": f"gh/{owner}/{repository}", "gitlab.com": f"gl/{owner}%2F{repository}"}
    binder = where.get(host, "git/" + quote(address, safe=""))
    made = []
    if host == "github.com":
        made.append({
            "type": "link", "text": "Colab", "tooltip": "Open in Colab",
            "icon": "_static/images/logo_colab.png",
            "url": f"https://colab.research.google.com/github/{owner}/{repository}"
            f"/blob/{quote(branch)}/{path}",
        })  # fmt: skip
    made.append({
        "type": "link", "text": "Binder", "tooltip": "Open on Binder",
        "icon": "_static/images/logo_binder.svg",
        "url": f"https://mybinder.org/v2/{binder}/{quote(branch, safe='')}?urlpath=lab/tree/{path}",
    })  # fmt: skip
    return made


def add_buttons(app: Sphinx, pagename: str, templatename, context: dict, doctree) -> None:
    """Lead the download button to the notebook that runs by itself; add the others."""
    pages = offered(Path(app.srcdir))
    if pagename not in pages or "header_buttons" not in context:
        return
    name = pages[pagename].stem
    for group in context["header_buttons"]:
        for button in group.get("buttons", []):
            if button.get("label") == "download-source-button":
                button["url"] = context["pathto"](f"{FOLDER}/{name}.ipynb", 1)
                button["tooltip"] = "Download as notebook"
                button["label"] = "download-notebook-button"
    address = address_of(app)
    if address:
        context["header_buttons"].insert(0, {
            "type": "group", "tooltip": "Run this page", "icon": "fas fa-rocket",
            "label": "launch-buttons",
            "buttons": launch_buttons(address, app.config.book_pages_branch, name),
        })  # fmt: skip


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    """Put the notebooks beside the pages, with what they read."""
    if error is not None or app.builder.format != "html":
        return
    root, out = Path(app.srcdir), Path(app.outdir) / FOLDER
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    address, pages = address_of(app), offered(root)
    edition = Edition(name="page", solutions=True, install=install_line(root, address))
    book = course.read_book(root, list(pages.values()))
    course.copy_data(book, out)
    for path in pages.values():
        made = make(book.stored[path.stem], edition, book.text(path.stem))
        if address:
            fetch_beside(made, out, raw_address(address, app.config.book_pages_branch))
        nbformat.write(made, out / path.name)
    if address:
        write_binder(root, Path(app.outdir), address)


def raw_address(address: str, branch: str) -> str:
    """Where single files of the branch can be fetched."""
    if address.startswith("https://github.com/"):
        return address.replace("github.com", "raw.githubusercontent.com") + f"/{branch}/{FOLDER}"
    return f"{address}/-/raw/{branch}/{FOLDER}"


def fetch_beside(notebook: nbformat.NotebookNode, folder: Path, source: str) -> None:
    """Let the installing cell also fetch the files that a notebook names."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    lines = []
    for name in sorted(name for name in names if f'"{name}"' in code):
        lines += [
            f'if not Path("{name}").exists():',
            f'    Path("{name}").parent.mkdir(parents=True, exist_ok=True)',
            f'    urlretrieve("{source}/{name}", "{name}")',
        ]
    cell = next(c for c in notebook.cells if "setup" in c.metadata.get("tags", []))
    if lines:
        imports = ["from pathlib import Path", "from urllib.request import urlretrieve", ""]
        cell.source += "\n" + "\n".join(imports + lines)


def write_binder(root: Path, out: Path, address: str) -> None:
    """What Binder installs before it starts, and a file that lets pages start with "_"."""
    (out / "binder").mkdir(exist_ok=True)
    line = install_line(root, address).strip('"')
    (out / "binder" / "requirements.txt").write_text(line + "\n", encoding="utf-8")
    (out / "binder" / "runtime.txt").write_text(f"python-{PYTHON}\n", encoding="utf-8")
    (out / ".nojekyll").touch()


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_config_value("book_repository", "", "html", str)
    app.add_config_value("book_pages_branch", "gh-pages", "html", str)
    app.connect("html-page-context", add_buttons, priority=600)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
