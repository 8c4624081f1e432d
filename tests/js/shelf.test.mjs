import assert from "node:assert/strict";
import { test } from "node:test";

import { SHELF, scaled, toTarget } from "../../spikelib/book/live/js/shelf.js";

for (const [name, { curve, outputs }] of Object.entries(SHELF)) {
  test(`${name} is closed, smooth and within bounds`, () => {
    const target = toTarget(scaled(curve, outputs), 1000, outputs);
    assert.equal(target.length, 1000 * outputs);
    let most = 0, fastest = 0;
    target.forEach((value, i) => {
      most = Math.max(most, Math.abs(value));
      fastest = Math.max(fastest, Math.abs(target[(i + outputs) % target.length] - value));
    });
    assert.ok(most > 0.95 && most <= 1 + 1e-12, String(most));
    assert.ok(fastest < 0.1, String(fastest)); // from the end to the start, too
  });
}
