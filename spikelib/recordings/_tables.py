"""Recordings in tables of text: from spreadsheets of any locale, from scripts and instruments."""

import codecs
import csv
import io
import re

import numpy as np

from spikelib.recordings._found import Found, damaged

_BETWEEN = ",;\t|"  # what may stand between columns, beside blanks
_MISSING = {"", "na", "n/a", "nan", "#n/a", "#na", "<na>", "null", "none", "missing", "-nan"}
_NOT_FINITE = ("nan", "inf", "infinity")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eEdD][+-]?[0-9]+)?")
_TIME = re.compile(
    r"time[ _]*[\[(]?[ _]*(s|sec|secs|seconds?|ms|msec|milliseconds?|us|µs|μs|microseconds?)"
    r"[ _]*[\])]?"
)
_RATE_UNIT = re.compile(r"[\[(]([^\[\]()]+)[\])]$")
_TIME_UNITS = {"s": "s", "m": "ms", "u": "us", "µ": "us", "μ": "us"}


def read_table(path, *, encoding=None):
    """What a table holds."""
    try:
        text = _text(path, encoding)
        names, rows = _rows(path, text)
    except (UnicodeError, csv.Error) as error:
        raise damaged(path, "text", error) from error
    time_unit = None
    for at, name in enumerate(names):
        if found := _TIME.fullmatch(name):
            time_unit = "s" if found[1].startswith("sec") else _TIME_UNITS[found[1][0]]
            names[at] = "time"
    missing = [name for name in ("condition", "time") if name not in names]
    if missing or not rows:
        raise ValueError(
            f"{path}: expected a line of column names with 'condition' and 'time' and rows below "
            f"it, got the columns {[name for name in names if name][:8]} and {len(rows)} rows"
        )
    columns = {
        kind: [at for at, name in enumerate(names) if name.startswith(kind)]
        for kind in ("rate", "output")
    }
    if not any(columns.values()):
        raise ValueError(
            f"{path}: expected columns whose names begin with 'rate' or 'output', got {names[:8]}"
        )
    used = ["condition", "time", *(names[at] for found in columns.values() for at in found)]
    if twice := sorted({name for name in used if names.count(name) > 1}):
        raise ValueError(
            f"{path}: expected every column to have a name of its own (such as rate0, rate1), got "
            + ", ".join(f"{names.count(name)} columns named {name!r}" for name in twice)
        )
    values, commas = _numbers(path, names, rows, [names.index("time"), *sum(columns.values(), [])])
    table = {}
    for (line, row), numbers in zip(rows, values, strict=True):
        name = row[names.index("condition")]
        if commas and _NUMBER.fullmatch(name):
            name = name.replace(",", ".")
        if not name:
            raise ValueError(f"{path}, line {line}, column 'condition': expected a name, got none")
        table.setdefault(name, []).append(numbers)
    times, arrays = _by_condition(path, table)
    n_rates, units = len(columns["rate"]), _units(path, names, columns["rate"])
    return Found(
        rates=arrays[:, :, :n_rates] if n_rates else None,
        outputs=arrays[:, :, n_rates:] if columns["output"] else None,
        time=times, time_unit=time_unit, rate_unit=units, conditions=tuple(table),
    )


def _by_condition(path, table):
    """Times, and values (conditions, T, n); shorter conditions end with gaps."""
    found = {}
    for name, rows in table.items():
        rows = np.array(rows)
        rows = rows[np.argsort(rows[:, 0], kind="stable")]
        if np.any(np.diff(rows[:, 0]) <= 0):
            time = rows[1:, 0][np.diff(rows[:, 0]) <= 0][0]
            raise ValueError(
                f"{path}: expected one row for each condition and time, got several of condition "
                f"{name!r} at time {time:g}"
            )
        found[name] = rows
    longest = max(found.values(), key=len)
    times = longest[:, 0]
    step = np.diff(times).min(initial=np.inf)
    arrays = np.full((len(found), len(times), longest.shape[1] - 1), np.nan)
    for k, (name, rows) in enumerate(found.items()):
        if len(rows) < 2 or np.any(np.abs(rows[:, 0] - times[: len(rows)]) > 1e-3 * step):
            raise ValueError(
                f"{path}: expected the same {len(times)} times in every condition, or only the "
                f"first of them, got others in condition {name!r}"
            )
        arrays[k, : len(rows)] = rows[:, 1:]
    return times, arrays


