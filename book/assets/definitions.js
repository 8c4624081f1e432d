// Shows what a term, a symbol or a citation means: on hover, on tap, and when the keyboard is
// there. Escape closes. The text is part of the page; nothing is fetched.
(function () {
  "use strict";
  let shown = null; // the box
  let owner = null; // what it explains
  let pinned = false;
  let timer = 0;

  function box() {
    if (shown) return shown;
    shown = document.createElement("div");
    shown.id = "definition-shown";
    shown.setAttribute("popover", "manual");
    shown.setAttribute("role", "tooltip");
    shown.addEventListener("pointerenter", () => window.clearTimeout(timer));
    shown.addEventListener("pointerleave", () => !pinned && hideSoon());
    document.body.append(shown);
    return shown;
  }

  function fill(target) {
    const into = box();
    const key = target.getAttribute("aria-describedby");
    const source = key && document.getElementById(key);
    if (source) {
      // The formulas' copies for screen readers stay behind: they are in the page already.
      into.replaceChildren(...Array.from(source.cloneNode(true).childNodes));
      return true;
    }
    if (!target.dataset.work) return false;
    const link = document.createElement("a");
    link.href = target.href;
    link.textContent = "In the list of references";
    const text = document.createElement("div");
    text.textContent = target.dataset.work;
    into.replaceChildren(text, link);
    return true;
  }

  function place(target) {
    const room = 8;
    const at = target.getClientRects()[0] || target.getBoundingClientRect();
    const size = shown.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - size.width - room);
    const below = at.bottom + room;
    const above = at.top - room - size.height;
    shown.style.left = Math.max(room, left) + "px";
    shown.style.top = (below + size.height <= window.innerHeight || above < 0 ? below : above) + "px";
  }

  function show(target) {
    window.clearTimeout(timer);
    if (owner === target) return;
    hide();
    if (!fill(target)) return;
    owner = target;
    if (target.matches("button")) target.setAttribute("aria-expanded", "true");
    if (shown.showPopover) shown.showPopover();
    place(target);
  }

  function hide() {
    window.clearTimeout(timer);
    pinned = false;
    if (!owner) return;
    if (owner.matches("button")) owner.removeAttribute("aria-expanded");
    owner = null;
    if (shown.hidePopover) shown.hidePopover();
  }

  function hideSoon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(hide, 250);
  }

  function watch(target) {
    let touched = false;
    target.addEventListener("pointerdown", (event) => {
      touched = event.pointerType !== "mouse";
    });
    target.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "mouse") return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => show(target), 120);
    });
    target.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && !pinned) hideSoon();
    });
    target.addEventListener("focus", () => target.matches(":focus-visible") && show(target));
    target.addEventListener("blur", () => hideSoon());
    target.addEventListener("click", (event) => {
      if (target.matches("a")) {
        // A finger has no hover: its first tap shows the work, the link in the box leads on.
        if (touched) event.preventDefault();
        if (!touched) return;
      }
      if (owner === target && pinned) {
        hide();
      } else {
        show(target);
        pinned = true;
      }
    });
  }

  function start() {
    document.querySelectorAll("button.defined").forEach(watch);
    document.querySelectorAll("article a.reference.internal[title]").forEach((link) => {
      if (!link.closest('.citation, [id^="id"]') && !/#id\d+$/.test(link.href)) return;
      link.dataset.work = link.title;
      link.removeAttribute("title");
      watch(link);
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    document.addEventListener("pointerdown", (event) => {
      if (owner && !owner.contains(event.target) && !shown.contains(event.target)) hide();
    });
    window.addEventListener("scroll", () => owner && hide(), { passive: true });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
