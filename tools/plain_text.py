"""The book's text as plain Markdown, for readers outside the book.

In a chapter, numbers are glued in from its cells, works are cited by key, and
exercises are directives: JupyterLab and Colab show none of that. Here the number
itself, "DePasquale et al. (2016)" and a heading take their places.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat
from pybtex.database import Entry, parse_file

from tools import questions

ROLE = re.compile(r"\{([a-z:]+)\}`([^`]+)`")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(`{3,}|:{3,})\{([\w:-]+)\}[ \t]*(.*)\n((?:.*\n)*?)\1[ \t]*$", re.M)
OPTION = re.compile(r"^:[\w-]+:.*\n?", re.M)
LABEL = re.compile(r"^\([\w-]+\)=\n", re.M)
MISSING = "…"


def glued_values(executed: nbformat.NotebookNode) -> dict[str, object]:
    """What the cells of an executed notebook have glued, by name."""
    values = {}
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            if name is None:
                continue
            text = next((v for k, v in output.data.items() if k.endswith("text/plain")), "")
            try:
                values[name] = ast.literal_eval(text)
            except (SyntaxError, ValueError):
                values[name] = text
    return values


def title_of(notebook: nbformat.NotebookNode) -> str:
    """The first heading of a notebook."""
    for cell in notebook.cells:
        found = re.search(r"^# (.+)$", cell.source, re.M) if cell.cell_type == "markdown" else None
        if found:
            return found.group(1).strip()
    return ""


def _bare(text: str) -> str:
    """A field of the bibliography without TeX's braces."""
    text = re.sub(r"\\[\"'`^~=.]\{?\\?([a-zA-Z])\}?", r"\1", text)
    return re.sub(r"[{}]", "", text).replace("--", "–").replace("\\&", "&").strip()


@dataclass
class Works:
    """The works that can be cited."""

    path: Path

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The bibliography, by key; empty where there is none."""
        return dict(parse_file(str(self.path)).entries) if self.path.is_file() else {}

    def _names(self, entry: Entry) -> str:
        names = [_bare(" ".join(p.prelast_names + p.last_names)) for p in entry.persons["author"]]
        if len(names) > 2:
            return f"{names[0]} et al."
        return " and ".join(names)

    def cite(self, keys: str, *, in_text: bool) -> str:
        """``a,b`` as ``(A 2016; B et al. 2009)``, or as ``A (2016)`` within a sentence."""
        parts = []
        for key in (key.strip() for key in keys.split(",")):
            entry = self.entries.get(key)
            names, year = (self._names(entry), entry.fields["year"]) if entry else (key, "")
            parts.append(f"{names} ({year})" if in_text else f"{names} {year}")
        return ", ".join(parts) if in_text else f"({'; '.join(parts)})"

    def full(self, key: str) -> str:
        """A work in one line."""
        entry = self.entries[key]
        people = ", ".join(
            _bare(" ".join([*p.prelast_names, *p.last_names]))
            + " " + "".join(name[0] for name in p.first_names + p.middle_names if name)
            for p in entry.persons["author"]
        )
        fields = entry.fields
        where = next((fields[k] for k in ("journal", "booktitle", "publisher") if k in fields), "")
        link = f"https://doi.org/{fields['doi']}" if "doi" in fields else fields.get("url", "")
        parts = [f"{people.strip()} ({fields['year']})", _bare(fields["title"])]
        parts += [f"*{_bare(where)}*"] if where else []
        return ". ".join(parts) + "." + (f" <{link}>" if link else "")

    def listed(self, text: str) -> str:
        """A list of all that a text cites, in the order of the bibliography."""
        groups = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text)
        cited = {key.strip() for group in groups for key in group.split(",")}
        return "\n".join(f"- {self.full(key)}" for key in self.entries if key in cited)


@dataclass
class PlainText:
    """Translates the text of one notebook.

    Parameters
    ----------
    works : Works
    values : dict of str to dict
        Glued values by the name of the notebook, without its folder and suffix.
    titles : dict of str to str
        Titles of the notebooks that are handed out together, by the same names.
    here : str
        The notebook whose text this is.
    everything : str
        All its text, from which the list of references is made.
    slides : callable
        Numbers of the slides of a lecture's segment.
    """

    works: Works
    values: dict[str, dict[str, object]]
    titles: dict[str, str]
    here: str
    everything: str = ""
    slides: Callable[[str], str] = str
    exercises: int = field(default=0, init=False)

    def translate(self, text: str) -> str:
        """A text cell in plain Markdown."""
        text = text.replace("](../chapters/drawings/", "](drawings/")
        text = LABEL.sub("", FENCE.sub(self._directive, text + "\n")).rstrip("\n")
        text = ROLE.sub(self._role, text)
        return LINK.sub(self._link, text)

    def _directive(self, match: re.Match) -> str:
        kind, argument = match.group(2), match.group(3).strip()
        body = OPTION.sub("", match.group(4)).strip("\n")
        if kind in ("exercise", "exercise-start"):
            self.exercises += 1
            return f"### Exercise {self.exercises}. {argument}\n\n{body}"
        if kind == "solution-start":
            return "**Solution**"
        if kind in ("solution-end", "exercise-end"):
            return ""
        if kind == "bibliography":
            return self.works.listed(self.everything)
        if kind in ("prediction", "questions"):
            root = self.works.path.parent.parent
            return self.translate(questions.plain(root, self.here, kind, argument))
        if kind in ("math", "code-block"):
            return f"$$\n{body}\n$$" if kind == "math" else f"```{argument}\n{body}\n```"
        title = f"**{argument or kind.capitalize()}.** "
        return "> " + (title + body).replace("\n", "\n> ")

    def _role(self, match: re.Match) -> str:
        role, content = match.groups()
        if role == "glue:text":
            return self._glued(content)
        if role.startswith("cite"):
            return self.works.cite(content, in_text=role == "cite:t")
        shown = re.fullmatch(r"(.*?)\s*<(.+)>", content, re.S)
        label, target = shown.groups() if shown else ("", content)
        if role == "slides":
            return self.slides(content)
        if role == "download":
            return f"[`{target}`]({target})"
        if role == "doc":
            return label or self.titles.get(_stem(target), _words(target))
        if role.startswith("py:"):
            return f"`{label or target.lstrip('~').rpartition('.')[2]}`"
        return label or target

    def _glued(self, content: str) -> str:
        page, _, key = content.rpartition("::")
        name, _, spec = key.partition(":")
        value = self.values.get(_stem(page) if page else self.here, {}).get(name)
        if value is None:
            return MISSING
        try:
            return format(value, spec)
        except (TypeError, ValueError):
            return str(value)

    def _link(self, match: re.Match) -> str:
        label, target = match.groups()
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            return match.group(0)
        path, _, anchor = target.partition("#")
        name = _stem(path)
        if name not in self.titles:
            if path.endswith(".ipynb") and not path.startswith(".."):
                return f"[{label or path}]({path})"
            return f"*{label or _words(path)}*"
        return f"[{label or self.titles[name]}]({name}.ipynb{'#' + anchor if anchor else ''})"


def _stem(path: str) -> str:
    """The name of a page, without folders and suffix."""
    return Path(path).name.removesuffix(".ipynb").removesuffix(".md")


def _words(path: str) -> str:
    """A page's file name as words."""
    words = re.sub(r"^\d+_", "", _stem(path)).replace("_", " ")
    return words[:1].upper() + words[1:]
