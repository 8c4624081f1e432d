// The worker in which a network is trained, so that the page stays smooth.

import { school } from "./schooling.js";

self.onmessage = (event) => {
  try {
    for (const message of school(event.data)) self.postMessage(message);
  } catch (error) {
    self.postMessage({ stage: "failed", text: String(error) });
  }
};
