"""Drawings of chapters 2 to 4: three wirings, a curve near a plane, one time step."""

from __future__ import annotations

import math

from tools.drawings.panels import in_panels
from tools.drawings.pen import arrow, bow, box, curve, dot, head, mesh, path, ring, text
from tools.drawings.sheet import Drawing


def _units(lines: str = "s-rate thin", colour: str = "f-rate") -> str:
    places = ring(105, 78, 38, 8)
    return mesh(places, lines) + "".join(dot(x, y, 7, colour) for x, y in places)


def wirings() -> Drawing:
    """Driven, FORCE, full-FORCE."""
    driven = (
        _units() + arrow(12, 78, 56, 78, "s-target dashed") + text(30, 66, "f_out", class_="t-soft")
        + text(105, 158, "the target output comes in;\nnothing is learned")
    )
    readout = arrow(152, 78, 192, 78, "s-learned") + text(172, 66, "w", class_="t-learned")
    force = (
        _units() + readout + text(201, 83, "z")
        + path("M201 92C201 150 20 150 14 84", "s-ink") + bow(14, 86, 14, 78, 56, 78, "s-ink")
        + text(105, 158, "its own output comes back;\nthe readout is learned")
    )
    full = (
        _units("s-learned") + readout + text(201, 83, "z") + text(52, 34, "J", class_="t-learned")
        + text(105, 158, "nothing comes back: every recurrent\nweight is learned")
    )
    return in_panels(
        "wirings",
        "Three networks of rate units. Driven: the target output comes in as an input and nothing "
        "is learned. FORCE: the readout w is learned, and the output z is fed back in. full-FORCE: "
        "the recurrent weights J and the readout are learned, and nothing is fed back.",
        "Three ways to the same output. Green is learned; a driven network's currents are the "
        "targets of full-FORCE.",
        [("driven", driven), ("FORCE", force), ("full-FORCE", full)], width=228, height=180,
    )  # fmt: skip


def plane() -> Drawing:
    """A curve that lies near a plane."""
    def at(u: float, v: float, off: float = 0.0) -> tuple[float, float]:
        return 190 + 84 * u + 46 * v, 96 + 16 * u - 42 * v - off

    corners = [at(-1.4, -1.25), at(1.4, -1.25), at(1.4, 1.25), at(-1.4, 1.25)]
    field = path("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in corners) + "Z", "f-tint")
    points, feet = [], []
    for k in range(97):
        a = 2 * math.pi * k / 96
        u, v = 1.05 * math.cos(a), 0.9 * math.sin(a + 0.3) + 0.25 * math.sin(2 * a)
        off = 9 * math.sin(3 * a)
        points.append(at(u, v, off))
        if k % 8 == 4:
            feet.append((points[-1], at(u, v)))
    lines = "".join(curve([a, b], "s-soft thin") for a, b in feet)
    origin, first, second = at(0, 0), at(0.75, 0), at(0, 0.72)
    axes = (
        arrow(*origin, *first, "s-factor") + arrow(*origin, *second, "s-factor")
        + text(origin[0] + 30, origin[1] + 26, "v_1", class_="t-factor")
        + text(origin[0] + 4, origin[1] - 18, "v_2", class_="t-factor")
    )
    corner = (30, 208)
    units = "".join(
        arrow(*corner, x, y, "s-soft") + text(tx, ty, name, class_="t-soft", anchor="start")
        for x, y, tx, ty, name in (
            (30, 154, 36, 158, "unit 1"), (84, 222, 90, 227, "unit 2"),
            (70, 180, 76, 182, "unit 3"),
        )
    )  # fmt: skip
    content = field + lines + axes + curve(points, "s-rate") + units
    return Drawing(
        name="plane",
        alt="A closed curve in the space of three units' currents. It winds closely above and "
        "below a plane that two directions, v1 and v2, span; short lines mark how far it is.",
        caption="A trial is a curve in the space of all currents. Two directions span a plane that "
        "it hardly leaves: its place there is two numbers, the rest is small.",
        wide=content, wide_size=(350, 236),
    )  # fmt: skip


STEPS = (
    ("1  voltages", "move towards u z_D +…", "f-spiking"),
    ("2  spikes", "at threshold; then reset", "f-spiking"),
    ("3  traces s", "decay; a spike adds one", "f-spiking"),
    ("4  factors", "z_D = W s, and z = w s", "f-factor"),
)


def step() -> Drawing:
    """One time step, in order."""
    def item(x: float, y: float, k: int) -> str:
        title, what, colour = STEPS[k]
        return (box(x, y, 172, 62, "s-soft") + dot(x + 18, y + 22, 5, colour)
                + text(x + 32, y + 27, title, anchor="start", class_="big")
                + text(x + 12, y + 49, what, anchor="start"))  # fmt: skip

    wide = "".join(item(2 + 190 * k, 20, k) for k in range(4))
    wide += "".join(arrow(174 + 190 * k, 51, 192 + 190 * k, 51) for k in range(3))
    wide += path("M660 83V124H88V96", "s-ink") + head(88, 84, -math.pi / 2, "s-ink")
    wide += text(250, 142, "the next step uses these factors", class_="t-soft")
    wide += text(744, 142, "in training: compare z_D with y,", class_="t-learned", anchor="end")
    wide += text(744, 160, "z with f_out , and correct W and w", class_="t-learned", anchor="end")
    tall = "".join(item(84, 8 + 90 * k, k) for k in range(4))
    tall += "".join(arrow(170, 71 + 90 * k, 170, 97 + 90 * k) for k in range(3))
    tall += path("M83 308H52V39H72", "s-ink") + head(83, 39, 0, "s-ink")
    tall += text(26, 180, "next", class_="t-soft") + text(26, 196, "step", class_="t-soft")
    tall += text(170, 366, "in training: compare z_D with y, z with", class_="t-learned")
    tall += text(170, 384, "f_out , and correct W and w", class_="t-learned")
    return Drawing(
        name="step",
        alt="One time step in four boxes: voltages move towards the currents of the step before; "
        "spikes and resets; traces decay and each spike adds one; factors and output are weighted "
        "sums of the traces. An arrow leads from the factors back to the voltages of the next "
        "step. In training, W and w are then corrected.",
        caption="One millisecond, in order.",
        wide=wide, wide_size=(746, 168), tall=tall, tall_size=(340, 396),
    )  # fmt: skip
