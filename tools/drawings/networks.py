"""Drawings of chapters 6 to 10: a neuron's current, memory, hints, signs, the leash, recordings."""

from __future__ import annotations

import math

from tools.drawings.panels import in_panels
from tools.drawings.pen import (
    arrow,
    curve,
    dot,
    head,
    mesh,
    path,
    ring,
    spikes,
    tag,
    text,
    wave,
)  # fmt: skip
from tools.drawings.sheet import Drawing

FACTOR = [(1, 1, 0), (0.6, 2.5, 0.2)]
NOISE = [(1, 7.3, 0.1), (0.9, 11.7, 0.5), (0.8, 17.1, 0.3), (0.6, 23.3, 0.8)]


def current() -> Drawing:
    """Factor and non-factor input of a neuron."""
    def made(x: float, y: float, rows: float) -> str:
        top, below = y, y + rows
        return "".join([
            text(x + 100, top - 26, "from factors and input: shared", class_="t-factor"),
            wave(x + 10, top, 180, 34, FACTOR, "s-factor", 60),
            text(x + 100, below - 26, "the rest: chance of single spikes", class_="t-nonfactor"),
            wave(x + 10, below, 180, 34, NOISE, "s-nonfactor thin", 160),
        ])  # fmt: skip

    def neuron(x: float, y: float) -> str:
        return dot(x, y, 17, "f-spiking")

    sum_of = [(s, c, p) for s, c, p in FACTOR] + [(0.35 * s, c, p) for s, c, p in NOISE]
    wide = made(0, 42, 90) + "".join([
        arrow(200, 42, 246, 76, "s-factor"), arrow(200, 132, 246, 98, "s-nonfactor"),
        neuron(268, 87), text(268, 130, "one neuron"),
        arrow(290, 87, 332, 87), text(436, 30, "its current"),
        wave(342, 62, 190, 44, sum_of, "s-ink", 160),
        text(436, 118, "its spikes"),
        spikes(342, 128, 190, [[0.06, 0.1, 0.13, 0.42, 0.46, 0.78, 0.8, 0.86]], 18),
    ])  # fmt: skip
    tall = made(70, 42, 90) + "".join([
        arrow(150, 156, 160, 190, "s-factor"), arrow(190, 156, 180, 190, "s-nonfactor"),
        neuron(170, 212), text(206, 217, "one neuron", anchor="start"),
        arrow(170, 232, 170, 258), text(170, 276, "its current"),
        wave(75, 306, 190, 44, sum_of, "s-ink", 160), text(170, 350, "its spikes"),
        spikes(75, 360, 190, [[0.06, 0.1, 0.13, 0.42, 0.46, 0.78, 0.8, 0.86]], 18),
    ])  # fmt: skip
    return Drawing(
        name="current",
        alt="Two currents meet in one neuron: a smooth one that is a mixture of the factors and "
        "the input, and a jagged one, the rest, which single spikes make. Their sum is its "
        "current, and this decides its spikes.",
        caption="What a neuron hears is a part that all share and a part that nobody planned.",
        wide=wide, wide_size=(540, 156), tall=tall, tall_size=(340, 384),
    )  # fmt: skip


def memory() -> Drawing:
    """The loop of a flip-flop."""
    places = ring(170, 84, 36, 7)
    content = "".join([
        text(42, 40, "pulses in", class_="t-input"),
        path("M10 84H26V62H32V84H58V104H64V84H82", "s-input"), arrow(84, 84, 124, 84, "s-input"),
        mesh(places, "s-spiking thin"), *(dot(x, y, 7, "f-spiking") for x, y in places),
        path("M200 112C262 138 262 30 202 52", "s-learned"), head(194, 57, 2.6, "s-learned"),
        tag("circle", r=4.5, class_="f-learned traveller memory"),
        text(170, 22, "factors keep the spikes up", class_="t-learned"),
        text(170, 150, "spikes keep the factors up", class_="t-learned"),
        arrow(250, 84, 270, 84, "s-learned"), text(304, 40, "the bit out"),
        path("M276 84H284V62H306V106H336", "s-spiking"),
    ])  # fmt: skip
    return Drawing(
        name="memory",
        alt="A flip-flop. Pulses, one up and one down, come into a loop of spiking neurons. Around "
        "the loop, spikes keep the factors up and factors keep the spikes up. The output goes up "
        "with the first pulse and stays, and goes down with the second.",
        caption="The memory is not in a neuron and not in a synapse: it goes round.",
        wide=content, wide_size=(342, 160),
    )  # fmt: skip


def hint() -> Drawing:
    """What a hint is: a signal that drives the teacher besides the target output."""
    def panel(with_hint: bool) -> str:
        places = ring(190, 70, 30, 8)
        lines = [
            text(62, 14, "target output", class_="t-soft"),
            path("M10 52H88V26H104V52H116", "s-target"), arrow(120, 48, 154, 60, "s-target dashed"),
            mesh(places, "s-rate thin"), *(dot(x, y, 6, "f-rate") for x, y in places),
        ]  # fmt: skip
        if with_hint:
            lines += [
                text(62, 86, "hint", class_="t-input"),
                path("M10 124H30V100H88V124H116", "s-input"), arrow(120, 108, 156, 86, "s-input"),
                text(165, 156, "between pulse and answer\nthe teacher differs: it remembers"),
            ]  # fmt: skip
        else:
            said = "until the answer the target is flat:\nnothing to remember by"
            lines.append(text(165, 156, said))
        return "".join(lines)

    return in_panels(
        "hint",
        "One teacher is driven by the target output alone, which is flat until the answer, "
        "so that its currents hold no memory. A hint drives the other too, a step that lasts from "
        "the pulse to the answer, and its currents differ in between.",
        "A hint is a further signal for the teacher, which shows what has to be remembered. The "
        "spiking network never receives it; it learns currents that contain it.",
        [("without a hint", panel(False)), ("with a hint", panel(True))], width=330, height=180,
    )  # fmt: skip


