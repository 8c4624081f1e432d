// Starts reveal.js once formulas stand, runs the widgets of the slide that is shown, and talks
// to the presenter's window.
(function () {
  "use strict";
  const query = new URLSearchParams(location.search);
  const inside = query.has("preview"); // a small picture of the deck in the presenter's window
  let presenter = null;

  function start() {
    window.Reveal.initialize({
      width: 1280,
      height: 720,
      margin: 0,
      minScale: 0.1,
      maxScale: 4,
      center: false,
      hash: !inside,
      respondToHashChanges: true,
      slideNumber: inside ? false : "c/t",
      controls: !inside,
      progress: false,
      transition: "none",
      backgroundTransition: "none",
      viewDistance: 3,
      pdfSeparateFragments: false,
      pdfMaxPagesPerSlide: 1,
      help: true,
      keyboard: { 83: openPresenter },
      keyboardCondition: (event) =>
        !([" ", "Enter"].includes(event.key) && event.target.closest("button, a")),
    }).then(() => {
      window.Reveal.registerKeyboardShortcut("S", "Presenter's window");
      document.documentElement.dataset.ready = "yes";
      window.Reveal.on("slidechanged", changed);
      window.Reveal.on("fragmentshown", tell);
      window.Reveal.on("fragmenthidden", tell);
      changed();
      if (window.Reveal.isPrintView && window.Reveal.isPrintView()) {
        document.querySelectorAll("section").forEach((each) => window.runWidgets(each));
      }
    });
  }

  function changed() {
    if (!inside || query.has("widgets")) window.runWidgets(window.Reveal.getCurrentSlide());
    tell();
  }

  // --- the presenter's window --------------------------------------------------------------
  function slides() {
    let minute = 0;
    return window.Reveal.getSlides().map((section) => {
      const minutes = parseFloat(section.dataset.minutes || "0");
      minute += minutes;
      return {
        title: section.querySelector("h1, h2").textContent,
        at: section.dataset.at,
        segment: section.dataset.segment,
        live: (section.querySelector(".live") || { textContent: "" }).textContent,
        notes: section.querySelector(".notes").innerHTML,
        begins: minute - minutes,
        ends: minute,
      };
    });
  }

  function openPresenter() {
    presenter = window.open("presenter.html", "presenter", "width=1180,height=760");
  }

  function tell() {
    if (!presenter || presenter.closed) return;
    const state = window.Reveal.getState();
    presenter.postMessage({
      spikelib: "at", slide: state.indexh, fragment: state.indexf === undefined ? -1 : state.indexf,
    }, "*");
  }

  window.addEventListener("message", (event) => {
    const said = event.data || {};
    if (presenter && event.source === presenter) {
      if (said.spikelib === "hello") {
        presenter.postMessage({
          spikelib: "deck", address: location.href.split(/[?#]/)[0], title: document.title,
          minutes: parseFloat(document.body.dataset.minutes) || null, slides: slides(),
        }, "*");
        tell();
      } else if (said.spikelib === "next") window.Reveal.next();
      else if (said.spikelib === "previous") window.Reveal.prev();
      else if (said.spikelib === "goto") window.Reveal.slide(said.slide);
    } else if (inside && event.source === window.parent && said.spikelib === "show") {
      window.Reveal.slide(said.slide, 0, said.fragment);
    }
  });

  // Version 4 looks for its fonts beside itself, and would make speech in a worker, which a page
  // from disk may not start; version 3 does neither.
  const four = document.querySelector('script[src$="/tex-chtml.js"]');
  const loader = four ? { paths: { fonts: "[mathjax]" }, load: ["a11y/assistive-mml"] } : {};
  const silent = four && {
    enableEnrichment: false, enableComplexity: false, enableSpeech: false, enableBraille: false,
    enableExplorer: false,
    menuOptions: { settings: { enrich: false, speech: false, braille: false } },
  };
  window.MathJax = {
    loader,
    tex: { inlineMath: [["\\(", "\\)"]], displayMath: [["\\[", "\\]"]] },
    chtml: { matchFontHeight: false },
    options: { enableMenu: false, ...silent },
    startup: { pageReady: () => window.MathJax.startup.defaultPageReady().then(start) },
  };
})();
