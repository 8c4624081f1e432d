"""Slides for each part of the book, made from its chapters.

A heading begins a slide. Of a paragraph the first sentence stands on the slide, and all
of it in the notes; formulas, figures and short code are kept, and what is said under
"What to notice" comes beside its figure. Exercises are set without their solutions. A
deck is plain HTML with a small script: it opens from disk and loads nothing from elsewhere.

A cell tagged ``no-slide`` is left out.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import yaml
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from tools.editions import BOOK_ONLY, HIDDEN, SOLUTION_MARK
from tools.plain_text import title_of
from tools.slide_text import MARKDOWN, blocks, plain_links, sentences

DECK = Path(__file__).resolve().parent / "deck"
LEFT_OUT = ("References",)
MAX_NOTICED = 3  # sentences
MAX_PARAGRAPH = 190  # characters; of a longer one only the first sentence is shown
MAX_PRINTED = 12  # lines
# Weights are lines of text, roughly.
FULL, MAX_LEAD = 15.0, 3.2


@dataclass
class Slide:
    """One slide: HTML, and the notes of whoever speaks."""

    title: str
    body: str
    kind: str = "text"
    notes: list[str] = field(default_factory=list)
    picture: str = ""
    noticed: str = ""

    @property
    def content(self) -> str:
        """The whole body: text, and below it the picture with what to notice."""
        if not self.picture:
            return self.body
        lead = f'<div class="lead">{self.body}</div>' if self.body else ""
        noticed = f'<div class="noticed">{self.noticed}</div>' if self.noticed else ""
        return f'{lead}<div class="row">{self.picture}{noticed}</div>'


def figures(cell: nbformat.NotebookNode, folder: Path) -> list[str]:
    """The pictures that a cell has drawn, as HTML; the files go into the deck's folder."""
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "figure")
    made = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/png" not in data or "scrapbook" in output.get("metadata", {}):
            continue
        content = base64.b64decode(data["image/png"])
        name = f"figures/{hashlib.sha256(content).hexdigest()[:16]}.png"
        (folder / "figures").mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        made.append(f'<img src="{name}" alt="{html.escape(alt)}">')
    return made


def printed(cell: nbformat.NotebookNode) -> str:
    """What a cell prints, as HTML."""
    text = "".join(o.get("text", "") for o in cell.get("outputs", []) if o.output_type == "stream")
    lines = text.rstrip().splitlines()
    if len(lines) > MAX_PRINTED:
        lines = [*lines[:MAX_PRINTED], "..."]
    lines = [line[:100] for line in lines]
    return f'<pre class="printed">{html.escape(chr(10).join(lines))}</pre>' if lines else ""


def code(source: str) -> str:
    """Code with its colours."""
    return highlight(source, PythonLexer(), HtmlFormatter(cssclass="code"))


class Chapter:
    """Turns one chapter into slides."""

    def __init__(self, notebook, text, folder: Path) -> None:
        self.notebook, self.text, self.folder = notebook, text, folder
        self.name = title_of(notebook)
        self.section = self.name
        self.slides: list[Slide] = []
        self._said: list[str] = []  # what the next slide of text will show
        self._notes: list[str] = []

    def make(self) -> list[Slide]:
        """All slides of the chapter."""
        in_solution = False
        for cell in self.notebook.cells:
            marks = SOLUTION_MARK.findall(cell.source) if cell.cell_type == "markdown" else []
            if marks:
                in_solution = marks[-1] == "start"
            tags = set(cell.metadata.get("tags", []))
            if marks or in_solution or "no-slide" in tags or self.section in LEFT_OUT:
                continue
            if cell.cell_type == "markdown":
                self._text(self.text.translate(cell.source), "{exercise" in cell.source)
            elif not tags & {BOOK_ONLY, "setup"} and self.section != "Exercises":
                self._code(cell, shown=not tags & HIDDEN)
        self._flush()
        return self.slides

    def _add(self, body: str, kind: str = "text", title: str | None = None, **parts) -> None:
        self.slides.append(Slide(title or self.section, body, kind, self._notes, **parts))
        self._notes = []

    def _gathered(self) -> float:
        return sum(_weight(said) for said in self._said)

    def _flush(self) -> None:
        """Make a slide of what has gathered."""
        if not self._said:
            return
        last, text = (self.slides or [None])[-1], "\n".join(self._said)
        short = self._gathered() <= MAX_LEAD and "<pre" not in text
        if short and last and last.picture and not last.noticed and last.title == self.section:
            last.noticed = text  # a remark after a figure needs no slide of its own
            last.notes += self._notes
            self._notes = []
        else:
            self._add(text)
        self._said = []

    def _say(self, item: str) -> None:
        """Put something on the slide of text; a full slide begins another."""
        if self._said and self._gathered() + _weight(item) > FULL:
            label = self._said.pop() if _is_label(self._said[-1]) else None
            self._flush()
            self._said += [label] if label else []
        self._said.append(item)

    def _text(self, text: str, is_exercise: bool) -> None:
        if is_exercise:
            return self._exercise(text)
        for block in blocks(text):
            heading = re.match(r"(#{1,3}) (.+)", block)
            if heading:
                self._flush()
                self.section = heading.group(2)
                if heading.group(1) == "#":
                    self._add("", "title")
                rest = block.partition("\n")[2].strip()
                if not rest:
                    continue
                block = rest
            if self.section in LEFT_OUT or self.section == "Exercises":
                return None
            self._block(plain_links(block))
        return None

    def _block(self, block: str) -> None:
        self._notes.append(block)
        if block.startswith("**What to notice.**"):
            return self._noticed(block)
        if block.startswith(("**What you need first", "![")):
            return None
        if block.startswith("|"):
            self._flush()
            return self._add(MARKDOWN.render(block), "table")
        if block.startswith("$$"):
            return self._say(f'<div class="formula">{MARKDOWN.render(block)}</div>')
        if block.startswith("```"):
            return None
        items = re.split(r"^(?:[-*]|\d+\.) +", block, flags=re.M)
        if len(items) > 2 and not items[0].strip():
            shown = [sentences(item)[0] for item in items[1:]]
            rows = "".join(f"<li>{MARKDOWN.renderInline(item)}</li>" for item in shown)
            return self._say(f"<ul>{rows}</ul>")
        parts = sentences(block)
        text = " ".join(parts[:2]) if len(" ".join(parts[:2])) <= MAX_PARAGRAPH else parts[0]
        return self._say(f"<p>{MARKDOWN.renderInline(text)}</p>") if text else None

    def _noticed(self, block: str) -> None:
        """What to notice: beside the last figure, or on a slide of its own."""
        parts = sentences(block.removeprefix("**What to notice.**"))[:MAX_NOTICED]
        rows = "".join(f"<li>{MARKDOWN.renderInline(part)}</li>" for part in parts)
        last = self.slides[-1] if self.slides else None
        if not parts:
            return
        noticed = f"<h3>What to notice</h3><ul>{rows}</ul>"
        if last and last.picture and not last.noticed and not self._said:
            last.notes += self._notes
            last.noticed, self._notes = noticed, []
        else:
            self._say(noticed)

    def _exercise(self, text: str) -> None:
        """An exercise as it is set, for the class to work on."""
        self._flush()
        title, _, body = text.removeprefix("### ").partition("\n")
        self._notes.append(f"In the notebook: {title}. The check gives hints.")
        self._add(MARKDOWN.render(plain_links(body)), "exercise", title)

    def _code(self, cell, *, shown: bool) -> None:
        pictures = figures(cell, self.folder)
        if shown and not (pictures and "figures.figure(" in cell.source):
            self._say(code(re.sub(r";\s*$", "", cell.source)))
            text = printed(cell)
            if text:
                self._say(text)
        for picture in pictures:
            lead = ""
            if self._gathered() <= MAX_LEAD and not any("<pre" in said for said in self._said):
                lead, self._said = "\n".join(self._said), []
            self._flush()
            self._add(lead, "figure", picture=picture)


