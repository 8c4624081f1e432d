// What the exercises in the page ask for. `kind` is that of the figure; `check(live, {chosen, noted})` is
// {right, words}: what was found, or a hint.

import { number } from "./look.js";
import { GOAL } from "./schooling.js";
import { SpikingModel } from "./spiking.js";

const KEPT = 0.1; // error of a trial in which the pattern is kept
const FIFTH = 5; // trials until it is judged
const MORE = 0.004; // of all neurons
const MOST_FACTORS = 5; // with which osc4 is learned, at the other settings as they are

const yes = (words) => ({ right: true, words });
const no = (words) => ({ right: false, words });
const pause = () => new Promise((resolve) => { setTimeout(resolve, 0); });

// Error of the fifth trial from the first state, so many neurons silenced; trial by trial, so that the
// page stays awake.
export async function errorWithSilenced(data, count) {
  const model = new SpikingModel(data);
  model.strength = data.fixed ? 1 : 0;
  model.silence(count / model.n_neurons);
  let error = 0;
  for (let trial = 0; trial < FIFTH; trial++) {
    let square = 0, power = 0;
    for (let t = 0; t < model.n_steps; t++) {
      model.step();
      for (let k = 0; k < model.n_outputs; k++) {
        const target = model.targets[t * model.n_outputs + k];
        square += (model.outputs[k] - target) ** 2;
        power += target ** 2;
      }
    }
    error = square / power;
    await pause();
  }
  return error;
}

export const EXERCISES = {
  below_threshold: {
    kind: "neuron",
    check(live) {
      const { current, noise } = live.settings();
      if (current > -1) {
        return no(`The current is ${number(current, 2)}. Take one of \u22121 or less, from which the voltage alone never ` +
          "reaches the threshold.");
      }
      if (noise === 0) return no("Without noise the voltage settles at the current, below the threshold, and stays there.");
      const found = `It fires at ${number(live.rate, 1)} Hz`;
      if (live.rate < 5) return no(`${found}: too seldom. Chance lifts it over the threshold more often with more noise.`);
      if (live.rate > 15) return no(`${found}: too often. Less noise, or a lower current.`);
      return yes(`${found}, carried over the threshold by chance alone. The intervals between such spikes are irregular.`);
    },
  },
  fewest_components: {
    kind: "components",
    check(live) {
      const { count, explained } = live, GOAL_SHARE = 0.99;
      const held = `${count} hold ${number(100 * explained[count - 1], 2)}%`;
      if (explained[count - 1] < GOAL_SHARE) return no(`${held} of the variance: too little.`);
      if (count > 1 && explained[count - 2] >= GOAL_SHARE) return no(`${held} of the variance, but fewer would do.`);
      return yes(`${held} of the variance, and one fewer would not.`);
    },
  },
  how_many_can_go: {
    kind: "network",
    async check(live) {
      const { network } = live, count = network.n_silenced;
      if (network.noise > 0 || network.strength !== (network.data.fixed ? 1 : 0)) {
        return no("Press Reset first: noise and random synapses should be as they were trained.");
      }
      if (count === 0) return no("With all neurons it keeps its pattern. Set the slider to your guess.");
      const error = await errorWithSilenced(network.data, count);
      const now = `With ${count} silenced the error of the fifth trial is ${error.toPrecision(2)}`;
      if (error >= KEPT) return no(`${now}: it has lost the pattern. Silence fewer.`);
      const more = Math.max(1, Math.round(MORE * network.n_neurons));
      const next = await errorWithSilenced(network.data, count + more);
      if (next < KEPT) return no(`${now}. ${more} more may go: then it is ${next.toPrecision(2)}. Go on.`);
      return yes(`${now}; with ${more} more it would be ${next.toPrecision(2)}. No neuron is needed by itself, and yet there ` +
        "is an end to it.");
    },
  },
  without_restarts: {
    kind: "trainer",
    action: "Compare",
    choices: ["It will keep step from each of the three random starts", "From at least one start it will fall out of step"],
    note: (live) => live.attempt,
    check(live, { chosen, noted }) {
      if (chosen < 0) return no("Predict first: choose one of the two.");
      if (live.busy) return no("Wait until the training above has ended.");
      if (!(live.attempt > noted)) return no("Now train, with the box for restarts empty.");
      if (!live.errors || !live.data) return no("Train it to the end, please.");
      if (live.job.restarts) return no("That was with restarts. Empty the box, and train once more.");
      const worst = Math.max(...live.errors), lost = worst > GOAL * 5;
      const seen = `From the worst of its starts the error is ${worst.toPrecision(2)}: ` +
        (lost ? "it falls out of step." : "it keeps step.");
      return lost === (chosen === 1) ? yes(seen) : no(`${seen} Predict again for another pattern, and train that one.`);
    },
  },
  fewest_factors: {
    kind: "trainer",
    check(live) {
      if (live.busy || !live.errors || !live.data) return no("Train a network to the end first.");
      const { n_factors, n_outputs } = live.job, worst = Math.max(...live.errors);
      if (live.settings.preset.value !== "osc4: four sine waves" || n_outputs !== 1) {
        return no("Choose osc4 above: another pattern may need more factors, or fewer.");
      }
      const now = `With ${n_factors} factors the worst error is ${worst.toPrecision(2)}`;
      if (worst > GOAL) return no(`${now}, and the goal is ${GOAL}. Take more.`);
      if (n_factors > MOST_FACTORS) return no(`${now}. That is good enough, but fewer factors do it, too.`);
      return yes(`${now}: the rhythm of the whole network is that of ${n_factors} signals.`);
    },
  },
  strength_in_few: {
    kind: "dale",
    check(live) {
      const { held, left } = live.packed, { level } = live, SHARE = 0.9;
      const now = `${number(100 * left[level] / left[0])}% of the synapses are left, with ` +
        `${number(100 * held[level])}% of the strength`;
      if (held[level] < SHARE) return no(`${now}. Remove fewer.`);
      if (level + 1 < held.length && held[level + 1] >= SHARE) return no(`${now}. More can go.`);
      return yes(`${now}: most of the strength is in few synapses.`);
    },
  },
};
