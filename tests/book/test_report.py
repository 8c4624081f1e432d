"""The dashboard of the reproduction report."""

import json
import re
from pathlib import Path

from spikelib.book import report

ROOT = Path(__file__).resolve().parent.parent.parent
CLAIM = {
    "claim": "It < works", "measured": "0.1", "goal": "at most 1", "seeds": 3, "first_seed": 100,
    "verdict": "partly", "command": "make report",
    "dots": [{"label": "error", "values": [0.5, 0.7, 2.0], "goal": 1.0, "better": "low",
              "log": True}],
}


def test_every_seed_is_a_dot_on_its_side_of_the_goal():
    html = report.dashboard([CLAIM])
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', html)]
    (goal,) = {float(x) for x in re.findall(r'<line x1="([\d.]+)" x2="\1"', html)}
    assert len(places) == 3 and places == sorted(places)
    assert places[1] < goal < places[2]
    assert "goal met by 2 of 3" in html and "median 0.7" in html
    assert "seeds 100 to 102" in html and "It &lt; works" in html and ">partly<" in html


def test_larger_can_be_better():
    other = {**CLAIM["dots"][0], "better": "high", "log": False}
    assert "goal met by 1 of 3" in report.dashboard([CLAIM | {"dots": [other]}])
    nothing = {**other, "goal": None, "better": None}
    assert "goal" not in report._strip(nothing)


def test_every_claim_of_the_results_file_is_shown():
    claims = json.loads((ROOT / "book/results/claims.json").read_text(encoding="utf-8"))
    html = report.dashboard(claims)
    assert html.count("<section>") == len(claims)
    drawn = [one for claim in claims for one in claim.get("dots", ())]
    assert html.count("<circle") == sum(len(one["values"]) for one in drawn)
