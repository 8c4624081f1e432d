"""A trained spiking network, live: simulated spike by spike in the page."""

import dataclasses

import numpy as np
import traitlets

from spikelib import figures
from spikelib.book.live._base import Live, pack
from spikelib.book.live._bundle import bundle
from spikelib.book.live._random import hashed_weights
from spikelib.metrics import nmse
from spikelib.spiking.network import SpikingNetwork
from spikelib.spiking.perturbations import silence
from spikelib.spiking.simulation import Runner, check_trial, simulate
from spikelib.spiking.state import SpikingState
from spikelib.tasks.trials import Trial

# Random synapses of this strength are added where a network was trained without any: those of
# DePasquale et al. (2023), gains in seconds.
_SLOW_GAIN, _FAST_GAIN = 0.11, 0.13
_SEED = 1
_LARGEST = 1_000_000  # bytes of a widget's state


class SpikingNetworkWidget(Live):
    """A network with frozen weights that runs in the page, trial after trial.

    The page draws the spikes of all neurons, the output over the target and the
    firing rate, and has sliders for voltage noise, the strength of the random synapses, the
    share of silenced neurons and the speed, and a button for a kick: for 20 ms each neuron
    gets a random current of standard deviation 30.

    The learned weights travel in full precision, and the page adds them up in the order of
    `spikelib.spiking.simulation.simulate`: without noise, from the same state, the spikes of a
    trial are the same. Random fixed synapses would be too many numbers for a page. Those of a
    network that has them are rounded to whole multiples of 1/127 of the largest, a byte each, and
    `network` is the network with the rounded ones. A network without any gets some, made
    on both sides from one seed, as soon as their strength is above zero.

    Where a kernel runs, each move of a slider runs the library through one trial.

    Parameters
    ----------
    network : SpikingNetwork
        Trained.
    trial : Trial
        It is repeated; its outputs are the targets.
    state : SpikingState
        Where the first trial starts, and every one after Reset.
    order : array_like of int, shape (N,), optional
        In which order neurons are silenced; by default at random.

    Attributes
    ----------
    network : SpikingNetwork
        What the page simulates, with all sliders where they were at first.
    run : Simulation
        What the library did last, in one trial from `state`.
    noise, strength, silenced, speed : float
        The sliders: standard deviation of the voltage noise; strength of the random synapses (1
        is as trained, or as in DePasquale et al. 2023 where there were none); share of
        silenced neurons; seconds of the network in a second of the reader.

    Raises
    ------
    ValueError
        A trial or a state that does not fit, or a network too large for a page.
    """

    _esm = bundle("network.js")
    _description = "Spikes of a trained network in one trial, and its output over the target"
    packed = traitlets.Dict().tag(sync=True)
    noise = traitlets.Float(0.0).tag(sync=True)
    strength = traitlets.Float(0.0).tag(sync=True)
    silenced = traitlets.Float(0.0).tag(sync=True)
    speed = traitlets.Float(0.5).tag(sync=True)

    def __init__(self, network, trial, *, state, order=None):
        if not isinstance(network, SpikingNetwork):
            raise ValueError(f"network: expected a SpikingNetwork, got {type(network).__name__}")
        if isinstance(trial, Trial):  # target factors, if any, are of no use here
            trial = dataclasses.replace(trial, factors=None)
        check_trial(network, trial, "trial", needs_factors=False)
        n = network.parameters.n_neurons
        if not isinstance(state, SpikingState) or state.voltage.shape != (n,):
            raise ValueError(f"state: expected a SpikingState of {n} neurons, got {state!r:.80}")
        order = np.random.default_rng(_SEED).permutation(n) if order is None else order
        self.order = np.asarray(order)
        if sorted(self.order.tolist()) != list(range(n)):
            raise ValueError(f"order: expected each number from 0 to {n - 1} once")
        self.network, self._synapses = _send_fixed(network)
        self.trial, self.state = trial, state.copy()
        self._fixed = self.network.slow_weights is not None or (
            self.network.fast_weights is not None
        )
        super().__init__(strength=float(self._fixed))
        self.run = self.simulate()
        self._places = _places(self.run, trial.n_steps)
        self.packed = self._pack()
        self.observe(self._run_library, names=["noise", "strength", "silenced"])

    def changed(self):
        """The network with random synapses and silenced neurons as the sliders have them.

        Returns
        -------
        SpikingNetwork
        """
        network = self.network
        if self._fixed:
            scaled = {
                name: None if getattr(network, name) is None
                else self.strength * getattr(network, name)
                for name in ("slow_weights", "fast_weights")
            }
            network = dataclasses.replace(network, **scaled)
        elif self.strength > 0:
            n = network.parameters.n_neurons
            slow, fast = (hashed_weights(seed, n, s)[0].T for seed, s in self._new_synapses())
            network = dataclasses.replace(
                network, slow_weights=self.strength * slow, fast_weights=self.strength * fast
            )
        n_silenced = int(np.floor(self.silenced * self.network.parameters.n_neurons + 0.5))
        return silence(network, self.order[:n_silenced])

    def simulate(self, rng=None):
        """`spikelib.spiking.simulation.simulate` of `changed` from `state`, with the noise chosen.

        One trial.

        Parameters
        ----------
        rng : numpy.random.Generator, optional
            For the noise.

        Returns
        -------
        Simulation
        """
        rng = np.random.default_rng(_SEED) if rng is None else rng
        return simulate(self.changed(), self.trial, rng=rng, state=self.state, noise=self.noise)

    def picture(self):
        figure, (top, bottom) = figures.figure(2, sharex=True, height=2.2)
        run = self.run
        figures.raster(top, run.spike_steps, self._places[run.spike_neurons], dt=run.dt)
        top.set(xlabel="")
        figures.output_against_target(bottom, run.times, run.outputs, self.trial.outputs)
        return figure

    def _new_synapses(self):
        p = self.network.parameters
        root = np.sqrt(p.n_neurons)
        return (
            (_SEED, _SLOW_GAIN / p.tau_slow / root),
            (_SEED + 1, _FAST_GAIN / p.tau_fast / root),
        )

    def _run_library(self, change):
        self.run = self.simulate()
        error = nmse(self.run.outputs, self.trial.outputs)
        self.library = (
            f"Python, with spikelib.simulate, one trial from the first state: nMSE {error:.3g}, "
            f"{self.run.mean_rate:.1f} Hz."
        )

    def _pack(self):
        """All that the page needs."""
        network, state, trial = self.network, self.state, self.trial
        runner = Runner(network)
        wires, readout = runner.wiring, runner.readout
        n = network.parameters.n_neurons
        synapses = self._synapses
        if not self._fixed:
            synapses = {
                name: {"seed": seed, "scale": hashed_weights(seed, 1, spread)[1]}
                for name, (seed, spread) in zip(
                    ("slow_weights", "fast_weights"), self._new_synapses(), strict=True
                )
            }
        packed = {
            "numbers": {
                "n_neurons": n,
                "n_factors": network.n_factors,
                "n_inputs": network.n_inputs,
                "n_outputs": network.n_outputs,
                "n_rows": readout.shape[1],
                "n_trained": network.trained_neurons.size,
                "n_steps": trial.n_steps,
                "dt": trial.dt,
                "seed": _SEED,
                "membrane_decay": wires.membrane_decay,
                "slow_decay": wires.slow_decay,
                "fast_decay": wires.fast_decay,
                "inhibition_step": wires.inhibition_step,
                "threshold": wires.threshold,
                "reset_voltage": wires.reset,
            },
            "fixed": self._fixed,
            "encoder": pack(wires.encoder),
            "mean_current": pack(network.mean_current),
            "input_weights": pack(wires.input_weights),
            "readout": pack(readout),
            "slot": pack(wires.slot, "i4"),
            "order": pack(self.order, "i4"),
            "rows": pack(self._places, "i4"),
            "inputs": pack(trial.inputs),
            "targets": pack(trial.outputs, "f4"),
            "state": {
                name: pack(getattr(state, name))
                for name in ("voltage", "slow_current", "fast_current", "slow_trace",
                             "fast_trace", "feedback")
            } | {"inhibition": float(state.inhibition)},
            **synapses,
        }
        size = sum(len(one.get("data", "")) for one in packed.values() if isinstance(one, dict))
        if size > _LARGEST:
            raise ValueError(
                f"network: expected one that takes at most {_LARGEST:,} bytes in a page, got "
                f"{n} neurons, {network.n_factors} factors and {size:,} bytes"
            )
        return packed


