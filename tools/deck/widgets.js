// Runs the widgets of the chapters on a slide, without a kernel: each is a module that draws into
// an element and keeps its values in a model.
(function () {
  "use strict";

  function model(state) {
    const listeners = {};
    return {
      get: (key) => state[key],
      set: (key, value) => {
        state[key] = value;
        (listeners[`change:${key}`] || []).forEach((call) => call());
      },
      on: (event, call) => (listeners[event] = listeners[event] || []).push(call),
      off: (event) => delete listeners[event],
      save_changes: () => {},
      send: () => {},
    };
  }

  async function run(element, state) {
    const address = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
    const module = await import(address);
    const widget = typeof module.default === "function" ? await module.default() : module.default;
    const style = document.createElement("style");
    style.textContent = state._css || "";
    document.head.append(style);
    const one = model(state);
    if (widget.initialize) await widget.initialize({ model: one });
    await widget.render({ model: one, el: element });
    await fit(element);
    element.dataset.running = "yes";
  }

  // As large as leaves the whole widget on the slide; its height is known once it is drawn.
  async function fit(element) {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
    const widget = element.querySelector(".spikelib-live");
    if (!widget) return;
    for (let zoom = 1.4; zoom >= 0.8; zoom -= 0.05) {
      widget.style.zoom = zoom.toFixed(2);
      await frame();
      if (element.scrollHeight <= element.clientHeight + 1) break;
    }
  }

  window.runWidgets = (section) => {
    section.querySelectorAll(".runs").forEach((element) => {
      if (element.dataset.started) return;
      element.dataset.started = "yes";
      const state = element.parentNode.querySelector("script.state");
      run(element, JSON.parse(state.textContent)).catch((error) => {
        element.textContent = `This figure could not be run: ${error}`;
        throw error;
      });
    });
  };
})();
