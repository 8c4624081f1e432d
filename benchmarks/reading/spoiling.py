"""What disks, networks and other programs do to the bytes of a file."""

HOW = {"cut": 0.3, "flipped": 0.4, "zeros": 0.1, "appended": 0.05, "emptied": 0.03,
       "other ending": 0.07, "doubled": 0.05}
_ENDINGS = (".npz", ".npy", ".mat", ".csv", ".h5", ".nwb", ".tsv")


def spoil(case, path, rng):
    """Change a file's bytes; the case then is one that may be refused. Returns its path."""
    data = bytearray(path.read_bytes())
    how, size = str(rng.choice(list(HOW), p=list(HOW.values()))), len(data)
    if how == "cut":
        data = data[: rng.integers(size)]
    elif how == "flipped":
        for at in rng.integers(size, size=rng.integers(1, 5)):
            data[at] ^= 1 << rng.integers(8)
    elif how == "zeros":
        start = int(rng.integers(size))
        end = min(size, start + int(rng.integers(1, 512)))
        data[start:end] = bytes(end - start)
    elif how == "appended":
        data += rng.bytes(int(rng.integers(1, 64)))
    elif how == "emptied":
        data = data[:0]
    elif how == "doubled":
        data = data + data
    path.write_bytes(data)
    if how == "other ending":
        path = path.rename(path.with_suffix(_ENDINGS[rng.integers(len(_ENDINGS))]))
        case.names = (path.name, *case.names[1:])
    case.change, case.must = f"{case.change}, {how}", False
    case.unchecked |= not case.covered and how in ("cut", "flipped", "zeros", "appended", "doubled")
    return path
