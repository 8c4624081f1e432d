// From a pattern to a tested network, stage by stage: what the worker does.

import { LearningModel, makeDraws, networkData, prepare } from "./learning.js";
import { Normal } from "./random.js";
import { SpikingModel } from "./spiking.js";

export const SIZES = { n_units: 150, n_factors: 12, encoder_gain: 30 };
export const DT = 0.001;
export const GOAL = 0.02; // error of a frozen network that counts as learned
const PULSE = 50, HEIGHT = 0.5; // steps and size of the input at the start of each trial
const CHANCE = 0.3; // of an update at a step
const EVERY = 5; // trials between restarts
const TEACHERS = 5; // that are tried
const STARTS = 3, TESTED = 20, SKIPPED = 3; // random starts, trials from each, those that do not count
const CHECK_FROM = 60, CHECK_EVERY = 20; // training trials before the first look at it on its own
const CHECKED = 8, SAFELY = 0.6; // trials in such a look; part of the goal that it has to reach

// A pulse at the start of a trial, or nothing.
export function pulse(n_steps, on = true) {
  return Float64Array.from({ length: n_steps }, (_, t) => (on && t < PULSE ? HEIGHT : 0));
}

// Part of the target's power that the best linear readout of the factors misses. Components of the
// same currents are orthogonal, so that each factor is fitted by itself.
export function missedByFactors(factors, outputs, n_steps, n_factors, n_outputs) {
  let power = 0, caught = 0;
  for (const value of outputs) power += value * value;
  for (let p = 0; p < n_factors; p++) {
    let own = 0;
    const shared = new Float64Array(n_outputs);
    for (let t = 0; t < n_steps; t++) {
      const x = factors[t * n_factors + p];
      own += x * x;
      for (let k = 0; k < n_outputs; k++) shared[k] += x * outputs[t * n_outputs + k];
    }
    if (own > 0) for (const dot of shared) caught += dot * dot / own;
  }
  return Math.max(0, 1 - caught / power);
}

// Squared error over squared target; without a pulse, where it fits best along the round.
export function nmse(made, target, n_outputs, aligned) {
  const size = target.length;
  let power = 0, best = Infinity;
  for (const value of target) power += value * value;
  for (let shift = 0; shift < (aligned ? size : 1); shift += n_outputs) {
    let square = 0;
    for (let i = 0; i < size && square < best; i++) square += (made[(i + shift) % size] - target[i]) ** 2;
    best = Math.min(best, square);
  }
  return best / power;
}

// Mean error of a frozen network over `trials` trials from a random start, the first left out.
function frozenError(data, chance, trials, aligned) {
  const frozen = new SpikingModel(data);
  const { n_steps, n_outputs } = frozen;
  const made = new Float64Array(n_steps * n_outputs);
  frozen.random = chance;
  frozen.startAnywhere();
  let sum = 0;
  for (let trial = 0; trial < trials; trial++) {
    for (let t = 0; t < n_steps; t++) {
      frozen.step();
      made.set(frozen.outputs, t * n_outputs);
    }
    if (trial >= SKIPPED) sum += nmse(made, data.targets, n_outputs, aligned);
  }
  return sum / (trials - SKIPPED);
}

// Yields {stage, ...} as things are made. `job`: target (T, n_outputs), n_outputs, pulsed, n_neurons,
// n_factors, restarts, n_trials (the most), seed. Training ends early where the network on its own,
// from random starts that count no further, is safely within the goal.
export function* school({ target, n_outputs = 1, pulsed = true, n_neurons, n_factors, restarts, n_trials, seed }) {
  const chance = new Normal(seed);
  const uniform = () => chance.uniform();
  const n_steps = target.length / n_outputs;
  const n_units = Math.min(SIZES.n_units, n_neurons);
  const sizes = {
    ...SIZES, n_units, n_steps, n_outputs, n_neurons, n_trained: n_neurons,
    n_factors: Math.min(n_factors, n_units),
  };
  const outputs = Float64Array.from(target), inputs = pulse(n_steps, pulsed);
  // A teacher that does not settle cannot be learned from: another one is drawn, as in the library.
  let prepared;
  for (let drawn = 0; drawn < TEACHERS && !(prepared && prepared.settled); drawn++) {
    const draws = makeDraws({ ...sizes, normal: () => chance.next(), uniform });
    prepared = prepare({ ...sizes, outputs, inputs, draws });
  }
  const { factors, settled, passes, shares, currents } = prepared;
  const some = Array.from({ length: 6 }, (_, k) => Float32Array.from({ length: n_steps },
    (_, t) => currents[t * n_units + k]));
  yield { stage: "teacher", currents: some, settled, passes };
  const missed = missedByFactors(factors, outputs, n_steps, sizes.n_factors, n_outputs);
  yield { stage: "components", shares: Array.from(shares.subarray(0, 30)), n_factors: sizes.n_factors, missed };
  const data = networkData(prepared, { ...sizes, outputs, inputs, seed });
  const model = new LearningModel(data, factors, Math.min(1, 10 / n_neurons));
  model.restart(uniform);
  model.trial(null, true);
  const learning = [];
  for (let k = 0; k < n_trials; k++) {
    if (restarts && k > 0 && k % EVERY === 0) model.restart(uniform);
    const learn = Uint8Array.from({ length: n_steps }, () => (uniform() < CHANCE ? 1 : 0));
    const trial = model.trial(learn);
    learning.push(trial.nmse);
    yield {
      stage: "trial", number: k + 1, of: n_trials, nmse: trial.nmse, outputs: Float32Array.from(trial.outputs),
      spikes: Int32Array.from(trial.spikes),
    };
    if (k + 1 >= CHECK_FROM && (k + 1) % CHECK_EVERY === 0 && k + 1 < n_trials) {
      data.readout = model.weights();
      const enough = [1, 2].every(() => frozenError(data, chance, CHECKED, !pulsed) <= SAFELY * GOAL);
      if (enough) break;
    }
  }
  data.readout = model.weights();
  const errors = [];
  for (let start = 0; start < STARTS; start++) {
    errors.push(frozenError(data, chance, TESTED, !pulsed));
    yield { stage: "test", start: start + 1, of: STARTS, nmse: errors[start] };
  }
  yield { stage: "done", data, errors, learning, missed, settled, pulsed };
}
