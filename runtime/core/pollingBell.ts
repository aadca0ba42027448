import type { Bell } from './bell';

/** So often it gives the processor to whoever wants it, and looks, before it sleeps: a millisecond or so. */
const yields = 1000;
/** A sleep is cut into pieces of this length, at first and at most. */
const firstMs = 0.05;
const mostMs = 1;
/** So often an event loop looks before it begins to take its time. */
const eagerLooks = 1000;

/**
 * A bell for a thread that also waits for what cannot ring. It gives way and looks for a while, since a look is all that
 * tells it; then it sleeps in short pieces and looks between them, longer pieces the longer it has waited. A wait without end costs about a hundredth of a processor.
 */
export class PollingBell implements Bell {
  /** `giveWay` lets another thread have the processor, if one waits for it. */
  constructor(
    private readonly bell: Bell,
    private readonly giveWay: () => void,
  ) {}

  arm(): number {
    return this.bell.arm();
  }

  disarm(): void {
    this.bell.disarm();
  }

  sleep(seen: number, limitMs: number, ready = (): boolean => false): boolean {
    for (let i = 0; i < yields; i += 1) {
      this.giveWay();
      if (ready() || this.bell.arm() !== seen) return false;
    }
    let piece = firstMs;
    for (let left = limitMs; left > 0; left -= piece, piece = Math.min(mostMs, 2 * piece)) {
      if (!this.bell.sleep(seen, Math.min(piece, left)) || ready()) return false;
    }
    return true;
  }

  async rung(ready: () => boolean): Promise<void> {
    const seen = this.bell.arm();
    for (let looks = 0; !ready() && this.bell.arm() === seen; looks += 1) {
      await new Promise<void>((resolve) =>
        looks < eagerLooks ? setImmediate(resolve) : setTimeout(resolve, mostMs),
      );
    }
    this.bell.disarm();
  }

  ring(): void {
    this.bell.ring();
  }
}
