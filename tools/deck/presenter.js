// The presenter's window: the slide that is shown and the next, notes, and the plan beside the clock.
// It is told what to show by the deck that opened it, by messages, so that it works from disk too.
(function () {
  "use strict";
  const deck = window.opener;
  const at = (id) => document.getElementById(id);
  let told = null;
  let slide = 0;
  let fragment = -1;
  let began = null;

  const say = (message) => deck && deck.postMessage(message, "*");
  const minutes = (value) => {
    const seconds = Math.max(0, Math.round(value * 60));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  function show() {
    const here = told.slides[slide];
    const next = told.slides[slide + 1];
    at("place").textContent = `Slide ${slide + 1} of ${told.slides.length}`;
    at("segment").textContent = `${here.at} ${here.live}`;
    at("title").textContent = here.title;
    at("next-title").textContent = next ? `Next: ${next.title}` : "This is the last slide";
    at("notes").innerHTML = here.notes || "<p>No notes.</p>";
    at("to").max = told.slides.length;
    at("to").value = slide + 1;
    for (const [id, number, part] of [["now", slide, fragment], ["next", slide + 1, -1]]) {
      at(id).style.visibility = number < told.slides.length ? "" : "hidden";
      at(id).contentWindow.postMessage({ spikelib: "show", slide: number, fragment: part }, "*");
    }
    tick();
  }

  function tick() {
    if (!told) return;
    const here = told.slides[slide];
    const passed = began === null ? 0 : (Date.now() - began) / 60000;
    const planned = told.minutes ? `, planned ${minutes(here.begins)} to ${minutes(here.ends)}` : "";
    at("clock").textContent = `${minutes(passed)} passed${planned}`;
    at("clock").classList.toggle("late", Boolean(told.minutes) && passed > here.ends);
  }

  window.addEventListener("message", (event) => {
    const said = event.data || {};
    if (event.source !== deck) return;
    if (said.spikelib === "deck") {
      told = said;
      document.title = `Presenter: ${said.title}`;
      for (const id of ["now", "next"]) {
        at(id).addEventListener("load", () => setTimeout(show, 300));
        at(id).src = `${said.address}?preview`;
      }
    } else if (said.spikelib === "at") {
      if (began === null && said.slide > 0) began = Date.now();
      slide = said.slide;
      fragment = said.fragment;
      if (told) show();
    }
  });

  at("on").addEventListener("click", () => say({ spikelib: "next" }));
  at("back").addEventListener("click", () => say({ spikelib: "previous" }));
  at("to").addEventListener("change", () => say({ spikelib: "goto", slide: at("to").value - 1 }));
  at("again").addEventListener("click", () => {
    began = Date.now();
    tick();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, button, #notes")) return;
    const moves = { ArrowRight: "next", PageDown: "next", " ": "next", ArrowDown: "next",
      ArrowLeft: "previous", PageUp: "previous", ArrowUp: "previous" };
    if (!(event.key in moves)) return;
    event.preventDefault();
    say({ spikelib: moves[event.key] });
  });
  setInterval(tick, 1000);
  say({ spikelib: "hello" });
})();
