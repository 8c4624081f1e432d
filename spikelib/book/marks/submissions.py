"""Which notebooks were handed in, by whom, and for which chapter."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Submission", "chapter_of", "code_cells", "find", "hints_shown"]

_IMPORT = re.compile(r"from\s+spikelib\.book\.exercises\s+import\s+(chapter\d\d)\b")
_HINT = re.compile(r"Hint (\d) of 3 to (\w+)")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A notebook that was handed in.

    Parameters
    ----------
    student : str
        The name of the folder, or of the file where there is none.
    notebook : Path
    root : Path
        The folder with what everybody handed in, which a notebook may not read.
    """

    student: str
    notebook: Path
    root: Path


def find(folder):
    """Notebooks in a folder: one folder a student, or one file a student.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Submission

    Raises
    ------
    ValueError
        Where there is no notebook.
    """
    folder = Path(folder)
    found = []
    for path in sorted(folder.rglob("*.ipynb")) if folder.is_dir() else []:
        inside = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in inside):
            student = inside[0] if len(inside) > 1 else path.stem
            found.append(Submission(student=student, notebook=path, root=folder))
    if not found:
        raise ValueError(f"{folder}: expected a folder with notebooks, or with a folder for each "
                         "student")
    return found


def code_cells(notebook):
    """The code of a notebook, with each cell's place; the cell that installs is left out."""
    return [
        (index, cell.source) for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and "setup" not in cell.metadata.get("tags", [])
    ]


def chapter_of(notebook):
    """The chapter whose exercises a notebook imports, such as ``chapter01``, or None."""
    for _, source in code_cells(notebook):
        found = _IMPORT.search(source)
        if found:
            return found.group(1)
    return None


def hints_shown(notebook):
    """How many hints a notebook's outputs show, by exercise."""
    shown = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for number, name in _HINT.findall("".join(output.get("text", ""))):
                shown[name] = max(shown.get(name, 0), int(number))
    return shown
