// What a frozen network is worth, which stage limits it, and what to do next, in words.

import { number } from "./look.js";
import { GOAL } from "./schooling.js";

const FEW = 60; // trials, before which nothing else is blamed

export const brief = (error) => (error < 0.0995 ? error.toPrecision(1) : error.toPrecision(2));

const median = (values) => Array.from(values).sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Where the network fails: {limit, text, step}. `limit` is "none", "teacher", "factors", "trials",
// "neurons" or "loop"; `step` is what to change, {name, value, words}, or null.
export function diagnose({ errors, learning, missed, settled }, job, most) {
  const worst = Math.max(...errors);
  if (worst <= GOAL) return { limit: "none", text: "It has learned the pattern.", step: null };
  const goal = `The goal is ${GOAL}. `;
  const trials = Math.min(most.trials, job.n_trials + 80), neurons = Math.min(most.neurons, job.n_neurons + 100);
  const factors = Math.min(most.factors, job.n_factors + 6);
  const moreTrials = trials > job.n_trials ? { name: "trials", value: trials, words: `Train with ${trials} trials` } : null;
  const moreNeurons = neurons > job.n_neurons ? { name: "neurons", value: neurons, words: `Train ${neurons} neurons` } : null;
  const again = { name: "again", value: 0, words: "Train with another teacher" };
  if (!settled) {
    return {
      limit: "teacher", step: again,
      text: `${goal}The teacher limits: driven by the pattern it never settled into repeating itself, so ` +
        "that its currents are no fixed target.",
    };
  }
  if (missed > 0.5 * GOAL) {
    return {
      limit: "factors",
      text: `${goal}The factors limit: the best readout of the ${job.n_factors} factors themselves misses ` +
        `${number(100 * missed, 1)}% of the pattern, whatever the spikes do.`,
      step: factors > job.n_factors ? { name: "factors", value: factors, words: `Train with ${factors} factors` } : again,
    };
  }
  const quarter = Math.max(1, Math.floor(learning.length / 4));
  const late = median(learning.slice(-quarter)), before = median(learning.slice(-2 * quarter, -quarter));
  const few = learning.length < FEW, falling = late < 0.75 * before;
  if (late > GOAL && (falling || few) && moreTrials) {
    return {
      limit: "trials", step: moreTrials,
      text: `${goal}The number of trials limits: the error while it learns is ${brief(late)}` + (falling
        ? " and was still falling." : `, after no more than ${learning.length} trials.`),
    };
  }
  if (late > 0.7 * GOAL) {
    return {
      limit: "neurons", step: moreNeurons || moreTrials || again,
      text: `${goal}The spikes limit: while it learns the error stays at ${brief(late)}. The sum of more neurons is smoother.`,
    };
  }
  const text = `${goal}The loop limits: while it learns the error is ${brief(late)}, on its own it is ${brief(worst)}. `;
  if (!job.restarts) {
    return {
      limit: "loop", text: `${text}It has never learned to find its way back.`,
      step: { name: "restarts", value: true, words: "Train with restarts" },
    };
  }
  return {
    limit: "loop", text: `${text}It needs more practice in finding its way back, or more neurons.`,
    step: moreTrials || moreNeurons || again,
  };
}
