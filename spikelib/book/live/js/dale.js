// Signs and sparsity of a weight matrix: the matrix, the distribution and the spectrum.

import { unpack } from "./bytes.js";
import { button } from "./controls.js";
import { number } from "./look.js";
import { Panel } from "./panel.js";
import { showStill } from "./still.js";

const BINS = 60;
const OUTPUT = 190; // pixels for the output
const rgb = (color) => [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));
const percent = (part) => `${number(100 * part, part < 0.0995 ? 1 : 0)}%`;

class DalePicture {
  constructor(model) {
    this.model = model;
    this.kind = "dale";
    const packed = model.get("packed");
    this.packed = packed;
    this.weights = unpack(packed.weights); // (N, N) row = receiving neuron, as drawn by chance
    this.signs = unpack(packed.signs);
    this.cuts = unpack(packed.cuts);
    this.spectra = unpack(packed.spectra);
    this.n = this.signs.length;
    const n = this.n;
    this.sorted = false;
    this.bySign = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => this.signs[b] - this.signs[a] || a - b);
    if (packed.outputs) {
      this.outputs = unpack(packed.outputs); // (levels, T)
      this.target = unpack(packed.target);
      this.times = Float64Array.from(this.target, (_, t) => t * packed.dt);
      const most = this.target.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
      this.range = [-1.45 * most, 1.45 * most];
    }
    this.largest = this.weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    this.radius = 1.1 * this.spectra.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
    this.image = document.createElement("canvas");
    this.image.width = this.image.height = n;
    this.update();
  }

  update() {
    const levels = this.cuts.length;
    this.level = Math.min(levels - 1, Math.round(this.model.get("removed") * levels));
    this.cut = this.cuts[this.level];
    this.counts = [new Float64Array(BINS), new Float64Array(BINS)];
    for (let i = 0; i < this.weights.length; i++) {
      const size = Math.abs(this.weights[i]);
      if (size === 0) continue;
      const bin = Math.min(BINS - 1, Math.floor((size / this.largest) * BINS));
      this.counts[this.weights[i] > 0 ? 0 : 1][bin] += 1;
    }
  }

  text() {
    const { excite, left, held, n_neurons, errors } = this.packed;
    const some = this.n < n_neurons ? ` The matrix shows ${this.n} of the ${n_neurons} neurons.` : "";
    const error = errors ? ` The error of the output (nMSE) is ${errors[this.level].toPrecision(2)}.` : "";
    return `${percent(excite)} of the neurons excite. Of all possible synapses ${percent(left[0])} exist; ` +
      `${percent(left[this.level])} are left and hold ${percent(held[this.level])} of the total strength.${error}${some}`;
  }

  // Below everything else: what the network makes with the synapses that are left.
  drawOutput(context, look, width, top) {
    const panel = new Panel(context, look, {
      left: 44, top: top + 26, width: width - 44 - 14, height: OUTPUT - 26 - 44,
      x: [0, this.times[this.times.length - 1]], y: this.range,
    });
    panel.frame({ title: "output", xTitle: "time (s)", yTicks: 3 });
    panel.legend([["target", look.target], ["network", look.spiking]]);
    panel.line(this.times, this.target, { color: look.target, width: 4, alpha: 0.45 });
    const steps = this.times.length;
    panel.line(this.times, this.outputs.subarray(this.level * steps, (this.level + 1) * steps),
      { color: look.spiking, width: 1.6 });
  }

  paintImage(look) {
    const { n, weights, image, cut } = this;
    const pixels = new ImageData(n, n);
    const colors = [rgb(look.excitation), rgb(look.inhibition)];
    const order = this.sorted ? this.bySign : Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const w = weights[order[i] * n + order[j]];
        const size = Math.abs(w);
        if (size === 0 || size < cut) continue;
        const [r, g, b] = colors[w > 0 ? 0 : 1];
        const strength = 90 + 165 * Math.min(1, Math.sqrt(size / (0.5 * this.largest)));
        pixels.data.set([r, g, b, strength], 4 * (i * n + j));
      }
    }
    image.getContext("2d").putImageData(pixels, 0, 0);
  }

  draw(context, look, width, full) {
    const narrow = width < 560;
    const height = full - (this.outputs ? OUTPUT : 0);
    if (this.outputs) this.drawOutput(context, look, width, height);
    const left = 34;
    const side = narrow ? width - left - 12 : Math.min(height - 66, Math.round(width * 0.55) - left);
    const matrix = new Panel(context, look, {
      left, top: 22, width: side, height: side, x: [0, this.n], y: [this.n, 0],
    });
    matrix.frame({ title: "receiving neuron", xTitle: "sending neuron", yTicks: 0, xTicks: 4 });
    this.paintImage(look);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.image, left + 1, 22, side - 1, side);
    if (this.sorted) {
      const x = matrix.toX(this.signs.filter((s) => s > 0).length);
      context.lineWidth = 1;
      matrix.rule(x, 22, x, 22 + side, look.muted);
    }

    const at = narrow ? 52 : left + side + 62;
    const rest = width - at - 14;
    const top = narrow ? side + 96 : 22;
    const tall = narrow ? 130 : (height - 44 - 22 - 66) / 2;
    const most = Math.max(...this.counts[0], ...this.counts[1], 1);
    const share = new Panel(context, look, {
      left: at, top, width: rest, height: tall, x: [0, this.largest], y: [0, Math.log10(most) * 1.05 + 0.1],
    });
    const names = [1, 10, 100, 1000, 10000, 100000].filter((v) => v <= most);
    share.frame({
      title: "number of synapses", xTitle: "strength", xTicks: 3,
      yNames: names.map((v) => [Math.log10(v), String(v)]),
    });
    const bins = Float64Array.from({ length: BINS }, (_, k) => ((k + 0.5) / BINS) * this.largest);
    this.counts.forEach((counts, k) => {
      share.line(bins, counts.map((c) => Math.log10(Math.max(c, 0.5))),
        { color: k ? look.inhibition : look.excitation, width: 1.8 });
    });
    if (this.cut > 0) {
      context.fillStyle = look.grid;
      context.fillRect(at, top, share.toX(Math.min(this.cut, this.largest)) - at, tall);
    }

    const place = top + tall + 66;
    const room = narrow ? Math.min(rest, 240) : tall;
    const ratio = rest / room;
    const spectrum = new Panel(context, look, {
      left: at, top: place, width: rest, height: room,
      x: [-this.radius * ratio, this.radius * ratio], y: [-this.radius, this.radius],
    });
    const known = this.packed.spectra_levels.filter((level) => level <= this.level).length - 1;
    const removed = this.packed.spectra_levels[known] / this.cuts.length;
    const title = removed > 0 ? `eigenvalues, ${percent(removed)} removed` : "eigenvalues";
    spectrum.frame({ title, xTitle: "real part", xTicks: 3, yTicks: 2 });
    context.fillStyle = look.ink;
    const count = this.packed.spectra.shape[1];
    for (let k = 0; k < count; k++) {
      const i = 2 * (known * count + k);
      context.fillRect(spectrum.toX(this.spectra[i]) - 1.25, spectrum.toY(this.spectra[i + 1]) - 1.25, 2.5, 2.5);
    }
  }
}

function render(view) {
  const picture = new DalePicture(view.model);
  return showStill(view, picture, {
    label: "The weight matrix, excitatory and inhibitory synapses in two colours; how many synapses have " +
      "which strength; the eigenvalues of the matrix" +
      (picture.outputs ? "; the output that is left over the target one" : "") +
      ". The text below says what is left of it.",
    height: (width) => (width < 560 ? width + 560 : 430) + (picture.outputs ? OUTPUT : 0),
    sliders: [{
      trait: "removed", label: "Weakest synapses removed", min: 0, max: 1 - 1 / picture.cuts.length,
      step: 1 / picture.cuts.length, show: percent,
    }],
    buttons(row, refresh) {
      const sort = button(row, "Sort by sign", () => {
        picture.sorted = !picture.sorted;
        sort.setAttribute("aria-pressed", String(picture.sorted));
        refresh();
      });
      sort.setAttribute("aria-pressed", "false");
    },
  });
}

export default { render };
