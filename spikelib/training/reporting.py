"""A verdict, and what was tried on the way to it, in words and in one table."""

import textwrap

__all__ = ["report", "verdict_line"]

_COLUMNS = ("plan", "N", "D", "trials", "teacher", "ambiguity", "factors", "outputs", "frozen",
            "score", "s")
_WIDTH = 78


def report(verdict, attempts):
    """One table of all attempts, and the verdict below it.

    Errors are nMSE: of a teacher that was trained, on its own; what is ambiguous in what it asks
    for; of factors and outputs that the spikes can make while the targets are fed back; and of
    the frozen network on its own. A column that would be empty is left out.

    Parameters
    ----------
    verdict : Verdict or None
    attempts : sequence of Attempt

    Returns
    -------
    str
    """
    if verdict is None:
        return "No verdict: this network was trained by a recipe, as it stands."
    rows = [_row(attempt) for attempt in attempts]
    columns = [
        (name, *cells) for name, *cells in zip(_COLUMNS, *rows, strict=True) if set(cells) != {"–"}
    ]
    padded = [[cell.rjust(max(map(len, column))) for cell in column] for column in columns]
    lines = ["  ".join(cells) for cells in zip(*padded, strict=True)]
    words = textwrap.wrap(verdict_line(verdict), _WIDTH)
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], "", *words])


def verdict_line(verdict):
    """The verdict in a sentence or two."""
    test, goal = verdict.test, verdict.goal
    if test.score is None:
        figures = f"nMSE {test.nmse:.4f} from the worst of {test.n_starts} random starts"
        asked = f"at most {goal.nmse:g}"
    else:
        figures = f"score {test.score:.3f} from {test.n_starts} random starts"
        asked = f"at least {goal.score:g}"
    text = f"{figures}, {test.n_trials} unseen trials each (goal: {asked})"
    if verdict.reached:
        return f"Reached: {text}."
    how = "Not reached by a safe margin" if test.reaches(goal) else "Not reached"
    return f"{how}: {text}. What limits: {verdict.limit}; " \
        f"{verdict.advice}."


def _row(attempt):
    plan, test = attempt.plan, attempt.test
    hints = ", clock" * bool(plan.hints.clock_bumps) + ", events" * bool(plan.hints.event_bumps)

    def number(value, form):
        return "–" if value is None else format(value, form)

    return (
        plan.kind + hints, str(plan.n_neurons), str(attempt.n_factors or "–"),
        str(attempt.n_trials or "–"), number(attempt.teacher_nmse, ".4f"),
        number(attempt.ambiguity, ".4f"), number(attempt.factors_nmse, ".4f"),
        number(attempt.spikes_nmse, ".4f"), number(test and test.nmse, ".4f"),
        number(test and test.score, ".3f"), f"{attempt.seconds:.0f}",
    )
