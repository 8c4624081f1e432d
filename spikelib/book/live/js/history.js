// The error of every trial since the last reset, the newest at the right, on a logarithmic scale.

import { number } from "./look.js";
import { Panel } from "./panel.js";

const SHOWN = 40; // trials
const RANGE = [-4, 0.6]; // powers of ten; what lies beyond is drawn at the edge

export class History {
  constructor() {
    this.errors = [];
    this.marked = []; // whether something was changed in the trial: a kick, a slider
    this.touched = false;
  }

  // Something was changed in the trial that is running.
  touch() {
    this.touched = true;
  }

  add(error) {
    this.errors.push(error);
    this.marked.push(this.touched);
    this.touched = false;
  }

  draw(context, look, { left, top, width, height }) {
    const count = this.errors.length;
    const first = Math.max(1, count - SHOWN + 1);
    const panel = new Panel(context, look, {
      left, top, width, height, x: [first - 0.5, first + SHOWN - 0.5], y: RANGE,
    });
    context.clearRect(0, top - 22, left + width + 10, height + 66);
    const powers = [[-4, "0.0001"], [-2, "0.01"], [0, "1"]];
    panel.frame({
      title: "error (nMSE) of each trial", xTitle: "trial; lines: a kick or a change", yNames: powers,
      xTicks: 0,
    });
    context.textBaseline = "top";
    context.textAlign = "center";
    context.fillStyle = look.muted;
    for (let trial = Math.ceil(first / 10) * 10; trial < first + SHOWN; trial += 10) {
      context.fillText(number(trial), panel.toX(trial), top + height + 6);
    }
    context.lineWidth = 1;
    for (const [power] of powers) {
      const y = Math.round(panel.toY(power)) + 0.5;
      panel.rule(left, y, left + width, y, look.grid);
    }
    context.lineWidth = 2;
    for (let trial = first; trial <= count; trial++) {
      const x = panel.toX(trial);
      if (this.marked[trial - 1]) panel.rule(x, top, x, top + height, look.input);
    }
    context.fillStyle = look.spiking;
    for (let trial = first; trial <= count; trial++) {
      const power = Math.log10(Math.max(this.errors[trial - 1], 1e-9));
      const y = panel.toY(Math.min(RANGE[1], Math.max(RANGE[0], power)));
      context.fillRect(panel.toX(trial) - 2, y - 2, 4, 4);
    }
  }
}
