/** What is told of one task. */
import type { TaskPhase, TaskRow } from '../protocol/tasks';
import type { TaskRecord } from '../scheduler/taskRecord';
import { placeOfFunction } from './task';
import type { TaskState } from './taskState';

const mostInputs = 5;
const longestError = 2000;

/** Where a task is, in the words of whoever looks at it. */
export function phaseOf({ state, isRunning }: TaskRecord): TaskPhase {
  switch (state) {
    case 'waiting':
    case 'paused':
      return 'waiting';
    case 'ready':
    case 'queued':
      return 'queued';
    case 'running':
      return isRunning ? 'running' : 'queued';
    case 'done':
    case 'failed':
    case 'cancelled':
      return state;
  }
}

/** The nodes that run a task, or the one that it waits for. */
export function ranksOf(record: TaskRecord): number[] {
  if (record.queuedAt) return [record.queuedAt.rank];
  const { isRunning } = record;
  const attempts = record.live.filter(({ startedAtMs }) => !isRunning || startedAtMs !== undefined);
  return attempts.map(({ node }) => node.rank);
}

/** A task as the scheduler and its edge know it; `nowMs` is the time of the cluster's clock. */
export function rowOf(record: TaskRecord, state: TaskState | undefined, nowMs: number): TaskRow {
  const phase = phaseOf(record);
  const row: TaskRow = {
    id: record.id,
    name: record.name,
    taskJob: record.job,
    phase,
    ranks: ranksOf(record),
    attempts: record.attemptsMade,
    at: placeOfFunction(record.name),
  };
  const last = state?.failedAttempts?.at(-1);
  if (last) Object.assign(row, { reason: last.message.slice(0, longestError), failedAt: last.at });
  if (phase === 'running') {
    row.forMs = nowMs - Math.min(...record.live.map(({ startedAtMs = nowMs }) => startedAtMs));
    row.progress = state?.progress;
  } else if (phase === 'waiting') {
    if (record.state === 'paused') row.pausing = true;
    const missing = record.inputs.filter(({ available }) => !available).slice(0, mostInputs);
    row.inputs = missing.map(({ name, id }) => `${name} #${id}`);
  } else if (phase !== 'queued' && state) {
    row.ranks = state.rank < 0 ? [] : [state.rank];
    if (!Number.isNaN(state.endedMs)) row.forMs = state.endedMs - state.beganMs;
    if (state.fromJournal) row.fromJournal = true;
    if (state.failure) row.error = state.failure.message.slice(0, longestError);
  }
  return row;
}
