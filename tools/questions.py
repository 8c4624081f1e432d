"""Questions to the reader: what ``book/questions`` holds, checked, and as plain Markdown.

A file for each chapter (``NN.yml``) holds predictions, which come before a figure, and questions,
which close a section. ``concepts.yml`` holds the questions about misconceptions: they stand at the
end of sections too, are votes in lectures, and make the sheet that a course begins and ends with.
A text cell shows them by ``{prediction} id`` and ``{questions} Heading of the section``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path("book/questions")
CONCEPTS = "concepts"
LETTERS = "ABCD"


class QuestionError(ValueError):
    """A question that cannot be used, and why."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer that can be chosen, and what is said to who chooses it."""

    say: str
    why: str
    right: bool = False
    misconception: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question that closes a section.

    Parameters
    ----------
    key : str
        One of a kind in the whole book; in a page it is the anchor.
    chapter : str
        Two digits.
    section : str
        The heading of the section that it closes.
    title : str
        A short name, which only the questions about misconceptions have.
    """

    key: str
    chapter: str
    section: str
    ask: str
    choices: tuple[Choice, ...]
    title: str = ""

    @property
    def answer(self) -> str:
        """The letter of the right choice."""
        return LETTERS[next(k for k, choice in enumerate(self.choices) if choice.right)]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What a reader commits to before a figure: a choice, or, without choices, a sketch."""

    key: str
    chapter: str
    figure: str
    ask: str
    came: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Objective:
    """An objective of a chapter, with where it is taught and practised."""

    text: str
    chapter: str
    sections: tuple[str, ...]
    exercises: tuple[str, ...]


def _choices(key: str, entries: list[dict]) -> tuple[Choice, ...]:
    made = tuple(Choice(**entry) for entry in entries)
    if not 3 <= len(made) <= len(LETTERS):
        raise QuestionError(f"{key}: expected 3 or 4 choices, got {len(made)}")
    n_right = sum(choice.right for choice in made)
    if n_right != 1:
        raise QuestionError(f"{key}: expected one right choice, got {n_right}")
    for choice in made:
        if not (choice.say.strip() and choice.why.strip()):
            raise QuestionError(f"{key}: each choice needs words and a reason, got {choice}")
    return made


def _read(root: Path, name: str) -> dict:
    path = root / FOLDER / f"{name}.yml"
    if not path.is_file():
        raise QuestionError(f"there are no questions {name!r}: {path} is missing")
    return yaml.safe_load(path.read_text("utf-8"))


def _made(kind: type, key: str, entry: dict, **more):
    """A question or prediction from an entry, with a message that names it."""
    fields = {name: value for name, value in entry.items() if name not in ("id", "choices")}
    if "choices" in entry:
        more["choices"] = _choices(key, entry["choices"])
    try:
        return kind(key=key, **fields, **more)
    except TypeError as error:
        raise QuestionError(f"{key}: {error}") from None


@cache
def chapters(root: Path) -> tuple[str, ...]:
    """The chapters that have questions, as two digits."""
    return tuple(sorted(path.stem for path in (root / FOLDER).glob("[0-9][0-9].yml")))


@cache
def predictions(root: Path, chapter: str) -> dict[str, Prediction]:
    """The predictions of a chapter, by key."""
    made = [_made(Prediction, f"predict-{entry['id']}", entry, chapter=chapter)
            for entry in _read(root, chapter).get("predictions", [])]
    return {prediction.key: prediction for prediction in made}


@cache
def concepts(root: Path) -> tuple[Question, ...]:
    """The questions whose wrong answers are misconceptions."""
    return tuple(_made(Question, f"ask-{entry['id']}", entry)
                 for entry in _read(root, CONCEPTS)["questions"])


@cache
def misconceptions(root: Path) -> dict[str, str]:
    """The misconceptions by name, each as the instructor's guide words it."""
    return _read(root, CONCEPTS)["misconceptions"]


@cache
def questions(root: Path, chapter: str) -> tuple[Question, ...]:
    """All questions of a chapter, the ones about misconceptions after its own."""
    own = [_made(Question, f"ask-{entry['id']}", entry, chapter=chapter)
           for entry in _read(root, chapter)["questions"]]
    return (*own, *(each for each in concepts(root) if each.chapter == chapter))


@cache
def objectives(root: Path, chapter: str) -> tuple[Objective, ...]:
    """The objectives of a chapter, with what belongs to them."""
    return tuple(
        Objective(text=entry["text"], chapter=chapter, sections=tuple(entry["sections"]),
                  exercises=tuple(entry["exercises"]))
        for entry in _read(root, chapter)["objectives"]
    )


def of_section(root: Path, chapter: str, section: str) -> tuple[Question, ...]:
    """The questions that close a section; that there are none is an error."""
    found = tuple(each for each in questions(root, chapter) if each.section == section)
    if not found:
        known = sorted({each.section for each in questions(root, chapter)})
        raise QuestionError(f"chapter {chapter} has no questions on {section!r}; on {known}")
    return found


def prediction(root: Path, chapter: str, name: str) -> Prediction:
    """A prediction by the name that its file gives it."""
    known = predictions(root, chapter)
    if f"predict-{name}" not in known:
        raise QuestionError(f"chapter {chapter} has no prediction {name!r}; it has {list(known)}")
    return known[f"predict-{name}"]


# ---- as plain Markdown, for notebooks that are handed out


def _listed(choices: tuple[Choice, ...]) -> str:
    return "\n".join(f"- **{letter}.** {choice.say.strip()}"
                     for letter, choice in zip(LETTERS, choices, strict=False))


def _reasons(choices: tuple[Choice, ...]) -> str:
    return "\n".join(
        f"- **{letter}{', right' if choice.right else ''}.** {choice.why.strip()}"
        for letter, choice in zip(LETTERS, choices, strict=False)
    )


def _folded(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def plain(root: Path, page: str, kind: str, argument: str) -> str:
    """What a directive shows, in Markdown that JupyterLab and Colab understand.

    Parameters
    ----------
    root : Path
        The book's folder.
    page : str
        The notebook, whose name begins with the chapter's two digits.
    kind : {"prediction", "questions"}
    argument : str
        What stands behind the directive's name.
    """
    chapter = page[:2]
    if kind == "prediction":
        asked = prediction(root, chapter, argument)
        head = f"**Predict, before you look.** {asked.ask.strip()}"
        if not asked.choices:
            return f"{head} (Sketch it.)\n\n{_folded('What came', asked.came.strip())}"
        told = f"{asked.came.strip()}\n\n{_reasons(asked.choices)}"
        return f"{head}\n\n{_listed(asked.choices)}\n\n{_folded('What came', told)}"
    return "**Check yourself**\n\n" + "\n\n".join(
        f"{number}. {asked.ask.strip()}\n\n{_listed(asked.choices)}\n\n"
        f"{_folded('Answer', _reasons(asked.choices))}"
        for number, asked in enumerate(of_section(root, chapter, argument), start=1)
    )
