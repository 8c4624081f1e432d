"""The lines of a script for NEST, and of the neuron model that it uses."""

import math

IMPORTS = '''\
import nest
import numpy as np
'''

#: The neuron in NESTML: spikes of the step before count before the voltage is advanced.
NESTML = '''\
# A leaky integrate-and-fire neuron with slow and fast synapses, dimensionless voltage.
#
# A spike sent in one step arrives, with the smallest delay, in the next. Here it is added to the
# synaptic current before the voltage is advanced, so that it acts in that step. In the models
# that NEST ships it is added after, and acts one step later.
model spikelib_lif:
    state:
        v real = 0
        I_slow real = 0
        I_fast real = 0

    parameters:
        I_const real = 0
        threshold real = 0
        v_reset real = -10
        tau_m ms = 10 ms
        tau_slow ms = 100 ms
        tau_fast ms = 5 ms

    internals:
        e_m real = exp(-resolution() / tau_m)
        e_slow real = exp(-resolution() / tau_slow)
        e_fast real = exp(-resolution() / tau_fast)

    input:
        slow <- spike
        fast <- spike
        stim real <- continuous

    output:
        spike

    update:
        I_slow += slow * (1 s)
        I_fast += fast * (1 s)
        I real = I_slow + I_fast + I_const + stim
        v = I + (v - I) * e_m
        I_slow *= e_slow
        I_fast *= e_fast

    onCondition(v >= threshold):
        v = v_reset
        emit_spike()
'''

_HEAD = '''\
"""{n_neurons} integrate-and-fire neurons whose recurrent synapses were trained by least squares.

{duration:g} s in steps of {dt:g} ms, for NEST 3.10. Beside this file lie {name}.npz, the weights,
and {name}_start.npz, the input and the state at the start.
{about}
The learned recurrent matrix is u W, of rank {n_factors}; NEST has synapses from neuron to neuron
only, so it is multiplied out. The common inhibition is a fast synapse from each neuron to each.

Method: DePasquale, Churchland & Abbott (2016), arXiv 1601.07620.
"""

import time
from pathlib import Path

{imports}
here = Path(__file__).resolve().parent
weights = np.load(here / "{name}.npz")
start = np.load(here / "{name}_start.npz")
{module}'''

_ABOUT_OWN = '''\
The neuron is spikelib_lif.nestml, which build_spikelib_lif.py compiles (once).
'''

_ABOUT_SHIPPED = '''\
The neuron is NEST's iaf_psc_exp_multisynapse. Its currents decay within a step, where those of the
training were constant; one factor for slow and one for fast synapses makes up for that. Its spikes
act two steps after they were fired, where those of the training acted after one.
'''

_MODEL = '''
nest.ResetKernel()
nest.verbosity = nest.VerbosityLevel.ERROR
dt = {dt!r}  # ms
nest.resolution = dt
{install}
N = {n_neurons}
tau_m, tau_s, tau_f = {tau_m!r}, {tau_s!r}, {tau_f!r}  # ms
V_threshold, V_reset = {threshold!r}, {reset!r}

# Synapses, (post, pre): learned, fixed, and the common inhibition.
trained = weights["trained_neurons"]
n = len(trained)
u, W = weights["encoder"], weights["factor_weights"]
slow, fast = np.zeros((N, N)), np.zeros((N, N))
slow[:, trained] = u @ W[:, :n]
fast[:, trained] = u @ W[:, n:]
{fixed}
# Currents at the start.
I_slow = u @ (W[:, :n] @ start["slow_trace"]) + start["slow_current"]
I_fast = u @ (W[:, n:] @ start["fast_trace"]) + start["fast_current"] + start["inhibition"]

{neurons}
REST = 2  # steps: the current of a generator takes as long to arrive
inputs = start["inputs"]
for k in range(inputs.shape[1]):
    changes = np.flatnonzero(np.diff(inputs[:, k], prepend=0.0))
    source = nest.Create("step_current_generator", params={{
        "amplitude_times": (changes + REST - 1)*dt, "amplitude_values": inputs[changes, k],
    }})
    nest.Connect(source, neurons, "all_to_all", {{
        "weight": weights["input_weights"][:, k:k + 1], "delay": dt,
    }})
{noise}
spikes = nest.Create("spike_recorder")
nest.Connect(neurons, spikes)

# Neurons rest at V_reset until the input can arrive; then the state is set.
{state}'''

_NEURONS_OWN = '''\
neurons = nest.Create("spikelib_lif", N, params={
    "tau_m": tau_m, "tau_slow": tau_s, "tau_fast": tau_f, "threshold": V_threshold,
    "v_reset": V_reset, "v": V_reset, "I_const": V_reset,
})
for matrix, receptor in (slow, 1), (fast, 2):
    pre = np.flatnonzero(matrix.any(axis=0))  # neurons with any such synapse
    if pre.size:
        nest.Connect(neurons[pre], neurons, "all_to_all", {
            "weight": matrix[:, pre], "delay": dt, "receptor_type": receptor,
        })
'''

_STATE_OWN = '''\
nest.Simulate(REST*dt)
neurons.v = start["voltage"]
neurons.I_slow = I_slow
neurons.I_fast = I_fast
neurons.I_const = -weights["mean_current"]
'''

