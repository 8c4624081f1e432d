"""The browser half of the widgets: small files, put together when they are needed."""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?!default\b)", re.M)


@cache
def bundle(entry):
    """One ES module: the file `entry` in ``js/`` after all that it imports, each once.

    The files are ES modules themselves and can be imported as they are. Here they share one
    scope, so no name at their top level may be used twice.

    Examples
    --------
    >>> "export default" in bundle("neuron.js"), "import {" in bundle("neuron.js")
    (True, False)
    """
    parts = {}

    def add(name):
        if name not in parts:
            text = (FOLDER / "js" / name).read_text(encoding="utf-8")
            for other in _IMPORT.findall(text):
                add(other)
            parts[name] = _EXPORT.sub("", _IMPORT.sub("", text))

    add(entry)
    return "\n".join(parts.values())


@cache
def style():
    """The style sheet of all widgets."""
    return (FOLDER / "live.css").read_text(encoding="utf-8")
