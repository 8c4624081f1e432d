"""Valid calls of what trains each neuron on its own; see `tests.calls`."""

from dataclasses import replace

import numpy as np

from spikelib import Trial, least_squares, spiking, training

DT = 0.001


def rng():
    return np.random.default_rng(0)


def sparse_calls(parameters):
    """(name, function, valid keyword arguments) for these spiking parameters, made smaller."""
    yield "draw_presynaptic", least_squares.draw_presynaptic, {
        "n_neurons": 9, "n_inputs": 3, "rng": rng()}
    yield "ArrayRLS", least_squares.ArrayRLS, {
        "n_regressors": 5, "n_outputs": 2, "prior": 1.0, "block": None, "xp": np, "device": None,
        "dtype": "float64", "to_numpy": np.asarray}
    yield "ArrayRLS.update", least_squares.ArrayRLS(3, 2).update, {
        "regressors": np.ones(3), "target": np.ones(2)}
    yield "SparseRLS", least_squares.SparseRLS, {
        "presynaptic": [[0, 1], [1, 2]], "n_regressors": 3, "prior": 1.0, "n_threads": 1}
    yield "SparseRLS.update", least_squares.SparseRLS([[0, 1], [1, 2]], n_regressors=3).update, {
        "regressors": np.ones(3), "target": np.ones(2)}
    sparse = spiking.SparseNetwork(
        parameters=replace(parameters, n_neurons=2), presynaptic=[[1], [0]],
        weights=np.ones((2, 1)), input_weights=np.ones((2, 1)))
    wide = Trial(inputs=np.ones((20, 1)), outputs=np.ones((20, 2)), dt=DT)
    yield "SparseNetwork", spiking.SparseNetwork, {
        name: getattr(sparse, name)
        for name in ("parameters", "presynaptic", "weights", "input_weights")}
    yield "SparseNetwork.draw", spiking.SparseNetwork.draw, {
        "parameters": sparse.parameters, "n_presynaptic": 1, "input_weights": np.ones((2, 1)),
        "rng": rng()}
    yield "SparseRunner.run", spiking.SparseRunner(sparse).run, {
        "trial": wide, "rng": rng(), "forced": False, "noise": 0.1}
    yield "current_correlation", spiking.current_correlation, {
        "currents": rng().random((20, 2)), "trial": wide}
    yield "EachRecipe", training.EachRecipe, {
        "n_settle": 1, "update_every": 2, "prior": 1.0, "restart_every": 1, "noise": 0.0}
    yield "train_each", training.train_each, {
        "network": sparse, "trials": [wide], "rng": rng(), "recipe": training.EachRecipe(),
        "n_threads": 1, "checkpoint": None, "stop": None}
