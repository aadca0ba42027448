/** `lockstep tasks [JOB]`: how the tasks of a running program stand. */
import { parseArgs } from 'node:util';
import { connect, findJobs } from '../client';
import { LockstepError } from '../protocol/errors';
import { tasksText } from './tasksText';

/** Failures that are listed. */
const mostFailures = 100;

/** Prints progress, queues and failures of a running program of tasks; without a name, of the newest. Resolves with the exit code. */
export async function tasks(args: string[]): Promise<number> {
  const options = { json: { type: 'boolean', default: false } } as const;
  const { positionals, values } = parseArgs({ args, allowPositionals: true, options });
  const [wanted] = positionals;
  const found = (await findJobs()).find(({ job }) => wanted === undefined || job.id === wanted);
  if (!found) throw new LockstepError('noRunningJob', { job: wanted });
  const client = await connect(found.runDirectory);
  try {
    const { id } = found.job;
    const snapshot = (await client.request('jobs', {})).find(({ job }) => job.id === id);
    if (!snapshot?.tasks) throw new LockstepError('noTasks', { what: id });
    const { board, timeMs } = snapshot.tasks;
    // A driver that computes, or stands in the debugger, has told the newest of them before.
    const failures = await client
      .request('tasks', { job: id, phase: 'failed', offset: 0, limit: mostFailures })
      .then(({ tasks: rows }) => rows)
      .catch(() => board.failures);
    const shown = { ...board, failures };
    // At a breakpoint the cluster's clock stands.
    const stands = snapshot.nodes.some(({ state }) => state === 'paused');
    const ageMs = stands ? 0 : Date.now() - timeMs;
    process.stdout.write(
      `${values.json ? JSON.stringify({ job: id, ...shown }) : tasksText(shown, ageMs)}\n`,
    );
    return 0;
  } finally {
    client.dispose();
  }
}
