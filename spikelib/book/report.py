"""The reproduction report as a page: claims, a dot for each seed, and a badge for the verdict."""

from html import escape

import numpy as np

__all__ = ["dashboard", "table"]

_WIDTH, _LEFT, _RIGHT = 320, 8, 8  # of a strip, in pixels
_BADGES = {
    "reproduced": ("\N{CHECK MARK}", "yes"), "partly": ("\N{CIRCLE WITH LEFT HALF BLACK}", "some"),
    "not": ("\N{MULTIPLICATION X}", "no"),
}
_STYLE = """
<style>
.claims { display: grid; gap: 0.8rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); }
.claims > section { border: 1px solid var(--pst-color-border, #bbb); border-radius: 0.5rem;
  padding: 0.7rem 0.9rem; min-width: 0; }
.claims p { margin: 0.3rem 0; }
.claims .badge-of { font-weight: 700; font-size: 0.95rem; white-space: nowrap; }
.claims .badge-of span { display: inline-block; min-width: 1.3em; }
.claims .yes { color: var(--pst-color-success, #00713d); }
.claims .some { color: var(--pst-color-text-base, inherit); }
.claims .no { color: var(--pst-color-danger, #b3122d); }
.claims .strip { margin: 0.4rem 0 0; font-size: 0.85rem; }
.claims svg { display: block; width: 100%; max-width: 24rem; height: auto; }
.claims svg text { font-size: 13px; fill: currentcolor; }
.claims details { font-size: 0.9rem; }
</style>
"""


def dashboard(claims):
    """All claims, each in a box: verdict, claim, goal, a dot for each seed, and the details folded.

    Parameters
    ----------
    claims : list of dict
        As in ``book/results/claims.json``.

    Returns
    -------
    str
        HTML.
    """
    return _STYLE + '<div class="claims">' + "".join(map(_box, claims)) + "</div>"


def _box(claim):
    mark, kind = _BADGES.get(claim["verdict"], ("", "none"))
    seeds = "no runs" if not claim["seeds"] else _seeds(claim)
    strips = "".join(_strip(one) for one in claim.get("dots", ()))
    return (
        f'<section><p class="badge-of {kind}"><span aria-hidden="true">{mark}</span>'
        f"{escape(claim['verdict'])}</p><p><strong>{escape(claim['claim'])}</strong></p>"
        f"<p>Goal: {escape(claim['goal'])}.</p>{strips}"
        f"<details><summary>Measured ({seeds})</summary><p>{escape(claim['measured'])}</p>"
        f"<p><code>{escape(claim['command'])}</code></p></details></section>"
    )


def _seeds(claim):
    if claim["seeds"] == 1:
        return f"seed {claim['first_seed']}" if "first_seed" in claim else "one seed"
    if "first_seed" not in claim:
        return f"{claim['seeds']} seeds"
    return f"seeds {claim['first_seed']} to {claim['first_seed'] + claim['seeds'] - 1}"


def _strip(one):
    """A row of dots on a scale, with the goal as a line and the side where it is met shaded."""
    values, goal = np.asarray(one["values"], dtype=float), one["goal"]
    values = values[np.isfinite(values)]
    shown = np.append(values, [] if goal is None else goal)
    if not values.size or (one["log"] and shown.min() <= 0):
        return ""
    scale = np.log10 if one["log"] else np.asarray
    low, high = scale(shown.min()), scale(shown.max())
    room = 0.08 * (high - low) or 0.5 * (abs(high) or 1)
    low, high = low - room, high + room

    def place(value):
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * float((scale(value) - low) / (high - low))

    met = values.size
    parts = [f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="20" y2="20" stroke="currentcolor" '
             'stroke-opacity="0.35"/>']
    if goal is not None:
        met = int(np.sum(values <= goal if one["better"] == "low" else values >= goal))
        at = place(goal)
        start, end = (_LEFT, at) if one["better"] == "low" else (at, _WIDTH - _RIGHT)
        parts.append(f'<rect x="{start:.1f}" y="8" width="{end - start:.1f}" height="24" '
                     'fill="currentcolor" fill-opacity="0.10"/>')
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="4" y2="36" stroke="currentcolor" '
                     'stroke-width="2"/>')
        anchor = "start" if at < _WIDTH / 3 else "end" if at > 2 * _WIDTH / 3 else "middle"
        parts.append(f'<text x="{at:.1f}" y="50" text-anchor="{anchor}">goal {goal:g}</text>')
    for k, value in enumerate(np.sort(values)):
        parts.append(f'<circle cx="{place(value):.1f}" cy="{20 + (k % 3 - 1) * 5}" r="3.5" '
                     'fill="currentcolor" fill-opacity="0.65"/>')
    middle = f"median {np.median(values):.3g}" if values.size > 1 else f"{values[0]:.3g}"
    words = middle if goal is None else f"{middle}; goal met by {met} of {values.size}"
    label = escape(one["label"])
    return (
        f'<p class="strip">{label}: {words}</p><svg viewBox="0 0 {_WIDTH} 54" role="img" '
        f'aria-label="{label}, a dot for each seed: {words}, from {values.min():.3g} to '
        f'{values.max():.3g}.">{"".join(parts)}</svg>'
    )


def table(head, rows, label):
    """An HTML table that scrolls in a box of its own where the page is narrow.

    Parameters
    ----------
    head : sequence of str
    rows : iterable of sequences
    label : str
        What the table is called where it is read out.

    Returns
    -------
    str
        HTML.
    """
    def line(kind, fields):
        return "<tr>" + "".join(f"<{kind}>{escape(str(one))}</{kind}>" for one in fields) + "</tr>"

    return (
        '<div class="pst-scrollable-table-container" role="region" tabindex="0" '
        f'aria-label="{escape(label)}"><table class="table"><thead>{line("th", head)}</thead>'
        f'<tbody>{"".join(line("td", row) for row in rows)}</tbody></table></div>'
    )
