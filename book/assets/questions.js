// Questions at the end of sections, answered in the page. Answers are kept in this browser
// (localStorage) and go nowhere else. Without this script the answers fold out below.
(function () {
  "use strict";
  const KEY = "spikelib-answers";
  const SWITCH = "spikelib-predictions";

  function load(key) {
    try {
      return window.localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function save(key, value) {
    try {
      window.localStorage.setItem(key, value);
    } catch {
      // It holds for this page, then.
    }
  }

  let kept = {};
  try {
    const found = JSON.parse(load(KEY) || "{}");
    if (found && typeof found === "object" && !Array.isArray(found)) kept = found;
  } catch {
    // What is not ours, or broken, counts as nothing.
  }

  const root = document.documentElement;
  root.classList.add("asking");
  root.dataset.predictions = load(SWITCH) === "off" ? "off" : "on";

  const changed = new Set(); // functions to call when answers change

  function remember(key, value) {
    if (value === undefined) delete kept[key];
    else kept[key] = value;
    save(KEY, JSON.stringify(kept));
    changed.forEach((call) => call());
  }

  function tried(key, n) {
    const value = kept[key];
    return Array.isArray(value) ? value.filter((k) => Number.isInteger(k) && k >= 0 && k < n) : [];
  }

  // Choices become buttons; what is chosen says at once why it is right or wrong.
  function offer(box, choose) {
    const choices = Array.from(box.querySelectorAll(":scope > .choices > .choice"));
    const reasons = Array.from(box.querySelectorAll(":scope > .answers > .why"));
    const answers = box.querySelector(":scope > .answers");
    answers.open = true; // for paper; on the screen it is away
    const buttons = choices.map((choice, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice-button";
      button.setAttribute("aria-pressed", "false");
      button.append(...choice.childNodes);
      const told = document.createElement("div");
      told.className = "told";
      told.setAttribute("role", "status");
      choice.append(button, told);
      button.addEventListener("click", () => choose(k));
      return button;
    });
    // Mark the choices made so far; the reason of the last one is shown.
    return function mark(made) {
      choices.forEach((choice, k) => {
        const was = made.includes(k);
        choice.classList.toggle("chosen", was);
        buttons[k].setAttribute("aria-pressed", String(was));
        const told = choice.querySelector(":scope > .told");
        const shown = k === made[made.length - 1];
        if (!shown) told.replaceChildren();
        else if (!told.childNodes.length) {
          const words = reasons[k].querySelector(":scope > .words");
          told.replaceChildren(...Array.from(words.childNodes, (node) => node.cloneNode(true)));
        }
      });
    };
  }

  function setUp(box) {
    const key = box.id;
    const n = box.querySelectorAll(":scope > .choices > .choice").length;
    const mark = offer(box, (k) =>
      remember(key, tried(key, n).filter((each) => each !== k).concat(k)));
    changed.add(() => mark(tried(key, n)));
    mark(tried(key, n));
  }

  // ---- how many are answered, and a way to forget it

  function isAnswered(box) {
    const value = kept[box.id];
    return value !== undefined && value !== "shown";
  }

  function button(text, says, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.title = says;
    made.addEventListener("click", act);
    return made;
  }

  function addBar(boxes) {
    const title = document.querySelector("article h1");
    if (!title || !boxes.length) return;
    const bar = document.createElement("div");
    bar.className = "asked-bar";
    const count = document.createElement("span");
    count.className = "asked-count";
    count.setAttribute("role", "status");
    const erase = button("Erase answers", "Forget the answers to this chapter's questions.", () => {
      boxes.forEach((box) => delete kept[box.id]);
      remember("", undefined);
    });
    const predict = button("Predictions", "Cover a key figure until you have predicted it.", () => {
      const next = root.dataset.predictions === "on" ? "off" : "on";
      root.dataset.predictions = next;
      save(SWITCH, next);
      changed.forEach((call) => call());
    });
    predict.className = "asked-switch";
    function say() {
      const on = root.dataset.predictions === "on";
      const counted = boxes.filter((box) => on || !box.classList.contains("prediction"));
      const answered = counted.filter(isAnswered).length;
      const text = `${answered} of ${counted.length} answered`;
      if (count.textContent !== text) count.textContent = text;
      erase.disabled = !boxes.some((box) => kept[box.id] !== undefined);
      predict.setAttribute("aria-pressed", String(on));
    }
    changed.add(say);
    say();
    bar.append(count, erase, predict);
    (document.querySelector("article .depth") || title).after(bar);
  }

  window.bookAnswers = {
    offer, remember, changed,
    of: (key) => kept[key],
    predicting: () => root.dataset.predictions === "on",
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("article .question").forEach(setUp);
    addBar(Array.from(document.querySelectorAll("article .question, article .prediction")));
  });
})();
