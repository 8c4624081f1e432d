// How much of a page is shown (story, equations, code), kept from page to page; and excerpts
// under the results of a search.
(function () {
  "use strict";
  const KEY = "spikelib-depth";
  const DEPTHS = [
    ["story", "Story", "The text, the figures and what can be moved."],
    ["equations", "Equations", "The story and its equations."],
    ["code", "All code", "Everything; code that only draws is folded."],
  ];

  function stored() {
    try {
      return window.localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function apply(depth) {
    document.documentElement.dataset.depth = depth;
  }

  // At once, so that nothing is seen that is then taken away.
  apply(DEPTHS.some(([name]) => name === stored()) ? stored() : "code");

  function choose(depth) {
    try {
      window.localStorage.setItem(KEY, depth);
    } catch {
      // It holds for this page, then.
    }
    apply(depth);
  }

  function addSwitch() {
    const title = document.querySelector("article h1");
    if (!title || !document.querySelector("article div.cell")) return;
    const group = document.createElement("div");
    group.className = "depth";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "How much of this book to show");
    const buttons = DEPTHS.map(([name, label, says]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.title = says;
      button.dataset.depth = name;
      button.addEventListener("click", () => {
        choose(name);
        mark();
      });
      group.append(button);
      return button;
    });
    function mark() {
      const now = document.documentElement.dataset.depth;
      buttons.forEach((button) =>
        button.setAttribute("aria-pressed", String(button.dataset.depth === now)));
    }
    mark();
    title.after(group);
  }

  // ---- excerpts of a search

  function words() {
    const query = new URLSearchParams(window.location.search).get("q") || "";
    return query.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  }

  function excerpt(text, wanted) {
    const lower = text.toLowerCase();
    const found = wanted
      .map((word) => lower.indexOf(word))
      .concat(wanted.map((word) => lower.indexOf(word.slice(0, Math.max(4, word.length - 3)))))
      .filter((at) => at >= 0);
    if (!found.length) return null;
    const start = Math.max(0, Math.min(...found) - 70);
    return (start ? "… " : "") + text.slice(start, start + 220).trim() + " …";
  }

  function explain(item, wanted) {
    const link = item.querySelector("a[href]");
    if (!link || item.querySelector(".search-excerpt")) return;
    const address = new URL(link.href);
    const name = Object.keys(window.bookText).find((page) =>
      address.pathname.endsWith("/" + page + ".html"));
    if (!name) return;
    const sections = window.bookText[name];
    const anchor = address.hash.slice(1);
    const texts = sections[anchor] ? [sections[anchor]] : Object.values(sections);
    const said = texts.map((text) => excerpt(text, wanted)).find(Boolean) || (texts[0] || "").slice(0, 200);
    const line = document.createElement("p");
    line.className = "search-excerpt";
    said.split(/(\s+)/).forEach((part) => {
      const hit = wanted.some((word) => part.toLowerCase().includes(word));
      const piece = hit ? document.createElement("mark") : document.createTextNode(part);
      if (hit) piece.textContent = part;
      line.append(piece);
    });
    item.append(line);
  }

  function addExcerpts() {
    const results = document.getElementById("search-results");
    const wanted = words();
    if (!results || !wanted.length) return;
    const script = document.createElement("script");
    const root = document.documentElement.dataset.content_root || "./";
    script.src = root + "_static/excerpts.js";
    script.addEventListener("load", () => {
      const all = () => results.querySelectorAll("ul.search > li").forEach((item) => explain(item, wanted));
      new MutationObserver(all).observe(results, { childList: true, subtree: true });
      all();
    });
    document.head.append(script);
  }

  document.addEventListener("DOMContentLoaded", () => {
    addSwitch();
    addExcerpts();
  });
})();
