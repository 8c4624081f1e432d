// Networks as files of spikelib: `SpikingNetwork.load` reads what `toFile` writes, and `fromFile` reads
// what `SpikingNetwork.save` and `Fit.save` write.

import { unpack } from "./bytes.js";
import { CONSTANTS } from "./learning.js";
import { fromNpy, readZip, toNpy, writeZip } from "./zip.js";

const NETWORK = "spikelib network", RESULT = "spikelib result";
const LARGEST_FILE = 4000; // neurons: beyond, a page would be too slow

const upTo = (count) => Int32Array.from({ length: count }, (_, i) => i);

// The bytes of a file with the network in `data` (what `SpikingModel` takes) and the trial that it was
// trained on, in the header, where `fromFile` finds it.
export function toFile(data, encoderGain) {
  const { n_neurons: n, n_factors: D, n_inputs, n_outputs, n_rows: rows, n_trained, dt } = data.numbers;
  const { membrane, slow, fast, threshold, reset, inhibition } = CONSTANTS;
  const parameters = data.parameters || {
    n_neurons: n, trained_fraction: n_trained / n, dt, tau_membrane: membrane, tau_slow: slow, tau_fast: fast,
    threshold, reset, encoder_gain: encoderGain, slow_gain: 0, fast_gain: 0, inhibition,
  };
  const trained = new BigInt64Array(n_trained);
  data.slot.forEach((place, neuron) => { if (place >= 0) trained[place] = BigInt(neuron); });
  const m = 2 * n_trained;
  const part = (from, count) => Float64Array.from({ length: count * m },
    (_, k) => data.readout[(k % m) * rows + from + Math.floor(k / m)]);
  const trial = { inputs: Array.from(data.inputs), outputs: Array.from(data.targets) };
  const header = JSON.stringify({ format: NETWORK, version: 1, parameters, trial });
  /** @type {[string, Uint8Array][]} */
  const arrays = [
    ["header", toNpy(header, [])],
    ["encoder", toNpy(data.encoder, [n, D], true)],
    ["input_weights", toNpy(data.input_weights, [n, n_inputs], true)],
    ["mean_current", toNpy(data.mean_current, [n])],
    ["trained_neurons", toNpy(trained, [n_trained])],
    ["factor_weights", toNpy(part(0, D), [D, m])],
    ["output_weights", toNpy(part(D, n_outputs), [n_outputs, m])],
  ];
  for (const name of ["slow_weights", "fast_weights"]) {
    if (data.fixed && data[name]) arrays.push([name, toNpy(data[name], [n, n], true)]);
  }
  return writeZip(arrays.map(([name, bytes]) => /** @type {[string, Uint8Array]} */ ([`${name}.npy`, bytes])));
}

// Rows of a matrix whose columns are the rows of `array`: both orders of storage are met.
function transposed({ values, shape: [rows, columns], columns: byColumns }) {
  if (byColumns) return Float64Array.from(values);
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j];
  return out;
}

// The fields of the first object of a class in the tree of a saved result.
function findObject(node, name) {
  if (node === null || typeof node !== "object") return null;
  if (typeof node.class === "string" && node.class.endsWith(`:${name}`)) return node.fields;
  for (const inner of Object.values(node)) {
    const found = findObject(inner, name);
    if (found) return found;
  }
  return null;
}

// What is in the file: arrays by the names of the fields, parameters, and a trial where it has one.
function contents(header, arrays) {
  if (header.format === NETWORK) {
    const { trial } = header;
    return {
      parameters: header.parameters, array: (name) => arrays.get(`${name}.npy`) || null,
      trial: trial ? { inputs: Float64Array.from(trial.inputs), outputs: Float64Array.from(trial.outputs) } : null,
    };
  }
  if (header.format !== RESULT) throw new Error("expected a network that spikelib saved, got another file");
  const network = findObject(header.tree, "SpikingNetwork");
  if (!network) throw new Error("expected a result with a spiking network in it, got another one");
  const stored = (reference) => (reference ? arrays.get(`${reference.array}.npy`) || null : null);
  const trial = findObject(header.tree, "Trial");
  const steps = (reference) => {
    const { values, shape, columns } = /** @type {any} */ (stored(reference));
    return columns ? transposed({ values, shape: [shape[1], shape[0]], columns: false }) : Float64Array.from(values);
  };
  return {
    parameters: network.parameters.fields, array: (name) => stored(network[name]),
    trial: trial ? { inputs: steps(trial.inputs), outputs: steps(trial.outputs) } : null,
  };
}