def _units(path, names, columns):
    """The unit that names of columns of rates end with, in brackets."""
    found = {match[1] if (match := _RATE_UNIT.search(names[at])) else None for at in columns}
    if len(found) > 1:
        raise ValueError(f"{path}: rates: expected one unit, got {sorted(map(str, found))}")
    return found.pop() if found else None


def _numbers(path, names, rows, columns):
    """Values (rows, columns) of cells, and whether they have decimal commas.

    NaN where one is missing; the first column, time, has to be there.
    """
    commas = points = None
    values = np.full((len(rows), len(columns)), np.nan)
    for i, (line, row) in enumerate(rows):
        for j, at in enumerate(columns):
            cell = row[at].replace("\N{MINUS SIGN}", "-")
            if j and cell.lower() in _MISSING:
                continue
            where = f"{path}, line {line}, column {names[at]!r}"
            if not _NUMBER.fullmatch(cell):
                kind = "finite " if cell.lower().lstrip("+-") in _NOT_FINITE else ""
                raise ValueError(f"{where}: expected a {kind}number, got {cell!r:.60}")
            commas, points = (
                where if found is None and sign in cell else found
                for found, sign in ((commas, ","), (points, "."))
            )
            values[i, j] = float(cell.replace(",", ".").lower().replace("d", "e"))
            if not np.isfinite(values[i, j]):
                raise ValueError(f"{where}: expected a finite number, got {cell!r:.60}")
    if commas and points:
        raise ValueError(
            f"{commas}: expected one decimal sign in all numbers, got a comma here and a point in "
            f"{points.removeprefix(f'{path}, ')}; separators of thousands are not read"
        )
    return values, commas is not None


def _text(path, encoding):
    """The file as text: UTF-8, UTF-16, or what the caller says."""
    data = path.read_bytes()
    if encoding is not None:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except (LookupError, TypeError) as error:
            raise ValueError(
                f"{path}: encoding: expected one that Python knows ({error})"
            ) from None
    wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    kind = "utf-16" if wide else "utf-8-sig"
    if not wide and b"\0" in data[:64]:
        # No mark at the start; letters of most scripts' digits and names have a zero byte.
        kind = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    try:
        text = data.decode(kind)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: expected text in UTF-8 or UTF-16, got other bytes ({error}): save it as "
            "UTF-8, or say encoding=..., such as 'latin-1'"
        ) from None
    if "\0" in text or "\ufffd" in text:
        raise ValueError(f"{path}: expected text, got characters that stand for none: damaged")
    return text


def _rows(path, text):
    """Names of columns in small letters, and (line, cells) of the rows below."""
    lines = io.StringIO(text, newline=None).read().split("\n")
    between = None
    for number, line in enumerate(lines):
        start, plain = number, line.strip().lower()
        if plain.startswith("sep=") and len(plain) == 5:  # as Excel has it
            between = line.strip()[4]
        elif plain.startswith("#") and not ("condition" in plain and "time" in plain):
            continue
        elif plain:
            break
    head = lines[start].lstrip().removeprefix("#")
    if between is None:
        between = max(_BETWEEN, key=head.count)
    if not head.count(between):
        between = " "
        lines[start:] = [re.sub(r"[ \t]+", " ", line.strip()) for line in lines[start:]]
        head = re.sub(r"[ \t]+", " ", head.strip())
    lines[start] = head
    reader = csv.reader(
        [f"{line}\n" for line in lines[start:]], delimiter=between, skipinitialspace=True,
        strict=True,
    )
    names = [name.strip().lower() for name in next(reader, [])]
    rows = []
    for cells in reader:
        cells, line = [cell.strip() for cell in cells], start + reader.line_num
        if not any(cells) or cells[0].startswith("#"):
            continue
        extra = [cell for cell in cells[len(names):] if cell]
        if extra or len(cells) < len(names):
            raise ValueError(
                f"{path}, line {line}: expected {len(names)} cells, got "
                + (f"{extra[:4]} beyond them" if extra else f"{len(cells)}")
                + "; a decimal comma has to be quoted where commas stand between columns"
            )
        rows.append((line, cells))
    return names, rows
