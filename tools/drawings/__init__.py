"""The book's drawings, as SVG, from one source.

``python -m tools.drawings`` writes them beside the chapters, which show them as pictures
(``![...](drawings/method-03.svg)``): so JupyterLab and GitHub have them too. In the built pages
``tools/sphinx_drawings.py`` puts them into the page itself, where they follow its theme.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tools.drawings import method, networks, teachers
from tools.drawings.sheet import Drawing

FOLDER = Path("chapters/drawings")


def _method(number: int | None) -> Drawing:
    lit, does = method.CHAPTERS[number] if number else ((), "")
    return Drawing(
        name=f"method-{number:02}" if number else "method",
        alt=method.alternative(number),
        wide=method.wide(lit), wide_size=(784, 232),
        tall=method.tall(lit), tall_size=(340, 590),
        caption=f"This chapter: {does}." if number else "",
    )  # fmt: skip


@cache
def drawings() -> dict[str, Drawing]:
    """All drawings, by name."""
    made = [_method(None), *(_method(number) for number in method.CHAPTERS)]
    made += [teachers.wirings(), teachers.plane(), teachers.step()]
    made += [networks.current(), networks.memory(), networks.hint()]
    made += [networks.signs(), networks.leash(), networks.recording()]
    return {drawing.name: drawing for drawing in made}


def write(root: Path) -> list[Path]:
    """Write all drawings into their folder; returns the files."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.svg"):
        if path.stem not in drawings():
            path.unlink()
    paths = []
    for name, drawing in drawings().items():
        paths.append(folder / f"{name}.svg")
        paths[-1].write_text(drawing.file(), encoding="utf-8")
    return paths
