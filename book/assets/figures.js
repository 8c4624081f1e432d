// A tap, a click or the Enter key enlarges a figure; Escape, or another tap, closes it again.
// Without this script figures stand in the page as they are.
(function () {
  "use strict";

  let sheet = null;
  let put_back = () => {};

  function make() {
    const dialog = document.createElement("dialog");
    dialog.className = "drawn-dialog";
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    const room = document.createElement("div");
    room.tabIndex = 0;
    room.setAttribute("role", "group");
    room.setAttribute("aria-label", "Figure, enlarged");
    dialog.append(close, room);
    close.addEventListener("click", () => dialog.close());
    room.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => put_back());
    document.body.append(dialog);
    return dialog;
  }

  function visible(box) {
    return Array.from(box.querySelectorAll("svg")).find(
      (drawing) => getComputedStyle(drawing).display !== "none");
  }

  // The drawing itself moves into the sheet, so that what it refers to stays one of a kind.
  function enlarge(box, button) {
    const drawing = visible(box);
    if (!drawing || (sheet && sheet.open)) return;
    sheet = sheet || make();
    const room = sheet.querySelector("div");
    const gap = document.createElement("div");
    const { width, height } = drawing.getBoundingClientRect();
    gap.style.cssText = `width:${width}px;height:${height}px`;
    const caption = box.closest("figure") && box.closest("figure").querySelector("figcaption");
    const text = document.createElement("p");
    if (caption) text.textContent = caption.innerText.replace(/\s*#\s*$/, "");
    sheet.setAttribute("aria-label", button.getAttribute("aria-label").replace("Enlarge f", "F"));
    drawing.replaceWith(gap);
    room.replaceChildren(drawing, text);
    put_back = () => {
      gap.replaceWith(drawing);
      room.replaceChildren();
      button.focus();
      put_back = () => {};
    };
    sheet.showModal();
    sheet.querySelector("button").focus();
  }

  function nameOf(box) {
    const figure = box.closest("figure");
    const number = figure && figure.querySelector(".caption-number");
    const digits = number && number.textContent.match(/\d+(\.\d+)*/);
    return "figure" + (digits ? " " + digits[0] : "");
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".drawn").forEach((box) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "drawn-larger";
      button.setAttribute("aria-label", "Enlarge " + nameOf(box));
      button.innerHTML = '<span aria-hidden="true">\u2922</span>';
      box.append(button);
      button.addEventListener("click", () => enlarge(box, button));
      box.querySelectorAll("svg").forEach((drawing) => {
        drawing.addEventListener("click", (event) => {
          if (drawing.closest(".drawn")) {
            event.stopPropagation();
            enlarge(box, button);
          }
        });
      });
    });
  });
})();
