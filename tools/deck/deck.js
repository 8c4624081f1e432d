// Shows one slide at a time, scaled to the window, and moves by key, button and swipe.
(function () {
  "use strict";
  document.documentElement.classList.add("js");
  const MIN_FIT = 0.6;
  let slides = [];
  let at = 0;
  let withNotes = false;

  function fill() {
    const scale = Math.min(window.innerWidth / 1280, window.innerHeight / 720);
    const stage = document.getElementById("stage");
    const left = (window.innerWidth - 1280 * scale) / 2;
    const top = (window.innerHeight - 720 * scale) / 2;
    stage.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }

  function overflows(body) {
    return (
      body.scrollHeight > body.clientHeight + 1 ||
      body.scrollWidth > body.clientWidth + 1 ||
      Array.from(body.children).some((child) => child.scrollHeight > body.clientHeight + 1)
    );
  }

  // Smaller letters where a slide would run over.
  function fit() {
    for (const slide of document.querySelectorAll(".slide")) {
      const body = slide.querySelector(".body");
      for (let size = 1; size >= MIN_FIT; size -= 0.04) {
        slide.style.setProperty("--fit", size.toFixed(2));
        if (!overflows(body)) break;
      }
    }
    document.documentElement.dataset.fitted = "yes";
  }

  function show(number, fromAddress) {
    at = Math.max(0, Math.min(slides.length - 1, number));
    slides.forEach((slide, index) => {
      slide.classList.toggle("current", index === at);
      slide.setAttribute("aria-hidden", String(index !== at));
      slide.querySelector(".notes").hidden = !(withNotes && index === at);
    });
    const title = slides[at].querySelector("h1, h2").textContent;
    document.getElementById("announce").textContent = `Slide ${at + 1}: ${title}`;
    if (!fromAddress) history.replaceState(null, "", `#${at + 1}`);
  }

  function toggleKeys() {
    const keys = document.getElementById("keys");
    keys.hidden = !keys.hidden;
    document.getElementById("help").setAttribute("aria-expanded", String(!keys.hidden));
  }

  function toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target.closest && event.target.closest("button");
    if (onButton && [" ", "Enter"].includes(event.key)) return;
    const back = event.key === " " && event.shiftKey;
    const moves = {
      ArrowRight: 1, ArrowDown: 1, PageDown: 1, Enter: 1, " ": back ? -1 : 1,
      ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1,
    };
    if (event.key in moves) show(at + moves[event.key]);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(slides.length - 1);
    else if (event.key === "n") {
      withNotes = !withNotes;
      show(at);
    } else if (event.key === "f") toggleFullScreen();
    else if (event.key === "?") toggleKeys();
    else return;
    event.preventDefault();
  }

  function onSwipe() {
    let from = null;
    document.addEventListener("touchstart", (e) => (from = e.changedTouches[0].clientX));
    document.addEventListener("touchend", (e) => {
      const moved = e.changedTouches[0].clientX - from;
      if (Math.abs(moved) > 60) show(at - Math.sign(moved));
    });
  }

  window.MathJax = {
    tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
    options: { enableMenu: false },
    startup: {
      pageReady: () => window.MathJax.startup.defaultPageReady().then(fit),
    },
  };

  document.addEventListener("DOMContentLoaded", () => {
    slides = Array.from(document.querySelectorAll(".slide"));
    fill();
    show(parseInt(location.hash.slice(1), 10) - 1 || 0, true);
    document.addEventListener("keydown", onKey);
    document.getElementById("next").addEventListener("click", () => show(at + 1));
    document.getElementById("previous").addEventListener("click", () => show(at - 1));
    document.getElementById("help").addEventListener("click", toggleKeys);
    onSwipe();
  });
  window.addEventListener("resize", fill);
  window.addEventListener("hashchange", () => show(parseInt(location.hash.slice(1), 10) - 1, true));
})();
