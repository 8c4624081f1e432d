"""A network trained in a page: how often it succeeds, how long it takes, how smooth it stays.

    python benchmarks/page.py --json

Opens a page that holds nothing but the widget, from disk, in headless Chromium. Random smooth
curves (the button "Random pattern", seeds 1, 2, ...), 200 neurons, the widget's own settings
otherwise. Settings were chosen on seeds 1 to 20; seeds 101 to 120, the default, are for
reports. A curve is learned where the frozen network has an error of at most 0.02 from each of
three random starts. Some curves are trained once more with the page's processes, the worker
among them, slowed down four times (by stopping them three parts of the time: the browsers' own
throttling leaves workers as fast as they were). `cpu_s` is the processor time of the page's
processes, which tells on a machine that others use, too, what `train_s` would be without them;
where there is no ``/proc``, it and the slow runs are left out. What is added to a page is the
widget's script, the worker's and the style, compressed.
"""

import argparse
import gzip
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks._processes import Slowed, processor_seconds, renderers  # noqa: E402
from spikelib.book.live import TrainerWidget  # noqa: E402
from spikelib.book.live._bundle import bundle, style  # noqa: E402
from tools import get_browser  # noqa: E402

GOAL = 0.02
SLOWER = 4
PROCESSES = Path("/proc/self/stat").exists()
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<style>STYLE</style></head><body><div id="place"></div><script type="module">
MODULE
const state = STATE;
const model = { get: (name) => state[name], set() {}, on() {}, off() {}, save_changes() {} };
render({ model, el: document.getElementById("place") });
</script></body></html>"""
WATCH = """
() => {
  window.seen = { longest: 0, frames: 0, began: performance.now() };
  new PerformanceObserver((list) => list.getEntries().forEach((task) => {
    window.seen.longest = Math.max(window.seen.longest, task.duration);
  })).observe({ entryTypes: ["longtask"] });
  const mine = window.seen;
  const next = () => {
    mine.frames += 1;
    if (window.seen === mine) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}
"""
RESULT = """
root => ({ seconds: root.live.seconds, errors: root.live.errors,
  trials: root.live.progress.errors.length })
"""


def write_page(folder):
    """The page, and what it adds to any page in kB, compressed."""
    widget = TrainerWidget()
    state = {name: getattr(widget, name) for name in ("worker", "colors", "library")}
    module, css = bundle("trainer.js"), style()
    text = PAGE.replace("STYLE", css).replace("MODULE", module)
    path = Path(folder) / "page.html"
    path.write_text(text.replace("STATE", json.dumps(state).replace("</", "<\\/")), "utf-8")
    added = (module, widget.worker, css)
    return path, sum(len(gzip.compress(part.encode())) for part in added) / 1000


def learn(page, seed, *, patience):
    """Press Train and wait; seconds and errors of the frozen network, and how smooth it was."""
    live = page.locator(".spikelib-live").first
    page.evaluate(WATCH)
    before = processor_seconds(renderers()) if PROCESSES else None
    live.get_by_role("button", name="Train", exact=True).click()
    live.get_by_role("button", name="Kick").wait_for(timeout=1000 * patience)
    spent = processor_seconds(renderers()) - before if PROCESSES else None
    found = live.evaluate(RESULT)
    seen = page.evaluate(
        "() => ({ longest: seen.longest, frames: 1000 * seen.frames / (performance.now() - "
        "seen.began) })")
    return {"seed": seed, "cpu": spent} | found | seen


def measure(first, n_curves, n_throttled, patience):
    """Rows of all curves, rows of those with a slow processor, kB."""
    from playwright.sync_api import sync_playwright

    rows, slow = [], []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        path, added = write_page(folder)
        browser = play.chromium.launch(executable_path=get_browser.find(), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.as_uri())
        live = page.locator(".spikelib-live").first
        live.evaluate("(root, first) => { root.live.settings.seed = first; }", first)
        for seed in range(first, first + n_curves):
            live.get_by_role("button", name="Random pattern").click()
            rows.append(learn(page, seed, patience=patience))
            say(rows[-1])
            if seed < first + n_throttled and PROCESSES:
                with Slowed(renderers(), SLOWER):
                    slow.append(learn(page, seed, patience=4 * patience))
                say(slow[-1], "  slowed down")
        browser.close()
    return rows, slow, added


def say(row, more=""):
    """One line of progress."""
    errors = ", ".join(f"{error:.4f}" for error in row["errors"])
    print(f"curve {row['seed']:3d}  {row['seconds']:6.1f} s  {row['trials']:3d} trials  "
          f"{row['frames']:3.0f} frames/s  "
          f"longest task {row['longest']:4.0f} ms  errors {errors}{more}", file=sys.stderr,
          flush=True)


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--first", type=int, default=101, help="seed of the first curve (101)")
    parser.add_argument("--curves", type=int, default=20, help="number of curves (20)")
    parser.add_argument("--throttled", type=int, default=3, help="trained slowly, too (3)")
    parser.add_argument("--patience", type=float, default=300, help="seconds for a curve (300)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    options = parser.parse_args()
    rows, slow, added = measure(options.first, options.curves, options.throttled, options.patience)
    cpu = [row["cpu"] for row in rows if row["cpu"] is not None]
    answer = {
        "success_rate": float(np.mean([max(row["errors"]) <= GOAL for row in rows])),
        "train_s": float(np.median([row["seconds"] for row in rows])),
        "train_s_throttled": float(np.median([r["seconds"] for r in slow])) if slow else None,
        "cpu_s": float(np.median(cpu)) if cpu else None,
        "frames_per_s": float(np.median([row["frames"] for row in rows])),
        "longest_task_ms": float(np.max([row["longest"] for row in rows])),
        "added_kb": added, "per_curve": rows, "per_curve_throttled": slow,
    }
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        for name, value in answer.items():
            if not name.startswith("per_"):
                print(f"{name:20s} {value}")


if __name__ == "__main__":
    main()
