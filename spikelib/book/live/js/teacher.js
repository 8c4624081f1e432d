// The rate network that is driven by the target output, and whose currents are the targets.

const SETTLED = 1e-9; // largest change in a pass of a teacher that repeats itself
const EXACT = 1e-13; // until which it goes on, for the sake of the digits

export class Teacher {
  // recurrent (n, n), output (n, n_outputs), input (n, n_inputs): rows are receiving units.
  constructor({ n, recurrent, output, input, n_outputs, n_inputs, decay }) {
    this.n = n;
    this.recurrent = recurrent;
    this.output = output;
    this.input = input;
    this.n_outputs = n_outputs;
    this.n_inputs = n_inputs;
    this.decay = decay;
  }

  // Currents f_J (T, n) of one trial; `state` (n) changes in place.
  run(outputs, inputs, steps, state) {
    const { n, recurrent, output, input, n_outputs, n_inputs, decay } = this;
    const currents = new Float64Array(steps * n);
    const rates = new Float64Array(n);
    for (let t = 0; t < steps; t++) {
      for (let j = 0; j < n; j++) rates[j] = Math.tanh(state[j]);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        const row = i * n;
        for (let j = 0; j < n; j++) sum += recurrent[row + j] * rates[j];
        let shown = 0, extra = 0;
        for (let k = 0; k < n_outputs; k++) shown += outputs[t * n_outputs + k] * output[i * n_outputs + k];
        for (let k = 0; k < n_inputs; k++) extra += inputs[t * n_inputs + k] * input[i * n_inputs + k];
        const f = shown + sum;
        currents[t * n + i] = f;
        state[i] = (state[i] - f - extra) * decay + f + extra;
      }
    }
    return currents;
  }

  // The same trial until the state comes back, or `most` times; the currents of the last pass.
  settle(outputs, inputs, steps, state, most = 30) {
    for (let pass = 1; ; pass++) {
      const before = state.slice();
      const currents = this.run(outputs, inputs, steps, state);
      const moved = state.reduce((worst, x, i) => Math.max(worst, Math.abs(x - before[i])), 0);
      if (moved < EXACT || pass >= most) return { currents, passes: pass, settled: moved < SETTLED };
    }
  }
}
