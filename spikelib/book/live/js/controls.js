// Sliders, buttons and the line that says in words what the picture shows.

let made = 0;

export function box(parent, name) {
  const element = document.createElement("div");
  element.className = name;
  parent.append(element);
  return element;
}

// What moves a slider must not move anything else: JupyterLab looks at keys before the slider does,
// and would select another cell. Listening at the window, one is earlier still; what the browser
// itself does with the key goes on.
const MOVES = new Set([
  "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown",
]);

function keepToItself(event) {
  if (MOVES.has(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.stopPropagation();
  }
}

function ownKeys(input) {
  const free = () => window.removeEventListener("keydown", keepToItself, true);
  input.addEventListener("focus", () => window.addEventListener("keydown", keepToItself, true));
  input.addEventListener("blur", free);
  return free;
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
  const free = ownKeys(input);
  return {
    input,
    close: () => {
      free();
      model.off(`change:${trait}`, changed);
    },
  };
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
