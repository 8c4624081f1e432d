// A stand-in for a widget's model: what `NetworkView` and sliders ask of one.

export class Traits {
  constructor(values) {
    this.values = values;
    this.listeners = {};
  }

  get(name) { return this.values[name]; }

  set(name, value) {
    if (this.values[name] === value) return;
    this.values[name] = value;
    (this.listeners[`change:${name}`] || []).forEach((listener) => listener());
  }

  save_changes() {}

  on(name, listener) { (this.listeners[name] ||= []).push(listener); }

  off(name, listener) {
    this.listeners[name] = (this.listeners[name] || []).filter((one) => one !== listener);
  }
}

// What a network in `data` begins with in a `NetworkView`.
export function runningTraits(data, colors) {
  return new Traits({ packed: data, noise: 0, strength: data.fixed ? 1 : 0, silenced: 0, speed: 0.5, library: "", colors });
}
