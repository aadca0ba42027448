/** Heartbeat failure detector with fixed bounds: silence makes a node suspect, longer silence dead. */

export interface DetectorSettings {
  heartbeatMs: number;
  suspectAfterMs: number;
  deadAfterMs: number;
  /** How much longer than `deadAfterMs` a node's first sign of life may take. */
  startGraceMs: number;
}

export const defaultDetector: DetectorSettings = {
  heartbeatMs: 500,
  suspectAfterMs: 2000,
  deadAfterMs: 5000,
  startGraceMs: 15_000,
};

/** Why a node is taken for dead: one that was up, or one that never was. */
export function describeSilence({ deadAfterMs, startGraceMs }: DetectorSettings, wasUp: boolean): string {
  if (wasUp) return `it was silent for ${deadAfterMs / 1000} s`;
  return `it was not up after ${(deadAfterMs + startGraceMs) / 1000} s`;
}

export type Verdict = 'alive' | 'suspect' | 'dead';

/** Watches the nodes of one job. Times are those of the cluster's clock, in milliseconds. */
export class FailureDetector {
  private readonly heardAtMs = new Map<number, number>();
  private lookedAtMs: number | undefined;

  constructor(private readonly settings: DetectorSettings) {}

  /** The node of this rank is being started. */
  expect(rank: number, nowMs: number): void {
    this.lookedAtMs ??= nowMs;
    this.heardAtMs.set(rank, nowMs + this.settings.startGraceMs);
  }

  /** The node of this rank gave a sign of life. */
  heard(rank: number, nowMs: number): void {
    this.heardAtMs.set(rank, nowMs);
  }

  /** The node is no longer watched. */
  forget(rank: number): void {
    this.heardAtMs.delete(rank);
  }

  /**
   * The verdict on every watched node. When the detector itself was held up (the machine slept, the process was
   * stopped), nobody is blamed for the time in which it could not listen.
   */
  look(nowMs: number): Map<number, Verdict> {
    const heldUp = nowMs - (this.lookedAtMs ?? nowMs) > 2 * this.settings.heartbeatMs;
    this.lookedAtMs = nowMs;
    const verdicts = new Map<number, Verdict>();
    for (const [rank, heardAtMs] of this.heardAtMs) {
      const since = heldUp ? Math.max(heardAtMs, nowMs) : heardAtMs;
      this.heardAtMs.set(rank, since);
      const silentMs = nowMs - since;
      if (silentMs >= this.settings.deadAfterMs) verdicts.set(rank, 'dead');
      else verdicts.set(rank, silentMs >= this.settings.suspectAfterMs ? 'suspect' : 'alive');
    }
    return verdicts;
  }
}
