"""More valid calls, of the wings' public functions, and what is left out, with the reason."""

from dataclasses import replace

import numpy as np

from spikelib import dale, export, rate, recordings, spiking, sweeps, training

DT = 0.001
MADE = "a result, which the package makes"
OWN = "fails in its own words: it tests what its caller wrote"
DRAWN = "draws: what is wrong shows in the figure"
LEFT_OUT = {
    "DaleFit": MADE, "DaleTrained": MADE, "Evaluation": MADE, "Fit": MADE, "Simulation": MADE,
    "Trained": MADE, "TrainedRate": MADE, "TrainingLog": MADE, "GradientTrained": MADE,
    "Basin": MADE, "NeuronInput": MADE, "TemporalComponents": MADE, "Attempt": MADE,
    "FrozenTest": MADE, "Hints": MADE, "Plan": MADE, "Verdict": MADE, "SignedCurrents": MADE,
    "Spectrum": MADE, "Comparison": MADE, "Dataset": MADE, "Origin": MADE, "RecordingFit": MADE,
    "TargetCurrents": MADE, "Agreement": MADE, "Brian2Network": MADE, "NestNetwork": MADE,
    "Run": MADE, "DaleAttempt": MADE, "SignFloor": MADE,
    "mean_factors": "of `train_dale`, which is tried",
    "Notebook": "a test of its own spoils its notebooks", "SpikingState": MADE,
    "Learner": "a protocol, not to be called", "Check": MADE,
    "check_learner": OWN, "check_regressor": OWN, "check_task": OWN,
    "run": "a loop around a learner; what trains with it is tried",
    "RLSLearner": "what trains with it is tried", "Runner": "what runs with it is tried",
    "report": "of a verdict, which the package makes", "verdict_line": "likewise",
    "conclude": "likewise", "find": "of `fit`, which is tried",
    "loss_and_gradients": "arithmetic that `train_gradient` has checked the arguments of",
    "lif_step": "one line of arithmetic, for any shapes that go together",
    "train_trial": "the paper's algorithm as a text, without a line that is no part of it",
    "build_nest_model": "compiles", "from_brian2": "needs Brian2", "from_nest": "needs NEST",
    "to_brian2": "needs Brian2", "to_nest": "needs NEST", "to_nir": "needs nir",
    "from_nir": "needs nir", "record": "takes any values and names",
    **dict.fromkeys(("TWO_SIDED", "errors_over_trials", "figure", "output_against_target", "png",
                     "raster", "stacked", "staircase", "svg"), DRAWN),
}


def _point(n_trials, seed):
    return {"n": n_trials + seed}


def calls(have, rng):
    """(name, function, valid keyword arguments), as in `calls`."""
    task, trials, teacher, taught, network, state = (
        have[name] for name in ("task", "trials", "rate", "taught", "network", "state"))
    runs = spiking.run_trials(network, taught, rng=rng(), n_settle=0)
    three = [*taught, taught[0]]
    longer = replace(taught[0], inputs=np.ones((200, 1)), outputs=np.ones((200, 1)),
                     factors=np.ones((200, network.n_factors)))
    yield "find_basin", spiking.find_basin, {
        "network": network, "trials": [longer], "rng": rng(), "n_disturbances": 2, "n_after": 2,
        "good": 0.02, "bad": 0.1}
    yield "split_input", spiking.split_input, {
        "network": network, "runs": runs, "trials": taught, "neurons": [0, 1]}
    yield "stack_spikes", spiking.stack_spikes, {"runs": runs, "neurons": [0, 1]}
    yield "frozen_test", training.frozen_test, {
        "network": network, "trials": three, "rng": rng(), "score": None, "n_starts": 1}
    yield "rate_test", training.rate_test, {
        "network": replace(teacher, readout=np.zeros((1, 12))), "rng": rng(),
        "trials": [*trials, trials[0]], "score": None}
    yield "spike_floor", training.spike_floor, {
        "network": network, "trials": [taught[0]] * 4, "rng": rng()}
    yield "has_score", training.has_score, {"task": task, "trials": trials}
    yield "untrained_fit", training.untrained_fit, {"network": network, "prior": 1.0}
    yield "driven_teacher", training.driven_teacher, {
        "parameters": teacher.parameters, "trials": trials, "rng": rng()}
    yield "gradient_teacher", training.gradient_teacher, {
        "task": task, "rng": rng(), "n_units": 5, "n_batches": 1, "n_trials": 1}
    yield "find_cycle", rate.find_cycle, {
        "network": replace(teacher, readout=np.zeros((1, 12))), "trial": trials[0], "rng": rng()}
    yield "teacher_components", rate.teacher_components, {
        "network": teacher, "trials": trials, "rng": rng(), "n_settle": 1, "variance": None,
        "n_factors": 2}
    yield "train_gradient", rate.train_gradient, {
        "network": teacher, "task": task, "rng": rng(), "recipe": rate.GradientRecipe(
            n_batches=1, batch_size=1, duration=0.05), "checkpoint": None}
    yield from _dale(network, taught, rng)
    yield from _recordings(rng)
    beside = {"network": network, "trial": taught[0], "state": state}
    for name in ("run_library", "run_textbook"):
        yield name, getattr(export, name), beside
    yield "all_traces", export.all_traces, {"network": network, "runs": [
        export.run_library(**beside)]}
    yield "read_start", export.read_start, {"path": "nowhere.npz"}
    for name in ("brian2_script", "nest_script"):
        yield name, getattr(export, name), beside | {"noise": 0.0, "name": "network"}
    for name in ("write_brian2", "write_nest"):
        yield name, getattr(export, name), beside | {
            "folder": "written", "noise": 0.0, "name": "network"}
    yield "grid", sweeps.grid, {"n": [1, 2], "p": [0.5]}
    yield "sweep", sweeps.sweep, {
        "function": _point, "points": [{"n_trials": 1}], "seeds": (0,), "path": None,
        "n_workers": 1, "timeout": None, "retry_failed": True}


