"""SVG as matplotlib writes it, made small, and made to follow the colours of a page.

Text stays text. Thousands of equal marks become one path, numbers lose decimals that nobody
can see, and identifiers are counted, so that the same figure always gives the same bytes.
"""

import re
import xml.etree.ElementTree as ET

from spikelib.figures._paths import number, short_path
from spikelib.figures.palette import VARIABLES

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+")
FONT = re.compile(r"(?P<style>italic |oblique )?(?P<weight>bold |\d+ )?(?P<size>[\d.]+)px.*")
COLOR = re.compile(r"#[0-9a-f]{6}\b")
FAMILY = "'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
MANY = 12  # marks; so many of one kind are merged
LONG = 2000  # characters of a path; longer ones are written in steps of a tenth of a point
SMALL = "data-narrow"

ET.register_namespace("", SVG)


def tag(name):
    """An element's name with its namespace, as ElementTree writes it."""
    return f"{{{SVG}}}{name}"


def tidy(text, prefix):
    """What matplotlib wrote, cleaned.

    Parameters
    ----------
    text : str
        An SVG document.
    prefix : str
        Begins every identifier in it.

    Returns
    -------
    Element
        Its root.
    """
    root = ET.fromstring(text)
    for group in [root, *root.iter(tag("g")), *root.iter(tag("defs"))]:
        for child in list(group):
            if child.tag in (tag("metadata"), tag("style")) or not isinstance(child.tag, str):
                group.remove(child)
    symbols = {s.get("id"): s for d in root.iter(tag("defs")) for s in d.iter(tag("path"))}
    children = _merged(_flat(root), symbols)
    used = set(re.findall(r"#([\w-]+)", " ".join(
        value for element in _all(children) for value in element.attrib.values())))
    kept = [d for c in children if c.tag == tag("defs") for d in c if d.get("id") in used]
    size = [float(part) for part in root.get("viewBox").split()[2:]]
    made = ET.Element(tag("svg"), {
        "viewBox": "0 0 {:g} {:g}".format(*size), "font-family": FAMILY,
        "style": "fill:#000000;stroke-linejoin:round",
    })  # fmt: skip
    if kept:
        ET.SubElement(made, tag("defs")).extend(kept)
    made.extend(child for child in children if child.tag != tag("defs"))
    _rename(made, prefix)
    for element in made.iter():
        if element.text and not element.text.strip():
            element.text = None
        element.tail = None
        if len(element.get("d", "")) > LONG:
            element.set("d", short_path(element.get("d")))
    return made


def _all(elements):
    return (inner for element in elements for inner in element.iter())


def _flat(group):
    """The children of a group, each tidied; groups that say nothing are dissolved."""
    found = []
    for child in group:
        if child.tag == tag("g"):
            inner = _flat(child)
            kept = {k: v for k, v in child.attrib.items() if k != "id"}
            if not kept:
                found += inner
                continue
            child[:] = inner
            child.attrib.pop("id", None)
        _short(child)
        found.append(child)
        if child.tag in (tag("defs"), tag("text")):
            for inner in child.iter():
                _short(inner)
    return found


def _short(element):
    """Attributes without what goes without saying."""
    values = element.attrib
    if f"{{{XLINK}}}href" in values:
        values["href"] = values.pop(f"{{{XLINK}}}href")
    if "style" in values:
        _style(values)
    for name in ("d", "x", "y", "width", "height", "transform", "points"):
        if name in values:
            digits = 4 if name == "transform" else 2
            text = NUMBER.sub(lambda m, n=digits: number(float(m.group()), n), values[name])
            values[name] = " ".join(text.split()) if name != "d" else _path(text)
    turn = values.get("transform", "")
    if re.fullmatch(r"rotate\(-?0(?:[ ,].*)?\)", turn):
        del values["transform"]
    elif turn:
        values["transform"] = re.sub(r" ?rotate\(-?0(?:[ ,][^)]*)?\)", "", turn)


def _path(text):
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(text.split()))


def _style(values):
    """Fonts in words that do not name a family, and no default values."""
    kept = []
    for part in values.pop("style").split(";"):
        name, _, value = (p.strip() for p in part.partition(":"))
        if name == "font":
            font = FONT.fullmatch(value)
            kept.append(f"font-size:{number(float(font['size']))}px")
            if font["weight"]:
                kept.append(f"font-weight:{font['weight'].strip()}")
            if font["style"]:
                kept.append("font-style:italic")
        elif name and f"{name}:{value}" not in (
            "stroke-linejoin:miter", "stroke-linejoin:round", "stroke-linecap:butt", "opacity:1",
            "text-anchor:start", "stroke-opacity:1",
        ):  # fmt: skip
            if not value.startswith(("#", "url")):  # "#c44e00" is no number
                value = NUMBER.sub(lambda m: number(float(m.group()), 3), value)
            kept.append(f"{name}:{value}")
    if kept:
        values["style"] = ";".join(kept)


