"""The method in one drawing, made twice: wide, and tall for a phone.

teacher -> currents -> components -> random spread -> spiking neurons in a loop -> output.
Every part is drawn in a square of 100 and has a name below it.
"""

from __future__ import annotations

from tools.drawings.pen import (
    arrow,
    bow,
    box,
    dot,
    group,
    head,
    mesh,
    path,
    ring,
    spikes,
    tag,
    text,
    wave,
)  # fmt: skip

SIDE = 100
NAMES = {
    "teacher": "teacher:\na rate network",
    "currents": "the currents\nof its units",
    "components": "a few\ncomponents",
    "spread": "spread over\nthe neurons",
    "network": "spiking neurons\nin a loop",
    "output": "output",
}
#: Chapter: the parts that it is about, and what it does with them.
CHAPTERS = {
    1: (("network",), "the neurons: how they spike, and how a signal is read from their spikes"),
    2: (("teacher", "currents"), "the teacher: a rate network, how it is trained or driven"),
    3: (("components", "spread"), "the components of the teacher's currents, and their spread"),
    4: (("network", "output"), "the learning of the spiking network's synapses, and its output"),
    5: (("network",), "the size of the spiking network, against that of the teacher"),
    6: (("components", "network"), "the components, looked for in the spikes after learning"),
    7: (("network",), "the spiking network, with random synapses added, noise and damage"),
    8: (("input", "network"), "the input, and how the loop remembers what it said"),
    9: (("network",), "the synapses of the loop, each of which only excites or only inhibits"),
    10: (("currents", "output"), "recordings in the place of the teacher's currents and output"),
    11: (tuple(NAMES), "all of it, on a task of your own"),
}


def teacher() -> str:
    """Rate units that send to one another."""
    places = ring(50, 50, 30, 8)
    return mesh(places, "s-rate thin") + "".join(dot(x, y, 6.5, "f-rate") for x, y in places)


def currents() -> str:
    """Many signals that look alike."""
    mixes = [(1, 0.1), (0.4, 0.5), (0.9, 0.8), (0.2, 0.3), (0.7, 0), (0.5, 0.65), (0.9, 0.4)]
    rows = [
        wave(8, 15 + 12 * k, 84, 13, [(a, 1.5, p), (1 - a, 3, 2 * p)], "s-rate")
        for k, (a, p) in enumerate(mixes)
    ]
    return "".join(rows)


def components() -> str:
    """Three signals."""
    rows = [(20, [(1, 1.5, 0)]), (50, [(1, 3, 0.2)]), (80, [(1, 1.5, 0.3), (0.7, 4.5, 0)])]
    return "".join(wave(8, y, 84, 20, waves, "s-factor") for y, waves in rows)


def spread() -> str:
    """Each signal goes to all neurons, with random strengths."""
    ends = [14 + 14.4 * k for k in range(6)]
    lines = "".join(
        path(f"M20 {y}L80 {end:.1f}", "s-factor" if (3 * k + j) % 4 else "s-factor thin dashed")
        for k, y in enumerate((20, 50, 80))
        for j, end in enumerate(ends)
    )
    dots = "".join(dot(16, y, 5, "f-factor") for y in (20, 50, 80))
    return lines + dots + "".join(dot(84, end, 5, "f-spiking") for end in ends)


def network() -> str:
    """Spiking neurons, and the learned loop."""
    places = ring(46, 52, 27, 7)
    neurons = "".join(dot(x, y, 6.5, "f-spiking") for x, y in places)
    loop = path("M74 76C112 92 108 8 70 22", "s-learned loop") + head(66, 25, 2.5, "s-learned")
    spike = tag("circle", r=4, class_="f-learned traveller")
    return mesh(places, "s-spiking thin") + neurons + loop + spike


def output() -> str:
    """The target, and on it what the network makes."""
    waves = [(1, 1, 0), (0.7, 2, 0.1), (0.5, 3, 0.4)]
    return wave(8, 34, 84, 46, waves, "s-target wide") + spikes(
        8, 72, 84, [[0.05, 0.3, 0.52, 0.9], [0.15, 0.4, 0.66], [0.1, 0.58, 0.8, 0.95]], 8
    ) + wave(8, 34, 84, 42, waves, "s-spiking")


