"""From tables of runs to the entries of the results file: what was claimed, found, expected."""

import numpy as np

from benchmarks.rules import MOST, by_seeds, claim, dots, interval, judge, not_measured

RATE_SIZES = [50, 75, 100, 150, 200]
SPIKING_SIZES = [50, 100, 150, 200, 400]
CORTEX = {"n_neurons": 1000, "trained_fraction": 1.0, "inhibition": -2.0}
TASKS = {
    "flip-flop": ("at least 95% correct", 0.95, 1),
    "temporal XOR": ("at least 95% correct", 0.95, 1),
    "contextual integration": ("within 3 points of its rate network", 0.03, -1),
    "ready-set-go": ("timing error at most 10%", 0.10, -1),
    "pulse integration": ("no goal stated", None, 0),
}
LABELS = {"contextual integration": "below its rate network, share of trials",
          "ready-set-go": "timing error, share of the interval"}


def needed(table, kind, expected):
    """Size at which the median error over seeds reaches `expected`; NaN where it never does."""
    rows = np.array(table[table.kind == kind].nmse.tolist())
    errors = np.minimum.accumulate(np.median(rows, axis=0))
    known = SPIKING_SIZES if kind == "spiking" else RATE_SIZES
    if not errors[-1] <= expected <= errors[0]:
        return float("nan")
    return float(np.exp(np.interp(-np.log(expected), -np.log(errors), np.log(known))))


def about_sizes(table):
    """Claim 1."""
    text = "Spiking networks need only a minor expansion in the number of neurons"
    goal = "N/Ñ at most 2 at equal error on osc4"
    if table is None:
        return [not_measured(text, goal)]
    parts, ratios = [], {}
    for kind in ("full-FORCE", "FORCE"):
        for expected in (0.1, 0.03, 0.01, 0.003, 0.001):
            ratio = needed(table, "spiking", expected) / needed(table, kind, expected)
            if np.isfinite(ratio):
                ratios[kind, expected] = ratio
                parts.append(f"{ratio:.1f} at nMSE {expected:g} ({kind})")
    good = [r <= 2 for r in ratios.values()]
    values = {kind: {"size": rows.iloc[0]["size"], "nmse": rows.nmse.tolist()}
              for kind, rows in table.groupby("kind")}
    drawn = [dots(f"N/Ñ at nMSE {error:g}, {kind}", [ratio], 2, better="low")
             for (kind, error), ratio in ratios.items()]
    verdict = judge(bool(good) and all(good), any(good), seeds=table.seed)
    return [claim(text, "N/Ñ: " + ", ".join(parts), goal, int(table.seed.nunique()), verdict,
                  figure="sizes", values=values, dots=drawn)]


