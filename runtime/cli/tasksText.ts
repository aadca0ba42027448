import type { RunningTaskInfo, TaskBoard, TaskJobInfo, TaskNodeInfo } from '../protocol/tasks';

const count = (value: number): string => value.toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** How the tasks of a program stand, as lines of text; `ageMs` ago it was told. */
export function tasksText({ policy, jobs, furtherJobs, nodes, failures }: TaskBoard, ageMs = 0): string {
  const lines = [...jobs.map(jobLine), ...(furtherJobs > 0 ? [`and ${count(furtherJobs)} jobs more`] : [])];
  if (lines.length === 0) lines.push('The driver has handed in no tasks so far.');
  lines.push('', `Nodes, by ${policy}:`, ...nodes.map((node) => nodeLine(node, ageMs)));
  if (nodes.length === 0) lines.push('  none is there');
  if (failures.length > 0) lines.push('', 'Failed, the newest first:');
  for (const { name, id, error } of failures) lines.push(`  ${error ?? `${name} #${id}`}`);
  const further = jobs.reduce((sum, { failed }) => sum + failed, 0) - failures.length;
  if (failures.length > 0 && further > 0) lines.push(`  and ${count(further)} more`);
  return lines.join('\n');
}

/** Only what there is is named. */
function jobLine(job: TaskJobInfo): string {
  const { name, policy, total, done, running, queued, waiting, failed, cancelled, retried } = job;
  const { lost, fromJournal } = job;
  const rest = {
    running,
    queued,
    waiting,
    failed,
    cancelled,
    'tried again': retried,
    'lost with nodes': lost,
    'from the journal': fromJournal,
  };
  const parts = Object.entries(rest).filter(([, value]) => value > 0);
  return [
    `${name}: ${count(done)} of ${count(total)} done`,
    ...parts.map(([what, value]) => `${count(value)} ${what}`),
    ...(policy === undefined ? [] : [`by ${policy}`]),
  ].join(', ');
}

function nodeLine({ rank, queued, runs, running, cordoned }: TaskNodeInfo, ageMs: number): string {
  const further = runs > running.length ? `, and ${count(runs - running.length)} more` : '';
  const runsWhat =
    running.length > 0
      ? `runs ${running.map((task) => runningTask(task, ageMs)).join(', ')}${further}`
      : 'is idle';
  return `  node ${rank} ${runsWhat}; ${count(queued)} queued${cordoned ? '; takes no new tasks' : ''}`;
}

function runningTask({ name, id, attempt, forMs, progress }: RunningTaskInfo, ageMs: number): string {
  const facts = [
    seconds(forMs + ageMs),
    ...(progress > 0 ? [`${Math.round(progress * 100)} %`] : []),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ];
  return `${name} #${id} (${facts.join(', ')})`;
}
