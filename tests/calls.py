"""Valid calls of the public functions, small and quick, of which tests spoil one argument."""

import functools
from dataclasses import replace

import numpy as np

import spikelib
from spikelib import dale, least_squares, metrics, rate, recordings, spiking, tasks, training
from spikelib.export import trial_errors
from tests import more_calls
from tests.sparse_calls import sparse_calls
from tests.task_calls import task_calls

DT = 0.001


def rng():
    return np.random.default_rng(0)


@functools.cache
def things():
    """A task, trials, networks and recordings that fit together; small."""
    task = spikelib.osc4(dt=DT, duration=0.04)
    trials = task.trials(2, rng=rng())
    teacher = spikelib.RateNetwork.draw(
        spikelib.RateParameters(n_units=12), n_inputs=1, n_outputs=1, rng=rng())
    factors = spikelib.principal_components(
        spikelib.drive(teacher, trials, rng=rng(), n_settle=1), n_factors=3)
    taught = spikelib.teach(teacher, factors, trials, rng=rng(), n_settle=1)
    network = spikelib.SpikingNetwork.draw(
        spikelib.SpikingParameters(n_neurons=10), factors, teacher, rng=rng())
    spikes = (rng().random((40, 10)) < 0.1).astype(float)
    recording = recordings.Recording(
        rates=5 + 10 * rng().random((2, 12, 6)), outputs=rng().random((2, 12, 1)), dt=0.01,
        conditions=["0", "90"])
    return {"task": task, "trials": trials, "rate": teacher, "factors": factors,
            "taught": taught, "network": network, "spikes": spikes, "recording": recording}


