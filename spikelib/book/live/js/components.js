// How many components rebuild the currents: some units, the share of the variance, the last factor.

import { unpack } from "./bytes.js";
import { number } from "./look.js";
import { Panel } from "./panel.js";
import { showStill } from "./still.js";

const percent = (part) => `${number(100 * part, part > 0.99 && part < 1 ? 2 : 1)}%`;

// `rebuilt[t * n + i]`: the current of unit i from the first `count` factors.
export function rebuild(factors, components, n_steps, n_units, n_factors, count) {
  const rebuilt = new Float64Array(n_steps * n_units);
  for (let t = 0; t < n_steps; t++) {
    for (let i = 0; i < n_units; i++) {
      let sum = 0;
      for (let p = 0; p < count; p++) {
        sum += factors[t * n_factors + p] * components[i * n_factors + p];
      }
      rebuilt[t * n_units + i] = sum;
    }
  }
  return rebuilt;
}

class ComponentsPicture {
  constructor(model) {
    this.model = model;
    this.kind = "components";
    const packed = model.get("packed");
    this.times = unpack(packed.times);
    this.currents = unpack(packed.currents);
    this.factors = unpack(packed.factors);
    this.components = unpack(packed.components);
    this.explained = unpack(packed.explained);
    this.n_steps = packed.currents.shape[0];
    this.n_units = packed.currents.shape[1];
    this.n_factors = packed.factors.shape[1];
    this.units = packed.units;
    this.spacing = 1.05 * Math.max(...Array.from({ length: this.n_units }, (_, i) => {
      const one = this.column(this.currents, this.n_units, i);
      return Math.max(...one) - Math.min(...one);
    }));
    this.update();
  }

  column(values, width, i) {
    return Float64Array.from({ length: this.n_steps }, (_, t) => values[t * width + i]);
  }

  update() {
    this.count = Math.round(this.model.get("n_factors"));
    this.rebuilt = rebuild(this.factors, this.components, this.n_steps, this.n_units, this.n_factors,
      this.count);
  }

  text() {
    const held = this.explained[this.count - 1];
    const signals = this.count === 1 ? "One component holds" : `${this.count} components hold`;
    return `${signals} ${percent(held)} of the variance of all ${this.model.get("packed").n_all} units; ` +
      `${percent(1 - held)} is lost.`;
  }

  draw(context, look, width, height) {
    const narrow = width < 560;
    const left = 30, split = narrow ? width : Math.round(width * 0.56);
    const tall = narrow ? 300 : height - 66;
    const { n_units, times, spacing } = this;
    const ends = [times[0], times[this.n_steps - 1]];
    const units = new Panel(context, look, {
      left, top: 22, width: split - left - 12, height: tall, x: ends,
      y: [-(n_units - 0.4) * spacing, 0.6 * spacing],
    });
    units.frame({
      title: "current of units", xTitle: "time (s)",
      yNames: this.units.map((name, i) => [-i * spacing, String(name)]),
    });
    units.legend([["teacher", look.target], ["rebuilt", look.rate]]);
    for (let i = 0; i < n_units; i++) {
      const shift = -i * spacing;
      units.line(times, this.column(this.currents, n_units, i),
        { color: look.target, width: 4, alpha: 0.45, shift });
      units.line(times, this.column(this.rebuilt, n_units, i), { color: look.rate, width: 1.6, shift });
    }

    const at = narrow ? 48 : split + 44;
    const rest = width - at - 12;
    const top = narrow ? tall + 96 : 22;
    const held = new Panel(context, look, {
      left: at, top, width: rest, height: narrow ? 130 : (height - 44 - 22 - 66) / 2,
      x: [0, this.n_factors], y: [0, 1.05],
    });
    held.frame({ title: "share of the variance", xTitle: "components", yTicks: 3 });
    const numbers = Float64Array.from(this.explained, (_, k) => k + 1);
    held.line(numbers, this.explained, { color: look.factor, width: 2 });
    held.dot(this.count, this.explained[this.count - 1], { color: look.factor, radius: 6 });

    const last = this.column(this.factors, this.n_factors, this.count - 1);
    const most = Math.max(...last.map(Math.abs)) * 1.15;
    const factor = new Panel(context, look, {
      left: at, top: held.top + held.height + 66, width: rest, height: held.height, x: ends,
      y: [-most, most],
    });
    factor.frame({ title: `factor ${this.count}`, xTitle: "time (s)", yTicks: 2, xTicks: 3 });
    factor.line(times, last, { color: look.factor, width: 1.6 });
  }
}

function render(view) {
  const picture = new ComponentsPicture(view.model);
  return showStill(view, picture, {
    label: "Currents of some units and their rebuilding from the chosen number of components; the share " +
      "of the variance against their number, with a marker; the last factor that is used.",
    height: (width) => (width < 560 ? 775 : 430),
    sliders: [{
      trait: "n_factors", label: "Components", min: 1, max: picture.n_factors, step: 1,
      show: (v) => String(Math.round(v)),
    }],
  });
}

export default { render };
