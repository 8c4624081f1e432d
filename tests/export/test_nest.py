"""NEST: scripts and refusals; where NEST is installed, the spikes are the same."""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib import export
from tests.export.networks import KINDS, case


@pytest.mark.parametrize("shipped", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_scripts_are_complete(tmp_path, kind, shipped):
    network, trial, state = case(kind)
    path = export.write_nest(network, trial, tmp_path, state=state, shipped=shipped)
    text = path.read_text(encoding="utf-8")
    ast.parse(text)
    assert ('slow += weights["slow_weights"]' in text) == (network.slow_weights is not None)
    assert ("iaf_psc_exp_multisynapse" in text) == shipped
    assert (tmp_path / "spikelib_lif.nestml").exists() != shipped
    assert (tmp_path / "build_spikelib_lif.py").exists() != shipped
    assert spikelib.SpikingNetwork.load(tmp_path / "network.npz").n_factors == network.n_factors
    assert "noise_generator" in export.nest_script(network, trial, state=state, noise=1.0)


def test_what_nest_cannot_express_is_named():
    network, trial, state = case("learned")
    forced = replace(state, feedback=state.feedback + 1)
    with pytest.raises(spikelib.errors.CannotExpressError, match="feedback equal to W s"):
        export.nest_script(network, trial, state=forced)
    dt = 1e-3 / 7
    other = replace(network, parameters=replace(network.parameters, dt=dt))
    with pytest.raises(spikelib.errors.CannotExpressError, match="whole microseconds"):
        export.nest_script(other, replace(trial, dt=dt), state=state)


@pytest.mark.parametrize("tau_slow", [0.1, 0.01])
def test_the_factor_of_shipped_models_is_that_of_the_exact_solution(tau_slow):
    """A current that decays within a step, integrated by hand, against a constant one."""
    network, trial, state = case("learned")
    network = replace(network, parameters=replace(network.parameters, tau_slow=tau_slow))
    text = export.nest_script(network, trial, state=state, shipped=True)
    tree = ast.parse(text)
    (factor,) = [node for node in tree.body if getattr(node, "name", "") == "factor"]
    scope = {"np": np, "dt": 1.0, "tau_m": 10.0}
    exec(compile(ast.Module([factor], []), "factor", "exec"), scope)
    tau = 1000 * tau_slow
    times = (np.arange(20_000) + 0.5) / 20_000
    exact = np.mean(np.exp(-times / tau) * np.exp(-(1 - times) / 10)) / 10
    assert scope["factor"](tau) == pytest.approx((1 - np.exp(-0.1)) / exact, rel=1e-7)


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    pytest.importorskip("nest")
    pytest.importorskip("pynestml")
    return export.build_nest_model(tmp_path_factory.mktemp("model"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_spikes_and_back_again(module, kind):
    network, trial, state = case(kind)
    there = export.to_nest(network, trial, state=state, module=module)
    run = there.run()
    here = export.run_library(network, trial, state=state)
    assert export.compare(run, here, dt=trial.dt).all_same
    assert np.allclose(run.outputs, here.outputs, atol=1e-10)
    back = export.from_nest(there)
    n = network.trained_neurons.size
    slow = network.encoder @ network.factor_weights[:, :n]
    expected = np.zeros((40, 40)) if network.slow_weights is None else network.slow_weights.copy()
    expected[:, network.trained_neurons] += slow
    assert np.allclose(back.slow_weights, expected, atol=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_shipped_models_are_one_step_late(kind):
    pytest.importorskip("nest")
    network, trial, state = case(kind)
    run = export.to_nest(network, trial, state=state).run()
    late = export.run_textbook(network, trial, state=state, lag=1)
    assert export.compare(run, late, dt=trial.dt).same_spikes_s > 0.1
    with pytest.raises(ValueError, match="spikelib_lif"):
        export.from_nest(export.to_nest(network, trial, state=state))
