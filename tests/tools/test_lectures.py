"""The lectures: what is written holds together with the chapters and with the guide's plans."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import lectures, slides
from tools.book_layout import ROOT, notebooks
from tools.lecture_figures import STATES, VIEW, picture, widget
from tools.plain_text import PlainText, Works
from tools.slide_drawing import SLIDE_TYPE

CELLS = {path.stem: {cell.get("id"): cell for cell in nbformat.read(path, as_version=4).cells}
         for path in notebooks(ROOT)}
LECTURES = {name: lectures.read(ROOT, name) for name in lectures.names(ROOT)}
BANKS = sorted(path.stem for path in (ROOT / lectures.FOLDER / "slides").glob("*.yml"))
WRITTEN = [slide for number in BANKS for slide in lectures.bank(ROOT, number).values()]
GUIDE = (ROOT / lectures.GUIDE).read_text("utf-8")
PLANS = GUIDE.partition("## Three plans")[2].partition("\n## ")[0]
MAX_WORDS = 25  # beside a figure
PICTURED = 0.7
ROLE = re.compile(r"\{slides\}`([\w/-]+)`")


def words(text: str) -> int:
    """Words as they are read: a number that is glued in is one."""
    text = re.sub(r"\{glue:text\}`[^`]*`", "0", text)
    return len([word for word in text.split() if re.search(r"\w", word)])


def has_picture(slide: lectures.Slide) -> bool:
    """Whether a slide draws something."""
    return bool(slide.shown) and slide.kind != "code"


def test_there_is_a_lecture_for_each_plan():
    weeks = {f"week_{k}_{kind}" for k in range(1, 7) for kind in ("chapter", "exercises")}
    assert set(LECTURES) == {"ninety_minutes", "one_day"} | weeks


@pytest.mark.parametrize("name", BANKS)
def test_slides_show_cells_that_draw(name):
    """Each figure, widget and piece of code is a cell of its chapter, with a text for the blind."""
    for slide in lectures.bank(ROOT, name).values():
        if not slide.shown or slide.kind == "loop" or slide.shown.startswith("loop:"):
            continue
        cell = CELLS[slide.page].get(slide.shown)
        assert cell is not None, f"{slide.name}: {slide.page} has no cell {slide.shown}"
        if slide.kind == "widget":
            assert "Widget(" in cell.source, slide.name
        if slide.kind != "code":
            assert cell.metadata.mystnb.image.alt, slide.name


def test_every_loop_can_be_drawn():
    for slide in WRITTEN:
        if slide.kind == "loop" or slide.shown.startswith("loop:"):
            drawing = slides.loop(ROOT, slide)
            assert drawing.count("<g data-part") >= len(slides.PARTS), slide.name


def test_the_loop_does_not_answer_what_is_asked_of_it():
    """Which arrow learns is asked after the loop was drawn, and said on the slide after that."""
    drawn = {slide.name: slides.loop(ROOT, slide) for slide in WRITTEN
             if slide.name in ("04/loop", "04/who", "04/only-w")}
    shown = drawn["04/loop"] + drawn["04/who"]
    assert shown.count("<svg") == 2
    for told in ("learned", "fixed", "random"):
        assert told not in shown and told in drawn["04/only-w"]


def glued_names(page: str) -> tuple[set[str], list[re.Pattern]]:
    """Texts that stand in a page's code, and patterns of the names that its loops glue."""
    source = "\n".join(cell.source for cell in CELLS[page].values())
    made = re.findall(r'glue\w*\(\s*f"([^"]+)"', source)
    made += re.findall(r'\(f"([\w-]*\{[^}"]+\}[\w-]*)",', source)  # names in a loop's tuples
    made += [f"{name}{{rest}}" for name in re.findall(r'glue\w*\(\s*"([^"]+)" \+', source)]
    patterns = [re.compile(re.sub(r"\\\{.*?\\\}", ".+", re.escape(name))) for name in made]
    return set(re.findall(r'"([^"\n]*)"', source)), patterns


