"""A Sphinx extension: ``{prediction}`` before a figure, ``{questions}`` at the end of a section.

What they show comes from ``book/questions``. As built, each question stands there with its
choices, and its answer folds out below: that is what is read without JavaScript.
``questions.js`` and ``predictions.js`` make something of it that can be answered. A third
directive, ``{course-map}``, says which section, exercise and question belong to an objective.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from tools import course_map, questions


class asked(nodes.General, nodes.Element):  # noqa: N801  (docutils names nodes so)
    """A part of a question: a box with a class, and what scripts need to know."""


def visit_asked(self, node: asked) -> None:
    """Open the box."""
    given = "".join(f' {name}="{escape(value)}"' for name, value in node["given"].items())
    self.body.append(f"<{node['tag']}{given}>")


def depart_asked(self, node: asked) -> None:
    """Close it."""
    self.body.append(f"</{node['tag']}>")


def box(*children: nodes.Node, tag: str = "div", **given: str) -> asked:
    """A part of a question; ``class_`` stands for class, ``data_x`` for data-x."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
    node = asked("", given=named, tag=tag)
    node.extend(children)
    return node


class AskDirective(SphinxDirective):
    """What both directives have in common."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The nodes; a question that is not there is a warning, which fails the build."""
        self.root = Path(self.env.srcdir)
        self.chapter = Path(self.env.docname).name[:2]
        for path in (self.root / questions.FOLDER).glob("*.yml"):
            self.env.note_dependency(str(path))
        try:
            return self.made()
        except questions.QuestionError as error:
            return [self.state.document.reporter.warning(str(error), line=self.lineno)]

    def parsed(self, text: str) -> list[nodes.Node]:
        """Markdown of the book as nodes."""
        holder = nodes.container()
        self.state.nested_parse(StringList(text.strip().splitlines(), "questions"), 0, holder)
        return holder.children

    def lettered(self, letter: str, text: str, **given: str) -> asked:
        """Text behind a letter."""
        mark = box(nodes.Text(f"{letter}."), tag="span", class_="letter")
        return box(mark, nodes.Text(" "), box(*self.parsed(text), class_="words"), **given)

    def offered(self, choices: tuple[questions.Choice, ...]) -> asked:
        """The choices, one below the other."""
        made = [
            self.lettered(letter, choice.say, class_="choice", data_right=str(choice.right).lower())
            for letter, choice in zip(questions.LETTERS, choices, strict=False)
        ]
        return box(*made, class_="choices")

    def reasons(self, choices: tuple[questions.Choice, ...]) -> list[asked]:
        """What is said about each choice."""
        made = []
        for letter, choice in zip(questions.LETTERS, choices, strict=False):
            verdict = "Right." if choice.right else "No."
            said = self.lettered(letter, f"**{verdict}** {choice.why.strip()}", class_="why")
            made.append(said)
        return made

    def folded(self, summary: str, *children: nodes.Node) -> asked:
        """What stays folded until it is asked for."""
        return box(box(nodes.Text(summary), tag="summary"), *children,
                   tag="details", class_="answers")


class QuestionsDirective(AskDirective):
    """The questions that close a section."""

    def made(self) -> list[nodes.Node]:
        """A box for each of them."""
        found = questions.of_section(self.root, self.chapter, self.arguments[0])
        all_of_them = []
        for number, each in enumerate(found, start=1):
            text = f"**{number}.** {each.ask.strip()}"
            all_of_them.append(box(
                box(*self.parsed(text), class_="ask", id=f"{each.key}-ask"),
                self.offered(each.choices),
                self.folded("Answer", *self.reasons(each.choices)),
                class_="question", id=each.key, role="group",
                aria_labelledby=f"{each.key}-ask",
            ))  # fmt: skip
        title = box(nodes.Text("Check yourself"), tag="p", class_="asked-title")
        return [box(title, *all_of_them, class_="questions")]


class PredictionDirective(AskDirective):
    """What a reader commits to before a figure is seen."""

    def made(self) -> list[nodes.Node]:
        """A box, which the script ties to its figure."""
        each = questions.prediction(self.root, self.chapter, self.arguments[0])
        came = box(*self.parsed(each.came), class_="came")
        kind = "choose" if each.choices else "sketch"
        parts = [self.offered(each.choices)] if each.choices else []
        return [box(
            box(nodes.Text("Predict, before you look"), tag="p", class_="asked-title"),
            box(*self.parsed(each.ask), class_="ask", id=f"{each.key}-ask"), *parts,
            self.folded("What came, and why", came, *self.reasons(each.choices)),
            class_="prediction", id=each.key, role="group", aria_labelledby=f"{each.key}-ask",
            data_kind=kind, data_figure=each.figure,
        )]  # fmt: skip


class MapDirective(AskDirective):
    """The map of the course, or of one chapter."""

    required_arguments = 0

    def made(self) -> list[nodes.Node]:
        """The map, written as Markdown."""
        return self.parsed(course_map.markdown(self.root))


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_node(asked, html=(visit_asked, depart_asked))
    app.add_directive("questions", QuestionsDirective)
    app.add_directive("prediction", PredictionDirective)
    app.add_directive("course-map", MapDirective)
    app.add_css_file("questions.css")
    app.add_js_file("questions.js")
    app.add_js_file("predictions.js")  # uses what the other one offers
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
