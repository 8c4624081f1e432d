// A trained network that runs in the page, with sliders to disturb it.

import { box, button, library, slider, status } from "./controls.js";
import { number } from "./look.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";
import { Sheet } from "./sheet.js";
import { record, SpikingModel } from "./spiking.js";
import { Sweep } from "./sweep.js";

const percent = (value) => `${number(100 * value, 1)}%`;

export class NetworkView {
  constructor({ model, el }) {
    this.traits = model;
    this.kind = "network";
    this.network = new SpikingModel(model.get("packed"));
    this.first = Object.fromEntries(
      ["noise", "strength", "silenced", "speed"].map((name) => [name, model.get(name)]));
    this.record = record; // for tests
    this.root = box(el, "spikelib-live");
    /** @type {any} */ (this.root).live = this; // for tests
    this.take();
    this.sweep = new Sweep(this.network);
    this.trials = 0;
    this.sheet = new Sheet(box(this.root, "live-sheet"), {
      label: "Spikes of all neurons, sorted by the time of their activity; the output over the target " +
        "one; the firing rate; each against the time in the trial, shaded where the input is on; and " +
        "the error of each trial so far. The text below says how it goes.",
      colors: model.get("colors"),
      height: (width) => (width < 560 ? 600 : 620),
      draw: (...all) => {
        this.sweep.draw(...all);
        this.painted = this.sweep.newest;
      },
    });
    if (this.network.n_outputs === 2) this.addPlane(model.get("colors"));
    this.player = new Player(this.root, {
      dt: this.network.dt, speed: () => model.get("speed"), step: () => this.step(),
      paint: () => this.paint(),
    });
    this.addButtons(box(this.root, "live-buttons"));
    this.words = status(this.root);
    this.addSliders(box(this.root, "live-controls"));
    this.closeLibrary = library(this.root, model);
    this.root.querySelector(".live-controls").after(...this.root.querySelectorAll("p"));
    this.trial();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.play(!still);
  }

  // Two outputs are a drawing, and come first.
  addPlane(colors) {
    this.plane = new Plane(this.network);
    const place = box(this.root, "live-sheet");
    this.root.prepend(place);
    this.paper = new Sheet(place, {
      label: "The drawing that the network makes with its two outputs, over the one that it has learned.",
      colors, height: (width) => Math.min(width, 320), draw: (...all) => this.plane.draw(...all),
    });
  }

  take() {
    const { network, traits } = this;
    network.noise = traits.get("noise");
    network.strength = traits.get("strength");
    network.silence(traits.get("silenced"));
  }

  step() {
    this.sweep.step();
    if (this.plane) this.plane.step();
    if (this.network.time % this.network.n_steps === 0) this.endTrial();
  }

  // One whole trial at once.
  trial() {
    do this.step(); while (this.network.time % this.network.n_steps !== 0);
    this.refresh();
  }

  refresh() {
    this.sheet.refresh();
    if (this.paper) this.paper.refresh();
  }

  endTrial() {
    this.trials += 1;
    const { nmse, rate } = this.sweep.judge();
    const error = nmse < 0.0995 ? nmse.toPrecision(1) : nmse.toPrecision(2);
    const kept = nmse < 0.1 ? "keeps" : nmse < 0.5 ? "keeps roughly" : "has lost";
    this.words.show(`Trial ${this.trials}: error (nMSE) ${error}, ${number(rate, 1)} Hz per neuron.`);
    if (this.untold) {
      this.untold = false;
      this.words.say(`In trial ${this.trials} the network ${kept} the target output: error ${error}, ` +
        `${number(rate, 1)} Hz per neuron.`);
    }
  }

  paint() {
    const { sheet, sweep } = this;
    if (sweep.newest === this.painted || sheet.width <= 0) return;
    sweep.draw(sheet.context, sheet.look, sheet.width, sheet.high, this.painted);
    if (this.paper) this.paper.paint();
    this.painted = sweep.newest;
  }

  play(on) {
    this.playButton.textContent = on ? "Pause" : "Play";
    this.player.play(on);
  }

  addButtons(parent) {
    this.playButton = button(parent, "Pause", () => this.play(!this.player.playing));
    button(parent, "Kick", () => {
      this.network.kick();
      this.disturbed();
    });
    button(parent, "One trial", () => {
      this.play(false);
      this.untold = true;
      this.trial();
    });
    button(parent, "Start anywhere", () => {
      this.network.startAnywhere();
      this.disturbed();
    });
    button(parent, "Reset", () => this.reset());
  }

  // What a change does is seen at once where the network stands still.
  disturbed() {
    this.untold = true;
    this.sweep.history.touch();
    if (!this.player.playing) this.trial();
    else this.refresh();
  }

  addSliders(parent) {
    const change = () => {
      this.take();
      this.disturbed();
    };
    const strength = this.network.data.fixed ? "Strength of the random synapses" : "Added random synapses";
    this.sliders = [
      { trait: "noise", label: "Voltage noise", min: 0, max: 2, step: 0.05,
        show: (v) => number(v, 2), onChange: change },
      { trait: "strength", label: strength, min: 0, max: 2, step: 0.05,
        show: (v) => number(v, 2), onChange: change },
      { trait: "silenced", label: "Silenced neurons", min: 0, max: 0.5, step: 0.002,
        show: (v) => `${percent(v)} (${Math.floor(v * this.network.n_neurons + 0.5)})`, onChange: change },
      { trait: "speed", label: "Speed", min: 0.05, max: 2, step: 0.05,
        show: (v) => `${number(v, 2)} × real time`, onChange: () => {} },
    ].map((options) => slider(parent, this.traits, options));
  }

  reset() {
    const { traits } = this;
    for (const [name, value] of Object.entries(this.first)) traits.set(name, value);
    traits.save_changes();
    this.network.reset();
    this.take();
    this.sweep = new Sweep(this.network);
    if (this.plane) this.plane = new Plane(this.network);
    this.trials = 0;
    this.untold = true;
    this.trial();
  }

  close() {
    this.player.close();
    this.sheet.close();
    if (this.paper) this.paper.close();
    this.words.close();
    this.closeLibrary();
    this.sliders.forEach((one) => one.close());
  }
}
