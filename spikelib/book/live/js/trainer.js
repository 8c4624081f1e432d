// Draw a pattern, watch a network learn it, freeze it, start it anywhere; keep it in a file or a link.

import { fileButton, handOut } from "./choices.js";
import { box, button, library, status } from "./controls.js";
import { number } from "./look.js";
import { fromFile, toFile, unpackNetwork } from "./network_file.js";
import { NetworkView } from "./network_view.js";
import { Progress } from "./progress.js";
import { DT, pulse, SIZES } from "./schooling.js";
import { MOST, Settings } from "./settings.js";
import { Sheet } from "./sheet.js";
import { runningTraits } from "./traits.js";
import { brief, diagnose } from "./verdict.js";

class TrainerView {
  constructor({ model, el }) {
    this.model = model;
    this.kind = "trainer";
    this.attempt = 0;
    this.root = box(el, "spikelib-live");
    /** @type {any} */ (this.root).live = this; // for tests
    this.settings = new Settings(this.root, model.get("colors"), () => this.tell(this.settings.board.text()));
    this.addButtons(box(this.root, "live-buttons"));
    this.words = status(this.root);
    this.words.show(this.settings.board.text());
    this.next = box(this.root, "live-buttons");
    this.closeLibrary = library(this.root, model);
    this.place = box(this.root, "live-result");
    this.listenToKernel();
  }

  get board() { return this.settings.board; }

  addButtons(row) {
    button(row, "Random pattern", () => this.settings.random());
    this.trainButton = button(row, "Train", () => (this.busy ? this.stop() : this.train()));
    this.kernelButton = button(row, "Train with spikelib", () => this.train("kernel"));
    this.kernelButton.hidden = true;
    this.saveButton = button(row, "Save the network", () => this.save());
    this.saveButton.disabled = true;
    fileButton(row, "Load a network", (file) => this.load(file));
    button(row, "Link to this drawing", () => this.link());
  }

  // In JupyterLab Python answers, and can train with the library itself.
  listenToKernel() {
    this.onMessage = (message) => {
      if (message.stage === "here") this.kernelButton.hidden = false;
      else if (this.busy === "kernel") this.take(message);
    };
    if (!this.model.send) return;
    this.model.on("msg:custom", this.onMessage);
    try {
      this.model.send({ ask: "here" });
    } catch {
      // A page without a kernel.
    }
  }

  tell(text) {
    this.words.show(text);
    this.words.say(text);
  }

  clear() {
    if (this.frozen) this.frozen.close();
    if (this.learning) this.learning.close();
    this.frozen = this.learning = this.data = null;
    this.saveButton.disabled = true;
    this.place.replaceChildren();
    this.next.replaceChildren();
  }

  train(where = "page") {
    if (this.busy) this.stop();
    const job = this.settings.job(this.attempt++);
    if (!job.target.some((value) => value !== 0)) {
      this.tell("The pattern is flat at 0: there is nothing to learn. Draw one, or choose one.");
      return;
    }
    this.clear();
    this.job = job;
    this.progress = new Progress(job.target, job.n_outputs, job.n_neurons, DT);
    this.learning = new Sheet(box(this.place, "live-sheet"), {
      label: "Learning: currents of the teacher, shares of its components, spikes and output of the " +
        "newest trial over the target, error of each trial. The text above says how far it is.",
      colors: this.model.get("colors"), height: (width) => (width < 560 ? 760 : 460),
      draw: (...all) => this.progress.draw(...all),
    });
    this.busy = this.where = where;
    this.trainButton.textContent = "Stop";
    this.began = performance.now();
    this.words.show("Driving the teacher.");
    this.words.say("Training has begun.");
    if (where === "kernel") this.model.send({ ask: "train", job: { ...job, target: Array.from(job.target) } });
    else this.startWorker(job);
  }

