"""MATLAB's objects, string and categorical, written as MATLAB does, byte by byte, in both formats.

The layout was compared with files that MATLAB wrote (5, 7 and 7.3, one string each), and strings
written here with what the package mat-io reads.
"""

import struct

import h5py
import numpy as np
from scipy.io import savemat

MARK = 0xDD000000
CLASSES = {"f8": 6, "u1": 9, "i4": 12, "u4": 13, "u8": 15}
TYPES = {"f8": 9, "u1": 2, "i4": 5, "u4": 6, "u8": 13}


def string(texts, shape=None):
    """The contents of a string array; None is a missing one."""
    shape = (len(texts), 1) if shape is None else shape
    units = [b"" if text is None else text.encode("utf-16-le") for text in texts]
    sizes = [
        2**64 - 1 if text is None else len(part) // 2
        for text, part in zip(texts, units, strict=True)
    ]
    packed = b"".join(units)
    packed += b"\0" * (-len(packed) % 8)
    head = np.array([1, len(shape), *shape, *sizes], dtype="u8")
    return "string", {"any": np.concatenate([head, np.frombuffer(packed, "<u8")])[None]}


def categorical(names, codes):
    """The contents of categories: codes from 1, 0 for undefined."""
    return "categorical", {"categoryNames": list(names), "codes": np.array([codes], "u1")}


def _layout(objects):
    """The table, the cells of contents, and the number of each object's class."""
    kinds = sorted({kind for kind, _ in objects})
    names = [*kinds, *sorted({name for _, held in objects for name in held})]
    cells, saved, plain, about = [], [[0, 0]], [[0, 0]], [[0] * 6]
    for number, (kind, held) in enumerate(objects, start=1):
        block = [len(held)]
        for name, value in held.items():
            block += [names.index(name) + 1, 1, len(cells)]
            cells.append(value)
        block += [0] * (len(block) % 2)
        where = saved if kind == "string" else plain
        where.append(block)
        place = len(where) - 1
        about.append(
            [kinds.index(kind) + 1, 0, 0, *((place, 0) if kind == "string" else (0, place)), number]
        )
    classes = [[0, 0, 0, 0], *([0, i + 1, 0, 0] for i in range(len(kinds)))]
    text = b"".join(name.encode() + b"\0" for name in names)
    parts = [text + b"\0" * (-len(text) % 8)]
    for region in (classes, saved, about, plain, [[0, 0]] * len(about), [], []):
        parts.append(np.array([word for row in region for word in row], "<u4").tobytes())
    at = 40 + np.cumsum([len(part) for part in parts])
    head = struct.pack("<10I", 4, len(names), *at)
    return head + b"".join(parts), cells, [kinds.index(kind) + 1 for kind, _ in objects]


def _ending(in_class):
    """After the contents: three cells about the classes, in which nothing is for us."""
    n = max(in_class) + 1
    nothing = [np.zeros((0, 0))] * n
    return nothing, np.zeros((n, 1), "i4"), nothing


def _references(objects, in_class):
    return [
        np.array([MARK, 2, 1, 1, i, c], "u4")[:, None]
        for i, c in zip(range(1, len(objects) + 1), in_class, strict=True)
    ]


def element(kind, content):
    """A data element of MATLAB 5 files."""
    padding = b"" if kind == 15 else b"\0" * (-len(content) % 8)
    return struct.pack("<II", kind, len(content)) + content + padding


def _text(text):
    small = struct.pack("<HH", 1, len(text)) + text.ljust(4, b"\0")
    return element(1, text) if len(text) > 4 else small if text else element(1, b"")


def _head(number, shape, name=b""):
    size = element(5, struct.pack(f"<{len(shape)}i", *shape))
    return element(6, struct.pack("<II", number, 0)) + size + _text(name)


def _matrix(value, name=b""):
    """An array of numbers, a text, or a list of texts as a cell."""
    if isinstance(value, str):
        units = value.encode("utf-16-le")
        return element(14, _head(4, (1, len(value)), name) + element(4, units))
    if isinstance(value, list):
        inner = b"".join(part if isinstance(part, bytes) else _matrix(part) for part in value)
        return element(14, _head(1, (len(value), 1), name) + inner)
    key = value.dtype.str[1:]
    return element(
        14, _head(CLASSES[key], value.shape, name) + element(TYPES[key], value.tobytes(order="F"))
    )


