"""The benchmarks run and give the keys that they promise; how fast is never asserted."""

import importlib.util
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


def benchmark(name):
    """A benchmark as a module, not run."""
    path = ROOT / f"benchmarks/{name}.py"
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_summaries_are_medians_and_shares_over_seeds():
    """Three seeds whose median is not their mean, and of which one fails."""
    errors = [0.001, 0.004, 0.4]
    dale = benchmark("dale").summary([
        {"connection_probability": 0.5, "n_neurons": 9, "test_nmse": error,
         "sign_violations": wrong, "train_s": seconds}
        for error, wrong, seconds in zip(errors, (0, 2, 3), (1.0, 2.0, 9.0), strict=True)
    ])
    assert (dale["median_test_nmse"], dale["train_s"]) == (0.004, 2.0)
    assert dale["success_rate"] == pytest.approx(2 / 3)
    assert (dale["sign_violations"], dale["n_neurons"]) == (5, 9)
    osc4 = benchmark("osc4").summary([
        {"test_nmse": error, "long_run_success": error < 0.002} for error in errors
    ])
    assert (osc4["median_test_nmse"], osc4["worst_test_nmse"]) == (0.004, 0.4)
    assert osc4["success_rate"] == pytest.approx(2 / 3)
    assert osc4["long_run_success_rate"] == pytest.approx(1 / 3)


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
