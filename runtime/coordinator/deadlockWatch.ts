import { monotonicMs } from '../core/clock';
import type { Quiescence } from '../protocol/agentLink';
import type { JobFailure } from '../protocol/job';
import { type Standing, standings, stuckNodes } from './deadlock';
import { deadlockFailure } from './explainDeadlock';
import type { JobFaults } from './faults/jobFaults';
import type { NodeHandle } from './nodeHandle';
import { withStrandedPlaces } from './strandedPlaces';

/** Between the two looks of a check. */
const lookMs = 100;
/** While some nodes still go on, the stuck ones are told once so long has brought no other: most come to a stop too. */
const settleMs = 300;

/** Looks for nodes that can never go on, whenever some node stands still. */
export class DeadlockWatch {
  private checking = false;

  /** `onDeadlock` gets the explanation, as a failure of the job, and the ranks of the nodes that are stuck; `faults` are those made on purpose. */
  constructor(
    private readonly nodes: readonly NodeHandle[],
    private readonly onDeadlock: (failure: JobFailure, stuck: number[]) => void,
    private readonly faults: Pick<JobFaults, 'cutsLast' | 'explain'>,
  ) {}

  /** To be called when a node has become blocked or done, and now and then. */
  async check(): Promise<void> {
    if (this.checking || stuckNodes(this.nodes.map(reported)).length === 0) return;
    this.checking = true;
    try {
      let known: string | undefined;
      for (;;) {
        const first = await this.look();
        await pause(lookMs);
        const nodes = standings(first, await this.look());
        const stuck = stuckNodes(nodes);
        if (stuck.length === 0) return;
        const now = JSON.stringify(nodes);
        if (!nodes.includes('going') || now === known) return await this.tell(nodes, stuck);
        known = now;
        await pause(settleMs);
      }
    } catch {
      // a node went away while it was asked; that ends the job by itself
    } finally {
      this.checking = false;
    }
  }

  private async tell(nodes: readonly Standing[], stuck: number[]): Promise<void> {
    const placed = await withStrandedPlaces(
      nodes,
      async (rank) => this.nodes[rank]?.strandedAt(),
      monotonicMs,
    );
    this.onDeadlock(deadlockFailure(placed, stuck, this.faults.explain()), stuck);
  }

  private look(): Promise<(Quiescence | undefined)[]> {
    return Promise.all(
      this.nodes.map(async (node) => {
        if (node.lost) return gone;
        if (reported(node) === 'going') return undefined;
        const look = await node.quiescence();
        return this.faults.cutsLast ? look : { ...look, cutOff: undefined };
      }),
    );
  }
}

/** What there is to see at a node that the job goes on without. */
const gone: Quiescence = { still: true, waitId: 0, sent: [], taken: [] };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a node has said of itself: good enough to see whether it is worth to look. */
function reported({ info, lost }: NodeHandle): Standing {
  if (lost || info.state === 'done') return 'ended';
  return info.state === 'blocked' && info.wait ? { wait: info.wait } : 'going';
}