def _opaque(name, kind, inner):
    return element(
        14,
        element(6, struct.pack("<II", 17, 0)) + b"".join(map(_text, (name, b"MCOS", kind))) + inner,
    )


def write_mat5(path, arrays, objects, pack=None):
    """Arrays, and objects by their names; ``a.b`` lies in the struct ``a``."""
    savemat(path, arrays)
    table, cells, in_class = _layout(list(objects.values()))
    parts = []
    for (name, (kind, _)), mark in zip(
        objects.items(), _references(objects, in_class), strict=True
    ):
        outer, _, inner = name.rpartition(".")
        part = _opaque(b"" if outer else name.encode(), kind.encode(), _matrix(mark))
        parts.append(_struct(inner.encode(), part, outer.encode()) if outer else part)
    contents = [
        _matrix(np.frombuffer(table, "u1")[:, None]),
        element(14, b""),
        *map(_matrix, [*cells, *_ending(in_class)]),
    ]
    wrapper = _struct(b"MCOS", _opaque(b"", b"FileWrapper__", _matrix(contents)))
    parts.append(_matrix(np.frombuffer(b"\0\1IM\0\0\0\0" + wrapper, "u1")[None]))
    parts = [part if pack is None else element(15, pack(part)) for part in parts]
    whole = bytearray(path.read_bytes() + b"".join(parts))
    whole[116:124] = struct.pack("<Q", len(whole) - len(parts[-1]))  # where the contents are
    path.write_bytes(whole)


def _struct(field, value, name=b""):
    key = struct.pack("<HHI", 5, 4, len(field) + 1)
    return element(14, _head(2, (1, 1), name) + key + element(1, field + b"\0") + value)


def write_mat73(path, arrays, objects):
    """The same as MATLAB 7.3 has it: HDF5, with the axes in reverse."""
    table, cells, in_class = _layout(list(objects.values()))
    with h5py.File(path, "w", userblock_size=512) as file:

        def put(name, value, kind):
            file[name] = value
            file[name].attrs["MATLAB_class"] = np.bytes_(kind)
            return file[name]

        for name, value in arrays.items():
            put(name, np.asarray(value, float).T, "double")
        for (name, (kind, _)), mark in zip(
            objects.items(), _references(objects, in_class), strict=True
        ):
            put(name.replace(".", "/"), mark.T, kind).attrs["MATLAB_object_decode"] = np.int32(3)
        placed = [
            put("#refs#/t", np.frombuffer(table, "u1")[None], "uint8"),
            put("#refs#/e", np.zeros(2, "u8"), "canonical empty"),
        ]
        placed[1].attrs["MATLAB_empty"] = np.uint8(1)
        for i, value in enumerate([*cells, *_ending(in_class)]):
            if isinstance(value, list):
                parts = [
                    put(f"#refs#/c{i}_{k}", np.zeros(2, "u8"), "double") if len(part) == 0 else
                    put(f"#refs#/c{i}_{k}", np.frombuffer(part.encode("utf-16-le"), "u2")[:, None],
                        "char") for k, part in enumerate(value)
                ]
                for part in parts:
                    if part.attrs["MATLAB_class"] == b"char":
                        part.attrs["MATLAB_int_decode"] = np.int32(2)
                    else:
                        part.attrs["MATLAB_empty"] = np.uint8(1)
                references = [[part.ref for part in parts]]
                placed.append(put(f"#refs#/c{i}", np.array(references, h5py.ref_dtype), "cell"))
            else:
                kind = {"u": "uint", "i": "int"}[value.dtype.kind]
                placed.append(put(f"#refs#/c{i}", value.T, f"{kind}{8 * value.dtype.itemsize}"))
        wrapper = np.array([[item.ref for item in placed]], h5py.ref_dtype)
        put("#subsystem#/MCOS", wrapper, "FileWrapper__").attrs["MATLAB_object_decode"] = np.int32(
            3
        )
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(116) + bytes(8) + b"\0\2IM")