def _dale(network, taught, rng):
    n = network.parameters.n_neurons
    signs = np.array([1.0] * (n - 2) + [-1.0] * 2)
    connected = ~np.eye(n, dtype=bool)
    bare = replace(
        network, encoder=np.zeros_like(network.encoder),
        slow_weights=signs * connected, fast_weights=signs * connected,
        parameters=replace(network.parameters, inhibition=0.0))
    own = dale.DaleNetwork(network=bare, signs=signs, connected=connected)
    full = replace(
        bare, encoder=network.encoder, slow_weights=None, fast_weights=None,
        trained_neurons=np.arange(n),
        factor_weights=np.zeros((network.n_factors, 2 * n)),
        output_weights=np.zeros((network.n_outputs, 2 * n)),
        parameters=replace(bare.parameters, trained_fraction=1.0))
    yield "DaleNetwork", dale.DaleNetwork, {
        "network": bare, "signs": signs, "connected": connected}
    yield "excitatory_inhibitory_currents", dale.excitatory_inhibitory_currents, {
        "dale": own, "spikes": rng().random((20, n)) < 0.1, "n_skip": 0}
    yield "shuffled", dale.shuffled, {"dale": own, "rng": rng()}
    yield "synaptic_charge", dale.synaptic_charge, {"dale": own}
    yield "nearest_signed", dale.nearest_signed, {
        "network": full, "trials": taught, "signs": signs, "connected": connected,
        "rng": rng(), "ridge": 0.003, "n_sweeps": 2, "n_settle": 1}


def _recordings(rng):
    times = [[[0.1, 0.2], [0.3]], [[0.4], [0.2, 0.3]]]
    spikes = recordings.trials_from_lists(times, time_unit="s", window=(0.0, 0.5))
    for name in ("alm_rates", "reach_emg"):
        yield name, getattr(recordings, name), {"folder": "nowhere", "surrogate": False}
    yield "MatchedDaleRecipe", recordings.MatchedDaleRecipe, {
        "n_factors": 3, "noise": 1.0, "inhibitory_fraction": 0.2, "inhibitory_rate": 10.0,
        "connection_probability": 0.5, "n_training_trials": 3, "n_forced_trials": 1,
        "leash": (0.3, 2.0), "growth": 0.6, "ridge": 0.1, "sample_every": 0.02, "floor": 0.3}
    yield "session_from_neo", recordings.session_from_neo, {"data": "none", "trials": None}
    yield "session_from_pynapple", recordings.session_from_pynapple, {
        "units": "none", "trials": "none", "columns": None}
    yield "write_nwb", recordings.write_nwb, {
        "path": "written.nwb", "spikes": spikes, "gap": 0.0, "session_start": None,
        "description": "", "unit_columns": None}
