"""Many neurons, each with a target current of its own: through factors, or by sparse synapses.

    python benchmarks/many.py            tables (some minutes)
    python benchmarks/many.py --quick    a few hundred neurons (under a minute)
    python benchmarks/many.py --json     a JSON object on standard output
    python benchmarks/many.py --output F also kept in a file, row by row; what the same code has
                                         put there is not measured again

The first task is that of the tutorial of TrainSpikingNet.jl (Arthur et al. 2023): a pulse that
is different for every neuron starts a second in which each neuron's recurrent current has to
follow a sinusoid of 1 Hz and random phase. The second replaces the sinusoids by smooth noise,
drawn for each neuron, and one second by as many as there are pulses: the more, the less the
targets have in common. Two methods: *factors* (`spikelib.train`: the principal components of all
targets are learned by the synapses of `n` neurons, with one P) and *each* (`train_each`: every
neuron learns K synapses, with a P of its own). Correlations are those of frozen networks from
random starts, means over neurons. Times are of training alone, compiled, from its log; beside
them is the time that all cores together spent on components and training. Memory is that of the
arrays that learning needs: P and what goes with it, weights, links, the encoder. Targets and the
currents of one trial, N numbers a step each, come on top for both methods.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

THREADS = os.environ.get("SPIKELIB_THREADS", "2")
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, THREADS)

import numpy as np

from spikelib import (
    EventRLS,
    RLSRecipe,
    SpikingNetwork,
    SpikingParameters,
    SpikingState,
    Trial,
    principal_components,
    train,
)
from spikelib.least_squares import SparseRLS
from spikelib.metrics import smooth_spikes
from spikelib.spiking import Runner, SparseNetwork, SparseRunner, current_correlation
from spikelib.training import EachRecipe, train_each

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rows import measure  # noqa: E402

DT, PULSE, SECOND = 0.001, 200, 1000
AMPLITUDE = 8.0  # of the currents; the threshold is 10 above the reset
TUTORIAL_INPUTS = 58  # plastic inputs of each neuron there
STARTS = 5


def say(text=""):
    """Tables go to standard error, so that --json leaves standard output to the object."""
    print(text, file=sys.stderr, flush=True)


def targets(kind, n_neurons, n_pulses, rng):
    """Trials, one for each pulse, whose outputs are the target currents; and input weights."""
    trials, counted = [], np.arange(PULSE + SECOND) >= PULSE
    times = np.arange(SECOND) * DT
    for k in range(n_pulses):
        outputs = np.zeros((PULSE + SECOND, n_neurons))
        if kind == "sinusoids":
            phases = rng.uniform(0, 2 * np.pi, n_neurons)
            outputs[PULSE:] = AMPLITUDE * np.sin(2 * np.pi * times[:, None] - phases)
        else:
            noise = smooth_spikes(rng.standard_normal((SECOND, n_neurons)), DT, tau=0.05)
            outputs[PULSE:] = AMPLITUDE / np.sqrt(2) * noise / noise.std()
        inputs = np.zeros((PULSE + SECOND, n_pulses))
        inputs[:PULSE, k] = 1.0
        trials.append(Trial(inputs=inputs, outputs=outputs, dt=DT, counted=counted))
    return trials, rng.normal(scale=AMPLITUDE, size=(n_neurons, n_pulses))


def by_factors(trials, input_weights, n_trained, n_trials, noise, rng):
    """Train through factors; a function that runs a trial from a random start, the result, P."""
    counted = trials[0].counted
    stacked = np.vstack([trial.outputs[counted] for trial in trials])
    factors = few_components(stacked)
    n_neurons = len(factors.components)
    network = SpikingNetwork.from_encoder(
        SpikingParameters(n_neurons=n_neurons, trained_fraction=n_trained / n_neurons),
        encoder=factors.components, input_weights=input_weights, n_outputs=1, rng=rng,
    )
    taught = [
        Trial(inputs=trial.inputs, outputs=np.zeros((trial.n_steps, 1)), dt=DT, counted=counted,
              factors=trial.outputs @ factors.components)
        for trial in trials
    ]
    trained = train(
        network, [taught[k % len(taught)] for k in range(n_trials)], rng=rng, progress=False,
        recipe=RLSRecipe(n_settle=0, restart_every=1, noise=noise),
    )
    runner = Runner(trained.network)

    def run(index):
        state = SpikingState.random(trained.network, rng=rng)
        run = runner.run(taught[index], state, rng=rng, noise=noise)
        return run.factors @ factors.components.T

    return run, trained, factors.n_factors


def few_components(values, variance=0.999):
    """Components of values (T, N), by way of the smaller of the two second moments."""
    n_steps, n_neurons = values.shape
    if n_neurons <= n_steps:
        return principal_components(values, variance=variance)
    in_time = principal_components(values.T, variance=variance)
    spread = values.T @ in_time.components
    lengths = np.linalg.norm(spread, axis=0)
    variances = np.zeros(n_neurons)
    variances[:n_steps] = in_time.variances
    return type(in_time)(components=spread / lengths, variances=variances)


def by_each(trials, input_weights, n_inputs, n_trials, noise, rng):
    """Train every neuron's own synapses; the same as `by_factors`."""
    network = SparseNetwork.draw(
        SpikingParameters(n_neurons=len(input_weights)), n_presynaptic=n_inputs,
        input_weights=input_weights, rng=rng,
    )
    trained = train_each(
        network, [trials[k % len(trials)] for k in range(n_trials)], rng=rng, progress=False,
        recipe=EachRecipe(noise=noise), n_threads=int(THREADS),
    )
    runner = SparseRunner(trained.network)

    def run(index):
        runner.restart(rng=rng)
        return runner.run(trials[index], rng=rng, noise=noise)

    return run, trained, None


