// Choices of the reader that are not traits of a model: lists, sliders, boxes to tick, each with a label.

import { box } from "./controls.js";
import { number } from "./look.js";

let choices = 0;

export function labelled(parent, text, element) {
  const row = box(parent, "live-choice");
  const label = document.createElement("label");
  element.id = `spikelib-choice-${++choices}`;
  label.htmlFor = element.id;
  label.textContent = text;
  row.append(label, element);
  return element;
}

// A list of names; `onChange(name)`.
export function list(parent, text, names, onChange) {
  const select = labelled(parent, text, document.createElement("select"));
  for (const name of names) select.append(new Option(name, name));
  select.addEventListener("change", () => onChange(select.value));
  return select;
}

// A slider that shows its value.
export function range(parent, text, { min, max, step, value, digits = 0, onChange = () => {} }) {
  const input = document.createElement("input");
  const shown = document.createElement("output");
  Object.assign(input, { type: "range", min, max, step, value });
  labelled(parent, text, input);
  shown.htmlFor = input.id;
  input.parentElement.append(shown);
  const update = () => { shown.textContent = number(Number(input.value), digits); };
  input.addEventListener("input", () => {
    update();
    onChange();
  });
  update();
  return {
    input, get value() { return Number(input.value); },
    set value(now) {
      input.value = String(now);
      update();
    },
  };
}

export function tick(parent, text, checked) {
  const input = document.createElement("input");
  Object.assign(input, { type: "checkbox", checked });
  return labelled(parent, text, input);
}

// A button that opens the reader's own files; `onFile(File)`.
export function fileButton(parent, text, onFile) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: ".npz", hidden: true });
  input.setAttribute("aria-label", text);
  const element = document.createElement("button");
  Object.assign(element, { type: "button", textContent: text });
  element.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (input.files[0]) onFile(input.files[0]);
    input.value = "";
  });
  parent.append(element, input);
  return element;
}

// Hand bytes to the reader as a file.
export function handOut(bytes, name) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  Object.assign(link, { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