def test_numbers_are_glued_by_the_chapters():
    """A name that no cell glues has no value."""
    for slide in WRITTEN:
        literal, patterns = glued_names(slide.page)
        for name in re.findall(r"\{glue:text\}`([^:`]+)", slide.title + slide.say + slide.notes):
            known = name in literal or any(pattern.fullmatch(name) for pattern in patterns)
            assert known, f"{slide.name}: {name} is glued nowhere"


def test_one_idea_a_slide():
    """Few words beside a figure, titles that fit and tell slides apart, notes for who speaks."""
    for slide in WRITTEN:
        if has_picture(slide):
            said = slide.say + " ".join(slide.choices)
            assert words(said) <= MAX_WORDS, f"{slide.name} has {words(said)} words"
        assert len(slide.title) <= 120 and slide.notes, slide.name
    for lecture in LECTURES.values():
        titles = [slide.title for _, slide in lecture.slides if slide.kind != "answer"]
        assert len(titles) == len(set(titles)), lecture.name


def test_the_ninety_minutes_are_ninety_and_mostly_pictures():
    lecture = LECTURES["ninety_minutes"]
    shown = [slide for _, slide in lecture.slides]
    assert sum(slide.minutes for slide in shown) == lecture.minutes == 90
    assert 40 <= len(shown) <= 50
    assert sum(map(has_picture, shown)) >= PICTURED * len(shown)
    assert sum(bool(slide.live) for slide in shown) >= 2
    minute = 0.0
    for segment in lecture.segments:
        begins, ends = map(float, segment.at.split("–"))
        assert minute == begins, segment.name
        minute += sum(slide.minutes for slide in segment.slides)
        assert minute == ends, segment.name


@pytest.mark.parametrize("name", ["ninety_minutes", "one_day"])
def test_no_row_ends_with_a_question(name):
    """Whoever stops between two rows leaves no question open, but for the one that is to stay."""
    for segment in LECTURES[name].segments:
        if segment.name not in ("preface", "installation"):
            assert segment.slides[-1].kind != "question", segment.name


def test_plan_and_decks_agree():
    """Each row of the guide's plans names a segment, with its time; none is left out."""
    named, rows = [], 0
    for line in PLANS.splitlines():
        if not line.startswith("| ") or re.match(r"\| (minutes|time|week) \|", line):
            continue
        rows += 1
        found = ROLE.findall(line)
        assert found, f"no slides in the row {line[:60]}"
        named += found
        for target in found:
            deck, _, segment = target.partition("/")
            first, last = LECTURES[deck].numbers(segment)
            assert last >= first
            if segment:
                at = next(s.at for s in LECTURES[deck].segments if s.name == segment)
                assert line.split("|")[1].strip() == at, target
    expected = [f"{lecture.name}/{segment.name}" if len(lecture.segments) > 1 else lecture.name
                for lecture in LECTURES.values() for segment in lecture.segments]
    assert rows == 25 and sorted(named) == sorted(expected)


def test_numbers_of_slides_are_made():
    assert lectures.said_numbers(ROOT, "ninety_minutes/preface") == "1–3"
    assert lectures.said_numbers(ROOT, "ninety_minutes/pause").isdigit()
    lecture = LECTURES["ninety_minutes"]
    assert lecture.numbers("home")[1] == len(lecture.slides) == lecture.numbers()[1]
    with pytest.raises(lectures.PlanError, match="no segment 'nowhere'"):
        lectures.said_numbers(ROOT, "ninety_minutes/nowhere")
    with pytest.raises(lectures.PlanError, match="no lecture 'none'"):
        lectures.said_numbers(ROOT, "none/loop")


