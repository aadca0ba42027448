/** What a row about tasks says. */
import {
  noNode,
  type TaskJobInfo,
  type TaskNodeInfo,
  type TaskPhase,
  type TaskRow,
} from '../../runtime/protocol/tasks';
import { formatDuration, formatShare } from '../../webviews/shared/numberFormat';
import type { TaskList } from '../cluster/taskPages';
import { isFull, isQueues } from './taskElements';
import type { Row } from './rows';

const icons: Record<TaskPhase, { icon: string; color?: string }> = {
  waiting: { icon: 'watch' },
  queued: { icon: 'list-ordered' },
  running: { icon: 'play', color: 'charts.green' },
  done: { icon: 'check' },
  failed: { icon: 'error', color: 'charts.red' },
  cancelled: { icon: 'circle-slash' },
};

/** A number as a person writes it: `1,000`. */
export const count = (value: number): string => value.toLocaleString('en');

const tasks = (value: number): string => `${count(value)} task${value === 1 ? '' : 's'}`;
const isOpen = ({ waiting, queued, running }: TaskJobInfo): boolean => waiting + queued + running > 0;

/** The row of a job of tasks: `sort · 340 of 1,000 · 3 failed`. */
export function taskJobRow(info: TaskJobInfo): Row {
  const { name, policy, total, done, failed, cancelled, waiting, queued, running, retried, lost } = info;
  const { fromJournal } = info;
  const progress = [
    `${count(done)} of ${count(total)}`,
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(cancelled > 0 ? [`${count(cancelled)} cancelled`] : []),
    ...(fromJournal > 0 ? [`${count(fromJournal)} from the journal`] : []),
    ...(policy === undefined ? [] : [`by ${policy}`]),
  ];
  const lines = [
    `${name}: ${tasks(total)}`,
    `Done: ${count(done)}, failed: ${count(failed)}, cancelled: ${count(cancelled)}`,
    `Running: ${count(running)}, queued: ${count(queued)}, waiting: ${count(waiting)}`,
    ...(policy === undefined ? [] : [`Placed by a policy of its own: ${policy}`]),
    ...(fromJournal > 0 ? [`Ended in an earlier run, by the journal: ${count(fromJournal)}`] : []),
    ...(retried > 0 ? [`Tried again after an error: ${count(retried)}`] : []),
    ...(lost > 0 ? [`Run again because their node was lost: ${count(lost)}`] : []),
  ];
  const open = isOpen(info);
  const end = failed > 0 ? { icon: 'error', color: 'charts.red' } : { icon: 'pass', color: 'charts.green' };
  return {
    label: name,
    description: progress.join(' · '),
    tooltip: lines.join('\n'),
    ...(open ? { icon: 'tasklist' } : end),
    context: ['tasks', open && 'open', failed > 0 && 'failed'].filter(Boolean).join(' '),
    spoken: [`tasks of ${name}`, `${count(done)} of ${count(total)} done`, ...progress.slice(1)].join(', '),
  };
}

const groupNames: Record<TaskPhase, string> = {
  running: 'Running',
  queued: 'Queued',
  waiting: 'Waiting for inputs, or to be tried again',
  failed: 'Failed',
  done: 'Done',
  cancelled: 'Cancelled',
};

/** The row of tasks in one phase, or of those that wait for one node, or for one that is not there. */
export function taskGroupRow(
  list: TaskList,
  info: TaskJobInfo | undefined,
  node?: Pick<TaskNodeInfo, 'queued' | 'cordoned'>,
): Row {
  const { phase, rank } = list;
  const context = ['taskGroup', phase].join(' ');
  if (rank !== undefined) {
    const queued = `${count(node?.queued ?? 0)} queued`;
    const label = rank === noNode ? 'no node yet' : `node ${rank}`;
    const fact =
      rank === noNode
        ? '; no node that is there can run them'
        : node?.cordoned
          ? '; it takes no new ones'
          : '';
    const tooltip = `${label}: ${queued}, of all jobs of tasks${fact}`;
    return { label, description: queued, tooltip, ...icons.queued, context, spoken: `${label}, ${queued}` };
  }
  const label = groupNames[phase];
  const description = count(info?.[phase] ?? 0);
  const tooltip = isQueues(list) ? 'Tasks that wait for their turn on a node' : label;
  return {
    label,
    description,
    tooltip,
    ...icons[phase],
    context,
    spoken: `${label}, ${tasks(info?.[phase] ?? 0)}`,
  };
}

/** The row of a task. */
export function taskRow(row: TaskRow): Row {
  const { id, name, phase, ranks, attempts, error, at } = row;
  const reason = row.reason ?? error;
  const label = `${name} #${id}`;
  const nodes = ranks.map((rank) => `node ${rank}`).join(', ');
  const took = row.forMs === undefined ? undefined : formatDuration(row.forMs);
  const facts = [
    ...(nodes ? [nodes] : []),
    ...(phase === 'running' && took ? [`for ${took}`] : []),
    ...(phase === 'running' && row.progress ? [formatShare(row.progress)] : []),
    ...(attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(row.fromJournal ? ['from the journal'] : []),
    ...(row.pausing ? ['is tried again'] : []),
    ...(row.inputs?.length ? [`needs ${row.inputs.join(', ')}`] : []),
    ...(phase === 'failed' && reason ? [reason.split('\n')[0] ?? ''] : []),
  ];
  const lines = [
    `Task ${label}: ${phase}`,
    ...(nodes ? [`${phase === 'queued' ? 'Waits for' : 'Runs or ran on'}: ${nodes}`] : []),
    ...(row.fromJournal ? ['Ended in an earlier run; taken from the journal'] : [`Attempts: ${attempts}`]),
    ...(took ? [`${phase === 'running' ? 'Has run' : 'Ran'} for: ${took}`] : []),
    ...((error ?? reason) ? ['', error ?? reason ?? ''] : []),
  ];
  const open = phase === 'waiting' || phase === 'queued' || phase === 'running';
  const words = ['task', open ? 'open' : 'ended', phase === 'failed' && 'failed', at && 'located'];
  return {
    label,
    description: facts.join(' · '),
    tooltip: lines.join('\n'),
    ...(row.pausing ? { icon: 'history', color: 'charts.orange' } : icons[phase]),
    context: words.filter(Boolean).join(' '),
    spoken: [`task ${label}`, phase, ...facts].join(', '),
  };
}

/** The row below a list that goes on; `total` is how many tasks it has, if that is known. */
export function moreTasksRow(shown: number, total: number | undefined): Row {
  const left =
    total !== undefined && total > shown ? `${count(total - shown)} more` : `${count(shown)} shown`;
  if (isFull({ shown })) {
    const text = `… and ${total !== undefined && total > shown ? left : 'more'}, which are not listed`;
    return { ...taskNoteRow(text), icon: 'ellipsis' };
  }
  return {
    label: 'Show more tasks',
    description: left,
    tooltip: 'Shows 100 more tasks of this list',
    icon: 'ellipsis',
    context: 'moreTasks',
    spoken: `Show more tasks, ${left}`,
  };
}

/** A row that says why there is nothing, or nothing newer. */
export function taskNoteRow(text: string): Row {
  return { label: text, description: '', tooltip: text, icon: 'info', context: 'taskNote', spoken: text };
}
