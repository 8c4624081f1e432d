"""Numbers and paths of SVG, in few characters."""

import re


def number(value, digits=2):
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def short_path(text):
    """A path of straight lines by its steps, in tenths of a point, without adding errors up."""
    if not set(re.findall("[A-Za-z]", text)) <= set("MLlhz"):
        return text
    made, x, y, at, start = [], 0.0, 0.0, (0, 0), (0, 0)
    for letter, rest in re.findall(r"([MLlhz])([^MLlhz]*)", text):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", rest)]
        if letter == "z":
            made.append("z")
            at, (x, y) = start, (start[0] / 10, start[1] / 10)
            continue
        pairs = [(numbers[0], 0)] if letter == "h" else zip(
            numbers[::2], numbers[1::2], strict=True)
        for dx, dy in pairs:
            x, y = (x + dx, y + dy) if letter in "lh" else (dx, dy)
            new = (round(10 * x), round(10 * y))
            step = [number((b - a) / 10, 1) for a, b in zip(at, new, strict=True)]
            step = [re.sub(r"^(-?)0\.", r"\1.", n) for n in step]
            made.append(("m" if letter == "M" else "l") + step[0]
                        + ("" if step[1].startswith("-") else " ") + step[1])
            at = new
            start = new if letter == "M" else start
    return "".join(made)
