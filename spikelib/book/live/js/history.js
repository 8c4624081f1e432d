// The errors of the last trials of a running network, the newest at the right.

import { drawErrors } from "./errors.js";

const SHOWN = 40; // trials

export class History {
  constructor() {
    this.errors = [];
    this.marked = []; // whether something was changed in the trial: a kick, a slider
    this.touched = false;
  }

  // Something was changed in the trial that is running.
  touch() {
    this.touched = true;
  }

  add(error) {
    this.errors.push(error);
    this.marked.push(this.touched);
    this.touched = false;
  }

  draw(context, look, box) {
    const before = Math.max(0, this.errors.length - SHOWN);
    context.clearRect(0, box.top - 22, box.left + box.width + 10, box.height + 66);
    drawErrors(context, look, box, {
      errors: this.errors.slice(before), marked: this.marked.slice(before), first: before + 1, places: SHOWN,
      title: "error (nMSE) of each trial", xTitle: "trial; lines: a kick or a change",
    });
  }
}