def signs() -> Drawing:
    """uW against signed synapses, as matrices."""
    def matrix(colour) -> str:
        cells = [
            tag("rect", x=54 + 17 * j, y=24 + 17 * i, width=15, height=15, rx=2,
                class_=colour(i, j))
            for i in range(7) for j in range(7)
        ]  # fmt: skip
        return (text(113, 16, "from neuron", class_="t-soft") + "".join(cells)
                + text(46, 90, "to", class_="t-soft", anchor="end"))  # fmt: skip

    def mixed(i: int, j: int) -> str:
        excites = math.sin(3.7 * i + 1) * math.cos(2.9 * j + i * j) > 0
        return "f-excitation" if excites else "f-inhibition"

    def signed(i: int, j: int) -> str:
        if i == j or (3 * i * i + 5 * j + 2 * i * j) % 4 == 1:
            return "f-faint"
        return "f-inhibition" if j in (2, 6) else "f-excitation"

    return in_panels(
        "signs",
        "Two weight matrices, with a column for each sending neuron. In u W each column has "
        "weights of both signs. Under Dale's law a column is all excitatory or all inhibitory, and "
        "some places are empty: no synapse, and none of a neuron with itself.",
        "Magenta excites, teal inhibits, grey is no synapse. A column is one neuron's.",
        [("u W: both signs", matrix(mixed)), ("Dale’s law: one sign", matrix(signed))],
        width=226, height=160,
    )  # fmt: skip


def leash() -> Drawing:
    """The network's own current, held where it strays."""
    target, own, held = [], [], []
    for k in range(121):
        u = k / 120
        t = 30 * math.sin(2 * math.pi * u) + 10 * math.sin(6 * math.pi * u + 1)
        far = 52 * math.exp(-(((u - 0.62) / 0.1) ** 2)) + 7 * math.sin(14 * math.pi * u)
        x = 12 + 316 * u
        target.append((x, 82 - t))
        own.append((x, 82 - t - far))
        held.append((x, 82 - t - max(-18, min(18, far))))
    band = [(x, y - 18) for x, y in target] + [(x, y + 18) for x, y in reversed(target)]
    field = path("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in band) + "Z", "f-tint")
    content = "".join([
        field, curve(target, "s-target dashed"), curve(own, "s-spiking thin"),
        curve(held, "s-spiking"),
        text(250, 22, "own current: strays", class_="t-spiking", anchor="start"),
        text(20, 22, "leash: as long as it may stray", class_="t-soft", anchor="start"),
        text(112, 150, "thick: what the neuron gets", class_="t-spiking"),
    ])  # fmt: skip
    return Drawing(
        name="leash",
        alt="A target current with a band around it. The network's own current stays within the "
        "band but for one place, where it strays far. What the neuron gets is the network's own "
        "current within the band, and the edge of the band where it strays.",
        caption="On a leash: the network runs on its own currents, and is held back only where "
        "they stray too far from the target (dashed).",
        wide=content, wide_size=(390, 160),
    )  # fmt: skip


def recording() -> Drawing:
    """From recorded neurons to a network."""
    rows = [[0.1, 0.3, 0.35, 0.7], [0.2, 0.5, 0.55, 0.6, 0.9], [0.05, 0.4, 0.8], [0.3, 0.6, 0.65]]
    places = ring(75, 62, 34, 7)
    rates = "".join(
        wave(12, 30 + 30 * k, 126, 22, [(1, 1 + 0.5 * k, 0.2 * k)], "s-data") for k in range(3)
    )
    bars = "".join(
        wave(12, 30 + 30 * k, 126, 24, [(1, 1 + k / 2, 0.2 * k), (0.25, 4, 0)], "s-spiking dashed")
        for k in range(3)
    )
    network = "".join([
        mesh(places, "s-spiking thin"), *(dot(x, y, 7, "f-spiking") for x, y in places),
        path("M104 92C150 112 150 12 104 30", "s-learned"), head(97, 34, 2.6, "s-learned"),
    ])  # fmt: skip
    go = text(75, 138, "smooth, average", class_="t-soft")
    return in_panels(
        "recording",
        "Four panels. Recorded spikes of neurons; their average rates; the currents that model "
        "neurons need for these rates; a network of spiking neurons that learns to make these "
        "currents itself.",
        "No rate network at all: the recorded neurons take the teacher’s place.",
        [
            ("recorded spikes", spikes(12, 24, 126, rows, 24, "s-data") + go),
            ("rates", rates + text(75, 138, "inverse f–I curve", class_="t-soft")),
            ("currents", bars + text(75, 138, "components", class_="t-soft")),
            ("network", network + text(75, 138, "learns them", class_="t-learned")),
        ],
        width=160, height=146, phone=2,
    )  # fmt: skip


