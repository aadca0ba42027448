import type { NodeInfo } from '../protocol/node';
import { isDeadlock } from './deadlock';
import type { NodeHandle } from './nodeHandle';

/** Between the two looks of a check. */
const lookMs = 100;

/** Looks for a deadlock whenever all nodes of a job stand still. */
export class DeadlockWatch {
  private checking = false;

  /** `onDeadlock` gets the nodes as they stand. */
  constructor(
    private readonly nodes: readonly NodeHandle[],
    private readonly onDeadlock: (nodes: NodeInfo[]) => void,
  ) {}

  /** To be called when a node has become blocked or done. */
  async check(): Promise<void> {
    if (this.checking || !this.allStill()) return;
    this.checking = true;
    try {
      const first = await this.look();
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      const second = await this.look();
      if (isDeadlock(first, second) && this.allStill()) this.onDeadlock(this.nodes.map((node) => node.info));
    } catch {
      // a node went away while it was asked; that ends the job by itself
    } finally {
      this.checking = false;
    }
  }

  private look() {
    return Promise.all(this.nodes.map((node) => node.quiescence()));
  }

  private allStill(): boolean {
    const states = this.nodes.map((node) => node.info.state);
    return states.includes('blocked') && states.every((state) => state === 'blocked' || state === 'done');
  }
}
