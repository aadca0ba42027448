import type { TaskState, TaskStatus } from './taskState';

/** How many tasks of a job are where. */
export type JobCounts = Record<TaskStatus, number> & {
  total: number;
  /** Of those that have ended: in an earlier run, by the journal. */
  fromJournal: number;
};

/** A job as the driver's node counts it. */
export class JobState {
  total = 0;
  done = 0;
  failed = 0;
  cancelled = 0;
  fromJournal = 0;
  /** Tasks that have not ended. */
  readonly open = new Set<TaskState>();

  constructor(
    readonly id: string,
    readonly name: string,
  ) {}

  get counts(): JobCounts {
    const { total, done, failed, cancelled, fromJournal } = this;
    let running = 0;
    for (const { status } of this.open) if (status === 'running') running += 1;
    return { total, waiting: this.open.size - running, running, done, failed, cancelled, fromJournal };
  }

  added(task: TaskState): void {
    this.total += 1;
    this.open.add(task);
  }

  /** One that had failed begins anew. */
  reopened(task: TaskState): void {
    this.failed -= 1;
    if (task.fromJournal) this.fromJournal -= 1;
    this.open.add(task);
  }

  ended(task: TaskState, status: 'done' | 'failed' | 'cancelled'): void {
    this.open.delete(task);
    this[status] += 1;
    if (task.fromJournal) this.fromJournal += 1;
  }
}
