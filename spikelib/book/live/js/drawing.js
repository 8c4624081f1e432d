// A trained network that draws by itself, small: its drawing, and nothing to set.

import { box, button, library, status } from "./controls.js";
import { number } from "./look.js";
import { Player } from "./player.js";
import { Plane } from "./plane.js";
import { Sheet } from "./sheet.js";
import { SpikingModel } from "./spiking.js";

class DrawingView {
  constructor({ model, el }) {
    this.kind = "drawing";
    this.network = new SpikingModel(model.get("packed"));
    this.network.strength = model.get("strength");
    this.plane = new Plane(this.network);
    this.root = box(el, "spikelib-live live-small");
    /** @type {any} */ (this.root).live = this; // for tests
    this.sheet = new Sheet(box(this.root, "live-sheet"), {
      label: "What a network of spiking neurons draws with its two outputs, round after round, over the " +
        "drawing that it has learned.",
      colors: model.get("colors"), height: (width) => Math.min(width, 300), draw: (...all) => this.plane.draw(...all),
    });
    this.player = new Player(this.root, {
      dt: this.network.dt, speed: () => model.get("speed"), step: () => this.step(), paint: () => this.sheet.paint(),
    });
    const row = box(this.root, "live-buttons");
    this.playButton = button(row, "Play", () => this.play(!this.player.playing));
    button(row, "Kick", () => {
      this.network.kick();
      if (!this.player.playing) this.round();
    });
    button(row, "Draw your own", () => this.goOn());
    this.words = status(this.root);
    this.closeLibrary = library(this.root, model);
    this.words.show(`${this.network.n_neurons} neurons draw, each with spikes alone; nothing tells them where they are but ` +
      `a pulse every ${number(this.network.n_steps * this.network.dt, 1)} s.`);
    this.round();
    this.play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  step() {
    this.network.step();
    this.plane.step();
  }

  // One whole round at once, for those who want no motion.
  round() {
    for (let t = 0; t < this.network.n_steps; t++) this.step();
    this.sheet.refresh();
  }

  play(on) {
    this.playButton.textContent = on ? "Pause" : "Play";
    this.player.play(on);
  }

  // To the place below where the reader draws.
  goOn() {
    const all = Array.from(document.querySelectorAll(".spikelib-live"));
    const next = all.map((one) => /** @type {any} */ (one)).find((one) => one.live && one.live.kind === "trainer" &&
      this.root.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!next) {
      this.words.show("The place to draw is not in this page yet: it comes with the cell below.");
      return;
    }
    next.live.settings.kindList.focus();
    next.scrollIntoView({ block: "start" });
  }

  close() {
    this.player.close();
    this.sheet.close();
    this.words.close();
    this.closeLibrary();
  }
}

function render(context) {
  const view = new DrawingView(context);
  return () => view.close();
}

export default { render };
