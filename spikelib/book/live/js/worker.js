// The worker in which a network is trained, so that the page stays smooth.

import { forceSchool } from "./force.js";
import { school } from "./schooling.js";

self.onmessage = (event) => {
  try {
    const messages = event.data.method === "FORCE" ? forceSchool(event.data) : school(event.data);
    for (const message of messages) self.postMessage(message);
  } catch (error) {
    self.postMessage({ stage: "failed", text: String(error) });
  }
};
