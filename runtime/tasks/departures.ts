/** Nodes that take no more tasks, and nodes that are sent away with nothing lost. */
import type { SchedulerEvent } from '../scheduler/model';
import type { SchedulerCore } from '../scheduler/schedulerCore';
import { notices } from './messages';
import type { TaskPort } from './taskPort';

/** What departures need of the driver. */
export interface DepartureContext {
  readonly core: SchedulerCore;
  handle(event: SchedulerEvent): void;
  /** A node is gone: its tasks run elsewhere. */
  gone(rank: number, died: boolean): void;
}

export class Departures {
  private readonly drained = new Map<number, () => void>();
  /** Results on their way here, by task: from where, and who waits for them. */
  private readonly moves = new Map<number, { rank: number; resolve: () => void }>();

  constructor(
    private readonly driver: DepartureContext,
    private readonly port: TaskPort,
  ) {}

  /** Resolves when the node runs nothing any more; it takes nothing new. */
  cordon(rank: number): Promise<void> {
    if (!this.driver.core.node(rank)) return Promise.resolve();
    return new Promise((resolve) => {
      this.drained.set(rank, resolve);
      this.driver.handle({ type: 'cordon', rank });
    });
  }

  /** It runs nothing any more. */
  isDrained(rank: number): void {
    this.drained.get(rank)?.();
    this.drained.delete(rank);
  }

  /**
   * Lets a node finish what it runs, takes the results over that it holds, and has it end; resolves when it is told so.
   * `leaves` is called before it is given up.
   */
  async dismiss(rank: number, leaves: () => void): Promise<void> {
    await this.cordon(rank);
    const held = [...(this.driver.core.node(rank)?.held ?? [])].map(({ id }) => id);
    await this.fetch(rank, held);
    leaves();
    this.driver.gone(rank, false);
    if (!this.port.hasFailed(rank)) this.port.send(rank, notices.stop, null);
  }

  /** A node has answered for a result; true if it was asked for here. */
  answered(task: number): boolean {
    const move = this.moves.get(task);
    if (!move) return false;
    this.moves.delete(task);
    move.resolve();
    return true;
  }

  /** A node is gone: nothing of it is waited for. */
  gone(rank: number): void {
    for (const [task, move] of this.moves) if (move.rank === rank) this.answered(task);
    this.isDrained(rank);
  }

  /** Asks a node for results that it holds; resolves when they have come, or will not. */
  private async fetch(rank: number, tasks: readonly number[]): Promise<void> {
    if (this.port.hasFailed(rank)) return;
    const moves = tasks.map(
      (task) =>
        new Promise<void>((resolve) => {
          this.moves.set(task, { rank, resolve });
          this.port.send(rank, notices.wantResult, task);
        }),
    );
    await Promise.all(moves);
  }
}
