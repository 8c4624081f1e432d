// A spiking network with frozen weights, step by step: what `spikelib.simulate` does.
//
// Sums are taken in the same order as in spikelib/_kernels/spiking.py, in doubles, so that
// without noise, from the same state, the spikes of a trial are the same ones.

import { unpack } from "./bytes.js";
import { noiseStep } from "./lif.js";
import { hashedWeight, Normal } from "./random.js";

const DEEP = 1e9;

// Fixed synapses (N, N), row = sending neuron: sent along, or made here from a seed.
function fixedSynapses(packed, n) {
  if (packed.data || ArrayBuffer.isView(packed)) return unpack(packed);
  const weights = new Float64Array(n * n);
  for (let i = 0; i < weights.length; i++) weights[i] = hashedWeight(packed.seed, i) * packed.scale;
  return weights;
}

export class SpikingModel {
  constructor(data) {
    const { numbers } = data;
    this.n_neurons = numbers.n_neurons;
    this.n_factors = numbers.n_factors;
    this.n_inputs = numbers.n_inputs;
    this.n_outputs = numbers.n_outputs;
    this.n_rows = numbers.n_rows;
    this.n_trained = numbers.n_trained;
    this.n_steps = numbers.n_steps;
    this.dt = numbers.dt;
    this.seed = numbers.seed;
    this.membrane_decay = numbers.membrane_decay;
    this.slow_decay = numbers.slow_decay;
    this.fast_decay = numbers.fast_decay;
    this.inhibition_step = numbers.inhibition_step;
    this.threshold = numbers.threshold;
    this.reset_voltage = numbers.reset_voltage;
    this.data = data;
    this.encoder = unpack(data.encoder); // (D, N)
    this.mean_current = unpack(data.mean_current);
    this.input_weights = unpack(data.input_weights); // (inputs, N)
    this.readout = unpack(data.readout); // (2 n, rows)
    this.slot = unpack(data.slot); // place among the trained neurons, or -1
    this.inputs = unpack(data.inputs);
    this.targets = unpack(data.targets);
    this.order = unpack(data.order); // in which neurons are silenced
    this.rows = unpack(data.rows); // of the raster
    const n = this.n_neurons;
    this.current = new Float64Array(n);
    this.bias = new Float64Array(n);
    this.outputs = new Float64Array(this.n_outputs);
    this.spikes = new Int32Array(n);
    this.synapses = null;
    this.noise = 0;
    this.strength = data.fixed ? 1 : 0;
    this.silenced = 0;
    this.reset();
  }

  // Back to the first state, or to another one.
  reset(state = this.data.state) {
    this.voltage = unpack(state.voltage);
    this.slow_current = unpack(state.slow_current);
    this.fast_current = unpack(state.fast_current);
    this.feedback = unpack(state.feedback);
    this.inhibition = state.inhibition;
    this.zSlow = new Float64Array(this.n_rows);
    this.zFast = new Float64Array(this.n_rows);
    const slow = unpack(state.slow_trace), fast = unpack(state.fast_trace);
    const rows = this.n_rows, n = slow.length;
    for (let i = 0; i < n; i++) {
      if (slow[i] === 0 && fast[i] === 0) continue;
      for (let r = 0; r < rows; r++) {
        this.zSlow[r] += slow[i] * this.readout[i * rows + r];
        this.zFast[r] += fast[i] * this.readout[(n + i) * rows + r];
      }
    }
    this.time = 0;
    this.kickLeft = 0;
    this.random = new Normal(this.seed);
    this.setBias();
  }

  // A random state: voltages between reset and threshold, synapses without a past.
  startAnywhere() {
    const { random } = this;
    this.voltage.forEach((_, j) => { this.voltage[j] = this.reset_voltage * random.uniform(); });
    for (const name of ["slow_current", "fast_current", "feedback", "zSlow", "zFast"]) this[name].fill(0);
    this.inhibition = 0;
  }

  // Silence the first neurons of the order; add the current of a kick while it lasts.
  setBias() {
    const n = this.n_neurons;
    for (let j = 0; j < n; j++) {
      this.bias[j] = -this.mean_current[j] + (this.kickLeft > 0 ? this.kickCurrent[j] : 0);
    }
    this.n_silenced = Math.floor(this.silenced * n + 0.5);
    for (let k = 0; k < this.n_silenced; k++) this.bias[this.order[k]] = -DEEP;
  }

  silence(fraction) {
    this.silenced = fraction;
    this.setBias();
  }

