// One neuron: its f-I curve, its voltage and the traces of its spikes.

import { countedRate, normals, predictedRate, runNeuron } from "./lif.js";
import { number } from "./look.js";
import { Panel } from "./panel.js";
import { showStill } from "./still.js";

const DT = 0.001;
const STEPS = 400;
const CURRENTS = Float64Array.from({ length: 101 }, (_, i) => -5 + 0.15 * i);
const HIGHEST = 150;

class NeuronPicture {
  constructor(model) {
    this.model = model;
    this.kind = "neuron";
    this.kicks = normals(8000, 1);
    this.update();
  }

  settings() {
    return {
      current: this.model.get("current"), tau: this.model.get("tau_membrane"),
      noise: this.model.get("noise"), dt: DT, kicks: this.kicks,
      tauSlow: this.model.get("tau_slow"), tauFast: this.model.get("tau_fast"), steps: STEPS,
    };
  }

  update() {
    const now = this.settings();
    const curve = `${now.tau} ${now.noise}`;
    if (curve !== this.curve) {
      this.curve = curve;
      this.counted = CURRENTS.map((current) => countedRate({ ...now, current }));
      this.predicted = CURRENTS.map((current) => predictedRate(current, now.tau));
    }
    this.run = runNeuron(now);
    this.rate = countedRate(now);
  }

  text() {
    const { current, tau, noise } = this.settings();
    return `At a current of ${number(current, 2)}, a time constant of ${number(1000 * tau)} ms and noise of ` +
      `${number(noise, 1)} the neuron fires at ${number(this.rate)} Hz` +
      ` (f\u2013I curve without noise: ${number(predictedRate(current, tau))} Hz).`;
  }

  draw(context, look, width, height) {
    const narrow = width < 560;
    const left = 44, gap = 30;
    const curveWidth = narrow ? width - left - 12 : Math.round(width * 0.4) - left;
    const curveHeight = narrow ? 190 : height - 66;
    const curve = new Panel(context, look, {
      left, top: 22, width: curveWidth, height: curveHeight, x: [-5, 10], y: [0, HIGHEST],
    });
    curve.frame({ title: "rate (Hz)", xTitle: "current" });
    curve.line(CURRENTS, this.predicted, { color: look.neutral, width: 3 });
    curve.line(CURRENTS, this.counted, { color: look.spiking });
    const { current } = this.settings();
    const x = curve.toX(current);
    context.setLineDash([3, 3]);
    curve.rule(x, curve.top, x, curve.top + curve.height, look.muted);
    context.setLineDash([]);
    curve.dot(current, Math.min(this.rate, HIGHEST), { color: look.spiking, radius: 6 });

    const times = Float64Array.from({ length: STEPS }, (_, t) => t * DT);
    const at = narrow ? left : Math.round(width * 0.4) + 56;
    const rest = width - at - 12;
    const first = narrow ? curveHeight + 96 : 22;
    const each = (height - first - 44 - 2 * gap) / 3;
    const rows = [
      ["voltage", this.run.voltage, [-11, 7], look.ink],
      ["slow trace", this.run.slow, [0, Math.max(2, 1.15 * Math.max(...this.run.slow))], look.spiking],
      ["fast trace", this.run.fast, [0, Math.max(2, 1.15 * Math.max(...this.run.fast))], look.spiking],
    ];
    rows.forEach(([title, values, y, color], i) => {
      const panel = new Panel(context, look, {
        left: at, top: first + i * (each + gap), width: rest, height: each, x: [0, STEPS * DT], y,
      });
      panel.frame({ title, xTicks: i === 2 ? 5 : 0, xTitle: i === 2 ? "time (s)" : "", yTicks: 2 });
      panel.line(times, values, { color });
      if (i > 0) return;
      context.lineWidth = 1.5;
      for (const t of this.run.spikes) {
        panel.rule(panel.toX(t * DT), panel.toY(0), panel.toX(t * DT), panel.toY(6), look.spiking);
      }
    });
  }
}

const SLIDERS = [
  { trait: "current", label: "Current", min: -5, max: 10, step: 0.25, show: (v) => number(v, 2) },
  { trait: "tau_membrane", label: "Membrane time constant", min: 0.005, max: 0.03, step: 0.001,
    show: (v) => `${number(1000 * v)} ms` },
  { trait: "noise", label: "Voltage noise", min: 0, max: 4, step: 0.1, show: (v) => number(v, 1) },
];

function render(view) {
  return showStill(view, new NeuronPicture(view.model), {
    label: "The f\u2013I curve with a marker at the chosen current; the voltage with its spikes; " +
      "the slow and the fast trace. The text below says what they show.",
    height: (width) => (width < 560 ? 640 : 360),
    sliders: SLIDERS,
  });
}

export default { render };
