import type { AutoscaleDecision } from '../scheduler/autoscaler';
import type { NodeCount } from './nodeCount';

/** A look of the autoscaler that has changed its mind. */
export interface ScaleDecision {
  /** Milliseconds of the cluster's clock since the driver began. */
  atMs: number;
  /** Nodes that there were, and that it wants. */
  from: number;
  to: number;
  /** Why, in words. */
  why: string;
}

/** So many decisions are kept. */
const keptDecisions = 100;

/** The nodes of a driver's job: how many there are, and how many there are to be. */
export class Cluster {
  private readonly kept: ScaleDecision[] = [];

  /** @internal */
  constructor(
    private readonly count: NodeCount,
    private readonly awaiting: (what: string) => () => void,
  ) {}

  /** Nodes that take part now, counted as `--nodes` does: the driver's is one of them. */
  get size(): number {
    return this.count.size;
  }

  /**
   * Brings the job to so many nodes. New ones load the same program and take tasks, also those that wait already. To have
   * fewer, those go first that run nothing; each finishes what it runs, and hands over the results that it holds.
   *
   * Resolves with the number of nodes once they have joined, or left. With that number already there, nothing happens.
   *
   * @param nodes counted as `--nodes` does: at least the driver's and one that runs tasks
   * @throws LockstepError `badScale`, `badPlacement` where the cluster has no place for more, `nodesDidNotJoin`
   * @example
   * await cluster.scale(8);
   * await Promise.all(job.map(render, frames).map(({ result }) => result));
   * await cluster.scale(2);
   */
  scale(nodes: number): Promise<number> {
    return this.whileAwaited(`cluster.scale(${nodes})`, (why) =>
      this.count.set(nodes, { by: 'program', why }),
    );
  }

  /**
   * Sends a node away: it takes no more tasks, finishes what it runs, hands over the results that it holds, and ends. Resolves
   * with the number of nodes that are left. A node that is only to run nothing for a while is `scheduler.cordon`'s.
   *
   * @throws LockstepError `badArgument` where no such node runs tasks, or where it is the last one
   */
  remove(rank: number): Promise<number> {
    return this.whileAwaited(`cluster.remove(${rank})`, (why) =>
      this.count.remove(rank, { by: 'program', why }),
    );
  }

  /** What the autoscaler has wanted, oldest first: each time that it changed its mind, of the last 100. */
  get decisions(): readonly ScaleDecision[] {
    return this.kept;
  }

  /** Why the job has as many nodes as it has, in the words of the autoscaler's last look. */
  get why(): string {
    const last = this.kept.at(-1);
    if (!last) return `${this.size} nodes: no autoscaler is at work`;
    const wish = last.to === last.from ? `${last.from} nodes stay` : `from ${last.from} to ${last.to} nodes`;
    return `${wish}: ${last.why}`;
  }

  /** @internal The autoscaler has looked. */
  looked(atMs: number, from: number, { size: to, why }: AutoscaleDecision): void {
    const last = this.kept.at(-1);
    const look = { atMs, from, to, why };
    // Only the latest of looks that want the same is of interest: it has the newest reason.
    if (last?.to === to && last.from === from) this.kept[this.kept.length - 1] = look;
    else this.kept.push(look);
    if (this.kept.length > keptDecisions) this.kept.shift();
  }

  private async whileAwaited(call: string, change: (call: string) => Promise<number>): Promise<number> {
    const done = this.awaiting(call);
    try {
      return await change(call);
    } finally {
      done();
    }
  }
}