DRAWN = {
    "teacher": teacher, "currents": currents, "components": components,
    "spread": spread, "network": network, "output": output,
}  # fmt: skip


def part(name: str, lit: tuple[str, ...], at: tuple[float, float]) -> str:
    """A part of the method with its name, in its place."""
    state = "" if not lit else "lit" if name in lit else "dim"
    shape = group(DRAWN[name](), class_="shape")
    ground = box(-6, -8, SIDE + 12, SIDE + 56, "ground")
    name_of = text(50, SIDE + 18, NAMES[name], class_="name")
    return group(ground, shape, name_of, at=at, class_=f"part {name} {state}".strip())


def outside(lit: tuple[str, ...], at: tuple[float, float]) -> str:
    """What comes from outside: the target drives the teacher, the input reaches the network."""
    state = "" if not lit else "lit" if "input" in lit else "dim"
    x, y = at
    arrow_in = arrow(x + 46, y - 30, x + 46, y + 12, "s-input")
    return group(
        group(arrow_in, class_="shape"),
        text(x + 46, y - 36, "input", class_="name t-input" if state != "dim" else "name"),
        class_=f"part input {state}".strip(),
    )


def learned_note(x: float, y: float, anchor: str = "middle") -> str:
    """What the one colour stands for."""
    return text(x, y, "green: what is learned", class_="t-learned", anchor=anchor)


def wide(lit: tuple[str, ...] = ()) -> str:
    """The parts side by side: the inside of an SVG of 784 by 232."""
    step, top = 131, 56
    places = {name: (14 + step * k, top) for k, name in enumerate(NAMES)}
    parts = [part(name, lit, at) for name, at in places.items()]
    middle = top + 50
    arrows = [
        arrow(14 + step * k + 104, middle, 14 + step * (k + 1) - 5, middle,
              "s-learned flows" if k == 4 else "s-soft flows")
        for k in range(5)
    ]  # fmt: skip
    target = bow(680, 68, 372, -42, 72, 56, "s-target dashed") + text(
        352, 38, "target output, which drives the teacher", class_="t-soft"
    )
    return "".join([
        *parts, *arrows, target, outside(lit, (14 + step * 4, top)),
        learned_note(782, 16, "end"),
    ])  # fmt: skip


def tall(lit: tuple[str, ...] = ()) -> str:
    """The parts in three rows of two: the inside of an SVG of 340 by 590."""
    columns, rows = (30, 206), (56, 238, 428)
    names = list(NAMES)
    places = {name: (columns[k % 2], rows[k // 2]) for k, name in enumerate(names)}
    parts = [part(name, lit, at) for name, at in places.items()]
    arrows = [
        arrow(columns[0] + 106, row + 50, columns[1] - 8, row + 50,
              "s-learned flows" if k == 2 else "s-soft flows")
        for k, row in enumerate(rows)
    ]  # fmt: skip
    turns = [
        path(f"M{columns[1] + 50} {row + 150}v8H{columns[0] + 50}v4", "s-soft flows")
        + head(columns[0] + 50, row + 172, 1.5708, "s-soft")
        for row in rows[:2]
    ]
    target = arrow(80, 30, 80, 56, "s-target dashed") + text(
        80, 22, "target output", class_="t-soft"
    )
    return "".join([
        *parts, *arrows, *turns, target,
        outside_left(lit, (columns[0], rows[2])), learned_note(246, 22),
    ])  # fmt: skip


def outside_left(lit: tuple[str, ...], at: tuple[float, float]) -> str:
    """On a phone the input comes from the left."""
    state = "" if not lit else "lit" if "input" in lit else "dim"
    x, y = at
    return group(
        group(arrow(x - 24, y + 70, x + 12, y + 60, "s-input"), class_="shape"),
        text(x - 27, y + 90, "input", class_="name t-input", anchor="start"),
        class_=f"part input {state}".strip(),
    )


def alternative(number: int | None = None) -> str:
    """The drawing in words."""
    whole = (
        "The method: the target output drives a teacher, a network of rate units; the currents of "
        "its units have a few components; these are spread at random over spiking neurons, which "
        "learn to make them in a loop of their own; from the same spikes the output is learned."
    )
    if number is None:
        return whole
    lit, does = CHAPTERS[number]
    return (
        "The method in six parts, from teacher to output. "
        f"Lit is what this chapter is about: {does}."
    )
