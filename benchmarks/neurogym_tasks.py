"""Every environment of the real NeuroGym package as a task, in an environment of its own.

    python benchmarks/neurogym_tasks.py --json

NeuroGym pins NumPy and needs PyTorch, so it is installed, beside this package, into a folder of
its own, once. Each environment becomes a task, draws trials twice from the same seed, and its
score judges the right answer. Keys: `tried`, `made`, `refused_by_name` (with what was said),
`raw_errors`, `not_repeatable`, `wrong_scores`; the last three should be empty.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "spikelib" / "neurogym"


def environment():
    """The Python that has NeuroGym and this package, made where there is none yet."""
    python = CACHE / "bin" / "python"
    if not python.exists():
        print("installing neurogym; this is done once ...", file=sys.stderr)
        venv.create(CACHE, with_pip=True)
    needed = "import neurogym, torch, numba, threadpoolctl"
    known = subprocess.run([python, "-c", needed], capture_output=True)
    if known.returncode:
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "neurogym", "torch", str(ROOT)], check=True,
            stdout=sys.stderr,
        )
    return python


def try_all():
    """Inside that environment: each of its tasks."""
    import warnings

    import neurogym
    import numpy as np
    from neurogym.envs.registration import all_envs

    from spikelib import Task

    warnings.simplefilter("ignore")
    answer = {"tried": 0, "made": 0, "refused_by_name": {}, "raw_errors": {},
              "not_repeatable": [], "wrong_scores": []}
    for name in sorted(all_envs()):
        answer["tried"] += 1
        try:
            env = neurogym.make(name)
        except Exception as error:  # what NeuroGym itself can't make is not ours to judge
            answer["refused_by_name"][name] = f"NeuroGym: {error}"[:200]
            continue
        try:
            task = Task.from_environment(env)
            first, second = (task.trials(3, rng=np.random.default_rng(1)) for _ in range(2))
            scores = [task.score(t, t.outputs) for t in first] if task.score else [1.0]
        except ValueError as error:
            answer["refused_by_name"][name] = str(error)[:200]
            continue
        except Exception as error:
            answer["raw_errors"][name] = f"{type(error).__name__}: {error}"[:200]
            continue
        answer["made"] += 1
        same = all(
            np.array_equal(a.inputs, b.inputs) and np.array_equal(a.outputs, b.outputs)
            for a, b in zip(first, second, strict=True)
        )
        if not same:
            answer["not_repeatable"].append(name)
        if min(scores) < 1:
            answer["wrong_scores"].append(name)
    print(json.dumps(answer))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        try_all()
        return
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [environment(), str(Path(__file__).resolve()), "--inside"], cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        )
    if done.returncode:
        sys.exit(done.stderr)
    answer = json.loads(done.stdout.splitlines()[-1])
    if options.json:
        print(json.dumps(answer, indent=1))
        return
    for name, value in answer.items():
        print(f"{name:16s} {len(value) if isinstance(value, dict | list) else value}")


if __name__ == "__main__":
    main()
