"""Check the widgets' JavaScript: unit tests, a linter, and types in JSDoc.

Node runs the tests of ``tests/js``; eslint and TypeScript's compiler come from npm, in the versions
of ``tools/js/package-lock.json``, and are fetched into ``_assets/js`` when they are first needed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys

from tools.book_layout import ROOT
from tools.fetch_assets import node_command, npm_command

SETTINGS = ROOT / "tools" / "js"
TOOLS = ROOT / "_assets" / "js"
SCRIPTS = ROOT / "spikelib" / "book" / "live" / "js"
TESTS = ROOT / "tests" / "js"


def fetch() -> None:
    """Install what the lock file names, unless it is there."""
    stamp = TOOLS / "ready"
    lock = hashlib.sha256((SETTINGS / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == lock:
        return
    shutil.rmtree(TOOLS, ignore_errors=True)
    TOOLS.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(SETTINGS / name, TOOLS / name)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([*npm_command(), "ci", *options], cwd=TOOLS, check=True)
    stamp.write_text(lock)


def commands() -> dict[str, list[str]]:
    """What is run, by its name."""
    node, modules = node_command(), TOOLS / "node_modules"
    tests = sorted(str(path.relative_to(ROOT)) for path in TESTS.glob("*.test.mjs"))
    scripts, own = str(SCRIPTS.relative_to(ROOT)), str(TESTS.relative_to(ROOT))
    return {
        "unit tests": [*node, "--test", *tests],
        "linter": [*node, str(modules / "eslint" / "bin" / "eslint.js"), "--max-warnings=0",
                   "--config", str(SETTINGS / "eslint.config.mjs"), scripts, own],
        "types": [*node, str(modules / "typescript" / "bin" / "tsc"), "-p",
                  str(SETTINGS / "tsconfig.json")],
    }


def main() -> int:
    """Run all three, and say which failed."""
    try:
        fetch()
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"eslint and TypeScript could not be fetched: {error}", file=sys.stderr)
        return 1
    failed = []
    for name, command in commands().items():
        if subprocess.run(command, cwd=ROOT).returncode:
            failed.append(name)
    print(f"JavaScript: {', '.join(failed)} failed" if failed else "JavaScript: all well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
