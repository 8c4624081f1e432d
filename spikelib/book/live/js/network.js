// A trained network that runs in the page, with sliders to disturb it: the widget.

import { NetworkView } from "./network_view.js";

function render(context) {
  const view = new NetworkView(context);
  return () => view.close();
}

export default { render };