def _merged(children, symbols):
    """Runs of equal marks, and of strokes of one style, as one path each."""
    made, run = [], []

    def close():
        if run:
            made.extend(_as_one(run, symbols) if len(run) >= MANY else run)
            run.clear()

    for child in children:
        if child.tag == tag("g"):
            child[:] = _merged(list(child), symbols)
        if _kind(child) is None or (run and _kind(child) != _kind(run[0])):
            close()
        if _kind(child) is None:
            made.append(child)
        else:
            run.append(child)
    close()
    return made


def _kind(element):
    """What two neighbours must share to become one path; None: they may not."""
    values = element.attrib
    if element.tag == tag("use"):
        return ("use", values.get("href"), values.get("style"), values.get("clip-path"))
    if element.tag == tag("path") and "fill:none" in values.get("style", ""):
        if "transform" not in values:
            return ("path", values["style"], values.get("clip-path"))
    return None


def _as_one(run, symbols):
    first = run[0].attrib
    kept = {name: first[name] for name in ("style", "clip-path") if name in first}
    if run[0].tag == tag("path"):
        return [ET.Element(tag("path"), kept | {"d": "".join(path.get("d") for path in run)})]
    symbol = symbols[first["href"][1:]]
    style = dict(part.split(":") for part in symbol.get("style", "").split(";") if part)
    style |= dict(part.split(":") for part in kept.get("style", "").split(";") if part)
    places = [(float(mark.get("x", 0)), float(mark.get("y", 0))) for mark in run]
    shape = symbol.get("d")
    corners = [float(n) for n in re.findall(r"-?[\d.]+", shape)]
    if "C" in shape and "z" in shape.lower():  # a disc: the round ends of lines of no length
        radius = max(corners)
        color = style.pop("fill", "#000000")
        if color == "none":
            return run
        edge = float(style.get("stroke-width", 1)) if style.get("stroke", "none") != "none" else 0
        if style.get("stroke", color) not in (color, "none"):
            return run
        opacity = style.pop("fill-opacity", style.pop("stroke-opacity", "1"))
        style = {"fill": "none", "stroke": color, "stroke-linecap": "round",
                 "stroke-width": number(2 * radius + edge)}
        if opacity != "1":
            style["stroke-opacity"] = opacity
        d = "".join(f"M{number(x)} {number(y)}h0" for x, y in places)
    elif set(re.findall(r"[A-Za-z]", shape)) == {"M", "L"} and len(corners) == 4:
        (x0, y0, x1, y1), style["fill"] = corners, "none"
        d = "".join(f"M{number(x + x0)} {number(y + y0)}l{number(x1 - x0)} {number(y1 - y0)}"
                    for x, y in places)
    else:
        return run
    kept["style"] = ";".join(f"{name}:{value}" for name, value in style.items())
    return [ET.Element(tag("path"), kept | {"d": d})]


def _rename(root, prefix):
    """Count identifiers in the order in which they come."""
    names = {e.get("id"): f"{prefix}{k}" for k, e in enumerate(
        e for e in root.iter() if e.get("id"))}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, names[value])
            elif "#" in value and key in ("href", "clip-path", "style"):
                element.set(key, re.sub(
                    r"(?<=url\(#)[\w-]+|^#([\w-]+)$",
                    lambda m: f"#{names[m.group(1)]}" if m.group(1) else names[m.group()], value,
                ))


def both(wide, narrow):
    """One document: the wide drawing on white, and the narrow one in its metadata.

    Viewers of SVG show the first; `layouts` takes the two apart.
    """
    width, height = wide.get("viewBox").split()[2:]
    size = {"width": f"{width}pt", "height": f"{height}pt"}
    root = ET.Element(tag("svg"), dict(wide.attrib) | size)
    box = ET.SubElement(root, tag("metadata"), {"id": SMALL})
    box.append(narrow)
    ET.SubElement(root, tag("rect"), {"width": "100%", "height": "100%", "style": "fill:#ffffff"})
    root.extend(wide)
    return ET.tostring(root, encoding="unicode")


def layouts(text):
    """The wide and the narrow drawing of a document that `both` made, or None where it did not.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Element, or None
    """
    root = ET.fromstring(text)
    box = root.find(tag("metadata"))
    if box is None or box.get("id") != SMALL:
        return None
    narrow = box[0]
    root.remove(box)
    root.remove(root.find(tag("rect")))
    for name in ("width", "height"):
        del root.attrib[name]
    return [root, narrow]


def themed(drawing, prefix, **attributes):
    """A drawing for a page: its colours are the page's, its identifiers begin with `prefix`.

    Parameters
    ----------
    drawing : Element
    prefix : str
    **attributes
        Set on the ``svg`` element; an underscore stands for a hyphen.

    Returns
    -------
    str
        Without a namespace, as it stands in HTML.
    """
    for element in drawing.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, prefix + value)
            elif key in ("href", "clip-path"):
                element.set(key, re.sub(r"#(?=\w)", "#" + prefix, value))
            elif key == "style":
                element.set(key, COLOR.sub(
                    lambda m: f"var({VARIABLES[m.group()]})" if m.group() in VARIABLES
                    else m.group(), value))
    drawing.attrib.pop("font-family", None)
    for name, value in attributes.items():
        drawing.set(name.replace("_", "-"), value)
    text = ET.tostring(drawing, encoding="unicode", short_empty_elements=True)
    return text.replace(f' xmlns="{SVG}"', "")
