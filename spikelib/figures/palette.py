"""Colours by what they stand for, in a light and in a dark variant.

Every colour can be read as text: its contrast with the page is at least 4.5 in both themes
(3 for the two greys of targets and references, which draw lines only).
"""

__all__ = ["COLORS", "CONDITIONS", "DARK_COLORS"]

#: On what the variants are seen: the pages of the book, by day and by night.
GROUNDS = ("#ffffff", "#121212")

#: Name: colour on a light ground, and on a dark one.
PALETTE = {
    "ink": ("#000000", "#e6e6e6"),
    "target": ("#757575", "#9c9c9c"),
    "neutral": ("#66788a", "#8fa3b5"),
    "data": ("#3d3d3d", "#cfcfcf"),
    "rate": ("#0069a8", "#56b4f5"),
    "spiking": ("#c44e00", "#ff8f4a"),
    "input": ("#8f6400", "#e0b040"),
    "excitation": ("#c2186b", "#ff7eb6"),
    "inhibition": ("#00796b", "#4cc9b0"),
    "factor": ("#7a4fc4", "#b79cf2"),
    "nonfactor": ("#5b7a14", "#a8c95c"),
    "training": ("#7d4a33", "#cf9f86"),
    "paper": ("#8a2f8a", "#e08fe0"),
    "condition 1": ("#873e40", "#d68585"),
    "condition 2": ("#99642a", "#f1b77e"),
    "condition 3": ("#5c5c01", "#a2a457"),
    "condition 4": ("#3a8357", "#8ed8a8"),
    "condition 5": ("#00686e", "#40b1b7"),
    "condition 6": ("#3977a8", "#8ccbff"),
    "condition 7": ("#584d8c", "#9d94d9"),
    "condition 8": ("#955a89", "#edacde"),
}

#: What each colour stands for, everywhere: ``target`` output, ``rate`` network (the teacher),
#: ``spiking`` network, ``input``, ``excitation`` and ``inhibition``, ``factor`` and ``nonfactor``
#: parts of a current, recorded ``data``, ``training`` (against a test of the frozen network, which
#: is ``spiking``), the ``paper``'s recipe (against spikelib's), ``neutral`` for controls and
#: references, ``ink`` for everything that needs no colour.
COLORS = {name: light for name, (light, _) in PALETTE.items() if "condition" not in name}

#: The same names, as they are on a dark ground.
DARK_COLORS = {name: dark for name, (_, dark) in PALETTE.items() if "condition" not in name}

#: Eight muted colours around the circle, for things that have no colour of their own:
#: conditions, directions, parameters. Neighbours differ in lightness too.
CONDITIONS = tuple(light for name, (light, _) in PALETTE.items() if "condition" in name)

# In which order lines without a colour get one: neighbours far apart.
CYCLE = tuple(CONDITIONS[k] for k in (6, 1, 4, 7, 2, 5, 0, 3))


def variable(name):
    """The custom property of CSS that holds a colour in a page."""
    return "--figure-" + name.replace(" ", "-")


#: Colour on a light ground: its custom property. White is the ground itself.
VARIABLES = {light: variable(name) for name, (light, _) in PALETTE.items()}
VARIABLES["#ffffff"] = "--figure-ground"


def stylesheet():
    """The palette as CSS: light, and dark on screens where the page is dark.

    Returns
    -------
    str
    """
    def block(k):
        grounds = [f"--figure-ground: var(--pst-color-background, {GROUNDS[k]});"]
        return grounds + [f"{variable(name)}: {both[k]};" for name, both in PALETTE.items()]

    light = "\n".join(f"  {line}" for line in block(0))
    dark = "\n".join(f"    {line}" for line in block(1))
    return (f":root {{\n{light}\n}}\n"
            f'@media screen {{\n  html[data-theme="dark"] {{\n{dark}\n  }}\n}}\n')


def contrast(one, other):
    """Contrast of two colours, as the Web Content Accessibility Guidelines define it.

    Parameters
    ----------
    one, other : str
        As ``#rrggbb``.

    Returns
    -------
    float
        From 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    def luminance(color):
        parts = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