_NEURONS_SHIPPED = '''\
neurons = nest.Create("iaf_psc_exp_multisynapse", N, params={
    "tau_m": tau_m, "C_m": tau_m, "tau_syn": [tau_s, tau_f], "E_L": 0.0, "t_ref": 0.0,
    "V_th": V_threshold, "V_reset": V_reset, "V_m": V_reset, "I_e": V_reset,
})


def factor(tau):
    """What a constant current does in a step over what a decaying one does."""
    if tau == tau_m:
        decaying = dt/tau_m*np.exp(-dt/tau_m)
    else:
        decaying = tau/(tau_m - tau)*(np.exp(-dt/tau_m) - np.exp(-dt/tau))
    return (1 - np.exp(-dt/tau_m))/decaying


for matrix, tau, current, receptor in (slow, tau_s, I_slow, 1), (fast, tau_f, I_fast, 2):
    pre = np.flatnonzero(matrix.any(axis=0))  # neurons with any such synapse
    if pre.size:
        nest.Connect(neurons[pre], neurons, "all_to_all", {
            "weight": factor(tau)*matrix[:, pre], "delay": dt, "receptor_type": receptor,
        })
    first = nest.Create("spike_generator", params={"spike_times": [dt]})
    nest.Connect(first, neurons, "all_to_all", {
        "weight": factor(tau)*current[:, None], "delay": dt, "receptor_type": receptor,
    })
'''

_STATE_SHIPPED = '''\
nest.Simulate(REST*dt)
neurons.V_m = start["voltage"]
neurons.I_e = -weights["mean_current"]
'''

_NOISE = '''
noise = nest.Create("noise_generator", params={{
    "dt": dt, "std": {noise!r}*np.sqrt(1 - np.exp(-2*dt/tau_m))/(1 - np.exp(-dt/tau_m)),
}})
nest.Connect(noise, neurons, syn_spec={{"delay": dt}})
'''

READ_OUT = '''

def read_out(steps, senders, n_steps, w):
    """w s at each step, from the spikes."""
    s_slow, s_fast = start["slow_trace"].copy(), start["fast_trace"].copy()
    place = np.full(N, -1)
    place[trained] = np.arange(n)
    bounds = np.searchsorted(steps, np.arange(n_steps + 1))
    made = np.empty((n_steps, len(w)))
    for step in range(n_steps):
        fired = place[senders[bounds[step]:bounds[step + 1]]]
        fired = fired[fired >= 0]
        s_slow *= np.exp(-dt/tau_s)
        s_fast *= np.exp(-dt/tau_f)
        s_slow[fired] += 1
        s_fast[fired] += 1
        made[step] = w @ np.concatenate([s_slow, s_fast])
    return made


def spikes_by_step():
    events = spikes.events
    steps = np.rint(events["times"]/dt).astype(int) - REST - 1
    senders = np.asarray(events["senders"]) - neurons[0].global_id
    order = np.lexsort((senders, steps))
    order = order[steps[order] >= 0]
    return steps[order], senders[order]
'''

_RUN = '''

nest.Prepare()
began = time.perf_counter()
nest.Run({n_steps}*dt)
seconds = time.perf_counter() - began
nest.Cleanup()

steps, senders = spikes_by_step()
made = read_out(steps, senders, {n_steps}, np.vstack([W, weights["output_weights"]]))
factors, outputs, target = made[:, :len(W)], made[:, len(W):], start["targets"]
print(f"nMSE of the output: {{((outputs - target)**2).sum()/(target**2).sum():.4g}}")
print(f"mean rate: {{len(steps)/(N*{duration!r}):.1f}} Hz; {{seconds:.1f}} s")
np.savez(
    here / "{name}_{suffix}_run.npz", spike_steps=steps, spike_neurons=senders, outputs=outputs,
    factors=factors, seconds=seconds,
)
'''

_MODULE = '''
from build_spikelib_lif import build

module = build(here)
'''


def script(network, trial, *, noise, name, shipped):
    """The whole script."""
    p = network.parameters
    head = _HEAD.format(
        n_neurons=p.n_neurons, duration=trial.duration, dt=1000 * p.dt, name=name,
        about=_ABOUT_SHIPPED if shipped else _ABOUT_OWN, n_factors=network.n_factors,
        imports=IMPORTS, module="" if shipped else _MODULE,
    )
    run = _RUN.format(
        n_steps=trial.n_steps, duration=trial.duration, name=name, suffix=suffix(shipped)
    )
    return head + model(network, noise=noise, shipped=shipped) + READ_OUT + run


def suffix(shipped):
    """What the files of a script are called after."""
    return "nest_shipped" if shipped else "nest"


def model(network, *, noise, shipped):
    """From `weights`, `start` and `module` to `neurons` with their state."""
    p = network.parameters
    fixed = [
        f'{kind} += weights["{kind}_weights"]' for kind in ("slow", "fast")
        if getattr(network, f"{kind}_weights") is not None
    ]
    if p.inhibition:
        fixed.append(f"fast += {p.inhibition / (p.tau_fast * p.n_neurons)!r}")
    return _MODEL.format(
        dt=to_ms(p.dt), install="" if shipped else "nest.Install(module)", n_neurons=p.n_neurons,
        tau_m=to_ms(p.tau_membrane), tau_s=to_ms(p.tau_slow), tau_f=to_ms(p.tau_fast),
        threshold=p.threshold, reset=p.reset, fixed="\n".join(fixed) + "\n",
        neurons=_NEURONS_SHIPPED if shipped else _NEURONS_OWN,
        noise=_NOISE.format(noise=noise) if noise else "",
        state=_STATE_SHIPPED if shipped else _STATE_OWN,
    )


def to_ms(seconds):
    """Milliseconds, without the noise of the multiplication.

    Examples
    --------
    >>> to_ms(0.001), to_ms(0.0001), to_ms(0.005)
    (1.0, 0.1, 5.0)
    """
    rounded = round(seconds * 1000, 9)
    return rounded if math.isclose(rounded, seconds * 1000, rel_tol=1e-14) else seconds * 1000
