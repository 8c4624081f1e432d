"""The comparisons with other programs, and of many neurons: what they measure, and their rows."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from spikelib import principal_components

ROOT = Path(__file__).resolve().parent.parent


def benchmark(name):
    """A benchmark as a module, not run."""
    spec = importlib.util.spec_from_file_location(f"own_{name}", ROOT / f"benchmarks/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(name):
    return json.loads((ROOT / "book" / "results" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("method", "size"), [("factors", 60), ("each", 30)])
def test_both_methods_learn_the_tutorials_task(method, size):
    row = benchmark("many").case(method, "sinusoids", 150, size, 1, 4, 0.0)
    assert row["correlation"] > 0.9 and row["worst"] <= row["correlation"]
    assert row["n_factors"] == (2 if method == "factors" else None)
    assert row["target_bytes"] == 1200 * 150 * 8


def test_components_of_more_neurons_than_steps():
    values = np.random.default_rng(0).normal(size=(30, 3)) @ np.random.default_rng(1).normal(
        size=(3, 80))
    few = benchmark("many").few_components(values)
    known = principal_components(values, variance=0.999)
    assert few.n_factors == known.n_factors == 3
    assert np.allclose(np.abs(few.components.T @ known.components), np.eye(3), atol=1e-6)
    assert np.allclose(few.variances[:3], known.variances[:3])


def test_noise_has_more_components_the_longer_it_lasts():
    many, rng = benchmark("many"), np.random.default_rng(0)
    one, four = (
        many.few_components(np.vstack([
            trial.outputs[trial.counted] for trial in many.targets("noise", 300, n, rng)[0]]))
        for n in (1, 4)
    )
    assert 10 < one.n_factors < 25 and 3 * one.n_factors < four.n_factors < 5 * one.n_factors


def test_what_does_not_run_is_in_the_table():
    peers = benchmark("peers")

    def fails():
        return peers.call([sys.executable, "-c", "import sys; sys.exit('no such wheel')"])

    row = peers.row("a", "a tool", fails)
    assert row["error"] == "no such wheel" and row["test_nmse"] is None
    row = peers.row("b", "another", lambda: {"per_trial": [0.1, float("nan"), 0.2], "train_s": 1})
    assert row["test_nmse"] == 0.2 and row["worst_nmse"] == float("inf")
    assert row["lost"] == pytest.approx(1 / 3)


def test_stored_comparison():
    rows = {row["name"]: row for row in stored("peers")["peers"]}
    assert {"spikelib", "snntorch", "tension", "brian2", "authors"} <= set(rows)
    for row in rows.values():
        assert {"name", "version", "task", "train_s", "test_nmse", "over_ours"} <= set(row)
        assert row.get("error") or row["over_ours"] == pytest.approx(
            row["train_s"] / rows["spikelib"]["train_s"])
    assert rows["spikelib"]["over_ours"] == 1 and not rows["spikelib"].get("error")


def test_stored_rows_of_many_neurons():
    many = benchmark("many")
    rows = stored("many")["results"]
    wanted = [list(case) for case in many.cases(quick=False)]
    assert [row["case"] for row in rows] == wanted, "made by another version of the benchmark"
    tutorial = [r for r in rows if (r["task"], r["n_neurons"]) == ("sinusoids", 4096)]
    assert all(row["correlation"] >= 0.9 for row in tutorial)
