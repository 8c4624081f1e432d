"""What made a result: a digest of code, so that results of other code are not taken over."""

import hashlib
from pathlib import Path

import spikelib

PACKAGE = Path(spikelib.__file__).parent
#: What shows, reads or hands on results, and cannot change those of the method itself.
LEFT_OUT = ("book", "export", "recordings", "sweeps", "testing", "figures")


def made_by(*files):
    """Digest of the method's code in `spikelib` and of `files`, in 16 letters."""
    digest = hashlib.sha256()
    method = (path for path in PACKAGE.rglob("*.py")
              if path.relative_to(PACKAGE).parts[0] not in LEFT_OUT)
    for path in [*map(Path, files), *sorted(method)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