def about_irregular(table):
    """Claims 2 and 5."""
    few = "12 components give an error comparable to the full set, with random synapses on"
    fires = "Random fixed synapses make firing irregular and trials vary, the task still performed"
    goals = ("median nMSE at most 1.25 times that at 99.9% of the variance",
             "Fano factor at least 4 times that without, CV2 no smaller than without, nMSE at most "
             "0.05; in 9 of 10 seeds")
    if table is None:
        return [not_measured(few, goals[0]), not_measured(fires, goals[1])]
    on = table[(table.strength == 1) & (table.n_factors == 12)]
    full = table[(table.strength == 1) & table.n_factors.isna()]
    off = table[table.strength == 0]
    ratio = on.nmse.median() / full.nmse.median()
    more, share = on.fano.median() / off.fano.median(), (on.nmse <= 0.05).mean()
    on, full, off = (rows.set_index("seed").sort_index() for rows in (on, full, off))
    varied = (on.fano >= 4 * off.fano) & (on.nmse <= 0.05)
    n_seeds = int(table.seed.nunique())
    return [
        claim(few, f"{ratio:.2f} times: {on.nmse.median():.4f} at 12, {full.nmse.median():.4f} at "
              f"99.9% ({full.n_factors_used.median():.0f} components)", goals[0], n_seeds,
              by_seeds(ratio <= 1.25, on.nmse <= 1.25 * full.nmse, seeds=on.index),
              figure="components_error",
              dots=[dots("nMSE at 12 over that at 99.9%", on.nmse / full.nmse, 1.25,
                         better="low", log=True)],
              values={"12 components": on.nmse.tolist(), "99.9%": full.nmse.tolist()}),
        claim(fires, f"Fano factor {on.fano.median():.2f} with, {off.fano.median():.3f} without: "
              f"{more:.1f} times; nMSE at most 0.05 in {share:.0%} of seeds (median "
              f"{on.nmse.median():.3f}); CV2 {on.cv2.median():.2f} with, {off.cv2.median():.2f} "
              "without; N = 500", goals[1], n_seeds,
              judge((varied & (on.cv2 >= off.cv2)).mean() >= MOST, varied.mean() >= 0.5,
                    seeds=on.index), figure="fano",
              dots=[dots("Fano factor over that without", on.fano / off.fano, 4, better="high"),
                    dots("CV2 over that without", on.cv2 / off.cv2, 1, better="high"),
                    dots("nMSE", on.nmse, 0.05, better="low", log=True)],
              values={"without": off.fano.tolist(), "with": on.fano.tolist()}),
    ]


def about_cortex(table):
    """Claim 5, the stronger half."""
    text = "Firing as variable as in cortex, the task still performed"
    goal = "Fano factor at least 0.8 with nMSE at most 0.05, in 9 of 10 seeds"
    if table is None:
        return [not_measured(text, goal)]
    rows = [(gain, at.fano.median(), at.nmse.median(), at.cv2.median(), at.rate_hz.median())
            for gain, at in table.groupby("cortex")]
    shares = [((at.fano >= 0.8) & (at.nmse <= 0.05)).mean() for _, at in table.groupby("cortex")]
    drawn = [strip for gain, at in table.groupby("cortex") for strip in (
        dots(f"Fano factor, encoder gain {gain:g}", at.fano, 0.8, better="high"),
        dots(f"nMSE, encoder gain {gain:g}", at.nmse, 0.05, better="low", log=True))]
    measured = "; ".join(
        f"Fano factor {fano:.2f}, nMSE {nmse:.3f}, CV2 {cv2:.2f}, {rate:.1f} Hz at an encoder gain "
        f"of {gain:g}, both bounds met in {share:.0%} of seeds"
        for (gain, fano, nmse, cv2, rate), share in zip(rows, shares, strict=True))
    return [claim(text, f"{measured} (N = {CORTEX['n_neurons']}, random synapses at strength "
                  f"{table.strength.iloc[0]:g}, stronger inhibition)", goal,
                  int(table.seed.nunique()),
                  judge(max(shares) >= MOST, max(shares) >= 0.5, seeds=table.seed),
                  figure="cortex", dots=drawn,
                  values={f"{gain:g}": {"fano": at.fano.tolist(), "nmse": at.nmse.tolist()}
                          for gain, at in table.groupby("cortex")})]


