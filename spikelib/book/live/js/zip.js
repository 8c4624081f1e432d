// Files of several arrays, as NumPy writes and reads them: .npy inside a .zip. Written without
// compression; read with and without.

const TYPES = { "<f8": Float64Array, "<f4": Float32Array, "<i8": BigInt64Array, "<i4": Int32Array, "|b1": Uint8Array };

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/**
 * The check sum that zip files carry.
 * @param {Uint8Array} bytes
 * @returns {number}
 */
export function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/**
 * Little-endian numbers: [[value, bytes], ...].
 * @param {number[][]} fields
 * @returns {Uint8Array}
 */
function packed(fields) {
  const out = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let at = 0;
  for (const [value, size] of fields) for (let k = 0; k < size; k++) out[at++] = Math.floor(value / 256 ** k) % 256;
  return out;
}

/**
 * One run of bytes.
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array}
 */
function joined(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * An array as the bytes of a .npy file.
 * @param {Float64Array | BigInt64Array | Int32Array | string} values a text becomes a scalar of text
 * @param {number[]} shape
 * @param {boolean} [columns] whether the first index runs fastest
 * @returns {Uint8Array}
 */
export function toNpy(values, shape, columns = false) {
  let kind, bytes;
  if (typeof values === "string") {
    const letters = Array.from(values);
    kind = `<U${letters.length}`;
    bytes = new Uint8Array(Uint32Array.from(letters, (letter) => letter.codePointAt(0) || 0).buffer);
  } else {
    kind = Object.keys(TYPES).find((name) => values instanceof TYPES[name]);
    bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${kind}', 'fortran_order': ${columns ? "True" : "False"}, 'shape': (${sizes}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + "\n";
  const start = [0x93, ...Array.from("NUMPY", (c) => c.charCodeAt(0)), 1, 0];
  return joined([Uint8Array.from(start), packed([[padded.length, 2]]), new TextEncoder().encode(padded), bytes]);
}

/**
 * What the bytes of a .npy file hold.
 * @param {Uint8Array} bytes
 * @returns {{values: any, shape: number[], columns: boolean}} a text, or an array of numbers
 */
export function fromNpy(bytes) {
  if (String.fromCharCode(...bytes.subarray(1, 6)) !== "NUMPY") throw new Error("expected an array of NumPy");
  const long = bytes[6] > 1;
  const size = bytes[8] + 256 * bytes[9] + (long ? 65536 * (bytes[10] + 256 * bytes[11]) : 0);
  const start = long ? 12 : 10;
  const text = new TextDecoder().decode(bytes.subarray(start, start + size));
  const kind = (/'descr': '([^']+)'/.exec(text) || [])[1] || "";
  const shape = ((/'shape': \(([^)]*)\)/.exec(text) || [])[1] || "").split(",").filter((part) => part.trim()).map(Number);
  const columns = /'fortran_order': True/.test(text);
  const body = bytes.slice(start + size);
  if (kind.startsWith("<U")) {
    const letters = Array.from(new Uint32Array(body.buffer), (code) => String.fromCodePoint(code));
    return { values: letters.join("").replace(/\0+$/, ""), shape, columns };
  }
  if (!TYPES[kind]) throw new Error(`expected numbers, got an array of ${kind || "an unknown type"}`);
  return { values: new TYPES[kind](body.buffer), shape, columns };
}

/**
 * A zip file without compression.
 * @param {[string, Uint8Array][]} entries
 * @returns {Uint8Array}
 */
export function writeZip(entries) {
  const parts = [], directory = [];
  let at = 0, listed = 0;
  for (const [name, bytes] of entries) {
    const title = new TextEncoder().encode(name);
    const common = [[0, 2], [0, 2], [0, 2], [0x21, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4],
      [title.length, 2], [0, 2]]; // flags, stored, time, 1 January 1980
    const head = packed([[0x04034b50, 4], [20, 2], ...common]);
    const line = packed([[0x02014b50, 4], [20, 2], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]);
    parts.push(head, title, bytes);
    directory.push(line, title);
    at += head.length + title.length + bytes.length;
    listed += line.length + title.length;
  }
  const end = packed([[0x06054b50, 4], [0, 2], [0, 2], [entries.length, 2], [entries.length, 2], [listed, 4], [at, 4], [0, 2]]);
  return joined([...parts, ...directory, end]);
}

/**
 * The entries of a zip file, unpacked.
 * @param {Uint8Array} bytes
 * @returns {Promise<Map<string, Uint8Array>>}
 */
export async function readZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error("expected a file of arrays (.npz), got something else");
  const count = view.getUint16(end + 10, true), found = new Map();
  let at = view.getUint32(end + 16, true);
  for (let k = 0; k < count; k++) {
    const method = view.getUint16(at + 10, true), check = view.getUint32(at + 16, true);
    const size = view.getUint32(at + 20, true), title = view.getUint16(at + 28, true);
    const after = title + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const from = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + title));
    const start = from + 30 + view.getUint16(from + 26, true) + view.getUint16(from + 28, true);
    const stored = bytes.slice(start, start + size);
    const plain = method === 0 ? stored : await inflated(stored, method);
    if (crc32(plain) !== check) throw new Error(`expected an undamaged file: the check sum of ${name} is wrong`);
    found.set(name, plain);
    at += 46 + after;
  }
  return found;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} method
 * @returns {Promise<Uint8Array>}
 */
async function inflated(bytes, method) {
  if (method !== 8) throw new Error(`expected stored or deflated arrays, got method ${method}`);
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