  // A random current of this size for every neuron, for some steps.
  kick(size = 30, steps = 20) {
    this.kickCurrent = Float64Array.from(this.bias, () => size * this.random.next());
    this.kickLeft = steps;
    this.setBias();
  }

  // Synapses are unpacked, or made, when they are first needed.
  hasSynapses() {
    if (!this.synapses && (this.data.fixed || this.strength > 0)) {
      const { slow_weights: slow, fast_weights: fast } = this.data;
      this.synapses = {
        slow: slow && fixedSynapses(slow, this.n_neurons),
        fast: fast && fixedSynapses(fast, this.n_neurons),
      };
    }
    return this.synapses !== null;
  }

  addCurrent(current, added, decay) {
    for (let j = 0; j < current.length; j++) {
      current[j] += added[j];
      added[j] *= decay;
    }
  }

  addSpikes(added, weights, count) {
    const n = this.n_neurons;
    for (let k = 0; k < count; k++) {
      const row = this.spikes[k] * n;
      for (let j = 0; j < n; j++) added[j] += this.strength * weights[row + j];
    }
  }

  // One time step; returns how many neurons spiked. They are in `spikes`, the output in `outputs`.
  step() {
    const { current, voltage, encoder, feedback, bias, n_neurons: n, n_factors, n_inputs } = this;
    const at = this.time % this.n_steps;
    for (let j = 0; j < n; j++) current[j] = bias[j] + this.inhibition;
    for (let i = 0; i < n_inputs; i++) {
      const x = this.inputs[at * n_inputs + i];
      if (x !== 0) for (let j = 0; j < n; j++) current[j] += x * this.input_weights[i * n + j];
    }
    for (let p = 0; p < n_factors; p++) {
      const x = feedback[p], row = p * n;
      for (let j = 0; j < n; j++) current[j] += x * encoder[row + j];
    }
    const synapses = this.hasSynapses() ? this.synapses : {};
    if (synapses.slow) this.addCurrent(current, this.slow_current, this.slow_decay);
    if (synapses.fast) this.addCurrent(current, this.fast_current, this.fast_decay);
    for (let j = 0; j < n; j++) {
      voltage[j] = current[j] + (voltage[j] - current[j]) * this.membrane_decay;
    }
    if (this.noise > 0) {
      const size = noiseStep(this.noise, this.membrane_decay);
      for (let j = 0; j < n; j++) voltage[j] += size * this.random.next();
    }
    let count = 0;
    for (let j = 0; j < n; j++) {
      if (voltage[j] >= this.threshold) {
        voltage[j] = this.reset_voltage;
        this.spikes[count++] = j;
      }
    }
    this.inhibition = this.inhibition * this.fast_decay + count * this.inhibition_step;
    if (synapses.slow) this.addSpikes(this.slow_current, synapses.slow, count);
    if (synapses.fast) this.addSpikes(this.fast_current, synapses.fast, count);
    this.readOut(count);
    this.time += 1;
    if (this.kickLeft > 0 && --this.kickLeft === 0) this.setBias();
    return count;
  }

  readOut(count) {
    const { zSlow, zFast, readout, n_rows: rows, n_factors } = this;
    for (let r = 0; r < rows; r++) {
      zSlow[r] *= this.slow_decay;
      zFast[r] *= this.fast_decay;
    }
    for (let k = 0; k < count; k++) {
      const place = this.slot[this.spikes[k]];
      if (place < 0) continue;
      const slow = place * rows, fast = (this.n_trained + place) * rows;
      for (let r = 0; r < rows; r++) {
        zSlow[r] += readout[slow + r];
        zFast[r] += readout[fast + r];
      }
    }
    for (let p = 0; p < n_factors; p++) this.feedback[p] = zSlow[p] + zFast[p];
    for (let i = 0; i < this.n_outputs; i++) {
      this.outputs[i] = zSlow[n_factors + i] + zFast[n_factors + i];
    }
  }
}

// Spikes and outputs of the next `steps` steps, for tests: plain arrays.
export function record(model, steps) {
  const spikeSteps = [], spikeNeurons = [], outputs = [];
  for (let t = 0; t < steps; t++) {
    const count = model.step();
    for (let k = 0; k < count; k++) {
      spikeSteps.push(t);
      spikeNeurons.push(model.spikes[k]);
    }
    outputs.push(...model.outputs);
  }
  return { spikeSteps, spikeNeurons, outputs };
}
