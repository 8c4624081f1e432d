// Errors of trials on a logarithmic scale: the panel of a running network and of one that learns.

import { number } from "./look.js";
import { Panel } from "./panel.js";

const LOW = -4, HIGH = 0.6; // powers of ten; what lies beyond is drawn at the edge
const POWERS = [[-4, "10\u207b\u2074"], [-2, "0.01"], [0, "1"]];

// `errors[k]` is that of trial `first + k`; `places`: how many trials there is room for; `marked[k]`:
// whether something was done to the network in it.
export function drawErrors(context, look, box, { errors, first = 1, places, marked = [], title, xTitle }) {
  const { top, height } = box;
  const panel = new Panel(context, look, { ...box, x: [first - 0.5, first + places - 0.5], y: [LOW, HIGH] });
  panel.frame({ title, xTitle, yNames: POWERS, xTicks: 0 });
  context.textBaseline = "top";
  context.textAlign = "center";
  context.fillStyle = look.muted;
  const every = Math.max(10, 10 * Math.ceil(places / 60));
  for (let trial = Math.ceil(first / every) * every; trial < first + places; trial += every) {
    context.fillText(number(trial), panel.toX(trial), top + height + 6);
  }
  context.lineWidth = 1;
  for (const [power] of POWERS) {
    const y = Math.round(panel.toY(power)) + 0.5;
    panel.rule(panel.left, y, panel.left + panel.width, y, look.grid);
  }
  context.lineWidth = 2;
  errors.forEach((_, k) => {
    const x = panel.toX(first + k);
    if (marked[k]) panel.rule(x, top, x, top + height, look.input);
  });
  context.fillStyle = look.spiking;
  errors.forEach((error, k) => {
    const power = Math.min(HIGH, Math.max(LOW, Math.log10(Math.max(error, 1e-9))));
    context.fillRect(panel.toX(first + k) - 2, panel.toY(power) - 2, 4, 4);
  });
}
