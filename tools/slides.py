"""The decks: each lecture of ``book/lectures`` as a page of reveal.js that opens from disk.

What is said stands in the lecture's files; figures, widgets, code and numbers are taken from the
executed chapters. Everything that a deck loads lies beside it.
"""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools import lectures
from tools.lecture_figures import alternative, cell_of, picture, widget
from tools.lectures import Lecture, Segment, Slide
from tools.plain_text import title_of
from tools.slide_text import MARKDOWN, plain_links

DECK = Path(__file__).resolve().parent / "deck"
COPIED = ("deck.css", "deck.js", "widgets.js", "presenter.html", "presenter.css", "presenter.js")
# The halves of the loop's drawing, for slides that have something else to show beside it.
HALVES = {"left": "0 24 400 476", "right": "690 0 470 476"}
PARTS = ("factors", "neurons", "u", "fire", "spikes", "remember", "traces", "W", "w", "pulse")


class Composer:
    """Turns slides into HTML, with the chapters at hand."""

    def __init__(self, book, folder: Path) -> None:
        self.book, self.folder = book, folder
        self.missing: list[str] = []  # figures and numbers that no result has
        self._texts: dict[str, object] = {}

    def _plain(self, slide: Slide, text: str) -> str:
        """Markdown of the book as Markdown, with its numbers."""
        if slide.page not in self._texts:
            self._texts[slide.page] = self.book.text(slide.page)
        said = plain_links(self._texts[slide.page].translate(text))
        if "…" in said and "…" not in text:
            self.missing.append(f"{slide.name}: a number in {text[:40]!r}")
        return said

    def block(self, slide: Slide, text: str) -> str:
        """Text of several paragraphs as HTML."""
        return MARKDOWN.render(self._plain(slide, text)) if text else ""

    def inline(self, slide: Slide, text: str) -> str:
        """A line of text as HTML."""
        return MARKDOWN.renderInline(self._plain(slide, text))

    def body(self, slide: Slide) -> str:
        """What stands below the title."""
        said = self.block(slide, slide.say)
        say = f'<div class="say">{said}</div>' if said else ""
        if slide.choices:
            rows = "".join(f"<li>{self.inline(slide, each)}</li>" for each in slide.choices)
            say += f'<ol class="choices" type="A">{rows}</ol>'
        if slide.items:
            rows = "".join(f"<li>{self.inline(slide, each)}</li>" for each in slide.items)
            say += f'<ul class="items">{rows}</ul>'
        formula = f'<div class="formula">\\[{html.escape(slide.formula, quote=False)}\\]</div>'
        above = formula if slide.formula else ""
        if slide.kind == "loop" or slide.shown.startswith("loop:"):
            drawing = f'<div class="drawn">{loop(self.book.root, slide)}</div>'
            if set(HALVES) & set(slide.shown.removeprefix("loop:").split()):
                words = f'<div class="words">{above}{say}</div>'
                return f'<div class="beside half">{words}{drawing}</div>'
            return above + drawing + say
        if not slide.shown:
            return above + say
        notebook = self.book.executed[slide.page]
        cell = cell_of(notebook, slide.shown)
        if slide.kind == "code":
            return f'{code(cell.source)}{say}'
        if slide.kind == "widget":
            return self._widget(slide, notebook, cell) + say
        shown = picture(cell, self.folder)
        if shown is None:
            self.missing.append(f"{slide.name}: a figure in cell {slide.shown}")
            return f'<div class="drawn">{html.escape(alternative(cell))}</div>{say}'
        if shown.is_tall:
            return f'{above}<div class="beside"><div class="drawn">{shown.html}</div>{say}</div>'
        return f'{above}<div class="drawn">{shown.html}</div>{say}'

    def _widget(self, slide: Slide, notebook, cell) -> str:
        state = widget(notebook, cell)
        if state is None:
            self.missing.append(f"{slide.name}: a widget in cell {slide.shown}")
            return f'<div class="drawn">{html.escape(alternative(cell))}</div>'
        return (
            f'<div class="runs drawn" role="group" aria-label="{html.escape(alternative(cell))}">'
            f'</div><script type="application/json" class="state">{state}</script>'
        )

    def section(self, slide: Slide, segment: Segment, number: int, minute: float | None) -> str:
        """One slide as a section of reveal.js."""
        level = "h1" if slide.kind == "title" else "h2"
        chapter = title_of(self.book.stored[slide.page]) if slide.page in self.book.stored else ""
        when = "" if minute is None else f'<span class="minute">minute {minute:g}</span>'
        live = f'<p class="live">Live: {html.escape(slide.live)}</p>' if slide.live else ""
        timing = "" if slide.minutes is None else f' data-minutes="{slide.minutes:g}"'
        notes = self.block(slide, slide.notes)
        return (
            f'<section class="{slide.kind}" data-name="{slide.name}" data-segment="{segment.name}" '
            f'data-at="{html.escape(segment.at)}" aria-label="Slide {number}"{timing}>\n'
            f"<{level}>{self.inline(slide, slide.title)}</{level}>{live}\n"
            f'<div class="body">{self.body(slide)}</div>\n'
            f"<footer><span>{html.escape(chapter)}</span>{when}</footer>\n"
            f'<aside class="notes">{notes}</aside>\n</section>'
        )

    def deck(self, lecture: Lecture) -> str:
        """A lecture as one page."""
        sections, minute = [], 0.0
        for number, (segment, slide) in enumerate(lecture.slides, start=1):
            timed = None if lecture.minutes is None else minute
            sections.append(self.section(slide, segment, number, timed))
            minute += slide.minutes or 0.0
        template = (DECK / "deck.html").read_text("utf-8")
        minutes = "" if lecture.minutes is None else f"{lecture.minutes:g}"
        parts = {"title": html.escape(lecture.title), "minutes": minutes,
                 "mathjax": mathjax(self.book.root), "slides": "\n".join(sections)}
        for key, value in parts.items():
            template = template.replace("{{" + key + "}}", value)
        return template


