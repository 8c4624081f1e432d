// The pattern that the reader draws with a finger, a pen or a mouse: a curve over time, or a closed
// drawing in the plane.

import { number } from "./look.js";
import { Panel } from "./panel.js";
import { POINTS } from "./shelf.js";

const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

// A canvas on which one value is drawn for each hundredth of a round.
export class CurveBoard {
  constructor(points, onChange) {
    this.points = points;
    this.onChange = onChange;
    this.seconds = 1;
    this.last = null;
  }

  get outputs() { return 1; }

  begin() { this.last = null; }

  put(x, y) {
    const now = [Math.floor(clamp(x, 0, 0.9999) * POINTS), clamp(y, -1, 1)];
    const from = this.last || now;
    const low = Math.min(from[0], now[0]), high = Math.max(from[0], now[0]);
    for (let i = low; i <= high; i++) {
      const part = now[0] === from[0] ? 1 : (i - from[0]) / (now[0] - from[0]);
      this.points[i] = from[1] + part * (now[1] - from[1]);
    }
    this.last = now;
  }

  end() {
    const drawn = this.last !== null;
    this.last = null;
    return drawn;
  }

  // Where on the panel a place of the canvas is: part of the round, and value.
  locate(x, y) {
    const { left, top, width, height } = this.panel;
    return [(x - left) / width, 1 - (2 * (y - top)) / height];
  }

  draw(context, look, width, height) {
    this.panel = new Panel(context, look, {
      left: 44, top: 26, width: width - 54, height: height - 26 - 44, x: [0, this.seconds], y: [-1.05, 1.05],
    });
    this.panel.frame({ title: "your curve: draw here", xTitle: "time (s)", yTicks: 3 });
    const times = Float64Array.from(this.points, (_, i) => i / POINTS * this.seconds);
    this.panel.line(times, this.points, { color: look.target, width: 3 });
  }

  text() {
    const high = Math.max(...this.points), low = Math.min(...this.points);
    return `The curve runs from ${number(low, 2)} to ${number(high, 2)} and repeats every ` +
      `${number(this.seconds, 1)} s.`;
  }
}

// The same number of points as `stroke`, [[x, y], ...], closed and at constant speed.
export function evenly(stroke, count = POINTS) {
  const closed = [...stroke, stroke[0]];
  const along = [0];
  for (let i = 1; i < closed.length; i++) {
    along.push(along[i - 1] + Math.hypot(closed[i][0] - closed[i - 1][0], closed[i][1] - closed[i - 1][1]));
  }
  const points = new Float64Array(2 * count), all = along[along.length - 1];
  for (let k = 0, i = 0; k < count; k++) {
    const at = (k / count) * all;
    while (i < closed.length - 2 && along[i + 1] < at) i++;
    const part = along[i + 1] > along[i] ? (at - along[i]) / (along[i + 1] - along[i]) : 0;
    for (const side of [0, 1]) points[2 * k + side] = closed[i][side] + part * (closed[i + 1][side] - closed[i][side]);
  }
  return points;
}

// The square in the middle of a sheet, in which one unit is as long in both directions.
export function squarePanel(context, look, { left = 0, top = 0, width, height }) {
  const size = Math.min(width - 20, height - 36);
  return new Panel(context, look, {
    left: left + (width - size) / 2, top: top + 26, width: size, height: size, x: [-1.3, 1.3], y: [-1.3, 1.3],
  });
}

// A canvas on which a closed line is drawn in one stroke.
export class DrawingBoard {
  constructor(points, onChange) {
    this.points = points;
    this.onChange = onChange;
    this.seconds = 1;
    this.stroke = null;
  }

  get outputs() { return 2; }

  begin() { this.stroke = []; }

  put(x, y) { this.stroke.push([clamp(x, -1, 1), clamp(y, -1, 1)]); }

  end() {
    const { stroke } = this;
    this.stroke = null;
    if (!stroke || stroke.length < 4) return false;
    this.points.set(evenly(stroke));
    return true;
  }

  locate(x, y) {
    const { left, top, width, height } = this.panel;
    return [-1.3 + (2.6 * (x - left)) / width, 1.3 - (2.6 * (y - top)) / height];
  }

  draw(context, look, width, height) {
    this.panel = squarePanel(context, look, { width, height });
    this.panel.frame({ title: "your drawing: one closed line", xTicks: 0, yTicks: 0 });
    const pick = (side) => Float64Array.from({ length: POINTS + 1 }, (_, i) => this.points[2 * (i % POINTS) + side]);
    if (this.stroke && this.stroke.length > 1) {
      const [xs, ys] = [0, 1].map((side) => Float64Array.from(this.stroke, (one) => one[side]));
      this.panel.line(xs, ys, { color: look.target, width: 3 });
    } else {
      this.panel.line(pick(0), pick(1), { color: look.target, width: 3 });
    }
  }

  text() {
    let way = 0;
    for (let i = 0; i < POINTS; i++) {
      const j = (i + 1) % POINTS, p = this.points;
      way += Math.hypot(p[2 * j] - p[2 * i], p[2 * j + 1] - p[2 * i + 1]);
    }
    return `A closed line, ${number(way, 1)} units long, drawn once in ${number(this.seconds, 1)} s, again and again.`;
  }
}

// Let a board be drawn on with whatever points.
export function drawOn(board, sheet) {
  const { canvas } = sheet;
  canvas.style.touchAction = "none";
  canvas.style.cursor = "crosshair";
  const put = (event) => {
    if (!board().panel) return;
    const box = canvas.getBoundingClientRect();
    board().put(...board().locate(event.clientX - box.left, event.clientY - box.top));
    sheet.refresh();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    board().begin();
    put(event);
  });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) put(event); });
  canvas.addEventListener("pointerup", () => {
    if (board().end()) board().onChange();
    sheet.refresh();
  });
}
