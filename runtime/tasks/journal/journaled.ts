/** What the driver tells its journal of tasks, and takes from it. Without a journal nothing is done. */
import type { LockstepError } from '../../protocol/errors';
import type { KnownEnd, TaskFailure } from '../../scheduler/model';
import { notices, type ResultCopy } from '../messages';
import type { TaskPort } from '../taskPort';
import type { TaskState } from '../taskState';
import type { TaskJournal } from './taskJournal';

/** Failures of the task's own; any other is a matter of the nodes, or follows from another failure. */
const finalCauses: ReadonlySet<TaskFailure['cause']> = new Set(['error', 'timeout', 'bad'] as const);

export class Journaled {
  constructor(
    private readonly journal: TaskJournal | undefined,
    private readonly port: TaskPort,
  ) {
    port.on(notices.copy, (copy) => journal?.copy(...(copy as ResultCopy)));
  }

  /** A node has come: it is to send copies of results that stay there. */
  joined(rank: number): void {
    if (this.journal) this.port.send(rank, notices.copyResults, null);
  }

  /** How a task that is handed in has ended before. */
  recall(task: TaskState): KnownEnd | undefined {
    const recalled = task.key === undefined ? undefined : this.journal?.recall(task.key);
    if (!recalled) return undefined;
    task.recall(recalled);
    if (recalled.type === 'result') return { type: 'result', bytes: recalled.bytes };
    return { type: 'failed', failure: { cause: 'error', message: recalled.error.message } };
  }

  /** A task is done, by this attempt. */
  done(task: TaskState, attempt: number | undefined): void {
    if (task.key === undefined || task.fromJournal) return;
    if (task.isHere) this.journal?.done(task.key, task.value);
    else if (attempt !== undefined) this.journal?.stored(task.key, task.id, attempt);
  }

  /** A task has failed for good. */
  failed(task: TaskState, { cause }: TaskFailure, error: LockstepError): void {
    if (task.key !== undefined && !task.fromJournal && finalCauses.has(cause))
      this.journal?.failed(task.key, error);
  }
}