def _calls():
    """(name, function, valid keyword arguments); what is drawn at random is drawn anew."""
    have = things()
    task, trials, teacher, factors, taught, network, spikes, recording = have.values()
    state = spikelib.SpikingState.random(network, rng=rng())
    n = network.parameters.n_neurons
    signs = np.array([1.0] * 8 + [-1.0] * 2)
    connected = ~np.eye(n, dtype=bool)
    p = network.parameters
    yield "RateParameters", spikelib.RateParameters, {
        "n_units": 5, "dt": DT, "tau": 0.01, "gain": 1.4, "input_range": (-1.0, 1.0),
        "output_range": (-1.0, 1.0)}
    yield "SpikingParameters", spikelib.SpikingParameters, {
        "n_neurons": 5, "trained_fraction": 0.4, "dt": DT, "tau_membrane": 0.01, "tau_slow": 0.1,
        "tau_fast": 0.005, "threshold": 0.0, "reset": -10.0, "encoder_gain": 6.0,
        "slow_gain": 0.0, "fast_gain": 0.0, "inhibition": -0.3}
    yield "RLSRecipe", spikelib.RLSRecipe, {
        "n_settle": 2, "update_probability": 0.5, "prior": 1.0, "restart_every": 3, "noise": 0.0,
        "single_precision": False}
    yield "Recipe", spikelib.Recipe, {
        "n_settle": 2, "variance": None, "n_factors": 3, "n_factor_trials": 3,
        "settled_teacher": True, "n_mean_trials": 3, "n_training_trials": 3}
    yield "DaleRecipe", spikelib.DaleRecipe, {
        "excitatory_fraction": 0.8, "connection_probability": 0.5, "n_training_trials": 3,
        "leash": (0.2, 2.0), "growth": 0.6, "restart_every": 7, "ridge": 0.005, "memory": 50.0,
        "sample_every": 0.005}
    yield "FactorRecipe", spikelib.FactorRecipe, {"variance": 0.9, "n_settle": 1}
    yield "Goal", spikelib.Goal, {"nmse": 0.02, "score": 0.95}
    yield "MatchRecipe", recordings.MatchRecipe, {"n_factors": 3, "noise": 1.0, "n_settle": 2}
    yield "GradientRecipe", rate.GradientRecipe, {
        "n_batches": 2, "batch_size": 2, "duration": 0.1, "learning_rate": 0.003}
    yield "Trial", spikelib.Trial, {
        "inputs": np.zeros((9, 1)), "outputs": np.ones((9, 2)), "dt": DT, "label": 1,
        "factors": np.ones((9, 3)), "hints": np.ones((9, 1)), "counted": np.arange(9) > 3}
    yield "Task", spikelib.Task, {
        "name": "a", "n_inputs": 1, "n_outputs": 1, "dt": DT, "draw": task.draw, "n_hints": 0,
        "repeats": False}
    yield "Task.from_arrays", spikelib.Task.from_arrays, {
        "inputs": np.zeros((30, 1)), "outputs": np.ones((30, 1)), "dt": DT, "name": "mine",
        "hints": np.ones((30, 1)), "dt_network": DT}
    yield "Task.trials", task.trials, {"n_trials": 2, "rng": rng()}
    yield "RateNetwork.draw", spikelib.RateNetwork.draw, {
        "parameters": teacher.parameters, "n_inputs": 1, "n_outputs": 1, "rng": rng(),
        "n_hints": 0}
    yield "RateNetwork", spikelib.RateNetwork, {
        "parameters": teacher.parameters, "recurrent_weights": teacher.recurrent_weights,
        "input_weights": teacher.input_weights, "output_weights": teacher.output_weights,
        "readout": np.zeros((1, 12))}
    yield "SpikingNetwork.draw", spikelib.SpikingNetwork.draw, {
        "parameters": p, "factors": factors, "teacher": teacher, "rng": rng()}
    yield "SpikingNetwork.from_encoder", spikelib.SpikingNetwork.from_encoder, {
        "parameters": p, "encoder": np.ones((10, 2)), "input_weights": np.ones((10, 1)),
        "n_outputs": 1, "rng": rng()}
    yield "SpikingNetwork", spikelib.SpikingNetwork, {
        name: getattr(network, name) for name in (
            "parameters", "encoder", "input_weights", "mean_current", "trained_neurons",
            "factor_weights", "output_weights", "slow_weights", "fast_weights")}
    yield "SpikingNetwork.load", spikelib.SpikingNetwork.load, {"path": "nowhere.npz"}
    yield "SpikingState.random", spikelib.SpikingState.random, {"network": network, "rng": rng()}
    yield "SpikingState.at_rest", spikelib.SpikingState.at_rest, {
        "network": network, "rng": rng()}
    yield "Factors", spikelib.Factors, {
        "components": factors.components, "variances": factors.variances}
    yield "Factors.project", factors.project, {"currents": np.ones((9, 12))}
    yield "Factors.rebuild", factors.rebuild, {"factors": np.ones((9, 3))}
    yield "EventRLS", spikelib.EventRLS, {
        "n_neurons": 5, "n_outputs": 2, "slow_decay": 0.9, "fast_decay": 0.8, "prior": 1.0,
        "block": None, "single": False}
    yield "RecursiveLeastSquares", spikelib.RecursiveLeastSquares, {
        "n_regressors": 5, "n_outputs": 2, "prior": 1.0}
    yield "draw_encoder", spikelib.draw_encoder, {
        "n_neurons": 5, "n_units": 4, "gain": 1.0, "rng": rng()}
    for name in ("drive", "evaluate", "mean_current", "teach"):
        given = {"network": teacher if name in ("drive", "teach") else network,
                 "trials": trials if name in ("drive", "teach") else taught, "rng": rng(),
                 "n_settle": 1}
        if name == "teach":
            given["factors"] = factors
        if name == "evaluate":
            given |= {"noise": 0.0, "state": None, "score": None}
        yield name, getattr(spikelib, name), given
    yield "run_rate", spikelib.run_rate, {
        "network": replace(teacher, readout=np.zeros((1, 12))), "trial": trials[0],
        "rng": rng(), "state": None}
    yield "simulate", spikelib.simulate, {
        "network": network, "trial": taught[0], "rng": rng(), "state": state, "forced": False,
        "noise": 0.1, "watch": (0,)}
    yield "osc4", spikelib.osc4, {"dt": DT, "duration": 0.04}
    yield "principal_components", spikelib.principal_components, {
        "currents": rng().random((20, 6)), "variance": None, "n_factors": 3}
    quick = spikelib.RLSRecipe(n_settle=1)
    yield "train", spikelib.train, {
        "network": network, "trials": taught, "rng": rng(), "recipe": quick, "checkpoint": None,
        "stop": None}
    for name in ("train_force", "train_full_force"):
        yield name, getattr(spikelib, name), {
            "network": teacher, "trials": trials, "rng": rng(), "update_probability": 0.5,
            "prior": 1.0}
    yield "train_dale", spikelib.train_dale, {
        "network": network, "trials": taught, "rng": rng(), "signs": signs,
        "connected": connected, "recipe": spikelib.DaleRecipe(
            n_training_trials=2, n_forced_trials=1, max_residual=None)}
    yield "fit", spikelib.fit, {
        "task": "no task", "rng": rng(), "max_neurons": 100, "max_seconds": 1.0, "goal": None}
    yield "fit_dale", spikelib.fit_dale, {"task": "no task", "rng": rng(), "max_attempts": 1}
    many = {"outputs": np.ones((9, 2)), "targets": np.ones((9, 2))}
    yield "nmse", metrics.nmse, many
    for name in ("cv2", "isi_cv"):
        yield name, getattr(metrics, name), {"spikes": spikes}
    yield "fano_factor", metrics.fano_factor, {
        "spikes": np.stack([spikes, spikes]), "dt": DT, "window": 0.01}
    yield "firing_rates", metrics.firing_rates, {"spikes": spikes, "dt": DT}
    yield "smooth_spikes", metrics.smooth_spikes, {"spikes": spikes, "dt": DT, "tau": 0.01}
    yield "principal_angles", metrics.principal_angles, {
        "first": rng().random((9, 2)), "second": rng().random((9, 3))}
    yield "spike_matrix", metrics.spike_matrix, {
        "steps": [1, 2], "neurons": [0, 1], "n_steps": 5, "n_neurons": 3}
    yield from _recordings(recording, rng)
    yield from _others(trials, taught, network, teacher, spikes, state, signs, connected)
    yield from more_calls.calls(have | {"state": state}, rng)


