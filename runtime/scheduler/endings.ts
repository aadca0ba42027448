/** Tasks that end without a result, and with each those that wait for it. */
import { dependencyFailure } from './dependencyFailure';
import type { SchedulerAction, TaskFailure } from './model';
import type { TaskRecord } from './taskRecord';

/** What endings need of the scheduler. */
export interface EndingsContext {
  act(action: SchedulerAction): void;
  /** It is not placed any more, and no attempt of it is waited for. */
  withdraw(task: TaskRecord): void;
  /** It will have no result. */
  gaveUp(task: TaskRecord): void;
}

export class Endings {
  constructor(private readonly context: EndingsContext) {}

  /** It has failed, and with it all that waits for its result. */
  fail(first: TaskRecord, why: TaskFailure): void {
    const failing: [TaskRecord, TaskFailure][] = [[first, why]];
    for (let next = failing.pop(); next; next = failing.pop()) {
      const [task, failure] = next;
      if (task.state === 'failed') continue;
      this.stop(task, 'failed');
      this.context.act({ type: 'rejected', task: task.id, failure });
      for (const dependent of task.dependents) {
        if (dependent.state === 'waiting') failing.push([dependent, dependencyFailure(task, failure)]);
      }
      this.context.gaveUp(task);
    }
  }

  /** One whose result is known already is not cancelled: it may be running again for others. */
  cancel(first: TaskRecord | undefined): void {
    const cancelling = first ? [first] : [];
    for (let task = cancelling.pop(); task; task = cancelling.pop()) {
      if (task.ended || task.told) continue;
      this.stop(task, 'cancelled');
      this.context.act({ type: 'cancelled', task: task.id });
      cancelling.push(...task.dependents);
      this.context.gaveUp(task);
    }
  }

  private stop(task: TaskRecord, state: 'failed' | 'cancelled'): void {
    this.context.withdraw(task);
    task.state = state;
  }
}
