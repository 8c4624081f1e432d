"""What comes of grading: a table, a page for each student, and files for learning platforms."""

import csv
import html
import json
from pathlib import Path

__all__ = ["rows", "write"]

OFFENCE = 1  # points that each kind of thing costs which had to be stopped
_STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
 padding: 0 1rem; color: #1a1a1a; background: #fff }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem;
 border-bottom: 1px solid #bbb; vertical-align: top }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; font-size: .9rem }
@media (max-width: 40rem) { thead { display: none } td { display: block; border: 0 }
 tr { display: block; border-bottom: 1px solid #888 }
 td:nth-child(2)::after { content: " points" } td:nth-child(3)::after { content: " hints used" } }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 }
 th, td { border-color: #555 } }"""


def rows(results):
    """A row a student: points for each exercise, the sum, hints used, and what went wrong.

    Parameters
    ----------
    results : list of dict
        See `spikelib.book.marks.grading.grade`.

    Returns
    -------
    list of dict
        ``student``, ``points``, ``of``, ``exercises``, ``hints``, ``forbidden`` and ``errors``.
    """
    asked = {r["chapter"]: list(r["exercises"]) for r in results if r["exercises"]}
    columns = [f"{chapter}.{name}" for chapter in sorted(asked) for name in asked[chapter]]
    table = []
    for student in sorted({result["student"] for result in results}):
        own = [result for result in results if result["student"] == student]
        points, hints = dict.fromkeys(columns, 0), 0
        for result in own:
            for name, found in result["exercises"].items():
                column = f"{result['chapter']}.{name}"
                points[column] = max(points[column], found["points"])
                hints += found["hints"]
        forbidden = sorted({what for result in own for what in result["forbidden"]})
        total = max(0, sum(points.values()) - OFFENCE * len(forbidden))
        table.append({
            "student": student, "points": total, "of": len(columns), "exercises": points,
            "hints": hints, "forbidden": forbidden,
            "errors": [f"{r['notebook']}: {text}" for r in own for text in r["errors"]],
        })
    return table


def write(results, folder):
    """Write ``marks.csv``, ``moodle.csv``, ``canvas.csv``, and for each student a page and a file.

    Parameters
    ----------
    results : list of dict
    folder : Path
        Made where it is not there.

    Returns
    -------
    list of dict
        The rows of the table.
    """
    folder = Path(folder)
    (folder / "feedback").mkdir(parents=True, exist_ok=True)
    table = rows(results)
    columns = list(table[0]["exercises"])
    header = ["student", "points", "of", *columns, "hints", "stopped", "errors"]
    _csv(folder / "marks.csv", header, [
        [r["student"], r["points"], r["of"], *r["exercises"].values(), r["hints"],
         "; ".join(r["forbidden"]), " | ".join(r["errors"])] for r in table])
    title = "spikelib " + ", ".join(sorted({c.partition(".")[0] for c in columns}))
    _csv(folder / "moodle.csv", ["ID number", title], [[r["student"], r["points"]] for r in table])
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    _csv(folder / "canvas.csv", header, [
        ["Points Possible", "", "", "", "", len(columns)],
        *(["", "", "", r["student"], "", r["points"]] for r in table)])
    for row in table:
        own = [result for result in results if result["student"] == row["student"]]
        name = row["student"]
        page, file = folder / "feedback" / f"{name}.html", folder / "feedback" / f"{name}.json"
        page.write_text(_page(row, own), "utf-8")
        file.write_text(json.dumps(row, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return table


def _csv(path, header, lines):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([[_plain(value) for value in line] for line in lines])


def _plain(value):
    """A value that a spreadsheet does not take for a formula."""
    text = str(value)
    formula = text.startswith(("=", "+", "-", "@", "\t")) and not isinstance(value, int)
    return f"'{text}" if formula else value


def _page(row, results):
    """A student's page: what each answer got, and what the check says of it."""
    lines = []
    for result in results:
        for name, found in result["exercises"].items():
            said = html.escape(found["said"])
            lines.append(f"<tr><td><code>{html.escape(name)}</code></td><td>{found['points']}</td>"
                         f"<td>{found['hints']}</td><td><pre>{said}</pre></td></tr>")
    notes = [f"{text}: {OFFENCE} point off" for text in row["forbidden"]] + row["errors"]
    listed = "".join(f"<li>{html.escape(text)}</li>" for text in notes)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Marks of {html.escape(row['student'])}</title>
<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>
<h1>{html.escape(row['student'])}: {row['points']} of {row['of']} points</h1>
<table><thead><tr><th>exercise</th><th>points</th><th>hints used</th>
<th>what the check says</th></tr></thead><tbody>{''.join(lines)}</tbody></table>
{f'<h2>What went wrong when the notebook ran</h2><ul>{listed}</ul>' if listed else ''}
<p>Every answer was run again, in a fresh copy of the course, and judged in the cases of its check
and in others.</p></body></html>
"""
