"""Entries of the results file, and the rule by which a claim is judged.

One rule for every claim. *Reproduced*: the goal is met by the mean or median that it names and by
at least nine of ten seeds. *Partly*: by half of the seeds or more, or in a part of the range that
the goal asks for. *Not*: otherwise. Results on seeds that settings were chosen on are no proof,
and are *partly* at best.
"""

import numpy as np

COMMAND = "make report"
MOST = 0.9  # share of the seeds
CHOSEN_ON = range(10)  # seeds on which settings were chosen


def claim(text, measured, goal, seeds, verdict, **more):
    """One entry of the results file."""
    return {"claim": text, "measured": measured, "goal": goal, "seeds": seeds,
            "verdict": verdict, "command": COMMAND, **more}


def judge(good, some=True, *, seeds=()):
    """Verdict: reproduced, partly, not. `seeds`: those that were measured."""
    if good and set(seeds) & set(CHOSEN_ON):
        good, some = False, True
    return "reproduced" if good else "partly" if some else "not"


def by_seeds(middle, met, *, seeds=()):
    """Verdict where the middle meets the goal or not, and each seed, `met`, does or not."""
    share = np.mean(met)
    return judge(middle and share >= MOST, share >= 0.5, seeds=seeds)


def interval(values, statistic=np.median):
    """The 95 % bootstrap interval over seeds, as a text."""
    values = np.asarray(values, dtype=float)
    draws = np.random.default_rng(0).integers(values.size, size=(4000, values.size))
    low, high = np.percentile(statistic(values[draws], axis=1), [2.5, 97.5])
    return f"[{low:.3g}, {high:.3g}]"


def dots(label, values, goal, *, better, log=False):
    """What the report draws of a claim: a dot for each seed, and the goal as a line.

    `better`: "low" or "high", on which side of the goal it is met; None where there is no goal.
    """
    return {"label": label, "values": [float(value) for value in values], "goal": goal,
            "better": better, "log": log}


def not_measured(text, goal):
    """A claim whose runs are not there."""
    return claim(text, "not yet measured here", goal, 0, "not yet measured here")


def with_kept(claims, before):
    """Claims, those that were not measured now as they stand in the results of `before`.

    Results on seeds that settings were chosen on, and of files that do not say which, count as
    *partly* at best.
    """
    earlier = {entry["claim"]: entry for entry in before if entry["seeds"]}
    kept = []
    for entry in claims:
        old = earlier.get(entry["claim"])
        if not entry["seeds"] and entry["command"] == COMMAND and old is not None:
            entry = {"first_seed": 0} | old
            if entry["verdict"] == "reproduced" and entry["first_seed"] in CHOSEN_ON:
                entry["verdict"] = "partly"
        kept.append(entry)
    return kept
