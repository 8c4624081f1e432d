"""Readers of recordings that carry their own names: ``.csv`` tables and ``.nwb`` files."""

import codecs
import csv
import io

import numpy as np

from spikelib._extras import package
from spikelib.recordings._found import Found, damaged
from spikelib.recordings._names import natural

_NWB_GROUP = "processing/averages"


def read_csv(path):
    try:
        header, rows, decimal = _rows(path)
    except (UnicodeDecodeError, csv.Error) as error:
        raise damaged(path, ".csv", error) from error
    columns = [name for name in (header if rows else []) if name]
    missing = [name for name in ("condition", "time") if name not in columns]
    if missing:
        raise ValueError(
            f"{path}: expected a line of column names with 'condition' and 'time' and rows below "
            f"it, got the columns {columns[:8]}"
        )
    chosen = {
        kind: [name for name in columns if name.startswith(kind)] for kind in ("rate", "output")
    }
    if not any(chosen.values()):
        raise ValueError(
            f"{path}: expected columns whose names begin with 'rate' or 'output', got {columns[:8]}"
        )
    # Rows are held by name: of columns of one name the last would stand for all.
    used = ["condition", "time", *chosen["rate"], *chosen["output"]]
    twice = sorted({name for name in used if header.count(name) > 1})
    if twice:
        raise ValueError(
            f"{path}: expected every column to have a name of its own (such as rate0, rate1), got "
            + ", ".join(f"{header.count(name)} columns named {name!r}" for name in twice)
        )
    table = {}
    for line, row in rows:
        for name in ("time", *chosen["rate"], *chosen["output"]):
            try:
                row[name] = float(row[name].replace(decimal, "."))
            except ValueError:
                raise ValueError(
                    f"{path}, line {line}, column {name!r}: expected a number, got {row[name]!r}"
                ) from None
            if not np.isfinite(row[name]):
                raise ValueError(
                    f"{path}, line {line}, column {name!r}: expected a finite number, got "
                    f"{row[name]}"
                )
        table.setdefault(row["condition"], []).append(row)
    first = next(iter(table.values()))
    times = np.array([row["time"] for row in first])
    for name, part in table.items():
        if len(part) != len(first) or not np.allclose([r["time"] for r in part], times, atol=1e-9):
            raise ValueError(
                f"{path}: expected the same {len(first)} times in every condition, got others in "
                f"condition {name!r}"
            )
    arrays = {
        kind: np.array([[[row[name] for name in names] for row in part] for part in table.values()])
        if names else None
        for kind, names in chosen.items()
    }
    return Found(
        rates=arrays["rate"], outputs=arrays["output"], time=times, conditions=tuple(table)
    )


def _rows(path):
    """Names of columns, numbered rows by these names, and the decimal sign."""
    data = path.read_bytes()
    wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = data.decode("utf-16" if wide else "utf-8-sig").lstrip()
    first = text.partition("\n")[0]
    # Where no comma stands between columns, one inside of a number is a decimal sign.
    between = max(",;\t", key=first.count)
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=between, restkey="", restval="",
        skipinitialspace=True,
    )
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or []]
    rows = []
    for row in reader:
        if extra := [cell for cell in row.pop("", []) if cell.strip()]:
            raise ValueError(
                f"{path}, line {reader.line_num}: expected {len(reader.fieldnames)} cells, got "
                f"{extra} beyond them; a decimal comma has to be quoted where commas stand between "
                "columns"
            )
        row = {name: cell.strip() for name, cell in row.items()}
        if any(row.values()):
            rows.append((reader.line_num, row))
    return reader.fieldnames, rows, "." if between == "," else ","


def read_nwb(path):
    h5py = package("h5py", "data")
    try:
        with h5py.File(path) as file:
            if _NWB_GROUP not in file:
                raise ValueError(
                    f"{path}: expected a group /{_NWB_GROUP}, got {sorted(file)} at the top"
                )
            group = file[_NWB_GROUP]
            series = {name: _series(path, item) for name, item in group.items() if "data" in item}
    except OSError as error:
        raise damaged(path, ".nwb", error) from error
    arrays, names, units, sampling = {}, {}, set(), []
    for kind in ("rates", "outputs"):
        found = [n.removeprefix(f"{kind}_") for n in series if n.startswith(f"{kind}_")]
        chosen = {name: series[f"{kind}_{name}"] for name in sorted(found, key=natural)}
        shapes = {s["data"].shape for s in chosen.values()}
        if len(shapes) > 1:
            raise ValueError(f"{path}: {kind}: expected one shape for all, got {sorted(shapes)}")
        arrays[kind] = np.stack([s["data"] for s in chosen.values()]) if chosen else None
        names[kind] = tuple(chosen)
        sampling += list(chosen.values())
        if kind == "rates":
            units = {s["unit"] for s in chosen.values()}
    if not sampling:
        raise ValueError(
            f"{path}: expected TimeSeries in /{_NWB_GROUP} whose names begin with 'rates_' or "
            f"'outputs_', got {sorted(series)}"
        )
    if names["rates"] and names["outputs"] and names["rates"] != names["outputs"]:
        raise ValueError(f"{path}: expected the same conditions, got {names}")
    if len(units) > 1:
        raise ValueError(f"{path}: rates: expected one unit, got {sorted(map(str, units))}")
    if any(not np.allclose(s["time"], sampling[0]["time"], atol=1e-9) for s in sampling
           if s["time"].shape == sampling[0]["time"].shape):
        raise ValueError(f"{path}: expected the same times in every series")
    unit = units.pop() if units else None
    return Found(
        rates=arrays["rates"], outputs=arrays["outputs"], time=sampling[0]["time"],
        rate_unit=unit,
        conditions=names["rates"] or names["outputs"],
    )


def _series(path, item):
    """Data, times and unit of one TimeSeries."""
    data = np.asarray(item["data"][()], dtype=float)
    attributes = item["data"].attrs
    data = data * float(attributes.get("conversion", 1.0)) + float(attributes.get("offset", 0.0))
    if data.ndim == 1:  # how NWB holds a single channel
        data = data[:, None]
    if data.ndim != 2:
        raise ValueError(f"{path}: {item.name}: expected data of shape (T, n), got {data.shape}")
    if "timestamps" in item:
        time = np.asarray(item["timestamps"][()], dtype=float)
    elif "starting_time" in item and "rate" in item["starting_time"].attrs:
        start = item["starting_time"]
        time = float(start[()]) + np.arange(len(data)) / float(start.attrs["rate"])
    else:
        raise ValueError(
            f"{path}: {item.name}: expected 'timestamps', or 'starting_time' with an attribute "
            "'rate' in Hz"
        )
    if time.ndim == 1 and len(time) != len(data):
        hint = "; are its axes turned?" if len(time) == data.shape[1] else ""
        raise ValueError(
            f"{path}: {item.name}: expected data of shape (T, n) = ({len(time)}, any), as there "
            f"are timestamps, got {data.shape}{hint}"
        )
    unit = attributes.get("unit")
    return {"data": data, "time": time, "unit": unit.decode() if isinstance(unit, bytes) else unit}
