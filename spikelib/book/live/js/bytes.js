// Arrays that travel as text: {shape, kind, scale, data}, `data` in base64, little-endian.

const KINDS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array };

/**
 * Numbers out of text, or a copy of an array that was made in the page.
 * @param {any} packed
 * @returns {any}
 */
export function unpack(packed) {
  if (ArrayBuffer.isView(packed)) return /** @type {any} */ (packed).slice();
  const text = atob(packed.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const values = new KINDS[packed.kind](bytes.buffer);
  if (packed.scale === undefined) return values;
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = values[i] * packed.scale;
  return result;
}
