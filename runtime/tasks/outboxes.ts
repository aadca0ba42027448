import { notices } from './messages';
import type { TaskPort } from './taskPort';

/** What goes to one executing node with the next message. */
interface Outbox {
  runs: unknown[];
  releases: number[];
  /** It knows the names of so many functions. */
  names: number;
}

/** What the driver has for the executing nodes, until it is sent: many tasks share a message. */
export class Outboxes {
  private readonly boxes: (Outbox | undefined)[] = [];
  private readonly full = new Set<number>();
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly port: TaskPort) {}

  /** The number of a function's name. */
  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  run(rank: number, ...assignment: unknown[]): void {
    this.boxOf(rank).runs.push(...assignment);
  }

  release(rank: number, id: number): void {
    this.boxOf(rank).releases.push(id);
  }

  /** Sends all that there is. */
  flush(): void {
    for (const rank of this.full) this.flushOf(rank);
  }

  /** Sends what there is for one node. */
  flushOf(rank: number): void {
    this.full.delete(rank);
    const box = this.boxes[rank];
    if (!box) return;
    const { runs, releases, names } = box;
    box.runs = [];
    box.releases = [];
    box.names = this.names.length;
    if (names < this.names.length) this.port.send(rank, notices.names, [names, ...this.names.slice(names)]);
    if (releases.length > 0) this.port.send(rank, notices.release, releases);
    if (runs.length > 0) this.port.send(rank, notices.run, runs);
  }

  private boxOf(rank: number): Outbox {
    this.full.add(rank);
    return (this.boxes[rank] ??= { runs: [], releases: [], names: 0 });
  }
}
