"""What terms and symbols mean, from the page of notation: its glossary and its tables."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

GLOSSARY = re.compile(r"```\{glossary\}\n(.*?)```", re.S)
ENTRY = re.compile(r"^(\S.*)\n((?:  .*\n?)+)", re.M)
ROLE = re.compile(r"\s*\{cite:\w+\}`[^`]+`|\{[\w:]+\}`~?([^`<]+?)(?:\s*<[^`]*>)?`")
MATHS = re.compile(r"\$([^$]+)\$")
TABLES = ("trials", "rate_network", "factors", "spiking_network", "rate_parameters",
          "spiking_parameters", "least_squares", "recipe", "dale")  # fmt: skip
# "By a factor of two", "a decay factor": words of the glossary in a sense that is not its own.
OTHER_SENSE = {
    "factor": "".join(rf"(?<!{word} )" for word in ("Fano", "decay", "same", "which", "one", "by"))
    + r"(?!factor of\b)",
}
# A letter of TeX ends where another cannot go on; an index or an exponent is no symbol.
BEFORE, AFTER = r"(?<![A-Za-z\\_^])", r"(?![A-Za-z_])"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a term or a symbol means, as HTML; ``key`` is its place in a page."""

    key: str
    name: str
    text: str

    def html(self) -> str:
        """The definition in a page, where buttons refer to it."""
        return f'<div id="{self.key}"><strong>{self.name}</strong> {self.text}</div>'


def formula(tex: str) -> str:
    """A formula in a line of HTML, which MathJax draws."""
    return f'<span class="math notranslate nohighlight">\\({escape(tex)}\\)</span>'


def as_html(text: str) -> str:
    """A line of the notation as HTML: formulas, code, and nothing of citations."""
    text = ROLE.sub(lambda match: match.group(1) or "", " ".join(text.split()))
    parts = MATHS.split(text)
    made = [formula(part) if k % 2 else escape(part) for k, part in enumerate(parts)]
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", "".join(made))


def terms(root: Path) -> dict[str, Definition]:
    """The glossary, by term."""
    text = (root / "book/notation.md").read_text(encoding="utf-8")
    found = {}
    for term, body in ENTRY.findall(GLOSSARY.search(text).group(1)):
        key = "term-" + re.sub(r"\W+", "-", term.lower())
        found[term] = Definition(key=key, name=escape(term), text=as_html(body))
    return found


def normal(tex: str) -> str:
    r"""A symbol as it is looked up: without fonts, braces, spaces and its time.

    >>> normal(r"f_\mathrm{out}(t)"), normal(r"\tilde u_{\rm in}")
    ('f_out', '\\tildeu_in')
    """
    tex = re.sub(r"\\(mathrm|mathsf|rm|sf|,|;|!)(?![A-Za-z])", "", tex)
    return re.sub(r"[{}\s]|\(t\)", "", tex)


def spoken(symbol: str) -> str:
    r"""The name of a symbol for a screen reader.

    >>> spoken(r"\tildeu_in"), spoken("J^s")
    ('u tilde in', 'J s')
    """
    text = re.sub(r"\\(tilde|hat)(\w)", r"\2 \1", symbol)
    return re.sub(r"[\\_^]+", " ", text).strip()


def symbols(root: Path) -> dict[str, Definition]:
    """The letters of the tables, by their normal form; a letter may have several meanings."""
    meanings: dict[str, list[str]] = {}
    shown: dict[str, str] = {}
    for name in TABLES:
        with (root / f"book/notation/{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for tex in MATHS.findall(row["paper"]):
                    tex = tex.partition(" = ")[0]
                    unit = "" if row["unit"] == "–" else f" ({row['unit']})"
                    said = f"{as_html(row['meaning'])}{unit}; in the code {as_html(row['code'])}"
                    meanings.setdefault(normal(tex), []).append(said)
                    shown.setdefault(normal(tex), tex)
    return {
        symbol: Definition(
            key=f"symbol-{number}", name=formula(shown[symbol]),
            text=". Or: ".join(dict.fromkeys(said)) + ".",
        )
        for number, (symbol, said) in enumerate(meanings.items())
    }  # fmt: skip


def used(tex: str, known: dict[str, Definition]) -> list[str]:
    """The symbols that occur in a formula."""
    text = re.sub(r"\\(mathrm|mathsf|rm|sf|,|;|!)(?![A-Za-z])", "", tex)
    text = re.sub(r"([_^])\s*\{\s*(\w+)\s*\}", r"\1\2 ", text)
    text = re.sub(r"\\(tilde|hat|Delta)\s*\{?\s*(\w)", r"\\\1\2", text)
    return [symbol for symbol in known if re.search(BEFORE + re.escape(symbol) + AFTER, text)]


def pattern(known: dict[str, Definition]) -> re.Pattern:
    """Matches any term; one in capitals only as it stands, others also at a sentence's start."""
    ways = []
    for term in sorted(known, key=len, reverse=True):
        first = term[0]
        free = f"[{first.upper()}{first.lower()}]" if term.islower() else re.escape(first)
        ways.append(OTHER_SENSE.get(term, "") + free + re.escape(term[1:]))
    return re.compile(rf"(?<![\w-])({'|'.join(ways)})(s?)(?![\w-])")
