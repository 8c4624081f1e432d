// From a drawn curve to a tested network, stage by stage: what the worker does.

import { LearningModel, makeDraws, networkData, prepare } from "./learning.js";
import { Normal } from "./random.js";
import { SpikingModel } from "./spiking.js";

export const SIZES = { n_units: 150, n_factors: 20, encoder_gain: 14, n_steps: 1000, n_outputs: 1 };
const PULSE = 50, HEIGHT = 0.5; // steps and size of the input at the start of each trial
const CHANCE = 0.3; // of an update at a step
const EVERY = 5; // trials between restarts
const TEACHERS = 5; // that are tried
const STARTS = 3, TESTED = 20, SKIPPED = 3; // random starts, trials from each, those that do not count

// Yields {stage, ...} as things are made. `job`: target (1000), n_neurons, n_factors, restarts,
// n_trials, seed.
export function* school({ target, n_neurons, n_factors, restarts, n_trials, seed }) {
  const chance = new Normal(seed);
  const uniform = () => chance.uniform();
  const sizes = { ...SIZES, n_neurons: Math.max(n_neurons, 20), n_trained: n_neurons, n_factors };
  sizes.n_units = Math.min(SIZES.n_units, sizes.n_neurons);
  sizes.n_factors = Math.min(n_factors, sizes.n_units);
  const { n_steps } = sizes;
  const outputs = Float64Array.from(target);
  const inputs = Float64Array.from({ length: n_steps }, (_, t) => (t < PULSE ? HEIGHT : 0));
  // A teacher that does not settle cannot be learned from: another one is drawn, as in the library.
  let prepared;
  for (let drawn = 0; drawn < TEACHERS && !(prepared && prepared.settled); drawn++) {
    const draws = makeDraws({ ...sizes, normal: () => chance.next(), uniform });
    prepared = prepare({ ...sizes, outputs, inputs, draws });
  }
  const some = Array.from({ length: 6 }, (_, k) => Float32Array.from({ length: n_steps },
    (_, t) => prepared.currents[t * sizes.n_units + k]));
  yield { stage: "teacher", currents: some, settled: prepared.settled, passes: prepared.passes };
  yield { stage: "components", shares: Array.from(prepared.shares.subarray(0, 30)), n_factors: sizes.n_factors };
  const data = networkData(prepared, { ...sizes, outputs, inputs, seed });
  const model = new LearningModel(data, prepared.factors, Math.min(1, 10 / sizes.n_neurons));
  model.restart(uniform);
  model.trial(null, true);
  for (let k = 0; k < n_trials; k++) {
    if (restarts && k > 0 && k % EVERY === 0) model.restart(uniform);
    const learn = Uint8Array.from({ length: n_steps }, () => (uniform() < CHANCE ? 1 : 0));
    const { outputs: made, spikes, nmse } = model.trial(learn);
    yield {
      stage: "trial", number: k + 1, of: n_trials, nmse, outputs: Float32Array.from(made),
      spikes: Int32Array.from(spikes),
    };
  }
  data.readout = model.weights();
  const errors = [];
  for (let start = 0; start < STARTS; start++) {
    const frozen = new SpikingModel(data);
    frozen.random = chance;
    frozen.startAnywhere();
    let sum = 0;
    for (let trial = 0; trial < TESTED; trial++) {
      let square = 0, power = 0;
      for (let t = 0; t < n_steps; t++) {
        frozen.step();
        square += (frozen.outputs[0] - outputs[t]) ** 2;
        power += outputs[t] ** 2;
      }
      if (trial >= SKIPPED) sum += square / power;
    }
    errors.push(sum / (TESTED - SKIPPED));
    yield { stage: "test", start: start + 1, of: STARTS, nmse: errors[start] };
  }
  yield { stage: "done", data, errors };
}