  startWorker(job) {
    const source = new Blob([this.model.get("worker")], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.worker.onmessage = ({ data }) => this.take(data);
    this.worker.onerror = (event) => this.take({ stage: "failed", text: event.message });
    this.worker.postMessage(job);
  }

  stop() {
    if (this.worker) this.worker.terminate();
    if (this.busy === "kernel") this.model.send({ ask: "stop" });
    this.worker = null;
    this.busy = "";
    this.trainButton.textContent = "Train";
  }

  take(message) {
    if (!this.busy) return;
    this.progress.take(message);
    if (message.stage === "trial") {
      this.words.show(`Training trial ${message.number}, at most ${message.of}: error ${brief(message.nmse)}.`);
    }
    if (message.stage === "test") this.words.show(`Frozen, random start ${message.start} of ${message.of}.`);
    if (message.stage === "failed") {
      this.stop();
      this.tell(`Training failed: ${message.text}`);
    }
    this.learning.refresh();
    if (message.stage === "done") this.done(message);
  }

  done(found) {
    const { errors, learning } = found;
    const data = found.parameters ? unpackNetwork(found) : found.data;
    const by = this.busy === "kernel" ? " by spikelib" : "";
    this.busy = ""; // there is nothing to stop
    this.stop();
    this.seconds = (performance.now() - this.began) / 1000;
    this.errors = errors;
    this.verdict = diagnose(found, this.job, MOST);
    const where = this.job.pulsed ? "" : " (where they fit best along the round)";
    this.tell(`Trained${by} in ${learning.length} trials, ${number(this.seconds, 1)} s. Frozen, from ${errors.length} ` +
      `random starts, its errors (nMSE) are ${errors.map(brief).join(", ")}${where}. ${this.verdict.text} ` +
      "Below it runs by itself.");
    this.offer(this.verdict.step);
    this.run(data);
  }

  // A button for the next step that the verdict proposes.
  offer(step) {
    if (!step) return;
    button(this.next, step.words, () => {
      if (step.name === "restarts") this.settings.restarts.checked = step.value;
      else if (step.name !== "again") this.settings[step.name].value = step.value;
      this.train(this.where);
    });
  }

  run(data) {
    this.data = data;
    this.saveButton.disabled = false;
    this.frozen = new NetworkView({
      model: runningTraits(data, this.model.get("colors")), el: box(this.place, "live-frozen"),
    });
  }

  save() {
    handOut(toFile(this.data, SIZES.encoder_gain), "network.npz");
    this.tell("Saved as network.npz; in Python, SpikingNetwork.load(\"network.npz\") reads it.");
  }

  async load(file) {
    this.stop();
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      let own = true;
      const data = await fromFile(bytes, (n_inputs, n_outputs) => {
        own = false;
        return this.drawnTrial(n_inputs, n_outputs);
      });
      this.clear();
      this.run(data);
      const { n_neurons, n_factors } = data.numbers;
      this.tell(`Loaded ${file.name}: ${n_neurons} neurons, ${n_factors} factors. ` + (own
        ? "It runs on the trial that is in the file." : "The file has no trial: it runs against the pattern drawn above."));
    } catch (error) {
      this.tell(`${file.name} could not be loaded: ${error.message}.`);
    }
  }

  // The pattern on the board as a trial of a network with so many inputs and outputs.
  drawnTrial(n_inputs, n_outputs) {
    const outputs = n_outputs <= 2 ? this.settings.target(n_outputs)
      : new Float64Array(Math.round(this.settings.seconds.value / DT) * n_outputs);
    const n_steps = outputs.length / n_outputs, shown = pulse(n_steps, this.settings.pulsed.checked);
    return { outputs, inputs: Float64Array.from({ length: n_steps * n_inputs },
      (_, k) => (k % n_inputs === 0 ? shown[k / n_inputs] : 0)) };
  }

  link() {
    const address = location.href.split("#")[0] + this.settings.fragment();
    this.next.replaceChildren();
    const link = document.createElement("a");
    Object.assign(link, { href: address, textContent: "This link carries the drawing" });
    this.next.append(link);
    if (navigator.clipboard) navigator.clipboard.writeText(address).catch(() => {});
    this.tell("The link below carries the drawing and the settings; nothing of it is sent anywhere.");
  }

  close() {
    this.stop();
    this.clear();
    if (this.model.send) this.model.off("msg:custom", this.onMessage);
    this.settings.close();
    this.words.close();
    this.closeLibrary();
  }
}

function render(context) {
  const view = new TrainerView(context);
  return () => view.close();
}

export default { render };
