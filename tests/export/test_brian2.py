"""Brian2: the script says what the network is; with Brian2 installed, the spikes are the same."""

from __future__ import annotations

import ast
import runpy
from dataclasses import replace

import numpy as np
import pytest

import spikelib
from spikelib import export
from tests.export.networks import KINDS, case


@pytest.fixture(params=KINDS)
def made(request):
    return case(request.param)


def test_the_script_is_complete_and_has_what_the_network_has(made):
    network, trial, state = made
    text = export.brian2_script(network, trial, state=state)
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert ("slow_synapses" in names) == (network.slow_weights is not None)
    assert ("inhibition" in names) == (network.parameters.inhibition != 0)
    assert ("feedback" in names) == bool(network.encoder.any())
    assert f"u_in_{network.n_inputs - 1}*f_in(t, {network.n_inputs - 1})" in text
    assert "noise_step" not in text and 'method="exponential_euler"' in text
    assert "noise_step*randn()" in export.brian2_script(network, trial, state=state, noise=1.0)
    assert max(map(len, text.splitlines())) <= 110


def test_times_are_exact_and_readable():
    network, trial, state = case("learned")
    text = export.brian2_script(network, trial, state=state)
    assert "tau_m, tau_s, tau_f = 10*ms, 100*ms, 5*ms" in text
    odd = replace(network, parameters=replace(network.parameters, tau_slow=1 / 7))
    text = export.brian2_script(odd, trial, state=state)
    (slow,) = [line for line in text.splitlines() if line.startswith("tau_m")]
    seconds = eval(slow.split("=")[1].split(",")[1], {"second": 1.0, "ms": 0.001})
    assert seconds == 1 / 7


def test_what_lies_beside_the_script_can_be_loaded(tmp_path, made):
    network, trial, state = made
    path = export.write_brian2(network, trial, tmp_path, state=state, name="mine")
    assert path == tmp_path / "mine_brian2.py"
    again = spikelib.SpikingNetwork.load(tmp_path / "mine.npz")
    before = spikelib.simulate(network, trial, state=state)
    after = spikelib.simulate(again, trial, state=export.read_start(tmp_path / "mine_start.npz"))
    assert export.compare(after, before, dt=trial.dt).all_same


def test_what_does_not_fit_is_named():
    network, trial, state = case("learned")
    with pytest.raises(ValueError, match="expected a SpikingNetwork, got Holder.*try its .network"):
        class Holder:
            pass

        holder = Holder()
        holder.network = network
        export.brian2_script(holder, trial, state=state)
    with pytest.raises(ValueError, match="expected a SpikingState, got NoneType"):
        export.brian2_script(network, trial, state=None)
    with pytest.raises(ValueError, match="state.voltage"):
        export.brian2_script(network, trial, state=replace(state, voltage=np.zeros(3)))
    with pytest.raises(ValueError, match="noise"):
        export.brian2_script(network, trial, state=state, noise=-1.0)


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    from spikelib import _extras

    def refuse(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(_extras, "import_module", refuse)
    network, trial, state = case("learned")
    for call, extra in (
        (lambda: export.to_brian2(network, trial, state=state), "brian2"),
        (lambda: export.to_nest(network, trial, state=state), "nest"),
        (lambda: export.to_nir(network), "nir"),
    ):
        with pytest.raises(ImportError, match=rf"pip install 'spikelib\[{extra}\]'"):
            call()


@pytest.fixture
def brian2():
    brian2 = pytest.importorskip("brian2", exc_type=Exception)
    brian2.prefs.codegen.target = "numpy"
    return brian2


def test_the_same_spikes_and_back_again(brian2, made):
    network, trial, state = made
    there = export.to_brian2(network, trial, state=state)
    run = there.run()
    here = export.run_library(network, trial, state=state)
    agreement = export.compare(run, here, dt=trial.dt)
    assert agreement.n_spikes > 100 and agreement.all_same
    assert agreement.largest_gap < 1e-10
    assert np.allclose(run.factors, here.factors, atol=1e-10)
    back = export.from_brian2(there)
    ours, theirs = network.parameters, back.parameters
    gains = {k: getattr(ours, k) for k in ("slow_gain", "fast_gain", "encoder_gain")}
    # Only drawing uses the gains; the inhibition comes back through a product.
    assert theirs.inhibition == pytest.approx(ours.inhibition, rel=1e-14)
    assert replace(theirs, **gains, inhibition=ours.inhibition) == ours
    again = export.run_library(back, trial, state=state)
    assert export.compare(again, here, dt=trial.dt).all_same


def test_weights_changed_there_come_back_changed(brian2):
    network, trial, state = case("learned")
    there = export.to_brian2(network, trial, state=state)
    there.objects["feedback"].u *= 2
    assert np.array_equal(export.from_brian2(there).encoder, 2 * network.encoder)
    with pytest.raises(ValueError, match="without.*'neurons'"):
        export.from_brian2(brian2.Network())


def test_noise_has_the_librarys_size(brian2):
    """Neurons far below threshold: their voltages spread as far as asked."""
    network, trial, state = case("learned")
    p = replace(network.parameters, threshold=1e6)
    still = replace(
        network, parameters=p, encoder=0 * network.encoder, input_weights=0 * network.input_weights
    )
    brian2.seed(1)
    there = export.to_brian2(still, trial, state=state, noise=0.7)
    there.run()
    free = np.asarray(there.objects["neurons"].V) + still.mean_current
    assert 0.45 < free.std() < 0.95


def test_the_script_runs_by_itself(brian2, tmp_path):
    network, trial, state = case("learned")
    path = export.write_brian2(network, trial, tmp_path, state=state)
    runpy.run_path(str(path))
    run = export.Run.load(tmp_path / "network_brian2_run.npz")
    here = export.run_library(network, trial, state=state)
    assert export.compare(run, here, dt=trial.dt).all_same
