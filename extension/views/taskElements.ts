/** What the cluster tree holds of a program of tasks: its jobs of tasks, their groups, and in these the tasks. */
import type { TaskBoard, TaskJobInfo, TaskPhase, TaskRow } from '../../runtime/protocol/tasks';
import type { KnownTasks, TaskList } from '../cluster/taskPages';

/** An element of the tree that is about tasks. */
export type TaskElement =
  | { type: 'taskJob'; job: string; taskJob: string }
  /** Tasks in one phase; of those that wait for a node, all or those of one. */
  | ({ type: 'taskGroup' } & TaskList)
  | { type: 'task'; list: TaskList; job: string; row: TaskRow }
  | { type: 'moreTasks'; list: TaskList; job: string }
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

/** The nodes that tasks wait for. */
export function queueElements({ job, taskJob }: TaskList, board: TaskBoard | undefined): TaskElement[] {
  const busy = (board?.nodes ?? []).filter(({ queued }) => queued > 0);
  return busy.map(({ rank }) => ({ type: 'taskGroup', job, taskJob, phase: 'queued', rank }));
}

/** True for a group that has the nodes below it, not the tasks. */
export function isQueues({ phase, rank }: TaskList): boolean {
  return phase === 'queued' && rank === undefined;
}

/** The tasks of a group, and what else there is to say of them. */
export function taskElements(list: TaskList, { tasks, more, problem }: KnownTasks): TaskElement[] {
  const { job } = list;
  const rows = tasks.map((row): TaskElement => ({ type: 'task', list, job, row }));
  const note = problem ?? (tasks.length === 0 ? 'None just now' : undefined);
  const last: TaskElement[] = more ? [{ type: 'moreTasks', list, job }] : [];
  return [
    ...(note === undefined ? [] : [{ type: 'taskNote' as const, list, job, text: note }]),
    ...rows,
    ...last,
  ];
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
  return `${element.type === 'task' ? element.row.id : element.type} in ${group}`;
}
