"""The lectures: slides written by hand, and the plans that put them in an order.

``book/lectures/slides/NN.yml`` holds the slides on a chapter, each with a name; figures, widgets
and code are named by the id of their cell, numbers by the name under which the chapter glued them.
``book/lectures/NAME.yml`` is a plan: segments, one for each row of a table in the instructor's
guide, with the slides that they show and, where the plan has a clock, the minutes of each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
import yaml

from tools import questions

FOLDER = Path("book/lectures")
GUIDE = Path("book/instructors_guide.md")
KINDS = ("title", "figure", "question", "answer", "loop", "code", "formula", "widget", "text",
         "exercise", "pause")
FIELDS = {"id", "kind", "title", "say", "notes", "figure", "widget", "code", "loop", "formula",
          "choices", "live", "items"}


class PlanError(ValueError):
    """A plan or a slide that cannot be used, and why."""


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One slide as it is written: text is Markdown, what is drawn is named."""

    name: str
    page: str  # the notebook whose numbers and cells it refers to
    kind: str
    title: str
    say: str = ""
    notes: str = ""
    shown: str = ""  # a cell of the page, or a state of the loop
    formula: str = ""
    choices: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    live: str = ""  # the section whose cell is run
    minutes: float | None = None


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A row of the plan."""

    name: str
    at: str
    slides: tuple[Slide, ...]


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """A deck."""

    name: str
    title: str
    subtitle: str
    minutes: float | None
    segments: tuple[Segment, ...] = field(default=())

    @property
    def slides(self) -> list[tuple[Segment, Slide]]:
        """All slides in order, with the segment that each belongs to."""
        return [(segment, slide) for segment in self.segments for slide in segment.slides]

    def numbers(self, segment: str = "") -> tuple[int, int]:
        """Numbers of the first and the last slide of a segment, or of the deck, from 1."""
        first = 1
        if not segment:
            return first, len(self.slides)
        for each in self.segments:
            if each.name == segment:
                return first, first + len(each.slides) - 1
            first += len(each.slides)
        names = ", ".join(each.name for each in self.segments)
        raise PlanError(f"{self.name} has no segment {segment!r}; it has {names}")


def said_numbers(root: Path, target: str) -> str:
    """What the role ``slides`` shows for ``deck/segment`` or ``deck``: "6–12", or one number."""
    deck, _, segment = target.partition("/")
    first, last = read(root, deck).numbers(segment)
    return str(first) if first == last else f"{first}–{last}"


def names(root: Path) -> list[str]:
    """The lectures that there are, in the order of their files' names."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yml"))


def _page(root: Path, number: str) -> str:
    """The notebook behind a number: a chapter, or the preface for 00."""
    if number == "00":
        return "preface"
    found = sorted((root / "chapters").glob(f"{number}_*.ipynb"))
    if not found:
        raise PlanError(f"there is no chapter {number!r}")
    return found[0].stem


def bank(root: Path, number: str) -> dict[str, Slide]:
    """The slides on a chapter, by name (``04/freeze``)."""
    path = root / FOLDER / "slides" / f"{number}.yml"
    if not path.is_file():
        raise PlanError(f"there are no slides on {number!r}: {path} is missing")
    page, made = _page(root, number), {}
    for entry in yaml.safe_load(path.read_text("utf-8")):
        slide = _slide(f"{number}/{entry.get('id')}", page, entry)
        if slide.name in made:
            raise PlanError(f"{path.name}: two slides are called {slide.name}")
        made[slide.name] = slide
    return made


def _slide(name: str, page: str, entry: dict) -> Slide:
    unknown = set(entry) - FIELDS
    if unknown:
        raise PlanError(f"slide {name}: unknown {', '.join(sorted(unknown))}")
    for key in ("choices", "items"):
        wrong = [each for each in entry.get(key, []) if not isinstance(each, str)]
        if wrong:
            raise PlanError(f"slide {name}: expected text in {key}, got {wrong[0]!r}; quote it")
    drawn = [key for key in ("figure", "widget", "code", "loop", "formula") if key in entry]
    kind = entry.get("kind", drawn[0] if drawn else "text")
    if kind not in KINDS:
        raise PlanError(f"slide {name}: expected a kind among {', '.join(KINDS)}, got {kind!r}")
    shown = next((str(entry[key]) for key in ("figure", "widget", "code", "loop")
                  if key in entry), "")
    if "loop" in entry and kind not in ("loop", "title", "formula"):
        shown = f"loop:{shown}"
    return Slide(
        name=name, page=page, kind=kind, title=entry["title"], say=entry.get("say", "").strip(),
        notes=entry.get("notes", "").strip(), shown=shown, formula=entry.get("formula", "").strip(),
        choices=tuple(entry.get("choices", ())), items=tuple(entry.get("items", ())),
        live=entry.get("live", ""),
    )