def held_bytes(network):
    """Bytes of the arrays that learning needs."""
    if isinstance(network, SparseNetwork):
        rls, links = SparseRLS(network.presynaptic), SparseRunner(network)._links
        return sum(x.nbytes for x in (rls.packed, rls.weights, *links))
    rls = EventRLS(network.trained_neurons.size, network.n_factors + network.n_outputs,
                   slow_decay=0.9, fast_decay=0.9)
    return sum(x.nbytes for x in (*rls.state, network.encoder))


METHODS = {"factors": by_factors, "each": by_each}


def case(method, kind, n_neurons, size, n_pulses, n_trials, noise, seed=0):
    """One training and its frozen test, in this process."""
    rng = np.random.default_rng(seed)
    # Compiled, and the libraries loaded, on something small.
    METHODS[method](*targets(kind, 64, 1, rng), 20, 2, noise, rng)[0](0)
    trials, input_weights = targets(kind, n_neurons, n_pulses, rng)
    start, cpu = time.perf_counter(), time.process_time()
    run, trained, n_factors = METHODS[method](trials, input_weights, size, n_trials, noise, rng)
    whole, cpu = time.perf_counter() - start, time.process_time() - cpu
    log, correlations = trained.log, []
    for k in range(max(STARTS, n_pulses)):
        trial = trials[k % n_pulses]
        correlations.append(float(current_correlation(run(k % n_pulses), trial).mean()))
    return {
        "task": kind, "method": method, "n_neurons": n_neurons, "size": size,
        "n_pulses": n_pulses, "n_trials": n_trials, "noise": noise, "n_factors": n_factors,
        "train_s": float(log.seconds.sum()), "whole_s": whole, "cpu_s": cpu,
        "trial_s": float(np.median(log.seconds)), "held_bytes": held_bytes(trained.network),
        "target_bytes": sum(trial.outputs.nbytes for trial in trials),
        "correlation": float(np.median(correlations)), "worst": min(correlations),
        "mean_rate": float(log.mean_rate[-1]),
    }


def cases(quick):
    """What is measured: the tutorial's task, growing, and targets with ever less in common."""
    if quick:
        return [("factors", "sinusoids", 256, 100, 1, 6, 0.0),
                ("each", "sinusoids", 256, 30, 1, 6, 0.0),
                ("factors", "noise", 256, 100, 2, 12, 0.0),
                ("each", "noise", 256, 30, 2, 12, 0.0)]
    rows = [(method, "sinusoids", n, size, 1, n_trials, 0.0)
            for n, n_trials in ((1024, 10), (4096, 10), (16_384, 3))
            for method, size in (("factors", 400), ("each", TUTORIAL_INPUTS))]
    rows += [(method, "sinusoids", 4096, size, 1, 5, 6.5)
             for method, size in (("factors", 400), ("each", TUTORIAL_INPUTS))]
    rows += [(method, "noise", 1024, size, n_pulses, 10 * n_pulses, 0.0)
             for n_pulses in (1, 4)
             for method, size in (("factors", 100), ("factors", 400), ("each", TUTORIAL_INPUTS))]
    rows += [("factors", "noise", 1024, 400, 16, 96, 0.0),
             ("each", "noise", 1024, 2 * TUTORIAL_INPUTS, 1, 30, 0.0),
             ("each", "noise", 1024, TUTORIAL_INPUTS, 1, 60, 0.0)]
    return rows


def show(row):
    """A row as a line of the table."""
    say(f"{row['task']:10s} {row['method']:8s} {row['n_neurons']:7d} {row['size']:7d} "
        f"{row['n_pulses']:7d} {row['noise']:6.1f} {row['n_factors'] or '-':>8} "
        f"{row['correlation']:12.4f} {row['worst']:7.3f} {row['trial_s']:8.3f} "
        f"{row['train_s']:7.1f} s {row['cpu_s']:7.1f} s {row['held_bytes'] / 2**20:7.0f} MiB "
        f"{row['target_bytes'] / 2**20:5.0f} MiB")


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--output", type=Path, help="file that rows are kept in")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        print(json.dumps(case(*json.loads(options.case))))
        return
    say("task       method   neurons  n or K  pulses  noise  factors  correlation   worst  "
        "s/trial  training  processor   memory   targets")
    answer = measure(__file__, cases(options.quick), output=options.output, show=show,
                     threads=int(THREADS), dt=DT)
    if options.json:
        print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
