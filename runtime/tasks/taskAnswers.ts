/** What the driver answers about its tasks, and does with them for whoever looks on. */
import { LockstepError } from '../protocol/errors';
import {
  mostTasksListed,
  noNode,
  type TaskExplanation,
  type TaskFilter,
  type TaskPage,
  type TaskPlacement,
  type TaskQuestion,
  type TaskQuestions,
  type TaskRow,
  type TasksChanged,
} from '../protocol/tasks';
import type { Placement } from '../scheduler/placements';
import { policyNamed } from '../scheduler/policies';
import type { TaskRecord } from '../scheduler/taskRecord';
import type { TaskDriver } from './taskDriver';
import { phaseOf, ranksOf, rowOf } from './taskRows';
import type { TaskState } from './taskState';

/** Of many that are refused so many say why. */
const mostRefusals = 5;

/** Answers a question about the tasks of a driver; throws LockstepError `unknownTaskId`. */
export function answerTasks(
  driver: TaskDriver,
  question: TaskQuestion,
): TaskQuestions[TaskQuestion['type']]['answer'] {
  switch (question.type) {
    case 'list':
      return list(driver, question);
    case 'explain':
      return explain(driver, question.task);
    case 'cancel':
      return cancel(driver, question);
    case 'retry':
      return retry(driver, question);
  }
}

function list(driver: TaskDriver, question: TaskQuestions['list']['question']): TaskPage {
  const { taskJob, phase, rank, offset } = question;
  const limit = Math.min(question.limit, mostTasksListed);
  if (phase === 'failed') {
    const rows = driver.failed
      .newest(taskJob)
      .filter(({ ranks }) => rank === undefined || ranks.includes(rank));
    const page = { tasks: rows.slice(offset, offset + limit), more: rows.length > offset + limit };
    const forgotten = driver.failed.forgotten(taskJob);
    return forgotten > 0 ? { ...page, forgotten } : page;
  }
  const nowMs = driver.nowMs();
  const tasks: TaskRow[] = [];
  let passed = 0;
  for (const record of phase === 'running' ? runningTasks(driver) : driver.core.allTasks) {
    if (!isWanted(record, question)) continue;
    passed += 1;
    if (passed <= offset) continue;
    if (tasks.length === limit) return { tasks, more: true };
    tasks.push(rowOf(record, driver.stateOf(record.id), nowMs));
  }
  return { tasks, more: false };
}

/** These are few, whatever waits. */
function runningTasks({ core }: TaskDriver): TaskRecord[] {
  const running = new Set<TaskRecord>();
  for (const node of core.allNodes) {
    for (const { task, startedAtMs } of node.attempts.values())
      if (startedAtMs !== undefined) running.add(task);
  }
  return [...running].sort((a, b) => a.id - b.id);
}

function isWanted(record: TaskRecord, { taskJob, phase, rank }: TaskFilter): boolean {
  if (taskJob !== undefined && record.job !== taskJob) return false;
  if (phase !== undefined && phaseOf(record) !== phase) return false;
  if (rank === undefined) return true;
  const ranks = ranksOf(record);
  return rank === noNode ? ranks.length === 0 : ranks.includes(rank);
}

function explain(driver: TaskDriver, id: number): TaskExplanation {
  const record = driver.core.task(id);
  const nowMs = driver.nowMs();
  const task = record ? rowOf(record, driver.stateOf(id), nowMs) : driver.failed.row(id);
  const placements = driver.core.placementsOf(id);
  if (!task) throw new LockstepError('unknownTaskId', { id });
  return {
    task,
    placements: placements.map((each) => placementOf(each, nowMs)),
    policy: driver.core.policyOf(task.taskJob).name,
  };
}

function placementOf(
  { atMs, policy, rank, reason, from, candidates }: Placement,
  nowMs: number,
): TaskPlacement {
  const scoreMeaning =
    reason === 'stolen'
      ? 'tasks that waited there'
      : (policyNamed(policy)?.scoreMeaning ?? 'none: the program chooses');
  return { agoMs: nowMs - atMs, policy, rank, reason, from, candidates: [...candidates], scoreMeaning };
}

function cancel(driver: TaskDriver, { task, taskJob }: TaskQuestions['cancel']['question']): TasksChanged {
  const state = task === undefined ? undefined : driver.stateOf(task);
  if (task !== undefined && !state) throw new LockstepError('unknownTaskId', { id: task });
  const open = state ? [state] : driver.board.openTasks(taskJob);
  const able = open.filter(({ hasEnded }) => !hasEnded);
  for (const each of able) driver.cancel(each);
  const refused = state && able.length === 0 ? [`${nameOf(state)}: it has ended`] : [];
  return { changed: able.length, refused };
}

function retry(driver: TaskDriver, { task, taskJob }: TaskQuestions['retry']['question']): TasksChanged {
  const failed = task === undefined ? driver.failed.all(taskJob) : driver.failed.withConsequences(task);
  if (task !== undefined && failed.length === 0) throw new LockstepError('unknownTaskId', { id: task });
  const refused: string[] = [];
  let changed = 0;
  let further = 0;
  for (const state of failed) {
    const obstacle = driver.retry(state);
    if (obstacle === undefined) changed += 1;
    else if (refused.length < mostRefusals) refused.push(`${nameOf(state)}: ${obstacle}`);
    else further += 1;
  }
  if (further > 0) refused.push(`${count(further)} more`);
  const forgotten = task === undefined ? driver.failed.forgotten(taskJob) : 0;
  if (forgotten > 0) refused.push(`${count(forgotten)} that failed earlier: they are not kept any more`);
  return { changed, refused };
}

const count = (value: number): string => value.toLocaleString('en');
const nameOf = ({ name, id }: TaskState): string => `${name} #${id}`;
