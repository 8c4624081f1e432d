"""What the book consists of, read from ``_toc.yml``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"  # the built pages


def _files(node: object) -> Iterator[str]:
    """Every ``file`` or ``root`` entry below a node of the table of contents, in order."""
    if isinstance(node, dict):
        for key in ("root", "file"):
            if key in node:
                yield node[key]
        for key in ("parts", "chapters", "sections", "subtrees", "entries"):
            yield from _files(node.get(key))
    elif isinstance(node, list):
        for item in node:
            yield from _files(item)


def page_names(root: Path = ROOT) -> list[str]:
    """The book's pages in reading order, as paths without a suffix."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [name.removesuffix(".md").removesuffix(".ipynb") for name in _files(toc)]


def page_source(name: str, root: Path = ROOT) -> Path | None:
    """The file that a page is made from, or None where there is none."""
    for suffix in (".ipynb", ".md", ".rst"):
        path = root / f"{name}{suffix}"
        if path.is_file():
            return path
    return None


def notebooks(root: Path = ROOT) -> list[Path]:
    """The book's notebooks, in reading order."""
    sources = (page_source(name, root) for name in page_names(root))
    return [path for path in sources if path is not None and path.suffix == ".ipynb"]


def chapters(root: Path = ROOT) -> list[Path]:
    """The numbered chapters: the notebooks in ``chapters/``."""
    return [path for path in notebooks(root) if path.parent.name == "chapters"]
