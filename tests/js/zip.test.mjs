import assert from "node:assert/strict";
import { test } from "node:test";

import { crc32, fromNpy, readZip, toNpy, writeZip } from "../../spikelib/book/live/js/zip.js";

test("the check sum is the usual one", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
});

test("arrays and texts come back from a zip of arrays", async () => {
  const values = Float64Array.from([1.5, -2, 0.1, Number.MIN_VALUE, 4, 5]);
  const whole = BigInt64Array.from([-1n, 12345678901n]);
  const file = writeZip([
    ["a.npy", toNpy(values, [2, 3])], ["b.npy", toNpy(whole, [2])], ["c.npy", toNpy("weights: \u{1F9E0} é", [])],
    ["d.npy", toNpy(values, [3, 2], true)],
  ]);
  const found = await readZip(file);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => fromNpy(found.get(`${name}.npy`)));
  assert.deepEqual(a, { values, shape: [2, 3], columns: false });
  assert.deepEqual(b, { values: whole, shape: [2], columns: false });
  assert.deepEqual(c, { values: "weights: \u{1F9E0} é", shape: [], columns: false });
  assert.deepEqual([d.shape, d.columns], [[3, 2], true]);
  assert.equal(toNpy(values, [2, 3]).length % 64, values.byteLength % 64, "numbers begin where NumPy puts them");
});

test("what is no zip, or damaged, is refused", async () => {
  await assert.rejects(readZip(new Uint8Array(100)), /expected a file of arrays/);
  const file = writeZip([["a.npy", toNpy(Float64Array.from([1, 2]), [2])]]);
  file[150] ^= 1;
  await assert.rejects(readZip(file), /check sum/);
  assert.throws(() => fromNpy(new TextEncoder().encode("no array at all")), /expected an array/);
});
