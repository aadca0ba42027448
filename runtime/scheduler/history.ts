/** How long tasks of a name took, and how fast the nodes are. */
import type { NodeRecord } from './nodeRecord';

/** Weight of the newest value in an average that follows. */
const following = 0.2;
/** So many values before the deviation says anything. */
const enough = 5;

/** Bounds of what is believed of a node. */
const slowestSpeed = 1 / 16;
const fastestSpeed = 4;

interface Durations {
  count: number;
  meanMs: number;
  deviationMs: number;
}

/** Believed of a task whose name has no history. */
const unknownMs = 5;

/**
 * An average that follows the values and their mean deviation for each name, as TCP's round-trip estimate (Jacobson
 * 1988); and for each node its speed: how long its tasks were expected to take by what they took. O(1) each.
 */
export class History {
  private readonly names = new Map<string, Durations>();

  expectedMs(name: string): number {
    return this.names.get(name)?.meanMs ?? unknownMs;
  }

  /** After so long a task of this name is late; Infinity while too few are known. */
  lateAfterMs(name: string): number {
    const known = this.names.get(name);
    if (!known || known.count < enough) return Infinity;
    return 2 * known.meanMs + 4 * known.deviationMs;
  }

  /** A task ended well; `ms` is what it took on the node. */
  add(name: string, node: NodeRecord, ms: number): void {
    const normalMs = ms * node.speed;
    const known = this.names.get(name);
    if (!known) {
      this.names.set(name, { count: 1, meanMs: normalMs, deviationMs: normalMs / 2 });
      return;
    }
    // Times too short to be measured well say nothing of a node.
    if (known.count >= enough && ms > 0.1) {
      const speed = Math.min(fastestSpeed, Math.max(slowestSpeed, known.meanMs / ms));
      node.speed = node.speedKnown ? node.speed + following * (speed - node.speed) : speed;
      node.speedKnown = true;
    }
    known.count += 1;
    known.deviationMs += following * (Math.abs(normalMs - known.meanMs) - known.deviationMs);
    known.meanMs += following * (normalMs - known.meanMs);
  }
}
