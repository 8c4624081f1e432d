"""The benchmarks run and give the keys that they promise; how fast is never asserted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def output(*arguments):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_demonstration_over_seeds():
    answer = output("benchmarks/osc4.py", "--seeds", "1", "--trials", "10", "--json",
                    "--recipe", "default")
    keys = {"median_test_nmse", "worst_test_nmse", "success_rate", "long_run_success_rate"}
    assert keys <= set(answer) and len(answer["per_seed"]) == 1
    assert 0 <= answer["success_rate"] <= 1
    assert answer["median_test_nmse"] == answer["per_seed"][0]["test_nmse"] > 0


@pytest.mark.slow
def test_speed():
    answer = output("benchmarks/speed.py", "--quick", "--sizes", "100", "--json")
    for key in ("rls_speedup", "rls_memory_ratio", "rls_over_floor"):
        assert set(answer[key]) == {"100"}
    assert answer["demo_2016_s"] > 0 and answer["simulation_exponent"] > 0
    assert set(answer["simulation_realtime"]) == {"500", "1000"}
    assert answer["demo_2016_test_nmse"] < 0.05


def test_networks_under_dales_law():
    answer = output("benchmarks/dale.py", "--seeds", "1", "--quick", "--json")
    keys = {"connection_probability", "n_neurons", "median_test_nmse", "success_rate",
            "sign_violations", "train_s"}
    assert [row["connection_probability"] for row in answer["results"]] == [0.5, 0.1]
    for row in answer["results"]:
        assert keys <= set(row)
        assert row["sign_violations"] == 0 and row["n_neurons"] == 400
        assert row["median_test_nmse"] == row["per_seed"][0]["test_nmse"] > 0
    assert answer["unconstrained_test_nmse"] > 0
    assert 0 <= answer["integration_fraction_correct"] <= 1


def test_other_programs():
    """They need environments of their own, so that only the stored results are looked at."""
    answer = json.loads((ROOT / "book" / "results" / "elsewhere.json").read_text("utf-8"))
    keys = {"same_spikes_s", "test_nmse", "spikelib_nmse", "slowdown", "versions"}
    for name in ("brian2", "nest", "nir"):
        assert keys <= set(answer[name])
        assert len(answer[name]["per_seed"]) == len(answer["seeds"])
    assert keys - {"versions"} <= set(answer["nest"]["shipped"])
    versions = {row["version"] for row in answer["conformance"]}
    assert versions >= {"textbook", "page", "brian2", "nest", "nest_shipped", "nir"}
