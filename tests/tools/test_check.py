"""`make check`: what a change reaches."""

from __future__ import annotations

import subprocess

from tools import check


def project(root):
    """A package of three modules, and a test for each."""
    files = {
        "spikelib/__init__.py": "from spikelib.high import top\n",
        "spikelib/low.py": "X = 1\n",
        "spikelib/high.py": "from spikelib.low import X\ndef top(): return X\n",
        "spikelib/aside.py": "Y = 2\n",
        "tests/test_low.py": "from spikelib.low import X\n",
        "tests/test_high.py": "import spikelib\nspikelib.top()\n",
        "tests/test_aside.py": "from spikelib import aside\n",
        "tests/chapters/test_book.py": "from pathlib import Path\n",
        "book/page.md": "# A page\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_change_reaches_what_uses_it_and_the_nearest_comes_first(tmp_path):
    project(tmp_path)
    assert check.reached({"spikelib/low.py"}, tmp_path) == [
        (1, "tests/test_low.py"), (2, "tests/test_high.py"),
    ]
    assert check.reached({"spikelib/aside.py"}, tmp_path) == [(1, "tests/test_aside.py")]
    assert check.reached({"tests/test_low.py"}, tmp_path) == [(0, "tests/test_low.py")]


def test_a_change_of_a_page_reaches_the_tests_of_the_sources(tmp_path):
    project(tmp_path)
    assert check.reached({"book/page.md"}, tmp_path) == [(1, "tests/chapters/test_book.py")]
    assert check.reached(set(), tmp_path) == []


def test_git_says_what_has_changed(tmp_path):
    project(tmp_path)
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*run, *command], cwd=tmp_path, check=True)
    assert check.changed_files("HEAD", tmp_path) == set()
    (tmp_path / "spikelib" / "low.py").write_text("X = 2\n")
    (tmp_path / "new.txt").write_text("new\n")
    assert check.changed_files("HEAD", tmp_path) == {"spikelib/low.py", "new.txt"}


def test_every_wing_is_reached_by_its_own_tests():
    """In this very project: a change in a wing runs the tests in that wing's folder."""
    for wing in ("least_squares", "tasks", "rate", "spiking", "training", "dale", "recordings"):
        module = sorted((check.ROOT / "spikelib" / wing).glob("[a-z]*.py"))[0]
        files = [f for _, f in check.reached({module.relative_to(check.ROOT).as_posix()})]
        assert any(file.startswith(f"tests/{wing}/") for file in files[:3]), (wing, files[:3])