def about_components(table):
    """Claim 3."""
    text = ("The first 10 temporal components hold over 90% of the variance in both networks; "
            "their spaces are about 5 degrees apart")
    goal = ("over 90% in both; median angle at most 5 degrees, and closer to its own teacher than "
            "sines and cosines or another teacher are")
    if table is None:
        return [not_measured(text, goal)]
    rate, spiking, angle = (table[x].median() for x in ("held_rate", "held_spiking", "angle"))
    holds = (table.held_rate > 0.9) & (table.held_spiking > 0.9)
    close = holds & (table.angle <= 5)
    own = table.angle < np.minimum(table.angle_foreign, table.angle_waves)
    return [claim(text, f"{rate:.1%} (rate), {spiking:.1%} (spiking); median angle {angle:.1f} "
                  f"degrees {interval(table.angle)} with a Gaussian of 20 ms, mean of 20 trials "
                  f"(smoothed noise: {table.angle_noise.median():.0f}; without any network, sines "
                  f"and cosines of 1 to 5 Hz: {table.angle_waves.median():.1f}; another network's "
                  f"teacher: {table.angle_foreign.median():.1f}; its own is the closest in "
                  f"{own.mean():.0%} of seeds); {table.held_spiking_15.median():.1%} "
                  f"(spiking) and {table.angle_15.median():.1f} degrees with 15 ms (noise: "
                  f"{table.angle_noise_15.median():.0f})", goal, int(table.seed.nunique()),
                  judge((close & own).mean() >= MOST, close.mean() >= 0.5, seeds=table.seed),
                  figure="angles",
                  dots=[dots("median angle (degrees)", table.angle, 5, better="low"),
                        dots("share held, rate", table.held_rate, 0.9, better="high"),
                        dots("share held, spiking", table.held_spiking, 0.9, better="high")],
                  values={"own teacher": table.angle.tolist(),
                          "another": table.angle_foreign.tolist(),
                          "sines": table.angle_waves.tolist(),
                          "noise": table.angle_noise.tolist()})]


def about_tasks(table):
    """Claim 4."""
    claims, side = [], {1: "high", -1: "low", 0: None}
    for name, (goal, bound, sign) in TASKS.items():
        text = f"Outputs that depend on input are learned: {name}"
        rows = None if table is None else table[table.task == name]
        if rows is None or not len(rows):
            claims.append(not_measured(text, goal))
            continue
        score, middle = rows.score, rows.score.mean()
        if name == "contextual integration":
            score = rows.rate_score - rows.score
            middle = score.mean()
            measured = (f"{rows.score.mean():.1%} correct, its rate network "
                        f"{rows.rate_score.mean():.1%}")
        elif name == "ready-set-go":
            measured = f"timing error {score.mean():.1%} of the interval"
        else:
            measured = (f"{score.mean():.1%} correct in the mean over seeds, "
                        f"{score.median():.1%} in the median, {score.min():.1%} in the worst")
        verdict = "no goal" if bound is None else by_seeds(
            sign * middle >= sign * bound, sign * score >= sign * bound, seeds=rows.seed)
        measured += f" {interval(rows.score, np.mean)}"
        claims.append(claim(text, f"{measured} (200 unseen trials, frozen, N = "
                            f"{rows.n_neurons.iloc[0]:.0f}, Ñ = {rows.n_units.iloc[0]:.0f})", goal,
                            int(rows.seed.nunique()), verdict, values={name: rows.score.tolist()},
                            dots=[dots(LABELS.get(name, "share of trials right"), score, bound,
                                       better=side[sign])]))
    return claims


def about_dale(found):
    """Claim 6, from the results of benchmarks/dale.py."""
    text = "Networks under Dale's law and with sparse connections do the same"
    goal = ("no wrong sign; median nMSE at most 0.02 at connection probability 0.5, at most 0.05 "
            "at 0.1; in 9 of 10 seeds")
    if found is None:
        return [not_measured(text, goal)]
    parts = [_under_the_law(row) for row in found["results"]]
    right = [row["sign_violations"] == 0 and row["median_test_nmse"] <= row["goal"]
             for row in found["results"]]
    good = [ok and row["success_rate"] >= MOST
            for ok, row in zip(right, found["results"], strict=True)]
    seeds = [one["seed"] for row in found["results"] for one in row["per_seed"]]
    measured = f"{'; '.join(parts)}; N = {found['results'][0]['n_neurons']}"
    if "unconstrained_test_nmse" in found:
        measured += f"; {found['unconstrained_test_nmse']:.5f} without the law"
        if "unconstrained_per_seed" in found:
            measured += f" ({len(found['unconstrained_per_seed'])} seeds)"
    if "integration_fraction_correct" in found:
        measured += f"; pulse integration {found['integration_fraction_correct']:.0%} correct"
        of = sorted(row["seed"] for row in found.get("integration_per_seed", []))
        measured += f" (seeds {of[0]} to {of[-1]})" if of else ""
    entry = claim(text, measured, goal, len(found["results"][0]["per_seed"]),
                  judge(all(good), any(right), seeds=seeds), first_seed=min(seeds),
                  dots=[dots(f"nMSE at connection probability {row['connection_probability']:g}",
                             [one["test_nmse"] for one in row["per_seed"]], row["goal"],
                             better="low", log=True) for row in found["results"]])
    return [entry | {"command": f"python benchmarks/dale.py --seeds {entry['seeds']} --json"}]


