"""The questions of the book: well formed, where they belong, and none without a partner."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import fields

import nbformat
import pytest

from tools import concept_sheet, course_map, lectures, questions
from tools.book_layout import ROOT, chapters
from tools.plain_text import PlainText, Works

CHAPTERS = questions.chapters(ROOT)
ALL = [each for number in CHAPTERS for each in questions.questions(ROOT, number)]
PREDICTIONS = [each for number in CHAPTERS for each in questions.predictions(ROOT, number).values()]
GUIDE = (ROOT / "book/instructors_guide.md").read_text("utf-8")
NOT_TAUGHT = ("The result first", "What can go wrong", "Exercises", "Summary", "References")
# Sections that put together, or let play with, what others teach.
NOTHING_NEW = ("Train one yourself", "All five together")
in_every_chapter = pytest.mark.parametrize("number", CHAPTERS)


def notebook(number: str):
    """A chapter as it is stored."""
    return nbformat.read(course_map.chapter(ROOT, number).path, as_version=4)


def taught(number: str) -> list[str]:
    """The headings of a chapter's sections that teach something of their own."""
    found = course_map.chapter(ROOT, number).sections
    return [name for name in found if name not in NOT_TAUGHT + NOTHING_NEW]


def places(number: str) -> list[tuple[str, str, int]]:
    """Directives of a chapter: kind, argument and number of the cell, with the section around."""
    made, section = [], ""
    for place, cell in enumerate(notebook(number).cells):
        if cell.cell_type != "markdown":
            continue
        for line in cell.source.splitlines():
            if line.startswith("## "):
                section = line.removeprefix("## ")
            # A fence of backticks may have none behind it.
            found = re.fullmatch(r"(?:```\{(prediction|questions)\} ([^`]+)"
                                 r"|:::\{(prediction|questions)\} (.+))", line)
            if found:
                kind, argument = filter(None, found.groups())
                made.append((kind, argument, place, section))
    return made


def test_every_chapter_has_questions():
    assert [path.stem[:2] for path in chapters(ROOT)] == list(CHAPTERS)
    assert all(questions.predictions(ROOT, number) for number in CHAPTERS)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.key)
def test_a_question_has_one_right_answer_and_a_reason_for_each(each):
    assert sum(choice.right for choice in each.choices) == 1
    assert each.ask.strip()[-1] in '?"' or each.ask.strip()[-1].isalpha(), each.ask
    for choice in each.choices:
        assert len(choice.why.split()) >= 4, choice
        assert choice.why.strip()[-1] in '.?"', choice.why
    for name in ("say", "why"):
        told = [getattr(choice, name).strip().lower() for choice in each.choices]
        assert len(set(told)) == len(told), each.key


def test_nothing_is_asked_or_said_twice():
    keys = Counter(each.key for each in [*ALL, *PREDICTIONS])
    assert not [key for key, count in keys.items() if count > 1]
    reasons = Counter(choice.why for each in [*ALL, *PREDICTIONS] for choice in each.choices)
    assert not [text for text, count in reasons.items() if count > 1]
    asked = Counter(each.ask for each in [*ALL, *PREDICTIONS])
    assert not [text for text, count in asked.items() if count > 1]


def test_the_right_answer_is_not_given_away_by_its_place_or_length():
    places = Counter(each.answer for each in ALL if len(each.choices) == 3)
    assert all(0.2 < count / len(ALL) < 0.5 for count in places.values()), places
    longest = sum(max(each.choices, key=lambda c: len(c.say)).right for each in ALL)
    assert longest < 0.75 * len(ALL), f"{longest} of {len(ALL)} right answers are the longest"


@in_every_chapter
def test_two_questions_close_each_section(number):
    asked = Counter(each.section for each in questions.questions(ROOT, number))
    assert set(asked) == set(taught(number))
    assert set(asked.values()) == {2}
    shown = [(argument, section) for kind, argument, _, section in places(number)
             if kind == "questions"]
    assert all(argument == section for argument, section in shown)
    assert [argument for argument, _ in shown] == taught(number)


@in_every_chapter
def test_a_prediction_stands_before_its_figure(number):
    cells, known = notebook(number).cells, questions.predictions(ROOT, number)
    shown = {f"predict-{argument}": place for kind, argument, place, _ in places(number)
             if kind == "prediction"}
    assert set(shown) == set(known)
    for key, place in shown.items():
        code = []  # up to the next text
        for cell in cells[place + 1 :]:
            if cell.cell_type != "code":
                break
            code.append(cell.metadata.get("mystnb", {}).get("figure", {}).get("name"))
        assert known[key].figure in code, key
        assert not [name for name in code[: code.index(known[key].figure)] if name], key
        drawn = [k for k, cell in enumerate(cells) if "figure" in cell.metadata.get("mystnb", {})]
        first = drawn[0]
        assert place > first, "a chapter's first picture is not covered"


@pytest.mark.parametrize("each", PREDICTIONS, ids=lambda each: each.key)
def test_a_prediction_says_what_came_and_why(each):
    assert len(each.came.split()) >= 10
    assert each.choices or "raw" in each.ask, "without choices there is a curve to draw"


def test_no_number_of_a_question_can_disagree_with_a_cell():
    """Measured numbers have digits after the point; a question names parameters only."""
    given = {"0.4", "0.8", "1.2", "0.2", "1.8", "1.4", "0.1"}  # of tasks, teachers, windows
    for each in [*ALL, *PREDICTIONS]:
        text = " ".join([each.ask, *(f"{c.say} {c.why}" for c in each.choices)])
        assert set(re.findall(r"(?<![\w−])\d+\.\d+", text)) <= given, each.key


