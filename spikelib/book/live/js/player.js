// What makes a simulation run in time with the page.

const LONGEST_FRAME = 12; // milliseconds of simulation in one frame

// Runs the model at the chosen speed while it plays and can be seen.
export class Player {
  constructor(root, { speed, dt, step, paint }) {
    this.speed = speed;
    this.dt = dt;
    this.step = step;
    this.paint = paint;
    this.playing = false;
    this.frames = 0;
    this.seen = true;
    this.request = 0;
    this.observer = new IntersectionObserver((entries) => {
      this.seen = entries[entries.length - 1].isIntersecting;
      this.go();
    });
    this.observer.observe(root);
  }

  go() {
    if (this.request || !this.playing || !this.seen) return;
    this.last = performance.now();
    this.owed = 0;
    this.request = requestAnimationFrame((now) => this.frame(now));
  }

  frame(now) {
    this.request = 0;
    if (!this.playing || !this.seen) return;
    this.owed += (this.speed() * Math.min(100, Math.max(0, now - this.last))) / 1000 / this.dt;
    this.last = now;
    const began = performance.now();
    while (this.owed >= 1 && performance.now() - began < LONGEST_FRAME) {
      this.step();
      this.owed -= 1;
    }
    this.owed = Math.min(this.owed, 20); // a slow computer shows a slower network
    this.paint();
    this.frames += 1;
    this.request = requestAnimationFrame((next) => this.frame(next));
  }

  play(on) {
    this.playing = on;
    this.go();
  }

  close() {
    this.playing = false;
    cancelAnimationFrame(this.request);
    this.observer.disconnect();
  }
}
