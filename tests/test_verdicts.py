"""Verdicts of the reproduction report, on tables whose verdict is known."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import provenance, rules, verdicts

UNSEEN = range(100, 110)


def components(angle=4.0, *, waves=6.0, foreign=6.0, held=0.95, seeds=UNSEEN):
    angles = np.broadcast_to(angle, len(seeds))
    return pd.DataFrame({
        "seed": list(seeds), "held_rate": held, "held_spiking": held, "held_spiking_15": held,
        "angle": angles, "angle_15": angles, "angle_noise": 10.0, "angle_noise_15": 12.0,
        "angle_waves": waves, "angle_foreign": foreign,
    })


def tasks(name, scores, rate_score=np.nan, seeds=UNSEEN):
    return pd.DataFrame({
        "seed": list(seeds), "task": name, "score": scores, "rate_score": rate_score,
        "n_neurons": 500, "n_units": 200,
    })


def irregular(*, on_fano=0.4, cv2=0.7, on_nmse=0.02):
    rows = [
        {"seed": seed, "strength": strength, "n_factors": n_factors, "n_factors_used": 12,
         "nmse": nmse, "fano": fano, "cv2": local}
        for seed in UNSEEN
        for strength, n_factors, nmse, fano, local in (
            (1.0, 12.0, on_nmse, on_fano, cv2), (1.0, np.nan, 0.02, on_fano, cv2),
            (0.0, 12.0, 0.002, 0.05, 0.65))
    ]
    return pd.DataFrame(rows)


def verdict(entries, place=0):
    return entries[place]["verdict"]


def test_nine_of_ten_seeds_and_the_middle_have_to_meet_the_goal():
    nine = [0.99] * 9 + [0.90]
    assert verdict(verdicts.about_tasks(tasks("flip-flop", nine))) == "reproduced"
    assert verdict(verdicts.about_tasks(tasks("flip-flop", [0.99] * 8 + [0.9] * 2))) == "partly"
    assert verdict(verdicts.about_tasks(tasks("flip-flop", [0.99] * 4 + [0.9] * 6))) == "not"
    # The mean: one seed that failed altogether is not outvoted.
    assert verdict(verdicts.about_tasks(tasks("flip-flop", [0.96] * 9 + [0.1]))) == "partly"


def test_seeds_that_settings_were_chosen_on_prove_nothing():
    perfect = tasks("flip-flop", [1.0] * 10, seeds=range(10))
    assert verdict(verdicts.about_tasks(perfect)) == "partly"
    one_of_them = tasks("flip-flop", [1.0] * 10, seeds=[9, *range(101, 110)])
    assert verdict(verdicts.about_tasks(one_of_them)) == "partly"


def test_smaller_is_better_where_the_score_is_an_error():
    assert verdict(verdicts.about_tasks(tasks("ready-set-go", [0.03] * 10)), 3) == "reproduced"
    assert verdict(verdicts.about_tasks(tasks("ready-set-go", [0.3] * 10)), 3) == "not"
    near = tasks("contextual integration", [0.95] * 10, rate_score=0.97)
    far = tasks("contextual integration", [0.85] * 10, rate_score=0.97)
    assert verdict(verdicts.about_tasks(near), 2) == "reproduced"
    assert verdict(verdicts.about_tasks(far), 2) == "not"


@pytest.mark.parametrize(("table", "expected"), [
    (components(), "reproduced"),
    (components(6.0, waves=9.0, foreign=9.0), "not"),
    (components(waves=3.0), "partly"),
    (components(foreign=3.0), "partly"),
    (components(held=0.85), "not"),
    (components(np.r_[[4.0] * 8, 7.0, 7.0]), "partly"),
])
def test_spaces_are_close_only_beside_their_controls(table, expected):
    assert verdict(verdicts.about_components(table)) == expected


def test_irregular_is_not_said_of_spacing_that_becomes_regular():
    assert verdict(verdicts.about_irregular(irregular()), 1) == "reproduced"
    assert verdict(verdicts.about_irregular(irregular(cv2=0.6)), 1) == "partly"
    assert verdict(verdicts.about_irregular(irregular(on_nmse=0.2)), 1) == "not"
    assert verdict(verdicts.about_irregular(irregular(on_fano=0.1)), 1) == "not"
    assert verdict(verdicts.about_irregular(irregular())) == "reproduced"
    assert verdict(verdicts.about_irregular(irregular(on_nmse=0.03))) == "not"


def dale(errors, first=100, wrong=0):
    return {
        "unconstrained_test_nmse": 1e-5, "integration_fraction_correct": 0.98,
        "results": [{
            "median_test_nmse": float(np.median(errors)), "connection_probability": p,
            "goal": 0.02, "success_rate": float(np.mean(np.array(errors) <= 0.02)),
            "sign_violations": wrong, "train_s": 80.0, "n_neurons": 1000,
            "per_seed": [{"seed": first + k, "test_nmse": e} for k, e in enumerate(errors)],
        } for p in (0.5, 0.1)],
    }


def test_dales_law_needs_nine_of_ten_unseen_seeds_and_no_wrong_sign():
    assert verdict(verdicts.about_dale(dale([0.01] * 9 + [0.5]))) == "reproduced"
    assert verdict(verdicts.about_dale(dale([0.01] * 8 + [0.5] * 2))) == "partly"
    assert verdict(verdicts.about_dale(dale([0.01] * 10, first=0))) == "partly"
    assert verdict(verdicts.about_dale(dale([0.5] * 10))) == "not"
    assert verdict(verdicts.about_dale(dale([0.01] * 10, wrong=1))) == "not"


def test_dales_law_is_told_with_what_it_took_and_what_limits_it():
    found = dale([0.01, 0.02])
    (entry,) = verdicts.about_dale(found)
    assert "80 s of training" in entry["measured"] and "tried" not in entry["measured"]
    for row in found["results"]:
        row["floor_nmse"] = 0.004
        for attempts, one in enumerate(row["per_seed"], 1):
            one |= {"attempts": attempts, "free_floor_nmse": 0.003, "train_cpu_s": 40.0 + attempts}
    (entry,) = verdicts.about_dale(found)
    for told in ("at most 2 of 3 networks", "0.0040 with signs and 0.0030 without", "42 CPU s"):
        assert entry["measured"].count(told) == 2, told
    # What was not measured with these settings is left out, not guessed.
    del found["unconstrained_test_nmse"], found["integration_fraction_correct"]
    (entry,) = verdicts.about_dale(found)
    assert "without the law" not in entry["measured"] and "integration" not in entry["measured"]


def test_intervals_hold_the_median_and_shrink_with_the_seeds():
    rng = np.random.default_rng(0)

    def width(n):
        low, high = map(float, rules.interval(rng.normal(5, 1, n)).strip("[]").split(","))
        assert low < 5.3 and high > 4.7
        return high - low

    assert width(400) < 0.5 * width(20)


def test_what_was_not_measured_says_so():
    tables = dict.fromkeys(("sizes", "irregular", "components", "tasks", "cortex"))
    entries = verdicts.all_claims(tables, {})
    assert {entry["verdict"] for entry in entries[:-1]} == {"not yet measured here"}


def test_what_was_measured_before_is_kept_and_tuned_seeds_still_prove_nothing():
    now = [rules.not_measured("a", "b"), rules.claim("c", "1", "b", 10, "not")]
    before = [rules.claim("a", "2", "b", 10, "reproduced"),
              rules.claim("c", "2", "b", 10, "reproduced")]
    kept = rules.with_kept(now, before)
    assert [entry["measured"] for entry in kept] == ["2", "1"]
    assert kept[0]["verdict"] == "partly" and kept[0]["first_seed"] == 0
    unseen = [before[0] | {"first_seed": 100}]
    assert rules.with_kept(now, unseen)[0]["verdict"] == "reproduced"


def test_the_digest_follows_the_code_of_the_method(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("1")
    first = provenance.made_by(file)
    assert provenance.made_by(file) == first
    file.write_text("2")
    assert provenance.made_by(file) != first