def _recordings(recording, rng):
    rates = recording.rates
    yield "Recording", recordings.Recording, {
        "dt": 0.01, "rates": rates, "outputs": rng().random((2, 12, 1)), "conditions": ("a", "b"),
        "source": "", "origin": None}
    yield "Recording.resampled", recording.resampled, {"dt": 0.02}
    yield "read_recording", recordings.read_recording, {
        "path": "nowhere.npz", "rates": "rates", "outputs": "outputs", "dt": 0.1,
        "rate_unit": "Hz", "conditions": ("a",), "time_unit": "s", "encoding": None}
    yield "read_spikes", recordings.read_spikes, {"path": "nowhere.nwb", "trials": "trials"}
    yield "SpikeSession", recordings.SpikeSession, {
        "spike_times": [np.arange(9.0), np.arange(4.0)],
        "trials": {"start_time": [0.0, 4.0], "stop_time": [3.0, 8.0]}, "units": ("a", "b"),
        "trial_names": ("0", "1"), "unit_columns": {"depth": [1, 2]},
        "observed": [[[0.0, 9.0]], [[0.0, 9.0]]]}
    session = recordings.SpikeSession(
        spike_times=[np.arange(9.0), np.arange(4.0)],
        trials={"start_time": [0.0, 4.0], "stop_time": [3.0, 8.0], "side": ["l", "r"]})
    yield "SpikeSession.align", session.align, {
        "event": "start_time", "window": (0.0, 2.0), "condition": "side", "units": [0, 1],
        "trials": [True, True], "leave_out": False, "keep_silent": True}
    times = [[[0.1, 0.2], [0.3]], [[0.4], [0.2, 0.3]]]
    yield "trials_from_lists", recordings.trials_from_lists, {
        "times": times, "time_unit": "s", "window": (0.0, 0.5), "conditions": ["a", "b"],
        "units": ["x", "y"], "trials": ["1", "2"]}
    spikes = recordings.trials_from_lists(
        times * 2, time_unit="s", window=(0.0, 0.5), conditions=["a", "a"])
    for name, given in (("counts", {"dt": 0.1}), ("recording", {"dt": 0.1, "kernel": 0.1}),
                        ("fano", {"window": 0.1}), ("select", {"units": [0], "trials": None}),
                        ("spike_times", {"unit": 0, "trial": 0})):
        yield f"SpikeTrials.{name}", getattr(spikes, name), given
    yield "moving_average", recordings.moving_average, {"values": rates, "n_samples": 3}
    yield "gaussian_average", recordings.gaussian_average, {
        "values": rates, "dt": 0.01, "kernel": 0.02}
    yield "nearest_condition", recordings.nearest_condition, {
        "outputs": rates[0], "recorded": rates}
    yield "rate_correlations", recordings.rate_correlations, {"rates": rates, "recorded": rates}
    yield "shuffled_correlations", recordings.shuffled_correlations, {
        "rates": rates, "recorded": rates, "rng": rng(), "n_shuffles": 2}
    yield "held_out_correlations", recordings.held_out_correlations, {
        "rates": rates, "recorded": rates, "held_out": rates[:, :, :2], "n_factors": 2,
        "n_folds": 2}
    yield "reach_task", recordings.reach_task, {
        "recording": recording, "dt": DT, "cue": 0.5, "go": 0.05, "pause": 0.1,
        "shortest_pause": 0.01, "steady": -0.5}
    yield "target_currents", recordings.target_currents, {
        "recording": recording, "n_factors": 2, "noise": 1.0, "floor": 0.3,
        "trained_conditions": [0, 1], "parameters": None}
    target = recordings.target_currents(recording, n_factors=2)
    yield "cued_trials", recordings.cued_trials, {
        "target": target, "dt": DT, "cue": 0.02, "outputs": rates[:, :, :1]}
    yield "decode", recordings.decode, {
        "counts": rng().random((10, 4)), "labels": np.arange(10) % 2, "rng": rng(), "n_folds": 2,
        "ridge": 1.0}
    yield "fit_recording", recordings.fit_recording, {
        "recording": "none", "rng": rng(), "cue": 0.02, "cue_gain": 3.0, "floor": 0.3}
    yield "fit_recording_dale", recordings.fit_recording_dale, {"recording": "none", "rng": rng()}
    yield "compare", recordings.compare, {"fit": "none", "n_trials": 2, "rng": rng()}
    yield "without_network", recordings.without_network, {"fit": "none"}
    yield "about", recordings.about, {"name": "reach_emg"}
    yield "is_local", recordings.is_local, {"name": "reach_emg"}