// What `SpikingModel` takes, of the bytes of a file. `otherwise(n_inputs, n_outputs)`: the trial
// to repeat, {inputs, outputs}, where the file has none.
export async function fromFile(bytes, otherwise) {
  const arrays = new Map();
  for (const [name, entry] of await readZip(bytes)) arrays.set(name, fromNpy(entry));
  if (!arrays.has("header.npy")) throw new Error("expected a network that spikelib saved, got other arrays");
  const found = contents(JSON.parse(arrays.get("header.npy").values), arrays);
  const { parameters: p, array } = found;
  const n = p.n_neurons;
  if (n > LARGEST_FILE) throw new Error(`expected at most ${LARGEST_FILE} neurons, which is what a page can run, got ${n}`);
  const encoder = array("encoder"), input = array("input_weights"), output = array("output_weights");
  const D = encoder.shape[1], n_inputs = input.shape[1], n_outputs = output.shape[0];
  const trained = array("trained_neurons").values, n_trained = trained.length, rows = D + n_outputs;
  const { inputs, outputs } = found.trial || otherwise(n_inputs, n_outputs);
  const readout = new Float64Array(2 * n_trained * rows);
  [[transposed(array("factor_weights")), 0, D], [transposed(output), D, n_outputs]].forEach(([from, first, count]) => {
    for (let i = 0; i < 2 * n_trained; i++) {
      for (let r = 0; r < count; r++) readout[i * rows + first + r] = from[i * count + r];
    }
  });
  const slot = new Int32Array(n).fill(-1);
  trained.forEach((neuron, place) => { slot[Number(neuron)] = place; });
  const zeros = () => new Float64Array(n);
  const synapses = (name) => (array(name) ? transposed(array(name)) : null);
  const slow = synapses("slow_weights"), fast = synapses("fast_weights"), fixed = Boolean(slow || fast);
  const seeded = (seed, gain, tau) => ({ seed, scale: gain / tau / Math.sqrt(n) / 147.8 });
  return {
    numbers: {
      n_neurons: n, n_factors: D, n_inputs, n_outputs, n_rows: rows, n_trained,
      n_steps: outputs.length / n_outputs, dt: p.dt, seed: 1,
      membrane_decay: Math.exp(-p.dt / p.tau_membrane), slow_decay: Math.exp(-p.dt / p.tau_slow),
      fast_decay: Math.exp(-p.dt / p.tau_fast), inhibition_step: p.inhibition / (p.tau_fast * n),
      threshold: p.threshold, reset_voltage: p.reset,
    },
    parameters: p, fixed, slow_weights: fixed ? slow : seeded(1, 0.11, p.tau_slow),
    fast_weights: fixed ? fast : seeded(2, 0.13, p.tau_fast),
    encoder: transposed(encoder), mean_current: Float64Array.from(array("mean_current").values),
    input_weights: transposed(input), readout, slot, inputs, targets: outputs, order: upTo(n), rows: upTo(n),
    state: {
      voltage: zeros().fill(p.reset), slow_current: zeros(), fast_current: zeros(),
      feedback: new Float64Array(D), slow_trace: new Float64Array(n_trained),
      fast_trace: new Float64Array(n_trained), inhibition: 0,
    },
  };
}

// A network that Python has sent, as one that was made here.
export function unpackNetwork({ data, parameters }) {
  const arrays = ["encoder", "mean_current", "input_weights", "readout", "slot", "order", "rows", "inputs", "targets"];
  return { ...data, parameters, ...Object.fromEntries(arrays.map((name) => [name, unpack(data[name])])) };
}
