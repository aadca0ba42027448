/** What can be done with the tasks of a program from the tree. */
import * as vscode from '../vscode';
import type { TasksChanged } from '../../runtime/protocol/tasks';
import type { Lockstep } from '../lockstep';
import { explainText } from '../views/explainText';
import type { TaskElement } from '../views/taskElements';
import { openSource } from './show';

type Wanted = { task: number } | { taskJob: string };

/** The tasks that a row stands for, or the rows that are selected with it. */
function wanted(element: unknown, selected: unknown): { job: string; wish: Wanted }[] {
  const rows = Array.isArray(selected) && selected.length > 0 ? (selected as unknown[]) : [element];
  return rows.flatMap((row): { job: string; wish: Wanted }[] => {
    const each = row as TaskElement | undefined;
    if (each?.type === 'task') return [{ job: each.job, wish: { task: each.row.id } }];
    if (each?.type !== 'taskJob' && each?.type !== 'taskGroup') return [];
    return [{ job: each.job, wish: { taskJob: each.taskJob } }];
  });
}

/** Gives tasks up; all of a job of tasks only once that is confirmed. */
export async function cancelTasks(lockstep: Lockstep, element?: unknown, selected?: unknown): Promise<void> {
  const all = wanted(element, selected);
  if (all.some(({ wish }) => 'taskJob' in wish)) {
    const cancel = 'Cancel Tasks';
    const message =
      'Cancel all tasks of this job that have not ended? Whatever takes their results is cancelled too.';
    if ((await vscode.window.showWarningMessage(message, { modal: true }, cancel)) !== cancel) return;
  }
  await change(lockstep, 'cancelTasks', all);
}

/** Runs failed tasks again, and what failed for want of their results. */
export async function retryTasks(lockstep: Lockstep, element?: unknown, selected?: unknown): Promise<void> {
  await change(lockstep, 'retryTasks', wanted(element, selected));
}

async function change(
  { clusters, tasks, log }: Lockstep,
  method: 'cancelTasks' | 'retryTasks',
  all: { job: string; wish: Wanted }[],
): Promise<void> {
  const answers: TasksChanged[] = [];
  for (const { job: qualified, wish } of all) {
    const { client, job } = clusters.find(qualified);
    answers.push(await client.request(method, { job, ...wish }));
  }
  tasks.makeOld();
  const refused = answers.flatMap((answer) => answer.refused);
  if (refused.length === 0) return;
  log.info(`${method}: ${refused.join('; ')}`);
  void vscode.window.showWarningMessage(`Nothing was done with ${refused.join('; ')}.`);
}

/** Shows why a task is where it is: candidates, scores, decision. */
export async function explainTask(lockstep: Lockstep, element?: unknown): Promise<string | undefined> {
  const [first] = wanted(element, undefined);
  if (!first || !('task' in first.wish)) return undefined;
  const { client, job } = lockstep.clusters.find(first.job);
  const text = explainText(await client.request('explainTask', { job, task: first.wish.task }));
  await lockstep.taskDocuments.show(`task ${first.wish.task} of ${first.job}`, text);
  return text;
}

/** Goes to where the task's function is declared. */
export async function openTask(lockstep: Lockstep, element?: unknown): Promise<void> {
  const each = element as TaskElement | undefined;
  if (each?.type === 'task') await openSource(lockstep, each.row.at);
}

/** Shows more of a list of tasks. */
export function moreTasks({ tasks }: Lockstep, element?: unknown): void {
  const each = element as TaskElement | undefined;
  if (each?.type === 'moreTasks') tasks.showMore(each.list);
}
