// FORCE in the page: choose or draw a curve, set units and gain, train, and see what stays when frozen.

import { CurveBoard, drawOn } from "./board.js";
import { list, range } from "./choices.js";
import { box, button, library, status } from "./controls.js";
import { drawErrors } from "./errors.js";
import { Panel } from "./panel.js";
import { DT, GOAL } from "./schooling.js";
import { Sheet } from "./sheet.js";
import { randomCurve, scaled, SHELF, toTarget } from "./shelf.js";
import { brief } from "./verdict.js";

const STEPS = 1000;
const LOST = 0.1; // error from which a curve is no longer kept
const CURVES = Object.fromEntries(Object.entries(SHELF).filter(([, one]) => one.outputs === 1));

class ForceView {
  constructor({ model, el }) {
    this.kind = "force";
    this.model = model;
    this.seed = 1;
    this.errors = [];
    this.root = box(el, "spikelib-live");
    /** @type {any} */ (this.root).live = this; // for tests
    this.board = new CurveBoard(scaled(Object.values(CURVES)[0].curve), () => this.tell(this.board.text()));
    this.sheet = new Sheet(box(this.root, "live-sheet"), {
      label: "The curve to learn, to be drawn with a finger or a mouse, or chosen below.",
      colors: model.get("colors"), height: () => 220, draw: (...all) => this.board.draw(...all),
    });
    drawOn(() => this.board, this.sheet);
    const place = box(this.root, "live-controls");
    list(place, "A curve", Object.keys(CURVES), (name) => this.show(CURVES[name].curve));
    this.units = range(place, "Rate units", { min: 20, max: 300, step: 20, value: 200 });
    this.gain = range(place, "Gain", { min: 0.5, max: 2.5, step: 0.1, value: 1.4, digits: 1 });
    this.trials = range(place, "Training trials", { min: 1, max: 40, step: 1, value: 20 });
    const row = box(this.root, "live-buttons");
    button(row, "Random curve", () => this.show(randomCurve(this.seed++)));
    this.trainButton = button(row, "Train", () => (this.worker ? this.stop() : this.train()));
    this.words = status(this.root);
    this.words.show(this.board.text());
    this.closeLibrary = library(this.root, model);
    this.place = box(this.root, "live-result");
  }

  tell(text) {
    this.words.show(text);
    this.words.say(text);
  }

  show(curve) {
    this.board.points.set(scaled(curve));
    this.sheet.refresh();
    this.tell(this.board.text());
  }

  train() {
    this.target = toTarget(this.board.points, STEPS);
    if (!this.target.some((value) => value !== 0)) {
      this.tell("The curve is flat at 0: there is nothing to learn. Draw one, or choose one.");
      return;
    }
    this.errors = [];
    this.outputs = null;
    this.frozen = false;
    this.job = {
      method: "FORCE", target: this.target, n_units: this.units.value, gain: this.gain.value,
      n_trials: this.trials.value, seed: this.seed,
    };
    if (!this.result) {
      this.result = new Sheet(box(this.place, "live-sheet"), {
        label: "The output of the newest trial over the target, and the error of each trial. The text says how far it is.",
        colors: this.model.get("colors"), height: (width) => (width < 560 ? 400 : 230), draw: (...all) => this.draw(...all),
      });
    }
    const address = URL.createObjectURL(new Blob([this.model.get("worker")], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => this.take(data);
    this.trainButton.textContent = "Stop";
    this.words.say("Training has begun.");
    this.worker.postMessage(this.job);
  }

  take(message) {
    this.outputs = message.outputs || this.outputs;
    if (message.stage === "trial") {
      this.errors.push(message.nmse);
      this.words.show(`Training trial ${message.number} of ${message.of}: error ${brief(message.nmse)}.`);
    } else if (message.stage === "failed") {
      this.tell(`Training failed: ${message.text}`);
      this.stop();
    } else {
      this.done(message);
    }
    this.result.refresh();
  }

  done({ end, errors }) {
    this.stop();
    this.frozen = true;
    this.end = end;
    this.anywhere = errors;
    const kept = end <= GOAL ? "keeps the curve" : end < LOST ? "keeps it roughly" : "has lost it";
    const lost = errors.filter((error) => error > LOST).length;
    this.tell(`Frozen, in the fifth trial on its own, it ${kept}: error ${brief(end)}. From three random states, after as ` +
      `many trials: ${errors.map(brief).join(", ")}. ` + (lost === 0 ? "It finds the curve from each." : end > LOST
      ? "Try another gain, or more units or trials." : `From ${lost} of them it does not find it: training saw one path only.`));
  }

  draw(context, look, width, height) {
    const narrow = width < 560, half = narrow ? width : Math.floor(width / 2), tall = narrow ? height / 2 : height;
    const size = { width: half - 66, height: tall - 70 };
    const panel = new Panel(context, look, { left: 48, top: 26, ...size, x: [0, 1], y: [-1.4, 1.4] });
    panel.frame({ title: this.frozen ? "frozen, fifth trial" : "output while learning", xTitle: "time (s)", yTicks: 3 });
    const times = Float64Array.from(this.target, (_, t) => t * DT);
    panel.line(times, this.target, { color: look.target, width: 4, alpha: 0.45 });
    if (this.outputs) panel.line(times, this.outputs, { color: look.rate, width: 1.6 });
    drawErrors(context, look, { left: narrow ? 48 : half + 52, top: narrow ? tall + 26 : 26, ...size }, {
      errors: this.errors, places: this.job.n_trials, title: "error (nMSE) of each trial", xTitle: "training trial",
    });
  }

  stop() {
    if (this.worker) this.worker.terminate();
    this.worker = null;
    this.trainButton.textContent = "Train";
  }

  close() {
    this.stop();
    if (this.result) this.result.close();
    this.sheet.close();
    this.words.close();
    this.closeLibrary();
  }
}

function render(context) {
  const view = new ForceView(context);
  return () => view.close();
}

export default { render };
