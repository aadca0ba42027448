/**
 * What a main thread sleeps on. To wait: `arm`, look once more whether there is something to do, then `sleep` or `disarm`.
 * A ring between `arm` and `sleep` is not lost.
 */
export interface Bell {
  /** Says that this thread is about to sleep; returns the bell's count. */
  arm(): number;
  /** It does not sleep after all. */
  disarm(): void;
  /** Sleeps until the count is no longer `seen`, at most so long; true if nobody rang. What cannot ring is asked for by `ready`. */
  sleep(seen: number, limitMs: number, ready?: () => boolean): boolean;
  /** Resolves once somebody rings, or at once if `ready`; the event loop runs meanwhile. */
  rung(ready: () => boolean): Promise<void>;
  /** Wakes whoever sleeps on it. */
  ring(): void;
}

/** A bell between the threads of one process. */
export class ThreadBell implements Bell {
  /** `cells[index]` is the bell's count. */
  constructor(
    private readonly cells: Int32Array,
    private readonly index: number,
  ) {}

  arm(): number {
    return Atomics.load(this.cells, this.index);
  }

  disarm(): void {
    // Whoever rings does not ask whether somebody sleeps.
  }

  sleep(seen: number, limitMs: number): boolean {
    return Atomics.wait(this.cells, this.index, seen, limitMs) === 'timed-out';
  }

  async rung(ready: () => boolean): Promise<void> {
    const seen = this.arm();
    if (!ready()) await Atomics.waitAsync(this.cells, this.index, seen).value;
  }

  ring(): void {
    Atomics.add(this.cells, this.index, 1);
    Atomics.notify(this.cells, this.index);
  }
}
