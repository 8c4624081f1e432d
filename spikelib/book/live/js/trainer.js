// Draw a curve, watch a network learn it, freeze it, start it anywhere.

import { box, button, status } from "./controls.js";
import { CurveBoard, PRESETS, randomCurve, scaled, toTarget } from "./curve.js";
import { number } from "./look.js";
import { NetworkView } from "./network_view.js";
import { Progress } from "./progress.js";
import { SIZES } from "./schooling.js";
import { Sheet } from "./sheet.js";

const GOAL = 0.02; // error of a frozen network that counts as learned

// A stand-in for a widget's model: what `NetworkView` and sliders ask of one.
class Traits {
  constructor(values) {
    this.values = values;
    this.listeners = {};
  }

  get(name) { return this.values[name]; }

  set(name, value) {
    if (this.values[name] === value) return;
    this.values[name] = value;
    (this.listeners[`change:${name}`] || []).forEach((listener) => listener());
  }

  save_changes() {}

  on(name, listener) { (this.listeners[name] ||= []).push(listener); }

  off(name, listener) {
    this.listeners[name] = (this.listeners[name] || []).filter((one) => one !== listener);
  }
}

let choices = 0;

function labelled(parent, text, element) {
  const row = box(parent, "live-choice");
  const label = document.createElement("label");
  element.id = `spikelib-trainer-${++choices}`;
  label.htmlFor = element.id;
  label.textContent = text;
  row.append(label, element);
  return element;
}

class TrainerView {
  constructor({ model, el }) {
    this.model = model;
    this.seed = 1;
    this.root = box(el, "spikelib-live");
    this.root.live = this; // for tests
    this.board = new CurveBoard(scaled(PRESETS["four sines"]), () => this.changed());
    this.sheet = new Sheet(box(this.root, "live-sheet"), {
      label: "A curve over one second, to be drawn with a finger or a mouse, or chosen below.",
      colors: model.get("colors"), height: () => 230, draw: (...all) => this.board.draw(...all),
    });
    this.board.attach(this.sheet);
    this.addChoices(box(this.root, "live-controls"));
    const row = box(this.root, "live-buttons");
    button(row, "Random curve", () => this.show(randomCurve(this.seed++)));
    this.trainButton = button(row, "Train", () => (this.worker ? this.stop() : this.train()));
    this.words = status(this.root);
    this.words.show(this.board.text());
    this.place = box(this.root, "live-result");
  }

  addChoices(parent) {
    this.preset = labelled(parent, "A curve to begin with", document.createElement("select"));
    for (const name of Object.keys(PRESETS)) this.preset.append(new Option(name, name));
    this.preset.addEventListener("change", () => this.show(PRESETS[this.preset.value]));
    const range = (text, min, max, step, value) => {
      const input = document.createElement("input");
      const shown = document.createElement("output");
      Object.assign(input, { type: "range", min, max, step, value });
      labelled(parent, text, input);
      shown.htmlFor = input.id;
      const update = () => { shown.textContent = input.value; };
      input.addEventListener("input", update);
      input.parentElement.append(shown);
      update();
      return input;
    };
    this.neurons = range("Neurons", 20, 300, 10, 200);
    this.factors = range("Factors", 2, 40, 1, SIZES.n_factors);
    this.trials = range("Training trials", 10, 200, 10, 120);
    this.restarts = document.createElement("input");
    this.restarts.type = "checkbox";
    this.restarts.checked = true;
    labelled(parent, "Restarts from random states", this.restarts);
  }

  show(curve) {
    this.board.points.set(scaled(curve));
    this.sheet.refresh();
    this.changed();
  }

  changed() {
    this.words.show(this.board.text());
    this.words.say(this.board.text());
  }

  job() {
    return {
      target: toTarget(this.board.points, SIZES.n_steps), n_neurons: Number(this.neurons.value),
      n_factors: Number(this.factors.value), restarts: this.restarts.checked,
      n_trials: Number(this.trials.value), seed: this.seed,
    };
  }

  clear() {
    if (this.frozen) this.frozen.close();
    if (this.learning) this.learning.close();
    this.frozen = this.learning = null;
    this.place.replaceChildren();
  }

  train() {
    const job = this.job();
    if (!job.target.some((value) => value !== 0)) {
      const text = "The curve is flat at 0: there is nothing to learn. Draw one, or choose one.";
      this.words.show(text);
      this.words.say(text);
      return;
    }
    this.clear();
    this.target = job.target;
    const source = new Blob([this.model.get("worker")], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = (event) => this.take({ stage: "failed", text: event.message });
    this.progress = new Progress(job.target, job.n_neurons, 0.001);
    this.learning = new Sheet(box(this.place, "live-sheet"), {
      label: "Learning: currents of the teacher, shares of its components, spikes and output of the " +
        "newest trial over the target, error of each trial. The text above says how far it is.",
      colors: this.model.get("colors"), height: (width) => (width < 560 ? 760 : 460),
      draw: (...all) => this.progress.draw(...all),
    });
    this.trainButton.textContent = "Stop";
    this.began = performance.now();
    this.words.show("Driving the teacher.");
    this.words.say("Training has begun.");
    this.worker.postMessage(job);
  }

  stop() {
    if (this.worker) this.worker.terminate();
    this.worker = null;
    this.trainButton.textContent = "Train";
  }

  take(message) {
    if (!this.worker) return;
    this.progress.take(message);
    if (message.stage === "trial") {
      this.words.show(`Training trial ${message.number} of ${message.of}: error ${brief(message.nmse)}.`);
    }
    if (message.stage === "test") this.words.show(`Frozen, random start ${message.start} of ${message.of}.`);
    if (message.stage === "failed") {
      this.stop();
      this.words.show(`Training failed: ${message.text}`);
      this.words.say("Training failed.");
    }
    this.learning.refresh();
    if (message.stage === "done") this.done(message);
  }

  done({ data, errors }) {
    this.stop();
    this.seconds = (performance.now() - this.began) / 1000;
    this.errors = errors;
    const worst = Math.max(...errors);
    const verdict = worst <= GOAL ? "It has learned the curve." : worst < 0.5
      ? "It makes the curve roughly: more neurons or more trials make it better."
      : "From at least one start it does not find the curve: try restarts, more neurons or more factors.";
    const text = `Trained in ${number(this.seconds, 1)} s. Frozen, from ${errors.length} random starts, its ` +
      `errors (nMSE) are ${errors.map(brief).join(", ")}. ${verdict} Below it runs by itself.`;
    this.words.show(text);
    this.words.say(text);
    const traits = new Traits({
      packed: data, noise: 0, strength: 0, silenced: 0, speed: 0.5, library: "",
      colors: this.model.get("colors"),
    });
    this.frozen = new NetworkView({ model: traits, el: box(this.place, "live-frozen") });
  }

  close() {
    this.stop();
    this.clear();
    this.sheet.close();
    this.words.close();
  }
}

const brief = (error) => (error < 0.0995 ? error.toPrecision(1) : error.toPrecision(2));

function render(context) {
  const view = new TrainerView(context);
  return () => view.close();
}

export default { render };
