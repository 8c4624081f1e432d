// What the reader chooses for a training: the pattern, its length, sizes, restarts.

import { CurveBoard, DrawingBoard, drawOn } from "./board.js";
import { list, range, tick } from "./choices.js";
import { box } from "./controls.js";
import { DT, SIZES } from "./schooling.js";
import { fromFragment, toFragment } from "./share.js";
import { Sheet } from "./sheet.js";
import { composedCurve, composedDrawing, randomCurve, randomDrawing, scaled, SHELF, toTarget } from "./shelf.js";

export const MOST = { neurons: 300, factors: 40, trials: 400 };
const DRAWN = ["a curve over time", "a closed drawing"];
const OWN = "your own";
const COMPOSED = [
  { names: ["1 wave a round", "2 waves a round", "3 waves a round", "5 waves a round"],
    min: -1, max: 1, step: 0.1, digits: 1, values: [1, 0, 0.5, 0], make: composedCurve },
  { names: ["Waves to the right", "Waves up", "Shift between them", "Bend"],
    min: [1, 1, 0, 0], max: [3, 3, 0.5, 0.5], step: [1, 1, 0.05, 0.05], digits: [0, 0, 2, 2],
    values: [1, 2, 0.25, 0], make: composedDrawing },
];

export class Settings {
  // `onChange()` is called when the pattern has changed.
  constructor(root, colors, onChange) {
    this.onChange = onChange;
    this.seed = 1;
    const own = () => {
      this.preset.value = OWN;
      onChange();
    };
    this.boards = [new CurveBoard(scaled(SHELF["osc4: four sine waves"].curve), own),
      new DrawingBoard(scaled(SHELF["heart: drawn in the plane"].curve, 2), own)];
    this.kind = 0;
    this.sheet = new Sheet(box(root, "live-sheet"), {
      label: "The pattern to learn, to be drawn with a finger or a mouse, or chosen and composed below. " +
        "The text says what it is.",
      colors, height: () => 260, draw: (...all) => this.board.draw(...all),
    });
    drawOn(() => this.board, this.sheet);
    this.addChoices(box(root, "live-controls"));
    this.addComposer(root);
    const shared = fromFragment(location.hash);
    if (shared) this.take(shared);
  }

  get board() { return this.boards[this.kind]; }

  addChoices(parent) {
    this.kindList = list(parent, "Draw", DRAWN, (name) => {
      this.setKind(DRAWN.indexOf(name));
      this.preset.value = OWN;
      this.redraw();
    });
    this.preset = list(parent, "Or choose", [...Object.keys(SHELF), OWN], (name) => this.choose(name));
    this.seconds = range(parent, "Length of a round (s)", {
      min: 0.5, max: 2, step: 0.5, value: 1, digits: 1, onChange: () => this.redraw(),
    });
    this.neurons = range(parent, "Neurons", { min: 20, max: MOST.neurons, step: 10, value: 200 });
    this.factors = range(parent, "Factors", { min: 2, max: MOST.factors, step: 1, value: SIZES.n_factors });
    this.trials = range(parent, "Training trials, at most", { min: 10, max: MOST.trials, step: 10, value: 200 });
    this.restarts = tick(parent, "Restarts from random states", true);
    this.pulsed = tick(parent, "A pulse says where a round begins", true);
  }

  // Sliders for those who cannot draw, or want to know what they draw.
  addComposer(root) {
    const details = document.createElement("details");
    details.className = "live-composer";
    const summary = document.createElement("summary");
    summary.textContent = "Compose it with sliders";
    root.append(details);
    details.append(summary);
    this.composers = COMPOSED.map((one, kind) => {
      const place = box(details, "live-controls");
      const of = (name, k) => (Array.isArray(one[name]) ? one[name][k] : one[name]);
      const sliders = one.names.map((name, k) => range(place, name, {
        min: of("min", k), max: of("max", k), step: of("step", k), digits: of("digits", k), value: one.values[k],
        onChange: () => {
          this.preset.value = OWN;
          this.show(one.make(sliders.map((slider) => slider.value)), kind + 1);
        },
      }));
      return place;
    });
    this.setKind(0);
  }

  setKind(kind) {
    this.kind = kind;
    this.kindList.value = DRAWN[kind];
    this.composers.forEach((place, k) => { place.hidden = k !== kind; });
  }

  choose(name) {
    if (name === OWN) return;
    const { curve, outputs, seconds } = SHELF[name];
    this.seconds.value = seconds || 1;
    this.show(curve, outputs);
  }

  random() {
    const make = this.kind === 0 ? randomCurve : randomDrawing;
    this.preset.value = OWN;
    this.show(make(this.seed++), this.kind + 1);
  }

  show(curve, outputs) {
    this.setKind(outputs - 1);
    this.board.points.set(scaled(curve, outputs));
    this.redraw();
  }

  redraw() {
    this.board.seconds = this.seconds.value;
    this.sheet.refresh();
    this.onChange();
  }

  /**
   * What a link asks for.
   * @param {any} shared
   */
  take({ points, outputs, seconds, neurons, factors, trials, restarts, pulsed }) {
    this.setKind(outputs - 1);
    this.board.points.set(points);
    Object.entries({ seconds, neurons, factors, trials }).forEach(([name, value]) => { this[name].value = value; });
    this.restarts.checked = restarts;
    this.pulsed.checked = pulsed;
    this.preset.value = OWN;
    this.board.seconds = seconds;
    this.sheet.refresh();
  }

  fragment() {
    const { board, seconds, neurons, factors, trials } = this;
    return toFragment({
      points: board.points, outputs: board.outputs, seconds: seconds.value, neurons: neurons.value,
      factors: factors.value, trials: trials.value, restarts: this.restarts.checked, pulsed: this.pulsed.checked,
    });
  }

  target(outputs = this.board.outputs) {
    return toTarget(this.boards[outputs - 1].points, Math.round(this.seconds.value / DT), outputs);
  }

  job(attempt) {
    return {
      target: this.target(), n_outputs: this.board.outputs, pulsed: this.pulsed.checked,
      n_neurons: this.neurons.value, n_factors: this.factors.value, restarts: this.restarts.checked,
      n_trials: this.trials.value, seed: this.seed + 1000 * attempt,
    };
  }

  close() {
    this.sheet.close();
  }
}
