"""The layout of nbgrader: an assignment for each chapter, and what students handed in for it.

Each cell that defines an answer is a solution, and is followed by a locked cell worth a point that
runs the check. ``nbgrader generate_assignment``, ``autograde`` and ``export`` go on from there.
nbgrader runs whole notebooks with the rights of whoever calls it; that is safe only in a container.
"""

import copy
import importlib
import inspect
import re
from pathlib import Path

import nbformat

from spikelib.book.marks.submissions import chapter_of

__all__ = ["assignment", "as_submitted", "write"]

CONFIG = """c = get_config()
c.CourseDirectory.course_id = "spikelib"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.ExecutePreprocessor.timeout = 300
"""


def _names(chapter):
    module = importlib.import_module(f"spikelib.book.exercises.{chapter}")
    return {
        name.removeprefix("check_"): inspect.getdoc(getattr(module, name))
        for name in module.__all__ if name.startswith("check_")
    }


def _solution(source, name):
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = _marks(name, solution=True)
    return cell


def _test(chapter, name):
    cell = nbformat.v4.new_code_cell(
        f"from spikelib.book.exercises import {chapter} as checks\n\n"
        f"assert checks.check_{name}({name})")
    cell.metadata["nbgrader"] = _marks(f"check_{name}", solution=False) | {"points": 1}
    return cell


def _marks(grade_id, *, solution):
    return {"grade": not solution, "grade_id": grade_id, "locked": not solution,
            "schema_version": 3, "solution": solution, "task": False}


def _stub(name, question):
    arguments = re.search(rf"{name}\(([^)]*)\)", question).group(1)
    return (f"def {name}({arguments}):\n    ### BEGIN SOLUTION\n    raise NotImplementedError\n"
            "    ### END SOLUTION")


def _notebook(cells):
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python",
                                    "name": "python3"}, "language_info": {"name": "python"}}
    return made


def assignment(chapter):
    """A notebook with a stub and a test for each exercise of a chapter."""
    cells = [nbformat.v4.new_markdown_cell(f"# Exercises of {chapter}"),
             nbformat.v4.new_code_cell("import numpy as np\nimport spikelib")]
    for name, question in _names(chapter).items():
        cells += [nbformat.v4.new_markdown_cell(question), _solution(_stub(name, question), name),
                  _test(chapter, name)]
    return _notebook(cells)


def as_submitted(notebook, chapter):
    """A notebook that was handed in, with its answers marked as nbgrader wants them.

    The last cell that defines an answer counts; one that nobody wrote is an empty stub at the end.
    """
    cells, names = [copy.deepcopy(cell) for cell in notebook.cells], _names(chapter)
    last = {}
    for index, cell in enumerate(cells):
        cell.metadata.pop("nbgrader", None)
        for name in names if cell.cell_type == "code" else ():
            if re.search(rf"(?m)^(?:def {name}\(|{name}\s*=)", cell.source):
                last[name] = index
    made = []
    for index, cell in enumerate(cells):
        made.append(cell)
        here = [name for name in names if last.get(name) == index]
        if here:
            cell.metadata["nbgrader"] = _marks(here[0], solution=True)
        made += [_solution(f"# {name}: in the cell above", name) for name in here[1:]]
        made += [_test(chapter, name) for name in here]
    for name, question in names.items():
        if name not in last:
            made += [_solution(_stub(name, question), name), _test(chapter, name)]
    for cell in made:
        cell.pop("outputs", None) if cell.cell_type == "markdown" else cell.update(outputs=[])
    return _notebook(made)


def write(submissions, folder):
    """Write ``source`` and ``submitted``; return the chapters.

    Parameters
    ----------
    submissions : list of Submission
    folder : Path

    Returns
    -------
    list of str
    """
    folder, chapters = Path(folder), set()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, "utf-8")
    for submission in submissions:
        try:
            notebook = nbformat.read(submission.notebook, as_version=4)
        except Exception:  # whatever was handed in; the table of marks names it
            continue
        chapter = chapter_of(notebook)
        if chapter is not None:
            chapters.add(chapter)
            place = folder / "submitted" / submission.student
            _put(as_submitted(notebook, chapter), place, chapter)
    for chapter in chapters:
        _put(assignment(chapter), folder / "source", chapter)
    return sorted(chapters)


def _put(notebook, folder, chapter):
    (folder / chapter).mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / chapter / f"{chapter}.ipynb")
