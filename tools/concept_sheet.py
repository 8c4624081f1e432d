"""The sheet for before and after a course: twenty questions to print, and their key.

Both are pages of their own, which print from any browser. The same questions, in the same order,
are asked in the first session and in the last; what changed is what the course changed.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from tools import questions

SHEET, KEY = "concept_questions.html", "concept_key.html"
STYLE = """
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff;
       font: 16px/1.45 "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin: 1.4rem 0 0.3rem; }
section { break-inside: avoid; } ol { margin: 0.3rem 0; } p { margin: 0.3rem 0; }
table { border-collapse: collapse; width: 100%; break-inside: avoid; }
th, td { border: 1px solid #777; padding: 0.25rem 0.5rem; text-align: left; }
.line { border-bottom: 1px solid #777; display: inline-block; width: 14rem; }
@page { margin: 18mm; } @media print { body { margin: 0; font-size: 11pt; } }
"""


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n"
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n'
        f"<body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def sheet(root: Path) -> str:
    """The questions, with a line for the answers of either time, and without any answer."""
    asked = questions.concepts(root)
    parts = [
        '<p>Name or code: <span class="line"></span> Before ☐ After ☐</p>',
        "<p>Choose one answer each. A guess is worth more than a gap. No marks are given.</p>",
    ]
    for number, each in enumerate(asked, start=1):
        rows = "".join(f"<li>{escape(choice.say)}</li>" for choice in each.choices)
        parts.append(f"<section><h2>{number}. {escape(each.title)}</h2>"
                     f'<p>{escape(each.ask)}</p><ol type="A">{rows}</ol></section>')
    numbers = range(1, len(asked) + 1)
    for chosen in (numbers[: len(asked) // 2], numbers[len(asked) // 2 :]):
        head = "".join(f'<th scope="col">{number}</th>' for number in chosen)
        cells = "<td>&nbsp;</td>" * len(chosen)
        parts.append(f'<p></p><table><tr><th scope="col">Question</th>{head}</tr>'
                     f'<tr><th scope="row">Answer</th>{cells}</tr></table>')
    return _page("Twenty questions, before and after", "\n".join(parts))


def key(root: Path) -> str:
    """The answers, and what each wrong one says about who gave it."""
    named = questions.misconceptions(root)
    parts = [
        "<p>Compare the two sheets of each person, question by question. The usual summary for a "
        "group is the normalised gain, (after − before) / (1 − before), with the shares of right "
        "answers. More useful than the sum is the belief that stays: the table names it, in the "
        "words of the instructor's guide.</p>",
    ]
    for number, each in enumerate(questions.concepts(root), start=1):
        rows = ""
        for letter, choice in zip(questions.LETTERS, each.choices, strict=False):
            says = "right" if choice.right else named[choice.misconception]
            cells = "".join(f"<td>{escape(text)}</td>" for text in (choice.say, says, choice.why))
            rows += f'<tr><th scope="row">{letter}</th>{cells}</tr>'
        names = ("choice", "answer", "belief", "what to say")
        head = "".join(f'<th scope="col">{name}</th>' for name in names)
        where = f"chapter {int(each.chapter)}, {each.section}"
        parts.append(f"<section><h2>{number}. {escape(each.title)} Right: {each.answer}</h2>"
                     f"<p>{escape(each.ask)} ({escape(where)})</p>"
                     f"<table><tr>{head}</tr>{rows}</table></section>")
    return _page("Twenty questions: the key", "\n".join(parts))


def write(root: Path, folder: Path) -> tuple[Path, Path]:
    """Write the sheet and its key into a folder; returns both files."""
    made = folder / SHEET, folder / KEY
    for path, text in zip(made, (sheet(root), key(root)), strict=True):
        path.write_text(text, encoding="utf-8")
    return made
