import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TaskRow } from '../protocol/tasks';
import { FailedTasks, mostFailuresKept } from './failedTasks';
import { JobState } from './jobState';
import { TaskState } from './taskState';

const job = new JobState('sort 1', 'sort');

function failedTask(id: number, bytes = 1, of = job): TaskState {
  const state = new TaskState(id, 'part', 0, 1, of, { args: [], shared: [], bytes });
  state.status = 'failed';
  return state;
}

const rowOf = ({ id, job: { id: taskJob } }: TaskState): TaskRow => ({
  id,
  name: 'part',
  taskJob,
  phase: 'failed',
  ranks: [1],
  attempts: 1,
});

/** Keeps these; answers with the ids of those whose arguments were let go. */
function keep(...tasks: [task: TaskState, origin?: number][]): { failed: FailedTasks; letGo: number[] } {
  const letGo: number[] = [];
  const failed = new FailedTasks(({ id }) => letGo.push(id));
  for (const [task, origin] of tasks) failed.add(task, rowOf(task), origin);
  return { failed, letGo };
}

const ids = (tasks: readonly { id: number }[]): number[] => tasks.map(({ id }) => id);

describe('tasks that have failed', () => {
  test('are listed the newest first, of one job or of all', () => {
    const other = new JobState('merge 2', 'merge');
    const { failed } = keep([failedTask(3)], [failedTask(1)], [failedTask(2, 1, other)]);
    assert.deepEqual(ids(failed.newest()), [2, 1, 3]);
    assert.deepEqual(ids(failed.newest('sort 1')), [1, 3]);
    assert.deepEqual(ids(failed.all()), [1, 2, 3]);
  });

  test('are known with what failed because of them', () => {
    const { failed } = keep([failedTask(1)], [failedTask(7), 1], [failedTask(5), 1], [failedTask(6)]);
    assert.deepEqual(ids(failed.withConsequences(1)), [1, 5, 7]);
    assert.deepEqual(ids(failed.withConsequences(8)), []);
  });

  test('are forgotten beyond so many, and their arguments with them; that they are is counted', () => {
    const { failed, letGo } = keep(
      ...Array.from({ length: mostFailuresKept + 2 }, (_, id) => [failedTask(id)] as [TaskState]),
    );
    assert.equal(failed.newest().length, mostFailuresKept);
    assert.deepEqual(ids(failed.latest(2)), [mostFailuresKept + 1, mostFailuresKept]);
    const counts = [undefined, 'sort 1', 'merge 2'].map((taskJob) => failed.forgotten(taskJob));
    assert.deepEqual(counts, [2, 2, 0]);
    assert.deepEqual(letGo, [0, 1]);
    assert.equal(failed.row(1), undefined);
  });

  test('keep arguments of 64 MiB, but not of one that is tried again', () => {
    const half = 32 * 2 ** 20;
    const again = failedTask(1, half);
    const { failed, letGo } = keep([again], [failedTask(2, half)]);
    failed.leave(again);
    again.status = 'waiting';
    failed.add(failedTask(3, half), rowOf(failedTask(3)), undefined);
    assert.deepEqual(letGo, []);
    failed.add(failedTask(4, half), rowOf(failedTask(4)), undefined);
    assert.deepEqual(letGo, [2]);
    assert.deepEqual(ids(failed.newest()), [4, 3, 2]);
  });
});
