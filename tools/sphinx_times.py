"""A Sphinx extension: ``{running-times}``, a table of what each notebook took to run.

The seconds are those that were recorded when the notebooks were executed, the order
is that of the table of contents.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from tools.book_layout import page_names


class RunningTimesNode(nodes.General, nodes.Element):
    """Where the table will stand, once every notebook has been read."""


class RunningTimes(SphinxDirective):
    """The directive, without arguments."""

    def run(self) -> list[nodes.Node]:
        """Leave a placeholder."""
        return [RunningTimesNode()]


def link(source: str, target: str) -> nodes.paragraph:
    """A link to a page, under the page's own title."""
    reference = pending_xref(
        refdoc=source, refdomain="std", reftype="doc", reftarget=f"/{target}", refexplicit=False,
        refwarn=True,
    )
    reference += nodes.inline()
    return nodes.paragraph("", "", reference)


def make_table(rows: list[list[nodes.Node]]) -> nodes.table:
    """A table of two columns; the first row is its head."""
    group = nodes.tgroup("", *[nodes.colspec(colwidth=width) for width in (3, 1)], cols=2)
    made = [nodes.row("", *[nodes.entry("", cell) for cell in row]) for row in rows]
    group += [nodes.thead("", made[0]), nodes.tbody("", *made[1:])]
    return nodes.table("", group, classes=["colwidths-auto"])


class FillRunningTimes(SphinxPostTransform):
    """Puts the table in its place."""

    default_priority = 8  # before references are resolved

    def run(self, **kwargs) -> None:
        """Replace each placeholder."""
        for node in list(self.document.findall(RunningTimesNode)):
            rows = [[nodes.paragraph(text="page"), nodes.paragraph(text="seconds to run")]]
            for name in page_names(Path(self.env.srcdir)):
                data = NbMetadataCollector.get_exec_data(self.env, name)
                if data and data["runtime"] is not None:
                    seconds = nodes.paragraph(text=f"{data['runtime']:.0f}")
                    rows.append([link(self.env.docname, name), seconds])
            node.replace_self(make_table(rows))


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_node(RunningTimesNode)
    app.add_directive("running-times", RunningTimes)
    app.add_post_transform(FillRunningTimes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
