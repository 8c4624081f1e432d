import assert from "node:assert/strict";
import { test } from "node:test";

import { Normal } from "../../spikelib/book/live/js/random.js";
import { Recursion } from "../../spikelib/book/live/js/recursion.js";

// The recursion as textbooks have it, all of P at every update.
function textbook({ n, rows, slowDecay, fastDecay, prior }) {
  const m = 2 * n, P = Array.from({ length: m }, (_, i) => Float64Array.from({ length: m }, (_, j) => (i === j ? prior : 0)));
  const W = Array.from({ length: rows }, () => new Float64Array(m)), s = new Float64Array(m);
  const made = () => W.map((row) => row.reduce((sum, w, j) => sum + w * s[j], 0));
  return {
    W, made,
    step(spikes) {
      for (let i = 0; i < n; i++) {
        s[i] *= slowDecay;
        s[n + i] *= fastDecay;
      }
      for (const i of spikes) {
        s[i] += 1;
        s[n + i] += 1;
      }
    },
    update(error) {
      const q = P.map((row) => row.reduce((sum, p, j) => sum + p * s[j], 0));
      const gain = 1 / (1 + q.reduce((sum, x, j) => sum + x * s[j], 0));
      W.forEach((row, r) => row.forEach((_, j) => { row[j] -= gain * q[j] * error[r]; }));
      P.forEach((row, i) => row.forEach((_, j) => { row[j] -= gain * q[i] * q[j]; }));
    },
  };
}

for (const everyNth of [1, 3, 70]) {
  test(`event-driven recursion is the textbook's, an update in ${everyNth} steps`, () => {
    const sizes = { n: 6, rows: 2, slowDecay: 0.99, fastDecay: 0.8, prior: 0.5 };
    const fast = new Recursion(sizes), slow = textbook(sizes), chance = new Normal(7);
    for (let t = 0; t < 400; t++) {
      const spikes = Array.from({ length: sizes.n }, (_, i) => i).filter(() => chance.uniform() < 0.2);
      fast.step(Int32Array.from(spikes), spikes.length);
      slow.step(spikes);
      const target = [Math.sin(t / 20), Math.cos(t / 9)];
      const made = slow.made();
      for (let r = 0; r < 2; r++) assert.ok(Math.abs(fast.zSlow[r] + fast.zFast[r] - made[r]) < 1e-10);
      if (t % everyNth === 0) {
        const error = made.map((z, r) => z - target[r]);
        fast.update(Float64Array.from(error));
        slow.update(error);
      }
    }
    fast.fold();
    slow.W.forEach((row, r) => row.forEach((w, j) => assert.ok(Math.abs(fast.weights[2 * j + r] - w) < 1e-10)));
  });
}
