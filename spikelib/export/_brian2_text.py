"""The lines of a script for Brian2, part by part."""

from spikelib.export._common import milliseconds

#: Names that equations use; the first six say what `SpikingParameters` says.
CONSTANTS = ("tau_m", "tau_s", "tau_f", "V_threshold", "V_reset", "f_in", "jump", "noise_step")

IMPORTS = '''\
import numpy as np
from brian2 import (
    Network, NeuronGroup, SpikeMonitor, StateMonitor, Synapses, TimedArray, defaultclock,
    linked_var, ms, second,
)
'''

_HEAD = '''\
"""{n_neurons} integrate-and-fire neurons whose recurrent synapses were trained by least squares.

{duration:g} s in steps of {dt:g} ms, for Brian2 2.9 with NumPy before 2.4. Beside this file lie
{name}.npz, the weights, and {name}_start.npz, the input and the state at the start.
Voltages and currents are dimensionless: threshold {threshold:g}, reset {reset:g}.

The learned recurrent matrix is u W: W makes {n_factors} factors out of the synaptic traces, u
spreads them over all neurons.

Method: DePasquale, Churchland & Abbott (2016), arXiv 1601.07620.
"""

import time
from pathlib import Path

{imports}
here = Path(__file__).resolve().parent
weights = np.load(here / "{name}.npz")
start = np.load(here / "{name}_start.npz")
'''

_READOUT = '''
# The readout: z = W s, summed at the end of each step, when all traces are up to date.
trained = weights["trained_neurons"]


def read_out(group, w, name):
    synapses = Synapses(neurons, group, """
        w_slow : 1 (constant)
        w_fast : 1 (constant)
        z_post = w_slow*s_slow_pre + w_fast*s_fast_pre : 1 (summed)
        """, name=name)
    n_rows, n = len(w), len(trained)
    synapses.connect(i=np.repeat(trained, n_rows), j=np.tile(np.arange(n_rows), n))
    synapses.w_slow = w[:, :n].T.ravel()
    synapses.w_fast = w[:, n:].T.ravel()
    synapses.summed_updaters["z_post"].when = "end"
    synapses.summed_updaters["z_post"].order = 0
    return synapses


outputs = NeuronGroup({n_outputs}, "z : 1", name="outputs")
output_synapses = read_out(outputs, weights["output_weights"], "output_synapses")
'''

_FACTORS = '''\
factors = NeuronGroup({n_factors}, "z : 1", name="factors")
factor_synapses = read_out(factors, weights["factor_weights"], "factor_synapses")
'''

_FEEDBACK = '''
# The learned loop: u z_D, after z_D.
feedback = Synapses(factors, neurons, """
    u : 1 (constant)
    I_learned_post = u*z_pre : 1 (summed)
    """, name="feedback")
feedback.connect()
feedback.u = weights["encoder"].T.ravel()
feedback.summed_updaters["I_learned_post"].when = "end"
feedback.summed_updaters["I_learned_post"].order = 1
neurons.I_learned = weights["encoder"] @ start["feedback"]
'''

_INHIBITION = '''
# Every spike inhibits all neurons alike. Decays after the voltages have used it: order 1.
jump = {jump!r}
inhibition = NeuronGroup(
    1, "dI/dt = -I/tau_f : 1", method="exponential_euler", order=1, name="inhibition"
)
inhibition.I = float(start["inhibition"])
neurons.I_inh = linked_var(inhibition, "I")
inhibition_synapses = Synapses(
    neurons, inhibition, on_pre="I_post += jump", name="inhibition_synapses"
)
inhibition_synapses.connect()
'''

_FIXED = '''
# {title} synapses from neuron to neuron.
pre, post = np.nonzero(weights["{kind}_weights"].T)
{kind}_synapses = Synapses(
    neurons, neurons, "w : 1", on_pre="I_{kind}_post += w", name="{kind}_synapses"
)
{kind}_synapses.connect(i=pre, j=post)
{kind}_synapses.w = weights["{kind}_weights"][post, pre]
neurons.I_{kind} = start["{kind}_current"]
'''

_NOISE = '''
# White noise, added between the step of the voltages (order 0) and the threshold.
noise_step = {noise!r}*np.sqrt(1 - np.exp(-2*float(defaultclock.dt/tau_m)))
neurons.run_regularly("V += noise_step*randn()", when="groups", order=1, name="noise")
'''

_RUN = '''
network.run(0*second)  # compiles
began = time.perf_counter()
network.run({n_steps}*defaultclock.dt)
seconds = time.perf_counter() - began

made, target = output_monitor.z.T, start["targets"]
print(f"nMSE of the output: {{((made - target)**2).sum()/(target**2).sum():.4g}}")
print(f"mean rate: {{spikes.num_spikes/({n_neurons}*{duration!r}):.1f}} Hz; {{seconds:.1f}} s")
np.savez(
    here / "{name}_brian2_run.npz",
    spike_steps=np.rint(np.asarray(spikes.t/defaultclock.dt)).astype(int),
    spike_neurons=np.asarray(spikes.i, dtype=int),
    outputs=made,
    factors={factors},
    seconds=seconds,
)
'''


