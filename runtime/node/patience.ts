import { availableParallelism } from 'node:os';

/** What carries messages: memory or sockets that the main thread has, or its agent. */
export type Way = 'memory' | 'sockets' | 'agent';

/** Bounds of how often a waiting main thread looks before it sleeps. */
interface PatienceBounds {
  least: number;
  most: number;
  /** How often it looks now and then, to find out whether times have changed. */
  probe: number;
  /** After so many looks it gives way to whoever else wants the processor; else never. */
  stride?: number;
  /** So many looks take some tenths of a microsecond. */
  tick: number;
}

/** One in so many waits that looking did not end is looked at longer. */
const probeEvery = 64;

/**
 * How long a waiting main thread looks again and again before it sleeps. Looking saves the wake-up, if the message comes
 * soon; else it takes the processor from whoever has work, perhaps from the sender. So it looks longer after
 * it has paid off, and less long after it has not (adaptive spinning, as in the locks of many kernels).
 */
export class Patience {
  private looks: number;
  private failures = 0;

  /** `giveWay` lets another thread have the processor, if one waits for it. */
  constructor(
    private readonly bounds: PatienceBounds,
    private readonly giveWay = (): void => undefined,
  ) {
    this.looks = bounds.most;
  }

  /** For a node of a job of this size. */
  static of(size: number, way: Way, giveWay?: () => void): Patience {
    const processors = availableParallelism();
    switch (way) {
      case 'agent': // a message needs the agents' threads too
        return new Patience(
          2 * size <= processors
            ? { least: 0, most: 2000, probe: 250, tick: 16 }
            : { least: 0, most: 0, probe: 0, tick: 16 },
        );
      case 'sockets': // a look is a call of the system, some 0.4 µs; to look longer than it takes to be woken does not pay
        return new Patience(
          size <= processors
            ? { least: 1, most: 200, probe: 200, tick: 1 }
            : { least: 0, most: 50, probe: 50, tick: 1 },
        );
      case 'memory':
        // A look takes some 15 ns, to be woken some 10 µs: the least is about as long, so that two nodes which have been
        // made to sleep find back to looking. To give way takes some 0.3 µs where nobody wants the processor; where more
        // nodes than processors wait for each other, the next one can answer then.
        return new Patience(
          size <= processors
            ? { least: 900, most: 50_000, probe: 6250, stride: 200, tick: 16 }
            : { least: 100, most: 400, probe: 100, stride: 20, tick: 16 },
          giveWay,
        );
    }
  }

  /** Looks for a while; true once `ready`. `onTick` is called every few tenths of a microsecond, before it looks again. */
  look(ready: () => boolean, onTick?: () => void): boolean {
    const { least, most, probe, stride = Infinity, tick } = this.bounds;
    let untilWay = stride;
    let untilTick = onTick ? tick : Infinity;
    const looks = this.failures % probeEvery === probeEvery - 1 ? Math.max(this.looks, probe) : this.looks;
    for (let i = 0; i < looks; i += 1) {
      if (!ready()) {
        untilWay -= 1;
        untilTick -= 1;
        if (untilWay === 0) {
          untilWay = stride;
          this.giveWay();
          untilTick = Math.min(untilTick, 0);
        }
        if (untilTick <= 0) {
          untilTick = tick;
          onTick?.();
        }
        continue;
      }
      if (i > 0) this.looks = Math.min(most, Math.max(2 * this.looks, 2 * i));
      return true;
    }
    this.failures += 1;
    this.looks = Math.max(least, this.looks >> 1);
    return false;
  }
}
