import type { TaskFailure } from './model';
import type { TaskRecord } from './taskRecord';

/** Why a task fails that waits when no node is left. */
export const noNodes: TaskFailure = { cause: 'noNodes', message: 'no node is left' };

/** Why a task fails that takes the result of one that has failed, or was cancelled; the first cause is named. */
export function dependencyFailure(origin: TaskRecord, failure?: TaskFailure): TaskFailure {
  const first = failure?.origin ?? origin.id;
  const why = failure ? `: ${failure.message}` : ` (${origin.state})`;
  return { cause: 'dependency', origin: first, message: `it takes the result of ${origin.name}${why}` };
}