class DrawingWidget(SpikingNetworkWidget):
    """A network with two outputs that draws by itself, small, with nothing to set.

    It stands still, with one round drawn, where the reader has asked for less motion.

    Parameters
    ----------
    network, trial, state, order
        As for `SpikingNetworkWidget`; with two outputs.

    Raises
    ------
    ValueError
        Another number of outputs, and what `SpikingNetworkWidget` refuses.
    """

    _esm = bundle("drawing.js")
    _description = "What a trained network draws with its two outputs, over its target"

    def __init__(self, network, trial, *, state, order=None):
        if getattr(network, "n_outputs", 2) != 2:
            raise ValueError(f"network: expected two outputs, got {network.n_outputs}")
        super().__init__(network, trial, state=state, order=order)

    def picture(self):
        figure, axes = figures.figure(height=3, width=3)
        axes.plot(*self.trial.outputs.T, color=figures.COLORS["target"], lw=4, alpha=0.45)
        axes.plot(*self.run.outputs.T, color=figures.COLORS["spiking"])
        axes.set(aspect="equal", xlabel="first output", ylabel="second output")
        return figure


def _send_fixed(network):
    """A network whose fixed synapses are rounded to a byte each, and these, packed."""
    rounded, packed = {}, {"slow_weights": None, "fast_weights": None}
    for name in packed:
        weights = getattr(network, name)
        if weights is not None and weights.any():
            scale = float(np.abs(weights).max() / 127)
            rounded[name] = np.rint(weights / scale) * scale
            packed[name] = pack(weights.T, "i1", scale)
        elif weights is not None:
            rounded[name] = None
    return dataclasses.replace(network, **rounded), packed


def _places(run, n_steps):
    """A place for each neuron, in the order of the time at which it is most active."""
    turns = np.exp(2j * np.pi * run.spike_steps / n_steps)
    mean = np.bincount(run.spike_neurons, turns.real, run.n_neurons) + 1j * np.bincount(
        run.spike_neurons, turns.imag, run.n_neurons
    )
    phase = np.where(mean == 0, np.inf, np.angle(mean) % (2 * np.pi))
    places = np.empty(run.n_neurons, np.int64)
    places[np.argsort(phase, kind="stable")] = np.arange(run.n_neurons)
    return places
