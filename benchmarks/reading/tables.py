"""Tables of text, as spreadsheets, scripts and instruments write them."""

import numpy as np

from benchmarks.reading.truth import Case, as_found, draw
from spikelib.recordings import read_recording

_PLAIN = {"sep": ",", "decimal": ".", "encoding": "utf-8", "newline": "\n", "quote": False,
          "condition": "condition", "time": "time", "rate": "rate", "output": "output"}


class Table:
    """Cells and how they are written."""

    def __init__(self, truth, rng):
        self.truth, self.rng, self.style, self.scale = truth, rng, dict(_PLAIN), 1.0
        self.right, self.must, self.options = truth.as_dict(), True, {"rate_unit": "Hz"}
        n_conditions, n_samples, n_neurons = truth.rates.shape
        self.rates = [f"{i}" for i in range(n_neurons)]
        self.outputs = [] if truth.outputs is None else ["0", "1"]
        self.columns = list(range(2 + n_neurons + len(self.outputs)))
        self.cells = [
            [truth.names[k], self.number(t * truth.dt), *map(self.number, truth.rates[k, t]),
             *([] if truth.outputs is None else map(self.number, truth.outputs[k, t]))]
            for k in range(n_conditions) for t in range(n_samples)
        ]
        self.before, self.blank, self.extra, self.header = [], (), "", None

    @staticmethod
    def number(value):
        return f"{value:.10g}"

    def spot(self):
        """A row, and the index of a rate in it."""
        return self.rng.integers(len(self.cells)), 2 + self.rng.integers(len(self.rates))

    def refuse(self):
        self.right, self.must = None, False

    def names(self):
        style = self.style
        return self.header or [style["condition"], style["time"], *(style["rate"] + r for r in
                               self.rates), *(style["output"] + o for o in self.outputs)]

    def bytes(self):
        style = self.style

        def line(cells, numbers=True):
            cells = [cells[i] for i in self.columns if i < len(cells)] + list(
                cells[len(self.columns):])
            if numbers and style["decimal"] != ".":
                cells = [c.replace(".", style["decimal"]) if _is_number(c) else c for c in cells]
            sep = style["sep"]
            cells = [f'"{c}"' if style["quote"] or (sep.strip() and sep.strip() in c) else c
                     for c in cells]
            return sep.join(cells) + self.extra

        rows = [*self.before, line(self.names(), False)]
        for i, cells in enumerate(self.cells):
            rows += ["" for blank in self.blank if blank == i] + [line(cells)]
        return (style["newline"].join(rows) + style["newline"]).encode(style["encoding"])


def _is_number(text):
    try:
        return np.isfinite(float(text))
    except ValueError:
        return False


def locale(t):
    t.style |= [{"sep": ";", "decimal": ","}, {"sep": ";"}, {"sep": "\t"}, {"sep": ", "},
                {"sep": "\t", "decimal": ","}, {"decimal": ",", "quote": True}, {"quote": True},
                {"sep": " ; ", "decimal": ","}, {"sep": "|"}][t.rng.integers(9)]
    encodings = ["utf-8", "utf-8-sig", "utf-16"]
    t.style["encoding"] = encodings[t.rng.integers(3)]
    t.style["newline"] = ["\n", "\r\n", "\r"][t.rng.integers(3)]


def other_encoding(t):
    t.style["encoding"] = ["latin-1", "cp1252", "utf-16-le", "utf-16-be", "mac-roman"][
        t.rng.integers(5)]
    try:
        t.bytes()
    except UnicodeEncodeError:
        t.style["encoding"] = "utf-8"
    # Which one-byte encoding it is cannot be seen; that it is not UTF-8 can.
    t.must = all(name.isascii() for name in t.truth.names) and "16" not in t.style["encoding"]


def columns_in_another_order(t):
    t.columns = list(t.rng.permutation(len(t.columns)))
    rates = [t.rates[i - 2] for i in t.columns if 2 <= i < 2 + len(t.rates)]
    order = [t.rates.index(name) for name in rates]
    t.right["rates"] = t.truth.rates[:, :, order]
    if t.outputs:
        swapped = t.columns.index(len(t.cells[0]) - 1) < t.columns.index(len(t.cells[0]) - 2)
        t.right["outputs"] = t.truth.outputs[:, :, ::-1] if swapped else t.truth.outputs


def rows_by_time(t):
    t.cells.sort(key=lambda row: float(row[1]))


