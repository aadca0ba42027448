import type { Quiescence } from '../protocol/agentLink';
import { type Standing, standings, stuckNodes } from './deadlock';
import type { NodeHandle } from './nodeHandle';

/** Between the two looks of a check. */
const lookMs = 100;

/** Looks for nodes that can never go on, whenever some node stands still. */
export class DeadlockWatch {
  private checking = false;

  /** `onDeadlock` gets what the nodes stand in, by rank, and the ranks of those that are stuck. */
  constructor(
    private readonly nodes: readonly NodeHandle[],
    private readonly onDeadlock: (nodes: Standing[], stuck: number[]) => void,
  ) {}

  /** To be called when a node has become blocked or done, and now and then. */
  async check(): Promise<void> {
    if (this.checking || stuckNodes(this.nodes.map(reported)).length === 0) return;
    this.checking = true;
    try {
      const first = await this.look();
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      const found = standings(first, await this.look());
      const stuck = stuckNodes(found);
      if (stuck.length > 0) this.onDeadlock(found, stuck);
    } catch {
      // a node went away while it was asked; that ends the job by itself
    } finally {
      this.checking = false;
    }
  }

  private look(): Promise<(Quiescence | undefined)[]> {
    return Promise.all(
      this.nodes.map(async (node) => (reported(node) === 'going' ? undefined : node.quiescence())),
    );
  }
}

/** What a node has said of itself: good enough to see whether it is worth to look. */
function reported({ info }: NodeHandle): Standing {
  if (info.state === 'done') return 'ended';
  return info.state === 'blocked' && info.wait ? { wait: info.wait } : 'going';
}
