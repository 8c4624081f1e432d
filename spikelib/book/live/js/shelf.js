// What can be learned: a curve over time, or a closed drawing, chosen from the shelf or composed.
//
// A pattern is a function of the part of the round that is over, from 0 to 1; it returns one value
// for each output. The names in `LIBRARY_TASKS` are those of spikelib.tasks, with the same numbers.

import { Normal } from "./random.js";

export const POINTS = 100; // of a drawn pattern

const TURN = 2 * Math.PI;
const wave = (k, phase = 0) => (x) => Math.sin(TURN * (k * x + phase));
const bump = (x, at, width) => Math.exp(-(((x - at) / width) ** 2));

// The letter a: points through which a pen passes, as in spikelib.tasks.handwriting.
const LETTER = [
  [0.75, 0.75], [0.1, 1], [-0.6, 0.65], [-0.8, -0.1], [-0.5, -0.8], [0.1, -0.75],
  [0.6, -0.1], [0.8, 0.75], [0.72, -0.2], [0.85, -0.85], [1.15, -0.6], [1.2, 0.2],
];

// A smooth closed curve through points (Catmull and Rom).
function through(points) {
  const n = points.length;
  return (x) => {
    const at = (((x % 1) + 1) % 1) * n, i = Math.floor(at), u = at - i;
    const [a, b, c, d] = [-1, 0, 1, 2].map((k) => points[(i + k + n) % n]);
    return [0, 1].map((k) => 0.5 * (2 * b[k] + (c[k] - a[k]) * u +
      (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * u * u + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * u ** 3));
  };
}

// Straight lines between points, closed, at constant speed where the lines are of one length.
function lines(points) {
  return (x) => {
    const at = (((x % 1) + 1) % 1) * points.length, i = Math.floor(at), u = at - i;
    const from = points[i], to = points[(i + 1) % points.length];
    return [0, 1].map((k) => from[k] + u * (to[k] - from[k]));
  };
}

const corner = (k) => [Math.sin(TURN * 2 * k / 5), Math.cos(TURN * 2 * k / 5)];

// Of the library, by its names.
export const LIBRARY_TASKS = {
  osc4: { outputs: 1, curve: (x) => [1, 2, 3, 5].reduce((sum, k) => sum + wave(k)(x), 0) },
  sine: { outputs: 1, curve: wave(2) },
  sawtooth: { outputs: 1, curve: (x) => 2 * (((x % 1) + 1) % 1) - 1 },
  square_wave: { outputs: 1, curve: (x) => (((x % 1) + 1) % 1 < 0.5 ? 1 : -1) },
  figure_of_eight: { outputs: 2, curve: (x) => [wave(1)(x), 0.5 * wave(2)(x)] },
  star: { outputs: 2, seconds: 2, curve: lines([0, 1, 2, 3, 4].map(corner)) },
  handwriting: { outputs: 2, seconds: 2, curve: through(LETTER) },
};

export const SHELF = {
  "osc4: four sine waves": LIBRARY_TASKS.osc4,
  "sine: two waves a second": LIBRARY_TASKS.sine,
  "sawtooth: a climb and a jump": LIBRARY_TASKS.sawtooth,
  "square_wave: two levels": LIBRARY_TASKS.square_wave,
  "two humps": { outputs: 1, curve: (x) => bump(x, 0.3, 0.07) + 0.6 * bump(x, 0.65, 0.1) - 0.3 },
  "heartbeat": {
    outputs: 1, curve: (x) => bump(x, 0.5, 0.03) - 0.35 * bump(x, 0.57, 0.03) + 0.25 * bump(x, 0.8, 0.07),
  },
  "figure_of_eight: drawn in the plane": LIBRARY_TASKS.figure_of_eight,
  "star: drawn in the plane": LIBRARY_TASKS.star,
  "handwriting: the letter a": LIBRARY_TASKS.handwriting,
  "heart: drawn in the plane": {
    outputs: 2,
    curve: (x) => [
      Math.sin(TURN * x) ** 3,
      (13 * wave(1, 0.25)(x) - 5 * wave(2, 0.25)(x) - 2 * wave(3, 0.25)(x) - wave(4, 0.25)(x)) / 16,
    ],
  },
  "flower: drawn in the plane": {
    outputs: 2,
    curve: (x) => [0.25, 0].map((phase) => (0.65 + 0.35 * wave(5, 0.25)(x)) * wave(1, phase)(x)),
  },
};

// A random smooth curve: six sines and cosines, each weaker than the last.
export function randomCurve(seed) {
  const chance = new Normal(seed);
  const parts = Array.from({ length: 6 }, () => [chance.next(), chance.next()]);
  return (x) => parts.reduce((sum, [a, b], k) => sum +
    (a * wave(k + 1)(x) + b * wave(k + 1, 0.25)(x)) / Math.sqrt(k + 1), 0);
}

// A random smooth closed drawing: three waves in each direction, each weaker than the last.
export function randomDrawing(seed) {
  const chance = new Normal(seed);
  const parts = [0, 1].map(() => [1, 2, 3].map((k) => [k, chance.next() / k, chance.next() / k]));
  return (x) => parts.map((one) => one.reduce((sum, [k, a, b]) => sum + a * wave(k)(x) + b * wave(k, 0.25)(x), 0));
}

/**
 * What the sliders compose: strengths of waves of 1, 2, 3 and 5 a round.
 * @param {number[]} strengths
 */
export function composedCurve([one, two, three, five]) {
  return (x) => one * wave(1)(x) + two * wave(2)(x) + three * wave(3)(x) + five * wave(5)(x);
}

/**
 * Waves to the right and up, a shift between them, and how far a third wave bends it.
 * @param {number[]} choices
 */
export function composedDrawing([right, up, shift, bend]) {
  return (x) => [
    wave(Math.round(right))(x) + bend * wave(3)(x), wave(Math.round(up), shift)(x) + bend * wave(3, 0.25)(x),
  ];
}

// POINTS values of each output, those of one time together, the largest at 1 or -1.
export function scaled(curve, outputs = 1) {
  const points = new Float64Array(POINTS * outputs);
  for (let i = 0; i < POINTS; i++) points.set([curve(i / POINTS)].flat(), i * outputs);
  const top = points.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  return points.map((x) => x / top);
}

// The target (steps, outputs): smooth, closed, between -1 and 1. `width` of the Gaussian in points.
export function toTarget(points, steps, outputs = 1, width = 1.2) {
  const n = points.length / outputs, reach = Math.ceil(4 * width);
  const smooth = new Float64Array(points.length);
  let weight = 0;
  for (let d = -reach; d <= reach; d++) {
    const w = Math.exp(-0.5 * (d / width) ** 2);
    weight += w;
    for (let i = 0; i < n; i++) {
      const from = (i + d + n) % n;
      for (let k = 0; k < outputs; k++) smooth[i * outputs + k] += w * points[from * outputs + k];
    }
  }
  const top = smooth.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || weight;
  const target = new Float64Array(steps * outputs);
  for (let t = 0; t < steps; t++) {
    const at = (t / steps) * n, i = Math.floor(at), part = at - i;
    for (let k = 0; k < outputs; k++) {
      target[t * outputs + k] = ((1 - part) * smooth[i * outputs + k] +
        part * smooth[((i + 1) % n) * outputs + k]) / top;
    }
  }
  return target;
}
