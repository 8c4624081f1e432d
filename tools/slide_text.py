"""Text for slides: Markdown as HTML, with formulas left to MathJax."""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin


def renderer() -> MarkdownIt:
    """Markdown to HTML; formulas are left to MathJax."""
    def formula(text: str, options: dict) -> str:
        text = html.escape(text, quote=False)
        return rf"\[{text}\]" if options["display_mode"] else rf"\({text}\)"

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.use(dollarmath_plugin, renderer=formula, double_inline=True)
    return markdown.use(amsmath_plugin, renderer=lambda text: html.escape(text, quote=False))


MARKDOWN = renderer()


def plain_links(text: str) -> str:
    """Links as their text: a slide leads nowhere."""
    return re.sub(r"(?<!!)\[([^\]]+)\]\([^)]*\)", r"\1", text)
