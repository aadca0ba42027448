import type { Clock } from '../clock';

/** A clock that moves when a test tells it to. */
export class FakeClock implements Clock {
  private now = 1000;
  private readonly due: { atMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.now;
  }

  after(delayMs: number, callback: () => void): { dispose(): void } {
    const entry = { atMs: this.now + delayMs, callback };
    this.due.push(entry);
    return {
      dispose: () => {
        const at = this.due.indexOf(entry);
        if (at >= 0) this.due.splice(at, 1);
      },
    };
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.due.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.due.splice(this.due.indexOf(next), 1);
      this.now = next.atMs;
      next.callback();
    }
    this.now = end;
  }

  get timers(): number {
    return this.due.length;
  }
}
