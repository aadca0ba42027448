/**
 * The number of nodes of a job of tasks, on the driver's node: brought to what the program, a client or the autoscaler
 * wants, one change after the other; and lost nodes are replaced. The coordinator starts and ends the processes.
 */
import { maximumNodes } from '../protocol/configuration';
import { LockstepError } from '../protocol/errors';
import type { ScaleReason } from '../protocol/scaling';
import { leavingNodes } from '../scheduler/leavingNodes';
import type { TaskDriver } from './taskDriver';

/** What starts and ends nodes. */
export interface NodeSource {
  /** Resolves with the ranks of those that have joined. */
  add(count: number, reason: ScaleReason): Promise<number[]>;
  /** Resolves once these are gone, which have nothing to do any more. */
  letGo(ranks: readonly number[], reason: ScaleReason): Promise<number[]>;
}

export interface NodeCountOptions {
  nodes: NodeSource;
  /** The driver's node runs tasks too: it was the only one when the job began. */
  isAlone: boolean;
  /** So many lost nodes are replaced. */
  replaceLost: number;
  /** Nodes will come as long as there is work. */
  autoscales: boolean;
  /** Says a line to the user. */
  tell(line: string): void;
  /** The number of nodes was changed. */
  onChanged(size: number): void;
}

export class NodeCount {
  private last: Promise<unknown> = Promise.resolve();
  private changing = 0;
  private replaced = 0;
  private readonly leaving = new Set<number>();
  /** Those of them that are not gone yet. */
  private going = 0;
  private closed = false;

  constructor(
    private readonly driver: TaskDriver,
    private readonly options: NodeCountOptions,
  ) {
    this.expect();
  }

  /** Nodes that take part, the driver's among them. */
  get size(): number {
    return 1 + this.others.length + this.going;
  }

  /** Nodes that only drive. */
  get drivers(): number {
    return this.options.isAlone ? 0 : 1;
  }

  /** The fewest that a job can have. */
  get least(): number {
    return 1 + this.drivers;
  }

  /** A change is under way. */
  get isChanging(): boolean {
    return this.changing > 0;
  }

  /** Brings the job to so many nodes; resolves with how many it has then. Throws LockstepError. */
  async set(nodes: number, reason: ScaleReason): Promise<number> {
    if (!Number.isInteger(nodes) || nodes < this.least || nodes > maximumNodes) {
      const runs = this.options.isAlone ? '' : " (the driver's and at least one that runs tasks)";
      throw new LockstepError('badScale', {
        call: 'scale',
        value: String(nodes),
        expected: `a number of nodes from ${this.least}${runs} to ${maximumNodes}`,
        next: `The job has ${this.size} now; nodes beyond the cores of their machine take turns.`,
      });
    }
    await this.change(() => this.bring(nodes, reason));
    return this.size;
  }

  /** Sends one node away; resolves with how many are left. Throws LockstepError. */
  async remove(rank: number, reason: ScaleReason): Promise<number> {
    await this.change(async () => {
      const ranks = this.others.map((node) => node.rank);
      const problem = !ranks.includes(rank)
        ? `one of the nodes beside the driver's that run tasks (${ranks.join(', ') || 'none'})`
        : this.size <= this.least
          ? 'a node that can go: it is the last one that runs tasks'
          : undefined;
      if (problem !== undefined) {
        throw new LockstepError('badArgument', {
          name: 'cluster.remove',
          value: `node ${rank}`,
          expected: problem,
          next: '"scheduler.nodes" has those that there are, and "cluster.scale" brings others.',
        });
      }
      await this.dismiss([rank], reason);
    });
    return this.size;
  }

  /** A node has failed: it is replaced, as often as was said. */
  lost(rank: number): void {
    const { replaceLost, tell } = this.options;
    if (this.leaving.has(rank) || this.closed || this.replaced >= replaceLost) return;
    this.replaced += 1;
    const why = `node ${rank} was lost (replacement ${this.replaced} of ${replaceLost})`;
    this.change(() => this.add(1, { by: 'replacement', why })).catch((error: unknown) =>
      tell(`Node ${rank} is not replaced: ${LockstepError.from(error).message}`),
    );
  }

  /** The driver has ended. */
  close(): void {
    this.closed = true;
  }

  private get others(): TaskDriver['core']['allNodes'] {
    return this.driver.core.allNodes.filter(({ rank }) => rank !== 0 && !this.leaving.has(rank));
  }

  /** Changes are made one after the other, in the order in which they were asked for. */
  private change(act: () => Promise<void>): Promise<void> {
    this.changing += 1;
    this.expect();
    const done = this.last.then(act).finally(() => {
      this.changing -= 1;
      this.expect();
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  private expect(): void {
    const expected = this.changing > 0 || this.options.autoscales;
    this.driver.handle({ type: 'nodesExpected', expected });
  }

  private async bring(nodes: number, reason: ScaleReason): Promise<void> {
    const { size } = this;
    if (nodes > size) await this.add(nodes - size, reason);
    else if (nodes < size) await this.dismiss(leavingNodes(this.others, size - nodes), reason);
  }

  private async add(count: number, reason: ScaleReason): Promise<void> {
    if (this.closed) return;
    const ranks = await this.options.nodes.add(count, reason);
    if (this.closed) return;
    if (ranks.length === 0) throw new LockstepError('nodesDidNotJoin', { count });
    await this.driver.presence.all(ranks);
    this.options.onChanged(this.size);
  }

  private async dismiss(ranks: readonly number[], reason: ScaleReason): Promise<void> {
    const leaves = (rank: number) => () => {
      this.leaving.add(rank);
      this.going += 1;
    };
    await Promise.all(ranks.map((rank) => this.driver.departures.dismiss(rank, leaves(rank))));
    if (this.closed) return;
    await this.options.nodes.letGo(ranks, reason);
    this.going -= ranks.length;
    this.options.onChanged(this.size);
  }
}