def _others(trials, taught, network, teacher, spikes, state, signs, connected):
    yield "firing_rate", spiking.firing_rate, {
        "current": [1.0, 2.0], "noise": 1.0, "parameters": None}
    yield "current_for_rate", spiking.current_for_rate, {
        "rates": [1.0, 20.0], "noise": 1.0, "parameters": None, "floor": 0.1}
    yield "change_speed", spiking.change_speed, {"trial": trials[0], "speed": 1.5}
    yield "shift_input", spiking.shift_input, {"trial": trials[0], "by": 0.01}
    yield "silence", spiking.silence, {"network": network, "neurons": [0, 1]}
    yield "silence_for", spiking.silence_for, {
        "network": network, "trial": taught[0], "state": state, "neurons": [0], "start": 0.0,
        "duration": 0.01}
    yield "kick", spiking.kick, {
        "network": network, "trial": taught[0], "state": state, "current": np.ones(10),
        "start": 0.0, "duration": 0.01}
    yield "temporal_components", spiking.temporal_components, {
        "signals": rng().random((20, 4)), "n_components": 2}
    yield "factor_based_rate", spiking.factor_based_rate, {
        "factor_input": rng().random((40, 10)), "spikes": spikes, "dt": DT, "n_steps": 10}
    yield "run_trials", spiking.run_trials, {
        "network": network, "trials": taught, "rng": rng(), "n_settle": 1, "noise": 0.0}
    yield "teacher_rates", spiking.teacher_rates, {
        "network": teacher, "trials": trials, "rng": rng(), "n_settle": 1}
    yield "drive_each", rate.drive_each, {
        "network": teacher, "trials": trials, "rng": rng(), "n_settle": 1}
    yield "spectrum", dale.spectrum, {"weights": rng().random((5, 5)), "signs": np.ones(5)}
    yield "traces", dale.traces, {"spikes": spikes, "parameters": network.parameters}
    yield "clip_signs", dale.clip_signs, {
        "network": replace(network, trained_neurons=np.arange(10), parameters=replace(
            network.parameters, trained_fraction=1.0, inhibition=0.0),
            factor_weights=np.zeros((3, 20)), output_weights=np.zeros((1, 20))),
        "signs": signs, "connected": connected}
    yield from sparse_calls(network.parameters)
    yield "sign_floor", dale.sign_floor, {
        "dale": dale.DaleNetwork(signs=signs, connected=connected, network=replace(
            network, slow_weights=np.zeros((10, 10)))), "encoder": np.ones((10, 3)),
        "trials": taught * 4, "rng": rng(), "n_settle": 0, "max_sweeps": 3}
    yield "draw_connections", least_squares.draw_connections, {
        "n_neurons": 9, "probability": 0.9, "rng": rng()}
    yield "draw_signs", least_squares.draw_signs, {
        "n_neurons": 5, "excitatory_fraction": 0.8, "rng": rng()}
    data = rng().random((20, 4))
    gram, cross = data.T @ data, data.T @ rng().random((20, 2))
    given = {"gram": gram, "cross": cross, "signs": np.ones(4)}
    yield "signed_least_squares", least_squares.signed_least_squares, given | {
        "allowed": None, "ridge": 0.1, "start": None, "tolerance": 1e-6, "max_sweeps": 50}
    yield "optimality_gap", least_squares.optimality_gap, given | {
        "weights": np.ones((4, 2)), "ridge": 0.0}
    yield "sign_violations", least_squares.sign_violations, {
        "weights": np.ones((4, 2)), "signs": np.ones(4), "allowed": None}
    yield "block_size", least_squares.block_size, {"n_regressors": 100}
    yield "clock", training.clock, {"n_steps": 20, "n_bumps": 3}
    yield "with_clock", training.with_clock, {"trials": trials, "n_bumps": 3}
    yield "last_inputs", training.last_inputs, {"trials": trials, "n_bumps": 3, "longest": 0.1}
    yield "ambiguity", training.ambiguity, {"trials": taught, "noise": 0.05, "ahead": 0.01}
    yield "produced_time", tasks.produced_time, {
        "outputs": np.ones((20, 1)), "dt": DT, "start": 0, "level": 0.5}
    yield "trial_errors", trial_errors, {
        "outputs": np.ones((20, 1)), "targets": np.ones((20, 1)), "n_steps": 10}
    yield from task_calls()


CALLS = {name: (function, given) for name, function, given in _calls()}
