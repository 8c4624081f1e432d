// One leaky integrate-and-fire neuron and the traces that its spikes leave.

import { Normal } from "./random.js";

export const THRESHOLD = 0;
export const RESET = -10;

// White noise that alone would spread the voltage by `noise`: the step of one time step.
export function noiseStep(noise, decay) {
  return noise * Math.sqrt(1 - decay * decay);
}

export function normals(count, seed) {
  const source = new Normal(seed);
  return Float64Array.from({ length: count }, () => source.next());
}

// Voltage, spikes and traces at a constant current; `kicks` are standard normal numbers.
export function runNeuron({ current, tau, noise, dt, steps, tauSlow, tauFast, kicks }) {
  const decay = Math.exp(-dt / tau);
  const size = noiseStep(noise, decay);
  const slowDecay = Math.exp(-dt / tauSlow);
  const fastDecay = Math.exp(-dt / tauFast);
  const voltage = new Float64Array(steps);
  const slow = new Float64Array(steps);
  const fast = new Float64Array(steps);
  const spikes = [];
  let v = RESET, s = 0, f = 0;
  for (let t = 0; t < steps; t++) {
    v = current + (v - current) * decay;
    if (size > 0) v += size * kicks[t];
    s *= slowDecay;
    f *= fastDecay;
    if (v >= THRESHOLD) {
      v = RESET;
      s += 1;
      f += 1;
      spikes.push(t);
    }
    voltage[t] = v;
    slow[t] = s;
    fast[t] = f;
  }
  return { voltage, slow, fast, spikes };
}

// Spikes per second, counted over all of `kicks`.
export function countedRate({ current, tau, noise, dt, kicks }) {
  const decay = Math.exp(-dt / tau);
  const size = noiseStep(noise, decay);
  let v = RESET, count = 0;
  for (let t = 0; t < kicks.length; t++) {
    v = current + (v - current) * decay + size * kicks[t];
    if (v >= THRESHOLD) {
      v = RESET;
      count += 1;
    }
  }
  return count / (kicks.length * dt);
}

// The f-I curve without noise and in continuous time.
export function predictedRate(current, tau) {
  if (current <= THRESHOLD) return 0;
  return 1 / (tau * Math.log((current - RESET) / (current - THRESHOLD)));
}
