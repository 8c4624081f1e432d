// The curve that the reader draws: one value for each hundredth of the second, closed to a circle.

import { number } from "./look.js";
import { Panel } from "./panel.js";
import { Normal } from "./random.js";

export const POINTS = 100;
const wave = (k, phase = 0) => (x) => Math.sin(2 * Math.PI * (k * x + phase));

export const PRESETS = {
  "four sines": (x) => [1, 2, 3, 5].reduce((sum, k) => sum + wave(k)(x), 0),
  "slow wave": wave(1),
  "two humps": (x) => Math.exp(-(((x - 0.3) / 0.07) ** 2)) + 0.6 * Math.exp(-(((x - 0.65) / 0.1) ** 2)) - 0.3,
  "heartbeat": (x) => Math.exp(-(((x - 0.5) / 0.03) ** 2)) - 0.35 * Math.exp(-(((x - 0.57) / 0.03) ** 2)) +
    0.25 * Math.exp(-(((x - 0.8) / 0.07) ** 2)),
  "saw": (x) => (x < 0.8 ? x / 0.8 : (1 - x) / 0.2) - 0.5,
};

// A random smooth curve: six sines and cosines, each weaker than the last.
export function randomCurve(seed) {
  const chance = new Normal(seed);
  const parts = Array.from({ length: 6 }, () => [chance.next(), chance.next()]);
  return (x) => parts.reduce((sum, [a, b], k) => sum +
    (a * wave(k + 1)(x) + b * wave(k + 1, 0.25)(x)) / Math.sqrt(k + 1), 0);
}

export function sampled(curve) {
  return Float64Array.from({ length: POINTS }, (_, i) => curve(i / POINTS));
}

// The same, its largest value at 1 or -1, as it is drawn.
export function scaled(curve) {
  const points = sampled(curve);
  const top = points.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  return points.map((x) => x / top);
}

// The target (steps): smooth, closed, between -1 and 1. `width` of the Gaussian in points.
export function toTarget(points, steps, width = 1.2) {
  const n = points.length, reach = Math.ceil(4 * width);
  const smooth = Float64Array.from(points, (_, i) => {
    let sum = 0, weight = 0;
    for (let d = -reach; d <= reach; d++) {
      const w = Math.exp(-0.5 * (d / width) ** 2);
      sum += w * points[(i + d + n) % n];
      weight += w;
    }
    return sum / weight;
  });
  const top = smooth.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  return Float64Array.from({ length: steps }, (_, t) => {
    const at = (t / steps) * n, i = Math.floor(at), part = at - i;
    return ((1 - part) * smooth[i] + part * smooth[(i + 1) % n]) / top;
  });
}

// A canvas on which the curve is drawn with a finger, a pen or a mouse.
export class CurveBoard {
  constructor(points, onChange) {
    this.points = points;
    this.onChange = onChange;
    this.last = null;
  }

  attach(sheet) {
    this.sheet = sheet;
    const { canvas } = sheet;
    canvas.style.touchAction = "none";
    canvas.style.cursor = "crosshair";
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.last = null;
      this.put(event);
    });
    canvas.addEventListener("pointermove", (event) => { if (event.buttons) this.put(event); });
    canvas.addEventListener("pointerup", () => { if (this.last) this.onChange(this.points); });
  }

  put(event) {
    if (!this.panel) return;
    const box = this.sheet.canvas.getBoundingClientRect();
    const { left, top, width, height } = this.panel;
    const x = Math.min(0.9999, Math.max(0, (event.clientX - box.left - left) / width));
    const y = Math.min(1, Math.max(-1, 1 - (2 * (event.clientY - box.top - top)) / height));
    const now = [Math.floor(x * POINTS), y];
    const from = this.last || now;
    const low = Math.min(from[0], now[0]), high = Math.max(from[0], now[0]);
    for (let i = low; i <= high; i++) {
      const part = now[0] === from[0] ? 1 : (i - from[0]) / (now[0] - from[0]);
      this.points[i] = from[1] + part * (now[1] - from[1]);
    }
    this.last = now;
    this.sheet.refresh();
  }

  draw(context, look, width, height) {
    this.panel = new Panel(context, look, {
      left: 44, top: 26, width: width - 54, height: height - 26 - 44, x: [0, 1], y: [-1.05, 1.05],
    });
    this.panel.frame({ title: "your curve: draw here", xTitle: "time (s)", yTicks: 3 });
    const times = Float64Array.from(this.points, (_, i) => i / POINTS);
    this.panel.line(times, this.points, { color: look.target, width: 3 });
  }

  text() {
    const high = Math.max(...this.points), low = Math.min(...this.points);
    return `The curve runs from ${number(low, 2)} to ${number(high, 2)} and repeats every second.`;
  }
}
