import type { TaskState } from './taskState';

/** So many are kept by name; of more it is only known how many. */
const mostKept = 1000;

/** Tasks that have failed and that the program has not asked for: they would go unnoticed. */
export class UnseenFailures {
  private readonly tasks = new Set<TaskState>();

  add(task: TaskState): void {
    if (!task.asked && this.tasks.size < mostKept) this.tasks.add(task);
  }

  seen(task: TaskState): void {
    this.tasks.delete(task);
  }

  /** What to say of them, if there are any. */
  get lines(): string[] {
    const [first] = this.tasks;
    if (!first?.failure) return [];
    const others = this.tasks.size > 1 ? ` (and ${this.tasks.size - 1} more)` : '';
    return [`Warning: the program has not asked for a task that failed${others}: ${first.failure.message}`];
  }
}
