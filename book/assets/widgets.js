// Loaded before require.js, on pages that have widgets. Tells require.js where
// this book keeps its copies, so that the widgets are drawn without a network.
(function () {
  "use strict";
  const root = document.documentElement.dataset.content_root || "./";
  const vendor = new URL(root + "_static/vendor/", window.location.href).href;
  window.require = {
    baseUrl: vendor,
    paths: { anywidget: vendor + "anywidget" },
    // A module that is not here is an error, not a reason to wait.
    waitSeconds: 30,
  };

  // The widgets ask for formulas in the way of MathJax 2. Formulas in labels are
  // not used in this book; the page's own are drawn by MathJax 3, which takes
  // window.MathJax for its settings when it starts and replaces it.
  const hub = { Queue: function () {}, Config: function () {} };
  window.MathJax = Object.assign(window.MathJax || {}, { Hub: hub });
  window.MathJax.startup = Object.assign({}, window.MathJax.startup, {
    ready: function () {
      window.MathJax.startup.defaultReady();
      window.MathJax.Hub = hub;
    },
  });
})();
