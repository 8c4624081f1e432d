// Axes: a box on a canvas with a scale in each direction.

import { number } from "./look.js";

// Round numbers within [low, high], about `n_ticks` of them.
export function ticks(low, high, n_ticks) {
  const rough = (high - low) / n_ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    found.push([k * step, number(k * step, digits)]);
  }
  return found;
}

export class Panel {
  constructor(context, look, { left, top, width, height, x, y }) {
    this.context = context;
    this.look = look;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
  }

  toX(value) {
    return this.left + ((value - this.x[0]) / (this.x[1] - this.x[0])) * this.width;
  }

  toY(value) {
    const [low, high] = this.y;
    return this.top + this.height - ((value - low) / (high - low)) * this.height;
  }

  // Axes with round numbers; the name of what goes up stands above.
  frame({ title = "", xTitle = "", xTicks = 5, yTicks = 4, yNames = null } = {}) {
    const { context, look, left, top, width, height } = this;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const [value, name] of yNames || (yTicks ? ticks(...this.y, yTicks) : [])) {
      const y = Math.round(this.toY(value)) + 0.5;
      if (!yNames) this.rule(left, y, left + width, y, look.grid);
      context.fillStyle = look.muted;
      context.fillText(name, left - 6, y);
    }
    context.textBaseline = "top";
    context.textAlign = "center";
    for (const [value, name] of xTicks ? ticks(...this.x, xTicks) : []) {
      const x = Math.round(this.toX(value)) + 0.5;
      this.rule(x, top + height, x, top + height + 4, look.muted);
      context.fillStyle = look.muted;
      context.fillText(name, x, top + height + 6);
    }
    this.rule(left + 0.5, top, left + 0.5, top + height, look.muted);
    this.rule(left, top + height + 0.5, left + width, top + height + 0.5, look.muted);
    context.fillStyle = look.text;
    if (xTitle) context.fillText(xTitle, left + width / 2, top + height + 22);
    context.textAlign = "left";
    context.textBaseline = "bottom";
    if (title) context.fillText(title, left, top - 5);
  }

  rule(x0, y0, x1, y1, color) {
    const { context } = this;
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  // A line through (xs[i], ys[i]); `shift` moves it up.
  line(xs, ys, { color, width = 1.5, alpha = 1, shift = 0, dash = [] }) {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(this.left, this.top - 2, this.width + 2, this.height + 3);
    context.clip();
    Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
    context.setLineDash(dash);
    context.beginPath();
    for (let i = 0; i < xs.length; i++) context.lineTo(this.toX(xs[i]), this.toY(ys[i] + shift));
    context.stroke();
    context.restore();
  }

  dot(x, y, { color, radius = 5 }) {
    const { context } = this;
    context.fillStyle = color;
    context.beginPath();
    context.arc(this.toX(x), this.toY(y), radius, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = this.look.dark ? "#000" : "#fff";
    context.lineWidth = 1.5;
    context.stroke();
  }

  // What the lines are, above the right end of the box: [[name, colour], ...].
  legend(entries) {
    const { context, look } = this;
    context.textAlign = "right";
    context.textBaseline = "bottom";
    const names = entries.reduce((sum, [name]) => sum + context.measureText(name).width, 0);
    // On a phone the title needs its place: shorter strokes, nearer to each other.
    const narrow = names + 42 * entries.length + 60 > this.width;
    const [stroke, space, apart] = narrow ? [10, 4, 7] : [20, 6, 16];
    let right = this.left + this.width;
    for (const [name, color] of [...entries].reverse()) {
      context.fillStyle = look.text;
      context.fillText(name, right, this.top - 5);
      right -= context.measureText(name).width + stroke + space;
      context.fillStyle = color;
      context.fillRect(right, this.top - 13, stroke, 3);
      right -= apart;
    }
  }
}