def test_the_guides_role_shows_the_numbers_and_warns_of_a_plan_that_is_not_there(tmp_path):
    """In a page of Sphinx, as in the text that is handed out."""
    (tmp_path / "chapters").symlink_to(ROOT / "chapters")
    (tmp_path / "book").mkdir()
    for name in ("lectures", "questions", "instructors_guide.md"):
        (tmp_path / "book" / name).symlink_to(ROOT / "book" / name)
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "extensions = ['myst_parser', 'tools.sphinx_slides']\n"
        "exclude_patterns = ['book', 'chapters', 'out']\n"
    )
    page = "# A\n\nSlides {slides}`ninety_minutes/preface`.\n"
    for text, code, said in ((page, 0, "Slides 1–3."), (page + "{slides}`no/where`\n", 1, None)):
        (tmp_path / "index.md").write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "text", ".", "out"],
            cwd=tmp_path, capture_output=True, text=True,
        )
        assert bool(done.returncode) == bool(code), done.stderr
        if said:
            assert said in (tmp_path / "out" / "index.txt").read_text("utf-8")
        else:
            assert "there is no lecture 'no'" in done.stderr
    plain = PlainText(Works(Path("none")), {}, {}, "x", slides=lambda target: f"<{target}>")
    assert plain.translate("{slides}`a/b`") == "<a/b>"


@pytest.mark.parametrize(("entry", "message"), [
    ({"id": "a", "title": "T", "figur": "x"}, "unknown figur"),
    ({"id": "a", "title": "T", "kind": "poem"}, "got 'poem'"),
    ({"id": "a", "title": "T", "choices": [True]}, "got True; quote it"),
])
def test_a_slide_that_is_wrong_is_named(entry, message):
    with pytest.raises(lectures.PlanError, match=f"slide 01/a: .*{message}"):
        lectures._slide("01/a", "01_spikes_and_rates", entry)


def test_exercises_and_the_guides_questions_become_slides():
    for number in (path.stem[:2] for path in notebooks(ROOT) if path.parent.name == "chapters"):
        made = lectures.exercises(ROOT, number)
        assert len(made) >= 4 and all(slide.say for slide in made), number
        asked = lectures.discussed(ROOT, number)
        assert [slide.kind for slide in asked] == ["question", "answer"] * (len(asked) // 2)
        assert asked and all(slide.say for slide in asked[1::2]), number


def test_a_figure_may_be_a_bitmap_a_vector_or_a_slides_own(tmp_path):
    """The slide's own drawing comes first, then the vector, then the bitmap."""
    data = {"image/png": "AAAA", "image/svg+xml": "<svg/>", SLIDE_TYPE: "BBBB"}
    cell = nbformat.v4.new_code_cell(metadata={"mystnb": {"image": {"alt": "A line."}}})
    told = {SLIDE_TYPE: {"width": 11.6, "height": 4.9, "letters": 15.5}}
    for drop, suffix, letters in ((None, "png", 15.5), (SLIDE_TYPE, "svg", None),
                                  ("image/svg+xml", "png", None)):
        data.pop(drop, None)
        cell.outputs = [nbformat.v4.new_output("display_data", data=dict(data), metadata=told)]
        shown = picture(cell, tmp_path)
        assert Path(shown.file).suffix == f".{suffix}" and (tmp_path / shown.file).is_file()
        assert shown.told.get("letters") == letters and 'alt="A line."' in shown.html
    cell.outputs = []
    assert picture(cell, tmp_path) is None


def test_a_widgets_state_cannot_end_its_script():
    cell = nbformat.v4.new_code_cell()
    cell.outputs = [nbformat.v4.new_output("display_data", data={VIEW: {"model_id": "m"}})]
    notebook = nbformat.v4.new_notebook(metadata={"widgets": {STATES: {"state": {
        "m": {"state": {"_esm": "x = '</script>'"}}}}}})
    assert "</script" not in widget(notebook, cell)
    notebook.metadata.widgets[STATES]["state"].clear()
    assert widget(notebook, cell) is None
