// A picture that stands still until a slider moves: drawing, sliders, words, and their end.

import { box, library, slider, status } from "./controls.js";
import { Sheet } from "./sheet.js";

// `picture` has update(), text() and draw(context, look, width, height). `buttons` is called with the
// row in which buttons go and with what draws anew. Returns what the widget's end has to call.
export function showStill({ model, el }, picture, { label, height, sliders, buttons = null }) {
  const root = box(el, "spikelib-live");
  /** @type {any} */ (root).live = picture; // for tests
  const sheet = new Sheet(box(root, "live-sheet"), {
    label, height, colors: model.get("colors"), draw: (...all) => picture.draw(...all),
  });
  if (buttons) buttons(box(root, "live-buttons"), () => sheet.refresh());
  const panel = box(root, "live-controls");
  const words = status(root);
  const update = () => {
    picture.update();
    sheet.refresh();
    words.show(picture.text());
    words.say(picture.text());
  };
  const moved = sliders.map((options) => slider(panel, model, { ...options, onChange: update }));
  const close = library(root, model);
  words.show(picture.text());
  return () => {
    sheet.close();
    words.close();
    close();
    moved.forEach((one) => one.close());
  };
}
