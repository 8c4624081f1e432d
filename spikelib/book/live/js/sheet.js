// A canvas that keeps its size and its colours right, and calls `draw` when it has to.

import { look, watchLook } from "./look.js";

export class Sheet {
  // `height(width)`: how high the drawing is where it is `width` wide, in CSS pixels.
  constructor(parent, { label, colors, height, draw }) {
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", label);
    parent.append(this.canvas);
    this.parent = parent;
    this.colors = colors;
    this.height = height;
    this.draw = draw;
    this.width = 0;
    this.waiting = 0;
    this.context = this.canvas.getContext("2d");
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(parent);
    this.unwatch = watchLook(() => this.refresh());
    this.fit();
  }

  fit() {
    const width = Math.floor(this.parent.clientWidth);
    const ratio = window.devicePixelRatio || 1;
    if (width <= 0 || (width === this.width && ratio === this.ratio)) return;
    this.width = width;
    this.ratio = ratio;
    this.high = this.height(width);
    this.canvas.style.width = width + "px";
    this.canvas.style.height = this.high + "px";
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.high * ratio);
    this.paint();
  }

  // Draw at the next frame, however often this is asked for before it.
  refresh() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  paint() {
    if (this.width <= 0) return;
    this.look = look(this.parent, this.colors);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.high);
    this.context.font = this.look.font;
    this.draw(this.context, this.look, this.width, this.high);
  }

  close() {
    cancelAnimationFrame(this.waiting);
    this.sizes.disconnect();
    this.unwatch();
  }
}
