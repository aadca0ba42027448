/** One node as the scheduler knows it: what it has, what is taken of it, and what waits for it. */
import type { Needs, NodeResources, NodeView, TaskId } from './model';
import type { TaskQueue } from './taskQueue';
import type { Attempt, TaskRecord } from './taskRecord';

export class NodeRecord implements NodeView {
  /** Processors that are free; below 0: so many tasks were sent ahead of their turn. */
  private cpuBalance: number;
  freeMemoryMiB: number;
  private readonly freeCustom: Record<string, number>;
  outstandingMs = 0;
  cpu = 0;
  usedMemoryMiB = 0;
  speed = 1;
  /** It has shown how fast it is. */
  speedKnown = false;
  cordoned = false;
  gone = false;
  /** Attempts that have begun, and their processors. */
  begun = 0;
  begunCpus = 0;
  /** Expected time of what was sent ahead of its turn. */
  aheadMs = 0;
  /** Attempts that it was sent and that have not ended, oldest first; at most one of a task. */
  readonly attempts = new Map<TaskId, Attempt>();
  /** Tasks whose results it holds. */
  readonly held = new Set<TaskRecord>();

  constructor(
    readonly rank: number,
    readonly epoch: number,
    private readonly resources: NodeResources,
    readonly queue: TaskQueue,
  ) {
    this.cpuBalance = resources.cpus;
    this.freeMemoryMiB = resources.memoryMiB;
    this.freeCustom = { ...resources.custom };
  }

  get host(): string {
    return this.resources.host;
  }

  get cpus(): number {
    return this.resources.cpus;
  }

  get memoryMiB(): number {
    return this.resources.memoryMiB;
  }

  get labels(): readonly string[] {
    return this.resources.labels;
  }

  get custom(): Readonly<Record<string, number>> {
    return this.resources.custom;
  }

  get weight(): number {
    return this.resources.weight;
  }

  get freeCpus(): number {
    return Math.max(0, this.cpuBalance);
  }

  get queued(): number {
    return this.queue.size;
  }

  get running(): number {
    return this.attempts.size;
  }

  /** What keeps it from ever running a task with such needs; undefined if nothing does. */
  obstacle({ cpus, memoryMiB, labels, custom }: Needs): string | undefined {
    if (cpus > this.cpus) return `it has ${this.cpus} cpus`;
    if (memoryMiB > this.memoryMiB) return `it has ${this.memoryMiB} MiB`;
    const label = labels.find((each) => !this.labels.includes(each));
    if (label !== undefined) return `it has no label "${label}"`;
    const lacking = Object.keys(custom).find((name) => (custom[name] as number) > (this.custom[name] ?? 0));
    return lacking === undefined ? undefined : `it has ${this.custom[lacking] ?? 0} ${lacking}`;
  }

  /** Such a task can start now. */
  hasFree({ cpus, memoryMiB, custom }: Needs): boolean {
    if (cpus > this.freeCpus || memoryMiB > this.freeMemoryMiB) return false;
    for (const name in custom) if ((custom[name] as number) > (this.freeCustom[name] ?? 0)) return false;
    return true;
  }

  take(needs: Needs): void {
    this.add(needs, -1);
  }

  giveBack(needs: Needs): void {
    this.add(needs, 1);
  }

  private add({ cpus, memoryMiB, custom }: Needs, sign: 1 | -1): void {
    this.cpuBalance += sign * cpus;
    this.freeMemoryMiB += sign * memoryMiB;
    for (const name in custom) {
      this.freeCustom[name] = (this.freeCustom[name] ?? 0) + sign * (custom[name] as number);
    }
  }
}
