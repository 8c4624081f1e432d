// Small corrections to the theme's markup, for readers who use a screen reader
// or a keyboard. Nothing here is needed to read the text.
(function () {
  "use strict";

  function each(selector, change) {
    document.querySelectorAll(selector).forEach(change);
  }

  function nameOf(summary) {
    const item = summary.closest("li");
    const link = item && item.querySelector("a");
    return link ? link.textContent.trim() : "this section";
  }

  function correct() {
    // What a button is called has to contain what is written on it.
    each("button.search-button__button, details.hide > summary", (button) => {
      if (button.textContent.trim()) button.removeAttribute("aria-label");
    });
    // The arrows that unfold the table of contents have no words of their own.
    each("nav details > summary", (summary) => {
      if (!summary.textContent.trim()) {
        summary.setAttribute("aria-label", "Pages below: " + nameOf(summary));
      }
    });
    // A list may only hold list items; the entries keep their own role.
    each(".citation-list[role='list']", (list) => list.removeAttribute("role"));
    // A notebook is saved, not shown as text in another tab.
    each("a.btn-download-notebook-button", (link) => {
      link.removeAttribute("target");
      link.setAttribute("download", "");
    });
    // The handle of a widget's slider is called what the widget is called.
    each(".widget-slider .noUi-handle:not([aria-label])", (handle) => {
      const label = handle.closest(".widget-slider").querySelector(".widget-label");
      handle.setAttribute("aria-label", (label && label.textContent.trim()) || "value");
    });
    // Boxes that scroll sideways have to be reachable by keyboard.
    each("article pre, article .table-scroll, article div.math, .output_area", (box) => {
      const scrolls =
        box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      if (scrolls && box.tabIndex < 0) box.setAttribute("tabindex", "0");
      sayThatItGoesOn(box, box.scrollWidth > box.clientWidth + 1);
    });
  }

  // What is wider than its column has a shadow at the side; a table says so in words too.
  function sayThatItGoesOn(box, wide) {
    box.classList.toggle("goes-on", wide);
    if (!box.matches(".table-scroll")) return;
    const before = box.previousElementSibling;
    const note = before && before.matches(".goes-on-note") ? before : null;
    if (wide && !note) {
      const text = document.createElement("p");
      text.className = "goes-on-note";
      text.textContent = "This table is wider than the page: it scrolls sideways.";
      box.before(text);
    } else if (!wide && note) {
      note.remove();
    }
  }

  // On a phone a row of the notation is a card; each of its cells says which column it is.
  function nameCells(table) {
    // Long names of the code break at a dot or an underscore, and nowhere else.
    table.querySelectorAll("code .pre, code:not(:has(.pre))").forEach((name) => {
      const parts = name.textContent.split(/(?<=[._])/);
      name.replaceChildren(...parts.flatMap((part) => [part, document.createElement("wbr")]));
    });
    const names = Array.from(table.querySelectorAll("thead th"), (cell) => cell.textContent.trim());
    table.querySelectorAll("tbody tr").forEach((row) => {
      Array.from(row.cells).forEach((cell, k) => cell.setAttribute("data-column", names[k] || ""));
    });
  }

  // Wide tables scroll inside a box of their own.
  function wrapTables() {
    each("article table", (table) => {
      if (table.closest(".table-scroll")) return;
      if (table.matches(".notation")) nameCells(table);
      const box = document.createElement("div");
      box.className = "table-scroll";
      table.replaceWith(box);
      box.append(table);
    });
  }

  // Formulas are broken into lines for the width that they have; a phone that is turned, or
  // a window that is drawn wider, gives them another.
  function watchFormulas() {
    const article = document.querySelector("article");
    if (!article || !window.ResizeObserver) return;
    let width = article.clientWidth;
    let timer = 0;
    new ResizeObserver(() => {
      if (article.clientWidth === width) return;
      width = article.clientWidth;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        const started = window.MathJax && window.MathJax.startup;
        if (!started || !started.document || !started.document.rerenderPromise) return;
        const measure = 110; // MathJax's state before containers are measured
        started.promise.then(() => started.document.rerenderPromise(measure)).then(correct);
      }, 150);
    }).observe(article);
  }

  // A formula of a few letters is not broken at its equals sign.
  function keepShortWhole() {
    const few = 34; // letters of TeX; on a phone these are half a line
    each("article span.math", (formula) => {
      if (formula.textContent.length <= few) formula.classList.add("math-short");
    });
    // Nor are the few letters of a shape or a name at their comma.
    each("article p code, article li code", (code) => {
      if (code.textContent.length <= few / 2) code.classList.add("code-short");
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    keepShortWhole();
    watchFormulas();
    wrapTables();
    correct();
  });
  window.addEventListener("load", () => {
    correct();
    // Widgets are drawn after everything else.
    const article = document.querySelector("article");
    if (!article || !document.querySelector('script[type$="widget-view+json"]')) return;
    let waiting = false;
    new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      window.requestAnimationFrame(() => {
        waiting = false;
        correct();
      });
    }).observe(article, { childList: true, subtree: true });
  });
  window.addEventListener("resize", correct);
  // What is unfolded is narrower than it was, and may only now scroll.
  document.addEventListener("click", () => {
    window.requestAnimationFrame(correct);
    window.setTimeout(correct, 500);
  });
})();
