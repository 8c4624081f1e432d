// FORCE: a rate network that is fed its own output, and recursive least squares on the readout.

import { makeDraws } from "./learning.js";
import { Normal } from "./random.js";
import { nmse, pulse } from "./schooling.js";

const CHANCE_FORCE = 0.5; // of an update at a step
const ALONE = 5; // trials on its own; the last counts
const FROM_ANYWHERE = 3; // random states

export class ForceModel {
  // recurrent (n, n), output (n), input (n): weights of one output and one input; `start` (n).
  constructor({ n, recurrent, output, input, decay, start, prior = 1 }) {
    this.n = n;
    this.recurrent = recurrent;
    this.output = output;
    this.input = input;
    this.decay = decay;
    this.state = Float64Array.from(start);
    this.readout = new Float64Array(n);
    this.P = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.P[i * n + i] = prior;
  }

  // z (T) of one trial; `learn` (T): where to update, or null for never.
  trial(targets, inputs, learn = null) {
    const { n, recurrent, output, input, decay, state, readout } = this;
    const rates = new Float64Array(n), made = new Float64Array(targets.length);
    for (let t = 0; t < targets.length; t++) {
      let z = 0;
      for (let j = 0; j < n; j++) {
        rates[j] = Math.tanh(state[j]);
        z += readout[j] * rates[j];
      }
      made[t] = z;
      if (learn && learn[t]) this.update(rates, z - targets[t]);
      for (let i = 0; i < n; i++) {
        let sum = output[i] * z + input[i] * inputs[t];
        const row = i * n;
        for (let j = 0; j < n; j++) sum += recurrent[row + j] * rates[j];
        state[i] = sum + (state[i] - sum) * decay;
      }
    }
    return made;
  }

  // k = P s / (1 + sᵀ P s);  P ← P - k (P s)ᵀ;  w ← w - error k
  update(rates, error) {
    const { n, P, readout } = this, Ps = new Float64Array(n);
    let gain = 1;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      const row = i * n;
      for (let j = 0; j < n; j++) sum += P[row + j] * rates[j];
      Ps[i] = sum;
      gain += rates[i] * sum;
    }
    for (let i = 0; i < n; i++) {
      const k = Ps[i] / gain, row = i * n;
      readout[i] -= error * k;
      for (let j = 0; j < n; j++) P[row + j] -= k * Ps[j];
    }
  }
}

// Yields {stage, ...}: each trial, then what the frozen network does from where training ended and from
// random states. `job`: target (T), n_units, gain, n_trials, seed.
export function* forceSchool({ target, n_units, gain, n_trials, seed }) {
  const chance = new Normal(seed), uniform = () => chance.uniform();
  const draws = makeDraws({ n_units, n_neurons: 0, n_outputs: 1, normal: () => chance.next(), uniform, gain });
  const targets = Float64Array.from(target), inputs = pulse(targets.length);
  const model = new ForceModel({ n: n_units, ...draws, decay: Math.exp(-0.1) });
  for (let k = 0; k < n_trials; k++) {
    const learn = Uint8Array.from(targets, () => (uniform() < CHANCE_FORCE ? 1 : 0));
    const made = model.trial(targets, inputs, learn);
    yield { stage: "trial", number: k + 1, of: n_trials, nmse: nmse(made, targets, 1, false), outputs: made };
  }
  const alone = () => {
    let made = null;
    for (let k = 0; k < ALONE; k++) made = model.trial(targets, inputs);
    return { made, error: nmse(made, targets, 1, false) };
  };
  const end = alone(), errors = [];
  for (let k = 0; k < FROM_ANYWHERE; k++) {
    model.state.forEach((_, i) => { model.state[i] = chance.next(); });
    errors.push(alone().error);
  }
  yield { stage: "done", end: end.error, outputs: end.made, errors };
}