# ---- the twenty, and the guide


def test_wrong_answers_to_the_twenty_are_misconceptions_of_the_guide():
    twenty, named = questions.concepts(ROOT), questions.misconceptions(ROOT)
    assert len(twenty) == 20
    used = {choice.misconception for each in twenty for choice in each.choices if not choice.right}
    assert used == set(named)
    assert not [c for each in twenty for c in each.choices if c.right and c.misconception]
    part = GUIDE.partition("## What students find hard")[2].partition("\n## ")[0]
    told = [" ".join(text.split()) for text in re.findall(r"^\*\*(.+?)\*\*", part, re.M | re.S)]
    assert sorted(told) == sorted(named.values())


def test_the_twenty_can_be_read_on_paper():
    for each in questions.concepts(ROOT):
        text = " ".join([each.title, each.ask, *(f"{c.say} {c.why}" for c in each.choices)])
        assert not re.search(r"[$`{*]", text), each.key
        assert 0 < len(each.title) <= 40, each.key


def test_each_of_the_twenty_is_a_vote_with_its_answer_after_it():
    votes = lectures.votes(ROOT)
    assert len(votes) == 40
    shown = {slide.name for name in lectures.names(ROOT)
             for _, slide in lectures.read(ROOT, name).slides}
    for name, slide in votes.items():
        if slide.kind == "question":
            answer = votes[f"{name}-answer"]
            assert name in shown and answer.name in shown
            assert slide.notes.count("\n- **") == len(slide.choices)
            asked = next(q for q in questions.concepts(ROOT) if q.title == slide.title)
            assert not any(choice.why in slide.say for choice in asked.choices)
    for name in lectures.names(ROOT):
        order = [slide.name for _, slide in lectures.read(ROOT, name).slides]
        for place, each in enumerate(order):
            if each in votes and votes[each].kind == "question":
                assert order[place + 1] == f"{each}-answer", name


def test_the_sheet_asks_and_the_key_answers():
    asked, answered = concept_sheet.sheet(ROOT), concept_sheet.key(ROOT)
    for each in questions.concepts(ROOT):
        right = next(choice for choice in each.choices if choice.right)
        assert each.title in asked and each.title in answered
        assert right.why[:30] not in asked
        assert f"Right: {each.answer}" in answered


# ---- the map


@in_every_chapter
def test_nothing_in_the_map_is_without_a_partner(number):
    read, mapped = course_map.chapter(ROOT, number), questions.objectives(ROOT, number)
    assert tuple(objective.text for objective in mapped) == read.objectives
    for objective in mapped:
        assert objective.sections and objective.exercises, objective.text
    assert {name for o in mapped for name in o.sections} == set(taught(number))
    assert {name for o in mapped for name in o.exercises} == set(read.exercises)


def test_every_misconception_belongs_to_an_objective():
    met = {name for number in CHAPTERS for objective in questions.objectives(ROOT, number)
           for name in course_map.believed(ROOT, objective)}
    assert met == set(questions.misconceptions(ROOT))


def test_the_map_names_everything():
    text = course_map.markdown(ROOT)
    for number in CHAPTERS:
        read = course_map.chapter(ROOT, number)
        for name in [*read.objectives, *read.exercises.values(), *taught(number)]:
            assert name in text, name


# ---- handed out, and refused


@in_every_chapter
def test_handed_out_they_are_plain_markdown(number):
    """Numbers filled in by nobody, no directive left, each answer folded."""
    page = course_map.chapter(ROOT, number).path.stem
    text = PlainText(Works(ROOT / "book/references.bib"), {}, {}, page)
    made = "\n\n".join(text.translate(cell.source) for cell in notebook(number).cells
                       if cell.cell_type == "markdown")
    assert "{questions}" not in made and "{prediction}" not in made
    assert made.count("<summary>Answer</summary>") == len(questions.questions(ROOT, number))
    assert made.count("<summary>What came</summary>") == len(questions.predictions(ROOT, number))
    assert made.count("<details>") == made.count("</details>")
    for each in questions.questions(ROOT, number):
        assert each.choices[0].say.split(".")[0][:20] in made


@pytest.mark.parametrize(("change", "message"), [
    (lambda c: c[:2], "expected 3 or 4 choices, got 2"),
    (lambda c: [{**each, "right": True} for each in c], "expected one right choice, got 3"),
    (lambda c: [{**c[0], "why": " "}, *c[1:]], "needs words and a reason"),
])
def test_a_malformed_question_is_named(change, message):
    known = {field.name for field in fields(questions.Choice)}
    good = [{"say": k, "why": f"{k}."} for k in "abc"]
    good[2]["right"] = True
    assert known >= set(good[2])
    assert len(questions._choices("ask-x", good)) == 3
    with pytest.raises(questions.QuestionError, match=f"ask-x: .*{message}"):
        questions._choices("ask-x", change(good))


def test_what_is_not_there_is_an_error():
    with pytest.raises(questions.QuestionError, match="has no questions on 'Nothing'"):
        questions.of_section(ROOT, "01", "Nothing")
    with pytest.raises(questions.QuestionError, match="no prediction 'nothing'"):
        questions.prediction(ROOT, "01", "nothing")
