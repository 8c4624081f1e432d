// What a network with two outputs draws: the last round of its output in the plane, over its target.

import { squarePanel } from "./board.js";

export class Plane {
  constructor(network) {
    this.network = network;
    const { n_steps, targets } = network;
    this.xs = new Float64Array(n_steps).fill(NaN);
    this.ys = new Float64Array(n_steps).fill(NaN);
    const pick = (side) => Float64Array.from({ length: n_steps + 1 }, (_, t) => targets[2 * (t % n_steps) + side]);
    this.target = [pick(0), pick(1)];
    this.newest = -1;
  }

  // After a step of the network.
  step() {
    const { network } = this;
    this.newest = (network.time + network.n_steps - 1) % network.n_steps;
    this.xs[this.newest] = network.outputs[0];
    this.ys[this.newest] = network.outputs[1];
  }

  draw(context, look, width, height) {
    const panel = squarePanel(context, look, { width, height });
    panel.frame({ title: "drawn by the network, for ever", xTicks: 0, yTicks: 0 });
    panel.line(...this.target, { color: look.target, width: 5, alpha: 0.45 });
    if (this.newest < 0) return;
    const { n_steps } = this.network, PARTS = 24;
    // The oldest part of the round is the faintest.
    for (let part = 0; part < PARTS; part++) {
      const xs = [], ys = [];
      const last = Math.min(n_steps - 1, Math.floor((part + 1) * n_steps / PARTS));
      for (let k = Math.floor(part * n_steps / PARTS); k <= last; k++) {
        const at = (this.newest + 1 + k) % n_steps;
        if (Number.isNaN(this.xs[at])) continue;
        xs.push(this.xs[at]);
        ys.push(this.ys[at]);
      }
      if (xs.length > 1) panel.line(xs, ys, { color: look.spiking, width: 2, alpha: 0.15 + 0.85 * (part + 1) / PARTS });
    }
    panel.dot(this.xs[this.newest], this.ys[this.newest], { color: look.spiking, radius: 6 });
  }
}
