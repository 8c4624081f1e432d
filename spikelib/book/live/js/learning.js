// The method from a target output to a network with frozen weights: drive the teacher, components,
// encoder, mean current, recursive least squares in the loop with restarts.
//
// Whatever is random comes in `draws`, so that the library can be given the same.

import { eigen, orthonormal, secondMoment, timesTransposed } from "./algebra.js";
import { Recursion } from "./recursion.js";
import { SpikingModel } from "./spiking.js";
import { Teacher } from "./teacher.js";

// tau and gain of the teacher; of neurons and synapses. The slow synapses are twice as quick as in the
// paper: a pattern of this page may be fast, and what a slow trace smooths has to be undone by weights
// so large that single spikes are seen in the output.
export const CONSTANTS = {
  dt: 0.001, tau: 0.01, gain: 1.4, membrane: 0.01, slow: 0.05, fast: 0.005, threshold: 0, reset: -10,
  inhibition: -0.3,
};

// Everything random for n units, N neurons (N >= n): standard normal and uniform numbers.
export function makeDraws({ n_units, n_neurons, n_outputs, normal, uniform, gain = CONSTANTS.gain }) {
  const fill = (count, source) => Float64Array.from({ length: count }, source);
  const signed = () => 2 * uniform() - 1;
  return {
    recurrent: fill(n_units * n_units, () => normal() * gain / Math.sqrt(n_units)),
    output: fill(n_units * n_outputs, signed),
    input: fill(n_units, () => 1 + 2 * uniform()), // as in the 2016 demonstration: a strong pulse
    start: fill(n_units, normal),
    spread: fill(n_neurons * n_units, normal),
  };
}

// Factors (T, D), encoder (D, N), input weights (N) and mean current (N) from the target output.
export function prepare({ outputs, inputs, n_steps, n_outputs, n_units, n_neurons, n_factors, encoder_gain, draws }) {
  const teacher = new Teacher({
    n: n_units, recurrent: draws.recurrent, output: draws.output, input: draws.input,
    n_outputs, n_inputs: 1, decay: Math.exp(-CONSTANTS.dt / CONSTANTS.tau),
  });
  const driven = teacher.settle(outputs, inputs, n_steps, draws.start.slice());
  const { values, vectors } = eigen(secondMoment(driven.currents, n_steps, n_units), n_units);
  const components = vectors.subarray(0, n_factors * n_units); // (D, n)
  const factors = timesTransposed(driven.currents, components, n_steps, n_units, n_factors);
  const U = orthonormal(draws.spread, n_neurons, n_units).map((x) => encoder_gain * x);
  const encoder = timesTransposed(components, U, n_factors, n_units, n_neurons); // (D, N)
  const inputWeights = timesTransposed(draws.input, U, 1, n_units, n_neurons);
  const mean = new Float64Array(n_neurons);
  for (let p = 0; p < n_factors; p++) {
    let sum = 0;
    for (let t = 0; t < n_steps; t++) sum += factors[t * n_factors + p];
    for (let i = 0; i < n_neurons; i++) mean[i] += encoder[p * n_neurons + i] * sum / n_steps;
  }
  const total = values.reduce((sum, x) => sum + x, 0);
  return { ...driven, factors, encoder, inputWeights, mean, shares: values.map((x) => x / total) };
}

