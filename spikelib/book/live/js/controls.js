// Sliders, buttons and the line that says in words what the picture shows.

let made = 0;

export function box(parent, name) {
  const element = document.createElement("div");
  element.className = name;
  parent.append(element);
  return element;
}

// A slider for a trait of the model: an ordinary <input type="range"> with its label.
export function slider(parent, model, { trait, label, min, max, step, show, onChange }) {
  const row = box(parent, "live-slider");
  const id = `spikelib-live-${trait}-${++made}-${Math.random().toString(36).slice(2, 8)}`;
  const name = document.createElement("label");
  const input = document.createElement("input");
  const value = document.createElement("output");
  name.textContent = label;
  name.htmlFor = value.htmlFor = input.id = id;
  input.dataset.trait = trait;
  Object.assign(input, { type: "range", min, max, step });
  value.setAttribute("aria-live", "off");
  row.append(name, value, input);

  function update() {
    const now = model.get(trait);
    if (Number(input.value) !== now) input.value = now;
    value.textContent = show(now);
    input.setAttribute("aria-valuetext", show(now));
  }
  input.addEventListener("input", () => {
    model.set(trait, Number(input.value));
    model.save_changes();
  });
  const changed = () => {
    update();
    onChange(model.get(trait));
  };
  model.on(`change:${trait}`, changed);
  update();
  return { input, close: () => model.off(`change:${trait}`, changed) };
}

export function button(parent, label, onClick) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.addEventListener("click", onClick);
  parent.append(element);
  return element;
}

// A line of text that is also read out, but not more often than every two seconds.
export function status(parent, { live = true } = {}) {
  const seen = document.createElement("p");
  seen.className = "live-status";
  const heard = document.createElement("p");
  heard.className = "live-heard";
  heard.setAttribute("role", "status");
  heard.setAttribute("aria-live", "polite");
  parent.append(seen, heard);
  seen.setAttribute("aria-hidden", live ? "true" : "false");
  let timer = 0;
  return {
    show: (text) => { if (seen.textContent !== text) seen.textContent = text; },
    say: (text) => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (heard.textContent !== text) heard.textContent = text; }, 600);
    },
    close: () => clearTimeout(timer),
  };
}

// Where a kernel runs, Python repeats what the page shows and says what it found.
export function library(parent, model) {
  const line = document.createElement("p");
  line.className = "live-library";
  parent.append(line);
  const update = () => {
    line.textContent = model.get("library");
    line.hidden = !line.textContent;
  };
  model.on("change:library", update);
  update();
  return () => model.off("change:library", update);
}
