"""FORCE in spiking networks: `tension` on a task given as a file.

Leaky integrate-and-fire neurons with the values of Nicola & Clopath (2017), which are those of
the package's own example; the output is fed back, and its weights alone are learned, at every
step of 0.05 ms. The input of the task enters with random weights. The package was written for
Keras 2 and for the optimizers that Keras called "legacy" from 2.11 on; it gets both.
"""

import os

os.environ |= {"TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}

import importlib.metadata
import json
import sys
import time

import numpy as np
import tensorflow as tf
from tension import spiking

DT, N_NEURONS, PIECE = 5e-5, 1000, 2000


def main(path, seconds):
    """Train for some seconds of processor time, then test frozen."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    task = np.load(path)
    finer = round(float(task["dt"]) / DT)
    inputs, target = (
        np.repeat(task[name], finer, axis=0).astype(np.float32) for name in ("inputs", "outputs")
    )
    layer = spiking.LIF(
        units=N_NEURONS, output_size=1, activation=None, dt=DT, tau_decay=0.02, tau_rise=0.002,
        tau_syn=0.02, v_peak=-40.0, v_reset=-65.0, I_bias=-40.0, G=0.04, Q=10.0, tau_mem=0.01,
        tau_ref=0.002, p_recurr=0.1, seed=1,
    )
    tf.keras.optimizers.SGD = tf.keras.optimizers.legacy.SGD
    model = spiking.SpikingNNModel(force_layer=layer, alpha_P=DT * 0.1)
    model.compile(metrics=[])
    model.fit(inputs[:20], target[:20], epochs=1, verbose=0)  # compiled
    begin, trained = time.process_time(), 0
    while time.process_time() - begin < seconds:
        at = (trained + np.arange(PIECE)) % len(target)
        model.fit(inputs[at], target[at], epochs=1, verbose=0)
        trained += PIECE
    train_s = time.process_time() - begin
    # `predict` puts the state back: what is tested is the trial that follows training.
    first = (trained + np.arange(len(target))) % len(target)
    at = np.concatenate([first, first])
    outputs = np.asarray(model.predict(inputs[at], verbose=0))
    errors = [float(np.sum((z - y) ** 2) / np.sum(y**2)) for z, y in zip(
        np.split(outputs, 2), np.split(target[at], 2), strict=True)]
    print(json.dumps({
        "version": importlib.metadata.version("tension"),
        "beside": f"tensorflow {tf.__version__}, Keras 2", "train_s": train_s, "per_trial": errors,
        "n_neurons": N_NEURONS, "starts": 1, "dt": DT,
        "trained": f"{trained * DT:.2f} s of the task",
    }))


main(sys.argv[1], float(sys.argv[2]))