// What `SpikingModel` takes, with weights that are still zero.
export function networkData(prepared, { outputs, inputs, n_steps, n_outputs, n_neurons, n_trained, n_factors, seed = 1 }) {
  const { dt, membrane, slow, fast, threshold, reset, inhibition } = CONSTANTS;
  const n = n_neurons, rows = n_factors + n_outputs, step = n / n_trained;
  const slot = new Int32Array(n).fill(-1);
  for (let k = 0; k < n_trained; k++) slot[Math.floor(k * step)] = k;
  const zeros = () => new Float64Array(n);
  return {
    numbers: {
      n_neurons: n, n_factors, n_inputs: 1, n_outputs, n_rows: rows, n_trained, n_steps, dt, seed,
      membrane_decay: Math.exp(-dt / membrane), slow_decay: Math.exp(-dt / slow),
      fast_decay: Math.exp(-dt / fast), inhibition_step: inhibition / (fast * n), threshold,
      reset_voltage: reset,
    },
    fixed: false, slow_weights: { seed, scale: 0.11 / slow / Math.sqrt(n) / 147.8 },
    fast_weights: { seed: seed + 1, scale: 0.13 / fast / Math.sqrt(n) / 147.8 },
    encoder: prepared.encoder, mean_current: prepared.mean, input_weights: prepared.inputWeights,
    readout: new Float64Array(2 * n_trained * rows), slot, inputs, targets: outputs,
    order: Int32Array.from({ length: n }, (_, i) => i), rows: Int32Array.from({ length: n }, (_, i) => i),
    state: {
      voltage: zeros().fill(reset), slow_current: zeros(), fast_current: zeros(),
      feedback: new Float64Array(n_factors), slow_trace: new Float64Array(n_trained),
      fast_trace: new Float64Array(n_trained), inhibition: 0,
    },
  };
}

// A network that learns while it runs: the readout is the recursion's.
export class LearningModel extends SpikingModel {
  constructor(data, factors, prior) {
    super(data);
    const { n_trained: n, n_rows: rows, slow_decay: slowDecay, fast_decay: fastDecay } = this;
    this.recursion = new Recursion({ n, rows, slowDecay, fastDecay, prior });
    this.factors = factors;
    this.traced = new Int32Array(n);
    this.error = new Float64Array(rows);
    this.learn = null; // (T) whether there is an update, for each step
    this.forced = false; // whether the target factors are fed back
  }

  readOut(count) {
    const { recursion, n_factors: D, n_outputs, error } = this;
    const t = this.time % this.n_steps;
    let traced = 0;
    for (let k = 0; k < count; k++) {
      const place = this.slot[this.spikes[k]];
      if (place >= 0) this.traced[traced++] = place;
    }
    recursion.step(this.traced, traced);
    const { zSlow, zFast } = recursion;
    for (let p = 0; p < D; p++) {
      const made = zSlow[p] + zFast[p], target = this.factors[t * D + p];
      error[p] = made - target;
      this.feedback[p] = this.forced ? target : made;
    }
    for (let i = 0; i < n_outputs; i++) {
      this.outputs[i] = zSlow[D + i] + zFast[D + i];
      error[D + i] = this.outputs[i] - this.targets[t * n_outputs + i];
    }
    if (this.learn && this.learn[t]) recursion.update(error);
  }

  // A state out of nowhere: voltages between reset and threshold, no trace of a past.
  restart(uniform) {
    this.voltage = Float64Array.from({ length: this.n_neurons }, () => this.reset_voltage * (1 - uniform()));
    this.feedback.fill(0);
    this.inhibition = 0;
    this.recursion.forget();
    this.time = 0;
  }

  // One trial; returns the output (T, n_outputs), its error and the spikes.
  trial(learn = null, forced = false) {
    this.learn = learn;
    this.forced = forced;
    const { n_steps, n_outputs } = this;
    const outputs = new Float64Array(n_steps * n_outputs), spikes = [];
    let square = 0, power = 0;
    for (let t = 0; t < n_steps; t++) {
      const count = this.step();
      outputs.set(this.outputs, t * n_outputs);
      for (let k = 0; k < count; k++) spikes.push(t, this.spikes[k]);
    }
    for (let i = 0; i < outputs.length; i++) {
      square += (outputs[i] - this.targets[i]) ** 2;
      power += this.targets[i] ** 2;
    }
    this.recursion.catchUp();
    return { outputs, spikes, nmse: square / power };
  }

  // The readout learned so far, (2 n, rows).
  weights() {
    this.recursion.fold();
    return this.recursion.weights.slice();
  }
}
