// A reader predicts before a figure is seen: chooses, or draws the curve into the figure's own
// empty axes, and then sees the figure, with the prediction in it. Until then the figure lies
// under a veil, which a button lifts. Nothing is covered on paper, without this script, or where
// predictions are switched off (questions.js keeps the switch and the answers).
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const POINTS = 13;
  const STEP = 0.05; // of the axis' height, for one press of a key
  const { bookAnswers } = window;

  function element(name, given, ...children) {
    const made = document.createElement(name);
    Object.entries(given).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...children);
    return made;
  }

  function drawn(name, given) {
    const made = document.createElementNS(SVG, name);
    Object.entries(given).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  }

  // ---- the figure's axes, read from the drawing itself

  function axesOf(svg) {
    const rect = svg.querySelector("clipPath rect");
    if (!rect) return null;
    const [x, y, width, height] = ["x", "y", "width", "height"].map((k) => Number(rect.getAttribute(k)));
    return { x, y, width, height };
  }

  function placeOf(part) {
    const moved = /translate\(([-\d.]+)[ ,]+([-\d.]+)/.exec(part.getAttribute("transform") || "");
    if (moved) return [Number(moved[1]), Number(moved[2])];
    return [Number(part.getAttribute("x")), Number(part.getAttribute("y"))];
  }

  // What stays of a figure when its data are taken out: axes, ticks and what is written along them.
  function isFrame(part, axes) {
    if (part.tagName === "defs" || part.classList.contains("sketch")) return true;
    if (part.hasAttribute("clip-path")) return false;
    const bottom = axes.y + axes.height, right = axes.x + axes.width;
    if (part.tagName === "path") {
      const numbers = (part.getAttribute("d").match(/-?[\d.]+/g) || []).map(Number);
      if (numbers.length !== 4) return false;
      const near = (a, b) => Math.abs(a - b) < 0.6;
      const upright = near(numbers[0], numbers[2]) && (near(numbers[0], axes.x) || near(numbers[0], right));
      const level = near(numbers[1], numbers[3]) && (near(numbers[1], bottom) || near(numbers[1], axes.y));
      return upright || level;
    }
    const [x, y] = placeOf(part);
    return y >= bottom - 1 || x <= axes.x + 1;
  }

  function ticksOf(svg, axes) {
    const along = Array.from(svg.children).filter((part) =>
      part.tagName === "use" && Math.abs(Number(part.getAttribute("x")) - axes.x) < 1);
    return along.map((part) => {
      const text = part.nextElementSibling;
      return { y: Number(part.getAttribute("y")), label: text ? text.textContent.trim() : "" };
    }).filter((tick) => tick.label).sort((a, b) => b.y - a.y);
  }

  function spoken(value, ticks, axes) {
    const y = axes.y + axes.height * (1 - value);
    const near = ticks.find((tick) => Math.abs(tick.y - y) < axes.height * STEP / 2);
    if (near) return `about ${near.label}`;
    const below = ticks.filter((tick) => tick.y > y).pop();
    const above = ticks.find((tick) => tick.y < y);
    if (below && above) return `between ${below.label} and ${above.label}`;
    if (below) return `above ${below.label}`;
    return above ? `below ${above.label}` : `${Math.round(100 * value)} percent of the height`;
  }

  // ---- a sketch in one layout of the figure

  function sketchIn(svg, axes, values, moved) {
    const ticks = ticksOf(svg, axes);
    const group = drawn("g", { class: "sketch" });
    const ground = drawn("rect", { class: "sketch-ground", ...axes });
    const line = drawn("polyline", { class: "sketch-line" });
    const points = values.map((_, k) => drawn("circle", {
      class: "sketch-point", r: 5,
      "aria-label": `Your curve, point ${k + 1} of ${POINTS} from the left`,
      "aria-orientation": "vertical", "aria-valuemin": 0, "aria-valuemax": 100,
    }));
    group.append(ground, line, ...points);
    svg.append(group);

    const at = (k) => [axes.x + axes.width * k / (POINTS - 1), axes.y + axes.height * (1 - values[k])];

    function draw() {
      line.setAttribute("points", values.map((_, k) => at(k).map((v) => v.toFixed(1)).join(",")).join(" "));
      points.forEach((point, k) => {
        const [x, y] = at(k);
        point.setAttribute("cx", x);
        point.setAttribute("cy", y);
        point.setAttribute("aria-valuenow", Math.round(100 * values[k]));
        point.setAttribute("aria-valuetext", spoken(values[k], ticks, axes));
      });
    }

    // One point at a time is a control; the arrow keys lead to the others.
    function choose(k) {
      points.forEach((point, j) => {
        const given = j === k ? { role: "slider", tabindex: 0 } : { "aria-hidden": "true" };
        ["role", "tabindex", "aria-hidden"].forEach((name) => {
          if (name in given) point.setAttribute(name, given[name]);
          else point.removeAttribute(name);
        });
      });
    }

    function focus(k) {
      choose(k);
      points[k].focus();
    }

    points.forEach((point, k) => point.addEventListener("keydown", (event) => {
      const up = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: 4 * STEP, PageDown: -4 * STEP }[event.key];
      const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const end = { Home: 0, End: POINTS - 1 }[event.key];
      if (up !== undefined) {
        values[k] = Math.min(1, Math.max(0, values[k] + up));
        moved();
      } else if (along !== undefined) focus(Math.min(POINTS - 1, Math.max(0, k + along)));
      else if (end !== undefined) focus(end);
      else return;
      event.preventDefault();
    }));

    let last = null;
    function follow(event) {
      const turned = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      const x = Math.min(1, Math.max(0, (turned.x - axes.x) / axes.width)) * (POINTS - 1);
      const y = Math.min(1, Math.max(0, 1 - (turned.y - axes.y) / axes.height));
      const from = last || { x, y };
      const [low, high] = [Math.min(from.x, x), Math.max(from.x, x)];
      for (let k = Math.round(low); k <= Math.round(high); k += 1) {
        const share = high - low < 0.01 ? 1 : Math.min(1, Math.max(0, (k - from.x) / (x - from.x)));
        values[k] = from.y + share * (y - from.y);
      }
      last = { x, y };
      moved();
    }
    group.addEventListener("pointerdown", (event) => {
      group.setPointerCapture(event.pointerId);
      last = null;
      follow(event);
      event.preventDefault();
    });
    group.addEventListener("pointermove", (event) => last && follow(event));
    ["pointerup", "pointercancel"].forEach((name) => group.addEventListener(name, () => { last = null; }));
    group.addEventListener("click", (event) => {
      if (points[0].isConnected) event.stopPropagation(); // it would enlarge the figure
    });

    function close() {
      points.forEach((point) => point.remove());
      ground.remove();
      svg.setAttribute("role", "img");
    }

    draw();
    choose(0);
    svg.setAttribute("role", "group"); // a picture could not hold what is moved
    return { draw, close, remove: () => { close(); group.remove(); } };
  }

  function isSketch(value) {
    return Array.isArray(value) && value.length === POINTS &&
      value.every((each) => typeof each === "number" && each >= 0 && each <= 1);
  }

  // ---- one prediction and its figure

  function setUp(box) {
    const target = document.getElementById(box.dataset.figure);
    const figure = target && (target.closest("figure") || target.querySelector("figure"));
    if (!figure) return;
    const sketches = box.dataset.kind === "sketch";
    const answers = box.querySelector(":scope > .answers");
    const came = answers.querySelector(".came");
    answers.open = true;
    const told = element("div", { class: "told came-told", role: "status" });
    const bar = element("div", { class: "veil-bar" });
    const ask = element("p", {});
    const buttons = element("div", { class: "veil-buttons" });
    const done = element("button", { type: "button" }, "Compare");
    const anyway = element("button", { type: "button" }, "Show anyway");
    buttons.append(...(sketches ? [done] : []), anyway);
    bar.append(ask, buttons);
    ask.textContent = sketches
      ? "Draw your curve into the axes: with a finger or the mouse, or point by point with the arrow keys."
      : "Make your prediction above; then the figure shows itself.";

    const drawings = sketches
      ? Array.from(figure.querySelectorAll(".drawn > svg")).map((svg) => ({ svg, axes: axesOf(svg) }))
      : [];
    drawings.forEach(({ svg, axes }) => Array.from(svg.children).forEach((part) =>
      part.classList.toggle("sketch-data", !isFrame(part, axes))));
    let layers = [];
    let state = "";

    const mark = sketches ? null : bookAnswers.offer(box, (k) => bookAnswers.remember(box.id, k));

    function clear() {
      layers.forEach((layer) => layer.remove());
      layers = [];
    }

    function draw(values, finished) {
      clear();
      layers = drawings.map(({ svg, axes }) => sketchIn(svg, axes, values, () => {
        layers.forEach((layer) => layer.draw());
        done.disabled = false;
      }));
      if (finished) layers.forEach((layer) => layer.close());
    }

    function cover(covered) {
      figure.classList.toggle("veiled", covered && !sketches);
      figure.classList.toggle("sketching", covered && sketches);
      figure.querySelectorAll(":scope .drawn, :scope figcaption").forEach((part) => {
        part.inert = covered && (!sketches || part.tagName === "FIGCAPTION");
      });
      if (covered) figure.prepend(bar);
      else bar.remove();
    }

    function update() {
      const value = bookAnswers.of(box.id);
      const answered = sketches ? isSketch(value) : Number.isInteger(value);
      const open = answered || value === "shown" || !bookAnswers.predicting();
      const next = `${answered}${open}${answered ? value : ""}`;
      if (next === state) return;
      state = next;
      cover(!open);
      if (mark) mark(answered ? [value] : []);
      if (sketches && answered) draw(value.slice(), true);
      else if (sketches && !open) {
        const values = new Array(POINTS).fill(0.5);
        done.disabled = true;
        draw(values, false);
        done.onclick = () => {
          bookAnswers.remember(box.id, values.map((each) => Number(each.toFixed(3))));
          told.setAttribute("tabindex", "-1");
          told.focus({ preventScroll: true });
        };
      } else clear();
      if (!answered) told.replaceChildren();
      else {
        told.replaceChildren(...Array.from(came.childNodes, (node) => node.cloneNode(true)));
        if (sketches) figure.prepend(told);
        else box.append(told);
      }
    }
    anyway.addEventListener("click", () => bookAnswers.remember(box.id, "shown"));
    bookAnswers.changed.add(update);
    update();
  }

  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("article .prediction").forEach(setUp));
})();
