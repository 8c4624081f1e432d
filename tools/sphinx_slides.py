"""A Sphinx extension: ``{slides}`ninety_minutes/loop` ``, the numbers of a segment's slides.

They are read from the lectures themselves, so the guide's plans and the decks agree.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from tools import lectures


class SlidesRole(SphinxRole):
    """The role: a deck, or a deck and a segment of it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The numbers as text; a plan that is not there is a warning, which fails the build."""
        root = Path(self.env.srcdir)
        for path in (root / lectures.FOLDER).rglob("*.yml"):
            self.env.note_dependency(str(path))
        try:
            return [nodes.Text(lectures.said_numbers(root, self.text))], []
        except lectures.PlanError as error:
            message = self.inliner.reporter.warning(str(error), line=self.lineno)
            return [nodes.Text(self.text)], [message]


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_role("slides", SlidesRole())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
