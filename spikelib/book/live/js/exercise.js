// An exercise that is done with the sliders of the figure above it, and that checks itself.

import { box, button } from "./controls.js";
import { EXERCISES } from "./exercises.js";

class ExerciseView {
  constructor({ model, el }) {
    this.exercise = EXERCISES[model.get("name")];
    this.root = box(el, "spikelib-live live-exercise");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Exercise in the page");
    const question = document.createElement("p");
    const title = document.createElement("strong");
    title.textContent = "To do in the page. ";
    question.append(title, model.get("question"));
    this.root.append(question);
    if (this.exercise.choices) this.addChoices();
    button(box(this.root, "live-buttons"), this.exercise.action || "Check", () => this.check());
    this.answer = document.createElement("p");
    this.answer.className = "live-answer";
    this.answer.setAttribute("role", "status");
    this.root.append(this.answer);
  }

  addChoices() {
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = "My prediction";
    group.append(legend);
    const name = `choice-${Math.random().toString(36).slice(2)}`;
    this.inputs = this.exercise.choices.map((text) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name, value: text });
      input.addEventListener("change", () => {
        const live = this.live();
        this.noted = live ? this.exercise.note(live) : null;
      });
      label.append(input, ` ${text}`);
      group.append(label);
      return input;
    });
    this.root.append(group);
  }

  // The figure that is meant: the last one of its kind above.
  live() {
    const all = Array.from(document.querySelectorAll(".spikelib-live"));
    const above = all.filter((one) => one.compareDocumentPosition(this.root) & Node.DOCUMENT_POSITION_FOLLOWING);
    return above.map((one) => /** @type {any} */ (one).live).filter((live) => live && live.kind === this.exercise.kind).pop();
  }

  async check() {
    const live = this.live();
    if (!live) {
      this.say({ right: false, words: "The figure above has to be there first: run its cell, or scroll up to it." });
      return;
    }
    const chosen = this.inputs ? this.inputs.findIndex((one) => one.checked) : -1;
    this.answer.textContent = "Looking …";
    this.say(await this.exercise.check(live, { chosen, noted: this.noted }));
  }

  say({ right, words }) {
    this.right = right;
    this.root.dataset.right = String(right);
    this.answer.textContent = (right ? "Right. " : "Not yet. ") + words;
  }
}

function render(context) {
  const view = new ExerciseView(context);
  return () => view.root.remove();
}

export default { render };
