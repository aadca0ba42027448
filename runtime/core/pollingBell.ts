import type { Bell } from './bell';

/** A sleep is cut into pieces of this length, at first and at most. */
const firstMs = 0.05;
const mostMs = 1;
/** So often an event loop looks before it begins to take its time. */
const eagerLooks = 1000;

/**
 * A bell for a thread that also waits for what cannot ring: it sleeps in short pieces and looks between them, longer
 * pieces the longer it has waited. A wait without end costs about a hundredth of a processor.
 */
export class PollingBell implements Bell {
  /** True if there is something that did not ring. */
  look: () => boolean = () => false;

  constructor(private readonly bell: Bell) {}

  arm(): number {
    return this.bell.arm();
  }

  disarm(): void {
    this.bell.disarm();
  }

  sleep(seen: number, limitMs: number): boolean {
    let piece = firstMs;
    for (let left = limitMs; left > 0; left -= piece, piece = Math.min(mostMs, 2 * piece)) {
      if (!this.bell.sleep(seen, Math.min(piece, left)) || this.look()) return false;
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