def _under_the_law(row):
    """What was measured at one connection probability, in words."""
    per_seed = row["per_seed"]
    text = (f"median nMSE {row['median_test_nmse']:.4f} "
            f"{interval([one['test_nmse'] for one in per_seed])} at connection probability "
            f"{row['connection_probability']:g} ({len(per_seed)} seeds, at most {row['goal']:g} "
            f"in {row['success_rate']:.0%}, {row['sign_violations']} wrong signs")
    if all("attempts" in one for one in per_seed):
        tried = max(one["attempts"] for one in per_seed)
        text += f", at most {tried} of 3 networks tried for a seed"
    if np.isfinite(row.get("floor_nmse", np.nan)):
        free = np.median([one["free_floor_nmse"] for one in per_seed])
        text += (f", read from the currents at best {row['floor_nmse']:.4f} with signs and "
                 f"{free:.4f} without")
    if all("train_cpu_s" in one for one in per_seed):
        text += f", {np.median([one['train_cpu_s'] for one in per_seed]):.0f} CPU s of training"
    else:
        text += f", {row['train_s']:.0f} s of training"
    return text + ")"


def about_data(found):
    """Claim 7, from the results of benchmarks/data.py."""
    text = "Networks reproduce features of motor-cortex recordings and of EMG"
    goal = ("EMG: nMSE at most 0.05, 95% of trials nearest to their own condition; cortex: median "
            "correlation at least 0.9, choice decoded in 95%")
    if found is None:
        return [not_measured(text, goal)]
    reach, cortex = found["reach_emg"], found["alm_rates"]
    good = [
        reach["test_nmse"] <= 0.05 and reach["fraction_own_condition"] >= 0.95,
        cortex["median_correlation"] >= 0.9 and cortex["choice_accuracy"] >= 0.95,
    ]
    measured = (
        f"EMG: nMSE {reach['test_nmse']:.3f}, {reach['fraction_own_condition']:.0%} of trials "
        "nearest to their own condition; cortex: median correlation "
        f"{cortex['median_correlation']:.2f} of each neuron with its recorded partner, choice "
        f"decoded in {cortex['choice_accuracy']:.0%}, {cortex['sign_violations']} wrong signs"
    )
    # One seed, and one that settings were chosen on.
    return [claim(text, measured, goal, 1, judge(all(good), any(good), seeds=[0]), first_seed=0,
                  dots=[dots("nMSE, EMG", [reach["test_nmse"]], 0.05, better="low", log=True),
                        dots("median correlation", [cortex["median_correlation"]], 0.9,
                             better="high")]) | {"command": "python benchmarks/data.py --json"}]


def an_interpretation():
    """Claim 8."""
    text = "The rate network is no approximation of the spiking rates, but a source of modes"
    halves = "the spaces agree, no neuron matches a unit"
    return [claim(text, f"an interpretation; chapter 6 shows both halves: {halves}", "none", 0,
                  "not a measurement")]


def all_claims(tables, found):
    """Every entry; tables by name, None for runs that were not made; results of benchmarks."""
    return [*about_sizes(tables["sizes"]), *about_irregular(tables["irregular"]),
            *about_components(tables["components"]), *about_tasks(tables["tasks"]),
            *about_cortex(tables["cortex"]), *about_dale(found.get("dale")),
            *about_data(found.get("data")), *an_interpretation()]