def rows_shuffled(t):
    first = t.cells[0][0]
    t.cells = [t.cells[i] for i in t.rng.permutation(len(t.cells))]
    t.must = False  # there is an order of times, but that of conditions is lost
    seen = list(dict.fromkeys(row[0] for row in t.cells))
    order = [t.truth.names.index(name) for name in seen]
    t.right = t.truth.as_dict(rates=t.truth.rates[order], conditions=tuple(seen), outputs=None
                              if t.truth.outputs is None else t.truth.outputs[order])
    assert first


def gap(t):
    row, column = t.spot()
    t.cells[row][column] = ["NA", "n/a", "NaN", "", "nan", "#N/A", "N/A", "null"][
        t.rng.integers(8)]
    rates = t.truth.rates.copy()
    rates[(*divmod(int(row), t.truth.rates.shape[1]), column - 2)] = np.nan
    t.right["rates"] = rates


def no_number(t):
    row, column = t.spot()
    t.cells[row][column] = ["inf", "-inf", "1e999", "much", "-3.5", "0x10", "1 2", "#DIV/0!", "--"][
        t.rng.integers(9)]
    t.refuse()


def no_time(t):
    t.cells[t.rng.integers(len(t.cells))][1] = ["NA", "", "x", "inf", "nan"][t.rng.integers(5)]
    t.refuse()


def milliseconds(t):
    named = t.rng.random() < 0.5
    for row in t.cells:
        row[1] = t.number(float(row[1]) * 1000)
    if named:
        t.style["time"] = ["time_ms", "time (ms)", "time [ms]", "Time (ms)"][t.rng.integers(4)]
    elif t.rng.random() < 0.5:
        t.options["time_unit"] = "ms"
    else:
        t.refuse()


def plain_extras(t):
    t.blank = tuple(t.rng.integers(len(t.cells), size=2))
    choice = t.rng.integers(4)
    if choice == 0:
        t.before = ["# made by a script", "# at noon"]
    elif choice == 1:
        t.extra = t.style["sep"]
    elif choice == 2:
        t.style |= {"condition": " Condition ", "time": "TIME", "rate": "Rate"}
    else:
        t.columns = [len(t.cells[0]), *t.columns]
        t.header = [*t.names(), ""]
        t.cells = [[*row, str(i)] for i, row in enumerate(t.cells)]


def rows_missing(t):
    n_samples = t.truth.rates.shape[1]  # within a condition: at its end it is a gap
    del t.cells[t.rng.integers(len(t.truth.names)) * n_samples + t.rng.integers(n_samples - 1)]
    t.refuse()


def row_twice(t):
    at = t.rng.integers(len(t.cells))
    t.cells.insert(int(t.rng.integers(len(t.cells))), list(t.cells[at]))
    t.refuse()


def last_rows_missing(t):
    n = int(t.rng.integers(1, t.truth.rates.shape[1] - 2))
    del t.cells[-n:]
    rates = t.truth.rates.copy()
    rates[-1, -n:] = np.nan
    outputs = None if t.truth.outputs is None else t.truth.outputs.copy()
    if outputs is not None:
        outputs[-1, -n:] = np.nan
    t.right |= {"rates": rates, "outputs": outputs}


def header_spoiled(t):
    header = t.names()
    choice = t.rng.integers(5)
    if choice == 0:
        header[3] = header[2]
    elif choice == 1:
        header[t.rng.integers(2)] = "something"
    elif choice == 2:
        header = [f"x{i}" for i in range(len(header))]
    elif choice == 3:
        header = header[:-1]
    else:
        header = t.cells[0]
    t.header = header
    t.refuse()


def thousands(t):
    row, column = t.spot()
    t.cells[row][column] = "1,000.5"
    t.style["sep"] = ";"
    t.refuse()


CHANGES = (locale, other_encoding, columns_in_another_order, rows_by_time, rows_shuffled, gap,
           no_number, no_time, milliseconds, plain_extras, rows_missing, row_twice,
           last_rows_missing, header_spoiled, thousands)


def case(rng, path):
    """A table with one of these changes, or spoiled as bytes by `spoil`."""
    table = Table(draw(rng), rng)
    changes = [CHANGES[rng.integers(len(CHANGES))]]
    if rng.random() < 0.3 and changes[0] is not locale and changes[0] is not thousands:
        locale(table)
        if changes[0] in (other_encoding, plain_extras):
            table.style |= {"sep": ";", "quote": False, "decimal": "."}
    changes[0](table)
    path = path.with_suffix([".csv", ".tsv", ".txt"][rng.integers(3)])
    path.write_bytes(table.bytes())
    return Case(
        kind="table", change=changes[0].__name__, right=table.right, must=table.must,
        names=(path.name,),
        read=lambda path: as_found(read_recording(path, **table.options)),
    ), path