def mathjax(root: Path) -> str:
    """The script of MathJax that the pages have: that of its version 4, or of 3."""
    for name in ("tex-chtml.js", "tex-mml-chtml.js"):
        if (root / "_assets/site/vendor/mathjax" / name).is_file():
            return name
    raise FileNotFoundError("MathJax was not fetched: run `make set-up`")


def loop(root: Path, slide: Slide) -> str:
    """The drawing of the loop: ``all``, ``build`` step by step, or the parts that are lit.

    In the first two nothing says yet what is learned and what is fixed: the room is asked.
    """
    drawing = (root / lectures.FOLDER / "loop.svg").read_text("utf-8")
    state = slide.shown.removeprefix("loop:")
    # A mark that stands in a hidden slide is not drawn, so each drawing has its own.
    tip = "tip-" + re.sub(r"\W", "-", slide.name)
    drawing = drawing.replace('id="tip"', f'id="{tip}"').replace("url(#tip)", f"url(#{tip})")
    if state in ("all", "build"):
        drawing = re.sub(r"<text[^>]*>learned</text>", "", drawing)
        drawing = drawing.replace(", learned too", "").replace("random and fixed: a", "a")
        drawing = drawing.replace('class="loop"', 'class="loop asks"')
        drawing = re.sub(r'aria-label="[^"]*"', 'aria-label="The loop: factors go through u to the '
                         'neurons, neurons make spikes, spikes leave traces, and W makes the '
                         'factors out of the traces."', drawing, count=1)
    if state == "build":
        steps = {part: step for step, parts in enumerate(
            (("factors",), ("u", "neurons"), ("fire", "spikes"), ("remember", "traces"), ("W",),
             ("w", "pulse"))) for part in parts}

        def fragment(match: re.Match) -> str:
            step = steps[match.group(1)]
            shown = f' class="fragment" data-fragment-index="{step}"' if step else ""
            return f'<g data-part="{match.group(1)}"{shown}>'

        return re.sub(r'<g data-part="(\w+)">', fragment, drawing)
    lit = set(PARTS) if state == "all" else set(state.split())
    for half in lit & set(HALVES):
        drawing = re.sub(r'viewBox="[^"]*"', f'viewBox="{HALVES[half]}"', drawing, count=1)
    lit -= set(HALVES)
    if not lit <= set(PARTS):
        raise lectures.PlanError(f"slide {slide.name}: the loop has no {lit - set(PARTS)}")

    def dimmed(match: re.Match) -> str:
        return match.group(0) if match.group(1) in lit else f'{match.group(0)[:-1]} class="dim">'

    return re.sub(r'<g data-part="(\w+)">', dimmed, drawing)


def code(source: str) -> str:
    """Code with its colours."""
    return highlight(re.sub(r";\s*$", "", source), PythonLexer(), HtmlFormatter(cssclass="code"))


@dataclass(frozen=True, kw_only=True)
class Decks:
    """The decks that were made, and what they should show but no result has."""

    files: list[Path]
    missing: list[str]


def build(book, folder: Path) -> Decks:
    """Every lecture, with all that it loads."""
    folder.mkdir(parents=True)
    vendor = book.root / "_assets/site/vendor"
    shutil.copytree(vendor / "mathjax", folder / "mathjax")
    shutil.copytree(vendor / "reveal.js", folder / "reveal.js")
    for name in COPIED:
        shutil.copy2(DECK / name, folder / name)
    (folder / "code.css").write_text(HtmlFormatter(style="default").get_style_defs(".code"))
    composer, made = Composer(book, folder), []
    for name in lectures.names(book.root):
        target = folder / f"{name}.html"
        target.write_text(composer.deck(lectures.read(book.root, name)), encoding="utf-8")
        made.append(target)
    return Decks(files=made, missing=composer.missing)