def script(network, trial, *, noise, name):
    """The whole script."""
    p = network.parameters
    head = _HEAD.format(
        n_neurons=p.n_neurons, n_factors=network.n_factors, duration=trial.duration,
        dt=1000 * p.dt, threshold=p.threshold, reset=p.reset, name=name, imports=IMPORTS,
    )
    factors = "factor_monitor.z.T" if network.n_factors else f"np.empty(({trial.n_steps}, 0))"
    return head + model(network, trial, noise) + _RUN.format(
        n_steps=trial.n_steps, n_neurons=p.n_neurons, duration=trial.duration, name=name,
        factors=factors,
    )


def model(network, trial, noise):
    """From `weights` and `start` to `network`."""
    p = network.parameters
    kinds = [kind for kind in ("slow", "fast") if getattr(network, f"{kind}_weights") is not None]
    has_feedback = network.n_factors > 0 and bool(network.encoder.any())
    members = ["neurons", "outputs", "output_synapses"]
    text = _neurons(network, kinds, has_feedback)
    text += _READOUT.format(n_outputs=network.n_outputs)
    if network.n_factors:
        text += _FACTORS.format(n_factors=network.n_factors)
        members += ["factors", "factor_synapses"]
    if has_feedback:
        text += _FEEDBACK
        members.append("feedback")
    elif network.n_factors:
        text += "# The encoder is zero: factors are read, not fed back.\n"
    if p.inhibition != 0:
        text += _INHIBITION.format(jump=p.inhibition / (p.tau_fast * p.n_neurons))
        members += ["inhibition", "inhibition_synapses"]
    for kind in kinds:
        text += _FIXED.format(kind=kind, title=kind.capitalize())
        members.append(f"{kind}_synapses")
    if noise:
        text += _NOISE.format(noise=noise)
    text += '\nspikes = SpikeMonitor(neurons, name="spikes")\n'
    members.append("spikes")
    for what in ("output", "factor") if network.n_factors else ("output",):
        text += (
            f'{what}_monitor = StateMonitor({what}s, "z", record=True, when="end", order=2, '
            f'name="{what}_monitor")\n'
        )
        members.append(f"{what}_monitor")
    lines = [", ".join(members[k : k + 5]) for k in range(0, len(members), 5)]
    return text + "network = Network(\n    " + ",\n    ".join(lines) + ",\n)\n"


def _neurons(network, kinds, has_feedback):
    """Constants, input, equations, and the state at the start."""
    p = network.parameters
    parts, equations = [], []
    if has_feedback:
        parts.append("I_learned")
        equations.append("I_learned : 1")
    for kind in kinds:
        parts.append(f"I_{kind}")
        equations.append(f"dI_{kind}/dt = -I_{kind}/tau_{kind[0]} : 1")
    if p.inhibition != 0:
        parts.append("I_inh")
        equations.append("I_inh : 1 (linked)")
    channels = range(network.n_inputs)
    inputs = [f"u_in_{k}*f_in(t, {k})" for k in channels]
    current = " + ".join([*parts, *inputs, "0"][: len(parts) + len(inputs) or 1])
    equations += ["I_mean : 1 (constant)", *(f"u_in_{k} : 1 (constant)" for k in channels)]
    text = f'''
defaultclock.dt = {_time(p.dt)}
tau_m, tau_s, tau_f = {_time(p.tau_membrane)}, {_time(p.tau_slow)}, {_time(p.tau_fast)}
V_threshold, V_reset = {p.threshold!r}, {p.reset!r}
f_in = TimedArray({"start['inputs']" if channels else "np.zeros(1)"}, dt=defaultclock.dt)

neurons = NeuronGroup({p.n_neurons}, """
    dV/dt = (I - V)/tau_m : 1
    ds_slow/dt = -s_slow/tau_s : 1
    ds_fast/dt = -s_fast/tau_f : 1
    I = {current} - I_mean : 1
''' + "".join(f"    {line}\n" for line in equations) + '''    """,
    threshold="V >= V_threshold",
    reset="""
    V = V_reset
    s_slow += 1
    s_fast += 1
    """,
    method="exponential_euler", name="neurons")
neurons.V = start["voltage"]
neurons.s_slow[weights["trained_neurons"]] = start["slow_trace"]
neurons.s_fast[weights["trained_neurons"]] = start["fast_trace"]
neurons.I_mean = weights["mean_current"]
'''
    for k in channels:
        text += f'neurons.u_in_{k} = weights["input_weights"][:, {k}]\n'
    return text


def _time(seconds):
    """As a person would write it, but exactly this number of seconds."""
    value = milliseconds(seconds)
    return f"{seconds!r}*second" if value is None else f"{value:g}*ms"
