"""Optional packages, imported where they are used."""

from importlib import import_module


def package(name, extra):
    """The optional package `name`, or an error that says how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f"{name}: expected it to be installed (pip install 'spikelib[{extra}]'), but it "
            f"cannot be imported: {error}"
        ) from error
