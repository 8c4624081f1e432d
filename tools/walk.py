"""Walk through a lecture with a clock: ``python -m tools.walk ninety_minutes``.

Every slide of the composed deck is opened in its order, as a lecturer would, in a browser without
a window; how long each takes until it can be shown is measured: its pictures drawn, its widget
running and its picture moving. The plan's minutes stand beside, with the words that are read.
``--live`` also runs in a kernel what the plan shows live, and ``--pictures FOLDER`` keeps
a picture of each slide. It needs the results of `make book` or `make course`.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tools import course, get_browser, lectures, slides
from tools.book_layout import ROOT

WAIT = 5.0  # seconds that a room may look at an empty slide
READING = 150  # words a minute, for what stands on a slide
LOOKING = 20  # seconds, whatever stands there
READY = "() => document.documentElement.dataset.ready === 'yes'"
SHOWN = """() => {
  const slide = Reveal.getCurrentSlide(), runs = slide.querySelector('.runs');
  return Array.from(slide.querySelectorAll('img')).every(i => i.complete && i.naturalWidth > 0)
    && (!runs || runs.dataset.running === 'yes');
}"""
WORDS = """() => {
  const copy = Reveal.getCurrentSlide().cloneNode(true);
  copy.querySelectorAll('.notes, footer, script, style, svg, .runs, mjx-container')
    .forEach(e => e.remove());
  return copy.textContent.split(/\\s+/).filter(Boolean).length;
}"""
# What a widget shows: canvases and drawings, as one text.
PICTURE = """() => {
  const runs = Reveal.getCurrentSlide().querySelector('.runs');
  return Array.from(runs.querySelectorAll('canvas')).map(c => c.toDataURL()).join()
    + Array.from(runs.querySelectorAll('svg')).map(s => s.outerHTML).join() + runs.innerText;
}"""
MOVE = """() => {
  const slider = Reveal.getCurrentSlide().querySelector('.runs input[type=range]');
  if (!slider) return false;
  slider.value = slider.value === slider.max ? slider.min : slider.max;
  for (const kind of ['input', 'change']) slider.dispatchEvent(new Event(kind, { bubbles: true }));
  return true;
}"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One slide, as it was met.

    Parameters
    ----------
    number : int
        From 1.
    name, title, kind : str
    segment, at : str
        The part of the plan, and the minutes that it has.
    begins : float
        Minute of the plan.
    minutes : float
        That the plan gives it.
    waited : float
        Seconds until it could be shown.
    words : int
        That stand on it.
    moves : str
        Of a widget: what made its picture change, and after how many seconds.
    live : str
        The section that is run live.
    """

    number: int
    name: str
    title: str
    kind: str
    segment: str
    at: str
    begins: float
    minutes: float
    waited: float = 0.0
    words: int = 0
    moves: str = ""
    live: str = ""


def plan(lecture: lectures.Lecture) -> list[Step]:
    """The slides of a lecture with their minutes, before anything was opened."""
    steps, minute = [], 0.0
    for number, (segment, slide) in enumerate(lecture.slides, start=1):
        steps.append(Step(
            number=number, name=slide.name, title=slide.title, kind=slide.kind,
            segment=segment.name, at=segment.at, begins=minute, minutes=slide.minutes or 0.0,
            live=slide.live,
        ))
        minute += slide.minutes or 0.0
    return steps


def faults(lecture: lectures.Lecture, steps: list[Step]) -> list[str]:
    """What does not go with the clock: sums, slides that are too short, waits that are too long."""
    found = []
    total = sum(step.minutes for step in steps)
    if total != lecture.minutes:
        found.append(f"the slides take {total:g} minutes, the plan has {lecture.minutes:g}")
    for step in steps:
        # The title stands while people come in.
        needed = LOOKING + (step.kind != "title") * 60 * step.words / READING
        if 60 * step.minutes < needed:
            found.append(f"{step.number} {step.name}: {60 * step.minutes:.0f} s for "
                         f"{step.words} words, expected at least {needed:.0f} s")
        if step.waited > WAIT:
            found.append(f"{step.number} {step.name}: {step.waited:.1f} s until it is shown")
        if step.kind == "widget" and not step.moves:
            found.append(f"{step.number} {step.name}: its widget does not move")
    for segment in dict.fromkeys(step.segment for step in steps):
        part = [step for step in steps if step.segment == segment]
        ends = part[-1].begins + part[-1].minutes
        if f"{part[0].begins:g}–{ends:g}" != part[0].at:
            found.append(f"{segment}: {part[0].at} in the plan, its slides take "
                         f"{part[0].begins:g}–{ends:g}")
    return found


def walk(page, steps: list[Step], pictures: Path | None = None) -> list[Step]:
    """Open the slides one after the other in a page that shows the deck.

    Parameters
    ----------
    page : playwright.sync_api.Page
        With the deck on its first slide.
    steps : list of Step
    pictures : Path, optional
        A folder for a picture of each slide.

    Returns
    -------
    list of Step
        The same, with what was measured.
    """
    seen = []
    for step in steps:
        began = time.perf_counter()
        if step.number > 1:
            page.evaluate(f"Reveal.slide({step.number - 1}, 0, 99)")
        page.wait_for_function(SHOWN)
        waited = time.perf_counter() - began
        step = replace(step, waited=waited, words=page.evaluate(WORDS))
        if step.kind == "widget":
            step = replace(step, moves=_moves(page))
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            page.wait_for_timeout(300)  # steps of a slide are blended in
            page.screenshot(path=pictures / f"{step.number:02}.png")
        seen.append(step)
    return seen


def _moves(page) -> str:
    """What makes the picture of a widget change: nothing needed, its first slider, or "" for none.

    Not asked before two frames were drawn, so that its start does not count.
    """
    before = page.evaluate(PICTURE)
    for what, patience in (("by itself", 2.0), ("slider", 10.0)):
        if what == "slider" and not page.evaluate(MOVE):
            return ""
        began = time.perf_counter()
        while time.perf_counter() - began < patience:
            if page.evaluate(PICTURE) != before:
                return f"{what}, {time.perf_counter() - began:.1f} s"
            page.wait_for_timeout(50)
    return ""


def live_seconds(root: Path, told: str) -> tuple[float, float]:
    """Seconds that the cells of a section take in a kernel, and those before it.

    Parameters
    ----------
    root : Path
    told : str
        As slides say it: ``chapter 2, "A network that is driven"``.
    """
    found = re.fullmatch(r'chapter (\d+), "(.+)"', told)
    path = next((root / "chapters").glob(f"{int(found[1]):02}_*.ipynb")) if found else None
    notebook = nbformat.read(path, as_version=4) if path else None
    headings = [] if notebook is None else [
        k for k, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and re.search(r"(?m)^## ", cell.source)]
    first = next((k for k in headings if re.search(
        rf"(?m)^## {re.escape(found[2])}\s*$", notebook.cells[k].source)), None)
    if first is None:
        raise lectures.PlanError(f"there is no section {told}")
    last = next((k for k in headings if k > first), len(notebook.cells))
    notebook.cells = notebook.cells[:last]
    NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=True,
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    times = [_seconds(cell) for cell in notebook.cells]
    return sum(times[first:]), sum(times[:first])


def _seconds(cell) -> float:
    at = cell.metadata.get("execution", {})
    if "iopub.status.busy" not in at:
        return 0.0
    busy, idle = (datetime.fromisoformat(at[f"iopub.status.{k}"]) for k in ("busy", "idle"))
    return (idle - busy).total_seconds()


def table(steps: list[Step]) -> str:
    """A line for each slide, as Markdown."""
    rows = ["| minute | slide | minutes | waited (s) | words | widget, live |",
            "|---|---|---|---|---|---|"]
    for step in steps:
        more = "; ".join(part for part in (step.moves, step.live) if part)
        rows.append(f"| {step.begins:g} | {step.number} {step.title} | {step.minutes:g} | "
                    f"{step.waited:.1f} | {step.words} | {more} |")
    return "\n".join(rows)


def main(arguments: list[str] | None = None) -> int:
    """The command line: 0 where the lecture fits its clock."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lecture", nargs="?", default="ninety_minutes")
    parser.add_argument("--live", action="store_true", help="also run what is shown live")
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each slide")
    options = parser.parse_args(arguments)
    try:
        lecture = lectures.read(ROOT, options.lecture)
        if lecture.minutes is None:
            raise lectures.PlanError(f"{options.lecture} has no clock")
    except lectures.PlanError as error:
        print(error, file=sys.stderr)
        return 1
    browser, reason = get_browser.get()
    if browser is None:
        print(f"no browser: {reason}", file=sys.stderr)
        return 1
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = slides.build(course.read_book(ROOT), Path(folder) / "slides")
        if made.missing:
            print(f"the slides lack {len(made.missing)} figures and numbers, such as "
                  f"{made.missing[0]}: run make book first", file=sys.stderr)
            return 1
        chromium = playwright.chromium.launch(executable_path=browser)
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        began = time.perf_counter()
        page.goto(next(p for p in made.files if p.stem == options.lecture).as_uri())
        page.wait_for_function(READY)
        opened = time.perf_counter() - began
        steps = walk(page, plan(lecture), options.pictures)
        chromium.close()
    print(table(steps))
    total = sum(step.minutes for step in steps)
    print(f"\n{len(steps)} slides, {total:g} minutes; the deck opened in {opened:.1f} s, all slides"
          f" together took {sum(step.waited for step in steps):.1f} s")
    if options.live:
        for step in (step for step in steps if step.live):
            own, before = live_seconds(ROOT, step.live)
            print(f"live, slide {step.number}: {step.live}: {own:.1f} s "
                  f"(and {before:.1f} s for the cells before it, to be run ahead)")
    wrong = faults(lecture, steps)
    print("\n".join(wrong) if wrong else "it fits its clock")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
