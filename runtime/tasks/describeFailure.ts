import { LockstepError } from '../protocol/errors';
import type { TaskFailure } from '../scheduler/model';
import type { FailedAttempt, TaskState } from './taskState';

/** A task's failure for whoever asks for its result: which task, where, why, and what was tried. */
export function describeFailure(
  task: TaskState,
  failure: Omit<Partial<TaskFailure>, 'cause'> & { cause: TaskFailure['cause'] | 'cancelled' },
  origin?: TaskState,
): LockstepError {
  const what = { task: task.name, id: task.id, job: task.job.name };
  switch (failure.cause) {
    case 'error': {
      const last = task.failedAttempts?.at(-1);
      return new LockstepError('taskFailed', {
        ...what,
        rank: last?.rank ?? task.rank,
        message: last?.message ?? failure.message,
        at: last?.at && `${last.at.file}:${last.at.line}:${last.at.column}`,
        attempts: task.failedAttempts?.length ?? 1,
        earlier: earlierOf(task.failedAttempts),
        stack: last?.stack,
      });
    }
    case 'bad':
      return new LockstepError('badTask', { ...what, nodes: ranksOf(task) });
    case 'interrupted':
      return new LockstepError('taskInterrupted', { ...what, nodes: ranksOf(task) });
    case 'timeout':
      return new LockstepError('taskTimedOut', { ...what, rank: task.rank, problem: failure.message });
    case 'cannotFit':
      return new LockstepError('taskCannotFit', { ...what, obstacles: failure.message });
    case 'noNodes':
      return new LockstepError('noNodesLeft', what);
    case 'cancelled':
      return new LockstepError('taskCancelled', what);
    case 'dependency':
      return new LockstepError(
        'inputFailed',
        {
          ...what,
          origin: origin?.name,
          originId: failure.origin,
          why: origin?.failure?.message ?? failure.message,
        },
        { cause: origin?.failure },
      );
  }
}

/** The errors of the attempts before the last one, if they were others. */
function earlierOf(attempts: readonly FailedAttempt[] = []): string | undefined {
  const last = attempts.at(-1);
  const others = attempts.slice(0, -1).filter(({ message }) => message !== last?.message);
  return others.length > 0
    ? others.map(({ rank, message }) => `node ${rank}: ${message}`).join('; ')
    : undefined;
}

const ranksOf = ({ earlierRanks = [], rank }: TaskState): string => [...earlierRanks, rank].join(', ');
