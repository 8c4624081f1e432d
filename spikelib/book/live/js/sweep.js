// The picture of a running network: raster, output over the target, firing rate, against
// the time in the trial, and below them the errors of the trials before. New steps overwrite those
// of the trial before, from left to right. Where an input is on, raster and output are shaded.

import { History } from "./history.js";
import { Panel, ticks } from "./panel.js";

const SMOOTH = 0.02; // seconds over which the rate is smoothed
const AHEAD = 12; // pixels that are empty in front of the newest step
const PAST = 140; // pixels for the errors of the trials before

// From which time to which an input is on, in seconds: [[start, end], ...].
function pulses({ inputs, n_inputs, n_steps, dt }) {
  const found = [];
  let start = -1;
  for (let t = 0; t <= n_steps; t++) {
    let on = false;
    for (let i = 0; t < n_steps && i < n_inputs; i++) on ||= inputs[t * n_inputs + i] !== 0;
    if (on && start < 0) start = t;
    if (!on && start >= 0) {
      found.push([start * dt, t * dt]);
      start = -1;
    }
  }
  return found;
}

export class Sweep {
  constructor(model) {
    this.model = model;
    const { n_steps: steps, n_outputs } = model;
    this.spikes = Array.from({ length: steps }, () => []);
    this.outputs = new Float32Array(steps * n_outputs).fill(NaN);
    this.rates = new Float32Array(steps).fill(NaN);
    this.decay = Math.exp(-model.dt / SMOOTH);
    this.rate = 0;
    this.highest = 20;
    this.newest = -1; // slot of the last step
    this.times = Float64Array.from({ length: steps }, (_, t) => t * model.dt);
    const most = model.targets.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
    this.range = [-1.45 * most, 1.45 * most];
    this.pulses = pulses(model);
    this.history = new History();
    this.drawn = 0; // trials whose errors have been drawn
  }

  // One step of the model goes into the picture.
  step() {
    const { model } = this;
    const slot = model.time % model.n_steps;
    const count = model.step();
    this.spikes[slot] = Array.from(model.spikes.subarray(0, count), (j) => model.rows[j]);
    this.outputs.set(model.outputs, slot * model.n_outputs);
    const now = count / (model.n_neurons * model.dt);
    this.rate = this.rate * this.decay + now * (1 - this.decay);
    this.rates[slot] = this.rate;
    this.newest = slot;
  }

  // Squared error over squared target of the trial that is in the picture, and its mean rate.
  // The error goes into the history.
  judge() {
    const { outputs, spikes, model } = this;
    let error = 0, power = 0, count = 0;
    for (let i = 0; i < outputs.length; i++) {
      error += (outputs[i] - model.targets[i]) ** 2;
      power += model.targets[i] ** 2;
    }
    for (const slot of spikes) count += slot.length;
    this.history.add(error / power);
    return { nmse: error / power, rate: count / (model.n_neurons * model.n_steps * model.dt) };
  }

  panels(context, look, width, height) {
    const left = 44, right = 10;
    const x = [0, this.model.n_steps * this.model.dt];
    const inner = height - 24 - 2 * 30 - 44 - PAST;
    const make = (top, share, y) => new Panel(context, look, {
      left, top, width: width - left - right, height: Math.round(inner * share), x, y,
    });
    const raster = make(24, 0.5, [this.model.n_neurons, 0]);
    const output = make(raster.top + raster.height + 30, 0.3, this.range);
    const rate = make(output.top + output.height + 30, 0.2, [0, this.highest]);
    const past = { left, top: height - PAST + 26, width: width - left - right, height: PAST - 26 - 44 };
    return { raster, output, rate, past };
  }

  // Everything, or only what is new since the slot `from`.
  draw(context, look, width, height, from = null) {
    const steps = this.model.n_steps;
    const highest = Math.ceil(this.rates.reduce((a, b) => (b > a ? b : a), 15) / 20) * 20;
    if (highest > this.highest || highest < 0.5 * this.highest) {
      this.highest = highest;
      if (from !== null) {
        context.clearRect(0, 0, width, height);
        from = null;
      }
    }
    const panels = this.panels(context, look, width, height);
    const { raster, output, rate } = panels;
    if (from === null) {
      raster.frame({ title: `spikes of ${this.model.n_neurons} neurons`, xTicks: 0, yTicks: 0 });
      output.frame({ title: "output", xTicks: 0, yTicks: 3 });
      const input = this.pulses.length ? [["input", look.input]] : [];
      output.legend([...input, ["target", look.target], ["network", look.spiking]]);
      rate.frame({
        title: "rate (Hz)", xTitle: "time in the trial (s)",
        yNames: [0, 0.5, 1].map((part) => [part * this.highest, String(part * this.highest)]),
      });
      this.strip(context, look, panels, 0, steps, 0);
      if (this.newest >= 0) this.cursor(context, look, panels);
      this.drawPast(context, look, panels);
      return;
    }
    if (this.drawn !== this.history.errors.length) this.drawPast(context, look, panels);
    const start = Math.max(0, from - 1);
    const end = this.newest + 1;
    if (start > end) { // went round the end of the trial
      this.strip(context, look, panels, start, steps, 0);
      this.strip(context, look, panels, 0, end, AHEAD);
    } else {
      this.strip(context, look, panels, start, end, AHEAD);
    }
    this.cursor(context, look, panels);
  }