def _is_label(item: str) -> bool:
    """Whether a piece only announces the next, such as "**Objectives**"."""
    return bool(re.fullmatch(r"<p><strong>[^<]*</strong></p>", item)) or item.endswith(":</p>")


def _weight(item: str) -> float:
    """Roughly how many lines a piece of a slide takes."""
    if item.startswith('<div class="formula"'):
        return 1.5 + 1.2 * (item.count(r"\\") + item.count(r"\frac"))
    if "<pre" in item:
        return 1.0 + 0.75 * (item.rstrip().count("\n") + 1)
    bare = re.sub(r"<[^>]+>", "", item)
    return 0.6 + len(bare) / 80 + 0.8 * item.count("<li>")


def page(title: str, slides: list[tuple[str, Slide]]) -> str:
    """A deck as one HTML page."""
    sections = []
    for number, (chapter, slide) in enumerate(slides, start=1):
        notes = "".join(MARKDOWN.render(note) for note in slide.notes)
        level = "h1" if slide.kind == "title" else "h2"
        sections.append(
            f'<section class="slide {slide.kind}" id="{number}" '
            f'aria-label="Slide {number} of {len(slides)}">\n'
            f"<header><{level}>{MARKDOWN.renderInline(slide.title)}</{level}></header>\n"
            f'<div class="body">{slide.content}</div>\n'
            f'<footer><span>{MARKDOWN.renderInline(chapter)}</span>'
            f"<span>{number} / {len(slides)}</span></footer>\n"
            f'<aside class="notes" hidden>{notes}</aside>\n</section>'
        )
    template = (DECK / "deck.html").read_text(encoding="utf-8")
    return template.replace("{{title}}", html.escape(title)).replace(
        "{{slides}}", "\n".join(sections)
    )


def parts(root: Path) -> list[tuple[str, list[str]]]:
    """Captions of the parts that have chapters, and the chapters' names."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found = []
    for part in toc.get("parts", []):
        names = [Path(entry["file"]).name for entry in part.get("chapters", [])
                 if entry["file"].startswith("chapters/")]
        if names:
            found.append((part.get("caption", "Chapters"), names))
    return found


def file_name(caption: str) -> str:
    """A part's caption as the name of a file."""
    return re.sub(r"\W+", "_", caption.lower()).strip("_") + ".html"


def build(book, folder: Path) -> list[Path]:
    """A deck for each part, with all that it loads; returns the decks."""
    folder.mkdir(parents=True)
    shutil.copytree(book.root / "_assets/site/vendor/mathjax", folder / "mathjax")
    for name in ("deck.css", "deck.js"):
        shutil.copy2(DECK / name, folder / name)
    (folder / "code.css").write_text(HtmlFormatter(style="default").get_style_defs(".code"))
    made = []
    for caption, names in parts(book.root):
        slides = [("", Slide(caption, "", "title part"))]
        for name in (name.removesuffix(".ipynb") for name in names):
            chapter = Chapter(book.executed[name], book.text(name), folder)
            slides += [(chapter.name, slide) for slide in chapter.make()]
        target = folder / file_name(caption)
        target.write_text(page(caption, slides), encoding="utf-8")
        made.append(target)
    return made
