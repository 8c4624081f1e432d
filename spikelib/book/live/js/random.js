// Chance that both sides can make: a hash of (seed, index), in 32-bit arithmetic.

// The same number from 0 to 2^32 - 1 as `hashed` in spikelib/live/_random.py.
export function hashed(seed, index) {
  let h = (index + Math.imul(seed, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

// Four signed bytes of the hash, added up: nearly normal, whole, from -512 to 508.
export function hashedWeight(seed, index) {
  const h = hashed(seed, index);
  return (h << 24 >> 24) + (h << 16 >> 24) + (h << 8 >> 24) + (h >> 24);
}

// A source of standard normal numbers (Box and Muller).
export class Normal {
  constructor(seed) {
    this.seed = seed;
    this.index = 0;
    this.spare = null;
  }

  // Uniform on [0, 1).
  uniform() {
    return hashed(this.seed, this.index++) / 4294967296;
  }

  next() {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    const first = (hashed(this.seed, this.index++) + 0.5) / 4294967296;
    const second = hashed(this.seed, this.index++) / 4294967296;
    const radius = Math.sqrt(-2 * Math.log(first));
    this.spare = radius * Math.sin(2 * Math.PI * second);
    return radius * Math.cos(2 * Math.PI * second);
  }
}
