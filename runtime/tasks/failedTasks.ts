/** Tasks that have failed for good, kept so that they can be looked at, and tried again while their arguments are kept. */
import type { TaskRow } from '../protocol/tasks';
import type { TaskState } from './taskState';

/** So many are kept, and so many bytes of their arguments; the oldest go first. */
export const mostFailuresKept = 10_000;
const mostBytes = 64 * 2 ** 20;

interface Failed {
  row: TaskRow;
  state: TaskState;
  /** The task that failed first, where it failed for want of an input. */
  origin: number | undefined;
}

export class FailedTasks {
  private readonly kept = new Map<number, Failed>();
  /** Whose arguments are kept, oldest first, with what these take. */
  private readonly calls: { state: TaskState; bytes: number }[] = [];
  private bytes = 0;
  /** By job: failures that are not kept any more. */
  private readonly gone = new Map<string, number>();

  /** `letGo` gives up what a task was called with. */
  constructor(private readonly letGo: (task: TaskState) => void) {}

  add(state: TaskState, row: TaskRow, origin: number | undefined): void {
    this.kept.delete(state.id); // it failed before, and is the newest again
    this.kept.set(state.id, { row, state, origin });
    const bytes = state.call?.bytes ?? 0;
    this.calls.push({ state, bytes });
    this.bytes += bytes;
    while (this.calls.length > mostFailuresKept || this.bytes > mostBytes) this.letOldestGo();
    if (this.kept.size > mostFailuresKept) this.forgetOldest();
  }

  /** The newest of all. */
  latest(count: number): TaskRow[] {
    const rows = [...this.kept.values()].slice(-count).map(({ row }) => row);
    return rows.reverse();
  }

  /** How many of a job of tasks or of all are not kept any more. */
  forgotten(taskJob?: string): number {
    if (taskJob !== undefined) return this.gone.get(taskJob) ?? 0;
    return [...this.gone.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Those of a job of tasks or of all, the newest first. */
  newest(taskJob?: string): TaskRow[] {
    const rows = [...this.kept.values()].map(({ row }) => row).reverse();
    return taskJob === undefined ? rows : rows.filter((row) => row.taskJob === taskJob);
  }

  /** What is told of one. */
  row(id: number): TaskRow | undefined {
    return this.kept.get(id)?.row;
  }

  /** Their tasks, in the order in which they were handed in. */
  all(taskJob?: string): TaskState[] {
    const states = [...this.kept.values()].map(({ state }) => state);
    return states
      .filter(({ job }) => taskJob === undefined || job.id === taskJob)
      .sort((a, b) => a.id - b.id);
  }

  /** A task, and what failed because of it; in the order in which they were handed in. */
  withConsequences(id: number): TaskState[] {
    const all = [...this.kept.values()].filter(({ state, origin }) => state.id === id || origin === id);
    return all.map(({ state }) => state).sort((a, b) => a.id - b.id);
  }

  /** It is tried again: no failure any more. */
  leave(task: TaskState): void {
    this.kept.delete(task.id);
  }

  private forgetOldest(): void {
    for (const [id, { state }] of this.kept) {
      this.kept.delete(id);
      this.gone.set(state.job.id, this.forgotten(state.job.id) + 1);
      return;
    }
  }

  private letOldestGo(): void {
    const oldest = this.calls.shift();
    if (!oldest) return;
    this.bytes -= oldest.bytes;
    // One that is tried again needs them, and is here once more if it fails.
    if (oldest.state.status === 'failed') this.letGo(oldest.state);
  }
}
