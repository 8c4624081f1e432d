"""A notebook that can be called like a function. Public in `spikelib.sweeps.runs`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikelib import _checks

_MIME = "application/vnd.spikelib.record+json"


def plain(value):
    """NumPy's numbers and arrays as Python's; ValueError for what JSON cannot hold."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple, range)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"expected numbers, texts or lists of them, got {value!r:.80}")


def record(**values):
    """In a notebook that a sweep runs: hand these values back to it.

    Run by hand, the notebook shows them instead. Called more than once, it adds.

    Parameters
    ----------
    **values
        Numbers, texts, or lists of them.
    """
    from IPython.display import display

    values = plain(values)
    text = "  ".join(f"{name}={value}" for name, value in values.items())
    display({_MIME: values, "text/plain": text}, raw=True)


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook that can be called like a function; papermill runs it.

    The notebook has a cell tagged ``parameters`` that gives each parameter a default,
    and hands back its results by `record`.

    Parameters
    ----------
    path : path
        The notebook.
    folder : path, optional
        Where the executed copies go, one a run; they are not kept otherwise.
    cwd : path, optional
        Folder in which it runs; by default that of the notebook.
    timeout : int
        Seconds that one cell may take.
    kernel : str

    Raises
    ------
    FileNotFoundError
    """

    path: str | Path
    folder: str | Path | None = None
    cwd: str | Path | None = None
    timeout: int = 600
    kernel: str = "python3"

    def __post_init__(self):
        path = Path(self.path).resolve()
        if not path.is_file():
            raise FileNotFoundError(f"path: expected a notebook, found none at {path}")
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "cwd", Path(self.cwd or path.parent).resolve())
        if self.folder is not None:
            object.__setattr__(self, "folder", Path(self.folder).resolve())
        _checks.number("timeout", self.timeout, above=0)

    @property
    def __name__(self):
        """What a sweep calls it."""
        return self.path.stem

    def parameters(self):
        """Names of the parameters that the notebook has."""
        import nbformat
        import papermill

        cells = nbformat.read(self.path, as_version=4).cells
        if not any("parameters" in cell.metadata.get("tags", []) for cell in cells):
            raise ValueError(f"{self.path}: expected a cell tagged 'parameters', got none")
        return set(papermill.inspect_notebook(str(self.path)))

    def __call__(self, **parameters):
        """Run it with these parameters; return what it recorded."""
        import papermill

        unknown = set(parameters) - self.parameters()
        if unknown:
            raise ValueError(
                f"{self.path.name}: expected parameters among {sorted(self.parameters())}, "
                f"got {sorted(unknown)}"
            )
        output = None
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = "_".join(f"{key}={value}" for key, value in parameters.items())
            name = "".join(c if c.isalnum() or c in "=_.-" else "-" for c in name)
            output = str(self.folder / f"{self.path.stem}_{name}.ipynb")
        try:
            done = papermill.execute_notebook(
                str(self.path), output, parameters=plain(parameters), cwd=str(self.cwd),
                kernel_name=self.kernel, execution_timeout=self.timeout, progress_bar=False,
            )
        except papermill.PapermillExecutionError as error:
            raise RuntimeError(
                f"{self.path.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}"
            ) from None
        values = {}
        for cell in done.cells:
            for output in cell.get("outputs", []):
                values |= output.get("data", {}).get(_MIME, {})
        return values
