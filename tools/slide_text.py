"""Text for slides: sentences and blocks of Markdown, and Markdown as HTML."""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

LATER_SENTENCE = re.compile(r"(?<=[.!?:])[*_”\"]*\s+(?=[A-Z*_“\"`$(])")
MASKED = re.compile(r"\$[^$]+\$|`[^`]+`|\[[^\]]*\]\([^)]*\)|\([^()]*\)", re.S)


def renderer() -> MarkdownIt:
    """Markdown to HTML; formulas are left to MathJax."""
    def formula(text: str, options: dict) -> str:
        text = html.escape(text, quote=False)
        return rf"\[{text}\]" if options["display_mode"] else rf"\({text}\)"

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.use(dollarmath_plugin, renderer=formula, double_inline=True)
    return markdown.use(amsmath_plugin, renderer=lambda text: html.escape(text, quote=False))


MARKDOWN = renderer()


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph; full stops in formulas, code and brackets end none."""
    masked: list[str] = []

    def mask(match: re.Match) -> str:
        masked.append(match.group(0))
        return f"$M{len(masked) - 1}$"

    text = MASKED.sub(mask, " ".join(paragraph.split()))
    parts = LATER_SENTENCE.split(text)
    for _ in range(2):  # a link may stand in brackets
        parts = [re.sub(r"\$M(\d+)\$", lambda m: masked[int(m.group(1))], p) for p in parts]
    return _join_headings([_close(part) for part in parts if part.strip()])


def _close(part: str) -> str:
    """A sentence cut out of emphasis keeps its stars in pairs."""
    for mark in ("**", "*"):
        if part.count(mark) % 2 and not (mark == "*" and part.count("**")):
            part = part.rstrip(mark) + mark if part.startswith(mark) else part.replace(mark, "")
    return part


def _join_headings(parts: list[str]) -> list[str]:
    """A few words in bold or italics, as in "**Noise.** White noise...", open a sentence."""
    joined: list[str] = []
    for part in parts:
        if joined and re.fullmatch(r"(\*\*[^*]+\*\*|\*[^*]+\*):?", joined[-1]):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined


def plain_links(text: str) -> str:
    """Links as their text: a slide leads nowhere."""
    return re.sub(r"(?<!!)\[([^\]]+)\]\([^)]*\)", r"\1", text)


def blocks(text: str) -> list[str]:
    """Paragraphs, lists, formulas, tables and fenced code of a text cell."""
    parts = re.split(r"(^```.*?^```[ \t]*$|^\$\$.*?\$\$[ \t]*\.?[ \t]*$)", text, flags=re.M | re.S)
    found = []
    for part in parts:
        part = part.strip()
        if part.startswith(("$$", "```")):
            found.append(part)
        else:
            found += [block.strip() for block in re.split(r"\n\s*\n", part) if block.strip()]
    return found