  drawPast(context, look, { past }) {
    this.history.draw(context, look, past);
    this.drawn = this.history.errors.length;
  }

  // Redraw the slots from `start` to `end`, and clear some pixels beyond.
  strip(context, look, panels, start, end, ahead) {
    const { raster, output, rate } = panels;
    const { model, times } = this;
    const dt = model.dt;
    const x0 = Math.floor(raster.toX(start * dt)) + (start > 0 ? 0 : 1);
    const x1 = Math.min(Math.ceil(raster.toX(end * dt)) + ahead, raster.left + raster.width + 2);
    context.save();
    context.beginPath();
    for (const { top, height } of [raster, output, rate]) context.rect(x0, top - 1, x1 - x0, height + 1);
    context.clip();
    context.clearRect(x0, raster.top - 1, x1 - x0, rate.top + rate.height - raster.top + 1);
    context.lineWidth = 1;
    for (const [level] of ticks(...this.range, 3)) {
      const y = Math.round(output.toY(level)) + 0.5;
      output.rule(x0, y, x1, y, look.grid);
    }
    for (const level of [0.5, 1]) {
      const y = Math.round(rate.toY(level * this.highest)) + 0.5;
      rate.rule(x0, y, x1, y, look.grid);
    }
    this.shadeSilenced(context, look, raster, x0, x1);
    context.fillStyle = look.input;
    context.globalAlpha = 0.3;
    for (const [on, off] of this.pulses) {
      for (const panel of [raster, output]) {
        context.fillRect(panel.toX(on), panel.top, panel.toX(off) - panel.toX(on), panel.height);
      }
    }
    context.globalAlpha = 1;
    const low = Math.max(0, start - 2);
    const beyond = Math.min(model.n_steps, end + Math.ceil((ahead / raster.width) * model.n_steps) + 2);
    const n = model.n_outputs;
    for (let i = 0; i < n; i++) {
      const pick = (values, from, to) => values.filter((_, k) => k % n === i).subarray(from, to);
      const shown = n === 1 ? [model.targets, this.outputs] : [pick(model.targets, 0), pick(this.outputs, 0)];
      output.line(times.subarray(low, beyond), shown[0].subarray(low, beyond),
        { color: look.target, width: 4, alpha: 0.45 });
      this.gapped(output, low, end, shown[1], look.spiking);
    }
    this.gapped(rate, low, end, this.rates, look.spiking);
    context.fillStyle = look.text;
    const size = raster.height / model.n_neurons;
    const dot = Math.max(1.5, size);
    for (let t = start; t < end; t++) {
      const x = raster.toX(t * dt);
      for (const row of this.spikes[t]) context.fillRect(x, raster.top + row * size, 1.5, dot);
    }
    context.restore();
  }

  // A line through what there is, from slot `low` to `high`.
  gapped(panel, low, high, values, color) {
    let from = low;
    while (from < high && Number.isNaN(values[from])) from++;
    const xs = this.times.subarray(from, high);
    panel.line(xs, values.subarray(from, high), { color, width: 1.6 });
  }

  shadeSilenced(context, look, raster, x0, x1) {
    const { model } = this;
    const size = raster.height / model.n_neurons;
    context.fillStyle = look.dark ? "rgba(255,255,255,0.16)" : "rgba(0,0,0,0.10)";
    for (let k = 0; k < model.n_silenced; k++) {
      context.fillRect(x0, raster.top + model.rows[model.order[k]] * size, x1 - x0, Math.max(1, size));
    }
  }

  cursor(context, look, { raster, output, rate }) {
    context.lineWidth = 1;
    const x = Math.min(Math.round(raster.toX((this.newest + 1) * this.model.dt)) + 3.5,
      raster.left + raster.width - 1.5);
    for (const panel of [raster, output, rate]) {
      panel.rule(x, panel.top, x, panel.top + panel.height - 1, look.neutral);
    }
  }
}
