"""The map of the course: objective, section, exercise, question, misconception.

Objectives are those that the chapters list; which sections and exercises serve each stands in
``book/questions/NN.yml``. The rest follows: a section has its questions, and the wrong answers of
some of these are misconceptions of the instructor's guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from tools import questions
from tools.plain_text import title_of

EXERCISE = re.compile(r"```\{exercise\} (.+)\n:label: (\S+)")


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """What a chapter's notebook says of itself."""

    path: Path
    title: str
    objectives: tuple[str, ...]
    sections: tuple[str, ...]
    exercises: dict[str, str]  # titles by label


@cache
def chapter(root: Path, number: str) -> Chapter:
    """Read a chapter's notebook."""
    path = next((root / "chapters").glob(f"{number}_*.ipynb"))
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    listed = text.partition("**Objectives**")[2].partition("**What you need first")[0]
    items = re.split(r"^- ", listed, flags=re.M)[1:]
    return Chapter(
        path=path, title=title_of(notebook),
        objectives=tuple(" ".join(item.split()).rstrip(";.") for item in items),
        sections=tuple(re.findall(r"^## (.+)$", text, re.M)),
        exercises={label: title for title, label in EXERCISE.findall(text)},
    )  # fmt: skip


def believed(root: Path, objective: questions.Objective) -> list[str]:
    """The misconceptions that questions in an objective's sections bring to light."""
    found = [choice.misconception for each in questions.concepts(root)
             if each.chapter == objective.chapter and each.section in objective.sections
             for choice in each.choices if choice.misconception]
    return list(dict.fromkeys(found))


def markdown(root: Path) -> str:
    """The map, a list of objectives for each chapter."""
    parts = []
    for number in questions.chapters(root):
        read = chapter(root, number)
        page = f"../chapters/{read.path.name}"
        parts.append(f"**Chapter {int(number)}: [{read.title}]({page})**\n")
        for objective in questions.objectives(root, number):
            asked = [each for section in objective.sections
                     for each in questions.of_section(root, number, section)]
            lines = [
                "Sections: " + "; ".join(objective.sections),
                "Exercises: " + "; ".join(read.exercises[label] for label in objective.exercises),
                f"Questions: {len(asked)}",
            ]
            wrong = [questions.misconceptions(root)[name] for name in believed(root, objective)]
            if wrong:
                lines.append("Believed wrongly: " + "; ".join(text.rstrip(".") for text in wrong))
            parts.append(f"- *{objective.text}*\n" + "".join(f"  - {line}\n" for line in lines))
        parts.append("")
    return "\n".join(parts)
