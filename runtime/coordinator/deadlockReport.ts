import type { JobFailure } from '../protocol/job';

/**
 * What becomes of a deadlock while a job is debugged: it is told once, so that the nodes can be stopped and looked at.
 * Once they have stood and wait again for the same, nobody has helped them: the job ends as it would have at first.
 *
 * Pure; nodes that stand are no part of a deadlock, so one that is found again is found among nodes that go on.
 */
export class DeadlockReport {
  private known: { failure: JobFailure; ranks: ReadonlySet<number>; stood: boolean } | undefined;

  /** A deadlock was found among these ranks: to be told, to be ended with, or known already. */
  found(failure: JobFailure, ranks: readonly number[]): 'tell' | 'end' | 'known' {
    const { known } = this;
    if (known?.failure.error.message === failure.error.message) return known.stood ? 'end' : 'known';
    this.known = { failure, ranks: new Set(ranks), stood: false };
    return 'tell';
  }

  /** A node stands, by the debugger's doing. */
  paused(rank: number): void {
    if (this.known?.ranks.has(rank)) this.known.stood = true;
  }

  /** The deadlock that was told last. */
  get failure(): JobFailure | undefined {
    return this.known?.failure;
  }
}
