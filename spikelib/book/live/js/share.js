// A link that carries the drawing: everything is in its fragment, which browsers keep to themselves.

import { POINTS } from "./shelf.js";

const KEY = "draw=";
const FIELDS = ["neurons", "factors", "trials"]; // whole numbers that travel with the drawing

// The fragment for points between -1 and 1, of one or two outputs: a byte for each number.
export function toFragment({ points, outputs, seconds, pulsed, restarts, ...numbers }) {
  const bytes = Array.from(points, (x) => String.fromCharCode(Math.round(127 * Math.min(1, Math.max(-1, x))) + 128));
  const text = btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const flags = (pulsed ? 1 : 0) + (restarts ? 2 : 0);
  const head = [outputs, Math.round(10 * seconds), flags, ...FIELDS.map((name) => numbers[name])];
  return `#${KEY}${head.join(".")}.${text}`;
}

// What a fragment holds, or null where it holds no drawing.
export function fromFragment(fragment) {
  const at = fragment.indexOf(KEY);
  if (at < 0) return null;
  const parts = fragment.slice(at + KEY.length).split(/[.&]/);
  const whole = parts.slice(0, 3 + FIELDS.length).map(Number);
  if (parts.length < 4 + FIELDS.length || whole.some((x) => !Number.isInteger(x) || x < 0)) return null;
  const [outputs, tenths, flags, ...numbers] = whole;
  let text;
  try {
    text = atob(parts[3 + FIELDS.length].replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  if (!(outputs === 1 || outputs === 2) || text.length !== POINTS * outputs) return null;
  return {
    outputs, seconds: tenths / 10, pulsed: flags % 2 === 1, restarts: flags >= 2,
    points: Float64Array.from(text, (letter) => (letter.charCodeAt(0) - 128) / 127),
    ...Object.fromEntries(FIELDS.map((name, k) => [name, numbers[k]])),
  };
}
