// Recursive least squares on traces, event-driven: what spikelib/_kernels/rls.py does, and why it
// may, is written there. P s is carried along and gets a column of P at each spike; corrections of
// P wait in a tail, P = base - tailᵀ tail, until they are folded in together.

const TAIL = 32; // corrections that wait
const LONGEST = 64; // steps between two times at which waiting spikes are added

export class Recursion {
  // n traced neurons, each with a slow and a fast trace; `rows` weighted sums.
  constructor({ n, rows, slowDecay, fastDecay, prior }) {
    const m = 2 * n;
    this.n = n;
    this.m = m;
    this.rows = rows;
    this.slowDecay = slowDecay;
    this.fastDecay = fastDecay;
    this.base = new Float64Array(m * m);
    for (let i = 0; i < m; i++) this.base[i * m + i] = prior;
    this.tail = Array.from({ length: TAIL }, () => new Float64Array(m));
    this.errors = Array.from({ length: TAIL }, () => new Float64Array(rows));
    this.weights = new Float64Array(m * rows);
    this.pending = 0;
    this.waiting = new Int32Array(2 * n * LONGEST);
    this.allSlow = new Float64Array(TAIL);
    this.allFast = new Float64Array(TAIL);
    this.nowSlow = new Float64Array(TAIL);
    this.nowFast = new Float64Array(TAIL);
    this.forget();
  }

  // Traces, P s and W s of a network without a past.
  forget() {
    this.slow = new Float64Array(this.n);
    this.fast = new Float64Array(this.n);
    this.pSlow = new Float64Array(this.m);
    this.pFast = new Float64Array(this.m);
    this.zSlow = new Float64Array(this.rows);
    this.zFast = new Float64Array(this.rows);
    this.count = 0;
    this.steps = 0;
  }

  // One time step: decay, then the spikes of the traced neurons places[0 .. count).
  step(places, count) {
    if (this.steps + 1 >= LONGEST) this.catchUp();
    const { n, rows, zSlow, zFast, tail, errors, weights, pending } = this;
    this.steps += 1;
    for (let r = 0; r < rows; r++) {
      zSlow[r] *= this.slowDecay;
      zFast[r] *= this.fastDecay;
    }
    for (let c = 0; c < pending; c++) {
      this.allSlow[c] *= this.slowDecay;
      this.allFast[c] *= this.fastDecay;
      this.nowSlow[c] = this.nowFast[c] = 0;
    }
    if (count === 0) return;
    for (let k = 0; k < count; k++) {
      const i = places[k];
      this.waiting[2 * this.count] = i;
      this.waiting[2 * this.count + 1] = this.steps;
      this.count += 1;
      const slow = i * rows, fast = (n + i) * rows;
      for (let r = 0; r < rows; r++) {
        zSlow[r] += weights[slow + r];
        zFast[r] += weights[fast + r];
      }
      for (let c = 0; c < pending; c++) {
        this.nowSlow[c] += tail[c][i];
        this.nowFast[c] += tail[c][n + i];
      }
    }
    for (let c = 0; c < pending; c++) {
      const x = this.nowSlow[c], y = this.nowFast[c], row = errors[c];
      this.allSlow[c] += x;
      this.allFast[c] += y;
      for (let r = 0; r < rows; r++) {
        zSlow[r] -= row[r] * x;
        zFast[r] -= row[r] * y;
      }
    }
  }

  // Bring the traces and P s up to this step.
  catchUp() {
    const { n, m, base, slow, fast, pSlow, pFast, steps, count, waiting } = this;
    const slowAll = this.slowDecay ** steps, fastAll = this.fastDecay ** steps;
    for (let i = 0; i < n; i++) {
      slow[i] = small(slow[i] * slowAll);
      fast[i] = small(fast[i] * fastAll);
    }
    for (let j = 0; j < m; j++) {
      pSlow[j] = small(pSlow[j] * slowAll);
      pFast[j] = small(pFast[j] * fastAll);
    }
    for (let k = 0; k < count; k++) {
      const i = waiting[2 * k], age = steps - waiting[2 * k + 1];
      const x = this.slowDecay ** age, y = this.fastDecay ** age;
      slow[i] += x;
      fast[i] += y;
      add(pSlow, x, base, i * m, m);
      add(pFast, y, base, (n + i) * m, m);
    }
    for (let c = 0; c < this.pending; c++) {
      if (count > 0) {
        add(pSlow, -this.allSlow[c], this.tail[c], 0, m);
        add(pFast, -this.allFast[c], this.tail[c], 0, m);
      }
      this.allSlow[c] = this.allFast[c] = 0;
    }
    this.count = this.steps = 0;
  }

  // One update with the error W s - target, (rows), made before it.
  update(error) {
    this.catchUp();
    const { n, m, slow, fast, pSlow, pFast, rows } = this;
    const b = this.pending, row = this.tail[b];
    let withSlow = 0, withFast = 0;
    for (let i = 0; i < n; i++) {
      withSlow += slow[i] * (pSlow[i] + pFast[i]);
      withFast += fast[i] * (pSlow[n + i] + pFast[n + i]);
    }
    const gain = 1 / (1 + withSlow + withFast), root = Math.sqrt(gain);
    const gSlow = gain * withSlow, gFast = gain * withFast;
    for (let j = 0; j < m; j++) {
      const q = pSlow[j] + pFast[j];
      row[j] = root * q;
      pSlow[j] -= gSlow * q;
      pFast[j] -= gFast * q;
    }
    for (let r = 0; r < rows; r++) {
      this.errors[b][r] = root * error[r];
      this.zSlow[r] -= gSlow * error[r];
      this.zFast[r] -= gFast * error[r];
    }
    this.pending = b + 1;
    if (this.pending === TAIL) this.fold();
  }

  // The corrections that wait go into P and W.
  fold() {
    if (this.steps > 0) this.catchUp();
    const { m, base, tail, weights, errors, rows } = this;
    // Four corrections in one pass over the lower half of P; the other half is its copy.
    let c = 0;
    for (; c + 4 <= this.pending; c += 4) {
      const [a, b, d, e] = tail.slice(c, c + 4);
      for (let i = 0; i < m; i++) {
        const ai = a[i], bi = b[i], di = d[i], ei = e[i], at = i * m;
        for (let j = 0; j <= i; j++) base[at + j] -= ai * a[j] + bi * b[j] + di * d[j] + ei * e[j];
      }
    }
    for (; c < this.pending; c++) {
      const a = tail[c];
      for (let i = 0; i < m; i++) {
        const ai = a[i], at = i * m;
        for (let j = 0; j <= i; j++) base[at + j] -= ai * a[j];
      }
    }
    for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) base[j * m + i] = base[i * m + j];
    for (c = 0; c < this.pending; c++) {
      for (let j = 0; j < m; j++) {
        const x = tail[c][j];
        for (let r = 0; r < rows; r++) weights[j * rows + r] -= x * errors[c][r];
      }
    }
    this.pending = 0;
  }
}

// What has decayed to nothing is nothing: denormal numbers cost a hundredfold.
const small = (x) => (Math.abs(x) < 1e-100 ? 0 : x);

function add(x, factor, rows, at, m) {
  for (let j = 0; j < m; j++) x[j] += factor * rows[at + j];
}