def exercises(root: Path, number: str) -> list[Slide]:
    """A slide for each exercise of a chapter, with the task as the chapter words it."""
    page, made = _page(root, number), []
    notebook = nbformat.read(root / "chapters" / f"{page}.ipynb", as_version=4)
    for cell in notebook.cells:
        found = re.match(r"```\{exercise\} (.+)\n((?::.*\n)*)\n*((?:.*\n)*?)```", cell.source)
        if cell.cell_type == "markdown" and found:
            made.append(Slide(
                name=f"{number}/exercise-{len(made) + 1}", page=page, kind="exercise",
                title=f"Exercise {len(made) + 1}: {found.group(1)}", say=found.group(3).strip(),
                notes="In the notebook, with a stub and a check that gives hints.",
            ))
    return made


def discussed(root: Path, number: str) -> list[Slide]:
    """The questions that the guide answers for a chapter: each on a slide, then its answer."""
    page, made = _page(root, number), []
    text = (root / GUIDE).read_text("utf-8").partition("## Answers to the questions")[2]
    heading = rf"^### \[Chapter {int(number)}\].*?\n"
    part = re.search(heading + r"(.*?)(?=^###? |\Z|^\()", text, re.M | re.S)
    if part is None:
        raise PlanError(f"the guide answers no questions for chapter {number!r}")
    for item in re.split(r"^- ", part.group(1), flags=re.M)[1:]:
        question, _, answer = " ".join(item.split()).removeprefix("*").partition("*")
        name = f"{number}/discussed-{len(made) // 2 + 1}"
        made.append(Slide(name=name, page=page, kind="question", title=question.rstrip(":")))
        made.append(Slide(name=f"{name}-answer", page=page, kind="answer",
                          title=question.rstrip(":"), say=answer.strip().lstrip(":").strip()))
    return made


def votes(root: Path) -> dict[str, Slide]:
    """The questions about misconceptions: a vote, its answer, and in the notes what choices say."""
    made = {}
    for each in questions.concepts(root):
        name = f"concepts/{each.key.removeprefix('ask-')}"
        told = []
        for letter, choice in zip(questions.LETTERS, each.choices, strict=False):
            belief = questions.misconceptions(root).get(choice.misconception, "Right.")
            told.append(f"- **{letter}.** *{belief}* {choice.why}")
        page, right = _page(root, each.chapter), next(c for c in each.choices if c.right)
        made[name] = Slide(
            name=name, page=page, kind="question", title=each.title, say=each.ask,
            choices=tuple(choice.say for choice in each.choices),
            notes="Count hands, let neighbours argue for two minutes, count again. Who chooses\n\n"
            + "\n".join(told),
        )
        made[f"{name}-answer"] = Slide(
            name=f"{name}-answer", page=page, kind="answer", title=each.title,
            say=f"**{each.answer}.** {right.say}\n\n{right.why}",
            notes="Ask somebody who changed sides to say why.",
        )
    return made


def _chosen(root: Path, entry: str | dict) -> list[Slide]:
    """The slides that one line of a plan stands for."""
    name, minutes = next(iter(entry.items())) if isinstance(entry, dict) else (entry, None)
    number, _, which = name.partition("/")
    if number == "concepts" and which.isdigit():
        return [slide for slide in votes(root).values() if slide.page == _page(root, which)]
    if which == "*":
        return list(bank(root, number).values())
    if which == "exercises":
        return exercises(root, number)
    if which == "discussed":
        return discussed(root, number)
    if which.startswith("exercise-"):
        slides = {slide.name: slide for slide in exercises(root, number)}
    else:
        slides = votes(root) if number == "concepts" else bank(root, number)
    if name not in slides:
        raise PlanError(f"there is no slide {name!r}; there are {', '.join(slides)}")
    return [replace(slides[name], minutes=minutes)]


def read(root: Path, name: str) -> Lecture:
    """A lecture, composed."""
    path = root / FOLDER / f"{name}.yml"
    if not path.is_file():
        raise PlanError(f"there is no lecture {name!r}; there are {', '.join(names(root))}")
    plan = yaml.safe_load(path.read_text("utf-8"))
    segments = []
    for part in plan["segments"]:
        slides = tuple(slide for entry in part["slides"] for slide in _chosen(root, entry))
        segments.append(Segment(name=part["id"], at=str(part["at"]), slides=slides))
    return Lecture(
        name=name, title=plan["title"], subtitle=plan.get("subtitle", ""),
        minutes=plan.get("minutes"), segments=tuple(segments),
    )
