import assert from "node:assert/strict";
import { test } from "node:test";

import { eigen, orthonormal, secondMoment, timesTransposed } from "../../spikelib/book/live/js/algebra.js";
import { Normal } from "../../spikelib/book/live/js/random.js";

const STEPS = 40, N = 7;
const chance = new Normal(1);
const rows = Float64Array.from({ length: STEPS * N }, () => chance.next());
const close = (a, b, within = 1e-11) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("second moments are sums of products", () => {
  const C = secondMoment(rows, STEPS, N);
  let sum = 0;
  for (let t = 0; t < STEPS; t++) sum += rows[t * N + 2] * rows[t * N + 5];
  close(C[2 * N + 5], sum);
  close(C[5 * N + 2], sum);
});

test("eigenvectors are orthonormal, and the matrix stretches them by the eigenvalues", () => {
  const C = secondMoment(rows, STEPS, N);
  const { values, vectors } = eigen(C, N);
  const images = timesTransposed(vectors, C, N, N, N);
  const products = timesTransposed(vectors, vectors, N, N, N);
  for (let k = 0; k < N; k++) {
    if (k > 0) assert.ok(values[k] <= values[k - 1]);
    for (let i = 0; i < N; i++) {
      close(images[k * N + i], values[k] * vectors[k * N + i]);
      close(products[k * N + i], k === i ? 1 : 0);
    }
  }
});

test("the columns of Q are orthonormal and span those of the matrix in order", () => {
  const Q = orthonormal(rows, STEPS, N);
  const products = secondMoment(Q, STEPS, N);
  for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) close(products[i * N + j], i === j ? 1 : 0);
  let first = 0, size = 0;
  for (let t = 0; t < STEPS; t++) {
    first += Q[t * N] * rows[t * N];
    size += rows[t * N] ** 2;
  }
  close(first, Math.sqrt(size));
});
