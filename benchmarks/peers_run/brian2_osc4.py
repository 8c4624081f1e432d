"""FORCE in spiking networks, as one writes it in Brian2, on a task given as a file.

Values of Nicola & Clopath (2017), the ones of Brian2's own example: leaky neurons with
fixed chaotic synapses, the output fed back, recursive least squares every 2.5 ms in NumPy.
"""

import json
import sys
import time

import brian2 as b2
import numpy as np
from brian2 import ms, second

N_NEURONS, EVERY, CHAOS, FEEDBACK, RATE = 2000, 50, 0.04, 10.0, 0.1
PIECE = 0.1


def main(path, seconds):
    """Train for some seconds of processor time, then test frozen."""
    rng = np.random.default_rng(1)
    task = np.load(path)
    dt = 0.05 * ms
    b2.defaultclock.dt = dt
    period = len(task["outputs"]) * float(task["dt"])
    target = np.repeat(task["outputs"][:, 0], round(float(task["dt"]) / 5e-5))
    namespace = {
        "td": 20 * ms, "tr": 2 * ms, "tm": 10 * ms, "bias": -40.0,
        "pulse": b2.TimedArray(task["inputs"][:, 0], dt=float(task["dt"]) * second),
        "period": period * second,
    }
    neurons = b2.NeuronGroup(N_NEURONS, '''
        dv/dt = (current - v) / tm : 1 (unless refractory)
        current = bias + ipsc + feedback*z + into*pulse(t % period) : 1
        dipsc/dt = -ipsc/td + h : 1
        dh/dt = -h/tr : Hz
        dr/dt = -r/td + hr : Hz
        dhr/dt = -hr/tr : Hz/second
        feedback : 1 (constant)
        into : 1 (constant)
        z : 1 (shared)
        ''', threshold="v > -40", reset="v = -65; hr += 1/(tr*td)", refractory=2 * ms,
        method="euler", namespace=namespace)
    neurons.v = -65 + 25 * rng.random(N_NEURONS)
    neurons.feedback = FEEDBACK * (2 * rng.random(N_NEURONS) - 1)
    neurons.into = 10 * rng.normal(size=N_NEURONS)
    weights = CHAOS * rng.normal(size=(N_NEURONS, N_NEURONS)) / np.sqrt(0.1**2 * N_NEURONS)
    weights *= rng.random(weights.shape) < 0.1
    weights -= np.where(weights != 0, weights.sum(axis=1, keepdims=True) / np.maximum(
        (weights != 0).sum(axis=1, keepdims=True), 1), 0)
    post, pre = np.nonzero(weights)
    synapses = b2.Synapses(neurons, neurons, "w : 1", on_pre="h_post += w/(tr*td)*second",
                           namespace=namespace)
    synapses.connect(i=pre, j=post)
    synapses.w = weights[post, pre]
    decoder = np.zeros(N_NEURONS)
    P = np.eye(N_NEURONS) * RATE * 5e-5
    now = {"step": 0, "learns": False}
    outputs = []

    @b2.network_operation(dt=dt, when="end")
    def readout():
        rates = np.asarray(neurons.r_)
        z = decoder @ rates
        y = target[now["step"] % len(target)]
        if now["learns"] and now["step"] % EVERY == 0:
            q = P @ rates
            gain = 1 / (1 + rates @ q)
            P[...] -= gain * np.outer(q, q)
            decoder[...] -= (z - y) * gain * q
        neurons.z_ = z
        outputs.append(z)
        now["step"] += 1

    network = b2.Network(neurons, synapses, readout)
    network.run(0.05 * second)  # compiled
    now["learns"] = True
    begin = time.process_time()
    first = now["step"]
    while time.process_time() - begin < seconds:
        network.run(PIECE * second)
    train_s, trained = time.process_time() - begin, (now["step"] - first) * 5e-5
    now["learns"] = False
    n_trials = 3
    begin = now["step"]
    network.run(n_trials * period * second)
    at = begin + np.arange(len(outputs) - begin)
    z, y = np.asarray(outputs)[at], target[at % len(target)]
    errors = [float(np.sum((a - b) ** 2) / np.sum(b**2)) for a, b in zip(
        np.split(z, n_trials), np.split(y, n_trials), strict=True)]
    print(json.dumps({
        "version": b2.__version__, "beside": f"{b2.prefs.codegen.target} code",
        "train_s": train_s, "per_trial": errors, "n_neurons": N_NEURONS, "starts": 1, "dt": 5e-5,
        "trained": f"{trained:.2f} s of the task",
    }))


main(sys.argv[1], float(sys.argv[2]))
