/** What the cluster tree holds of a program of tasks: its jobs of tasks, their groups, and in these the tasks. */
import {
  mostTasksListed,
  noNode,
  type TaskBoard,
  type TaskJobInfo,
  type TaskPhase,
  type TaskRow,
} from '../../runtime/protocol/tasks';
import type { KnownTasks, TaskList } from '../cluster/taskPages';

/** An element of the tree that is about tasks. */
export type TaskElement =
  | { type: 'taskJob'; job: string; taskJob: string }
  /** Tasks in one phase; of those that wait for a node, all or those of one. */
  | ({ type: 'taskGroup' } & TaskList)
  | { type: 'task'; list: TaskList; job: string; row: TaskRow }
  /** There are more than those that are shown. */
  | { type: 'moreTasks'; list: TaskList; job: string; shown: number }
  | { type: 'taskNote'; list: TaskList; job: string; text: string };

/** The groups that are shown, in this order. */
const shownPhases = ['running', 'queued', 'waiting', 'failed'] as const satisfies TaskPhase[];

/** The jobs of tasks of a program, as the driver has told of them. */
export function taskJobElements(job: string, board: TaskBoard | undefined): TaskElement[] {
  return (board?.jobs ?? []).map(({ id }) => ({ type: 'taskJob', job, taskJob: id }));
}

/** The groups of a job of tasks that have something in them. */
export function taskGroupElements(job: string, info: TaskJobInfo | undefined): TaskElement[] {
  const phases = shownPhases.filter((phase) => info && info[phase] > 0);
  return phases.map((phase) => ({ type: 'taskGroup', job, taskJob: info?.id ?? '', phase }));
}

/** How many tasks a job of tasks has in the phase of a list, if that is known. */
export function tasksIn(
  { taskJob, phase, rank }: TaskList,
  board: TaskBoard | undefined,
): number | undefined {
  return rank === undefined ? board?.jobs.find(({ id }) => id === taskJob)?.[phase] : undefined;
}

/** The tasks that no node can run that is there. */
export function withoutNode({ jobs, nodes }: TaskBoard): number {
  const all = jobs.reduce((sum, { queued }) => sum + queued, 0);
  return all - nodes.reduce((sum, { queued }) => sum + queued, 0);
}

/** The nodes that tasks wait for; `noNode` where some wait for a node that is not there. */
export function queueElements({ job, taskJob }: TaskList, board: TaskBoard | undefined): TaskElement[] {
  if (!board) return [];
  const busy = board.nodes.filter(({ queued }) => queued > 0).map(({ rank }) => rank);
  const ranks = withoutNode(board) > 0 ? [noNode, ...busy] : busy;
  return ranks.map((rank) => ({ type: 'taskGroup', job, taskJob, phase: 'queued', rank }));
}

/** True for a group that has the nodes below it, not the tasks. */
export function isQueues({ phase, rank }: TaskList): boolean {
  return phase === 'queued' && rank === undefined;
}

/** The tasks of a group, and what else there is to say of them. */
export function taskElements(
  list: TaskList,
  { tasks, more, problem, forgotten = 0 }: KnownTasks,
): TaskElement[] {
  const { job } = list;
  const rows = tasks.map((row): TaskElement => ({ type: 'task', list, job, row }));
  const note = (text: string): TaskElement => ({ type: 'taskNote', list, job, text });
  const first = problem ?? (tasks.length === 0 ? 'None just now' : undefined);
  const last: TaskElement[] = more ? [{ type: 'moreTasks', list, job, shown: tasks.length }] : [];
  const earlier = `${forgotten.toLocaleString('en')} that failed earlier are not kept any more`;
  return [
    ...(first === undefined ? [] : [note(first)]),
    ...rows,
    ...last,
    ...(forgotten > 0 && !more ? [note(earlier)] : []),
  ];
}

/** True where a list shows as many tasks as it can. */
export function isFull({ shown }: { shown: number }): boolean {
  return shown >= mostTasksListed;
}

/** What such an element lies under; undefined for a job of tasks. */
export function taskParent(element: TaskElement): TaskElement | undefined {
  if (element.type === 'taskJob') return undefined;
  if (element.type !== 'taskGroup') return { type: 'taskGroup', ...element.list };
  const { job, taskJob, phase, rank } = element;
  return rank === undefined ? { type: 'taskJob', job, taskJob } : { type: 'taskGroup', job, taskJob, phase };
}

/** Such an element's id: the same element has the same one at every refresh. */
export function taskElementId(element: TaskElement): string {
  if (element.type === 'taskJob') return `tasks ${element.taskJob} of ${element.job}`;
  const { job, taskJob, phase, rank } = element.type === 'taskGroup' ? element : element.list;
  const group = `${phase} ${rank ?? 'any'} tasks ${taskJob} of ${job}`;
  if (element.type === 'taskGroup') return group;
  if (element.type === 'taskNote') return `${element.text} in ${group}`;
  return `${element.type === 'task' ? element.row.id : element.type} in ${group}`;
}
