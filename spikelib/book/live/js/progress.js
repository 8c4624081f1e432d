// What is seen while a network learns: the teacher's currents, the shares of the components, spikes
// and output of the newest trial, the errors of all.

import { drawErrors } from "./errors.js";
import { Panel } from "./panel.js";

export class Progress {
  constructor(target, nOutputs, nNeurons, dt) {
    this.target = target;
    this.nOutputs = nOutputs;
    this.nNeurons = nNeurons;
    this.dt = dt;
    this.times = Float64Array.from({ length: target.length / nOutputs }, (_, t) => t * dt);
    this.last = this.times.length * dt;
    this.errors = [];
    this.of = 1;
  }

  take(message) {
    if (message.stage === "teacher") this.currents = message.currents;
    if (message.stage === "components") {
      this.shares = message.shares;
      this.kept = message.n_factors;
    }
    if (message.stage === "trial") {
      this.errors.push(message.nmse);
      this.of = message.of;
      this.outputs = message.outputs;
      this.spikes = message.spikes;
    }
  }

  draw(context, look, width, height) {
    const half = width < 560 ? width : Math.floor(width / 2);
    const tall = width < 560 ? height / 4 : height / 2;
    const places = width < 560
      ? [[0, 0], [0, tall], [0, 2 * tall], [0, 3 * tall]] : [[0, 0], [half, 0], [0, tall], [half, tall]];
    const at = (k) => ({
      left: places[k][0] + 52, top: places[k][1] + 26, width: half - 70, height: tall - 26 - 46,
    });
    const panel = (k, x, y) => new Panel(context, look, { ...at(k), x, y });
    this.drawTeacher(panel(0, [0, this.last], [-5.5, 0.8]), look);
    this.drawShares(panel(1, [0.5, 30.5], [-6, 0]), look);
    this.drawTrial(panel(2, [0, this.last], [-1.5, 1.5]), look, context);
    drawErrors(context, look, at(3), {
      errors: this.errors, places: Math.max(this.of, 1), title: "4  error (nMSE) of each trial", xTitle: "training trial",
    });
  }

  drawTeacher(panel, look) {
    panel.frame({ title: "1  currents of the teacher", xTitle: "time (s)", yTicks: 0 });
    if (!this.currents) return;
    const most = Math.max(...this.currents.map((one) => one.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9)));
    this.currents.forEach((one, k) => panel.line(this.times, one.map((x) => (0.5 * x) / most),
      { color: look.rate, shift: -k }));
  }

  drawShares(panel, look) {
    panel.frame({
      title: "2  share of each component", xTitle: "component", yNames: [[-6, "10\u207b\u2076"], [-3, "0.001"], [0, "1"]],
    });
    if (!this.shares) return;
    this.shares.forEach((share, k) => panel.dot(k + 1, Math.max(-6, Math.log10(share)), {
      color: k < this.kept ? look.rate : look.muted, radius: 3.5,
    }));
  }

  drawTrial(panel, look, context) {
    panel.frame({ title: "3  spikes and output while learning", xTitle: "time (s)", yTicks: 3 });
    if (this.spikes) {
      context.fillStyle = look.text;
      context.globalAlpha = 0.35;
      for (let k = 0; k < this.spikes.length; k += 2) {
        const y = panel.top + (this.spikes[k + 1] / this.nNeurons) * panel.height;
        context.fillRect(panel.toX(this.spikes[k] * this.dt), y, 1.2, 1.5);
      }
      context.globalAlpha = 1;
    }
    for (let i = 0; i < this.nOutputs; i++) {
      panel.line(this.times, this.pick(this.target, i), { color: look.target, width: 4, alpha: 0.45 });
      if (this.outputs) panel.line(this.times, this.pick(this.outputs, i), { color: look.spiking, width: 1.6 });
    }
  }

  // One output of several.
  pick(values, i) {
    return this.nOutputs === 1 ? values : values.filter((_, k) => k % this.nOutputs === i);
  }
}
