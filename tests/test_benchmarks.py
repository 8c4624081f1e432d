"""The benchmarks run and give the keys that they promise; how fast is never asserted."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
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


def test_large_networks(tmp_path):
    kept = tmp_path / "large.json"
    answer = output("benchmarks/large.py", "--sizes", "100,200", "--json", "--output", kept)
    assert [row["n_neurons"] for row in answer["results"]] == [100, 200]
    for row in answer["results"]:
        assert row["n_regressors"] == 2 * row["n_trained"] == row["n_neurons"] / 2
        assert 0 < row["model_s"] < row["fit_processor_s"], "the model is a floor"
        assert row["model_s"] == pytest.approx(sum(row["model"].values()))
        assert 0 < row["test_nmse"] < 1
    again = output("benchmarks/large.py", "--sizes", "100,200", "--json", "--output", kept)
    assert again == answer, "what is kept is not measured again"


def test_networks_under_dales_law():
    answer = output("benchmarks/dale.py", "--seeds", "1", "--quick", "--json")
    keys = {"connection_probability", "n_neurons", "median_test_nmse", "success_rate",
            "sign_violations", "train_s"}
    assert [row["connection_probability"] for row in answer["results"]] == [0.5, 0.1]
    for row in answer["results"]:
        assert keys <= set(row)
        assert row["sign_violations"] == 0 and row["n_neurons"] == 400
        assert [seed["seed"] for seed in row["per_seed"]] == [100], "settings were not chosen on it"
        assert row["median_test_nmse"] == row["per_seed"][0]["test_nmse"] > 0
    assert answer["unconstrained_test_nmse"] > 0
    assert 0 <= answer["integration_fraction_correct"] <= 1


def test_seeds_under_dales_law_are_run_once_unless_the_code_has_changed(monkeypatch, tmp_path):
    module, ran = benchmark("dale"), []

    def one_seed(seed, probability):
        ran.append((seed, probability))
        keys = ("floor_nmse", "worst_late_trial_nmse", "mean_rate_hz", "silent_fraction", "train_s")
        return {"seed": seed, "connection_probability": probability, "n_neurons": 9,
                "test_nmse": 0.001 * seed, "sign_violations": 0, "attempts": 1,
                **dict.fromkeys(keys, 1.0)}

    def stored(*arguments):
        path = tmp_path / "dale.json"
        monkeypatch.setattr(sys, "argv", ["dale.py", "--only", "osc4", "--output", str(path),
                                          *arguments])
        ran.clear()
        module.main()
        return json.loads(path.read_text(encoding="utf-8"))

    monkeypatch.setattr(module, "one_seed", one_seed)
    stored("--seeds", "1")
    assert ran == [(100, 0.5), (100, 0.1)]
    answer = stored("--seeds", "2", "--probability", "0.1")
    assert ran == [(101, 0.1)]
    assert [[row["seed"] for row in result["per_seed"]] for result in answer["results"]] == [
        [100], [100, 101]]
    assert answer["results"][1]["median_test_nmse"] == pytest.approx(0.1005)
    stored("--seeds", "1", "--quick")
    assert len(ran) == 2, "a quick run is another one"
    monkeypatch.setattr(module, "made_by", lambda *files: "other code")
    stored("--seeds", "1")
    assert len(ran) == 2


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


def test_networks_to_rely_on(tmp_path):
    path = tmp_path / "rows.json"
    arguments = ("benchmarks/dependable.py", "--seeds", "1", "--quick", "--json", "--size", "60",
                 "30", "--output", str(path))
    answer = output(*arguments)
    keys = {"n_neurons", "n_trained", "median_test_nmse", "worst_test_nmse", "lost_starts", "basin"}
    (row,) = answer["results"]
    assert keys <= set(row) and (row["n_neurons"], row["n_trained"]) == (60, 30)
    assert row["per_seed"][0]["seed"] == 100
    assert 0 <= row["basin"] <= 1 and 0 <= row["lost_starts"] <= 2
    assert output(*arguments) == answer, "what is in the file is not made again"
    # Of other code nothing is taken over.
    kept = json.loads(path.read_text(encoding="utf-8")) | {"made_by": "other code"}
    path.write_text(json.dumps(kept), encoding="utf-8")
    module = benchmark("dependable")
    assert module.Store(path, "this code").rows == []
    assert len(module.Store(path, "other code").rows) == 1


def test_a_start_is_lost_where_twenty_trials_in_a_row_are_bad():
    is_lost = benchmark("dependable").is_lost
    good = np.full(200, 0.001)
    assert not is_lost(good)
    late_recovery, once, for_a_while = good.copy(), good.copy(), good.copy()
    late_recovery[:14] = 1  # five are not counted, and nine of twenty are no majority
    once[100:109] = 1
    for_a_while[100:112] = 1
    assert [is_lost(x) for x in (late_recovery, once, for_a_while)] == [False, False, True]
